import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { completeSample, finiteColumn, positiveWeights, type RowDrop } from "../../panel/sample.ts";

/** What the paths are read from. */
export interface PathColumns {
  readonly outcome: string;
  readonly treatment: string;
  readonly covariates: readonly string[];
  readonly weights: string | undefined;
  /** Column of groups within which units are compared; undefined for all. */
  readonly within: string | undefined;
  readonly keepBidirectional: boolean;
}

/**
 * Treatment paths laid out by time: the value of unit i in period t (0-based code) stands at t · units + i; NaN where
 * there is none.
 */
export interface TreatmentPaths {
  readonly panel: Panel;
  readonly units: number;
  readonly periods: number;
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly covariates: readonly Float64Array[];
  /** Weight of each position; 0 where the outcome is missing. */
  readonly weights: Float64Array;
  /** Code of each unit's comparison group: baseline treatment, and the `within` column if there is one. */
  readonly group: Int32Array;
  readonly groupNames: readonly string[];
  readonly baseline: Float64Array;
  /** Period code of the first change; `periods` for units that never change. */
  readonly firstChange: Int32Array;
  /** +1 where the treatment rises, −1 where it falls, 0 where it never changes. */
  readonly sign: Int8Array;
  /** Last period code in which somebody of each comparison group has not changed yet. */
  readonly lastControl: Int32Array;
  readonly droppedRows: readonly RowDrop[];
  readonly notes: readonly string[];
}

/**
 * Reads treatment paths with the conservative rules of de Chaisemartin & D'Haultfœuille for what is missing: a gap
 * between two equal values before the first change is filled; a change somewhere within a gap has no date, so the
 * unit serves as control up to the gap and is left out after; a gap after the change takes the value at the change.
 *
 * @throws InputError when a column is wrong or nobody's treatment changes.
 */
export function treatmentPaths(panel: Panel, columns: PathColumns): TreatmentPaths {
  const [n, periods] = [panel.units.length, panel.times.length];
  const outcome = layOut(panel, finiteColumn(panel, columns.outcome));
  const treatment = layOut(panel, finiteColumn(panel, columns.treatment));
  const weights = layOutWeights(panel, columns.weights);
  const dropped = new Map<string, number[]>();
  const hide = (reason: string, t: number, unit: number) => {
    const at = t * n + unit;
    if (Number.isNaN(outcome[at])) return;
    outcome[at] = NaN;
    dropped.set(reason, [...dropped.get(reason) ?? [], at]);
  };
  if (columns.weights !== undefined) hideUnweighted(panel, columns.weights, hide);
  const baseline = new Float64Array(n).fill(NaN);
  const firstChange = new Int32Array(n).fill(periods);
  let filled = 0;
  for (let i = 0; i < n; i++) {
    const path = readPath(treatment, i, n, periods);
    if (path === null) {
      for (let t = 0; t < periods; t++) hide(`${columns.treatment} never observed`, t, i);
      continue;
    }
    baseline[i] = path.baseline;
    for (let t = 0; t < path.first; t++) {
      hide(`before ${columns.treatment} is first observed`, t, i);
    }
    firstChange[i] = path.dated ? path.change : periods;
    if (!path.dated || path.change === periods) {
      const reason = path.change === periods
        ? `after ${columns.treatment} is last observed`
        : `after ${columns.treatment} changed at an unknown time`;
      for (let t = path.lastAtBaseline + 1; t < periods; t++) hide(reason, t, i);
    }
    filled += fillPath(treatment, i, n, periods, path);
    if (columns.keepBidirectional || !path.dated) continue;
    for (let t = crossing(treatment, i, n, periods, path); t < periods; t++) {
      treatment[t * n + i] = NaN;
      hide(`${columns.treatment} has been both above and below its baseline`, t, i);
    }
  }
  if (firstChange.every((change) => change === periods)) {
    throw new InputError({
      problem: "The treatment of no unit changes at a known time",
      column: columns.treatment,
      remedy: "name the column that holds each unit's treatment in each period",
    });
  }
  for (let at = 0; at < weights.length; at++) if (Number.isNaN(outcome[at])) weights[at] = 0;
  const sign = signs(treatment, baseline, firstChange, n, periods);
  const undirected = [...sign.keys()].filter((i) => sign[i] === 0 && firstChange[i] < periods);
  const { group, groupNames } = comparisonGroups(panel, baseline, columns);
  return {
    panel,
    units: n,
    periods,
    outcome,
    treatment,
    covariates: columns.covariates.map((name) => layOut(panel, finiteColumn(panel, name))),
    weights,
    group,
    groupNames,
    baseline,
    firstChange,
    sign,
    lastControl: lastControls(group, groupNames.length, firstChange),
    droppedRows: describeDrops(panel, dropped),
    notes: [
      ...pathNotes(panel, columns, filled, outcome, dropped),
      ...loneNote(group, firstChange, groupNames, panel),
      ...(undirected.length === 0 ? [] : [
        `${undirected.length} units whose ${columns.treatment} returns on average to its baseline have no direction ` +
        `and count as controls before their change only: ${
          undirected.slice(0, 5).map((i) => panel.units[i]).join(", ")
        }`,
      ]),
    ],
  };
}

