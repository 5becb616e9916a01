/**
 * Begins, completes and stamps the Spanish twins of notebooks:
 *
 *     deno task book:translate -- 03              every cell of prose in notebooks/es/03-….md, new ones in English
 *     deno task book:translate -- --stamp 03      after translating: these texts translate the English of now
 */
import { dirname } from "node:path";
import { InputError } from "../../lib/panel/errors.ts";
import { asProgram, count, type Surroundings } from "../notebooks/cli.ts";
import { selectNotebooks } from "../notebooks/files.ts";
import { type BookFlag, type BookOptions, bookUsage, readBookOptions } from "./options.ts";
import { type Chapter, readSource, sidecarPath } from "./source.ts";
import { proseCells, translationProblems } from "./translation/problems.ts";
import { formatSidecar } from "./translation/sidecar.ts";
import { stampSidecar, updateSidecar } from "./translation/update.ts";

const FLAGS: BookFlag[] = ["stamp", "cell", "dir", "help"];
const NAMES = " -- NOTEBOOK …";

/** The command; returns its exit code. Throws InputError for bad options and notebooks that are not there. */
export async function translate(args: readonly string[], around: Surroundings): Promise<number> {
  const options = readBookOptions(args, "book:translate", FLAGS, NAMES);
  if (options.help) {
    around.print(bookUsage("book:translate", FLAGS, NAMES));
    return 0;
  }
  if (options.names.length === 0) {
    throw new InputError({
      problem: "no notebook was named",
      remedy: `name one or more, as in deno task book:translate -- 03\n${
        bookUsage("book:translate", FLAGS, NAMES)
      }`,
    });
  }
  const { chapters } = await readSource(options.dir);
  const wanted = selectNotebooks(chapters.map(({ name }) => name), options.names);
  let wrong = 0;
  for (const chapter of chapters.filter(({ name }) => wanted.includes(name))) {
    wrong += options.stamp
      ? await stamp(chapter, options, around)
      : await update(chapter, options, around);
  }
  return wrong === 0 ? 0 : 1;
}

async function update(
  { name, notebook, spanish }: Chapter,
  { dir }: BookOptions,
  { print }: Surroundings,
): Promise<number> {
  const { sidecar, added, orphans, stale } = updateSidecar(
    proseCells(notebook),
    spanish,
    preambleOf(name),
  );
  const path = sidecarPath(dir, name);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, formatSidecar(sidecar));
  print(`${name}: ${count(sidecar.twins.length, "cell")}, ${added.length} new`);
  for (const cell of stale) {
    print(`  ${cell}: the English changed; bring its translation up to date`);
  }
  for (const cell of orphans) print(`  ${cell}: no longer in the notebook; delete it here`);
  print(`  translate in ${path}, then: deno task book:translate -- --stamp ${name}`);
  return 0;
}

async function stamp(
  { name, notebook, spanish }: Chapter,
  { dir, cells }: BookOptions,
  { print, printError }: Surroundings,
): Promise<number> {
  if (spanish === undefined) {
    throw new InputError({
      problem: `${name}.ipynb has no translation yet`,
      remedy: `begin one: deno task book:translate -- ${name}`,
    });
  }
  const known = spanish.twins.map(({ cell }) => cell);
  const unknown = cells.find((cell) => !known.includes(cell));
  if (unknown !== undefined) {
    throw new InputError({
      problem: `the translation of ${name}.ipynb has no such cell`,
      column: "--cell",
      value: unknown,
      remedy: `choose among ${known.join(", ")}`,
    });
  }
  const { sidecar, stamped, refused } = stampSidecar(proseCells(notebook), spanish, cells);
  await Deno.writeTextFile(sidecarPath(dir, name), formatSidecar(sidecar));
  print(`${name}: ${count(stamped.length, "cell")} stamped`);
  for (const cell of refused) printError(`${name}, cell ${cell}: still English, so not stamped`);
  const problems = translationProblems(name, notebook, sidecar)
    .filter(({ kind }) => kind === "numbers");
  for (const { message } of problems) printError(message);
  return refused.length + problems.length;
}

function preambleOf(name: string): string {
  return `<!--
The Spanish prose of notebooks/${name}.ipynb. Translate the text below each marker line; leave the marker's cell name.
Figures, tables and code stay English. When done: deno task book:translate -- --stamp ${name}
-->`;
}

if (import.meta.main) await asProgram((around) => translate(Deno.args, around));
