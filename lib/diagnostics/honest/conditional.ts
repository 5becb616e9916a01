import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { stream } from "../../inference/random.ts";
import type { Restriction } from "./restrictions.ts";
import { type DualSet, dualSet } from "./simplex.ts";

/** Estimated effects, periods before treatment first, and the combination of later ones that is asked about. */
export interface Target {
  readonly effects: Float64Array;
  /** T × T, row-major. */
  readonly covariance: Float64Array;
  readonly pre: number;
  readonly post: number;
  /** Weights on the periods after treatment. */
  readonly weights: Float64Array;
}

export interface ConditionalOptions {
  readonly alpha: number;
  /** Share of α spent on the least-favourable first stage; 0 for the conditional test alone. */
  readonly kappa: number;
  readonly draws: number;
  readonly seed: number;
}

const ZERO = 1e-9;

/** A test of θ = weights'τ under one polyhedron of departures. */
export interface ConditionalTest {
  rejects(theta: number): boolean;
}

/**
 * Moment-inequality test with nuisance effects after treatment (Andrews, Roth & Pakes): η̂ = min over nuisance effects of the
 * largest studentised violation, compared with a truncated normal given the binding constraints; the hybrid first compares
 * with a least-favourable critical value at level κ.
 *
 * Source: Rambachan & Roth (2023), section 3.2–3.3; Andrews, Roth & Pakes (2023), Review of Economic Studies 90,
 * sections 4–6 (linear conditional and hybrid tests).
 */
export function conditionalTest(
  target: Target,
  restriction: Restriction,
  options: ConditionalOptions,
): ConditionalTest {
  const moments = momentsOf(target, restriction);
  const { size, rows, w, sigma, level, direction } = moments;
  const dual = dualSet(w, rows, size);
  const first = options.kappa === 0 ? Infinity : leastFavourable(dual, moments, options);
  const alpha = options.kappa === 0
    ? options.alpha
    : (options.alpha - options.kappa) / (1 - options.kappa);
  const y = new Float64Array(rows);
  const scratch = makeScratch(rows);
  return {
    rejects(theta) {
      for (let j = 0; j < rows; j++) y[j] = level[j] - direction[j] * theta;
      const eta = dual.maximise(y);
      if (eta > first) return true;
      // The critical value is never below zero, and combinations without noise have η̂ = 0.
      if (eta <= ZERO) return false;
      const { low, high, deviation } = truncation(dual, y, eta, sigma, scratch);
      const critical = truncatedQuantile(1 - alpha, low, Math.min(high, first), deviation);
      return eta > Math.max(0, critical);
    },
  };
}

interface Moments {
  readonly rows: number;
  /** 1 + nuisance effects. */
  readonly size: number;
  /** Rows (sd, X): rows × size. */
  readonly w: Float64Array;
  /** Covariance of the moments. */
  readonly sigma: Float64Array;
  readonly level: Float64Array;
  readonly direction: Float64Array;
  /** A L with L L' = covariance: draws of the moments are this times normals. */
  readonly factor: Float64Array;
  readonly periods: number;
}

/** y(θ) = Aβ̂ − d − Ã₁θ and X = Ã₋₁, of rows that involve periods after treatment (all rows if there is one such period). */
function momentsOf(target: Target, { a, d, rows: all }: Restriction): Moments {
  const { effects, covariance, pre, post, weights } = target;
  const periods = pre + post;
  const used = Array.from({ length: all }, (_, j) => j).filter((j) =>
    post === 1 || a.subarray(j * periods + pre, (j + 1) * periods).some((value) => value !== 0)
  );
  const rows = used.length;
  const lead = weights.findIndex((value) => value !== 0);
  const chol = choleskyOf(covariance, periods);
  const factor = new Float64Array(rows * periods);
  const level = new Float64Array(rows);
  const direction = new Float64Array(rows);
  const w = new Float64Array(rows * post);
  used.forEach((j, r) => {
    const row = a.subarray(j * periods, (j + 1) * periods);
    level[r] = -d[j];
    for (let t = 0; t < periods; t++) {
      level[r] += row[t] * effects[t];
      for (let k = 0; k <= t; k++) factor[r * periods + k] += row[t] * chol[t * periods + k];
    }
    // τ_lead = (θ − Σ other weights · τ) / weight: the other effects are nuisance.
    direction[r] = row[pre + lead] / weights[lead];
    let column = 1;
    for (let t = 0; t < post; t++) {
      if (t === lead) continue;
      w[r * post + column++] = row[pre + t] - direction[r] * weights[t];
    }
    let variance = 0;
    for (let k = 0; k < periods; k++) variance += factor[r * periods + k] ** 2;
    w[r * post] = Math.sqrt(variance);
  });
  const sigma = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < periods; k++) sum += factor[i * periods + k] * factor[j * periods + k];
      sigma[i * rows + j] = sum;
    }
  }
  return { rows, size: post, w, sigma, level, direction, factor, periods };
}

