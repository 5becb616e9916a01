import { innerProduct } from "../../regression/orthogonal.ts";
import type { AffineEstimator } from "./flci.ts";
import { choleskyOf, type Moments, momentsOf } from "./moments.ts";
import type { Restriction } from "./restrictions.ts";
import { type DualSet, dualSet } from "./simplex.ts";
import type { Target } from "./target.ts";
import { truncatedQuantile } from "./truncated-normal.ts";

/** What is rejected before the conditional test, with a share κ of the level. */
export type FirstStage =
  | { readonly kind: "none" }
  /** Least favourable: η̂ above its 1 − κ quantile when every moment has mean zero; from draws × periods normals. */
  | { readonly kind: "least favourable"; readonly normals: Float64Array }
  /** θ outside the fixed-length interval at level 1 − κ. */
  | { readonly kind: "affine"; readonly estimator: AffineEstimator };

export interface ConditionalOptions {
  readonly alpha: number;
  /** Share of α spent on the first stage; 0 where there is none. */
  readonly kappa: number;
  readonly first: FirstStage;
}

/** A test of θ = weights'τ under one polyhedron of departures; made once for a covariance, used for many estimates. */
export interface MomentTest {
  /** @param effects scaled as in the target. */
  at(effects: Float64Array): PointTest;
}

/** θ is measured in standard errors of its estimate, from the estimate. */
export interface PointTest {
  rejects(theta: number): boolean;
  /** η̂(θ): convex in θ. */
  statistic(theta: number): number;
  /** The θ that the first stage leaves: an interval, null where it leaves none, infinite ends where it sets none. */
  left(): { readonly low: number; readonly high: number } | null;
}

const ZERO = 1e-9;
/** Standard errors from the estimate beyond which nothing is looked for. */
export const FARTHEST = 2 ** 24;

/**
 * Moment-inequality test with nuisance effects after treatment (Andrews, Roth & Pakes): η̂ = min over nuisance effects of the
 * largest studentised violation, compared with a truncated normal given the binding constraints. Hybrids first reject with a
 * share κ of the level, then condition on not having done so: by a least-favourable critical value (C-LF) or by a
 * fixed-length interval (C-F).
 *
 * Source: Rambachan & Roth (2023), sections 3.2–3.3 and the appendix on the conditional–FLCI hybrid; Andrews, Roth & Pakes
 * (2023), Review of Economic Studies 90, sections 4–6 (linear conditional and hybrid tests).
 */
export function conditionalTest(
  target: Target,
  restriction: Restriction,
  { alpha, kappa, first }: ConditionalOptions,
): MomentTest {
  const moments = momentsOf(target, restriction);
  const { rows, size, a, d, direction, periods } = moments;
  const dual = dualSet(moments.w, rows, size);
  const highest = first.kind === "least favourable"
    ? leastFavourable(dual, moments, kappa, first.normals)
    : Infinity;
  const affine = first.kind === "affine" ? affineStage(target, first.estimator) : null;
  const level = 1 - (alpha - kappa) / (1 - kappa);
  const y = new Float64Array(rows);
  const scratch = makeScratch(rows, periods);
  return {
    at(effects) {
      const start = new Float64Array(rows);
      const estimate = weightedEffect(target, effects);
      for (let j = 0; j < rows; j++) {
        start[j] = -d[j] - direction[j] * estimate;
        for (let t = 0; t < periods; t++) start[j] += a[j * periods + t] * effects[t];
      }
      const statistic = (theta: number) => {
        for (let j = 0; j < rows; j++) y[j] = start[j] - direction[j] * theta;
        return dual.maximise(y);
      };
      const centre = affine === null ? NaN : innerProduct(affine.weights, effects, null) - estimate;
      return {
        statistic,
        left: () =>
          affine === null
            ? leftBy(dual, start, direction, highest, scratch)
            : { low: centre - affine.halfLength, high: centre + affine.halfLength },
        rejects(theta) {
          if (affine !== null && Math.abs(centre - theta) > affine.halfLength * (1 + 1e-12)) {
            return true;
          }
          const eta = statistic(theta);
          if (eta > highest) return true;
          // The critical value is never below zero, and combinations without noise have η̂ = 0.
          if (eta <= ZERO) return false;
          const ends = truncation(dual, moments, y, eta, scratch);
          if (ends.deviation < 1e-12) return true;
          let { low, high } = ends;
          if (affine !== null) {
            // weights'β̂ moves with γ'y; only values that the first stage leaves can have been seen.
            const slope = innerProduct(affine.errors, scratch.gamma, null) / ends.deviation ** 2;
            const one = eta + (theta - centre - affine.halfLength) / slope;
            const other = eta + (theta - centre + affine.halfLength) / slope;
            if (slope !== 0) {
              low = Math.max(low, Math.min(one, other));
              high = Math.min(high, Math.max(one, other));
            }
          }
          const critical = truncatedQuantile(level, low, Math.min(high, highest), ends.deviation);
          return eta > Math.max(0, critical);
        },
      };
    },
  };
}

