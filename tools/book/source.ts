/** What the book is made from: notebooks in order, their Spanish twins, the bibliography. */
import { basename, join } from "node:path";
import { InputError } from "../../lib/panel/errors.ts";
import { listNotebooks, readNotebookFile } from "../notebooks/files.ts";
import { firstLine } from "../notebooks/cli.ts";
import { type Notebook, numberedCells, parseNotebook } from "../notebooks/nbformat.ts";
import { parseReferences, type Reference } from "./references.ts";
import { parseSidecar, type Sidecar } from "./translation/sidecar.ts";

/** Folder of the Spanish twins, inside that of the notebooks. */
export const SPANISH = "es";
const REFERENCES = "references.json";

/** A notebook of the book. */
export interface Chapter {
  /** File name without extension, as in "02-parallel-trends"; also that of its pages. */
  name: string;
  /** The number it begins with, without leading zeros: "2". The whole name when there is none. */
  number: string;
  /** The file as it is, for the reader to download. */
  content: string;
  notebook: Notebook;
  spanish?: Sidecar;
}

/** Everything that is read. */
export interface Source {
  chapters: readonly Chapter[];
  references: readonly Reference[];
  /** Names of sidecars whose notebook is not there. */
  orphans: readonly string[];
}

/**
 * Reads the folder of notebooks. Throws InputError when there are none and for files that cannot be read as what
 * they should be. A missing bibliography is an empty one, a missing sidecar is left out.
 */
export async function readSource(folder: string): Promise<Source> {
  const names = await listNotebooks(folder);
  if (names.length === 0) {
    throw new InputError({
      problem:
        "there are no notebooks (*.ipynb) in this folder, so there is nothing to make a book of",
      value: folder,
      remedy: "give their folder with --dir",
    });
  }
  const references = await textOf(join(folder, REFERENCES));
  const sidecars = await markdownNames(join(folder, SPANISH));
  return {
    chapters: await Promise.all(names.map((name) => readChapter(folder, name))),
    references: references === undefined ? [] : parseReferences(references, REFERENCES),
    orphans: sidecars.filter((name) => !names.includes(name)),
  };
}

/** Path of a notebook's sidecar. */
export function sidecarPath(folder: string, name: string): string {
  return join(folder, SPANISH, `${name}.md`);
}

async function readChapter(folder: string, name: string): Promise<Chapter> {
  const { content } = await readNotebookFile(folder, name);
  const sidecar = await textOf(sidecarPath(folder, name));
  return {
    name,
    number: /^0*(\d+)/.exec(name)?.[1] ?? name,
    content,
    notebook: parseNotebook(content, `${name}.ipynb`),
    ...(sidecar === undefined ? {} : { spanish: parseSidecar(sidecar, `${SPANISH}/${name}.md`) }),
  };
}

/** Throws InputError when cells of the chapter were never run or stopped with an error: the book shows results. */
export function demandOutputs({ name, notebook }: Chapter): void {
  const cells = numberedCells(notebook);
  const place = (list: typeof cells) =>
    list.map(({ number, cell }) => `${number} (${firstLine(cell.source, 40)})`).join(", ");
  const failed = cells.filter(({ cell }) =>
    cell.outputs.some((output) => output.output_type === "error")
  );
  if (failed.length > 0) {
    throw new InputError({
      problem: `${name}.ipynb: an error is the output of cell ${place(failed)}`,
      remedy: `repair the cell and run deno task notebooks -- --only ${name}`,
    });
  }
  const never = cells.filter(({ cell }) => cell.execution_count === null);
  if (never.length > 0) {
    throw new InputError({
      problem: `${name}.ipynb was not run: no outputs of cell ${place(never)}`,
      remedy: `run deno task notebooks -- --only ${name}`,
    });
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function markdownNames(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".md")).map((name) => basename(name, ".md")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
