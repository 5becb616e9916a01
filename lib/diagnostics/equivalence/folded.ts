import { tTwoSided } from "../../regression/distributions.ts";

/**
 * P(|X| ≤ x) for X about `mean` with standard error `error`: the folded normal, or with finite degrees of freedom a t
 * number shifted and folded in its place.
 */
export function foldedBelow(
  x: number,
  mean: number,
  error: number,
  degreesOfFreedom: number,
): number {
  // Differences of lower tails, mirrored to the side where they are small.
  const centre = Math.abs(mean);
  return below((x - centre) / error, degreesOfFreedom) -
    below((-x - centre) / error, degreesOfFreedom);
}

/**
 * The smallest mean at which P(|X| ≤ x) is at most the level: the smallest bound for which an estimate of size x shows that
 * the truth is nearer to zero. Zero when x is so small that even mean zero gives no more.
 */
export function smallestFoldedBound(
  x: number,
  error: number,
  level: number,
  degreesOfFreedom: number,
): number {
  const at = (mean: number) => foldedBelow(x, mean, error, degreesOfFreedom);
  if (at(0) <= level) return 0;
  let [low, high] = [0, x + error];
  while (at(high) > level) high += high - low;
  for (let k = 0; k < 200 && high - low > 1e-13 * high; k++) {
    const middle = (low + high) / 2;
    if (at(middle) > level) low = middle;
    else high = middle;
  }
  return high;
}

/** P(T ≤ t). */
function below(t: number, degreesOfFreedom: number): number {
  const half = tTwoSided(t, degreesOfFreedom) / 2;
  return t <= 0 ? half : 1 - half;
}
