import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { isNested } from "../../regression/covariance.ts";
import { rowsByLevel } from "../../regression/groups.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { crossingColumns } from "../wild/basis.ts";

/**
 * A regression cut into clusters. Its columns Q (orthonormal in the weighted inner product) span the regressors
 * and every fixed effect that crosses clusters; effects nested in clusters are partialled out (Pustejovsky &
 * Tipton 2018, section 3), so that leaving a cluster out makes sense when units are the clusters.
 */
export interface ClusterBlocks {
  readonly fit: LeastSquaresFit;
  readonly clusters: Coding;
  /** P columns; the first K are the fit's own. */
  readonly columns: readonly Float64Array[];
  /** Q_g'W_gQ_g, P × P row-major, per cluster. */
  readonly cross: readonly Float64Array[];
  /** Q_g'W_ge_g, P values, per cluster. */
  readonly scores: readonly Float64Array[];
  /** Row numbers by cluster, and where each cluster starts. */
  readonly order: Int32Array;
  readonly start: Int32Array;
  /** Parameters of the nested effects that lie in each cluster: their share of its leverage. */
  readonly nestedLeverage: Float64Array;
}

/** Cuts a fit into clusters. @throws InputError when there is one cluster only. */
export function clusterBlocks(fit: LeastSquaresFit, clusters: Coding): ClusterBlocks {
  const groups = clusters.levels.length;
  if (groups < 2) {
    throw new InputError({
      problem: "There is only one cluster, so a clustered variance cannot be computed",
      column: clusters.name,
      value: clusters.levels[0],
      remedy: "cluster by a column with at least two groups",
    });
  }
  const nested = fit.effects.filter((effect) => isNested(effect, clusters));
  const crossing = fit.effects.filter((effect) => !nested.includes(effect));
  const columns = [...fit.q, ...crossingColumns(fit, crossing, nested, clusters)];
  const { order, start } = rowsByLevel(clusters.codes, groups);
  const size = columns.length;
  const cross: Float64Array[] = [];
  const scores: Float64Array[] = [];
  for (let g = 0; g < groups; g++) {
    const matrix = new Float64Array(size * size);
    const score = new Float64Array(size);
    for (let position = start[g]; position < start[g + 1]; position++) {
      const i = order[position];
      const w = fit.weights === null ? 1 : fit.weights[i];
      for (let a = 0; a < size; a++) {
        const value = w * columns[a][i];
        score[a] += value * fit.residuals[i];
        for (let b = 0; b <= a; b++) matrix[a * size + b] += value * columns[b][i];
      }
    }
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < a; b++) matrix[b * size + a] = matrix[a * size + b];
    }
    cross.push(matrix);
    scores.push(score);
  }
  return {
    fit,
    clusters,
    columns,
    cross,
    scores,
    order,
    start,
    nestedLeverage: nestedLeverage(nested, clusters),
  };
}

function nestedLeverage(nested: LeastSquaresFit["effects"], clusters: Coding): Float64Array {
  const leverage = new Float64Array(clusters.levels.length);
  nested.forEach(({ codes, levels, slope }) => {
    const seen = new Uint8Array(levels);
    codes.forEach((code, i) => {
      if (seen[code]) return;
      seen[code] = 1;
      leverage[clusters.codes[i]] += slope === undefined ? 1 : 2;
    });
  });
  return leverage;
}

/** The direction in Q's coordinates whose product with Q'Wy is coefficient k: row k of R⁻¹, padded. */
export function coefficientDirection({ fit, columns }: ClusterBlocks, k: number): Float64Array {
  const size = fit.q.length;
  const direction = new Float64Array(columns.length);
  for (let j = k; j < size; j++) direction[j] = fit.inverseR[k * size + j];
  return direction;
}

/** Σ_g (R⁻¹ v_g)(R⁻¹ v_g)' for vectors v_g in Q's coordinates: K × K, row-major. */
export function sumOfProducts(
  blocks: ClusterBlocks,
  vectors: readonly Float64Array[],
): Float64Array {
  const size = blocks.fit.q.length;
  const total = new Float64Array(size * size);
  for (const vector of vectors) {
    const beta = toCoefficients(blocks.fit, vector);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) total[a * size + b] += beta[a] * beta[b];
    }
  }
  return total;
}

/** R⁻¹ applied to the first K coordinates. */
export function toCoefficients(fit: LeastSquaresFit, vector: Float64Array): Float64Array {
  const size = fit.q.length;
  const out = new Float64Array(size);
  for (let a = 0; a < size; a++) {
    for (let j = a; j < size; j++) out[a] += fit.inverseR[a * size + j] * vector[j];
  }
  return out;
}
