/**
 * The Jupyter message format: how one message becomes zeromq frames and back.
 * Source: "Messaging in Jupyter", sections "General Message Format" and "The Wire Protocol" (version 5.3).
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const VERSION = "5.3";
const DELIMITER = "<IDS|MSG>";
const SIGNED_PARTS = 4;

const headerSchema = z.looseObject({ msg_id: z.string(), msg_type: z.string() });
const parentSchema = z.looseObject({ msg_id: z.string().optional() });
const objectSchema = z.record(z.string(), z.unknown());

/** What identifies a message. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** One message; `parent.msg_id` is the request it answers, absent when it answers none. */
export interface Message {
  header: z.infer<typeof headerSchema>;
  parent: z.infer<typeof parentSchema>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

/** A message that is not in the Jupyter format, or not signed with the key of the connection. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** A request of this client; `id` defaults to a new one. */
export function request(
  type: string,
  content: Record<string, unknown>,
  { session, id = randomUUID() }: { session: string; id?: string },
): Message {
  const header: Header = {
    msg_id: id,
    msg_type: type,
    session,
    username: "notebooks",
    date: new Date().toISOString(),
    version: VERSION,
  };
  return { header: { ...header }, parent: {}, metadata: {}, content };
}

/** HMAC-SHA256 of the four JSON parts, as lower-case hex; empty when the connection has no key. */
export function sign(parts: readonly Uint8Array[], key: string): string {
  if (key === "") return "";
  const mac = createHmac("sha256", key);
  for (const part of parts.slice(0, SIGNED_PARTS)) mac.update(part);
  return mac.digest("hex");
}

/** The frames of a message, signed. */
export function encode(message: Message, key: string): Uint8Array[] {
  const encoder = new TextEncoder();
  const parts = [message.header, message.parent, message.metadata, message.content]
    .map((part) => encoder.encode(JSON.stringify(part)));
  return [encoder.encode(DELIMITER), encoder.encode(sign(parts, key)), ...parts];
}

/**
 * The message in the frames; frames before the delimiter (routing) and after the content (binary buffers,
 * used by widgets only) are dropped.
 *
 * Throws ProtocolError when the delimiter or a part is missing, when the signature does not match the key,
 * and when a part is not the JSON expected there.
 */
export function decode(frames: readonly Uint8Array[], key: string): Message {
  const decoder = new TextDecoder();
  const start = frames.findIndex((frame) => decoder.decode(frame) === DELIMITER);
  if (start < 0) throw new ProtocolError("a kernel message lacks the <IDS|MSG> delimiter");
  const parts = frames.slice(start + 2, start + 2 + SIGNED_PARTS);
  if (parts.length < SIGNED_PARTS) {
    throw new ProtocolError(`a kernel message has ${parts.length} parts where 4 are needed`);
  }
  if (!sameText(decoder.decode(frames[start + 1]), sign(parts, key))) {
    throw new ProtocolError("a kernel message carries a signature that does not match its content");
  }
  try {
    const [header, parent, metadata, content] = parts.map((part) =>
      JSON.parse(decoder.decode(part))
    );
    return {
      header: headerSchema.parse(header),
      parent: parentSchema.parse(parent ?? {}),
      metadata: objectSchema.parse(metadata),
      content: objectSchema.parse(content),
    };
  } catch (cause) {
    throw new ProtocolError("a kernel message is not in the Jupyter format", { cause });
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(text));
  return left.length === right.length && timingSafeEqual(left, right);
}
