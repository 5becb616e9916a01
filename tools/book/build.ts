/**
 * Makes the book from the executed notebooks: `deno task book [-- --dir FOLDER] [--to FOLDER] [--no-api]`. Nothing is
 * written when something is wrong.
 */
import { join } from "node:path";
import { asProgram, count, seconds, type Surroundings } from "../notebooks/cli.ts";
import { projectRoot } from "../notebooks/files.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { makeBook } from "./book.ts";
import { type BookFlag, bookUsage, readBookOptions } from "./options.ts";
import { linkProblems } from "./site/links.ts";
import { writeSite } from "./site/site.ts";
import { readSource } from "./source.ts";
import { LANGUAGES } from "./words.ts";

const FLAGS: BookFlag[] = ["dir", "to", "no-api", "help"];

/** The command; returns its exit code. Throws InputError for bad options and notebooks that make no book. */
export async function build(args: readonly string[], around: Surroundings): Promise<number> {
  const options = readBookOptions(args, "book", FLAGS);
  if (options.help) {
    around.print(bookUsage("book", FLAGS));
    return 0;
  }
  const started = performance.now();
  const source = await readSource(options.dir);
  const library = options.api ? await projectRoot(options.dir) : undefined;
  const site = await makeBook(source, library);
  // The pages of `deno doc` are not ours to repair.
  const broken = linkProblems(site, "api/");
  if (broken.length > 0) {
    throw new InputError({
      problem: `the book has broken links:\n${broken.slice(0, 20).join("\n")}`,
      remedy: "repair them in the notebooks or their translations",
    });
  }
  await writeSite(site, options.to);
  around.print(
    `${count(source.chapters.length, "notebook")} in ${LANGUAGES.length} languages, ` +
      `${count(site.size, "file")}, ${seconds((performance.now() - started) / 1000)}`,
  );
  around.print(`open ${join(options.to, "index.html")}`);
  return 0;
}

if (import.meta.main) await asProgram((around) => build(Deno.args, around));