function layOut(panel: Panel, values: Float64Array): Float64Array {
  const n = panel.units.length;
  const out = new Float64Array(n * panel.times.length).fill(NaN);
  for (let row = 0; row < panel.rows; row++) {
    out[panel.time[row] * n + panel.unit[row]] = values[row];
  }
  return out;
}

/** Weights by position; 0 where there is no row or its weight is missing. */
function layOutWeights(panel: Panel, name: string | undefined): Float64Array {
  if (name === undefined) {
    return layOut(panel, new Float64Array(panel.rows).fill(1)).map((w) => Number.isNaN(w) ? 0 : w);
  }
  // Their rows are hidden by name; the others must be above zero.
  positiveWeights(completeSample(panel, [name]).panel, name);
  return layOut(panel, panel.numeric(name)).map((w) => Number.isNaN(w) ? 0 : w);
}

/** Hides the outcome of rows whose weight is missing; their treatment is still part of the unit's path. */
function hideUnweighted(
  panel: Panel,
  name: string,
  hide: (reason: string, t: number, unit: number) => void,
): void {
  const weights = panel.numeric(name);
  for (let row = 0; row < panel.rows; row++) {
    if (Number.isNaN(weights[row])) hide(`${name} missing`, panel.time[row], panel.unit[row]);
  }
}

interface Path {
  readonly baseline: number;
  /** First period in which the treatment is observed. */
  readonly first: number;
  readonly lastAtBaseline: number;
  /** First period observed away from the baseline; `periods` where there is none. */
  readonly change: number;
  /** False where periods are missing just before the change, so that its date is unknown. */
  readonly dated: boolean;
}

function readPath(treatment: Float64Array, unit: number, n: number, periods: number): Path | null {
  let [first, last] = [-1, -1];
  for (let t = 0; t < periods; t++) {
    const value = treatment[t * n + unit];
    if (Number.isNaN(value)) continue;
    if (first === -1) first = t;
    if (value !== treatment[first * n + unit]) {
      const baseline = treatment[first * n + unit];
      return { baseline, first, lastAtBaseline: last, change: t, dated: last === t - 1 };
    }
    last = t;
  }
  if (first === -1) return null;
  const baseline = treatment[first * n + unit];
  return { baseline, first, lastAtBaseline: last, change: periods, dated: true };
}

/** Fills gaps whose value is implied (before the change) or assumed (after it); how many observed rows this makes usable. */
function fillPath(
  treatment: Float64Array,
  unit: number,
  n: number,
  periods: number,
  { baseline, first, lastAtBaseline, change, dated }: Path,
): number {
  let filled = 0;
  for (let t = first; t <= lastAtBaseline; t++) {
    if (!Number.isNaN(treatment[t * n + unit])) continue;
    treatment[t * n + unit] = baseline;
    filled++;
  }
  if (!dated) return filled;
  for (let t = change + 1; t < periods; t++) {
    if (!Number.isNaN(treatment[t * n + unit])) continue;
    treatment[t * n + unit] = treatment[change * n + unit];
    filled++;
  }
  return filled;
}

/** First period by which the treatment has been on both sides of its baseline. */
function crossing(
  treatment: Float64Array,
  unit: number,
  n: number,
  periods: number,
  { baseline, change }: Path,
): number {
  let [above, below] = [false, false];
  for (let t = change; t < periods; t++) {
    const value = treatment[t * n + unit];
    above ||= value > baseline;
    below ||= value < baseline;
    if (above && below) return t;
  }
  return periods;
}

