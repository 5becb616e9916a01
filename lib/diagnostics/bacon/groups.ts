import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { cohortDesign } from "../../panel/treatment.ts";
import { finiteColumn } from "../../panel/sample.ts";

/** Units treated at the same time. */
export interface Group {
  /** Infinity for never, −Infinity for always treated. */
  readonly cohort: number;
  readonly units: number;
  /** Periods before treatment: all of them for never, none for always treated. */
  readonly before: number;
}

export interface Grouping {
  /** Sorted by cohort: always treated first, never treated last. */
  readonly groups: readonly Group[];
  /** Position in `groups` of each unit of the panel. */
  readonly groupOfUnit: Int32Array;
}

/** Groups of a cohort column. Cohorts between two periods are those of the next period. */
export function groupUnits(panel: Panel, cohort: string): Grouping {
  const { times } = panel;
  const before = Int32Array.from(cohortDesign(panel, cohort).cohort, (g) => {
    const first = times.findIndex((time) => time >= g);
    return first === -1 ? times.length : first;
  });
  const distinct = [...new Set(before)].sort((a, b) => a - b);
  const position = new Map(distinct.map((value, k) => [value, k]));
  const groupOfUnit = before.map((value) => position.get(value)!);
  const counts = new Int32Array(distinct.length);
  for (const k of groupOfUnit) counts[k]++;
  const groups = distinct.map((value, k) => ({
    cohort: value === times.length ? Infinity : value === 0 ? -Infinity : times[value],
    units: counts[k],
    before: value,
  }));
  return { groups, groupOfUnit };
}

/** Mean of a column by group (rows) and period (columns), row-major. The panel is balanced. */
export function meansByGroup(panel: Panel, grouping: Grouping, values: Float64Array): Float64Array {
  const periods = panel.times.length;
  const means = new Float64Array(grouping.groups.length * periods);
  for (let i = 0; i < values.length; i++) {
    means[grouping.groupOfUnit[panel.unit[i]] * periods + panel.time[i]] += values[i];
  }
  return means.map((sum, cell) => sum / grouping.groups[Math.floor(cell / periods)].units);
}

/** @throws InputError unless every unit has every column at every time. */
export function requireBalance(panel: Panel, columns: readonly string[]): void {
  for (const column of columns) {
    const values = finiteColumn(panel, column);
    const missing = [...values.keys()].filter((i) => Number.isNaN(values[i]));
    if (panel.balanced && missing.length === 0) continue;
    throw new InputError({
      problem: "The decomposition holds in balanced panels only",
      column,
      ...(missing.length === 0 ? {} : { rows: panel.describeRows(missing) }),
      remedy:
        "keep the units and periods that are complete, or use twfeWeights, which needs no balance",
    });
  }
}
