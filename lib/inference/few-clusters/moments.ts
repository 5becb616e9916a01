import { factorSemidefinite, type SemidefiniteFactor } from "../../regression/semidefinite.ts";

/**
 * The second moments of a clustered variance under its working model, for q directions r_s. With u_gs the share of cluster g
 * in direction s, V_st = Σ_g u_gs u_gt and E[u_gs u_ht] is proportional to P_gh(s, t) = δ_gh own_g(s, t) − left_gs'right_ht.
 */
export interface VarianceMoments {
  /** q: how many directions. */
  readonly size: number;
  /** q × q, row-major, per cluster. */
  readonly own: readonly Float64Array[];
  /** q × m, row-major, per cluster; the same for `right`. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/** E[V] this small beside its largest parts is what rounding leaves of zero. */
const VANISHING = 1e-13;

/**
 * Degrees of freedom η of the Wishart distribution with the mean of V and, summed over its elements, the variance:
 * η = q(q + 1) / Σ_st Var(Ω^{−1/2}VΩ^{−1/2})_st with Ω = E[V] (Pustejovsky & Tipton 2018, approximate Hotelling's T²; the
 * moment that is matched is Zhang's, 2012). By normality the sum is Σ_gh tr(B_gh)² + tr(B_gh²), B_gh = Ω^{−1/2}P_ghΩ^{−1/2}; any root of Ω gives the same.
 * With one direction it is Satterthwaite's (tr P)² / tr P² (Imbens & Kolesár 2016, eq. 10).
 *
 * @returns null where Ω is singular: in some direction V is zero whatever the errors.
 */
export function wishartDegrees(moments: VarianceMoments): number | null {
  const { size, own } = moments;
  const largest = new Float64Array(size);
  for (const matrix of own) for (let s = 0; s < size; s++) largest[s] += matrix[s * size + s];
  const factor = factorSemidefinite(expectation(moments), largest, VANISHING);
  if (factor.rank < size) return null;
  return size * (size + 1) / sumOfVariances(whitened(moments, factor));
}

/** Ω = Σ_g P_gg. */
function expectation(moments: VarianceMoments): Float64Array {
  const { size, own } = moments;
  const total = new Float64Array(size * size);
  const block = new Float64Array(size * size);
  own.forEach((_, g) => {
    momentBlock(moments, g, g, block);
    for (let i = 0; i < block.length; i++) total[i] += block[i];
  });
  return total;
}

/** P_gh, q × q, into `out`. */
function momentBlock(
  { size, own, left, right }: VarianceMoments,
  g: number,
  h: number,
  out: Float64Array,
): void {
  const [a, b] = [left[g], right[h]];
  const width = a.length / size;
  for (let s = 0; s < size; s++) {
    for (let t = 0; t < size; t++) {
      let sum = g === h ? own[g][s * size + t] : 0;
      for (let i = s * width, j = t * width; i < (s + 1) * width; i++, j++) sum -= a[i] * b[j];
      out[s * size + t] = sum;
    }
  }
}

/** Σ_gh tr(P_gh)² + tr(P_gh²); P_hg = P_gh'. */
function sumOfVariances(moments: VarianceMoments): number {
  const { size, own } = moments;
  const block = new Float64Array(size * size);
  let total = 0;
  for (let g = 0; g < own.length; g++) {
    for (let h = 0; h <= g; h++) {
      momentBlock(moments, g, h, block);
      let [trace, square] = [0, 0];
      for (let s = 0; s < size; s++) {
        trace += block[s * size + s];
        for (let t = 0; t < size; t++) square += block[s * size + t] * block[t * size + s];
      }
      total += (g === h ? 1 : 2) * (trace ** 2 + square);
    }
  }
  return total;
}

/** The moments in the coordinates where Ω = LL' is the identity. */
function whitened(
  { size, own, left, right }: VarianceMoments,
  { lower }: SemidefiniteFactor,
): VarianceMoments {
  const once = (matrix: Float64Array) => forwardSolve(lower, matrix, size);
  return {
    size,
    // L⁻¹ from both sides: the second time on the transpose, which is the same for a symmetric matrix.
    own: own.map((matrix) => once(transpose(once(matrix), size))),
    left: left.map(once),
    right: left === right ? left.map(once) : right.map(once),
  };
}

/** L⁻¹M for a lower triangular L (q × q) and M with q rows. */
function forwardSolve(lower: Float64Array, matrix: Float64Array, size: number): Float64Array {
  const out = matrix.slice();
  const width = matrix.length / size;
  for (let s = 0; s < size; s++) {
    for (let t = 0; t < s; t++) {
      const factor = lower[s * size + t];
      for (let j = 0; j < width; j++) out[s * width + j] -= factor * out[t * width + j];
    }
    for (let j = 0; j < width; j++) out[s * width + j] /= lower[s * size + s];
  }
  return out;
}

function transpose(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, i) => matrix[(i % size) * size + Math.floor(i / size)]);
}
