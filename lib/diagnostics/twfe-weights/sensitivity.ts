import type { RowWeights } from "./rows.ts";

export interface WeightSensitivity {
  /**
   * Smallest standard deviation of effects across the rows averaged with which their average could be zero although the
   * regression is not (σ̲ of corollary 1). Null where weights equal shares: then the regression is the average.
   */
  readonly zeroSensitivity: number | null;
  /** The same for all effects having the opposite sign; null without negative weights, when it is impossible. */
  readonly signSensitivity: number | null;
}

/** Squared distances of weights from shares below this are rounding. */
const EQUAL = 1e-18;

/** The two measures of corollary 1 of de Chaisemartin & D'Haultfœuille (2020). */
export function weightSensitivity({ estimate, weight, share }: RowWeights): WeightSensitivity {
  const own: { share: number; ratio: number }[] = [];
  for (let i = 0; i < share.length; i++) {
    if (share[i] > 0) own.push({ share: share[i], ratio: weight[i] / share[i] });
  }
  own.sort((a, b) => a.ratio - b.ratio);
  const spread = own.reduce((sum, { share, ratio }) => sum + share * (ratio - 1) ** 2, 0);
  const size = Math.abs(estimate);
  const zeroSensitivity = spread > EQUAL ? size / Math.sqrt(spread) : null;
  if (!(own[0].ratio < 0)) return { zeroSensitivity, signSensitivity: null };
  // The rows with the smallest weights, as many as satisfy w < −S/(1 − P) of the paper's corollary.
  let [p, s, t] = [0, 0, 0];
  for (const { share, ratio } of own) {
    if (p > 0 && !(ratio < -s / (1 - p))) break;
    p += share;
    s += share * ratio;
    t += share * ratio * ratio;
  }
  return { zeroSensitivity, signSensitivity: size / Math.sqrt(t + s * s / (1 - p)) };
}
