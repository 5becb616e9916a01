/**
 * Says whether the committed outputs are those the code gives now, without touching a notebook:
 * `deno run -A tools/notebooks/check.ts [--only 03,05] [--timeout SECONDS] [--dir FOLDER] [--jobs N]`.
 */
import {
  asProgram,
  count,
  demandNotebooks,
  type Flag,
  forEachNotebook,
  type Outcome,
  readOptions,
  type Surroundings,
  usage,
} from "./cli.ts";
import { type StaleCell, staleCells } from "./compare.ts";
import { Interrupted } from "./errors.ts";
import { executeNotebook } from "./execute.ts";
import { projectRoot, readNotebookFile } from "./files.ts";
import { parseNotebook } from "./nbformat.ts";
import { describeFailure } from "./run.ts";

const FLAGS: Flag[] = ["only", "timeout", "dir", "jobs", "help"];

/** The command; returns its exit code. Throws InputError for bad options and when there are no notebooks. */
export async function check(args: readonly string[], around: Surroundings): Promise<number> {
  const options = await readOptions(args, "check", FLAGS);
  if (options.help) {
    around.print(usage("check", FLAGS));
    return 0;
  }
  const { folder, names, timeoutMs, jobs } = demandNotebooks(options);
  const root = await projectRoot(folder);
  const checkOne = async (name: string, signal: AbortSignal): Promise<StaleCell[]> => {
    const { content, path } = await readNotebookFile(folder, name);
    const committed = parseNotebook(content, path);
    const fresh = await executeNotebook(committed, { cwd: folder, root, timeoutMs, signal });
    const stale = staleCells(committed, fresh);
    around.print(`${name}.ipynb ${stale.length === 0 ? "is up to date" : "is stale"}`);
    return stale;
  };
  const outcomes = await forEachNotebook(names, checkOne, {
    jobs,
    stopAtFirst: false,
    signal: around.signal,
  });
  return report(outcomes, around);
}

function report(outcomes: Outcome<StaleCell[]>[], around: Surroundings): number {
  let wrong = 0;
  for (const outcome of outcomes) {
    const { name } = outcome;
    if ("error" in outcome) {
      wrong++;
      around.printError(
        outcome.error instanceof Interrupted
          ? `${name}.ipynb was not checked: ${outcome.error.message}`
          : describeFailure(name, outcome.error),
      );
    } else if (outcome.value.length > 0) {
      wrong++;
      for (const { cell, why } of outcome.value) {
        around.printError(`stale: ${name}.ipynb, cell ${cell}: ${why}`);
      }
    }
  }
  around.print(`${outcomes.length - wrong} of ${count(outcomes.length, "notebook")} up to date`);
  if (wrong > 0) around.printError("run `deno task notebooks` and look at what changed");
  return wrong === 0 ? 0 : 1;
}

if (import.meta.main) await asProgram((around) => check(Deno.args, around));
