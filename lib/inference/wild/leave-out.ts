import { symmetricEigen } from "../../regression/eigen.ts";
import { factorSemidefinite, solveFactored } from "../../regression/semidefinite.ts";

/** A symmetric positive semidefinite matrix to solve with, singular or not. */
export interface SymmetricSolver {
  /** Moore–Penrose solution of the system. */
  solve(right: Float64Array): Float64Array;
  /** True when the coordinate is determined: no vanishing combination involves it. */
  determines(coordinate: number): boolean;
}

/** An eigenvalue of I − X_g'X_g below this is zero: no other cluster informs that direction. */
const VANISHING = 1e-9;

/** Prepares to solve with `matrix` (size × size, row-major), whose eigenvalues lie between 0 and 1. */
export function symmetricSolver(matrix: Float64Array, size: number): SymmetricSolver {
  const factor = factorSemidefinite(matrix.slice(), new Float64Array(size).fill(1), VANISHING);
  if (factor.rank === size) {
    return {
      solve(right) {
        const out = right.slice();
        solveFactored(factor, out);
        return out;
      },
      determines: () => true,
    };
  }
  return pseudoSolver(matrix, size);
}

function pseudoSolver(matrix: Float64Array, size: number): SymmetricSolver {
  const { values, vector } = symmetricEigen(matrix, size);
  const live = values.flatMap((value, k) => value > VANISHING ? [k] : []);
  const dead = values.flatMap((value, k) => value > VANISHING ? [] : [k]);
  return {
    solve(right) {
      const out = new Float64Array(size);
      for (const k of live) {
        let share = 0;
        for (let i = 0; i < size; i++) share += vector(i, k) * right[i];
        share /= values[k];
        for (let i = 0; i < size; i++) out[i] += share * vector(i, k);
      }
      return out;
    },
    determines: (coordinate) => dead.every((k) => vector(coordinate, k) ** 2 < VANISHING),
  };
}
