import type { Estimate, Term } from "../estimators/estimate.ts";
import { type JointTest, waldTest } from "../estimators/wald.ts";
import { linearMap, type LinearRow } from "../estimators/linear.ts";
import { InputError } from "../panel/errors.ts";
import { nothingBefore, requireUntreatedBase } from "./event-effects.ts";

/** The base period of an event study, or an error that says why there is none. */
function baseOf(estimate: Estimate): number {
  const { basePeriod } = estimate.design;
  if (basePeriod !== null && estimate.effects.some((term) => term.time !== undefined)) {
    return basePeriod;
  }
  throw new InputError({
    problem: "The estimate is not an event study: its effects have no times or no base period",
    value: estimate.design.estimator,
    remedy: "pass the result of eventStudy(...)",
  });
}

/** Where treatment starts, for designs whose base period is not the last one before it. */
export interface PreTrendOptions {
  /** First treated time: effects before it, on either side of the base period, are pre-trends. Default: the first time after the base. */
  readonly treatedFrom?: number;
}

/** The effects before treatment. @throws InputError when there are none, or the base lies in the treated window. */
export function preEffects(estimate: Estimate, { treatedFrom }: PreTrendOptions = {}): Term[] {
  const base = baseOf(estimate);
  requireUntreatedBase(base, treatedFrom);
  const before = estimate.effects.filter(({ time }) =>
    time !== undefined && time !== base && time < (treatedFrom ?? base)
  );
  if (before.length > 0) return before;
  throw nothingBefore(base, treatedFrom);
}

/** Wald test that every effect before treatment is zero. */
export function preTrendTest(estimate: Estimate, options: PreTrendOptions = {}): JointTest {
  return waldTest(estimate, preEffects(estimate, options).map((term) => term.name));
}

/** Weights of a least-squares line through the pre-period effects and the base period's zero: its slope. */
function slopeWeights(estimate: Estimate, options: PreTrendOptions): Record<string, number> {
  const base = baseOf(estimate);
  const before = preEffects(estimate, options);
  const times = [...before.map((term) => term.time!), base];
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const spread = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return Object.fromEntries(before.map((term) => [term.name, (term.time! - mean) / spread]));
}

/**
 * The linear trend in an event study's pre-period: the least-squares slope through the effects before treatment and
 * the base period (where the effect is zero by construction), per unit of time, with its error.
 */
export function preTrendSlope(estimate: Estimate, options: PreTrendOptions = {}): Estimate {
  return linearMap(
    estimate,
    [{ name: "pre-trend slope", weights: slopeWeights(estimate, options) }],
    "least-squares slope through the effects before treatment and the base period",
  );
}

/**
 * What is left of an event study when the pre-period's linear trend is taken to go on: β_s − slope·(s − base).
 * It answers "how far did the regions leave their own path?", and assumes that the path would have been a line.
 */
export function departureFromTrend(estimate: Estimate, options: PreTrendOptions = {}): Estimate {
  const base = baseOf(estimate);
  const slope = slopeWeights(estimate, options);
  const rows: LinearRow[] = estimate.effects.map((term) => {
    const weights: Record<string, number> = {};
    for (const [name, weight] of Object.entries(slope)) {
      weights[name] = -weight * (term.time! - base);
    }
    weights[term.name] = (weights[term.name] ?? 0) + 1;
    return { name: term.name, weights, time: term.time };
  });
  // A point that the line goes through by construction departs by zero, without error: it says nothing.
  const free = rows.filter(({ weights }) =>
    Object.values(weights).some((weight) => Math.abs(weight) > 1e-9)
  );
  return linearMap(
    estimate,
    free,
    "effects as departures from the pre-period's linear trend, extrapolated",
  );
}
