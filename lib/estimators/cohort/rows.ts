import { InputError } from "../../panel/errors.ts";
import type { Label } from "../../panel/coding.ts";
import type { Panel } from "../../panel/panel.ts";
import type { Aggregation, AggregationOptions } from "../group-time/aggregate.ts";

/** The treated rows of a panel by cohort and period. */
export interface CohortRows {
  readonly panel: Panel;
  /** First treated time of each unit of the panel; Infinity for never. */
  readonly cohort: Float64Array;
  /** Finite cohorts, sorted. */
  readonly cohorts: readonly number[];
}

/** The cohorts of a panel's units, given those of a larger panel by label. */
export function cohortRows(panel: Panel, cohortOf: ReadonlyMap<Label, number>): CohortRows {
  const cohort = Float64Array.from(panel.units, (label) => cohortOf.get(label) ?? Infinity);
  const cohorts = [...new Set(cohort)].filter((g) => g !== Infinity).sort((a, b) => a - b);
  return { panel, cohort, cohorts };
}

/** Labels of units with their cohorts. */
export function cohortsByLabel(panel: Panel, cohort: Float64Array): Map<Label, number> {
  return new Map(panel.units.map((label, i) => [label, cohort[i]]));
}

/** Event time of each row: time since the unit's cohort; −Infinity for never-treated units. */
export function eventTimes({ panel, cohort }: CohortRows): Float64Array {
  return Float64Array.from(
    panel.time,
    (code, i) => panel.times[code] - cohort[panel.unit[i]],
  );
}

/** One average: its label and the rows that it averages. */
export interface RowGroup {
  readonly label: number | "overall";
  readonly include: (row: number) => boolean;
}

/**
 * The groups of rows that an aggregation averages over: event times, cohorts or periods, and all treated rows.
 *
 * @param available rows that have an effect at all.
 */
export function rowGroups(
  rows: CohortRows,
  available: (row: number) => boolean,
  type: Aggregation,
  { balance, minE = -Infinity, maxE = Infinity }: AggregationOptions,
): RowGroup[] {
  const { panel, cohort } = rows;
  const event = eventTimes(rows);
  const last = panel.times[panel.times.length - 1];
  const first = panel.times[0];
  const kept = (i: number) =>
    available(i) && event[i] >= minE && event[i] <= maxE &&
    (balance === undefined ||
      (last - cohort[panel.unit[i]] >= balance && event[i] <= balance &&
        event[i] >= balance - (last - first)));
  const post = (i: number) => kept(i) && event[i] >= 0;
  const overall: RowGroup = { label: "overall", include: post };
  if (type === "simple") return [overall];
  const value = (i: number) =>
    type === "group"
      ? cohort[panel.unit[i]]
      : type === "calendar"
      ? panel.times[panel.time[i]]
      : event[i];
  const counts = type === "dynamic" ? kept : post;
  const found = new Set<number>();
  for (let i = 0; i < panel.rows; i++) if (counts(i)) found.add(value(i));
  const labels = [...found].sort((a, b) => a - b);
  return [
    ...labels.map((label) => ({
      label,
      include: (i: number) => counts(i) && value(i) === label,
    })),
    overall,
  ];
}

const PREFIX: Record<Aggregation, string> = {
  simple: "",
  group: "cohort ",
  dynamic: "event time ",
  calendar: "time ",
};

/** "event time 2", "cohort 2014", "time 2015", "overall". */
export function groupName(type: Aggregation, label: RowGroup["label"]): string {
  return label === "overall" ? label : `${PREFIX[type]}${label}`;
}

/** Event or calendar time of a group, where it has one. */
export function groupTime(type: Aggregation, label: RowGroup["label"]): number | undefined {
  return label === "overall" || type === "group" ? undefined : label;
}

/** Units observed in each cohort × period cell. */
export function cellCounts({ panel, cohort }: CohortRows): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < panel.rows; i++) {
    const key = cellKey(cohort[panel.unit[i]], panel.times[panel.time[i]]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function cellKey(cohort: number, time: number): string {
  return `${cohort} ${time}`;
}

/** Cohorts that have one unit only: nothing tells how their own outcomes vary. */
export function loneCohorts({ cohort, cohorts }: CohortRows): Set<number> {
  return new Set(
    cohorts.filter((g) => cohort.reduce((n, other) => n + (other === g ? 1 : 0), 0) === 1),
  );
}

/** Says which cohorts have one unit: its own noise is not in the standard errors of effects that rest on it. */
export function loneNotes(cohort: Float64Array): string[] {
  const count = new Map<number, number>();
  for (const g of cohort) if (g !== Infinity) count.set(g, (count.get(g) ?? 0) + 1);
  return [...count].filter(([, units]) => units === 1).map(([g]) => g).sort((a, b) => a - b).map(
    (g) =>
      `cohort ${g} has one unit: its own noise is not in the standard errors of effects that rest on it`,
  );
}

/** Says when the never treated are one unit. */
export function loneNeverNote(cohort: Float64Array): string[] {
  const never = cohort.reduce((count, g) => count + (g === Infinity ? 1 : 0), 0);
  return never === 1
    ? ["one unit only is never treated: standard errors of comparisons with it alone are too small"]
    : [];
}

export function nothingTreated(type: Aggregation): InputError {
  return new InputError({
    problem: `No treated row falls into the "${type}" average`,
    value: type,
    remedy: "widen balance, minE or maxE, or look at .cells for the reasons",
  });
}
