import { FreeSet } from "./free-set.ts";

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
  readonly ridge: number;
}

/** Smallest ridge, as a share of the largest diagonal of A'A, that keeps the factors regular. */
const SMALLEST_RIDGE = 1e-13;
/** Squared error, as a share of the same, below which a fit is perfect. */
const PERFECT = 1e-14;
/** Ridge that chooses among perfect fits: large enough for doubles to see its differences. */
const CHOOSING_RIDGE = 1e-9;
/** Ridge, as a share of the same, from which it is worth trying whether no weight is zero. */
const STRONG = 1e-3;
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
  return { gram, moments, size, largest, ridge };
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

function minimise({ gram, moments, size, largest, ridge }: NormalEquations): Float64Array {
  const x = new Float64Array(size);
  let scale = 0;
  for (let j = 0; j < size; j++) {
    scale = Math.max(scale, gram[j * size + j], Math.abs(moments[j]));
  }
  if (scale === 0) return x.fill(1 / size);
  const free = new FreeSet(gram, size);
  const gradient = new Float64Array(size);
  if (ridge > STRONG * largest && everyoneInside(free, moments, x)) return cleaned(x);
  const start = bestVertex(gram, moments, size);
  x.fill(0);
  x[start] = 1;
  free.clear();
  free.add(start);
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

/** Under a strong ridge no weight is held at zero: one solve then ends the search before it starts. */
function everyoneInside(free: FreeSet, moments: Float64Array, x: Float64Array): boolean {
  const size = moments.length;
  for (let j = 0; j < size; j++) if (!free.add(j)) return false;
  const gradient = moments.map((value) => -value);
  x.set(free.minimum(gradient));
  return x.every((value) => value > 0);
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
