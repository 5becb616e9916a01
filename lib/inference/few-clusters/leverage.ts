import type { Label } from "../../panel/coding.ts";
import { type ClusterBlocks, coefficientDirection } from "./blocks.ts";

/** How evenly the clusters carry one coefficient. */
export interface ClusterLeverage {
  readonly clusters: readonly Label[];
  /** Trace of each cluster's block of the hat matrix; sums to the number of parameters. */
  readonly leverage: Float64Array;
  /** Share of the coefficient's own variation that lies in each cluster; sums to one. */
  readonly partialLeverage: Float64Array;
  /** Effective number of clusters, errors independent within clusters (ρ = 0). */
  readonly effectiveClusters: number;
  /** Effective number of clusters, errors fully correlated within clusters (ρ = 1). */
  readonly effectiveClustersCorrelated: number | null;
}

/**
 * Leverage and partial leverage by cluster (MacKinnon, Nielsen & Webb 2023, eqs. 20 and 24) and the effective
 * number of clusters G* = G/(1 + Γ) (Carter, Schnepel & Steigerwald 2017, eq. 7). At ρ = 1 it is null where
 * cluster effects absorb what fully correlated errors would add.
 */
export function clusterLeverage(blocks: ClusterBlocks, k: number): ClusterLeverage {
  const { columns, cross, clusters, fit, order, start } = blocks;
  const size = columns.length;
  const direction = coefficientDirection(blocks, k);
  const total = direction.reduce((sum, value) => sum + value ** 2, 0);
  const variance = cross.map((matrix) => {
    let sum = 0;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) sum += direction[a] * matrix[a * size + b] * direction[b];
    }
    return sum;
  });
  const common = clusters.levels.map((_, g) => {
    let sum = 0;
    for (let position = start[g]; position < start[g + 1]; position++) {
      const i = order[position];
      const w = fit.weights === null ? 1 : fit.weights[i];
      for (let a = 0; a < size; a++) sum += direction[a] * w * columns[a][i];
    }
    return sum ** 2;
  });
  const negligible = Math.max(...common) <= 1e-18 * total * fit.rows;
  return {
    clusters: clusters.levels,
    leverage: Float64Array.from(
      cross,
      (matrix, g) => trace(matrix, size) + blocks.nestedLeverage[g],
    ),
    partialLeverage: Float64Array.from(variance, (value) => value / total),
    effectiveClusters: effectiveNumber(variance),
    effectiveClustersCorrelated: negligible ? null : effectiveNumber(common),
  };
}

function trace(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += matrix[k * size + k];
  return sum;
}

function effectiveNumber(parts: readonly number[]): number {
  const groups = parts.length;
  const mean = parts.reduce((sum, value) => sum + value, 0) / groups;
  const spread = parts.reduce((sum, value) => sum + (value / mean - 1) ** 2, 0) / groups;
  return groups / (1 + spread);
}
