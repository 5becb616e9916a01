/** Runs one notebook from top to bottom on a fresh kernel, in memory. */
import { CellTimeout, Interrupted, messageOf } from "./errors.ts";
import { type ExecuteReply, type Kernel, startKernel } from "./kernel.ts";
import { type Notebook, type NumberedCell, numberedCells, type Output } from "./nbformat.ts";
import { OutputRecorder, withoutPaths } from "./outputs.ts";
import { syntaxError } from "./syntax.ts";

/** What is told after each cell that succeeded. */
export interface CellProgress {
  /** The number in the cell's brackets, from 1. */
  number: number;
  /** How many cells of the notebook are run. */
  total: number;
  source: string;
  seconds: number;
}

/** How a notebook is run. */
export interface ExecuteOptions {
  /** The kernel's folder: the one relative imports start from. */
  cwd: string;
  /** Absolute path of the project, written as `<project>` where it shows in outputs. */
  root: string;
  /** Milliseconds each cell may take. */
  timeoutMs: number;
  signal?: AbortSignal;
  onCell?: (progress: CellProgress) => void;
}

/** A cell that did not succeed; `report` is the traceback, or what is known instead. */
export class CellFailure extends Error {
  override readonly name = "CellFailure";
  constructor(readonly cell: number, readonly source: string, readonly report: string) {
    super(`cell ${cell}: ${report}`);
  }
}

/**
 * The notebook with the outputs and numbers of this run; ids, metadata and texts are kept, and the argument is
 * not changed. The kernel is ended before this returns or throws.
 *
 * Throws CellFailure at the first cell that throws, takes too long or loses its kernel; KernelError when no kernel
 * could be started; Interrupted when the signal fires.
 */
export async function executeNotebook(
  notebook: Notebook,
  options: ExecuteOptions,
): Promise<Notebook> {
  const result = structuredClone(notebook);
  const kernel = await startKernel({ cwd: options.cwd, signal: options.signal });
  try {
    await runCells(kernel, result, options);
  } finally {
    await kernel.close();
  }
  return result;
}

async function runCells(kernel: Kernel, notebook: Notebook, options: ExecuteOptions) {
  const recorder = new OutputRecorder();
  const cells = numberedCells(notebook);
  const recorded: Output[][] = [];
  for (const { number, cell } of cells) {
    const started = performance.now();
    recorded.push(await runCell(kernel, { number, cell }, recorder, options));
    const seconds = (performance.now() - started) / 1000;
    options.onCell?.({ number, total: cells.length, source: cell.source, seconds });
  }
  // Only now, because a later cell can update what an earlier one displayed.
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") Object.assign(cell, { execution_count: null, outputs: [] });
  }
  cells.forEach(({ number, cell }, index) => {
    cell.execution_count = number;
    cell.outputs = withoutPaths(recorded[index], options.root);
  });
  ensureLanguage(notebook);
}

async function runCell(
  kernel: Kernel,
  { number, cell }: NumberedCell,
  recorder: OutputRecorder,
  options: ExecuteOptions,
): Promise<Output[]> {
  const outputs = recorder.begin(number);
  let reply: ExecuteReply;
  try {
    reply = await kernel.execute(
      cell.source,
      options.timeoutMs,
      (message) => recorder.add(message),
    );
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const remedy = error instanceof CellTimeout ? " (give it more with --timeout SECONDS)" : "";
    throw new CellFailure(number, cell.source, messageOf(error) + remedy);
  }
  // A result whose display throws is answered with "ok"; only its error output tells.
  const thrown = outputs.find((output) => output.output_type === "error");
  if (thrown !== undefined) throw new CellFailure(number, cell.source, traceback(thrown));
  if (reply.status === "error") {
    throw new CellFailure(number, cell.source, await unexplained(reply, cell.source));
  }
  return outputs;
}

function traceback(error: { ename: string; evalue: string; traceback: string[] }): string {
  const stack = error.traceback.join("\n");
  return stack.includes(error.evalue)
    ? stack
    : `${error.ename}: ${error.evalue}\n${stack}`.trimEnd();
}

async function unexplained(reply: ExecuteReply, source: string): Promise<string> {
  const because = await syntaxError(source) ??
    "the kernel gives no reason; most often it cannot read the code";
  return `${reply.ename}: ${reply.evalue}\n${because}`;
}

// Editors, GitHub and `deno fmt` find the language of the cells here.
function ensureLanguage(notebook: Notebook): void {
  notebook.metadata.kernelspec ??= { display_name: "Deno", language: "typescript", name: "deno" };
  notebook.metadata.language_info ??= {
    file_extension: ".ts",
    mimetype: "text/x.typescript",
    name: "typescript",
  };
}
