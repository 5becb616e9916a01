import { mainEffect } from "../estimators/main-effect.ts";
import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import { tInverse, tTwoSided } from "../regression/distributions.ts";

/** Which effects are too small to matter. Give `bound`, or `low` and `high`. */
export interface EquivalenceOptions {
  /** Name of the term. Default: the only effect, else "overall". */
  term?: string;
  /** Effects between −bound and bound are negligible. */
  bound?: number;
  /** Ends of the range of negligible effects, when it is not symmetric. */
  low?: number;
  high?: number;
  /** Level of the test. Default 0.05. */
  level?: number;
}

/** Outcome of an equivalence test. */
export interface EquivalenceTest {
  readonly term: string;
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** p of "the effect is at or below low", and of "the effect is at or above high". */
  readonly pLow: number;
  readonly pHigh: number;
  /** The larger of the two: p of "the effect is not negligible". */
  readonly pValue: number;
  /** True when p < level: the effect is shown to lie within (low, high). */
  readonly equivalent: boolean;
  /** The smallest symmetric bound at which this estimate would be shown negligible at the level. */
  readonly smallestBound: number;
  /** The 1 − 2·level interval, which lies within (low, high) exactly when `equivalent`. */
  readonly interval: readonly [number, number];
  readonly citation: string;
}

/**
 * Two one-sided t tests that an effect lies within a range chosen beforehand: "no effect" as a finding instead
 * of as a failure to find one.
 *
 * @throws InputError when the range is missing or empty, or the estimate has several effects and none is named.
 * Source: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15.
 */
export function equivalenceTest(estimate: Estimate, options: EquivalenceOptions): EquivalenceTest {
  checkKnown(options, ["term", "bound", "low", "high", "level"], []);
  const term = mainEffect(estimate, options.term);
  const [low, high] = range(options);
  const level = options.level ?? 0.05;
  if (!(level > 0 && level < 0.5)) {
    throw new InputError({
      problem: "The level of the test must lie between 0 and 0.5",
      column: "level",
      value: level,
      remedy: "use for example 0.05",
    });
  }
  const { standardError, degreesOfFreedom } = term;
  const pLow = upperTail((term.estimate - low) / standardError, degreesOfFreedom);
  const pHigh = upperTail((high - term.estimate) / standardError, degreesOfFreedom);
  const pValue = Math.max(pLow, pHigh);
  const width = tInverse(1 - level, degreesOfFreedom) * standardError;
  return {
    term: term.name,
    estimate: term.estimate,
    standardError,
    degreesOfFreedom,
    low,
    high,
    level,
    pLow,
    pHigh,
    pValue,
    equivalent: pValue < level,
    smallestBound: Math.abs(term.estimate) + width,
    interval: [term.estimate - width, term.estimate + width],
    citation: "Schuirmann (1987)",
  };
}

function upperTail(t: number, degreesOfFreedom: number): number {
  const half = tTwoSided(t, degreesOfFreedom) / 2;
  return t >= 0 ? half : 1 - half;
}

function range({ bound, low, high }: EquivalenceOptions): [number, number] {
  const ends = bound === undefined ? [low, high] : [-bound, bound];
  const [from, to] = ends;
  const both = bound !== undefined && (low !== undefined || high !== undefined);
  if (!both && from !== undefined && to !== undefined && from < to) return [from, to];
  throw new InputError({
    problem: both
      ? "The range of negligible effects is given twice"
      : "The range of negligible effects is missing or empty",
    column: "bound, low, high",
    value: ends.join(", "),
    remedy:
      "give a positive bound, or low and high with low below high, fixed before seeing the estimate",
  });
}
