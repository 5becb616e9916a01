/** A server on this machine that can misbehave: it sends the very bytes it is told to and closes. */

/** What is sent back for one request. */
export interface RawAnswer {
  readonly status: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: Uint8Array;
}

export interface RawServer {
  readonly url: string;
  /** First line and headers (lower case) of every request so far. */
  readonly requests: { readonly path: string; readonly headers: Record<string, string> }[];
  /** Most requests that were under way at the same time. */
  readonly most: () => number;
  close(): Promise<void>;
}

export type RawHandler = (
  path: string,
  headers: Record<string, string>,
  count: number,
) => RawAnswer | Promise<RawAnswer>;

export function rawServer(handler: RawHandler): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const requests: RawServer["requests"] = [];
  let open = 0;
  let most = 0;
  const answer = async (connection: Deno.Conn) => {
    try {
      const text = await readHead(connection);
      if (text === "") return;
      most = Math.max(most, ++open);
      const [first, ...lines] = text.split("\r\n");
      const path = first.split(" ")[1];
      const headers = Object.fromEntries(
        lines.filter((line) => line.includes(":")).map((line) => {
          const at = line.indexOf(":");
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
        }),
      );
      requests.push({ path, headers });
      const reply = await handler(path, headers, requests.length);
      await write(connection, headOf(reply));
      await write(connection, reply.body ?? new Uint8Array());
      open--;
    } catch {
      // The other side went away.
    } finally {
      connection.close();
    }
  };
  const serving = (async () => {
    const answers: Promise<void>[] = [];
    for await (const connection of listener) answers.push(answer(connection));
    await Promise.all(answers);
  })();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    most: () => most,
    close: async () => {
      listener.close();
      await serving;
    },
  };
}

async function readHead(connection: Deno.Conn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(4096);
  while (!text.includes("\r\n\r\n")) {
    const read = await connection.read(buffer);
    if (read === null) return "";
    text += new TextDecoder().decode(buffer.subarray(0, read));
  }
  return text;
}

function headOf({ status, headers = {}, body = new Uint8Array() }: RawAnswer): Uint8Array {
  const all = { "content-length": body.length, ...headers, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return new TextEncoder().encode([`HTTP/1.1 ${status}`, ...lines, "", ""].join("\r\n"));
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

/** Serves bytes, whole or from where a Range request asks, while the tag is the same. */
export function rangeAnswer(
  file: Uint8Array,
  headers: Record<string, string>,
  tag = '"1"',
): RawAnswer {
  const from = /^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1];
  const fresh = headers["if-range"] === undefined || headers["if-range"] === tag;
  if (from === undefined || !fresh) return { status: "200 OK", headers: { etag: tag }, body: file };
  if (Number(from) >= file.length) {
    return {
      status: "416 Range Not Satisfiable",
      headers: { "content-range": `bytes */${file.length}` },
    };
  }
  return {
    status: "206 Partial Content",
    headers: {
      etag: tag,
      "content-range": `bytes ${from}-${file.length - 1}/${file.length}`,
    },
    body: file.subarray(Number(from)),
  };
}
