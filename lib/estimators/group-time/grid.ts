import { InputError } from "../../panel/errors.ts";
import type { Label } from "../../panel/coding.ts";
import type { Panel } from "../../panel/panel.ts";
import { completeSample, finiteColumn, positiveWeights, type RowDrop } from "../../panel/sample.ts";
import { type CohortDesign, cohortDesign, datedCohorts } from "../../panel/treatment.ts";
import { loneNeverNote } from "../cohort/rows.ts";

/** What a grid is made from. */
export interface GridColumns {
  readonly outcome: string;
  /** Column of the first treated time (missing, 0 or Infinity: never). */
  readonly cohort: string;
  readonly covariates: readonly string[];
  readonly weights: string | undefined;
}

/**
 * A panel laid out by time: the value of unit i at time t stands at t · units + i. Rows that are not there
 * are NaN in every column.
 */
export interface Grid {
  /** The rows that are used. */
  readonly panel: Panel;
  readonly units: number;
  readonly times: readonly number[];
  readonly outcome: Float64Array;
  /** Row of the panel at each position; −1 where there is none. */
  readonly rowAt: Int32Array;
  readonly covariates: readonly Float64Array[];
  /** Weights; null for one each. */
  readonly weights: Float64Array | null;
  /** First treated time of each unit; Infinity for never (or after the last period that is used). */
  readonly cohort: Float64Array;
  /** Cohorts whose effects are estimated, sorted. */
  readonly cohorts: readonly number[];
  readonly neverTreated: number;
  readonly balanced: boolean;
  /** Where nobody is never treated: the cohort that others are compared with, and the periods this closes. */
  readonly lastCohort: LastCohort | null;
  readonly droppedRows: readonly RowDrop[];
  readonly notes: readonly string[];
}

/** The last cohort, where it stands in for the never treated. */
export interface LastCohort {
  readonly cohort: number;
  /** Periods in which nobody is left to compare with. */
  readonly closedTimes: readonly number[];
}

/** What to do with a panel before laying it out. */
export interface GridOptions {
  readonly anticipation: number;
  /** "balance" keeps the units observed at every time; "keep" keeps every row. */
  readonly gaps: "balance" | "keep";
  readonly control: "never" | "notYet";
}

/**
 * Lays a panel out by unit and time for estimators that compare cohorts, leaving out what they cannot use:
 * incomplete rows, units treated before they are first seen, and (with `gaps: "balance"`) units with holes.
 * Everything left out is counted in `droppedRows`.
 *
 * @throws InputError when nobody is treated within the panel, or there is no comparison group.
 */
export function makeGrid(panel: Panel, columns: GridColumns, options: GridOptions): Grid {
  const complete = completeSample(panel, [
    columns.outcome,
    ...columns.covariates,
    ...(columns.weights === undefined ? [] : [columns.weights]),
  ]);
  const drops: RowDrop[] = [...complete.drops];
  const design = cohortDesign(complete.panel, columns.cohort);
  const whole = withoutAlwaysTreated(complete.panel, columns.cohort, design, options, drops);
  const filled = options.gaps === "keep" ? whole : withoutHoles(whole, drops);
  const left = filled === complete.panel ? design : cohortDesign(filled, columns.cohort);
  const groups = comparisonGroups(filled, columns.cohort, left, options);
  const { panel: used, cohort, cohorts, neverTreated, lastCohort, notes } = groups.neverTreated > 0
    ? groups
    : againstLastCohort(groups, columns.cohort, options, drops);
  const weights = columns.weights === undefined ? null : positiveWeights(used, columns.weights);
  return {
    panel: used,
    units: used.units.length,
    times: used.times,
    outcome: layOut(used, finiteColumn(used, columns.outcome)),
    rowAt: rowPositions(used),
    covariates: columns.covariates.map((name) => layOut(used, finiteColumn(used, name))),
    weights: weights === null ? null : layOut(used, weights),
    cohort,
    cohorts,
    neverTreated,
    balanced: used.balanced,
    lastCohort,
    droppedRows: drops,
    notes: [...notes, ...loneNeverNote(cohort)],
  };
}

/** Values in panel order as values by time and unit; NaN where there is no row. */
export function layOut(panel: Panel, values: Float64Array): Float64Array {
  const units = panel.units.length;
  const { unit, time } = panel;
  const out = panel.balanced
    ? new Float64Array(panel.rows)
    : new Float64Array(units * panel.times.length).fill(NaN);
  for (let i = 0; i < values.length; i++) out[time[i] * units + unit[i]] = values[i];
  return out;
}

function rowPositions(panel: Panel): Int32Array {
  const units = panel.units.length;
  const out = new Int32Array(units * panel.times.length).fill(-1);
  for (let i = 0; i < panel.rows; i++) out[panel.time[i] * units + panel.unit[i]] = i;
  return out;
}

function keepUnits(panel: Panel, keep: (unit: number) => boolean, reason: string): Panel {
  const rows: number[] = [];
  for (let i = 0; i < panel.rows; i++) if (keep(panel.unit[i])) rows.push(i);
  return rows.length === panel.rows ? panel : panel.take(Int32Array.from(rows), reason);
}

function dropUnits(
  panel: Panel,
  gone: (unit: number) => boolean,
  reason: (units: readonly Label[]) => string,
  drops: RowDrop[],
): Panel {
  const units = panel.units.filter((_, i) => gone(i));
  if (units.length === 0) return panel;
  const rows: number[] = [];
  for (let i = 0; i < panel.rows; i++) if (gone(panel.unit[i])) rows.push(i);
  const text = reason(units);
  drops.push({ reason: text, count: rows.length, rows: panel.describeRows(rows) });
  return keepUnits(panel, (unit) => !gone(unit), `without ${text}`);
}

