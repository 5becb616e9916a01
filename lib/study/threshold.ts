import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";

/** Who is treated when treatment is a dose of at least some size. */
export interface ThresholdRule {
  /** Column of the dose. */
  readonly dose: string;
  /** Units are treated when their dose is at least this; above zero. */
  readonly threshold: number;
  /** First time at which anybody counts as treated. */
  readonly from: number;
  /** The time at which the dose is read: all units that reach the threshold then are treated from `from` on. */
  readonly at?: number;
  /** Instead of `at`: each unit is treated from the first time, up to `until`, at which it reaches the threshold. */
  readonly crossingUntil?: number;
}

/**
 * Adds the treatment that a threshold makes of a dose: "favoured" (1 for units ever treated), "treated" (0/1 path) and
 * "cohort" (first treated time; Infinity: never).
 * @throws InputError when the threshold is not above zero, a unit crosses before `from`, or the time is not in the panel.
 */
export function thresholdTreatment(panel: Panel, rule: ThresholdRule): Panel {
  if (!(rule.threshold > 0)) {
    throw new InputError({
      problem: "The threshold must be above zero",
      column: rule.dose,
      value: rule.threshold,
      remedy: "choose a positive dose",
    });
  }
  const cohort = rule.crossingUntil === undefined
    ? commonStart(panel, rule)
    : firstCrossings(panel, rule, rule.crossingUntil);
  return panel
    .with("favoured", Float64Array.from(panel.unit, (unit) => cohort[unit] < Infinity ? 1 : 0))
    .with(
      "treated",
      Float64Array.from(
        panel.unit,
        (unit, i) => panel.times[panel.time[i]] >= cohort[unit] ? 1 : 0,
      ),
    )
    .with("cohort", Float64Array.from(panel.unit, (unit) => cohort[unit]));
}

function commonStart(panel: Panel, { dose, threshold, from, at }: ThresholdRule): Float64Array {
  if (at === undefined || !panel.times.includes(at)) {
    throw new InputError({
      problem: "The time at which the dose is read is not in the panel",
      column: dose,
      value: at,
      remedy: `choose one of ${panel.times.join(", ")}`,
    });
  }
  const values = panel.numeric(dose);
  const cohort = new Float64Array(panel.units.length).fill(Infinity);
  for (let i = 0; i < panel.rows; i++) {
    if (panel.times[panel.time[i]] === at && values[i] >= threshold) cohort[panel.unit[i]] = from;
  }
  return cohort;
}

function firstCrossings(
  panel: Panel,
  { dose, threshold, from }: ThresholdRule,
  until: number,
): Float64Array {
  const values = panel.numeric(dose);
  const cohort = new Float64Array(panel.units.length).fill(Infinity);
  const early: number[] = [];
  for (let i = panel.rows - 1; i >= 0; i--) {
    const time = panel.times[panel.time[i]];
    if (!(values[i] >= threshold) || time > until) continue;
    if (time < from) early.push(i);
    cohort[panel.unit[i]] = time;
  }
  if (early.length === 0) return cohort;
  throw new InputError({
    problem: `Units reach the threshold before ${from}`,
    column: dose,
    rows: panel.describeRows(early.reverse()),
    value: threshold,
    remedy: "raise the threshold, or read the dose at one time for all",
  });
}
