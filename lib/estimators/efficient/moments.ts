import type { Grid } from "../group-time/grid.ts";

/** A cohort's units with the mean and covariance of their outcomes over the periods. */
export interface CohortMoments {
  /** Infinity for the never treated. */
  readonly cohort: number;
  readonly members: readonly number[];
  /** T values. */
  readonly mean: Float64Array;
  /** T × T, row-major, with denominator N − 1. */
  readonly covariance: Float64Array;
}

/** Means and covariances of every cohort with at least two units, sorted by cohort. */
export function cohortMoments(grid: Grid): CohortMoments[] {
  const periods = grid.times.length;
  const members = new Map<number, number[]>();
  grid.cohort.forEach((g, i) => {
    const list = members.get(g);
    if (list === undefined) members.set(g, [i]);
    else list.push(i);
  });
  return [...members].filter(([, list]) => list.length > 1).sort(([a], [b]) => a - b).map(
    ([cohort, list]) => {
      const mean = new Float64Array(periods);
      for (let t = 0; t < periods; t++) {
        for (const i of list) mean[t] += grid.outcome[t * grid.units + i];
        mean[t] /= list.length;
      }
      const covariance = new Float64Array(periods * periods);
      for (const i of list) {
        for (let a = 0; a < periods; a++) {
          const left = grid.outcome[a * grid.units + i] - mean[a];
          for (let b = 0; b <= a; b++) {
            covariance[a * periods + b] += left * (grid.outcome[b * grid.units + i] - mean[b]);
          }
        }
      }
      for (let a = 0; a < periods; a++) {
        for (let b = 0; b <= a; b++) {
          const value = covariance[a * periods + b] / (list.length - 1);
          covariance[a * periods + b] = covariance[b * periods + a] = value;
        }
      }
      return { cohort, members: list, mean, covariance };
    },
  );
}

/** a'Sb for a T × T matrix. */
export function quadraticForm(a: Float64Array, matrix: Float64Array, b: Float64Array): number {
  const size = a.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (a[i] === 0) continue;
    let inner = 0;
    for (let j = 0; j < size; j++) inner += matrix[i * size + j] * b[j];
    sum += a[i] * inner;
  }
  return sum;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
