/**
 * Runs the notebooks on the Deno kernel and writes their outputs into them:
 * `deno run -A tools/notebooks/run.ts [--only 03,05] [--timeout SECONDS] [--dir FOLDER] [--jobs N]`.
 *
 * A notebook is written only after all its cells succeeded; otherwise its file stays as it was.
 */
import {
  asProgram,
  count,
  demandNotebooks,
  firstLine,
  type Flag,
  forEachNotebook,
  type Outcome,
  readOptions,
  seconds,
  type Surroundings,
  usage,
} from "./cli.ts";
import { Interrupted, messageOf } from "./errors.ts";
import { CellFailure, executeNotebook } from "./execute.ts";
import { projectRoot, readNotebookFile, replaceNotebook } from "./files.ts";
import { formatNotebook, parseNotebook } from "./nbformat.ts";

const FLAGS: Flag[] = ["only", "timeout", "dir", "jobs", "help"];

interface Ran {
  cells: number;
  changed: boolean;
}

/** The command; returns its exit code. Throws InputError for bad options and when there are no notebooks. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const options = await readOptions(args, "run", FLAGS);
  if (options.help) {
    around.print(usage("run", FLAGS));
    return 0;
  }
  const { folder, names, timeoutMs, jobs } = demandNotebooks(options);
  const root = await projectRoot(folder);
  const started = performance.now();
  const width = Math.max(...names.map((name) => name.length));
  const runOne = async (name: string, signal: AbortSignal): Promise<Ran> => {
    const file = await readNotebookFile(folder, name);
    let cells = 0;
    const result = await executeNotebook(parseNotebook(file.content, file.path), {
      cwd: folder,
      root,
      timeoutMs,
      signal,
      onCell: (cell) => {
        cells = cell.total;
        const count = `[${String(cell.number).padStart(String(cell.total).length)}/${cell.total}]`;
        around.print(
          `${name.padEnd(width)} ${count} ${firstLine(cell.source).padEnd(60)} ${
            seconds(cell.seconds)
          }`,
        );
      },
    });
    signal.throwIfAborted();
    return { cells, changed: replaceNotebook(file, formatNotebook(result)) };
  };
  const outcomes = await forEachNotebook(names, runOne, {
    jobs,
    stopAtFirst: true,
    signal: around.signal,
  });
  return report(outcomes, (performance.now() - started) / 1000, around);
}

function report(outcomes: Outcome<Ran>[], elapsed: number, around: Surroundings): number {
  const done = outcomes.filter((outcome) => "value" in outcome);
  const stopped = outcomes.filter((outcome) => "error" in outcome);
  for (const { name, error } of stopped) {
    if (!(error instanceof Interrupted)) around.printError(describeFailure(name, error));
  }
  const cells = done.reduce((sum, { value }) => sum + value.cells, 0);
  const changed = done.filter(({ value }) => value.changed).length;
  around.print(
    `${done.length} of ${count(outcomes.length, "notebook")} run, ${count(cells, "cell")}, ${
      count(changed, "file")
    } changed, ` +
      seconds(elapsed),
  );
  if (stopped.length === 0) return 0;
  around.printError(`left as they were: ${stopped.map(({ name }) => name).join(", ")}`);
  return 1;
}

/** The error of a notebook as the reader should see it. */
export function describeFailure(name: string, error: unknown): string {
  if (!(error instanceof CellFailure)) return `error: ${name}.ipynb: ${messageOf(error)}`;
  return `error: ${name}.ipynb, cell ${error.cell} failed: ${
    firstLine(error.source)
  }\n${error.report}`;
}

if (import.meta.main) await asProgram((around) => run(Deno.args, around));
