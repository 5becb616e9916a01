import { type EventEffects, type RandomStream } from "../../../lib/mod.ts";
import { choleskyOf } from "../../../lib/diagnostics/honest/moments.ts";

/** Event times −pre−1 … −2, base −1, then 0 … post−1. */
export function eventTimes(pre: number, post: number): number[] {
  return Array.from({ length: pre + post }, (_, k) => k < pre ? k - pre - 1 : k - pre);
}

/** Errors of a common base period: every pair of effects correlates by one half. */
export function commonBase(size: number, deviation: number): Float64Array {
  return Float64Array.from(
    { length: size * size },
    (_, k) => deviation ** 2 * (k % (size + 1) === 0 ? 1 : 0.5),
  );
}

/** Effects with a random covariance of full rank. */
export function randomEvents(random: RandomStream, pre: number, post: number): EventEffects {
  const size = pre + post;
  const root = Float64Array.from({ length: size * size }, () => random.normal());
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) {
        covariance[i * size + j] += root[i * size + k] * root[j * size + k];
      }
    }
    covariance[i * size + i] += 0.2;
  }
  return {
    times: eventTimes(pre, post),
    base: -1,
    effects: Float64Array.from({ length: size }, () => 2 * random.normal()),
    covariance,
  };
}

/** Draws of estimates about a mean, by the covariance. */
export function normalDraws(covariance: Float64Array, mean: Float64Array, random: RandomStream) {
  const size = mean.length;
  const chol = choleskyOf(covariance, size);
  return () => {
    const z = Float64Array.from(mean, () => random.normal());
    return mean.map((value, i) => {
      for (let k = 0; k <= i; k++) value += chol[i * size + k] * z[k];
      return value;
    });
  };
}
