import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { InputError } from "../panel/errors.ts";
import { stream } from "../inference/random.ts";

/** Probability that a normal vector falls into a box, and its mean when it does. */
export interface NormalBox {
  readonly probability: number;
  /** Standard error of the quasi-Monte Carlo rule, from its shifts. */
  readonly error: number;
  /** E[x | x in the box]; null where the box is so far out that its probability is no number above zero. */
  readonly mean: Float64Array | null;
}

const SHIFTS = 12;
const POINTS = 4093;
const SEED = 1992;
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];
const TINY = 1e-300;

/**
 * Probability of low ≤ x ≤ high for x ~ N(mean, covariance), by Genz's sequential conditioning: one uniform per dimension,
 * on Richtmyer lattices with the baker's transformation, shifted by a fixed seed (so the same digits come out again), the
 * least likely dimensions first. One dimension and independent ones are exact.
 *
 * Source: Genz (1992), Journal of Computational and Graphical Statistics 1, section 3; Genz & Bretz (2009), Computation of
 * Multivariate Normal and t Probabilities, sections 4.1.3 (order) and 4.2.
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
  const { order, factor } = orderedCholesky(mean, covariance, low, high);
  const from = order.map((k) => low[k] - mean[k]);
  const to = order.map((k) => high[k] - mean[k]);
  const sums = new Float64Array(SHIFTS);
  const moments = new Float64Array(n);
  const z = new Float64Array(n);
  const steps = PRIMES.slice(0, n).map((prime) => Math.sqrt(prime) % 1);
  const random = stream(SEED, 0);
  for (let shift = 0; shift < SHIFTS; shift++) {
    const start = Array.from({ length: n }, () => random.uniform());
    for (let point = 1; point <= POINTS; point++) {
      let weight = 1;
      for (let i = 0; i < n; i++) {
        let centre = 0;
        for (let j = 0; j < i; j++) centre += factor[i * n + j] * z[j];
        const scale = factor[i * n + i];
        const u = Math.abs(2 * ((start[i] + point * steps[i]) % 1) - 1);
        // An interval above the centre is mirrored, or its probability would be lost to 1 − p.
        const sign = from[i] > centre ? -1 : 1;
        const near = (sign === 1 ? from[i] - centre : centre - to[i]) / scale;
        const far = (sign === 1 ? to[i] - centre : centre - from[i]) / scale;
        const below = normalCdf(near, 0, 1);
        const width = normalCdf(far, 0, 1) - below;
        weight *= width;
        z[i] = sign * quantile(below + u * width);
      }
      sums[shift] += weight / POINTS;
      if (weight === 0) continue;
      for (let i = 0; i < n; i++) {
        let value = 0;
        for (let j = 0; j <= i; j++) value += factor[i * n + j] * z[j];
        moments[i] += weight * value;
      }
    }
  }
  const probability = sums.reduce((total, value) => total + value, 0) / SHIFTS;
  const spread = sums.reduce((total, value) => total + (value - probability) ** 2, 0);
  return {
    probability,
    error: Math.sqrt(spread / (SHIFTS * (SHIFTS - 1))),
    mean: probability > TINY
      ? meansInOrder(moments, order, mean, probability * SHIFTS * POINTS)
      : null,
  };
}

function meansInOrder(
  moments: Float64Array,
  order: readonly number[],
  mean: ArrayLike<number>,
  total: number,
): Float64Array {
  const out = new Float64Array(moments.length);
  order.forEach((k, i) => out[k] = mean[k] + moments[i] / total);
  return out;
}

/** The normal quantile, by Newton's steps on ln Φ in the lower tail, where the library's loses its digits. */
function quantile(p: number): number {
  if (p > 1e-6) return normalQuantile(Math.min(p, 1 - 1e-16), 0, 1);
  const target = Math.log(Math.max(p, TINY));
  let x = -Math.sqrt(-2 * target - Math.log(-2 * target) - Math.log(2 * Math.PI));
  for (let k = 0; k < 6; k++) {
    const tail = normalCdf(x, 0, 1);
    const step = (Math.log(tail) - target) * tail * Math.sqrt(2 * Math.PI) * Math.exp(x * x / 2);
    x -= step;
    if (Math.abs(step) < 1e-13 * Math.abs(x)) break;
  }
  return x;
}

/** Cholesky factor with the dimension first whose interval is least likely, given the expected values of those before. */
function orderedCholesky(
  mean: ArrayLike<number>,
  covariance: Float64Array,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): { order: number[]; factor: Float64Array } {
  const n = mean.length;
  requireSize(n);
  const order = Array.from({ length: n }, (_, k) => k);
  const factor = new Float64Array(n * n);
  const expected = new Float64Array(n);
  const scaleOf = (i: number) => {
    let left = covariance[order[i] * n + order[i]];
    for (let k = 0; k < i; k++) left -= factor[i * n + k] ** 2;
    return left;
  };
  for (let i = 0; i < n; i++) {
    let [best, least] = [i, Infinity];
    for (let j = i; j < n; j++) {
      let left = covariance[order[j] * n + order[j]];
      let centre = mean[order[j]];
      for (let k = 0; k < i; k++) {
        left -= factor[j * n + k] ** 2;
        centre += factor[j * n + k] * expected[k];
      }
      const scale = Math.sqrt(left);
      const chance = normalCdf((high[order[j]] - centre) / scale, 0, 1) -
        normalCdf((low[order[j]] - centre) / scale, 0, 1);
      if (chance < least) [best, least] = [j, chance];
    }
    swap(order, factor, n, i, best);
    const left = scaleOf(i);
    if (!(left > 1e-13 * covariance[order[i] * n + order[i]])) throw singular(order[i], n);
    const scale = Math.sqrt(left);
    factor[i * n + i] = scale;
    for (let j = i + 1; j < n; j++) {
      let sum = covariance[order[j] * n + order[i]];
      for (let k = 0; k < i; k++) sum -= factor[j * n + k] * factor[i * n + k];
      factor[j * n + i] = sum / scale;
    }
    let centre = mean[order[i]];
    for (let k = 0; k < i; k++) centre += factor[i * n + k] * expected[k];
    expected[i] = truncatedMean(
      (low[order[i]] - centre) / scale,
      (high[order[i]] - centre) / scale,
    );
  }
  return { order, factor };
}

/** Mean of a standard normal number between two ends; the nearer end where its probability is no number above zero. */
function truncatedMean(a: number, b: number): number {
  const width = normalCdf(b, 0, 1) - normalCdf(a, 0, 1);
  if (!(width > TINY)) return a > 0 ? a : b;
  const density = (x: number) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  return Math.min(Math.max((density(a) - density(b)) / width, a), b);
}

function swap(order: number[], factor: Float64Array, n: number, i: number, j: number): void {
  if (i === j) return;
  [order[i], order[j]] = [order[j], order[i]];
  for (let k = 0; k < i; k++) {
    [factor[i * n + k], factor[j * n + k]] = [factor[j * n + k], factor[i * n + k]];
  }
}

function requireSize(n: number): void {
  if (n <= PRIMES.length) return;
  throw new InputError({
    problem:
      `There are ${n} effects before treatment; probabilities are computed for ${PRIMES.length} at most`,
    value: n,
    remedy: 'use a shorter window before treatment, or test: "joint"',
  });
}

function singular(k: number, n: number): InputError {
  return new InputError({
    problem: "The covariance of the effects before treatment is singular",
    value: `effect ${k + 1} of ${n}`,
    remedy: "use fewer effects before treatment than clusters, or another covariance",
  });
}
