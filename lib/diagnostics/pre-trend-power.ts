import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { factorSemidefinite, solveFactored } from "../regression/semidefinite.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { asEvents, beforeTreatment, type EventEffects, nothingBefore } from "./event-effects.ts";
import { type NormalBox, normalBox } from "./normal-box.ts";

export { type EventEffects, eventEffects } from "./event-effects.ts";

export interface PowerOptions {
  /** Base period. Default: the estimate's own. */
  readonly base?: number;
  /** First treated time. Default: the first time after the base period. */
  readonly treatedFrom?: number;
  /** |t| above which one effect before treatment counts as found. Default 1.96. */
  readonly threshold?: number;
}

/** What a test of the effects before treatment can see of a trend, and what it does to the effects after. */
export interface PreTrendPower {
  /** Hypothesised trend per unit of time; zero in the base period. */
  readonly slope: number;
  /** Probability that some effect before treatment has |t| above the threshold, under the trend. */
  readonly power: number;
  /** P(none is found | trend) / P(none is found | no trend). */
  readonly bayesFactor: number;
  /** Density of the estimated effects before treatment under the trend over that under none. */
  readonly likelihoodRatio: number;
  /** By time: the trend itself, and the mean of the estimate under it once the test was passed. */
  readonly rows: readonly {
    readonly time: number;
    readonly estimate: number;
    readonly trend: number;
    readonly meanAfterTest: number;
  }[];
  /** Largest numerical error of the probabilities. */
  readonly numericalError: number;
  readonly threshold: number;
  readonly citation: string;
  toTable(): Table;
}

const CITATION = "Roth (2022), American Economic Review: Insights 4(3)";

/**
 * Power of the usual look at pre-trends against a linear trend, and the bias it leaves: with slope γ the trend is
 * γ(t − base), and the test is "no |t| before treatment above the threshold".
 *
 * @throws InputError when there is no effect before the base period, or their covariance is singular.
 * Source: Roth (2022), section I (proposition 1 for the mean after passing the test), and the package pretrends.
 */
export function preTrendPower(
  events: EventEffects | Estimate,
  slope: number,
  options: PowerOptions = {},
): PreTrendPower {
  const given = asEvents(events, options);
  const threshold = checkThreshold(options.threshold);
  if (!Number.isFinite(slope)) {
    throw new InputError({
      problem: "The slope must be a number",
      value: slope,
      remedy: "use slopeForPower to find one",
    });
  }
  const pre = before(given);
  const trend = given.times.map((time) => slope * (time - given.base));
  const passed = passing(pre, trend.slice(0, pre.size), threshold);
  const without = passing(pre, new Array(pre.size).fill(0), threshold);
  const after = meanAfter(given, pre, trend, passed.mean);
  const rows = given.times.map((time, k) => ({
    time,
    estimate: given.effects[k],
    trend: trend[k],
    meanAfterTest: after[k],
  }));
  return {
    slope,
    power: 1 - passed.probability,
    bayesFactor: passed.probability / without.probability,
    likelihoodRatio: likelihoodRatio(pre, trend),
    rows,
    numericalError: Math.max(passed.error, without.error),
    threshold,
    citation: CITATION,
    toTable: () => powerTable(rows, slope, 1 - passed.probability),
  };
}

/**
 * The slope of a linear trend that the look at pre-trends would find with the given probability (positive slope; by symmetry
 * the negative one has the same).
 *
 * @param power between the test's size without a trend and 1.
 * @throws InputError when no slope has that power.
 */
export function slopeForPower(
  events: EventEffects | Estimate,
  power: number,
  options: PowerOptions = {},
): number {
  const given = asEvents(events, options);
  const threshold = checkThreshold(options.threshold);
  const pre = before(given);
  const found = (slope: number) =>
    1 - passing(pre, pre.times.map((time) => slope * (time - given.base)), threshold).probability;
  const size = found(0);
  if (!(power > size && power < 1)) {
    throw new InputError({
      problem: `No slope is found with probability ${power}: without a trend it is ${
        size.toFixed(3)
      } already`,
      column: "power",
      value: power,
      remedy: `choose a number between ${size.toFixed(3)} and 1, for example 0.5 or 0.8`,
    });
  }
  let high = Math.sqrt(pre.covariance[0]) /
    Math.max(...pre.times.map((t) => Math.abs(t - given.base)));
  while (found(high) < power) high *= 2;
  return illinois((slope) => found(slope) - power, [0, size - power], [high, found(high) - power]);
}

