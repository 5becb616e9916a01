import { frankWolfe } from "./frank-wolfe.ts";
import { type SimplexProblem, solveSimplex } from "./simplex.ts";

export type SyntheticMethod = "sdid" | "sc" | "did";
export type SyntheticSolver = "exact" | "frank-wolfe";

/** Outcomes of a balanced panel: one row per unit, one column per period, row-major. */
export interface Outcomes {
  readonly y: Float64Array;
  readonly periods: number;
}

/** A treated block: who is compared with whom, and how many of the first periods lie before treatment. */
export interface Block {
  /** Rows of the controls (with repetitions in a bootstrap sample). */
  readonly controls: Int32Array;
  readonly treated: Int32Array;
  readonly before: number;
}

/** What the weights of a block are chosen under; fixed when units are resampled. */
export interface BlockSettings {
  readonly method: SyntheticMethod;
  readonly solver: SyntheticSolver;
  readonly zetaOmega: number;
  readonly zetaLambda: number;
  /** Stopping rule of the Frank–Wolfe solver. */
  readonly minDecrease: number;
}

export interface BlockWeights {
  /** One per control, in the order of `controls`. */
  readonly omega: Float64Array;
  /** One per period before treatment; all zero for synthetic control. */
  readonly lambda: Float64Array;
}

/** A comparison of one cohort with its synthetic counterpart. */
export interface BlockFit extends BlockWeights {
  /** Mean of the treated, by period. */
  readonly treatedPath: Float64Array;
  /** Weighted mean of the controls, by period. */
  readonly syntheticPath: Float64Array;
  /** Gap between the two less its λ-weighted mean before treatment, by period. */
  readonly effects: Float64Array;
  /** Mean of the effects from treatment on. */
  readonly att: number;
}

/**
 * Standard deviation (n − 1) of the first differences of the controls' outcomes before treatment: the noise that the
 * penalties are measured in. Source: Arkhangelsky et al. (2021), eq. 5.
 */
export function noiseLevel({ y, periods }: Outcomes, { controls, before }: Block): number {
  let [count, mean, squares] = [0, 0, 0];
  for (const i of controls) {
    for (let t = 1; t < before; t++) {
      const change = y[i * periods + t] - y[i * periods + t - 1];
      count++;
      const off = change - mean;
      mean += off / count;
      squares += off * (change - mean);
    }
  }
  return count < 2 ? NaN : Math.sqrt(squares / (count - 1));
}

/**
 * The estimator of one treated block: unit weights that make the controls move as the treated did before treatment (eq.
 * 4), time weights that make the years before stand for those after (eq. 6), and the weighted difference of differences
 * (algorithm 1). Synthetic control has no time weights and no intercept; difference-in-differences has uniform ones.
 */
export function fitBlock(
  data: Outcomes,
  block: Block,
  settings: BlockSettings,
  start?: BlockWeights,
): BlockFit {
  return compareBlock(data, block, blockWeights(data, block, settings, start));
}

export function blockWeights(
  data: Outcomes,
  block: Block,
  settings: BlockSettings,
  start?: BlockWeights,
): BlockWeights {
  const { method, solver, minDecrease } = settings;
  const uniformOmega = uniform(block.controls.length);
  const uniformLambda = uniform(block.before);
  if (method === "did") return { omega: uniformOmega, lambda: uniformLambda };
  const solve = (problem: SimplexProblem, from: Float64Array) =>
    solver === "exact" ? solveSimplex(problem) : frankWolfe(problem, from, minDecrease);
  const omega = solve(
    unitProblem(data, block, settings.zetaOmega, method === "sdid"),
    start?.omega ?? uniformOmega,
  );
  const lambda = method === "sc" ? new Float64Array(block.before) : solve(
    timeProblem(data, block, settings.zetaLambda),
    start?.lambda ?? uniformLambda,
  );
  return { omega, lambda };
}

/** Treated against weighted controls under given weights. */
export function compareBlock(
  { y, periods }: Outcomes,
  { controls, treated, before }: Block,
  { omega, lambda }: BlockWeights,
): BlockFit {
  const treatedPath = meanPath({ y, periods }, treated);
  const syntheticPath = new Float64Array(periods);
  for (let j = 0; j < controls.length; j++) {
    if (omega[j] === 0) continue;
    const row = controls[j] * periods;
    for (let t = 0; t < periods; t++) syntheticPath[t] += omega[j] * y[row + t];
  }
  const effects = treatedPath.map((value, t) => value - syntheticPath[t]);
  let base = 0;
  for (let t = 0; t < before; t++) base += lambda[t] * effects[t];
  let att = 0;
  for (let t = 0; t < periods; t++) {
    effects[t] -= base;
    if (t >= before) att += effects[t];
  }
  att /= periods - before;
  return { omega, lambda, treatedPath, syntheticPath, effects, att };
}

function meanPath({ y, periods }: Outcomes, units: Int32Array): Float64Array {
  const path = new Float64Array(periods);
  for (const i of units) {
    for (let t = 0; t < periods; t++) path[t] += y[i * periods + t];
  }
  for (let t = 0; t < periods; t++) path[t] /= units.length;
  return path;
}

/** Periods before treatment in rows, controls in columns; the penalty counts once per period. */
function unitProblem(
  data: Outcomes,
  { controls, treated, before }: Block,
  zeta: number,
  intercept: boolean,
): SimplexProblem {
  const columns = controls.length;
  const a = new Float64Array(before * columns);
  for (let j = 0; j < columns; j++) {
    const row = controls[j] * data.periods;
    for (let t = 0; t < before; t++) a[t * columns + j] = data.y[row + t];
  }
  const b = meanPath(data, treated).slice(0, before);
  const problem = { a, b, rows: before, columns, ridge: before * zeta ** 2 };
  if (intercept) centre(problem);
  return problem;
}

/** Controls in rows, periods before treatment in columns, each control's mean from treatment on as the target. */
function timeProblem(data: Outcomes, { controls, before }: Block, zeta: number): SimplexProblem {
  const { y, periods } = data;
  const rows = controls.length;
  const a = new Float64Array(rows * before);
  const b = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = controls[i] * periods;
    for (let t = 0; t < before; t++) a[i * before + t] = y[row + t];
    for (let t = before; t < periods; t++) b[i] += y[row + t];
    b[i] /= periods - before;
  }
  const problem = { a, b, rows, columns: before, ridge: rows * zeta ** 2 };
  centre(problem);
  return problem;
}

/** Takes the mean out of every column and of the target: what a free intercept does. */
function centre({ a, b, rows, columns }: SimplexProblem): void {
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += a[i * columns + j];
    mean /= rows;
    for (let i = 0; i < rows; i++) a[i * columns + j] -= mean;
  }
  let mean = 0;
  for (let i = 0; i < rows; i++) mean += b[i];
  mean /= rows;
  for (let i = 0; i < rows; i++) b[i] -= mean;
}

function uniform(count: number): Float64Array {
  return new Float64Array(count).fill(1 / count);
}
