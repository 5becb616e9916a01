import { InputError } from "./errors.ts";
import type { Panel } from "./panel.ts";

/** When each unit is first treated. */
export interface CohortDesign {
  /** First treated time of each unit (panel order); Infinity for never treated. */
  readonly cohort: Float64Array;
  /** Distinct finite cohorts, sorted. */
  readonly cohorts: readonly number[];
  readonly neverTreated: number;
}

/**
 * Treatment from a cohort column: the first treated time, one value per unit; missing, 0 and +Infinity all
 * mean never treated.
 * @throws InputError when a unit has more than one value, or 0 could be a first treated time as well, because times
 *   run from below 0 to 0 or beyond.
 */
export function cohortDesign(panel: Panel, column: string): CohortDesign {
  const values = panel.numeric(column);
  requireCohortTimes(panel, column, values);
  const cohort = new Float64Array(panel.units.length).fill(NaN);
  const conflicts: number[] = [];
  const units = panel.unit;
  for (let i = 0; i < values.length; i++) {
    const value = Number.isNaN(values[i]) || values[i] === 0 ? Infinity : values[i];
    const unit = units[i];
    if (Number.isNaN(cohort[unit])) cohort[unit] = value;
    else if (cohort[unit] !== value) conflicts.push(i);
  }
  if (conflicts.length > 0) {
    throw new InputError({
      problem: "A unit has more than one first treated time",
      column,
      rows: panel.describeRows(conflicts),
      remedy: "give every row of a unit the same cohort (blank, 0 or Infinity for never treated)",
    });
  }
  return summarise(cohort);
}

function requireCohortTimes(panel: Panel, column: string, values: Float64Array): void {
  const rowsOf = (sought: number) => {
    const rows: number[] = [];
    for (let i = 0; i < values.length; i++) if (values[i] === sought) rows.push(i);
    return rows;
  };
  const before = values.includes(-Infinity) ? rowsOf(-Infinity) : [];
  if (before.length > 0) {
    throw new InputError({
      problem: "A first treated time cannot be minus infinity",
      column,
      rows: panel.describeRows(before),
      value: -Infinity,
      remedy: "give the first treated time, or leave it blank for never treated",
    });
  }
  const zero = panel.times[0] < 0 && panel.times[panel.times.length - 1] >= 0 ? rowsOf(0) : [];
  if (zero.length === 0) return;
  throw new InputError({
    problem:
      `A first treated time of 0 could mean never treated or treated from 0 on: times run from ${
        panel.times[0]
      } to ${panel.times[panel.times.length - 1]}`,
    column,
    rows: panel.describeRows(zero),
    value: 0,
    remedy: "leave never-treated units blank and count times from 1, so that 0 is not among them",
  });
}

/** The distinct finite values, sorted. */
export function datedCohorts(cohort: Float64Array): number[] {
  const found = new Set<number>();
  let last = Infinity;
  for (let i = 0; i < cohort.length; i++) {
    if (cohort[i] !== last && cohort[i] !== Infinity) found.add(cohort[i]);
    last = cohort[i];
  }
  return [...found].sort((a, b) => a - b);
}

function summarise(cohort: Float64Array): CohortDesign {
  const cohorts = datedCohorts(cohort);
  let neverTreated = 0;
  for (let i = 0; i < cohort.length; i++) if (cohort[i] === Infinity) neverTreated++;
  return { cohort, cohorts, neverTreated };
}

/**
 * Cohorts from a 0/1 treatment path: a unit's cohort is the first time at which it is treated.
 * @throws InputError when a value is not 0 or 1, treatment switches off, or it is missing just before its first time.
 */
export function cohortsFromPath(panel: Panel, column: string): CohortDesign {
  const path = binaryPath(panel, column);
  const offs = switchesOff(panel, path);
  if (offs.length > 0) {
    throw new InputError({
      problem:
        "Treatment switches off, but this estimator assumes that a treated unit stays treated",
      column,
      rows: panel.describeRows(offs),
      remedy:
        "define treatment as 'ever treated so far', or use an estimator that allows switching",
    });
  }
  const undated = undatedStarts(panel, path);
  if (undated.length > 0) {
    throw new InputError({
      problem:
        "Treatment is missing just before a unit is first seen treated, so its date is unknown",
      column,
      rows: panel.describeRows(undated),
      remedy: "fill the missing values in, or leave these units out",
    });
  }
  const cohort = new Float64Array(panel.units.length).fill(Infinity);
  for (let i = panel.rows - 1; i >= 0; i--) {
    if (path[i] === 1) cohort[panel.unit[i]] = panel.times[panel.time[i]];
  }
  return summarise(cohort);
}

