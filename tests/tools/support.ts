/** Small notebooks in a folder of their own, and the commands run on them inside the test. */
import { join } from "node:path";
import type { Surroundings } from "../../tools/notebooks/cli.ts";
import { type Notebook, parseNotebook } from "../../tools/notebooks/nbformat.ts";

/** The text of a notebook file with these code cells, as an author would leave it: never run, without ids. */
export function notebookText(...sources: string[]): string {
  const cells = sources.map((source) => ({
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 });
}

/** The notebook with these code cells. */
export function notebookOf(...sources: string[]): Notebook {
  return parseNotebook(notebookText(...sources), "test.ipynb");
}

/** A folder of notebooks that lasts as long as the test. */
export interface Folder {
  path: string;
  read(name: string): string;
  write(name: string, content: string): void;
  /** All file names. */
  files(): string[];
}

/** Gives the test a folder with these files, and removes it afterwards. */
export async function withFolder(
  files: Record<string, string>,
  test: (folder: Folder) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "notebooks-" });
  const folder: Folder = {
    path,
    read: (name) => Deno.readTextFileSync(join(path, name)),
    write: (name, content) => Deno.writeTextFileSync(join(path, name), content),
    files: () => [...Deno.readDirSync(path)].map((entry) => entry.name).sort(),
  };
  try {
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    await test(folder);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** What a command printed and returned. */
export interface Told {
  code: number;
  out: string;
  err: string;
}

/** Runs a command within this process. */
export async function tell(
  command: (args: string[], around: Surroundings) => Promise<number>,
  ...args: string[]
): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command(args, {
    print: (line) => out.push(line),
    printError: (line) => err.push(line),
    signal: new AbortController().signal,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
