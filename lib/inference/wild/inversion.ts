import type { DrawnStatistics } from "./draws.ts";

/**
 * Which draws are as extreme as the estimate: "count" takes |t*| ≥ |t|, so that draws equal to the original
 * count (the original sign vector and its mirror image always do); "strict" takes |t*| > |t|.
 */
export type TieRule = "count" | "strict";

/** Squared statistics that agree to this relative precision are equal but for rounding. */
const TIE = 1e-9;

/** The estimate's own statistic at distance δ from the null: t² = δ² / variance. */
export interface Observed {
  readonly variance: number;
}

/**
 * How many draws are as extreme as the estimate when the null is `distance` away.
 */
export function countExtreme(
  drawn: DrawnStatistics,
  { variance }: Observed,
  distance: number,
  ties: TieRule,
): number {
  const { numerator, square, moves } = drawn;
  const d = distance - drawn.center;
  const bound = distance * distance * (ties === "count" ? 1 - TIE : 1 + TIE) / variance;
  const zeroCounts = ties === "count";
  let count = 0;
  for (let b = 0; b < numerator.length; b++) {
    const n = moves === null ? numerator[b] : numerator[b] + d * moves.slope[b];
    const q = moves === null
      ? square[b]
      : square[b] + d * (2 * moves.cross[b] + d * moves.curve[b]);
    const gap = n * n - bound * q;
    if (gap > 0 || (zeroCounts && gap === 0)) count++;
  }
  return count;
}

/**
 * The statistics themselves when the null is `distance` away, divided by `scale`: ±Infinity where the variance
 * of a draw is zero.
 */
export function statisticsAt(
  drawn: DrawnStatistics,
  distance: number,
  scale: number,
): Float64Array {
  const { numerator, square, moves } = drawn;
  const d = distance - drawn.center;
  return numerator.map((at, b) => {
    const n = moves === null ? at : at + d * moves.slope[b];
    const q = moves === null
      ? square[b]
      : square[b] + d * (2 * moves.cross[b] + d * moves.curve[b]);
    return n === 0 ? 0 : n / (Math.sqrt(Math.max(0, q)) * scale);
  });
}

/** Ends of a confidence set; null with a reason where the set has no end there. */
export interface InvertedSet {
  readonly low: number | null;
  readonly high: number | null;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
  /** Why an end is open (or the set was not computed); null when both ends exist. */
  readonly openReason: string | null;
}

/** A confidence set that was not asked for, or does not exist, and why. */
export function noSet(reason: string): InvertedSet {
  return { low: null, high: null, lowOpen: false, highOpen: false, openReason: reason };
}

/** The search for an end goes from 2²⁰ standard errors inwards. */
const FARTHEST = 2 ** 20;
const NEAREST = 2 ** -12;
const PRECISION = 1e-9;
const STEPS_WITHIN = 8;

/**
 * Inverts a test: the values within reach that it does not reject at level 1 − `confidenceLevel`.
 *
 * p values are step functions that need not fall smoothly, so the search starts far outside and stops at the
 * outermost value that is not rejected (to an eighth of its distance), then bisects to 1e-9 of it.
 *
 * @param pValue p value as a function of the distance estimate − null, in standard errors.
 * @returns ends as distances null − estimate, in standard errors.
 */
export function invertTest(
  pValue: (distance: number) => number,
  confidenceLevel: number,
): InvertedSet {
  const level = 1 - confidenceLevel;
  const accepted = (distance: number) => pValue(distance) > level + 1e-12;
  const low = farthestAccepted((x) => accepted(x));
  const high = farthestAccepted((x) => accepted(-x));
  const open = [low === null ? "below" : "", high === null ? "above" : ""].filter(Boolean);
  return {
    low: low === null ? null : -low,
    high,
    lowOpen: low === null,
    highOpen: high === null,
    openReason: open.length === 0
      ? null
      : `no value ${open.join(" or ")} the estimate is rejected at the ${
        percent(level)
      } level, however far away: too few distinct draws differ from the original`,
  };
}

function percent(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}

function farthestAccepted(accepted: (x: number) => boolean): number | null {
  if (accepted(FARTHEST)) return null;
  let outside = FARTHEST;
  let inside = 0;
  while (outside > NEAREST) {
    if (accepted(outside / 2)) {
      inside = outside / 2;
      break;
    }
    outside /= 2;
  }
  const step = (outside - inside) / STEPS_WITHIN;
  for (let k = 1; k < STEPS_WITHIN; k++) {
    const x = outside - step;
    if (accepted(x)) {
      inside = x;
      break;
    }
    outside = x;
  }
  while (outside - inside > PRECISION * outside) {
    const middle = (inside + outside) / 2;
    if (accepted(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
