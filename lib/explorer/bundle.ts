/** Builds the explorer's code for the browser, once for each state of the sources. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The explorer's code. */
export interface Bundle {
  /** A classic script without imports. */
  readonly code: string;
  /** Hash of the code: tells versions on one page apart. */
  readonly id: string;
}

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ENTRY = join(ROOT, "lib/explorer/browser.ts");
/** Everything that can change the bundle. */
const SOURCES = ["lib", "data/geo", "deno.json", "deno.lock"];

let built: Bundle | undefined;

/** The bundle of today's sources, from the cache in .cache/explorer when it is there. */
export function explorerBundle(): Bundle {
  return built ??= buildBundle();
}

function buildBundle(): Bundle {
  const folder = join(ROOT, ".cache/explorer");
  const path = join(folder, `${sourceHash()}.js`);
  const plain = readIfThere(path) ?? keep(bundled(), folder, path);
  // The id follows the code and not the sources: a change elsewhere in lib leaves notebooks as they are.
  const id = shortHash(createHash("sha256").update(plain));
  return { code: wrap(plain, id), id };
}

/** Written aside and renamed: another process never reads half a file. */
function keep(code: string, folder: string, path: string): string {
  Deno.mkdirSync(folder, { recursive: true });
  const aside = `${path}.${crypto.randomUUID()}.tmp`;
  Deno.writeTextFileSync(aside, code);
  Deno.renameSync(aside, path);
  return code;
}

function shortHash(hash: ReturnType<typeof createHash>): string {
  return hash.digest("hex").slice(0, 12);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A short hash of all sources, in the order of their names. */
function sourceHash(): string {
  const hash = createHash("sha256").update(Deno.version.deno);
  for (const name of SOURCES.flatMap((name) => filesOf(name))) {
    hash.update(`\n${name}\n`).update(Deno.readTextFileSync(join(ROOT, name)));
  }
  return shortHash(hash);
}

function filesOf(name: string): string[] {
  if (Deno.statSync(join(ROOT, name)).isFile) return [name];
  return [...Deno.readDirSync(join(ROOT, name))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => filesOf(`${name}/${entry.name}`));
}

/**
 * Gives `deno bundle` the bundler that `deno install` has brought (esbuild, pinned in deno.json to the version that this
 * Deno asks for), in the place where Deno looks for it: else it would fetch one from the network at its first use. Where
 * anything is not as expected it is left to do so.
 */
function provideBundler(): void {
  try {
    const cache = fileURLToPath(import.meta.resolve("esbuild")).match(
      /^(.*)\/npm\/([^/]+)\/esbuild\/([^/]+)\//,
    );
    if (cache === null) return;
    const [, denoDir, registry, version] = cache;
    const platform = `${process.platform}-${process.arch}`;
    const folder = join(denoDir, "dl", `esbuild-${version}-1`);
    const program = join(folder, `esbuild-${platform}`);
    if (isFile(program)) return;
    const aside = `${program}.${crypto.randomUUID()}`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.copyFileSync(
      join(denoDir, "npm", registry, "@esbuild", platform, version, "bin/esbuild"),
      aside,
    );
    Deno.chmodSync(aside, 0o755);
    Deno.renameSync(aside, program);
  } catch {
    // Deno fetches its bundler itself, or says why it cannot.
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function bundled(): string {
  provideBundler();
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--format", "iife", "--minify", ENTRY],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new Error(`The explorer cannot be bundled for the browser:\n${text.decode(stderr)}`);
}

/**
 * Puts the code into a function that knows its own text, from which it makes a worker, and that runs once on a page
 * however often the script is there. "</script" cannot end the element that holds it.
 */
export function wrap(code: string, id: string): string {
  const main = `function(explorerSource,explorerId){${code}}`;
  return `(function(main){var key=Symbol.for("explorer ${id}");` +
    `if(!globalThis[key])main("("+main+")","${id}");` +
    `globalThis[key]&&globalThis[key]()})(${main})`
      .replaceAll(/<\/(script)/gi, "<\\/$1")
      .replaceAll("<!--", "<\\!--");
}
