/** The wild cluster bootstrap done the slow way: every bootstrap sample is made and the regression refitted. */
import { Matrix, QrDecomposition } from "ml-matrix";

export interface BruteProblem {
  /** Regressors, explicit dummies included. */
  columns: readonly (readonly number[])[];
  y: readonly number[];
  codes: ArrayLike<number>;
  clusters: number;
  /** Positions of the tested columns, and their values under the null. */
  tested: readonly number[];
  nulls: readonly number[];
  impose: boolean;
  /** Scores at the estimate that leaves the cluster out (first digit 3). */
  leaveOut?: boolean;
  /** Studentise by the cluster jackknife (second digit 3). */
  jackknife?: boolean;
}

function solve(columns: readonly (readonly number[])[], y: readonly number[]): number[] {
  if (columns.length === 0) return [];
  const x = new Matrix(y.map((_, i) => columns.map((column) => column[i])));
  return new QrDecomposition(x).solve(Matrix.columnVector([...y])).to1DArray();
}

const pick = <T>(values: readonly T[], keep: (i: number) => boolean) =>
  values.filter((_, i) => keep(i));

function predict(columns: readonly (readonly number[])[], beta: readonly number[]): number[] {
  const n = columns[0]?.length ?? 0;
  return Array.from(
    { length: n },
    (_, i) => columns.reduce((sum, column, k) => sum + column[i] * beta[k], 0),
  );
}

/** Coefficients with the tested ones at their null values when imposed. */
function constrained(p: BruteProblem, rows: (i: number) => boolean): number[] {
  if (!p.impose) return solve(p.columns.map((column) => pick(column, rows)), pick(p.y, rows));
  const free = p.columns.flatMap((_, k) => p.tested.includes(k) ? [] : [k]);
  const left = p.y.map((value, i) =>
    value - p.tested.reduce((sum, k, j) => sum + p.nulls[j] * p.columns[k][i], 0)
  );
  const beta = solve(free.map((k) => pick(p.columns[k], rows)), pick(left, rows));
  const all = p.columns.map(() => 0);
  free.forEach((k, j) => all[k] = beta[j]);
  p.tested.forEach((k, j) => all[k] = p.nulls[j]);
  return all;
}

/** Wald statistic (t² for one restriction) of y's tested coefficients against `against`, no small-sample factor. */
function wald(p: BruteProblem, y: readonly number[], against: readonly number[]): number {
  const beta = solve(p.columns, y);
  const m = p.tested.length;
  const gap = p.tested.map((k, j) => beta[k] - against[j]);
  const variance = Matrix.zeros(m, m);
  const x = new Matrix(y.map((_, i) => p.columns.map((column) => column[i])));
  const bread = p.jackknife ? null : new Matrix(x.transpose().mmul(x).to2DArray());
  const fitted = predict(p.columns, beta);
  for (let g = 0; g < p.clusters; g++) {
    let contribution: number[];
    if (p.jackknife) {
      const others = (i: number) => p.codes[i] !== g;
      const without = solve(p.columns.map((column) => pick(column, others)), pick(y, others));
      contribution = p.tested.map((k) => without[k] - beta[k]);
    } else {
      const score = p.columns.map((column) =>
        column.reduce((sum, v, i) => p.codes[i] === g ? sum + v * (y[i] - fitted[i]) : sum, 0)
      );
      const step = new QrDecomposition(bread!).solve(Matrix.columnVector(score)).to1DArray();
      contribution = p.tested.map((k) => step[k]);
    }
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        variance.set(a, b, variance.get(a, b) + contribution[a] * contribution[b]);
      }
    }
  }
  const solved = new QrDecomposition(variance).solve(Matrix.columnVector(gap)).to1DArray();
  return gap.reduce((sum, value, j) => sum + value * solved[j], 0);
}

/** Statistics (|t|, or the root of Wald) of the data and of every sign vector. */
export function bruteForce(p: BruteProblem): { observed: number; draws: number[] } {
  const center = constrained(p, () => true);
  const base = predict(p.columns, center);
  const residuals = p.y.map((value, i) => value - base[i]);
  if (p.leaveOut) {
    for (let g = 0; g < p.clusters; g++) {
      const without = predict(p.columns, constrained(p, (i) => p.codes[i] !== g));
      p.y.forEach((value, i) => p.codes[i] === g && (residuals[i] = value - without[i]));
    }
  }
  const against = p.impose ? p.nulls : p.tested.map((k) => center[k]);
  const draws = Array.from({ length: 2 ** p.clusters }, (_, pattern) => {
    const y = base.map((value, i) => value + ((pattern >> p.codes[i]) & 1 ? -1 : 1) * residuals[i]);
    return Math.sqrt(wald(p, y, against));
  });
  return { observed: Math.sqrt(wald(p, p.y, p.nulls)), draws };
}

/** Dummies of codes, without the first level when `drop`. */
export function dummies(codes: ArrayLike<number>, levels: number, drop: boolean): number[][] {
  return Array.from({ length: levels }, (_, level) => level)
    .slice(drop ? 1 : 0)
    .map((level) => Array.from(codes, (code) => code === level ? 1 : 0));
}

/** Values less their mean in each group. */
export function demeaned(values: readonly number[], codes: ArrayLike<number>): number[] {
  const sum = new Map<number, [number, number]>();
  values.forEach((value, i) => {
    const [total, count] = sum.get(codes[i]) ?? [0, 0];
    sum.set(codes[i], [total + value, count + 1]);
  });
  return values.map((value, i) => {
    const [total, count] = sum.get(codes[i])!;
    return value - total / count;
  });
}
