import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { normalUpper } from "../../regression/distributions.ts";

/** Below this, distribution functions give way to exponentials. */
const LEAST_TAIL = 1e-290;

/** Quantile of a centred normal truncated to [low, high], also far out in its tails. */
export function truncatedQuantile(p: number, low: number, high: number, deviation: number): number {
  const [a, b] = [low / deviation, high / deviation];
  if (a >= b) return low;
  const found = a > 0
    ? upperQuantile(p, a, b)
    : b < 0
    ? -upperQuantile(1 - p, -b, -a)
    : centralQuantile(p, a, b);
  return deviation * Math.min(Math.max(found, a), b);
}

/** Both ends above zero: worked with the tails beyond them. */
function upperQuantile(p: number, a: number, b: number): number {
  const [upperA, upperB] = [normalCdf(-a, 0, 1), normalCdf(-b, 0, 1)];
  if (upperA > LEAST_TAIL) return normalUpper(upperA - p * (upperA - upperB));
  // The density falls like exp(−a·(x − a)).
  const width = b === Infinity ? 1 : -Math.expm1(-a * (b - a));
  return a - Math.log1p(-p * width) / a;
}

/** Zero between the ends: from whichever side the tail is smaller. */
function centralQuantile(p: number, a: number, b: number): number {
  const [lowerA, upperB] = [normalCdf(a, 0, 1), normalCdf(-b, 0, 1)];
  const inside = 1 - lowerA - upperB;
  const upper = upperB + (1 - p) * inside;
  return upper < 0.5 ? normalUpper(upper) : -normalUpper(lowerA + p * inside);
}
