import { EigenvalueDecomposition, inverse, Matrix } from "ml-matrix";

/** A regression written out: every fixed effect a column, clusters as lists of rows. */
export interface DenseProblem {
  readonly x: Matrix;
  readonly y: readonly number[];
  readonly weights: readonly number[];
  readonly clusters: readonly (readonly number[])[];
  /** q × K: what is zero under the null. */
  readonly restrictions: Matrix;
}

/** V f(Λ) V' of a symmetric matrix; eigenvalues that vanish count as zero and stay so. */
function powered(matrix: Matrix, power: number): Matrix {
  const { realEigenvalues, eigenvectorMatrix: v } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  const mapped = realEigenvalues.map((value) => value > 1e-9 * largest ? value ** power : 0);
  return v.mmul(Matrix.diag(mapped)).mmul(v.transpose());
}

/**
 * HTZ by its definition, with n × n matrices: CR2 with A_g = [(I − H)(I − H)']_gg^{+1/2}, then for each of the elements of
 * D = Ω^{−1/2}VΩ^{−1/2} its variance under independent normal errors, and η = q(q + 1)/Σ Var(D_st).
 */
export function denseHotelling(problem: DenseProblem): { wald: number; eta: number } {
  const { x, y, weights, clusters, restrictions } = problem;
  const n = x.rows;
  const q = restrictions.rows;
  const w = Matrix.diag([...weights]);
  const bread = inverse(x.transpose().mmul(w).mmul(x));
  const maker = Matrix.eye(n).sub(x.mmul(bread).mmul(x.transpose()).mmul(w));
  const beta = bread.mmul(x.transpose()).mmul(w).mmul(Matrix.columnVector([...y]));
  const residuals = maker.mmul(Matrix.columnVector([...y]));
  const all = Array.from({ length: n }, (_, i) => i);
  // Row s: what a cluster adds to restriction s, as weights on its own residuals and on all errors.
  const shares = clusters.map((rows) => {
    const block = maker.subMatrixRow([...rows]);
    const adjust = powered(block.mmul(block.transpose()), -0.5);
    const own = restrictions.mmul(bread).mmul(x.subMatrixRow([...rows]).transpose())
      .mmul(w.subMatrixRow([...rows]).subMatrixColumn([...rows])).mmul(adjust);
    return { own, onErrors: own.mmul(maker.subMatrixRow([...rows])), rows };
  });
  const variance = Matrix.zeros(q, q);
  const omega = Matrix.zeros(q, q);
  for (const { own, onErrors, rows } of shares) {
    const u = own.mmul(residuals.subMatrixRow([...rows]));
    variance.add(u.mmul(u.transpose()));
    omega.add(onErrors.mmul(onErrors.transpose()));
  }
  const gap = restrictions.mmul(beta);
  const wald = gap.transpose().mmul(inverse(variance)).mmul(gap).get(0, 0);
  const root = powered(omega, -0.5);
  const whitened = shares.map(({ onErrors }) => root.mmul(onErrors));
  let total = 0;
  for (let s = 0; s < q; s++) {
    for (let t = 0; t < q; t++) {
      for (const a of whitened) {
        for (const b of whitened) {
          const product = (i: number, j: number) =>
            all.reduce((sum, k) => sum + a.get(i, k) * b.get(j, k), 0);
          total += product(s, s) * product(t, t) + product(s, t) * product(t, s);
        }
      }
    }
  }
  return { wald, eta: q * (q + 1) / total };
}
