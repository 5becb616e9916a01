/** Notebook files on disk: which there are, which are wanted, and replacing one as a whole or not at all. */
import { basename, dirname, join } from "node:path";
import { InputError } from "../../lib/panel/errors.ts";

const EXTENSION = ".ipynb";

/** A notebook as it was read. */
export interface NotebookFile {
  /** File name without folder and extension, as in "03-two-way". */
  name: string;
  path: string;
  content: string;
}

/** The notebooks of a folder in name order; folders inside it are not entered. */
export async function listNotebooks(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(EXTENSION)) {
        names.push(basename(entry.name, EXTENSION));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    throw new InputError({
      problem: "there is no such folder",
      value: folder,
      remedy: "give another --dir",
    });
  }
  return names.sort();
}

/**
 * The names that `only` asks for, in name order: each value is a whole name or its first part, so "03" asks for
 * "03-two-way" but not for "031-other". All names when `only` is undefined.
 *
 * Throws InputError, with the names there are, when a value asks for none of them.
 */
export function selectNotebooks(names: readonly string[], only?: readonly string[]): string[] {
  if (only === undefined) return [...names];
  const asks = (value: string) => (name: string) =>
    name === value || `${name}${EXTENSION}` === value ||
    (name.startsWith(value) && /[^\p{L}\p{N}]/u.test(name.charAt(value.length)));
  for (const value of only) {
    if (names.some(asks(value))) continue;
    throw new InputError({
      problem: "no notebook has this name or begins with it",
      column: "--only",
      value,
      remedy: names.length === 0
        ? "there are no notebooks yet"
        : `choose among ${names.join(", ")}`,
    });
  }
  return names.filter((name) => only.some((value) => asks(value)(name)));
}

/** Reads one notebook of a folder. */
export async function readNotebookFile(folder: string, name: string): Promise<NotebookFile> {
  const path = join(folder, name + EXTENSION);
  return { name, path, content: await Deno.readTextFile(path) };
}

/**
 * Replaces the content of a notebook in one step, so that the file is at every moment the old or the new one.
 * Returns false, and touches nothing, when it already has this content.
 *
 * Throws InputError when somebody changed the file since it was read; then nothing is written.
 */
export function replaceNotebook(file: NotebookFile, content: string): boolean {
  if (Deno.readTextFileSync(file.path) !== file.content) {
    throw new InputError({
      problem: `${file.name} was changed while it ran, so its new outputs were not written`,
      remedy: "save it in the editor and run it again",
    });
  }
  if (content === file.content) return false;
  const temporary = `${file.path}.tmp`;
  // Without waiting in between, so that no signal handler of this process can run between the steps.
  try {
    Deno.writeTextFileSync(temporary, content, {
      mode: Deno.statSync(file.path).mode ?? undefined,
    });
    Deno.renameSync(temporary, file.path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  return true;
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The folder of the nearest deno.json at or above `folder`, or `folder` itself when there is none. */
export async function projectRoot(folder: string): Promise<string> {
  const start = await Deno.realPath(folder);
  for (let here = start; here !== dirname(here); here = dirname(here)) {
    if (await isFile(join(here, "deno.json"))) return here;
  }
  return start;
}

/** The flags that give a Deno command, run on files elsewhere, the settings and package names of the project. */
export async function configFlags(folder: string): Promise<string[]> {
  const config = join(await projectRoot(folder), "deno.json");
  return await isFile(config) ? ["--config", config] : ["--no-config"];
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
