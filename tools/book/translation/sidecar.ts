/**
 * The Spanish twin of a notebook's prose: one Markdown file, `notebooks/es/NAME.md`. A marker line comes before
 * the text of each cell and names the English that the text translates:
 *
 *     <!-- cell raw-answer of 1a2b3c4d -->
 *     No lo son. La brecha entre los dos grupos …
 *
 * `of` is followed by the first eight digits of the SHA-256 of the English source, or by `todo` while the text
 * below is still English. Numbers that differ on purpose are listed: `<!-- cell x of 1a2b3c4d, numbers 7 15 -->`.
 */
import { createHash } from "node:crypto";
import { InputError } from "../../../lib/panel/errors.ts";

/** In place of the hash while a cell waits for its translator. */
export const TODO = "todo";

const DIGITS = 8;
const MARKER = /^<!--\s*cell\s+(\S+)\s+of\s+([0-9a-f]{8}|todo)(?:\s*,\s*numbers\s+(.+?))?\s*-->$/;
const LIKE_MARKER = /^<!--\s*cell\b/;

/** The translation of one prose cell. */
export interface Twin {
  cell: string;
  /** Hash of the English that was translated, or "todo". */
  of: string;
  /** Numbers that may differ from the English, as the text writes them. */
  numbers: readonly string[];
  text: string;
}

/** The twin of a notebook. */
export interface Sidecar {
  /** What stands before the first marker, for people. */
  preamble: string;
  twins: readonly Twin[];
}

/** The hash by which a twin names the English text; spaces at either end do not count. */
export function sourceHash(source: string): string {
  return createHash("sha256").update(source.trim()).digest("hex").slice(0, DIGITS);
}

/** Reads a sidecar; `name` is used in errors. Throws InputError for a marker that cannot be read and for a cell that comes twice. */
export function parseSidecar(content: string, name: string): Sidecar {
  const preamble: string[] = [];
  const twins: { head: Omit<Twin, "text">; lines: string[] }[] = [];
  content.replaceAll("\r\n", "\n").split("\n").forEach((line, index) => {
    const marker = MARKER.exec(line.trim());
    if (marker === null) {
      if (LIKE_MARKER.test(line.trim())) throw unreadable(line, name, index + 1);
      (twins.at(-1)?.lines ?? preamble).push(line);
      return;
    }
    const [, cell, of, numbers] = marker;
    if (twins.some(({ head }) => head.cell === cell)) throw twice(cell, name);
    twins.push({ head: { cell, of, numbers: numbers?.split(/\s+/) ?? [] }, lines: [] });
  });
  return {
    preamble: preamble.join("\n").trim(),
    twins: twins.map(({ head, lines }) => ({ ...head, text: lines.join("\n").trim() })),
  };
}

/** The text of a sidecar file, the same for the same sidecar. */
export function formatSidecar({ preamble, twins }: Sidecar): string {
  const blocks = twins.map(({ cell, of, numbers, text }) => {
    const differ = numbers.length === 0 ? "" : `, numbers ${numbers.join(" ")}`;
    return `<!-- cell ${cell} of ${of}${differ} -->\n\n${text}\n`;
  });
  return [...preamble === "" ? [] : [`${preamble}\n`], ...blocks].join("\n");
}

function unreadable(line: string, name: string, number: number): InputError {
  return new InputError({
    problem: `${name}, line ${number}: not a marker that can be read`,
    value: line.trim(),
    remedy: "write it as <!-- cell NAME of 1a2b3c4d --> or <!-- cell NAME of todo -->",
  });
}

function twice(cell: string, name: string): InputError {
  return new InputError({
    problem: `${name} translates a cell twice`,
    value: cell,
    remedy: "keep one of the two texts",
  });
}
