import type { Estimate, Term } from "../estimators/estimate.ts";
import { type JointTest, waldTest } from "../estimators/wald.ts";
import { linearMap, type LinearRow } from "../estimators/linear.ts";
import { InputError } from "../panel/errors.ts";
import { nothingBefore, requireUntreatedBase } from "./event-effects.ts";

/** Where base and treatment lie, for designs that do not say it themselves. */
export interface PreTrendOptions {
  /** Base period. Default: the estimate's own. */
  readonly base?: number;
  /** First treated time: effects before it, on either side of the base period, are pre-trends. Default: the first time after the base. */
  readonly treatedFrom?: number;
}

/** The base period of an event study. @throws InputError that says why there is none. */
export function baseOf(estimate: Estimate, { base }: PreTrendOptions = {}): number {
  const found = base ?? estimate.design.basePeriod;
  const timed = estimate.effects.some((term) => term.time !== undefined);
  if (found !== null && timed) return found;
  throw new InputError({
    problem: timed
      ? "The estimate has no single base period"
      : "The estimate is not an event study: its effects have no times",
    value: estimate.design.estimator,
    remedy: timed
      ? "name the base period: { base: … }"
      : "pass the result of eventStudy(...), or another estimate by time",
  });
}

/** The effects before treatment. @throws InputError when there are none, or the base lies in the treated window. */
export function preEffects(estimate: Estimate, options: PreTrendOptions = {}): Term[] {
  const { treatedFrom } = options;
  const base = baseOf(estimate, options);
  requireUntreatedBase(base, treatedFrom);
  const before = estimate.effects.filter(({ time }) =>
    time !== undefined && time !== base && time < (treatedFrom ?? base)
  );
  if (before.length > 0) return before;
  throw nothingBefore(base, treatedFrom);
}

/**
 * Wald test that every effect before treatment is zero, as F(q, degrees of freedom). With few clusters for many effects it
 * rejects too often: use `wildClusterBootstrap(estimate, { joint: preTrendTest(estimate).terms, seed })`, or
 * `jointScoreBootstrap` where no single regression is behind the estimate.
 */
export function preTrendTest(estimate: Estimate, options: PreTrendOptions = {}): JointTest {
  return waldTest(estimate, preEffects(estimate, options).map((term) => term.name));
}

/** Weights of a least-squares line through the pre-period effects and the base period's zero: its slope. */
function slopeWeights(estimate: Estimate, options: PreTrendOptions): Record<string, number> {
  const base = baseOf(estimate, options);
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
  const base = baseOf(estimate, options);
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
