import { formatSignificant } from "../../tables/format.ts";
import type { HorizonEffect } from "./combine.ts";
import type { TreatmentPaths } from "./paths.ts";

const NOTHING_RECEIVED =
  "rises and falls of the treatment cancel out, so there is no effect per unit of treatment";
/** Treatment, or a change of the outcome, this small beside its parts is zero up to rounding. */
const ROUNDING = 1e-13;

/** True when units differ by more than rounding, measured against the outcome's own digits. */
function varies({ outcome }: TreatmentPaths, { influence }: HorizonEffect): boolean {
  let largest = 0;
  for (const y of outcome) if (Math.abs(y) > largest) largest = Math.abs(y);
  return influence.reduce((sum, value) => sum + Math.abs(value), 0) > ROUNDING * largest;
}

/**
 * Horizons whose influence functions are not all zero (the others have an estimate but no variance) and, for normalised
 * effects, whose switchers received treatment on balance.
 */
export function withVariance(
  paths: TreatmentPaths,
  effects: readonly HorizonEffect[],
  normalized: boolean,
) {
  const received = ({ cumulativeTreatment, grossTreatment }: HorizonEffect) =>
    Math.abs(cumulativeTreatment) > ROUNDING * grossTreatment;
  const usable = effects.filter((effect) =>
    varies(paths, effect) && (!normalized || received(effect))
  );
  const dropped = effects.filter((effect) => !usable.includes(effect)).map((effect) => ({
    name: `event time ${effect.eventTime}`,
    reason: varies(paths, effect)
      ? NOTHING_RECEIVED
      : `estimate ${formatSignificant(effect.estimate)}, but ` +
        "its cohorts have one cluster each, or no spread: no variance",
  }));
  return { usable, dropped };
}

/** The average total effect per unit of treatment, or the reason why there is none. */
export type TotalEffect =
  | { readonly ok: true; readonly estimate: number; readonly influence: Float64Array }
  | { readonly ok: false; readonly reason: string };

/** Total effect of the changes over total treatment received in the periods averaged, or why there is none. */
export function averageTotalEffect(
  paths: TreatmentPaths,
  effects: readonly HorizonEffect[],
): TotalEffect {
  const influence = new Float64Array(paths.units);
  let [sum, treatment, gross] = [0, 0, 0];
  for (const effect of effects) {
    sum += effect.weight * effect.estimate;
    treatment += effect.weight * effect.currentTreatment;
    gross += effect.weight * effect.grossTreatment;
    for (let i = 0; i < paths.units; i++) influence[i] += effect.weight * effect.influence[i];
  }
  if (Math.abs(treatment) <= ROUNDING * gross) return { ok: false, reason: NOTHING_RECEIVED };
  if (!effects.some((effect) => varies(paths, effect))) {
    return { ok: false, reason: "no effect has a variance" };
  }
  return {
    ok: true,
    estimate: sum / treatment,
    influence: influence.map((value) => value / treatment),
  };
}