/** Root of an increasing function by false position with halved stale ends (Dowell & Jarratt 1971). */
function illinois(
  f: (x: number) => number,
  [low, atLow]: [number, number],
  [high, atHigh]: [number, number],
): number {
  let side = 0;
  let x = high;
  for (let k = 0; k < 60 && high - low > 1e-8 * high; k++) {
    x = (low * atHigh - high * atLow) / (atHigh - atLow);
    const value = f(x);
    if (Math.abs(value) < 1e-11) break;
    if (value < 0) {
      [low, atLow] = [x, value];
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      [high, atHigh] = [x, value];
      if (side === 1) atLow /= 2;
      side = 1;
    }
  }
  return x;
}

function checkThreshold(threshold = 1.96): number {
  if (threshold > 0 && Number.isFinite(threshold)) return threshold;
  throw new InputError({
    problem: "The threshold of |t| must be above zero",
    column: "threshold",
    value: threshold,
    remedy: "use 1.96",
  });
}

interface Before {
  readonly size: number;
  readonly times: readonly number[];
  readonly effects: Float64Array;
  readonly covariance: Float64Array;
}

function before(events: EventEffects): Before {
  const { times, effects, covariance, base } = events;
  const size = beforeTreatment(events).length;
  if (size === 0) throw nothingBefore(base, events.treatedFrom);
  const own = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) own[a * size + b] = covariance[a * times.length + b];
  }
  return { size, times: times.slice(0, size), effects: effects.slice(0, size), covariance: own };
}

/** Probability and mean of passing the test when the effects before treatment have the given means. */
function passing(
  { size, covariance }: Before,
  mean: readonly number[],
  threshold: number,
): NormalBox {
  const ends = Array.from(
    { length: size },
    (_, k) => threshold * Math.sqrt(covariance[k * size + k]),
  );
  return normalBox(mean, covariance, ends.map((end) => -end), ends);
}

function likelihoodRatio(pre: Before, trend: readonly number[]): number {
  const { size, covariance, effects } = pre;
  const diagonal = Float64Array.from(effects, (_, k) => covariance[k * size + k]);
  const factor = factorSemidefinite(covariance.slice(), diagonal);
  const distance = (centre: (k: number) => number) => {
    const gap = effects.map((value, k) => value - centre(k));
    const solved = gap.slice();
    solveFactored(factor, solved);
    return gap.reduce((sum, value, k) => sum + value * solved[k], 0);
  };
  return Math.exp(0.5 * (distance(() => 0) - distance((k) => trend[k])));
}

/** E[estimates | test passed]: the pre-period's own truncated mean, and its regression line for the others. */
function meanAfter(
  { times, covariance }: EventEffects,
  pre: Before,
  trend: readonly number[],
  passed: Float64Array,
): number[] {
  const { size } = pre;
  const diagonal = Float64Array.from({ length: size }, (_, k) => pre.covariance[k * size + k]);
  const factor = factorSemidefinite(pre.covariance.slice(), diagonal);
  const solved = passed.map((value, k) => value - trend[k]);
  solveFactored(factor, solved);
  return times.map((_, k) => {
    if (k < size) return passed[k];
    let mean = trend[k];
    for (let a = 0; a < size; a++) mean += covariance[k * times.length + a] * solved[a];
    return mean;
  });
}

function powerTable(rows: PreTrendPower["rows"], slope: number, power: number): Table {
  return new Table({
    caption: `A trend of ${formatSignificant(slope)} per period would be found with probability ${
      formatNumber(power, 2)
    }`,
    columns: [
      { key: "time", label: "Time" },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "trend", label: "Hypothesised trend", format: formatSignificant },
      { key: "meanAfterTest", label: "Mean if the test is passed", format: formatSignificant },
    ],
    rows: rows.map((row) => ({ ...row })),
    notes: [CITATION],
  });
}