function signs(
  treatment: Float64Array,
  baseline: Float64Array,
  firstChange: Int32Array,
  n: number,
  periods: number,
): Int8Array {
  return Int8Array.from(firstChange, (change, i) => {
    let [sum, count] = [0, 0];
    for (let t = change; t < periods; t++) {
      const value = treatment[t * n + i];
      if (Number.isNaN(value)) continue;
      sum += value - baseline[i];
      count++;
    }
    return count === 0 ? 0 : Math.sign(sum);
  });
}

function comparisonGroups(panel: Panel, baseline: Float64Array, { within }: PathColumns) {
  const coding: Coding | null = within === undefined ? null : panel.groups(within);
  const own = coding === null ? [] : codesOfUnits(panel, coding);
  const codes = new Map<string, number>();
  const group = Int32Array.from(baseline, (value, i) => {
    const key = coding === null ? `${value}` : `${value}, ${coding.levels[own[i]]}`;
    if (!codes.has(key)) codes.set(key, codes.size);
    return codes.get(key)!;
  });
  return { group, groupNames: [...codes.keys()] };
}

/** The group of each unit. @throws InputError when it varies within a unit. */
function codesOfUnits(panel: Panel, { name, codes }: Coding): Int32Array {
  const own = new Int32Array(panel.units.length).fill(-1);
  const changes: number[] = [];
  for (let row = 0; row < panel.rows; row++) {
    const unit = panel.unit[row];
    if (own[unit] === -1) own[unit] = codes[row];
    else if (own[unit] !== codes[row]) changes.push(row);
  }
  if (changes.length === 0) return own;
  throw new InputError({
    problem: "The groups within which units are compared must be fixed over time within a unit",
    column: name,
    rows: panel.describeRows(changes),
    remedy: "use one group per unit (its region, say)",
  });
}

function lastControls(group: Int32Array, groups: number, firstChange: Int32Array): Int32Array {
  const last = new Int32Array(groups).fill(-1);
  firstChange.forEach((change, i) => last[group[i]] = Math.max(last[group[i]], change - 1));
  return last;
}

/** Says how many switchers are alone with their baseline and date of change. */
function loneNote(
  group: Int32Array,
  firstChange: Int32Array,
  names: readonly string[],
  panel: Panel,
): string[] {
  const count = new Map<string, number>();
  const key = (i: number) => `${panel.times[firstChange[i]]} from ${names[group[i]]}`;
  firstChange.forEach((change, i) => {
    if (change < panel.times.length) count.set(key(i), (count.get(key(i)) ?? 0) + 1);
  });
  const alone = [...count].filter(([, units]) => units === 1).map(([name]) => name);
  if (alone.length === 0) return [];
  return [
    `${alone.length} cohorts (first change, baseline) have one unit; its change is centred on the mean of its ` +
    `comparison as a whole: ${alone.slice(0, 5).join("; ")}${alone.length > 5 ? "; …" : ""}`,
  ];
}

function describeDrops(panel: Panel, dropped: ReadonlyMap<string, readonly number[]>): RowDrop[] {
  if (dropped.size === 0) return [];
  const n = panel.units.length;
  const rowAt = new Int32Array(n * panel.times.length);
  for (let row = 0; row < panel.rows; row++) rowAt[panel.time[row] * n + panel.unit[row]] = row;
  return [...dropped].map(([reason, positions]) => ({
    reason,
    count: positions.length,
    rows: panel.describeRows(positions.map((at) => rowAt[at])),
  }));
}

function pathNotes(
  panel: Panel,
  columns: PathColumns,
  filled: number,
  outcome: Float64Array,
  dropped: ReadonlyMap<string, readonly number[]>,
): string[] {
  const observed = outcome.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0) +
    [...dropped.values()].reduce((sum, positions) => sum + positions.length, 0);
  const missing = panel.rows - observed;
  const steps = new Set(panel.times.slice(1).map((time, t) => time - panel.times[t]));
  return [
    ...(filled === 0
      ? []
      : [`${filled} missing values of ${columns.treatment} within a unit's path filled`]),
    ...(missing === 0 ? [] : [
      `${missing} rows without ${columns.outcome}: their treatment is used, their outcome cannot be`,
    ]),
    ...(steps.size <= 1
      ? []
      : ["periods are not evenly spaced: event time counts observed periods"]),
  ];
}
