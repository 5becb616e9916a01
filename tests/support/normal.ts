import cdf from "@stdlib/stats-base-dists-normal-cdf";

/** Φ(x). */
export function normalCdf(x: number): number {
  return cdf(x, 0, 1);
}
