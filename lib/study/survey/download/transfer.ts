/** One file over the network: resumed where it stopped, its size checked, whole or not there at all. */
import { InputError } from "../../../panel/errors.ts";

export interface TransferOptions {
  /** How often a transfer that breaks off is taken up again. Default 3. */
  readonly tries?: number;
  /** Milliseconds before the next try, doubled each time. Default 1000. */
  readonly pause?: number;
  /** Seconds without a byte after which a transfer counts as broken. Default 60. */
  readonly patience?: number;
  /** Stops everything. */
  readonly signal?: AbortSignal;
}

/** The server could not be reached at all: no network, no such host, nobody listening. */
export class Unreachable extends InputError {
  constructor(url: string, reason: string) {
    super({
      problem: `${new URL(url).host} could not be reached (${reason})`,
      remedy: "check the network connection, then run the same command again",
    });
  }
}

/** The transfer broke off, or the server is busy: worth another try. */
class Broken extends Error {}

/** What is there so far does not fit what the server has. */
class Unfit extends Broken {}

/** What a partial file is part of, so that it is continued only when the server still has the same. */
interface Partial {
  readonly url: string;
  readonly validator: string | null;
}

/**
 * Downloads into `path`. Until it is whole the bytes are in `path.part`; the next call continues there when the server
 * can (HTTP Range) and the file has not changed (If-Range), and starts anew otherwise.
 *
 * @returns the size in bytes.
 * @throws Unreachable when there is no connection; InputError when the server has no such file, or the transfer breaks
 *   off again and again, or gives more bytes than it announced. `path` exists only after success.
 */
export async function transfer(
  url: string,
  path: string,
  options: TransferOptions = {},
): Promise<number> {
  const { tries = 3, pause = 1000 } = options;
  for (let attempt = 1;; attempt++) {
    try {
      const size = await attemptTransfer(url, path, options);
      await Deno.rename(`${path}.part`, path);
      await removeIfThere(`${path}.part.json`);
      return size;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      if (error instanceof Unfit) await removeIfThere(`${path}.part`);
      if (attempt === tries) {
        throw new InputError({
          problem: `The transfer of ${url} broke off ${
            tries === 1 ? "" : `${tries} times, at last `
          }because ${error.message}`,
          remedy: "run the same command again: it goes on where it stopped",
        });
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (attempt - 1)));
    }
  }
}

async function attemptTransfer(
  url: string,
  path: string,
  { patience = 60, signal }: TransferOptions,
): Promise<number> {
  const part = `${path}.part`;
  const have = await sizeOf(part);
  const known = have > 0 ? await readPartial(`${part}.json`) : null;
  const resuming = known !== null && known.url === url;
  const idle = new AbortController();
  const stop = signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]);
  let timer = setTimeout(() => idle.abort(), patience * 1000);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), patience * 1000);
  };
  try {
    const response = await request(url, resuming ? { have, ...known } : null, stop);
    const answer = await understood(response, url, have, resuming);
    if (answer === "complete") return have;
    const validator = response.headers.get("etag") ?? response.headers.get("last-modified");
    await Deno.writeTextFile(`${part}.json`, JSON.stringify({ url, validator }));
    await save(response, part, answer.from, alive);
    return await checkedSize(part, answer.total, url);
  } catch (error) {
    if (idle.signal.aborted) throw new Broken(`nothing came for ${patience} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function request(
  url: string,
  resume: ({ readonly have: number } & Partial) | null,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ "accept-encoding": "identity" });
  if (resume !== null) {
    headers.set("range", `bytes=${resume.have}-`);
    // A weak validator must not be used with If-Range (RFC 9110, 13.1.5).
    if (resume.validator !== null && !resume.validator.startsWith("W/")) {
      headers.set("if-range", resume.validator);
    }
  }
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable(url, rootCause(error));
  }
}

/** Where the body belongs and how long the whole is. */
interface Answer {
  readonly from: number;
  /** null when the server does not say. */
  readonly total: number | null;
}

async function understood(
  response: Response,
  url: string,
  have: number,
  resuming: boolean,
): Promise<Answer | "complete"> {
  const { status } = response;
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    if (range !== null && Number(range[1]) === have) {
      return { from: have, total: range[2] === "*" ? null : Number(range[2]) };
    }
    await response.body?.cancel();
    throw new Unfit("the server sent another part than was asked for");
  }
  if (status === 200) {
    const length = response.headers.get("content-length");
    // The length of a compressed body is not that of the file.
    const plain = (response.headers.get("content-encoding") ?? "identity") === "identity";
    return { from: 0, total: length === null || !plain ? null : Number(length) };
  }
  await response.body?.cancel();
  if (status === 416 && resuming) {
    const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
    if (total !== undefined && Number(total) === have) return "complete";
    throw new Unfit("the part that was there did not fit");
  }
  if (status === 408 || status === 429 || status >= 500) {
    throw new Broken(`the server answered ${status}`);
  }
  throw new InputError({
    problem: status === 404 || status === 410
      ? `There is no file at ${url} (the server answered ${status})`
      : `The server refused ${url} with ${status}`,
    remedy: "open the address in a browser; INEI may keep that year or module elsewhere " +
      "(options --base and --code)",
  });
}

async function save(
  response: Response,
  part: string,
  from: number,
  alive: () => void,
): Promise<void> {
  using file = await Deno.open(part, { write: true, create: true });
  await file.truncate(from);
  await file.seek(from, Deno.SeekMode.Start);
  try {
    for await (const chunk of response.body ?? []) {
      alive();
      for (let done = 0; done < chunk.length;) done += await file.write(chunk.subarray(done));
    }
  } catch (error) {
    throw new Broken(`the connection was lost (${rootCause(error)})`);
  }
}

async function checkedSize(part: string, total: number | null, url: string): Promise<number> {
  const size = await sizeOf(part);
  if (total === null || size === total) return size;
  if (size < total) throw new Broken(`only ${size} of ${total} bytes came`);
  await removeIfThere(part);
  await removeIfThere(`${part}.json`);
  throw new InputError({
    problem: `The server announced ${total} bytes for ${url} and sent ${size}`,
    remedy: "try again later",
  });
}

async function readPartial(path: string): Promise<Partial | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as Partial;
  } catch {
    return null;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The last sentence of a chain of causes says the most, e.g. "Connection refused (os error 111)". */
function rootCause(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split(": ").at(-1) ?? text;
}
