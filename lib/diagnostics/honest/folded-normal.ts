import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { normalUpper } from "../../regression/distributions.ts";

/**
 * cv_α(t): the 1 − α quantile of |N(t, 1)|, to rounding. It is convex and rises in |t|, with slope tanh(t·cv).
 * Source: Armstrong & Kolesár (2018), Econometrica 86, section 2.
 */
export function foldedQuantile(alpha: number, t: number): number {
  const shift = Math.abs(t);
  // P(|N| > c) lies between one tail and two.
  let low = Math.max(normalUpper(alpha / 2), shift + normalUpper(alpha));
  let high = shift + normalUpper(alpha / 2);
  let c = low;
  for (let k = 0; k < 60; k++) {
    const outside = normalCdf(shift - c, 0, 1) + normalCdf(-shift - c, 0, 1) - alpha;
    if (outside > 0) low = c;
    else high = c;
    const density = normalDensity(c - shift) + normalDensity(c + shift);
    const newton = c + outside / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - c) <= 2e-16 * c || high - low <= 2e-16 * c) return next;
    c = next;
  }
  return c;
}

function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}
