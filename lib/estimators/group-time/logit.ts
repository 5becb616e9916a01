import { factorSemidefinite, solveFactored } from "../../regression/semidefinite.ts";

/** A fitted logit: probabilities and the inverse of its information matrix. */
export interface LogitFit {
  readonly probability: Float64Array;
  /** (Σ w p (1 − p) x x')⁻¹, k × k, row-major. */
  readonly inverseInformation: Float64Array;
}

const STEPS = 60;
const CONVERGED = 1e-11;
/** Coefficients this large (columns have unit mean square) mean that a covariate separates the groups. */
const SEPARATED = 30;

/**
 * Maximum likelihood logit by Newton's method with step halving; null when the groups are separated, so that
 * no maximum exists.
 *
 * @param columns k regressors (an intercept among them) of n rows, of comparable size.
 */
export function logit(
  columns: readonly Float64Array[],
  treated: Uint8Array,
  weights: Float64Array | null,
): LogitFit | null {
  const size = columns.length;
  const n = treated.length;
  let beta = new Float64Array(size);
  const probability = new Float64Array(n);
  let likelihood = logLikelihood(columns, treated, weights, beta, probability);
  for (let step = 0; step < STEPS; step++) {
    const { factor, score } = newtonSystem(columns, treated, weights, probability);
    const direction = score.slice();
    if (factor.rank < size) return null;
    solveFactored(factor, direction);
    let gain = 0;
    for (let j = 0; j < size; j++) gain += score[j] * direction[j];
    let length = 1;
    for (;;) {
      const next = beta.map((b, j) => b + length * direction[j]);
      const value = logLikelihood(columns, treated, weights, next, probability);
      if (value >= likelihood - 1e-12 * Math.abs(likelihood) || length < 1e-8) {
        beta = next;
        likelihood = value;
        break;
      }
      length /= 2;
    }
    if (beta.some((b) => Math.abs(b) > SEPARATED * 10)) return null;
    if (gain <= CONVERGED * CONVERGED * n) {
      return { probability, inverseInformation: information(columns, weights, probability) };
    }
  }
  return null;
}

function logLikelihood(
  columns: readonly Float64Array[],
  treated: Uint8Array,
  weights: Float64Array | null,
  beta: Float64Array,
  probability: Float64Array,
): number {
  let total = 0;
  for (let i = 0; i < treated.length; i++) {
    let index = 0;
    for (let j = 0; j < beta.length; j++) index += beta[j] * columns[j][i];
    probability[i] = 1 / (1 + Math.exp(-index));
    const signed = treated[i] === 1 ? index : -index;
    const log = signed > 0 ? -Math.log1p(Math.exp(-signed)) : signed - Math.log1p(Math.exp(signed));
    total += (weights === null ? 1 : weights[i]) * log;
  }
  return total;
}

function newtonSystem(
  columns: readonly Float64Array[],
  treated: Uint8Array,
  weights: Float64Array | null,
  probability: Float64Array,
) {
  const size = columns.length;
  const score = new Float64Array(size);
  for (let i = 0; i < treated.length; i++) {
    const error = (weights === null ? 1 : weights[i]) * (treated[i] - probability[i]);
    for (let j = 0; j < size; j++) score[j] += error * columns[j][i];
  }
  const matrix = weightedCross(
    columns,
    (i) => (weights === null ? 1 : weights[i]) * probability[i] * (1 - probability[i]),
  );
  const scale = Float64Array.from(columns, (_, j) => matrix[j * size + j]);
  return { factor: factorSemidefinite(matrix, scale), score };
}

function information(
  columns: readonly Float64Array[],
  weights: Float64Array | null,
  probability: Float64Array,
): Float64Array {
  return invertSymmetric(
    weightedCross(
      columns,
      (i) => (weights === null ? 1 : weights[i]) * probability[i] * (1 - probability[i]),
    ),
    columns.length,
  )!;
}

/** Σ weight(i) x x' (k × k, row-major). */
export function weightedCross(
  columns: readonly Float64Array[],
  weight: (i: number) => number,
): Float64Array {
  const size = columns.length;
  const n = size === 0 ? 0 : columns[0].length;
  const out = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    const w = weight(i);
    if (w === 0) continue;
    for (let a = 0; a < size; a++) {
      const value = w * columns[a][i];
      for (let b = 0; b <= a; b++) out[a * size + b] += value * columns[b][i];
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) out[b * size + a] = out[a * size + b];
  return out;
}

/** Inverse of a symmetric positive definite matrix; null when it is singular. */
export function invertSymmetric(matrix: Float64Array, size: number): Float64Array | null {
  const scale = Float64Array.from({ length: size }, (_, j) => matrix[j * size + j]);
  const factor = factorSemidefinite(matrix.slice(), scale, 1e-12);
  if (factor.rank < size) return null;
  const out = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    column.fill(0);
    column[j] = 1;
    solveFactored(factor, column);
    for (let i = 0; i < size; i++) out[i * size + j] = column[i];
  }
  return out;
}
