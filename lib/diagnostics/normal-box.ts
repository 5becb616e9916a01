import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { InputError } from "../panel/errors.ts";

/** Probability that a normal vector falls into a box, and its mean when it does. */
export interface NormalBox {
  readonly probability: number;
  /** Standard error of the quasi-Monte Carlo rule, from its shifts. */
  readonly error: number;
  /** E[x | x in the box]. */
  readonly mean: Float64Array;
}

const SHIFTS = 8;
const POINTS = 4096;
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];
const TINY = 1e-300;

/**
 * Probability of low ≤ x ≤ high for x ~ N(mean, covariance), by Genz's sequential conditioning: one uniform per dimension
 * but the last, on shifted Richtmyer lattices with the baker's transformation. Deterministic.
 *
 * Source: Genz (1992), Journal of Computational and Graphical Statistics 1, section 3; Genz & Bretz (2009), section 4.2.
 * @param covariance n × n, row-major, positive definite.
 * @throws InputError when the covariance is not positive definite or there are more than 20 dimensions.
 */
export function normalBox(
  mean: ArrayLike<number>,
  covariance: Float64Array,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): NormalBox {
  const n = mean.length;
  const factor = cholesky(covariance, n);
  const sums = new Float64Array(SHIFTS);
  const moments = new Float64Array(n);
  const z = new Float64Array(n);
  const uniform = new Float64Array(n);
  for (let shift = 0; shift < SHIFTS; shift++) {
    for (let k = 1; k <= POINTS; k++) {
      for (let i = 0; i < n; i++) {
        // Shifts are multiples of the golden ratio, so that the rule is the same on every machine.
        const x = (k * Math.sqrt(PRIMES[i]) + shift * (i + 1) * 0.6180339887498949) % 1;
        uniform[i] = Math.abs(2 * x - 1);
      }
      let weight = 1;
      for (let i = 0; i < n; i++) {
        let centre = mean[i];
        for (let j = 0; j < i; j++) centre += factor[i * n + j] * z[j];
        const scale = factor[i * n + i];
        const from = normalCdf((low[i] - centre) / scale, 0, 1);
        const to = normalCdf((high[i] - centre) / scale, 0, 1);
        weight *= to - from;
        const p = Math.min(Math.max(from + uniform[i] * (to - from), TINY), 1 - 1e-16);
        z[i] = normalQuantile(p, 0, 1);
      }
      sums[shift] += weight / POINTS;
      for (let i = 0; i < n; i++) {
        let value = mean[i];
        for (let j = 0; j <= i; j++) value += factor[i * n + j] * z[j];
        moments[i] += weight * value;
      }
    }
  }
  const probability = sums.reduce((total, value) => total + value, 0) / SHIFTS;
  const spread = sums.reduce((total, value) => total + (value - probability) ** 2, 0);
  const total = probability * SHIFTS * POINTS;
  return {
    probability,
    error: Math.sqrt(spread / (SHIFTS * (SHIFTS - 1))),
    mean: moments.map((value) => value / total),
  };
}

function cholesky(matrix: Float64Array, n: number): Float64Array {
  if (n > PRIMES.length) {
    throw new InputError({
      problem:
        `There are ${n} effects before treatment; probabilities are computed for ${PRIMES.length} at most`,
      value: n,
      remedy: "use a shorter window before treatment",
    });
  }
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      if (i !== j) {
        factor[i * n + j] = sum / factor[j * n + j];
        continue;
      }
      if (!(sum > 1e-13 * matrix[i * n + i])) {
        throw new InputError({
          problem: "The covariance of the effects before treatment is singular",
          value: `effect ${i + 1} of ${n}`,
          remedy: "use fewer effects before treatment than clusters, or another covariance",
        });
      }
      factor[i * n + i] = Math.sqrt(sum);
    }
  }
  return factor;
}
