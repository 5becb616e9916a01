/** Serves the files of a folder on this computer only: for the browser tests and for reading a book while writing it. */
import { extname, join } from "node:path";

/** Types by extension of file name; browsers refuse scripts and style sheets of the wrong type. */
const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ipynb": "application/x-ipynb+json",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** Changes a page on its way to the browser. */
export type Rewrite = (html: string) => string;

/**
 * The answer to a request for a file of `folder`: 404 when there is none, `index.html` for a folder. Paths cannot
 * leave the folder: URL parsing has resolved ".." before, and an encoded one is refused.
 */
export async function fileResponse(
  folder: string,
  url: string,
  rewrite: Rewrite = (html) => html,
): Promise<Response> {
  const path = safePath(new URL(url).pathname);
  if (path === undefined) return new Response("bad path\n", { status: 400 });
  try {
    const asked = join(folder, path);
    const file = (await Deno.stat(asked)).isDirectory ? join(asked, "index.html") : asked;
    // A page in a folder asked for without the last slash would resolve its links in the folder above.
    if (file !== asked && !path.endsWith("/")) {
      // Two slashes at the beginning would name another computer.
      const location = encodeURI(`/${path.replace(/^[/\\]+/, "")}/`);
      return new Response(null, { status: 301, headers: { location } });
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    const headers = { "content-type": type, "cache-control": "no-store" };
    if (!type.startsWith("text/html")) return new Response(await Deno.readFile(file), { headers });
    return new Response(rewrite(await Deno.readTextFile(file)), { headers });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return new Response("not found\n", { status: 404 });
    }
    throw error;
  }
}

function safePath(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    return path.split(/[/\\]/).includes("..") || path.includes("\0") ? undefined : path;
  } catch {
    return undefined;
  }
}
