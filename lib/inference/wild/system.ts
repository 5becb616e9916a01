import { InputError } from "../../panel/errors.ts";
import { type ClusterBasis, clusterProduct, crossColumn } from "./basis.ts";
import { symmetricSolver } from "./leave-out.ts";

/**
 * Variants, in the notation of fwildclusterboot and wildboottest: the first digit says which scores make the
 * bootstrap samples (1 the scores themselves, "classic"; 3 scores at the estimate that leaves the cluster
 * out), the second which variance studentises (1 CV1, 3 the cluster jackknife CV3). MacKinnon, Nielsen & Webb
 * (2023) call 11, 31, 13 and 33 the C, S, V and B variants.
 */
export type BootstrapType = "11" | "13" | "31" | "33";

/**
 * The bootstrap as linear maps of a draw's weights v (one per cluster): m numerators, then Z (cluster by
 * restriction), each a row of G coefficients. t* = numerator / √(factor · Σ Z²).
 */
export interface BootstrapSystem {
  readonly clusters: number;
  readonly restrictions: number;
  /** (m + G m) × G, row-major, at the null that is tested. */
  readonly base: Float64Array;
  /** What `base` gains per unit of distance from the null; null when the null is not imposed, or m > 1. */
  readonly slope: Float64Array | null;
  /** Distance of the estimate from the null (m values). */
  readonly distance: Float64Array;
  /** Variance of that distance before the small-sample factor (m × m). */
  readonly variance: Float64Array;
}

/**
 * Computes the system once; every draw then costs O(G²).
 *
 * With s_g a cluster's scores, A_g = X_g'W_gX_g in coordinates where Σ A_g = I, d_g = e_j for CV1 and
 * (I − A_g)⁻¹e_j for CV3, and S = Σ v_h s_h: numerator_j = S_j and Z_gj = d_g'(v_g s_g − A_g S). Imposing the
 * null adds A_g δ to the scores (δ the distance); leaving clusters out adds A_g (I − A_g)⁻¹s_g, taken over
 * the coordinates that the null leaves free.
 * Sources: Roodman, MacKinnon, Nielsen & Webb (2019), Stata Journal 19, on fast computation; MacKinnon, Nielsen &
 * Webb (2023), Journal of Applied Econometrics 38, on the score-jackknife samples and CV3.
 */
export function bootstrapSystem(
  basis: ClusterBasis,
  type: BootstrapType,
  imposeNull: boolean,
): BootstrapSystem {
  const size = basis.columns.length;
  const m = basis.restrictions;
  const jackknifed = type[0] === "3";
  const scores = basis.clusters.levels.map((_, g) => crossColumn(basis, g, basis.residuals));
  const order = stableOrder(scores, m);
  const G = order.length;
  const parts = order.map((g) => {
    const needsMatrix = type !== "11";
    const cross = needsMatrix ? crossMatrix(basis, g) : null;
    const firsts = basis.columns.slice(0, m).map((column) => crossColumn(basis, g, column));
    const remake = jackknifed && cross !== null
      ? leaveOutScores(basis, g, cross, imposeNull ? m : 0)
      : (score: Float64Array) => score;
    const weights = type[1] === "3" && cross !== null
      ? leaveOutWeights(basis, g, cross)
      : firsts.map((_, j) => axis(size, j));
    const carried = cross === null
      ? firsts
      : weights.map((weight) => matrixTimes(cross, weight, size));
    const imposed = scores[g].slice();
    if (imposeNull) firsts.forEach((first, j) => addTo(imposed, basis.distance[j], first));
    return {
      score: scores[g],
      base: remake(imposed),
      slope: imposeNull && m === 1 ? remake(firsts[0]) : null,
      weights,
      carried,
    };
  });
  const variance = new Float64Array(m * m);
  for (const { score, weights } of parts) {
    const z = weights.map((weight) => dot(weight, score));
    z.forEach((a, i) => z.forEach((b, j) => variance[i * m + j] += a * b));
  }
  const slopes = parts.map((part) => part.slope);
  return {
    clusters: G,
    restrictions: m,
    base: linearMaps(parts, parts.map((part) => part.base), m),
    slope: slopes.every((slope) => slope !== null) ? linearMaps(parts, slopes, m) : null,
    distance: basis.distance,
    variance,
  };
}

