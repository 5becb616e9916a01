import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues, ascending, and eigenvectors of a symmetric matrix: `vector(i, k)` is row i of vector k. */
export interface SymmetricEigen {
  readonly values: readonly number[];
  vector(i: number, k: number): number;
}

/** @param matrix size × size, row-major, symmetric. */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const rows = Array.from(
    { length: size },
    (_, i) => Array.from(matrix.subarray(i * size, (i + 1) * size)),
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(rows), {
    assumeSymmetric: true,
  });
  return { values: realEigenvalues, vector: (i, k) => eigenvectorMatrix.get(i, k) };
}

/** V f(Λ) V' from the decomposition: a matrix function such as a square root, row-major. */
export function fromEigen(
  { values, vector }: SymmetricEigen,
  f: (value: number) => number,
): Float64Array {
  const size = values.length;
  const mapped = values.map(f);
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += vector(i, k) * mapped[k] * vector(j, k);
      out[i * size + j] = out[j * size + i] = sum;
    }
  }
  return out;
}
