import { balancedTwoWay } from "./balanced.ts";
import { type FixedEffect, type GroupProjection, groupProjection } from "./groups.ts";
import { outerSystem } from "./outer.ts";

/** Takes fixed effects out of columns. */
export interface Absorber {
  /** How it is done, for the record. */
  readonly method: string;
  /** Returns `column` with the fixed effects projected out (weighted); the input is left as it is. */
  residualise(column: Float64Array): Float64Array;
}

/**
 * Prepares to absorb any number of fixed effects, with weights and level-specific slopes.
 *
 * One effect and balanced two-way panels have a closed form. Otherwise the largest effect (or the one with
 * slopes) is projected out exactly and the others are solved for in the reduced normal equations: by Cholesky
 * while they are few, by conjugate gradients to 1e-13 when they are many.
 *
 * @param weights null for none; else one positive weight per row.
 */
export function absorber(effects: readonly FixedEffect[], weights: Float64Array | null): Absorber {
  if (effects.length === 0) {
    return {
      method: "no fixed effects",
      residualise: (column) => column.slice(),
    };
  }
  const balanced = balancedTwoWay(effects, weights);
  if (balanced !== null) return balanced;

  const inner = innermost(effects);
  const projection = groupProjection(inner, weights);
  const outer = effects.filter((effect) => effect !== inner);
  if (outer.length === 0) return oneEffect(inner, projection);
  const system = outerSystem(outer, inner, projection, weights);
  return {
    get method() {
      return `${inner.name} projected out, ${system.method}`;
    },
    residualise(column) {
      const residual = column.slice();
      projection.subtract(residual);
      for (let pass = 0; pass < system.passes; pass++) system.subtract(residual);
      return residual;
    },
  };
}

function innermost(effects: readonly FixedEffect[]): FixedEffect {
  const size = (effect: FixedEffect) => effect.levels * (effect.slope === undefined ? 1 : 2);
  return effects.reduce((best, effect) => size(effect) > size(best) ? effect : best);
}

function oneEffect(effect: FixedEffect, projection: GroupProjection): Absorber {
  return {
    method: `closed form: ${effect.name}`,
    residualise(column) {
      const residual = column.slice();
      projection.subtract(residual);
      return residual;
    },
  };
}

/**
 * Number of parameters the fixed effects count for: all levels, less one for every effect after the first
 * (exact when the panel is connected), plus one slope per level. This is fixest's count (`K.exact = FALSE`).
 */
export function effectParameters(effects: readonly FixedEffect[]): number {
  const levels = effects.reduce((sum, effect) => sum + effect.levels, 0);
  const slopes = effects.reduce(
    (sum, effect) => sum + (effect.slope === undefined ? 0 : effect.levels),
    0,
  );
  return levels - Math.max(0, effects.length - 1) + slopes;
}