interface Studentiser {
  readonly weights: readonly Float64Array[];
  readonly carried: readonly Float64Array[];
}

function linearMaps(
  parts: readonly Studentiser[],
  scores: readonly Float64Array[],
  m: number,
): Float64Array {
  const G = parts.length;
  const maps = new Float64Array((m + G * m) * G);
  scores.forEach((score, h) => {
    for (let j = 0; j < m; j++) maps[j * G + h] = score[j];
    parts.forEach(({ weights, carried }, g) => {
      for (let j = 0; j < m; j++) {
        const own = g === h ? dot(weights[j], score) : 0;
        maps[(m + g * m + j) * G + h] = own - dot(carried[j], score);
      }
    });
  });
  return maps;
}

/**
 * Clusters by the size of their scores, largest first. Draws are dealt to clusters in this order, so that a
 * sampled result does not depend on how clusters are labelled or rows sorted.
 */
function stableOrder(scores: readonly Float64Array[], m: number): number[] {
  const key = scores.map((score) =>
    score.subarray(0, m).reduce((sum, value) => sum + value * value, 0)
  );
  return key.map((_, g) => g).sort((a, b) => key[b] - key[a] || a - b);
}

function crossMatrix(basis: ClusterBasis, g: number): Float64Array {
  const { columns } = basis;
  const size = columns.length;
  const out = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      out[a * size + b] = out[b * size + a] = clusterProduct(basis, g, columns[a], columns[b]);
    }
  }
  return out;
}

/** I − A_g over the coordinates from `first` on: what the other clusters say about them. */
function othersMatrix(cross: Float64Array, size: number, first: number): Float64Array {
  const free = size - first;
  const out = new Float64Array(free * free);
  for (let a = 0; a < free; a++) {
    for (let b = 0; b < free; b++) {
      out[a * free + b] = (a === b ? 1 : 0) - cross[(a + first) * size + b + first];
    }
  }
  return out;
}

/** Maps a cluster's scores to its scores at the estimate that leaves it out, with the first m imposed. */
function leaveOutScores(
  basis: ClusterBasis,
  g: number,
  cross: Float64Array,
  imposed: number,
): (score: Float64Array) => Float64Array {
  const size = basis.columns.length;
  if (imposed === size) return (score) => score;
  const solver = symmetricSolver(othersMatrix(cross, size, imposed), size - imposed);
  if (imposed === 0) requireDetermined(basis, g, solver.determines);
  return (score) => {
    const moved = new Float64Array(size);
    moved.set(solver.solve(score.slice(imposed)), imposed);
    const out = matrixTimes(cross, moved, size);
    for (let k = 0; k < size; k++) out[k] += score[k];
    return out;
  };
}

/** d_g = (I − A_g)⁻¹ e_j for every restriction. */
function leaveOutWeights(basis: ClusterBasis, g: number, cross: Float64Array): Float64Array[] {
  const size = basis.columns.length;
  const solver = symmetricSolver(othersMatrix(cross, size, 0), size);
  requireDetermined(basis, g, solver.determines);
  return Array.from({ length: basis.restrictions }, (_, j) => solver.solve(axis(size, j)));
}

function requireDetermined(
  { clusters, restrictions }: ClusterBasis,
  g: number,
  determines: (coordinate: number) => boolean,
): void {
  for (let j = 0; j < restrictions; j++) {
    if (determines(j)) continue;
    throw new InputError({
      problem: `Without cluster ${clusters.levels[g]} the tested effect cannot be estimated, so ` +
        "the cluster jackknife does not exist",
      column: clusters.name,
      value: clusters.levels[g],
      remedy: 'use type "11", or "31" with the null imposed, which need no such fit; ' +
        "and say that the effect rests on one cluster",
    });
  }
}

function axis(size: number, j: number): Float64Array {
  return new Float64Array(size).fill(1, j, j + 1);
}

function addTo(target: Float64Array, factor: number, column: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k] += factor * column[k];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function matrixTimes(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  return Float64Array.from(
    { length: size },
    (_, i) => dot(matrix.subarray(i * size, (i + 1) * size), vector),
  );
}
