/**
 * Says whether the translations fit the English, every citation has its entry and every link of the book leads
 * somewhere, without writing anything: `deno task book:check [-- --dir FOLDER]`.
 */
import { asProgram, count, type Surroundings } from "../notebooks/cli.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { makeBook } from "./book.ts";
import { unknownCitations } from "./citations.ts";
import { type BookFlag, bookUsage, readBookOptions } from "./options.ts";
import { linkProblems } from "./site/links.ts";
import { readSource, type Source } from "./source.ts";
import { proseCells, translationProblems } from "./translation/problems.ts";

const FLAGS: BookFlag[] = ["dir", "help"];

/** The command; returns its exit code. Throws InputError for bad options and files that cannot be read. */
export async function check(args: readonly string[], around: Surroundings): Promise<number> {
  const options = readBookOptions(args, "book:check", FLAGS);
  if (options.help) {
    around.print(bookUsage("book:check", FLAGS));
    return 0;
  }
  const source = await readSource(options.dir);
  const found = [
    ...translationFindings(source).map(({ message }) => message),
    ...citationFindings(source),
    ...await bookFindings(source),
  ];
  for (const text of found) around.printError(text);
  around.print(
    `${count(source.chapters.length, "notebook")} checked, ${
      found.length === 0 ? "all is well" : count(found.length, "finding")
    }`,
  );
  return found.length === 0 ? 0 : 1;
}

/** Everything wrong with the Spanish twins, sidecars without a notebook included. */
export function translationFindings({ chapters, orphans }: Source) {
  return [
    ...chapters.flatMap(({ name, notebook, spanish }) =>
      translationProblems(name, notebook, spanish)
    ),
    ...orphans.map((name) => ({
      kind: "no notebook" as const,
      notebook: name,
      message: `es/${name}.md translates a notebook that is not there`,
    })),
  ];
}

/** Citations in prose, of either language, that the bibliography does not know. */
export function citationFindings({ chapters, references }: Source): string[] {
  return chapters.flatMap(({ name, notebook, spanish }) => {
    const texts = [
      ...proseCells(notebook).map(({ id, source }) => ({ place: `${name}, cell ${id}`, source })),
      ...(spanish?.twins ?? []).map(({ cell, text }) => ({
        place: `es/${name}.md, cell ${cell}`,
        source: text,
      })),
    ];
    return texts.flatMap(({ place, source }) =>
      unknownCitations(source, references).map((words) =>
        `${place}: "${words}" is not in references.json`
      )
    );
  });
}

async function bookFindings(source: Source): Promise<string[]> {
  try {
    // The library's own pages are made from the code, not from the notebooks.
    const site = await makeBook(source);
    return linkProblems(site);
  } catch (error) {
    if (error instanceof InputError) return [error.message];
    throw error;
  }
}

if (import.meta.main) await asProgram((around) => check(Deno.args, around));
