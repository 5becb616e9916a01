import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import type { EventEffects } from "./event-effects.ts";
import {
  type HypothesisedTrend,
  type PowerOptions,
  powerSetup,
  trendValues,
} from "./power-setup.ts";

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
  const { given, pre, test } = powerSetup(events, own);
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