export function choleskyOf(matrix: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= out[i * n + k] * out[j * n + k];
      out[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 0)) : sum / out[j * n + j];
    }
  }
  return out;
}

/** The (1 − κ) quantile of η̂ when every moment has mean zero. */
function leastFavourable(
  dual: DualSet,
  { rows, factor, periods }: Moments,
  { kappa, draws, seed }: ConditionalOptions,
): number {
  const random = stream(seed, 0);
  const y = new Float64Array(rows);
  const z = new Float64Array(periods);
  const found = new Float64Array(draws);
  for (let b = 0; b < draws; b++) {
    for (let k = 0; k < periods; k++) z[k] = random.normal();
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < periods; k++) sum += factor[j * periods + k] * z[k];
      y[j] = sum;
    }
    found[b] = dual.maximise(y);
  }
  found.sort();
  // R's type-7 quantile.
  const at = (draws - 1) * (1 - kappa);
  const below = Math.floor(at);
  const above = Math.min(below + 1, draws - 1);
  return found[below] + (at - below) * (found[above] - found[below]);
}

interface Scratch {
  readonly slope: Float64Array;
  readonly fixed: Float64Array;
  readonly costs: Float64Array;
  readonly slopes: Float64Array;
  readonly moved: Float64Array;
}

function makeScratch(rows: number): Scratch {
  const make = () => new Float64Array(rows);
  return { slope: make(), fixed: make(), costs: make(), slopes: make(), moved: make() };
}

/** The values of γ'y for which γ stays optimal, given what of y is independent of it. */
function truncation(
  dual: DualSet,
  y: Float64Array,
  eta: number,
  sigma: Float64Array,
  own: Scratch,
) {
  const { rows, basis } = dual;
  const gamma = dual.weights();
  let variance = 0;
  for (let j = 0; j < rows; j++) {
    let sum = 0;
    for (let k = 0; k < basis.length; k++) sum += sigma[j * rows + basis[k]] * gamma[k];
    own.slope[j] = sum;
  }
  for (let k = 0; k < basis.length; k++) variance += gamma[k] * own.slope[basis[k]];
  for (let j = 0; j < rows; j++) {
    own.slope[j] /= variance;
    own.fixed[j] = y[j] - own.slope[j] * eta;
  }
  const low = edge(dual, eta, -1, own);
  for (let j = 0; j < rows; j++) own.moved[j] = own.fixed[j] + own.slope[j] * eta;
  dual.maximise(own.moved);
  const high = edge(dual, eta, 1, own);
  return { low, high, deviation: Math.sqrt(variance) };
}

const MOST_STEPS = 200;

/**
 * How far v can go before the maximum of y(v)'γ exceeds v. A basis may change on the way without γ changing (degenerate
 * optima), so the walk goes on as long as the maximum is still v.
 */
function edge(dual: DualSet, from: number, side: 1 | -1, own: Scratch): number {
  const { rows } = dual;
  let v = from;
  for (let step = 0; step < MOST_STEPS; step++) {
    dual.reducedCosts(own.fixed, own.costs);
    dual.reducedCosts(own.slope, own.slopes);
    let next = side * Infinity;
    for (let j = 0; j < rows; j++) {
      if (side * own.slopes[j] <= 1e-10) continue;
      const at = -own.costs[j] / own.slopes[j];
      if (side * at < side * next) next = at;
    }
    if (!Number.isFinite(next)) return next;
    if (side * next > side * v) v = next;
    const beyond = v + side * 1e-7 * Math.max(1, Math.abs(v));
    for (let j = 0; j < rows; j++) own.moved[j] = own.fixed[j] + own.slope[j] * beyond;
    if (dual.maximise(own.moved) > beyond + 1e-9 * Math.max(1, Math.abs(beyond))) return v;
    v = beyond;
  }
  return v;
}

/** Quantile of a centred normal truncated to [low, high], also far out in its tails. */
export function truncatedQuantile(p: number, low: number, high: number, deviation: number): number {
  const [a, b] = [low / deviation, high / deviation];
  if (a >= b) return low;
  // Far tails: work with the complement, and with exponentials beyond what the distribution function resolves.
  if (a > 0) {
    const [upperA, upperB] = [normalCdf(-a, 0, 1), normalCdf(-b, 0, 1)];
    if (upperA > 1e-290) {
      return -deviation * normalQuantile(upperA - p * (upperA - upperB), 0, 1);
    }
    const width = b === Infinity ? 1 : -Math.expm1(-a * (b - a));
    return deviation * (a - Math.log1p(-p * width) / a);
  }
  const [lowerA, lowerB] = [normalCdf(a, 0, 1), normalCdf(b, 0, 1)];
  if (lowerB > 1e-290) return deviation * normalQuantile(lowerA + p * (lowerB - lowerA), 0, 1);
  // Measured down from b, where nearly all of the mass is.
  const width = a === -Infinity ? 1 : -Math.expm1(b * (b - a));
  return deviation * (b - Math.log1p(-(1 - p) * width) / b);
}
