import type { Absorber } from "./absorb.ts";
import type { FixedEffect } from "./groups.ts";

/**
 * The closed form x − x̄ᵢ − x̄ₜ + x̄ for two crossed effects when every pair of levels occurs once and weights,
 * if any, are constant within one of them. Returns null when that does not hold.
 */
export function balancedTwoWay(
  effects: readonly FixedEffect[],
  weights: Float64Array | null,
): Absorber | null {
  if (effects.length !== 2 || effects.some((effect) => effect.slope !== undefined)) return null;
  const [a, b] = effects;
  if (!everyPairOnce(a, b)) return null;
  for (const [rows, columns] of [[a, b], [b, a]]) {
    const levelWeight = constantWithin(rows, weights);
    if (levelWeight !== null) return demeaner(rows, columns, levelWeight);
  }
  return null;
}

function everyPairOnce(a: FixedEffect, b: FixedEffect): boolean {
  const n = a.codes.length;
  if (n !== a.levels * b.levels) return false;
  const seen = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const pair = a.codes[i] * b.levels + b.codes[i];
    if (seen[pair]) return false;
    seen[pair] = 1;
  }
  return true;
}

/** The weight of each level, scaled to sum to one, or null when weights differ within a level. */
function constantWithin(effect: FixedEffect, weights: Float64Array | null): Float64Array | null {
  const { codes, levels } = effect;
  const level = new Float64Array(levels).fill(1 / levels);
  if (weights === null) return level;
  level.fill(0);
  for (let i = 0; i < codes.length; i++) {
    const g = codes[i];
    if (level[g] === 0) level[g] = weights[i];
    else if (level[g] !== weights[i]) return null;
  }
  const total = level.reduce((sum, w) => sum + w, 0);
  return level.map((w) => w / total);
}

function demeaner(rows: FixedEffect, columns: FixedEffect, weight: Float64Array): Absorber {
  const [r, c] = [rows.codes, columns.codes];
  const n = r.length;
  const perRow = 1 / columns.levels;
  return {
    method: "closed form: balanced two-way",
    residualise(column) {
      const rowMean = new Float64Array(rows.levels);
      const columnMean = new Float64Array(columns.levels);
      for (let i = 0; i < n; i++) {
        rowMean[r[i]] += column[i];
        columnMean[c[i]] += weight[r[i]] * column[i];
      }
      let grand = 0;
      for (let g = 0; g < rowMean.length; g++) grand += weight[g] * (rowMean[g] *= perRow);
      for (let t = 0; t < columnMean.length; t++) columnMean[t] -= grand;
      const residual = new Float64Array(n);
      for (let i = 0; i < n; i++) residual[i] = column[i] - rowMean[r[i]] - columnMean[c[i]];
      return residual;
    },
  };
}
