/**
 * Distribution functions that hold in the tails. They come from stdlib (Boost's algorithms); jStat, which
 * agrees in the body, is off from the tenth digit on for t with fractional degrees of freedom.
 */
import gammainc from "@stdlib/math-base-special-gammainc";
import fCdf from "@stdlib/stats-base-dists-f-cdf";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";

/** P(|T| ≥ |t|) for Student's t; infinite `degreesOfFreedom` means the normal distribution. */
export function tTwoSided(t: number, degreesOfFreedom: number): number {
  const tail = -Math.abs(t);
  return 2 * (degreesOfFreedom === Infinity ? normalCdf(tail, 0, 1) : tCdf(tail, degreesOfFreedom));
}

/** The quantile of Student's t at probability p; infinite degrees of freedom mean the normal. */
export function tInverse(p: number, degreesOfFreedom: number): number {
  return degreesOfFreedom === Infinity ? normalQuantile(p, 0, 1) : tQuantile(p, degreesOfFreedom);
}

/**
 * The x that a standard normal exceeds with probability `tail`, to rounding for any tail down to 1e-300. (The library's quantile
 * works with 2p − 1 and so loses every digit of tails below 1e-16.)
 */
export function normalUpper(tail: number): number {
  if (tail > 0.5) return -normalUpper(1 - tail);
  if (!(tail > 0)) return Infinity;
  let x = tail > 1e-8 ? -normalQuantile(tail, 0, 1) : Math.sqrt(-2 * Math.log(tail));
  // Newton on the logarithm of the tail, which is concave.
  for (let k = 0; k < 30; k++) {
    const own = normalCdf(-x, 0, 1);
    const step = Math.log(own / tail) * own * Math.sqrt(2 * Math.PI) * Math.exp(x * x / 2);
    x += step;
    if (Math.abs(step) <= 4e-16 * x) break;
  }
  return x;
}

/** P(F ≥ f) for the F distribution; an infinite denominator means χ²/numerator. */
export function fUpper(f: number, numerator: number, denominator: number): number {
  if (denominator === Infinity) return chiSquareUpper(f * numerator, numerator);
  // The reciprocal of an F is an F with the degrees of freedom exchanged: no digit is lost to 1 − p.
  return f <= 0 ? 1 : fCdf(1 / f, denominator, numerator);
}

/** P(X ≥ x) for the χ² distribution. */
export function chiSquareUpper(x: number, degreesOfFreedom: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, degreesOfFreedom / 2, true, true);
}

/** The x with P(X ≥ x) = tail for the χ² distribution, by bisection. */
export function chiSquareInverse(tail: number, degreesOfFreedom: number): number {
  let [low, high] = [0, degreesOfFreedom + 10];
  while (chiSquareUpper(high, degreesOfFreedom) > tail) high *= 2;
  for (let k = 0; k < 100 && high - low > 1e-14 * high; k++) {
    const middle = (low + high) / 2;
    if (chiSquareUpper(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(X ≤ x) for the non-central χ² distribution: a Poisson(ncp/2) mixture of χ² with df + 2j degrees of freedom, summed from
 * its largest weight outwards. Every term is positive, so small probabilities keep their digits.
 */
export function nonCentralChiSquare(
  x: number,
  degreesOfFreedom: number,
  nonCentrality: number,
): number {
  if (x <= 0) return 0;
  const mean = nonCentrality / 2;
  const term = (j: number, weight: number) =>
    weight * gammainc(x / 2, degreesOfFreedom / 2 + j, true, false);
  if (mean === 0) return term(0, 1);
  // χ² probabilities fall with j, so that the largest term lies at or below the mode of the weights.
  const mode = Math.floor(mean);
  const weightAt = Math.exp(-mean + mode * Math.log(mean) - logFactorial(mode));
  let total = 0;
  for (let j = mode, weight = weightAt; j >= 0; j--) {
    total += term(j, weight);
    weight *= j / mean;
  }
  for (let j = mode + 1, weight = weightAt; j < mode + 10_000; j++) {
    weight *= mean / j;
    const next = term(j, weight);
    total += next;
    if (next <= 1e-17 * total) break;
  }
  return Math.min(total, 1);
}

/** ln n!, by Stirling's series above twenty. */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return Math.log(product);
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) -
    1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
}