/** A treatment path checked to hold 0 and 1 only (missing values pass: the rows are dropped later). */
export function binaryPath(panel: Panel, column: string): Float64Array {
  const path = panel.numeric(column);
  const wrong: number[] = [];
  for (let i = 0; i < path.length; i++) {
    if (path[i] !== 0 && path[i] !== 1 && !Number.isNaN(path[i])) wrong.push(i);
  }
  if (wrong.length === 0) return path;
  throw new InputError({
    problem: "A binary treatment must be 0 or 1",
    column,
    rows: panel.describeRows(wrong),
    value: path[wrong[0]],
    remedy: "recode it, or use it as a dose",
  });
}

/** Rows at which a unit that was treated when last observed is untreated. */
export function switchesOff(panel: Panel, path: Float64Array): number[] {
  const rows: number[] = [];
  let last = NaN;
  for (let i = 0; i < panel.rows; i++) {
    if (i > 0 && panel.unit[i] !== panel.unit[i - 1]) last = NaN;
    if (Number.isNaN(path[i])) continue;
    if (last === 1 && path[i] === 0) rows.push(i);
    last = path[i];
  }
  return rows;
}

/** Rows first treated just after a missing value, so that the date is not known. */
function undatedStarts(panel: Panel, path: Float64Array): number[] {
  const rows: number[] = [];
  let [seen, gap] = [false, false];
  for (let i = 0; i < panel.rows; i++) {
    if (i > 0 && panel.unit[i] !== panel.unit[i - 1]) [seen, gap] = [false, false];
    if (path[i] === 1 && !seen && gap) rows.push(i);
    seen ||= path[i] === 1;
    gap = Number.isNaN(path[i]);
  }
  return rows;
}

/** What a dose may be. */
export interface DoseRange {
  /** Smallest value allowed. Default 0. */
  readonly min?: number;
  /** Largest value allowed. Default +Infinity. */
  readonly max?: number;
}

/**
 * A dose path checked against its range (missing values pass: the rows are dropped later).
 * @throws InputError naming the rows out of range.
 */
export function dosePath(
  panel: Panel,
  column: string,
  { min = 0, max = Infinity }: DoseRange = {},
): Float64Array {
  const dose = panel.numeric(column);
  const wrong: number[] = [];
  for (let i = 0; i < dose.length; i++) {
    if (dose[i] < min || dose[i] > max || dose[i] === Infinity) wrong.push(i);
  }
  if (wrong.length === 0) return dose;
  throw new InputError({
    problem: `The dose must lie between ${min} and ${max === Infinity ? "a finite value" : max}`,
    column,
    rows: panel.describeRows(wrong),
    value: dose[wrong[0]],
    remedy: "correct these rows, or state the range that the dose may take",
  });
}

/** The 0/1 path that a cohort design implies, per row of the panel. */
export function pathFromCohorts(panel: Panel, { cohort }: CohortDesign): Float64Array {
  const path = new Float64Array(panel.rows);
  for (let i = 0; i < path.length; i++) {
    path[i] = panel.times[panel.time[i]] >= cohort[panel.unit[i]] ? 1 : 0;
  }
  return path;
}

/**
 * Checks that a column of shares lies within 0 … top, naming the rows that do not.
 * @param top 100 for percent (default), 1 for proportions.
 */
export function requireShares(panel: Panel, column: string, top = 100): void {
  const values = panel.numeric(column);
  const wrong: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] < 0 || values[i] > top) wrong.push(i);
  if (wrong.length === 0) return;
  throw new InputError({
    problem: `A share must lie between 0 and ${top}`,
    column,
    rows: panel.describeRows(wrong),
    value: values[wrong[0]],
    remedy: `check the unit (percent or proportion) and correct these rows`,
  });
}
