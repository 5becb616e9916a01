import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { asEvents, type EventEffects } from "./event-effects.ts";
import {
  type Before,
  before,
  factorCovariance,
  individualTest,
  jointTest,
  type PreTest,
  type PreTestKind,
} from "./pre-test.ts";

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

const OPTIONS: readonly (keyof PowerOptions)[] = [
  "base",
  "treatedFrom",
  "test",
  "threshold",
  "level",
];

/** An event study with its effects before treatment and the look at them. */
export interface Setup {
  readonly given: EventEffects;
  readonly pre: Before;
  readonly test: PreTest;
}

/** Checks options and events. @throws InputError naming what cannot be. */
export function powerSetup(events: EventEffects | Estimate, options: PowerOptions): Setup {
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

/** The trend at every effect's time. @throws InputError when it is not finite, of another length, or not zero at the base. */
export function trendValues({ times, base }: EventEffects, trend: HypothesisedTrend): Float64Array {
  const ofTime = typeof trend === "number"
    ? (time: number) => trend * (time - base)
    : typeof trend === "function"
    ? trend
    : undefined;
  if (ofTime === undefined && !Array.isArray(trend) && !ArrayBuffer.isView(trend)) {
    throw new InputError({
      problem: "The hypothesised trend is not given",
      column: "trend",
      value: trend,
      remedy:
        "give a slope, a function of time, or one value per effect; slopeForPower finds a slope",
    });
  }
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
