import type { Estimate, Term } from "../estimators/estimate.ts";
import { type JointTest, waldTest } from "../estimators/wald.ts";
import { linearMap, type LinearRow, type LinearWeights } from "../estimators/linear.ts";
import { checkOneOf } from "../estimators/options.ts";
import { hotellingTest, hotellingWork } from "../inference/few-clusters/hotelling.ts";
import { requireEstimate } from "../inference/refits.ts";
import { InputError } from "../panel/errors.ts";
import { attempt } from "../panel/outcome.ts";
import { againstBase, newBase, requireCommonBase } from "./event-base.ts";
import { nothingBefore, requireUntreatedBase } from "./event-effects.ts";

/** Where base and treatment lie, for designs that do not say it themselves. */
export interface PreTrendOptions {
  /** Base period. Default: the estimate's own. Another period of the estimate re-expresses all effects against it. */
  readonly base?: number;
  /**
   * First treated time: effects before it, on either side of the base period, are pre-trends. Default: the estimate's own, or
   * the first time after the base.
   */
  readonly treatedFrom?: number;
}

/** The base period of an event study. @throws InputError that says why there is none. */
export function baseOf(estimate: Estimate, { base }: PreTrendOptions = {}): number {
  requireEstimate(estimate);
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

/** An event study, its base period and the effects before treatment. */
export interface PreTrends {
  /** The estimate; its effects re-expressed where another base period than its own is asked for. */
  readonly estimate: Estimate;
  readonly base: number;
  readonly before: readonly Term[];
}

/**
 * The effects before treatment. An effect at the estimate's own base period (one that looks back to the period before) is
 * among them.
 * @throws InputError when there are none, or the base lies in the treated window.
 */
export function preTrends(given: Estimate, options: PreTrendOptions = {}): PreTrends {
  const base = baseOf(given, options);
  const treatedFrom = options.treatedFrom ?? given.design.treatedFrom;
  requireUntreatedBase(base, treatedFrom);
  const estimate = againstBase(given, base);
  const before = estimate.effects.filter(({ time }) =>
    time !== undefined && time < (treatedFrom ?? base)
  );
  if (before.length === 0) throw nothingBefore(base, treatedFrom);
  return { estimate, base, before };
}

/** The same, where all effects must be measured against the base period: lines go through its zero. */
export function preTrendsFromBase(given: Estimate, options: PreTrendOptions = {}): PreTrends {
  const found = preTrends(given, options);
  requireCommonBase(found.estimate, found.base);
  return found;
}

/** Which joint test, besides where base and treatment lie. */
export interface PreTrendTestOptions extends PreTrendOptions {
  /**
   * "HTZ": Hotelling's T² with CR2 (`hotellingTest`), made for few clusters; it needs one regression. "F": the Wald statistic of
   * the estimate's own covariance (`waldTest`). Default: "HTZ" where the effects are coefficients of one regression with one set
   * of at most 500 clusters, "F" elsewhere, and where HTZ cannot be computed or would take many seconds (`hotellingWork`: weights
   * and hundreds of units); then the notes say why.
   */
  readonly test?: "HTZ" | "F";
}

/** With more clusters F is near enough, and HTZ, which looks at every pair of them, slow. */
const MANY_CLUSTERS = 500;
/** Products that a default may cost: about two seconds. */
const MOST_WORK = 1e9;

/**
 * Joint test that every effect before treatment is zero; `test` in the result says which. With few clusters for many effects F
 * rejects true nulls far too often (26 clusters and 7 effects: one in five at level 0.05) and HTZ is careful. Where HTZ cannot be
 * had use `wildClusterBootstrap(estimate, { joint: preTrendTest(estimate).terms, seed })`, or `jointScoreBootstrap` where no
 * single regression is behind the estimate.
 */
export function preTrendTest(estimate: Estimate, options: PreTrendTestOptions = {}): JointTest {
  const { test, ...window } = options;
  checkOneOf("test", test, ["HTZ", "F"]);
  const found = preTrends(estimate, window);
  const terms = found.before.map((term) => term.name);
  const hotelling = (): JointTest => ({
    ...hotellingTest(estimate, { restrictions: onCoefficients(estimate, found) }),
    terms,
  });
  if (test === "HTZ") return hotelling();
  const plain = waldTest(found.estimate, terms);
  const { regression } = estimate;
  if (test === "F" || regression === undefined || !hasFewClusters(estimate)) return plain;
  const instead = (reason: string) => ({ ...plain, notes: [...plain.notes, reason] });
  if (hotellingWork(regression.fit, regression.clusters[0], terms.length) > MOST_WORK) {
    return instead(
      'HTZ was left out, because it would take long for so many rows and fixed effects: ask for it with { test: "HTZ" }',
    );
  }
  const tried = attempt(hotelling);
  return tried.ok ? tried.value : instead(tried.reason);
}

/** Whether the effects are coefficients of one regression with one set of clusters, and not very many of these. */
function hasFewClusters({ regression, effects, design }: Estimate): boolean {
  const { clusters } = design.covariance;
  return regression !== undefined && regression.clusters.length === 1 && clusters.length === 1 &&
    clusters[0].count <= MANY_CLUSTERS &&
    effects.every(({ name }) => regression.fit.names.includes(name));
}

/** The effects before treatment as combinations of the estimate's own terms: with another base than its own, differences. */
function onCoefficients(estimate: Estimate, { base, before }: PreTrends): LinearWeights[] {
  const own = estimate.design.basePeriod;
  if (own === null || own === base) return before.map(({ name }) => ({ [name]: 1 }));
  const zero = newBase(estimate, own, base).name;
  return before.map(({ time }) =>
    time === own ? { [zero]: -1 } : { [newBase(estimate, own, time!).name]: 1, [zero]: -1 }
  );
}

/** Weights of a least-squares line through the pre-period effects and the base period's zero: its slope. */
function slopeWeights({ base, before }: PreTrends): Record<string, number> {
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
  const found = preTrendsFromBase(estimate, options);
  return linearMap(
    found.estimate,
    [{ name: "pre-trend slope", weights: slopeWeights(found) }],
    "least-squares slope through the effects before treatment and the base period",
  );
}

/**
 * What is left of an event study when the pre-period's linear trend is taken to go on: β_s − slope·(s − base).
 * It answers "how far did the regions leave their own path?", and assumes that the path would have been a line.
 */
export function departureFromTrend(estimate: Estimate, options: PreTrendOptions = {}): Estimate {
  const found = preTrendsFromBase(estimate, options);
  const { base } = found;
  const slope = slopeWeights(found);
  const timed = found.estimate.effects.filter(({ time }) => time !== undefined);
  const rows: LinearRow[] = timed.map((term) => {
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
    found.estimate,
    free,
    "effects as departures from the pre-period's linear trend, extrapolated",
  );
}
