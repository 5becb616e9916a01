import type { Estimate } from "../estimators/estimate.ts";
import { solveFactored } from "../regression/semidefinite.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { type EventEffects, firstTreated } from "./event-effects.ts";
import { type Before, factorCovariance, whiten } from "./pre-test.ts";
import {
  type HypothesisedTrend,
  type PowerOptions,
  powerSetup,
  trendValues,
} from "./power-setup.ts";

export { type EventEffects, eventEffects } from "./event-effects.ts";
export type { HypothesisedTrend, PowerOptions };

/** What a test of the effects before treatment can see of a trend, and what it does to the effects after. */
export interface PreTrendPower {
  /** Hypothesised trend per unit of time; null for a trend that is not given as a slope. */
  readonly slope: number | null;
  /** Probability that the look at pre-trends finds the trend. */
  readonly power: number;
  /** The same without a trend: the test's size. */
  readonly size: number;
  /** P(nothing is found | trend) / P(nothing is found | no trend). */
  readonly bayesFactor: number;
  /** Density of the estimated effects before treatment under the trend over that under none. */
  readonly likelihoodRatio: number;
  /** By time. With no effect of treatment the trend is the mean of the estimate, and so its bias. */
  readonly rows: readonly PowerRow[];
  /** Which look at pre-trends, in words. */
  readonly test: string;
  readonly base: number;
  /** First treated time; Infinity when no effect is later than the base period. */
  readonly treatedFrom: number;
  /** Largest numerical error of the probabilities. */
  readonly numericalError: number;
  /** |t| of the individual tests; null for the joint test. */
  readonly threshold: number | null;
  readonly notes: readonly string[];
  readonly citation: string;
  toTable(): Table;
}

export interface PowerRow {
  readonly time: number;
  readonly estimate: number;
  readonly standardError: number;
  readonly trend: number;
  /** E[estimate | nothing was found] under the trend and without an effect; null where passing is too rare for a number. */
  readonly meanAfterTest: number | null;
}

const CITATION = "Roth (2022), American Economic Review: Insights 4(3)";
/**
 * Power of the usual look at pre-trends against a hypothesised trend, and the bias that it leaves in the later estimates of
 * those who pass. Effects are taken as normal with their covariance known, so that with few clusters tests by t, F or HTZ
 * (`preTrendTest`) find less than is said here; a higher threshold or a lower level allows for it.
 *
 * @param trend a slope γ, for γ(t − base); or any trend, zero in the base period.
 * @throws InputError when there is no effect before treatment, or their covariance is singular.
 * Source: Roth (2022), section I (proposition 1 for the mean after passing the test), and the package pretrends.
 */
export function preTrendPower(
  events: EventEffects | Estimate,
  trend: HypothesisedTrend,
  options: PowerOptions = {},
): PreTrendPower {
  const { given, pre, test } = powerSetup(events, options);
  const values = trendValues(given, trend);
  const passed = test.passing(values.slice(0, pre.size));
  const without = test.passing(new Float64Array(pre.size));
  const after = meanAfter(given, pre, values, passed.mean);
  const width = given.times.length;
  const rows = given.times.map((time, k) => ({
    time,
    estimate: given.effects[k],
    standardError: Math.sqrt(given.covariance[k * width + k]),
    trend: values[k],
    meanAfterTest: after === null ? null : after[k],
  }));
  const treatedFrom = firstTreated(given);
  const parts = {
    slope: typeof trend === "number" ? trend : null,
    power: 1 - passed.probability,
    size: 1 - without.probability,
    bayesFactor: passed.probability / without.probability,
    likelihoodRatio: likelihoodRatio(pre, values),
    rows,
    test: test.label,
    base: given.base,
    treatedFrom,
    numericalError: Math.max(passed.error, without.error),
    threshold: options.test === "joint" ? null : options.threshold ?? 1.96,
    notes: [
      `found by: ${test.label}; base period ${given.base}, ` +
      (treatedFrom === Infinity ? "no effect after it" : `treated from ${treatedFrom}`),
      ...(after === null
        ? [`this trend would pass with probability ${passed.probability}: no mean can be computed`]
        : []),
    ],
    citation: CITATION,
  };
  return { ...parts, toTable: () => powerTable(parts) };
}

function likelihoodRatio(pre: Before, trend: Float64Array): number {
  const factor = factorCovariance(pre);
  const [found, expected] = [whiten(factor, pre.effects), whiten(factor, trend)];
  let [product, squares] = [0, 0];
  expected.forEach((value, k) => {
    product += value * found[k];
    squares += value * value;
  });
  return Math.exp(product - squares / 2);
}

/** E[estimates | test passed]: the pre-period's own truncated mean, and its regression line for the others. */
function meanAfter(
  { times, covariance }: EventEffects,
  pre: Before,
  trend: Float64Array,
  passed: Float64Array | null,
): number[] | null {
  if (passed === null) return null;
  const { size } = pre;
  const solved = passed.map((value, k) => value - trend[k]);
  solveFactored(factorCovariance(pre), solved);
  return times.map((_, k) => {
    if (k < size) return passed[k];
    let mean = trend[k];
    for (let a = 0; a < size; a++) mean += covariance[k * times.length + a] * solved[a];
    return mean;
  });
}

function powerTable(
  { slope, power, rows, notes }: Pick<PreTrendPower, "slope" | "power" | "rows" | "notes">,
): Table {
  const trend = slope === null ? "The trend" : `A trend of ${formatSignificant(slope)} per period`;
  return new Table({
    caption: `${trend} would be found with probability ${formatNumber(power, 2)}`,
    columns: [
      { key: "time", label: "Time" },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      { key: "trend", label: "Hypothesised trend", format: formatSignificant },
      { key: "meanAfterTest", label: "Mean if the test is passed", format: formatSignificant },
    ],
    rows: rows.map((row) => ({ ...row })),
    notes: [...notes, CITATION],
  });
}
