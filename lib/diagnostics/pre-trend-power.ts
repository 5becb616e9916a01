import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { solveFactored } from "../regression/semidefinite.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { asEvents, type EventEffects, firstTreated } from "./event-effects.ts";
import {
  type Before,
  before,
  factorCovariance,
  individualTest,
  jointTest,
  type PreTest,
  type PreTestKind,
} from "./pre-test.ts";
export { type EventEffects, eventEffects } from "./event-effects.ts";

export interface PowerOptions {
  /** Base period. Default: the estimate's own. */
  readonly base?: number;
  /** First treated time. Default: the first time after the base period. */
  readonly treatedFrom?: number;
  /** "individual" (default): pre-trends are found when some |t| is above `threshold`; "joint": when the Wald test rejects. */
  readonly test?: PreTestKind;
  /** With "individual": |t| above which one effect before treatment counts as found. Default 1.96. */
  readonly threshold?: number;
  /** With "joint": level of the Wald test, χ² with as many degrees of freedom as effects before treatment. Default 0.05. */
  readonly level?: number;
}

/** A trend by how far the treated would have moved from the base period without treatment: a slope per unit of time, a
 * function of time, or one value per effect, in the order of their times. */
export type HypothesisedTrend = number | ((time: number) => number) | readonly number[];

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
const OPTIONS: readonly (keyof PowerOptions)[] = [
  "base",
  "treatedFrom",
  "test",
  "threshold",
  "level",
];

/**
 * Power of the usual look at pre-trends against a hypothesised trend, and the bias that it leaves in the later estimates of
 * those who pass. Effects are taken as normal with their covariance known, so that with few clusters tests by t and F
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
  const { given, pre, test } = setup(events, options);
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

/**
 * The slope of a linear trend that the look at pre-trends would find with the given probability (positive slope; by symmetry
 * the negative one has the same). With `shape` the factor by which that shape must be multiplied.
 *
 * @param power between the test's size without a trend and 1.
 * @throws InputError when no slope has that power.
 */
export function slopeForPower(
  events: EventEffects | Estimate,
  power: number,
  options: PowerOptions & { readonly shape?: HypothesisedTrend } = {},
): number {
  const { shape, ...own } = options;
  const { given, pre, test } = setup(events, own);
  const unit = trendValues(given, shape ?? 1).slice(0, pre.size);
  const found = (slope: number) => 1 - test.passing(unit.map((value) => slope * value)).probability;
  const size = found(0);
  const largest = Math.max(...unit.map(Math.abs));
  if (!(power > size && power < 1) || largest === 0) {
    throw new InputError({
      problem: largest === 0
        ? "The trend is zero in every period before treatment, so that no multiple of it can be found"
        : `No slope is found with probability ${power}: without a trend it is ${
          size.toFixed(3)
        } already`,
      column: largest === 0 ? "shape" : "power",
      value: power,
      remedy: largest === 0
        ? "choose a trend that shows before treatment"
        : `choose a number between ${size.toFixed(3)} and 1, for example 0.5 or 0.8`,
    });
  }
  let high = Math.sqrt(pre.covariance[0]) / largest;
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

interface Setup {
  readonly given: EventEffects;
  readonly pre: Before;
  readonly test: PreTest;
}

function setup(events: EventEffects | Estimate, options: PowerOptions): Setup {
  checkKnown(options, OPTIONS, []);
  checkOneOf("test", options.test, ["individual", "joint"]);
  const joint = options.test === "joint";
  const foreign = joint ? "threshold" : "level";
  if (options[foreign] !== undefined) {
    throw new InputError({
      problem: `The ${joint ? "joint test has" : "individual tests have"} no ${foreign}`,
      column: foreign,
      value: options[foreign],
      remedy: joint
        ? "give its level, for example 0.05"
        : "give the threshold of |t|, for example 1.96",
    });
  }
  const given = asEvents(events, options);
  const pre = before(given);
  factorCovariance(pre);
  const test = joint
    ? jointTest(pre, checkLevel(options.level))
    : individualTest(pre, checkThreshold(options.threshold));
  return { given, pre, test };
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

function checkLevel(level = 0.05): number {
  if (level > 0 && level < 1) return level;
  throw new InputError({
    problem: "The level of the joint test must lie between 0 and 1",
    column: "level",
    value: level,
    remedy: "use for example 0.05",
  });
}

function trendValues({ times, base }: EventEffects, trend: HypothesisedTrend): Float64Array {
  const ofTime = typeof trend === "number"
    ? (time: number) => trend * (time - base)
    : typeof trend === "function"
    ? trend
    : undefined;
  const values = Float64Array.from(
    ofTime === undefined ? trend as readonly number[] : times.map(ofTime),
  );
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (typeof trend === "number" && !Number.isFinite(trend)) {
    throw new InputError({
      problem: "The slope must be a number",
      value: trend,
      remedy: "use slopeForPower to find one",
    });
  }
  const atBase = typeof trend === "function" ? trend(base) : 0;
  if (values.length === times.length && wrong === -1 && atBase === 0) return values;
  throw new InputError({
    problem: values.length !== times.length
      ? `The trend has ${values.length} values but there are ${times.length} effects`
      : wrong >= 0
      ? `The trend is not a finite number at time ${times[wrong]}`
      : `The trend must be zero in the base period ${base}, against which effects are measured`,
    column: "trend",
    value: values.length !== times.length ? undefined : wrong >= 0 ? values[wrong] : atBase,
    remedy: values.length !== times.length
      ? `give one value for each of ${times.join(", ")}`
      : "give the departure from parallel trends since the base period",
  });
}

function likelihoodRatio(pre: Before, trend: Float64Array): number {
  const factor = factorCovariance(pre);
  const distance = (centre: (k: number) => number) => {
    const gap = pre.effects.map((value, k) => value - centre(k));
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
