import { InputError } from "../../panel/errors.ts";
import { type CohortRows } from "../cohort/rows.ts";

/** One cohort × period effect with its interactions. */
export interface EtwfeCell {
  readonly cohort: number;
  /** Position in the panel's times. */
  readonly time: number;
  readonly name: string;
  /** Names of its interactions with the demeaned covariates, in their order. */
  readonly interactions: readonly string[];
}

/** The columns of a Wooldridge regression. */
export interface EtwfeDesign {
  readonly cells: readonly EtwfeCell[];
  /** Cell of each row; −1 where there is none. */
  readonly cellOf: Int32Array;
  /** Covariates less their mean in the row's cohort. */
  readonly demeaned: readonly Float64Array[];
  /** Effects: dummies of cells, then interactions. */
  readonly effects: readonly { readonly name: string; readonly values: Float64Array }[];
  /** Covariates, by cohort and by period. */
  readonly controls: readonly { readonly name: string; readonly values: Float64Array }[];
}

export interface EtwfeSettings {
  readonly covariates: readonly string[];
  readonly control: "never" | "notYet";
  /** With unit effects, covariates enter through their interactions with time only. */
  readonly unitEffects: boolean;
  readonly weights: Float64Array | null;
}

/**
 * The saturated design: one dummy for each treated cohort × period (with "never" also the periods before
 * treatment, but for the last), interacted with covariates about their cohort means.
 * Source: Wooldridge (2025), Empirical Economics 69 (working paper 2021), eqs. 5.3 and 6.33.
 */
export function etwfeDesign(rows: CohortRows, settings: EtwfeSettings): EtwfeDesign {
  const { panel } = rows;
  const { cells, cellOf } = etwfeCells(rows, settings);
  const columns = settings.covariates.map((name) => panel.numeric(name));
  const demeaned = columns.map((column) => aboutCohortMean(rows, column, settings.weights));
  const dummies = cells.map(({ name }, c) => ({
    name,
    values: Float64Array.from(cellOf, (cell) => cell === c ? 1 : 0),
  }));
  const interactions = cells.flatMap(({ interactions }, c) =>
    interactions.map((name, j) => ({
      name,
      values: demeaned[j].map((value, i) => cellOf[i] === c ? value : 0),
    }))
  );
  return {
    cells,
    cellOf,
    demeaned,
    effects: [...dummies, ...interactions],
    controls: settings.covariates.flatMap((name, j) =>
      controlColumns(rows, name, columns[j], settings.unitEffects)
    ),
  };
}

function etwfeCells(rows: CohortRows, settings: EtwfeSettings) {
  const { panel, cohort, cohorts } = rows;
  const cells: EtwfeCell[] = [];
  const cellOf = new Int32Array(panel.rows).fill(-1);
  const index = new Map<number, number>();
  for (const g of cohorts) {
    const base = lastBefore(panel.times, g);
    panel.times.forEach((t, code) => {
      const wanted = settings.control === "never" ? code !== base : t >= g;
      if (!wanted) return;
      const name = `ATT(${g}, ${t})`;
      index.set(code * cohorts.length + cohorts.indexOf(g), cells.length);
      cells.push({
        cohort: g,
        time: code,
        name,
        interactions: settings.covariates.map((x) => `${name} × ${x}`),
      });
    });
  }
  const used = new Uint8Array(cells.length);
  const place = new Map(cohorts.map((g, k) => [g, k]));
  for (let i = 0; i < panel.rows; i++) {
    const k = place.get(cohort[panel.unit[i]]);
    if (k === undefined) continue;
    const cell = index.get(panel.time[i] * cohorts.length + k);
    if (cell === undefined) continue;
    cellOf[i] = cell;
    used[cell] = 1;
  }
  return used.every((value) => value === 1)
    ? { cells, cellOf }
    : withoutEmptyCells(cells, cellOf, used);
}

function withoutEmptyCells(
  cells: readonly EtwfeCell[],
  cellOf: Int32Array,
  used: Uint8Array,
): { cells: EtwfeCell[]; cellOf: Int32Array } {
  const position = new Int32Array(cells.length).fill(-1);
  const kept = cells.filter((_, c) => used[c] === 1);
  let next = 0;
  for (let c = 0; c < cells.length; c++) if (used[c] === 1) position[c] = next++;
  return { cells: kept, cellOf: cellOf.map((c) => c === -1 ? -1 : position[c]) };
}

function lastBefore(times: readonly number[], g: number): number {
  let last = -1;
  times.forEach((t, code) => {
    if (t < g) last = code;
  });
  return last;
}

function aboutCohortMean(
  { panel, cohort }: CohortRows,
  column: Float64Array,
  weights: Float64Array | null,
): Float64Array {
  const sums = new Map<number, [number, number]>();
  for (let i = 0; i < column.length; i++) {
    const g = cohort[panel.unit[i]];
    const w = weights === null ? 1 : weights[i];
    const [sum, total] = sums.get(g) ?? [0, 0];
    sums.set(g, [sum + w * column[i], total + w]);
  }
  return column.map((value, i) => {
    const [sum, total] = sums.get(cohort[panel.unit[i]])!;
    return value - sum / total;
  });
}

function controlColumns(
  { panel, cohort, cohorts }: CohortRows,
  name: string,
  column: Float64Array,
  unitEffects: boolean,
): { name: string; values: Float64Array }[] {
  const byTime = panel.times.slice(1).map((time, k) => ({
    name: `${name} × ${time}`,
    values: column.map((value, i) => panel.time[i] === k + 1 ? value : 0),
  }));
  if (unitEffects) return byTime;
  const byCohort = cohorts.map((g) => ({
    name: `${name} × cohort ${g}`,
    values: column.map((value, i) => cohort[panel.unit[i]] === g ? value : 0),
  }));
  return [{ name, values: column }, ...byCohort, ...byTime];
}

/** Refuses covariates that change over time: the regression conditions on fixed ones. */
export function requireTimeConstant(rows: CohortRows, names: readonly string[]): void {
  const { panel } = rows;
  for (const name of names) {
    const column = panel.numeric(name);
    const changes: number[] = [];
    for (let i = 1; i < panel.rows; i++) {
      if (panel.unit[i] === panel.unit[i - 1] && column[i] !== column[i - 1]) changes.push(i);
    }
    if (changes.length === 0) continue;
    throw new InputError({
      problem: "A covariate of this regression must be fixed over time within a unit",
      column: name,
      rows: panel.describeRows(changes),
      remedy:
        "use its value before treatment for all periods (covariates that treatment may move would bias)",
    });
  }
}
