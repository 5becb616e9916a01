/** A least-squares problem whose solution lies in the unit simplex (weights ≥ 0 that sum to one). */
export interface SimplexProblem {
  /** n × p, row-major. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Ridge penalty: the objective is ‖Ax − b‖² + ridge ‖x‖². */
  readonly ridge: number;
}

/** The products that the problem depends on: G = A'A + ridge I and A'b. */
interface NormalEquations {
  readonly gram: Float64Array;
  readonly moments: Float64Array;
  readonly size: number;
  /** Largest diagonal of A'A. */
  readonly largest: number;
}

/** Smallest ridge, as a share of the largest diagonal of A'A, that keeps the factors regular. */
const SMALLEST_RIDGE = 1e-13;
/** Squared error, as a share of the same, below which a fit is perfect. */
const PERFECT = 1e-14;
/** Ridge that chooses among perfect fits: large enough for doubles to see its differences. */
const CHOOSING_RIDGE = 1e-9;
/** A weight may rise from zero when its gradient is lower than the others' by more than this share of the scale. */
const TOLERANCE = 2e-15;

function normalEquations(problem: SimplexProblem, smallest: number): NormalEquations {
  const { a, b, rows, columns: size } = problem;
  const gram = new Float64Array(size * size);
  const moments = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    const row = i * size;
    for (let j = 0; j < size; j++) {
      const value = a[row + j];
      moments[j] += value * b[i];
      for (let k = 0; k <= j; k++) gram[j * size + k] += value * a[row + k];
    }
  }
  let largest = 0;
  for (let j = 0; j < size; j++) largest = Math.max(largest, gram[j * size + j]);
  const ridge = Math.max(problem.ridge, smallest * largest);
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) gram[k * size + j] = gram[j * size + k];
    gram[j * size + j] += ridge;
  }
  return { gram, moments, size, largest };
}

/**
 * Minimises ‖Ax − b‖² + ridge ‖x‖² over the simplex exactly, by a primal active-set method: weights enter one at a time
 * where the gradient falls most, and leave when they would turn negative (Nocedal & Wright 2006, Numerical
 * Optimization, algorithm 16.3, in the manner of Lawson & Hanson 1974, chapter 23).
 *
 * Where the ridge is too small for double precision and several weights fit perfectly, the smallest are taken (to about
 * six digits), as a ridge going to zero would.
 */
export function solveSimplex(problem: SimplexProblem): Float64Array {
  const equations = normalEquations(problem, SMALLEST_RIDGE);
  const x = minimise(equations);
  const { largest } = equations;
  const unseen = problem.ridge < CHOOSING_RIDGE * largest;
  if (!unseen || squaredError(problem, x) > PERFECT * largest) return x;
  return minimise(normalEquations(problem, CHOOSING_RIDGE));
}

function minimise({ gram, moments, size }: NormalEquations): Float64Array {
  const x = new Float64Array(size);
  let scale = 0;
  for (let j = 0; j < size; j++) {
    scale = Math.max(scale, gram[j * size + j], Math.abs(moments[j]));
  }
  if (scale === 0) return x.fill(1 / size);
  const start = bestVertex(gram, moments, size);
  x[start] = 1;
  const free = new FreeSet(gram, size);
  free.add(start);
  const gradient = new Float64Array(size);
  const refused = new Uint8Array(size);
  const most = 50 * size + 100;
  for (let step = 0; step < most; step++) {
    fillGradient(gram, moments, x, gradient);
    if (!moveToMinimum(free, x, gradient, refused)) continue;
    fillGradient(gram, moments, x, gradient);
    const entering = steepest(free, gradient, refused, TOLERANCE * scale);
    if (entering === -1) break;
    if (!free.add(entering)) refused[entering] = 1;
  }
  return cleaned(x);
}

function squaredError({ a, b, rows, columns }: SimplexProblem, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    let error = -b[i];
    for (let j = 0; j < columns; j++) error += a[i * columns + j] * x[j];
    sum += error * error;
  }
  return sum;
}

/** Goes towards the minimum over the free weights; false when a weight reached zero on the way and left. */
function moveToMinimum(
  free: FreeSet,
  x: Float64Array,
  gradient: Float64Array,
  refused: Uint8Array,
): boolean {
  const { members } = free;
  const move = free.direction(gradient);
  let [length, leaving] = [1, -1];
  members.forEach((j, k) => {
    if (move[k] < 0 && x[j] < -move[k] * length) [length, leaving] = [-x[j] / move[k], k];
  });
  members.forEach((j, k) => x[j] += length * move[k]);
  if (leaving === -1) return true;
  const j = members[leaving];
  x[j] = 0;
  free.remove(leaving);
  // A weight that has just entered and would leave again entered by rounding only.
  if (length === 0) refused[j] = 1;
  else refused.fill(0);
  return false;
}

