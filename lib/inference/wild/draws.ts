import { factorSemidefinite, solveFactored } from "../../regression/semidefinite.ts";
import { streams } from "../random.ts";
import { linearKernel } from "./kernel.ts";
import type { BootstrapSystem } from "./system.ts";
import { type WeightDistribution, weightDraw } from "./weights.ts";

/** Draws per block; block k takes its weights from stream k of the seed. */
export const BLOCK = 2048;

/**
 * Statistics of draws. With one restriction, at distance `center` + d from the estimate,
 * t*² = (numerator + slope d)² / (square + 2 cross d + curve d²), before the small-sample factor.
 */
export interface DrawnStatistics {
  readonly center: number;
  readonly numerator: Float64Array;
  readonly square: Float64Array;
  /** Null when the statistics do not depend on the null. */
  readonly moves: {
    readonly slope: Float64Array;
    readonly cross: Float64Array;
    readonly curve: Float64Array;
  } | null;
}

/** How the weights come about. */
export interface DrawPlan {
  readonly distribution: WeightDistribution;
  readonly seed: number;
  /** All 2^G sign vectors instead of random ones. */
  readonly enumerated: boolean;
  readonly draws: number;
}

/** Every sign vector is used once when the weights are signs and there are no more of them than draws. */
export function planDraws(
  clusters: number,
  draws: number,
  distribution: WeightDistribution,
  seed: number,
): DrawPlan {
  weightDraw(distribution);
  const enumerated = distribution === "rademacher" && clusters < 31 && 2 ** clusters <= draws;
  return { distribution, seed, enumerated, draws: enumerated ? 2 ** clusters : draws };
}

export function blocksOf({ draws }: DrawPlan): number {
  return Math.ceil(draws / BLOCK);
}

/** A statistic at or below this share of its largest possible size is zero up to rounding. */
const ROUNDING = 1e-13;

/**
 * The statistics of the draws in blocks `from` … `to` − 1. Blocks can be computed anywhere, in any order:
 * joined in order they are the same numbers.
 *
 * With several restrictions `numerator` holds the Wald statistic's root and `square` ones.
 *
 * @param moving also compute how the statistics move with the null (for confidence sets).
 */
export function simulateDraws(
  system: BootstrapSystem,
  plan: DrawPlan,
  moving: boolean,
  from = 0,
  to = blocksOf(plan),
): DrawnStatistics {
  const { base, slope, clusters, restrictions: m } = system;
  const first = from * BLOCK;
  const count = Math.max(0, Math.min(to * BLOCK, plan.draws) - first);
  const withSlope = moving && slope !== null;
  const kernel = linearKernel(withSlope ? join(base, slope) : base, clusters);
  const out = new Float64Array(kernel.rows);
  const result = emptyStatistics(system.distance[0], count, withSlope);
  const collect = m === 1 ? collector(base, clusters, result) : waldCollector(m, clusters, result);
  forEachDraw(plan, clusters, from, to, kernel, out, (position) => collect(out, position));
  return result;
}

/** How many draws are done. */
export interface DrawProgress {
  readonly done: number;
  readonly of: number;
}

/** The statistics of all draws, one block after the other; yields after each. */
export function* drawSteps(
  system: BootstrapSystem,
  plan: DrawPlan,
  moving: boolean,
): Generator<DrawProgress, DrawnStatistics> {
  const parts: DrawnStatistics[] = [];
  for (let block = 0; block < blocksOf(plan); block++) {
    parts.push(simulateDraws(system, plan, moving, block, block + 1));
    yield { done: Math.min((block + 1) * BLOCK, plan.draws), of: plan.draws };
  }
  return joined(parts, plan.draws);
}

function joined(parts: readonly DrawnStatistics[], draws: number): DrawnStatistics {
  const [first] = parts;
  if (parts.length === 1) return first;
  const all = emptyStatistics(first.center, draws, first.moves !== null);
  let at = 0;
  for (const { numerator, square, moves } of parts) {
    all.numerator.set(numerator, at);
    all.square.set(square, at);
    if (moves !== null) {
      all.moves!.slope.set(moves.slope, at);
      all.moves!.cross.set(moves.cross, at);
      all.moves!.curve.set(moves.curve, at);
    }
    at += numerator.length;
  }
  return all;
}

