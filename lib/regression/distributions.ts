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