function bestVertex(gram: Float64Array, moments: Float64Array, size: number): number {
  let [best, lowest] = [0, Infinity];
  for (let j = 0; j < size; j++) {
    const value = gram[j * size + j] - 2 * moments[j];
    if (value < lowest) [best, lowest] = [j, value];
  }
  return best;
}

function fillGradient(
  gram: Float64Array,
  moments: Float64Array,
  x: Float64Array,
  gradient: Float64Array,
): void {
  const size = x.length;
  for (let j = 0; j < size; j++) gradient[j] = -moments[j];
  for (let k = 0; k < size; k++) {
    if (x[k] === 0) continue;
    const row = k * size;
    for (let j = 0; j < size; j++) gradient[j] += gram[row + j] * x[k];
  }
}

/** The weight at zero whose gradient lies furthest below that of the free ones; −1 where none does. */
function steepest(
  free: FreeSet,
  gradient: Float64Array,
  refused: Uint8Array,
  tolerance: number,
): number {
  let level = 0;
  for (const j of free.members) level += gradient[j] / free.members.length;
  let [found, lowest] = [-1, level - tolerance];
  for (let j = 0; j < gradient.length; j++) {
    if (!refused[j] && gradient[j] < lowest && !free.has(j)) [found, lowest] = [j, gradient[j]];
  }
  return found;
}

/** Weights below rounding are zero; the rest sum to one exactly as far as doubles do. */
function cleaned(x: Float64Array): Float64Array {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    if (!(x[j] > 1e-14)) x[j] = 0;
    sum += x[j];
  }
  for (let j = 0; j < x.length; j++) x[j] /= sum;
  return x;
}

/** The weights that are not held at zero, with the Cholesky factor of their block of G, grown row by row. */
class FreeSet {
  readonly members: number[] = [];
  readonly #rows: Float64Array[] = [];
  readonly #gram: Float64Array;
  readonly #size: number;
  readonly #inside: Uint8Array;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#inside = new Uint8Array(size);
  }

  has(j: number): boolean {
    return this.#inside[j] === 1;
  }

  /** False where the column is a combination of those inside. */
  add(j: number): boolean {
    const k = this.members.length;
    const row = new Float64Array(k + 1);
    for (let i = 0; i < k; i++) {
      const other = this.#rows[i];
      let sum = this.#gram[j * this.#size + this.members[i]];
      for (let m = 0; m < i; m++) sum -= row[m] * other[m];
      row[i] = sum / other[i];
    }
    let pivot = this.#gram[j * this.#size + j];
    for (let m = 0; m < k; m++) pivot -= row[m] ** 2;
    if (!(pivot > 0)) return false;
    row[k] = Math.sqrt(pivot);
    this.#rows.push(row);
    this.members.push(j);
    this.#inside[j] = 1;
    return true;
  }

  /** Takes the k-th member out and factors those after it again. */
  remove(k: number): void {
    const later = this.members.splice(k);
    this.#rows.length = k;
    for (const j of later) this.#inside[j] = 0;
    for (const j of later.slice(1)) this.add(j);
  }

  /** The move d that minimises over the members with Σ d = 0: G d = μ1 − g. */
  direction(gradient: Float64Array): Float64Array {
    const steepest = Float64Array.from(this.members, (j) => -gradient[j]);
    const level = new Float64Array(this.members.length).fill(1);
    this.#solve(steepest);
    this.#solve(level);
    let [a, b] = [0, 0];
    for (let k = 0; k < level.length; k++) {
      a += steepest[k];
      b += level[k];
    }
    for (let k = 0; k < level.length; k++) steepest[k] -= a / b * level[k];
    return steepest;
  }

  #solve(v: Float64Array): void {
    const rows = this.#rows;
    for (let i = 0; i < v.length; i++) {
      let sum = v[i];
      for (let m = 0; m < i; m++) sum -= rows[i][m] * v[m];
      v[i] = sum / rows[i][i];
    }
    for (let i = v.length - 1; i >= 0; i--) {
      let sum = v[i];
      for (let m = i + 1; m < v.length; m++) sum -= rows[m][i] * v[m];
      v[i] = sum / rows[i][i];
    }
  }
}
