/** Whether the outputs in a notebook are those its code gives today. */
import { formatOutput, type Notebook, numberedCells, type Output } from "./nbformat.ts";

const SHOWN = 100;

/** A cell whose stored outputs are not to be trusted. */
export interface StaleCell {
  /** The cell's number, counting the cells that are run, from 1. */
  cell: number;
  /** Why, with the first difference where there is one. */
  why: string;
}

/**
 * The cells of `committed` whose outputs differ from those in `fresh`, the same notebook after a run; also those
 * never run, run in another order, or storing an error.
 */
export function staleCells(committed: Notebook, fresh: Notebook): StaleCell[] {
  const now = numberedCells(fresh);
  return numberedCells(committed).flatMap(({ number, cell }, index) => {
    const why = neverRun(cell.execution_count, cell.outputs, number) ??
      difference(cell.outputs, now[index].cell.outputs);
    return why === undefined ? [] : [{ cell: number, why }];
  });
}

function neverRun(count: number | null, outputs: Output[], number: number): string | undefined {
  if (count === null) return "it was never run";
  if (outputs.some((output) => output.output_type === "error")) return "it stores an error";
  if (count !== number) return `it is numbered [${count}], so it was not run from top to bottom`;
}

function difference(committed: Output[], fresh: Output[]): string | undefined {
  for (let index = 0; index < Math.max(committed.length, fresh.length); index++) {
    const [old, now] = [committed[index], fresh[index]];
    if (old === undefined) {
      return `output ${index + 1} is missing\n${side("+", formatOutput(now), 0)}`;
    }
    if (now === undefined) {
      return `output ${index + 1} is not made any more\n${side("-", formatOutput(old), 0)}`;
    }
    const shown = firstDifference(formatOutput(old), formatOutput(now));
    if (shown !== undefined) return `output ${index + 1} differs\n${shown}`;
  }
}

/** The first line in which two texts differ, cut to the part around the difference; undefined when they agree. */
export function firstDifference(old: string, now: string): string | undefined {
  if (old === now) return undefined;
  const [oldLines, nowLines] = [old.split("\n"), now.split("\n")];
  let line = 0;
  while (oldLines[line] === nowLines[line]) line++;
  const [before, after] = [oldLines[line] ?? "", nowLines[line] ?? ""];
  let column = 0;
  while (column < before.length && before[column] === after[column]) column++;
  return `${side("-", before, column)}\n${side("+", after, column)}`;
}

function side(sign: "-" | "+", text: string, column: number): string {
  const from = Math.max(0, column - SHOWN / 2);
  const part = text.slice(from, from + SHOWN).split("\n").join(" ").trim();
  return `  ${sign} ${from > 0 ? "…" : ""}${part}${from + SHOWN < text.length ? "…" : ""}`;
}
