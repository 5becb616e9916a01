import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { cohortDesign } from "../panel/treatment.ts";
import { checkOneOf } from "../estimators/options.ts";
import { Table } from "../tables/table.ts";

/** What a unit is in a period. */
export type TreatmentStatus = "not observed" | "never treated" | "not yet treated" | "treated";

export interface TreatmentCell {
  readonly unit: string;
  readonly time: number;
  readonly status: TreatmentStatus;
  readonly cohort: number | null;
}

/**
 * The status of every unit in every period, units by cohort (earliest first), then label.
 * @param names what to call units instead of their labels. Default: the labels.
 */
export function treatmentMap(
  panel: Panel,
  cohort: string,
  names: Readonly<Record<string, string>> = {},
): TreatmentCell[] {
  const design = cohortDesign(panel, cohort);
  const seen = new Set<number>();
  const periods = panel.times.length;
  for (let i = 0; i < panel.rows; i++) seen.add(panel.unit[i] * periods + panel.time[i]);
  const order = panel.units.map((_, i) => i).sort((a, b) =>
    design.cohort[a] === design.cohort[b] ? a - b : design.cohort[a] - design.cohort[b]
  );
  return order.flatMap((i) =>
    panel.times.map((time, t) => ({
      unit: names[String(panel.units[i])] ?? String(panel.units[i]),
      time,
      cohort: design.cohort[i] === Infinity ? null : design.cohort[i],
      status: statusOf(seen.has(i * periods + t), design.cohort[i], time),
    }))
  );
}

function statusOf(observed: boolean, cohort: number, time: number): TreatmentStatus {
  if (!observed) return "not observed";
  if (time >= cohort) return "treated";
  return cohort === Infinity ? "never treated" : "not yet treated";
}

export interface ControlOptions {
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  readonly cohort: string;
  /** Default "notYet". */
  readonly controlGroup?: "never" | "notYet";
  /** Periods before treatment in which it may already act. Default 0. */
  readonly anticipation?: number;
}

/** The comparison behind one cohort in one period. */
export interface ControlCell {
  readonly cohort: number;
  readonly time: number;
  readonly baseTime: number | null;
  /** Units of the cohort observed in both periods. */
  readonly treated: number;
  /** Cohorts it is compared with, with their units observed in both periods; Infinity is never treated. */
  readonly controls: readonly { readonly cohort: number; readonly units: number }[];
}

/**
 * Who is compared with whom for each effect after treatment: the cohort against units not treated by then (or never),
 * observed in the base period (the last before treatment and anticipation) as well.
 */
export function controlCells(panel: Panel, options: ControlOptions): ControlCell[] {
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  const { anticipation = 0, controlGroup = "notYet" } = options;
  if (!(Number.isInteger(anticipation) && anticipation >= 0)) {
    throw new InputError({
      problem: "anticipation must be a whole number of at least 0",
      column: "anticipation",
      value: anticipation,
      remedy: "give the number of periods before treatment in which it may already act",
    });
  }
  const { cohort, cohorts } = cohortDesign(panel, options.cohort);
  const observed = panel.times.map(() => new Set<number>());
  for (let i = 0; i < panel.rows; i++) observed[panel.time[i]].add(panel.unit[i]);
  return cohorts.flatMap((g) => {
    const base = panel.times.findLastIndex((time) => time < g - anticipation);
    return panel.times.flatMap((time, t): ControlCell[] => {
      if (time < g) return [];
      if (base === -1) return [{ cohort: g, time, baseTime: null, treated: 0, controls: [] }];
      const both = [...observed[t]].filter((unit) => observed[base].has(unit));
      const clean = (h: number) =>
        h === Infinity || (controlGroup === "notYet" && h > time + anticipation);
      const counts = new Map<number, number>();
      for (const unit of both) counts.set(cohort[unit], (counts.get(cohort[unit]) ?? 0) + 1);
      return [{
        cohort: g,
        time,
        baseTime: panel.times[base],
        treated: counts.get(g) ?? 0,
        controls: [...counts].filter(([h]) => h !== g && clean(h))
          .sort(([a], [b]) => a - b).map(([h, units]) => ({ cohort: h, units })),
      }];
    });
  });
}

/** Who controls whom, one row per cohort and period. */
export function controlTable(panel: Panel, options: ControlOptions): Table {
  const name = (h: number) => h === Infinity ? "never" : String(h);
  return new Table({
    caption: "Who is compared with whom",
    columns: [
      { key: "cohort", label: "Cohort" },
      { key: "time", label: "Period" },
      { key: "base", label: "Base period" },
      { key: "treated", label: "Treated units" },
      { key: "controls", label: "Control units (cohort: units)" },
    ],
    rows: controlCells(panel, options).map((cell) => ({
      cohort: cell.cohort,
      time: cell.time,
      base: cell.baseTime ?? "none",
      treated: cell.treated,
      controls: cell.controls.length === 0
        ? "nobody"
        : cell.controls.map(({ cohort, units }) => `${name(cohort)}: ${units}`).join(", "),
    })),
    notes: [
      options.controlGroup === "never"
        ? "controls: never treated"
        : "controls: not treated by the period",
      ...(panel.context.provenance === undefined ? [] : [`Figures: ${panel.context.provenance}`]),
    ],
  });
}
