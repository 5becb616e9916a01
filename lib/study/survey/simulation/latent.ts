import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { bisect } from "./areas.ts";

/**
 * Yes or no comes about when a hidden normal number is below a threshold. Neighbours share a part of it (variance
 * `CLUSTER`), members of a household another (`HOUSEHOLD`); the rest is everyone's own, with variance 1. The share of yes in a
 * large population is then known exactly: Φ(threshold / √(total variance)).
 */
export const CLUSTER = 0.15;
export const HOUSEHOLD = 0.5;

export interface AgeGroup {
  /** Youngest and oldest. */
  readonly from: number;
  readonly to: number;
  /** Share of people. Made up, as are the offsets. */
  readonly share: number;
  /** How much the group is ahead in internet use, on the hidden scale; null where the question is not asked. */
  readonly offset: number | null;
}

export const AGE_GROUPS: readonly AgeGroup[] = [
  { from: 0, to: 2, share: 0.05, offset: null },
  { from: 3, to: 5, share: 0.05, offset: null },
  { from: 6, to: 11, share: 0.11, offset: -0.3 },
  { from: 12, to: 17, share: 0.11, offset: 0.5 },
  { from: 18, to: 39, share: 0.33, offset: 0.6 },
  { from: 40, to: 59, share: 0.22, offset: -0.2 },
  { from: 60, to: 89, share: 0.13, offset: -1.2 },
];

/** The threshold at which a household answers yes with probability `share`; its own part has variance 1. */
export function householdThreshold(share: number): number {
  return normalQuantile(share, 0, 1) * Math.sqrt(1 + CLUSTER);
}

/** The threshold of a person without an age offset, such that people of 6 and more answer yes with probability `share`. */
export function personThreshold(share: number): number {
  const asked = AGE_GROUPS.filter((group) => group.offset !== null);
  const all = asked.reduce((sum, group) => sum + group.share, 0);
  const spread = Math.sqrt(1 + CLUSTER + HOUSEHOLD);
  return bisect(
    (a) =>
      asked.reduce(
        (sum, { share, offset }) => sum + share / all * normalCdf((a + offset!) / spread, 0, 1),
        0,
      ) - share,
    -12,
    12,
  );
}
