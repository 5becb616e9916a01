import { absorber, effectParameters } from "./absorb.ts";
import type { FixedEffect } from "./groups.ts";
import { type DroppedColumn, innerProduct, orthogonalise } from "./orthogonal.ts";

/** What to regress on what. Columns have one value per row and no missing values. */
export interface LeastSquaresProblem {
  readonly outcome: Float64Array;
  readonly names: readonly string[];
  readonly regressors: readonly Float64Array[];
  readonly effects: readonly FixedEffect[];
  /** null for none; else one positive weight per row. */
  readonly weights: Float64Array | null;
}

/** A fitted regression, with what every covariance estimator needs. */
export interface LeastSquaresFit {
  /** Names of the regressors kept, in order; `coefficients` follows them. */
  readonly names: readonly string[];
  readonly coefficients: Float64Array;
  readonly dropped: readonly DroppedColumn[];
  /** K columns, orthonormal in the weighted inner product, that span the regressors net of fixed effects. */
  readonly q: readonly Float64Array[];
  /** R⁻¹ (K × K, row-major): coefficients = R⁻¹Q'Wy and bread (X'WX)⁻¹ = R⁻¹R⁻ᵀ. */
  readonly inverseR: Float64Array;
  readonly residuals: Float64Array;
  readonly weights: Float64Array | null;
  readonly effects: readonly FixedEffect[];
  /** Parameters that the fixed effects count for (see `effectParameters`). */
  readonly effectParameters: number;
  readonly absorption: string;
  readonly rows: number;
  /** Weighted sum of squared residuals. */
  readonly squaredResiduals: number;
  /** Weighted sum of squares of the outcome net of fixed effects. */
  readonly squaredOutcome: number;
  /** Weighted sum of squares of the outcome as it is: what rounding in the residuals is measured against. */
  readonly squaredLevels: number;
}

/** Weighted least squares with absorbed fixed effects. Collinear regressors are dropped by name. */
export function leastSquares(problem: LeastSquaresProblem): LeastSquaresFit {
  const { weights, effects } = problem;
  const absorb = absorber(effects, weights);
  const residuals = absorb.residualise(problem.outcome);
  const squaredOutcome = innerProduct(residuals, residuals, weights);
  const columns = problem.regressors.map((column) => absorb.residualise(column));
  const sizes = problem.regressors.map((column) => columnSize(column, weights, effects.length > 0));
  const { kept, q, inverseR, dropped } = orthogonalise(problem.names, columns, sizes, weights);
  const projections = q.map((basis) => {
    const c = innerProduct(basis, residuals, weights);
    for (let i = 0; i < residuals.length; i++) residuals[i] -= c * basis[i];
    return c;
  });
  return {
    names: kept.map((j) => problem.names[j]),
    coefficients: upperTimes(inverseR, projections),
    dropped,
    q,
    inverseR,
    residuals,
    weights,
    effects,
    effectParameters: effectParameters(effects),
    absorption: absorb.method,
    rows: residuals.length,
    squaredResiduals: innerProduct(residuals, residuals, weights),
    squaredOutcome,
    squaredLevels: innerProduct(problem.outcome, problem.outcome, weights),
  };
}

/** The weighted norm of a column about its weighted mean (about zero without fixed effects). */
function columnSize(column: Float64Array, weights: Float64Array | null, centre: boolean): number {
  let [mean, total] = [0, 0];
  if (centre) {
    for (let i = 0; i < column.length; i++) {
      const w = weights === null ? 1 : weights[i];
      mean += w * column[i];
      total += w;
    }
    mean /= total;
  }
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    sum += (weights === null ? 1 : weights[i]) * (column[i] - mean) ** 2;
  }
  return Math.sqrt(sum);
}

/** U v for an upper triangular U (row-major). */
export function upperTimes(upper: Float64Array, v: ArrayLike<number>): Float64Array {
  const size = v.length;
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) out[i] += upper[i * size + j] * v[j];
  }
  return out;
}
