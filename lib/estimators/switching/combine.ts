import type { Horizon, SideEffect } from "./effects.ts";
import type { TreatmentPaths } from "./paths.ts";

/** DID_ℓ over both sides, with the treatment behind it. */
export interface HorizonEffect {
  readonly eventTime: number;
  readonly estimate: number;
  /** estimate − truth ≈ Σ over units. */
  readonly influence: Float64Array;
  /** N_ℓ: Σ of the weights of switchers. */
  readonly weight: number;
  readonly switchers: number;
  /** Positions (t · units + i) compared. */
  readonly cells: readonly number[];
  /** Mean excess over the baseline ℓ periods from the change on, in the direction of the change. */
  readonly currentTreatment: number;
  /** The same summed since the change: δ_ℓ, what normalised effects divide by. */
  readonly cumulativeTreatment: number;
  /** The same with every period's treatment counted as positive: what zero is judged against. */
  readonly grossTreatment: number;
  /** Shares of δ_ℓ by lag, current first; empty for placebos. */
  readonly lagWeights: readonly number[];
}

/** Joins the effects of rises and falls, weighted by their switchers (DID_ℓ, eq. 5 of the paper). */
export function combineSides(
  paths: TreatmentPaths,
  horizon: Horizon,
  sides: readonly SideEffect[],
): HorizonEffect | null {
  if (sides.length === 0) return null;
  const weight = sides.reduce((sum, side) => sum + side.weight, 0);
  const influence = new Float64Array(paths.units);
  let estimate = 0;
  for (const side of sides) {
    const share = side.weight / weight;
    estimate += share * side.estimate;
    for (let i = 0; i < influence.length; i++) influence[i] += share * side.influence[i];
  }
  const doses = meanDoses(paths, horizon, sides.flatMap(({ switchers }) => switchers), weight);
  const cumulative = doses.reduce((sum, dose) => sum + dose, 0);
  return {
    eventTime: horizon.placebo ? -horizon.length - 1 : horizon.length - 1,
    estimate,
    influence,
    weight,
    switchers: sides.reduce((sum, { switchers }) => sum + switchers.length, 0),
    cells: [...new Set(sides.flatMap(({ cells }) => cells))],
    currentTreatment: doses[horizon.length - 1],
    cumulativeTreatment: cumulative,
    grossTreatment: doses.reduce((sum, dose) => sum + Math.abs(dose), 0),
    lagWeights: horizon.placebo ? [] : [...doses].reverse().map((dose) => dose / cumulative),
  };
}

/** Weighted mean over switchers of the excess over the baseline, for each of the ℓ periods from the change on. */
function meanDoses(
  { units: n, treatment, baseline, firstChange, sign, weights }: TreatmentPaths,
  { length }: Horizon,
  switchers: readonly number[],
  weight: number,
): number[] {
  return Array.from({ length }, (_, k) => {
    let sum = 0;
    for (const i of switchers) {
      const w = weights[(firstChange[i] - 1 + length) * n + i];
      sum += w * sign[i] * (treatment[(firstChange[i] + k) * n + i] - baseline[i]);
    }
    return sum / weight;
  });
}
