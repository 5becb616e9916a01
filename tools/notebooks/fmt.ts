/**
 * Formats the code cells of the notebooks in place, as `deno fmt` does for modules:
 * `deno run -A tools/notebooks/fmt.ts [--only 03,05] [--dir FOLDER]`. Whether they are formatted is part of
 * `typecheck.ts`. Outputs, numbers and Markdown cells stay as they are.
 */
import {
  asProgram,
  count,
  demandNotebooks,
  type Flag,
  readOptions,
  type Surroundings,
  usage,
} from "./cli.ts";
import { configFlags, readNotebookFile, replaceNotebook } from "./files.ts";
import { formatSources } from "./format.ts";
import { formatNotebook, numberedCells, parseNotebook } from "./nbformat.ts";

const FLAGS: Flag[] = ["only", "dir", "help"];

/** The command; returns its exit code. Throws InputError for bad options and when there are no notebooks. */
export async function fmt(args: readonly string[], around: Surroundings): Promise<number> {
  const options = await readOptions(args, "fmt", FLAGS);
  if (options.help) {
    around.print(usage("fmt", FLAGS));
    return 0;
  }
  const { folder, names } = demandNotebooks(options);
  const config = await configFlags(folder);
  let changed = 0;
  for (const name of names) {
    const file = await readNotebookFile(folder, name);
    const notebook = parseNotebook(file.content, file.path);
    const cells = numberedCells(notebook);
    const formatted = await formatSources(cells.map(({ cell }) => cell.source), config);
    cells.forEach(({ cell }, index) => cell.source = formatted[index]);
    if (replaceNotebook(file, formatNotebook(notebook))) changed++;
  }
  around.print(`${count(names.length, "notebook")} formatted, ${count(changed, "file")} changed`);
  return 0;
}

if (import.meta.main) await asProgram((around) => fmt(Deno.args, around));
