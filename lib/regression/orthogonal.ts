/** A column that least squares could not use, and why. */
export interface DroppedColumn {
  readonly name: string;
  readonly reason: string;
  /** The columns that it repeats, where it is collinear. */
  readonly repeats?: readonly string[];
}

/** Columns made orthonormal in the W inner product: X = Q R on the columns kept. */
export interface OrthogonalColumns {
  /** Positions (in the input) of the columns kept. */
  readonly kept: readonly number[];
  /** K columns of n rows with Q'WQ = I. */
  readonly q: readonly Float64Array[];
  /** R⁻¹, K × K upper triangular, row-major. */
  readonly inverseR: Float64Array;
  readonly dropped: readonly DroppedColumn[];
}

/** A column is collinear when less than this share of its norm is its own (R's `lm` uses the same). */
const COLLINEAR = 1e-7;
/** A column is part of a collinear one when it makes up more than this share of its norm. */
const PART_OF = 1e-6;
/** Below this drop in norm one pass of Gram–Schmidt has lost digits and a second is due. */
const REORTHOGONALISE = 0.5;

/** Σ w a b; `weights` null means one each. */
export function innerProduct(
  a: Float64Array,
  b: Float64Array,
  weights: Float64Array | null,
): number {
  let sum = 0;
  if (weights === null) { for (let i = 0; i < a.length; i++) sum += a[i] * b[i]; }
  else for (let i = 0; i < a.length; i++) sum += weights[i] * a[i] * b[i];
  return sum;
}

/**
 * Modified Gram–Schmidt with reorthogonalisation, in the order given: a later column that repeats earlier
 * ones is dropped by name, with the columns that it repeats.
 *
 * @param columns n values each; overwritten with Q.
 * @param sizes what each column's norm is measured against: its spread before fixed effects were taken out.
 */
export function orthogonalise(
  names: readonly string[],
  columns: readonly Float64Array[],
  sizes: readonly number[],
  weights: Float64Array | null,
): OrthogonalColumns {
  const kept: number[] = [];
  const q: Float64Array[] = [];
  const r: number[][] = [];
  const dropped: DroppedColumn[] = [];
  columns.forEach((column, j) => {
    const before = Math.sqrt(innerProduct(column, column, weights));
    if (!(before > COLLINEAR * sizes[j])) {
      const reason = sizes[j] === 0 ? "constant" : "absorbed by the fixed effects";
      dropped.push({ name: names[j], reason });
      return;
    }
    const { coefficients, norm } = orthogonaliseOne(column, q, before, weights);
    if (!(norm > COLLINEAR * before)) {
      const share = combination(r, coefficients);
      const repeats = kept.filter((_, k) =>
        Math.abs(share[k]) * Math.hypot(...r[k]) > PART_OF * before
      ).map((k) => names[k]);
      dropped.push({ name: names[j], reason: `collinear with ${repeats.join(", ")}`, repeats });
      return;
    }
    for (let i = 0; i < column.length; i++) column[i] /= norm;
    kept.push(j);
    q.push(column);
    r.push([...coefficients, norm]);
  });
  return { kept, q, inverseR: invertUpper(r), dropped };
}

function orthogonaliseOne(
  column: Float64Array,
  q: readonly Float64Array[],
  before: number,
  weights: Float64Array | null,
): { coefficients: Float64Array; norm: number } {
  const coefficients = new Float64Array(q.length);
  let last = before;
  for (let pass = 0; pass < 3; pass++) {
    q.forEach((basis, k) => {
      const c = innerProduct(basis, column, weights);
      coefficients[k] += c;
      for (let i = 0; i < column.length; i++) column[i] -= c * basis[i];
    });
    const norm = q.length === 0 ? before : Math.sqrt(innerProduct(column, column, weights));
    if (norm > REORTHOGONALISE * last) return { coefficients, norm };
    last = norm;
  }
  return { coefficients, norm: last };
}

/** The weights on the columns themselves, R⁻¹c, of what is c in coordinates of Q. */
function combination(r: readonly (readonly number[])[], c: Float64Array): Float64Array {
  const weights = c.slice();
  for (let i = weights.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < weights.length; k++) weights[i] -= r[k][i] * weights[k];
    weights[i] /= r[i][i];
  }
  return weights;
}

/** Inverts R given by its columns (column j has j + 1 entries). */
function invertUpper(r: readonly (readonly number[])[]): Float64Array {
  const size = r.length;
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    inverse[j * size + j] = 1 / r[j][j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += r[k][i] * inverse[k * size + j];
      inverse[i * size + j] = -sum / r[i][i];
    }
  }
  return inverse;
}
