/** A Cholesky factor L (row-major, q × q) of a symmetric matrix that may be singular. */
export interface SemidefiniteFactor {
  readonly size: number;
  readonly lower: Float64Array;
  /** True where the pivot vanished: that coordinate is a combination of earlier ones and is set to zero. */
  readonly dropped: Uint8Array;
  readonly rank: number;
}

/**
 * Factors S = L L' in place, dropping coordinates whose pivot falls below `tolerance` times `scale`.
 *
 * @param matrix q × q, row-major, symmetric positive semidefinite; overwritten.
 * @param scale q values: what each pivot is measured against (its diagonal before any projection).
 */
export function factorSemidefinite(
  matrix: Float64Array,
  scale: Float64Array,
  tolerance = 1e-10,
): SemidefiniteFactor {
  const size = scale.length;
  const dropped = new Uint8Array(size);
  let rank = 0;
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    let pivot = matrix[rowJ + j];
    for (let k = 0; k < j; k++) pivot -= matrix[rowJ + k] ** 2;
    if (!(pivot > tolerance * scale[j])) {
      dropped[j] = 1;
      for (let i = j; i < size; i++) matrix[i * size + j] = 0;
      continue;
    }
    rank++;
    const root = Math.sqrt(pivot);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size;
      let sum = matrix[rowI + j];
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = sum / root;
    }
  }
  return { size, lower: matrix, dropped, rank };
}

/** Solves S x = b in place for a factored S; dropped coordinates come back as zero. */
export function solveFactored(factor: SemidefiniteFactor, b: Float64Array): void {
  const { size, lower, dropped } = factor;
  for (let i = 0; i < size; i++) {
    if (dropped[i]) {
      b[i] = 0;
      continue;
    }
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= lower[i * size + k] * b[k];
    b[i] = sum / lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    if (dropped[i]) continue;
    let sum = b[i];
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i] * b[k];
    b[i] = sum / lower[i * size + i];
  }
}