/** The fixed-length interval in scaled units, with the loadings of its error on independent normals. */
function affineStage({ window, covariance }: Target, { weights, halfLength }: AffineEstimator) {
  const periods = window.pre + window.post;
  const chol = choleskyOf(covariance, periods);
  const errors = new Float64Array(periods);
  for (let t = 0; t < periods; t++) {
    for (let k = 0; k <= t; k++) errors[k] += weights[t] * chol[t * periods + k];
  }
  return { weights, halfLength, errors };
}

/** weights'β̂ of the effects after treatment, in scaled units. */
export function weightedEffect(
  { window: { pre }, weights }: Target,
  effects: Float64Array,
): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * effects[pre + k];
  return sum;
}

/** The (1 − κ) quantile of η̂ when every moment has mean zero. */
function leastFavourable(
  dual: DualSet,
  { rows, factor, periods }: Moments,
  kappa: number,
  normals: Float64Array,
): number {
  const draws = normals.length / periods;
  const y = new Float64Array(rows);
  const found = new Float64Array(draws);
  for (let b = 0; b < draws; b++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < periods; k++) sum += factor[j * periods + k] * normals[b * periods + k];
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
  /** γ'AL: the error of γ'y on independent normals. */
  readonly gamma: Float64Array;
  readonly slope: Float64Array;
  readonly fixed: Float64Array;
  readonly moved: Float64Array;
}

function makeScratch(rows: number, periods: number): Scratch {
  const make = () => new Float64Array(rows);
  return { gamma: new Float64Array(periods), slope: make(), fixed: make(), moved: make() };
}

/** The values of γ'y for which γ stays optimal, given what of y is independent of it. */
function truncation(
  dual: DualSet,
  { rows, factor, periods }: Moments,
  y: Float64Array,
  eta: number,
  own: Scratch,
) {
  own.gamma.fill(0);
  for (let k = 0; k < dual.size; k++) {
    const j = dual.basis[k];
    if (j >= rows) continue;
    for (let t = 0; t < periods; t++) own.gamma[t] += dual.weights[k] * factor[j * periods + t];
  }
  const variance = innerProduct(own.gamma, own.gamma, null);
  const deviation = Math.sqrt(variance);
  if (deviation < 1e-12) return { low: -Infinity, high: Infinity, deviation };
  for (let j = 0; j < rows; j++) {
    let sum = 0;
    for (let t = 0; t < periods; t++) sum += factor[j * periods + t] * own.gamma[t];
    own.slope[j] = sum / variance;
    own.fixed[j] = y[j] - own.slope[j] * eta;
  }
  // Beyond fifty deviations there is no mass to truncate.
  const far = 50 * deviation;
  const low = crossing(dual, own.fixed, own.slope, { constant: 0, rate: 1 }, -far, own.moved);
  const high = crossing(dual, own.fixed, own.slope, { constant: 0, rate: 1 }, eta + far, own.moved);
  return {
    low: low === -far ? -Infinity : Math.min(low ?? eta, eta),
    high: high === eta + far ? Infinity : Math.max(high ?? eta, eta),
    deviation,
  };
}

/** The θ whose η̂ is at most the critical value of the first stage: η̂ is convex in θ, so they are an interval. */
function leftBy(
  dual: DualSet,
  start: Float64Array,
  direction: Float64Array,
  highest: number,
  { moved }: Scratch,
): ReturnType<PointTest["left"]> {
  if (highest === Infinity) return { low: -Infinity, high: Infinity };
  const slope = direction.map((value) => -value);
  const line = { constant: highest, rate: 0 };
  const low = crossing(dual, start, slope, line, -FARTHEST, moved);
  if (low === null) return null;
  const high = crossing(dual, start, slope, line, FARTHEST, moved);
  if (high === null) return null;
  return {
    low: low === -FARTHEST ? -Infinity : low,
    high: high === FARTHEST ? Infinity : high,
  };
}

const MOST_STEPS = 200;

/**
 * Where the convex function max over γ of (fixed + v·slope)'γ − (constant + rate·v) comes down to zero, seen from `from`: Newton's
 * method from outside, which for piecewise linear functions is exact after finitely many steps, however degenerate the optima.
 *
 * @returns `from` where it is not above zero there; null where it never comes down to zero.
 */
function crossing(
  dual: DualSet,
  fixed: Float64Array,
  slope: Float64Array,
  { constant, rate }: { readonly constant: number; readonly rate: number },
  from: number,
  moved: Float64Array,
): number | null {
  const { rows, size, basis, weights } = dual;
  const inward = Math.sign(-from) || 1;
  let v = from;
  for (let step = 0; step < MOST_STEPS; step++) {
    for (let j = 0; j < rows; j++) moved[j] = fixed[j] + slope[j] * v;
    const above = dual.maximise(moved) - constant - rate * v;
    if (above <= 1e-10 * Math.max(1, Math.abs(v))) return v;
    let change = -rate;
    for (let k = 0; k < size; k++) if (basis[k] < rows) change += slope[basis[k]] * weights[k];
    if (change * inward >= 0) return null;
    const next = v - above / change;
    if (next === v) return v;
    v = next;
  }
  return v;
}
