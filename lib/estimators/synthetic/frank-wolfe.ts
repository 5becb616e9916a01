import type { SimplexProblem } from "./simplex.ts";

export interface FrankWolfeOptions {
  /** Where to start; weights that sum to one. */
  readonly start: Float64Array;
  /** Stops when a step lowers the mean squared error (plus penalty) by less than this, squared. */
  readonly minDecrease: number;
  readonly maxSteps: number;
}

const STEPS_BEFORE_SPARSIFYING = 100;
const MOST_STEPS = 10_000;

/**
 * The simplex weights as the authors' R package computes them: 100 Frank–Wolfe steps with exact line search, weights up
 * to a quarter of the largest set to zero, then up to 10,000 steps more.
 *
 * Source: Arkhangelsky et al. (2021), replication package synthdid 0.0.9; Frank & Wolfe (1956).
 */
export function frankWolfe(
  problem: SimplexProblem,
  start: Float64Array,
  minDecrease: number,
): Float64Array {
  const first = frankWolfeSteps(problem, {
    start,
    minDecrease,
    maxSteps: STEPS_BEFORE_SPARSIFYING,
  });
  return frankWolfeSteps(problem, {
    start: sparsified(first),
    minDecrease,
    maxSteps: MOST_STEPS,
  });
}

export function frankWolfeSteps(
  problem: SimplexProblem,
  { start, minDecrease, maxSteps }: FrankWolfeOptions,
): Float64Array {
  const { a, b, rows, columns, ridge } = problem;
  const x = start.slice();
  const residual = new Float64Array(rows);
  const gradient = new Float64Array(columns);
  let before = Infinity;
  for (let step = 1; step <= maxSteps; step++) {
    fillResidual(problem, x, residual);
    gradient.fill(0);
    for (let i = 0; i < rows; i++) {
      const [row, r] = [i * columns, residual[i]];
      for (let j = 0; j < columns; j++) gradient[j] += r * a[row + j];
    }
    let best = 0;
    for (let j = 0; j < columns; j++) {
      gradient[j] += ridge * x[j];
      if (gradient[j] < gradient[best]) best = j;
    }
    moveTowards(problem, x, best, gradient, residual);
    fillResidual(problem, x, residual);
    const now = (ridge * squares(x) + squares(residual)) / rows;
    if (step > 1 && !(before - now > minDecrease ** 2)) break;
    before = now;
  }
  return x;

  function moveTowards(
    { a }: SimplexProblem,
    x: Float64Array,
    best: number,
    gradient: Float64Array,
    residual: Float64Array,
  ): void {
    let [slope, size] = [0, 0];
    for (let j = 0; j < columns; j++) {
      const move = (j === best ? 1 : 0) - x[j];
      slope += gradient[j] * move;
      size += move * move;
    }
    if (size === 0) return;
    let curvature = ridge * size;
    // residual + b is Ax.
    for (let i = 0; i < rows; i++) curvature += (a[i * columns + best] - residual[i] - b[i]) ** 2;
    const length = Math.min(1, Math.max(0, -slope / curvature));
    for (let j = 0; j < columns; j++) x[j] += length * ((j === best ? 1 : 0) - x[j]);
  }
}

/** Ax − b. */
function fillResidual({ a, b, rows, columns }: SimplexProblem, x: Float64Array, out: Float64Array) {
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    let sum = -b[i];
    for (let j = 0; j < columns; j++) sum += a[row + j] * x[j];
    out[i] = sum;
  }
}

function squares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function sparsified(x: Float64Array): Float64Array {
  const largest = x.reduce((most, value) => Math.max(most, value), 0);
  const kept = x.map((value) => value <= largest / 4 ? 0 : value);
  const sum = kept.reduce((total, value) => total + value, 0);
  return kept.map((value) => value / sum);
}
