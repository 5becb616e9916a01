import type { Coding } from "./coding.ts";
import { InputError } from "./errors.ts";
import type { Panel } from "./panel.ts";

/** Rows that an estimator could not use, and why. */
export interface RowDrop {
  readonly reason: string;
  readonly count: number;
  /** The rows: position in the input with unit and time (all of them; show the first few). */
  readonly rows: readonly string[];
}

/** The rows an estimator uses and those it does not. */
export interface Sample {
  readonly panel: Panel;
  readonly drops: readonly RowDrop[];
}

/**
 * The panel without the rows in which one of `columns` is missing; a reason and a count for each column.
 * @throws InputError when nothing is left, or a value is infinite.
 */
export function completeSample(panel: Panel, columns: readonly string[]): Sample {
  requirePanel(panel);
  const drops: RowDrop[] = [];
  const usable = new Uint8Array(panel.rows).fill(1);
  for (const name of new Set(columns)) {
    const values = finiteColumn(panel, name);
    const missing: number[] = [];
    for (let i = 0; i < values.length; i++) {
      if (!Number.isNaN(values[i])) continue;
      if (usable[i]) missing.push(i);
      usable[i] = 0;
    }
    if (missing.length === 0) continue;
    drops.push({
      reason: `${name} missing`,
      count: missing.length,
      rows: panel.describeRows(missing),
    });
  }
  if (drops.length === 0) return { panel, drops };
  return { panel: panel.take(positions(usable), "rows with every variable present"), drops };
}

function requirePanel(panel: unknown): void {
  if (typeof (panel as Panel | undefined)?.numeric === "function") return;
  throw new InputError({
    problem: "The data are not a panel",
    remedy: "build one first: Panel.fromRows(rows, { unit, time })",
  });
}

/** A numeric column whose values are all finite or missing. */
export function finiteColumn(panel: Panel, name: string): Float64Array {
  const values = panel.numeric(name);
  const infinite = positions(values, (value) => value === Infinity || value === -Infinity);
  if (infinite.length > 0) {
    throw new InputError({
      problem: "The column holds infinite values",
      column: name,
      rows: panel.describeRows([...infinite]),
      value: values[infinite[0]],
      remedy: "correct them, or leave them blank to have the rows dropped and counted",
    });
  }
  return values;
}

function positions(
  values: Uint8Array | Float64Array,
  is: (value: number) => boolean = (value) => value === 1,
): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (is(values[i])) found.push(i);
  return Int32Array.from(found);
}

/**
 * Drops rows that are alone in a level of some grouping: they fit perfectly and say nothing, yet would count
 * as observations. Repeated until none is left (dropping one row can leave another alone).
 *
 * @param groupings each a column, or several columns crossed.
 */
export function withoutSingletons(
  panel: Panel,
  groupings: readonly (string | readonly string[])[],
): Sample {
  let current = panel;
  const rows: string[] = [];
  for (;;) {
    const codings = groupings.map((names) => current.crossedGroups([names].flat()));
    const alone = rowsAlone(codings, current.rows);
    if (alone.size === 0) break;
    rows.push(...current.describeRows([...alone]));
    const keep = new Uint8Array(current.rows).fill(1);
    for (const i of alone) keep[i] = 0;
    current = current.take(positions(keep), "rows not alone in their fixed effect");
  }
  const names = groupings.map((one) => [one].flat().join(" × "));
  const reason = `alone in their ${names.join(" or ")} (a fixed effect of their own)`;
  return { panel: current, drops: rows.length === 0 ? [] : [{ reason, count: rows.length, rows }] };
}

function rowsAlone(codings: readonly Coding[], rows: number): Set<number> {
  const alone = new Set<number>();
  for (const { codes, levels } of codings) {
    const count = new Int32Array(levels.length);
    for (let i = 0; i < rows; i++) count[codes[i]]++;
    for (let i = 0; i < rows; i++) if (count[codes[i]] === 1) alone.add(i);
  }
  return alone;
}

/**
 * Analytic weights: one positive number per row. Estimators drop and count rows with a missing weight before, as
 * they do for every column they use.
 * @throws InputError naming the rows whose weight is zero, negative or still missing.
 */
export function positiveWeights(panel: Panel, name: string): Float64Array {
  const weights = finiteColumn(panel, name);
  const wrong = positions(weights, (w) => !(w > 0));
  if (wrong.length === 0) return weights;
  throw new InputError({
    problem: "Weights must be above zero and present",
    column: name,
    rows: panel.describeRows([...wrong]),
    value: weights[wrong[0]],
    remedy:
      "correct the weight, or remove these rows with panel.where(...) so that the sample is chosen openly",
  });
}
