import { InputError } from "../../panel/errors.ts";

/**
 * The set {γ ≥ 0 : W'γ = (1, 0, …, 0)'} with a basis of it, over which linear objectives are maximised one after
 * another, each from the last one's basis. W is m × p, row-major, p small.
 *
 * Dense revised simplex; the entering row is Dantzig's, Bland's after many pivots so that it cannot cycle; the inverse of the
 * basis is computed anew now and then, so that rounding does not build up over thousands of objectives.
 * Source: Dantzig (1963); Bland (1977), Mathematics of Operations Research 2.
 */
export interface DualSet {
  readonly rows: number;
  readonly size: number;
  /** Maximises y'γ. Leaves the optimal γ in `basis` and `weights`. @returns the maximum. */
  maximise(y: Float64Array): number;
  /** Rows of W in the basis. Entries from `rows` on stand for columns of W that depend on others; their weight is 0. */
  readonly basis: Int32Array;
  /** Weights of the rows in `basis`; overwritten by the next objective. */
  readonly weights: Float64Array;
}

/** Of the largest cost: what counts as rounding. */
const TOLERANCE = 1e-12;
const REFRESH = 60;

/** @throws InputError when the set is empty: the restrictions do not bound the parameter. */
export function dualSet(w: Float64Array, rows: number, size: number): DualSet {
  // Columns of the dual: the rows of W, then artificial ones to start from.
  const basis = Int32Array.from({ length: size }, (_, i) => rows + i);
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  const weights = new Float64Array(size);
  weights[0] = 1;
  const prices = new Float64Array(size);
  const entering = new Float64Array(size);
  let sinceRefresh = 0;

  /** Reduced costs use these: costs of the basis times its inverse. */
  const price = (cost: (j: number) => number) => {
    prices.fill(0);
    for (let k = 0; k < size; k++) {
      const own = cost(basis[k]);
      if (own === 0) continue;
      for (let i = 0; i < size; i++) prices[i] += own * inverse[k * size + i];
    }
  };
  const loadColumn = (j: number) => {
    for (let k = 0; k < size; k++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += inverse[k * size + i] * w[j * size + i];
      entering[k] = sum;
    }
  };
  const leavingRow = (): number => {
    let [leaving, ratio] = [-1, Infinity];
    for (let k = 0; k < size; k++) {
      if (entering[k] <= 1e-11) continue;
      const step = weights[k] / entering[k];
      const earlier = leaving === -1 || step < ratio - 1e-14 ||
        (step <= ratio + 1e-14 && basis[k] < basis[leaving]);
      if (earlier) [leaving, ratio] = [k, Math.min(step, ratio)];
    }
    return leaving;
  };
  const exchange = (leaving: number, chosen: number) => {
    const scale = 1 / entering[leaving];
    for (let i = 0; i < size; i++) inverse[leaving * size + i] *= scale;
    weights[leaving] *= scale;
    for (let k = 0; k < size; k++) {
      if (k === leaving || entering[k] === 0) continue;
      for (let i = 0; i < size; i++) {
        inverse[k * size + i] -= entering[k] * inverse[leaving * size + i];
      }
      weights[k] = Math.max(0, weights[k] - entering[k] * weights[leaving]);
    }
    basis[leaving] = chosen;
    if (++sinceRefresh >= REFRESH) refresh();
  };
  const refresh = () => {
    sinceRefresh = 0;
    const fresh = invert(
      size,
      (k, i) => basis[k] < rows ? w[basis[k] * size + i] : +(basis[k] - rows === i),
    );
    if (fresh === null) return;
    inverse.set(fresh);
    for (let k = 0; k < size; k++) weights[k] = Math.max(0, inverse[k * size]);
  };
  /** Pivots to the best basis; costs are of rows of W and, in the first phase, of artificial ones. */
  const optimise = (y: Float64Array | null, artificial: number) => {
    const cost = (j: number) => j >= rows ? artificial : y === null ? 0 : y[j];
    let scale = 1;
    if (y !== null) { for (let j = 0; j < rows; j++) scale = Math.max(scale, Math.abs(y[j])); }
    for (let pivots = 0; pivots < 1000 * size; pivots++) {
      price(cost);
      const bland = pivots > 50 * size;
      let [chosen, best] = [-1, TOLERANCE * scale];
      for (let j = 0; j < rows; j++) {
        let reduced = y === null ? 0 : y[j];
        for (let i = 0; i < size; i++) reduced -= prices[i] * w[j * size + i];
        if (reduced <= best) continue;
        [chosen, best] = [j, reduced];
        if (bland) break;
      }
      if (chosen === -1) return;
      loadColumn(chosen);
      const leaving = leavingRow();
      if (leaving === -1) throw unbounded();
      exchange(leaving, chosen);
    }
  };

  optimise(null, -1);
  if (basis.some((j, k) => j >= rows && weights[k] > 1e-9)) throw unbounded();
  driveOut();

  /** Exchanges artificial columns left at zero for any row that can take their place. */
  function driveOut(): void {
    for (let k = 0; k < size; k++) {
      for (let j = 0; j < rows && basis[k] >= rows; j++) {
        if (basis.includes(j)) continue;
        loadColumn(j);
        if (Math.abs(entering[k]) > 1e-9) exchange(k, j);
      }
    }
  }

  return {
    rows,
    size,
    basis,
    weights,
    maximise(y) {
      optimise(y, 0);
      let sum = 0;
      for (let k = 0; k < size; k++) if (basis[k] < rows) sum += y[basis[k]] * weights[k];
      return sum;
    },
  };
}

/** Inverse of the transpose of the matrix with entries (k, i), by Gauss–Jordan with row pivoting; null when singular. */
function invert(size: number, entry: (k: number, i: number) => number): Float64Array | null {
  const width = 2 * size;
  const m = new Float64Array(size * width);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) m[i * width + k] = entry(k, i);
    m[i * width + size + i] = 1;
  }
  for (let c = 0; c < size; c++) {
    let pivot = c;
    for (let r = c + 1; r < size; r++) {
      if (Math.abs(m[r * width + c]) > Math.abs(m[pivot * width + c])) pivot = r;
    }
    if (Math.abs(m[pivot * width + c]) < 1e-13) return null;
    for (let j = 0; j < width; j++) {
      const swap = m[c * width + j];
      m[c * width + j] = m[pivot * width + j];
      m[pivot * width + j] = swap;
    }
    const scale = 1 / m[c * width + c];
    for (let j = c; j < width; j++) m[c * width + j] *= scale;
    for (let r = 0; r < size; r++) {
      const times = m[r * width + c];
      if (r === c || times === 0) continue;
      for (let j = c; j < width; j++) m[r * width + j] -= times * m[c * width + j];
    }
  }
  const out = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) out[k * size + i] = m[k * width + size + i];
  }
  return out;
}

function unbounded(): InputError {
  return new InputError({
    problem: "The restrictions do not bound the effect",
    remedy: "restrict more periods, or look at another combination of effects",
  });
}
