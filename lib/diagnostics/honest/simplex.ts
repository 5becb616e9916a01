import { InputError } from "../../panel/errors.ts";

/**
 * The set {γ ≥ 0 : W'γ = (1, 0, …, 0)'} with a basis of it, over which linear objectives are maximised one after
 * another, each from the last one's basis. W is m × p, row-major, p small.
 *
 * Dense revised simplex; the entering row is Dantzig's, Bland's after many pivots so that it cannot cycle.
 * Source: Dantzig (1963); Bland (1977), Mathematics of Operations Research 2.
 */
export interface DualSet {
  readonly rows: number;
  readonly size: number;
  /** Rows of W in the basis. */
  readonly basis: Int32Array;
  /** Maximises y'γ. Leaves the optimal basis in `basis`. @returns the maximum. */
  maximise(y: Float64Array): number;
  /** γ of the basis: the weights of its rows. */
  weights(): Float64Array;
  /** For a right-hand side y: y_j − W_j W_B⁻¹ y_B for every row. */
  reducedCosts(y: Float64Array, out: Float64Array): void;
}

const TOLERANCE = 1e-10;

/** @throws InputError when the set is empty: the restrictions do not bound the parameter. */
export function dualSet(w: Float64Array, rows: number, size: number): DualSet {
  // Columns of the dual: the rows of W, then artificial ones to start from.
  const columns = rows + size;
  const column = (j: number, i: number) => j < rows ? w[j * size + i] : j - rows === i ? 1 : 0;
  const basis = Int32Array.from({ length: size }, (_, i) => rows + i);
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  const value = new Float64Array(size);
  value[0] = 1;
  const prices = new Float64Array(size);
  const entering = new Float64Array(size);

  const refresh = (cost: (j: number) => number) => {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += cost(basis[k]) * inverse[k * size + i];
      prices[i] = sum;
    }
  };
  const pivot = (cost: (j: number) => number, last: number, scale: number): boolean => {
    refresh(cost);
    const bland = pivots > 50 * size;
    let [chosen, best] = [-1, TOLERANCE * scale];
    for (let j = 0; j < last; j++) {
      let reduced = cost(j);
      for (let i = 0; i < size; i++) reduced -= prices[i] * column(j, i);
      if (reduced <= best) continue;
      [chosen, best] = [j, bland ? Infinity : reduced];
      if (bland) break;
    }
    if (chosen === -1) return false;
    for (let k = 0; k < size; k++) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += inverse[k * size + i] * column(chosen, i);
      entering[k] = sum;
    }
    let [leaving, ratio] = [-1, Infinity];
    for (let k = 0; k < size; k++) {
      if (entering[k] <= 1e-11) continue;
      const step = value[k] / entering[k];
      const earlier = leaving === -1 || step < ratio - 1e-14 ||
        (step <= ratio + 1e-14 && basis[k] < basis[leaving]);
      if (earlier) [leaving, ratio] = [k, Math.min(step, ratio)];
    }
    if (leaving === -1) throw unbounded();
    exchange(leaving, chosen);
    pivots++;
    return true;
  };
  const exchange = (leaving: number, chosen: number) => {
    const scale = 1 / entering[leaving];
    for (let i = 0; i < size; i++) inverse[leaving * size + i] *= scale;
    value[leaving] *= scale;
    for (let k = 0; k < size; k++) {
      if (k === leaving || entering[k] === 0) continue;
      for (let i = 0; i < size; i++) {
        inverse[k * size + i] -= entering[k] * inverse[leaving * size + i];
      }
      value[k] -= entering[k] * value[leaving];
      if (value[k] < 0) value[k] = 0;
    }
    basis[leaving] = chosen;
  };

  let pivots = 0;
  while (pivot((j) => j < rows ? 0 : -1, columns, 1));
  if (basis.some((j, k) => j >= rows && value[k] > 1e-9)) throw unbounded();
  driveOut();

  /** Exchanges artificial columns left at zero for any row that can take their place. */
  function driveOut(): void {
    for (let k = 0; k < size; k++) {
      if (basis[k] < rows) continue;
      for (let j = 0; j < rows && basis[k] >= rows; j++) {
        if (basis.includes(j)) continue;
        for (let a = 0; a < size; a++) {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += inverse[a * size + i] * column(j, i);
          entering[a] = sum;
        }
        if (Math.abs(entering[k]) > 1e-9) exchange(k, j);
      }
    }
  }

  return {
    rows,
    size,
    basis,
    maximise(y) {
      pivots = 0;
      let scale = 0;
      for (let j = 0; j < rows; j++) scale = Math.max(scale, Math.abs(y[j]));
      const cost = (j: number) => j < rows ? y[j] : 0;
      while (pivot(cost, rows, scale));
      let sum = 0;
      for (let k = 0; k < size; k++) sum += cost(basis[k]) * value[k];
      return sum;
    },
    weights: () => value.slice(),
    reducedCosts(y, out) {
      refresh((j) => j < rows ? y[j] : 0);
      for (let j = 0; j < rows; j++) {
        let reduced = y[j];
        for (let i = 0; i < size; i++) reduced -= prices[i] * w[j * size + i];
        out[j] = reduced;
      }
    },
  };
}

function unbounded(): InputError {
  return new InputError({
    problem: "The restrictions do not bound the effect",
    remedy: "restrict more periods, or look at another combination of effects",
  });
}