function join(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function emptyStatistics(center: number, count: number, moving: boolean): DrawnStatistics {
  const column = () => new Float64Array(count);
  return {
    center,
    numerator: column(),
    square: column(),
    moves: moving ? { slope: column(), cross: column(), curve: column() } : null,
  };
}

/** Runs through draws block by block: `out` holds map · weights when `visit` is called. */
export function forEachDraw(
  plan: DrawPlan,
  clusters: number,
  from: number,
  to: number,
  kernel: ReturnType<typeof linearKernel>,
  out: Float64Array,
  visit: (position: number) => void,
): void {
  const draw = weightDraw(plan.distribution);
  const words = new Uint32Array(Math.ceil(clusters / 32));
  const weights = new Float64Array(clusters);
  const signs = plan.distribution === "rademacher";
  const random = streams(plan.seed, from);
  let position = 0;
  for (let block = from; block < to; block++) {
    const source = random.next().value;
    const end = Math.min((block + 1) * BLOCK, plan.draws);
    for (let b = block * BLOCK; b < end; b++, position++) {
      if (signs) {
        if (plan.enumerated) words[0] = b;
        else for (let w = 0; w < words.length; w++) words[w] = source.word();
        kernel.multiplySigns(words, out);
      } else {
        draw(source, weights);
        kernel.multiply(weights, out);
      }
      visit(position);
    }
  }
}

/** Numerator and sums of squares of one restriction; rounding error about zero is set to zero. */
function collector(base: Float64Array, G: number, result: DrawnStatistics) {
  const { numerator, square, moves } = result;
  let largest = 0;
  let widest = 0;
  for (let at = 0; at < base.length; at++) {
    if (at < G) largest += Math.abs(base[at]);
    else widest += Math.abs(base[at]);
  }
  const zeroNumerator = ROUNDING * largest;
  const zeroSquare = (ROUNDING * widest) ** 2;
  return (out: Float64Array, b: number) => {
    let sum = 0;
    for (let g = 1; g <= G; g++) sum += out[g] * out[g];
    numerator[b] = Math.abs(out[0]) <= zeroNumerator ? 0 : out[0];
    square[b] = sum <= zeroSquare ? 0 : sum;
    if (moves === null) return;
    let cross = 0;
    let curve = 0;
    for (let g = 1; g <= G; g++) {
      const z = out[G + 1 + g];
      cross += out[g] * z;
      curve += z * z;
    }
    moves.slope[b] = out[G + 1];
    moves.cross[b] = cross;
    moves.curve[b] = curve;
  };
}

/** √(n'(ΣZZ')⁻¹n); a draw whose variance is singular counts as undefined (0 over 0). */
function waldCollector(m: number, G: number, result: DrawnStatistics) {
  const matrix = new Float64Array(m * m);
  return (out: Float64Array, b: number) => {
    matrix.fill(0);
    for (let g = 0; g < G; g++) {
      const at = m + g * m;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) matrix[i * m + j] += out[at + i] * out[at + j];
      }
    }
    const wald = quadraticForm(matrix, out.subarray(0, m));
    result.numerator[b] = wald === null ? 0 : Math.sqrt(wald);
    result.square[b] = wald === null ? 0 : 1;
  };
}

/** n'M⁻¹n, or null when M is singular. M is overwritten. */
export function quadraticForm(matrix: Float64Array, vector: Float64Array): number | null {
  const m = vector.length;
  const diagonal = Float64Array.from(vector, (_, i) => matrix[i * m + i]);
  const factor = factorSemidefinite(matrix, diagonal);
  if (factor.rank < m) return null;
  const solved = vector.slice();
  solveFactored(factor, solved);
  return vector.reduce((sum, value, i) => sum + value * solved[i], 0);
}

/** The draws whose statistic exists: not zero over zero. */
export function definedDraws(drawn: DrawnStatistics): DrawnStatistics {
  const defined = drawn.square.map((square, b) => square > 0 || drawn.numerator[b] !== 0 ? 1 : 0);
  if (defined.every((one) => one === 1)) return drawn;
  const keep = (values: Float64Array) => values.filter((_, b) => defined[b] === 1);
  const { moves } = drawn;
  return {
    center: drawn.center,
    numerator: keep(drawn.numerator),
    square: keep(drawn.square),
    moves: moves === null ? null : {
      slope: keep(moves.slope),
      cross: keep(moves.cross),
      curve: keep(moves.curve),
    },
  };
}