const SHOWN_UNITS = 5;

/** "3 units (a, b, c)", with at most five names. */
export function listUnits(units: readonly Label[]): string {
  const shown = units.slice(0, SHOWN_UNITS).join(", ");
  const more = units.length > SHOWN_UNITS ? ", …" : "";
  return `${units.length} ${units.length === 1 ? "unit" : "units"} (${shown}${more})`;
}

function withoutAlwaysTreated(
  panel: Panel,
  column: string,
  { cohort }: CohortDesign,
  { anticipation }: GridOptions,
  drops: RowDrop[],
): Panel {
  const first = panel.times[0];
  if (cohort.every((g) => g <= first + anticipation)) {
    throw new InputError({
      problem:
        `There is no pre-period: every unit is treated (or anticipates treatment) by ${first}, the first period`,
      column,
      remedy: "start the panel earlier, or include units that are treated later or never",
    });
  }
  return dropUnits(
    panel,
    (unit) => cohort[unit] <= first + anticipation,
    (units) => `treated by ${first + anticipation}, without a pre-period: ${listUnits(units)}`,
    drops,
  );
}

function withoutHoles(panel: Panel, drops: RowDrop[]): Panel {
  if (panel.balanced) return panel;
  const count = new Int32Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) count[panel.unit[i]]++;
  const periods = panel.times.length;
  if (count.every((rows) => rows < periods)) {
    throw new InputError({
      problem: `No unit is observed in all ${periods} periods`,
      column: panel.unitName,
      remedy: "use unbalanced: true, or keep the periods in which units are complete",
    });
  }
  return dropUnits(
    panel,
    (unit) => count[unit] < periods,
    (units) => `of units not observed in every period: ${listUnits(units)}`,
    drops,
  );
}

interface Groups {
  readonly panel: Panel;
  readonly cohort: Float64Array;
  readonly cohorts: readonly number[];
  readonly neverTreated: number;
  readonly lastCohort: LastCohort | null;
  readonly notes: readonly string[];
}

/** Who is treated within the panel's periods, and how many never are. */
function comparisonGroups(
  panel: Panel,
  column: string,
  design: CohortDesign,
  options: GridOptions,
): Groups {
  const last = panel.times[panel.times.length - 1];
  // A unit that starts (or anticipates) after the last period is never treated as far as these rows go.
  const cohort = design.cohort.map((g) => g - options.anticipation > last ? Infinity : g);
  const late = design.cohort.reduce((n, g, i) => n + (cohort[i] !== g ? 1 : 0), 0);
  const cohorts = datedCohorts(cohort);
  if (cohorts.length === 0) {
    throw new InputError({
      problem: "Nobody is treated within the panel's periods",
      column,
      remedy: "check the cohort column, and that the window reaches past the first cohort",
    });
  }
  return {
    panel,
    cohort,
    cohorts,
    neverTreated: cohort.reduce((n, g) => n + (g === Infinity ? 1 : 0), 0),
    lastCohort: null,
    notes: late === 0
      ? []
      : [`${late} units first treated after ${last} count as never treated in this window`],
  };
}

/** Nobody is never treated: the last cohort is compared with for as long as it is untreated. */
function againstLastCohort(
  groups: Groups,
  column: string,
  { control, anticipation }: GridOptions,
  drops: RowDrop[],
): Groups {
  const { panel, cohorts, cohort } = groups;
  if (control === "never") {
    throw new InputError({
      problem: "There is no never-treated unit to compare with",
      column,
      remedy:
        'use controlGroup: "notYet", which compares with units that are treated later, or include never-treated units',
    });
  }
  if (cohorts.length === 1) {
    throw new InputError({
      problem: `There is no control: every unit is first treated in ${cohorts[0]}`,
      column,
      remedy: "include units that are treated later or never",
    });
  }
  const last = cohorts[cohorts.length - 1];
  const closedTimes = panel.times.filter((t) => t >= last - anticipation);
  const closed = panel.times.map((t) => t >= last - anticipation);
  const open: number[] = [];
  const gone: number[] = [];
  for (let i = 0; i < panel.rows; i++) (closed[panel.time[i]] ? gone : open).push(i);
  drops.push({
    reason: `in ${listTimes(closedTimes)}, when every unit is treated or about to be`,
    count: gone.length,
    rows: panel.describeRows(gone),
  });
  const kept = panel.take(Int32Array.from(open), "periods with untreated units");
  const byLabel = new Map(panel.units.map((label, i) => [label, cohort[i]]));
  const own = Float64Array.from(kept.units, (label) => {
    const g = byLabel.get(label)!;
    return g === last ? Infinity : g;
  });
  const count = own.reduce((n, g) => n + (g === Infinity ? 1 : 0), 0);
  return {
    panel: kept,
    cohort: own,
    cohorts: datedCohorts(own),
    neverTreated: count,
    lastCohort: { cohort: last, closedTimes },
    notes: [
      ...groups.notes,
      `nobody is never treated: the last cohort (${last}, ${count} units) is the comparison group until it is treated`,
    ],
  };
}

function listTimes(times: readonly number[]): string {
  return times.length < 4 ? times.join(", ") : `${times[0]}–${times[times.length - 1]}`;
}
