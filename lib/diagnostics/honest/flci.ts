import { innerProduct } from "../../regression/orthogonal.ts";
import { foldedQuantile } from "./folded-normal.ts";
import { lassoPath, type PathCorner } from "./lasso-path.ts";
import { bends, withoutBase } from "./restrictions.ts";
import type { Target } from "./target.ts";

/** weights'β̂ with an interval of fixed length about it. All but the weights are in standard errors of the target. */
export interface AffineEstimator {
  /** On all effects, periods before treatment first; after treatment they are the target's own. */
  readonly weights: Float64Array;
  readonly standardError: number;
  /** Its largest bias over all departures that the restriction allows. */
  readonly worstBias: number;
  /** cv_α(worst bias / standard error) · standard error. */
  readonly halfLength: number;
}

/**
 * The affine estimators of the target whose largest bias under Δ^SD(M) is M times something finite, as a path from the least
 * bias to the least variance. They are combinations u of the bends of β̂ (second differences): a line of departures does not
 * move them, and their largest bias is M·Σ|u|. Bends that reach into periods after treatment have their u fixed by the
 * target; the others trade bias against variance, which is a lasso problem with an exact path.
 */
export interface BiasPath {
  readonly corners: readonly PathCorner[];
  /** Weights where all free u are zero, and what each of them adds: free × periods. */
  readonly start: Float64Array;
  readonly rows: readonly Float64Array[];
  /** Σ|u| of the fixed ones. */
  readonly fixedBias: number;
  readonly covariance: Float64Array;
}

/** @see BiasPath */
export function biasPath({ window, weights, covariance }: Target): BiasPath {
  const { pre, post } = window;
  const periods = pre + post;
  const rows = bends(window).map((row) => Float64Array.from(withoutBase(window, row)));
  // Row k is the first to reach period k + 2 (the base counted), so the last rows are solved for from the end.
  const start = new Float64Array(periods);
  let fixedBias = 0;
  for (let t = post - 1; t >= 0; t--) {
    const row = rows[pre - 1 + t];
    const u = (weights[t] - start[pre + t]) / row[pre + t];
    for (let k = 0; k < periods; k++) start[k] += u * row[k];
    fixedBias += Math.abs(u);
  }
  const free = rows.slice(0, pre - 1);
  const images = [...free, start].map((row) => times(covariance, row));
  const p = free.length;
  const h = new Float64Array(p * p);
  free.forEach((a, i) => free.forEach((_, j) => h[i * p + j] = innerProduct(a, images[j], null)));
  const q = Float64Array.from(free, (row) => innerProduct(row, images[p], null));
  return { corners: lassoPath(h, q), start, rows: free, fixedBias, covariance };
}

/**
 * The shortest fixed-length interval under Δ^SD(M) that covers at 1 − α. Half the length is convex along each piece of the path
 * and jointly convex in bias and error, so its one minimum is where its derivative changes sign: found by bisection.
 *
 * Source: Armstrong & Kolesár (2018), Econometrica 86, section 3; Rambachan & Roth (2023), section 4.1.
 */
export function shortestInterval(path: BiasPath, m: number, alpha: number): AffineEstimator {
  const { corners } = path;
  for (let k = 0; k + 1 < corners.length; k++) {
    const at = (share: number) => pointOn(path, corners[k], corners[k + 1], share);
    if (lengthSlope(at(1), m, alpha) < 0) continue;
    if (lengthSlope(at(0), m, alpha) >= 0) return intervalAt(at(0), m, alpha);
    let [low, high] = [0, 1];
    while (high - low > 1e-15) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (lengthSlope(at(middle), m, alpha) < 0) low = middle;
      else high = middle;
    }
    return intervalAt(at(high), m, alpha);
  }
  const last = corners[corners.length - 1];
  return intervalAt(pointOn(path, last, last, 1), m, alpha);
}

interface PathPoint {
  readonly weights: Float64Array;
  readonly deviation: number;
  /** Largest bias per unit of M. */
  readonly bias: number;
  /** Changes of both along the piece. */
  readonly deviationSlope: number;
  readonly biasSlope: number;
}

function pointOn(
  { start, rows, fixedBias, covariance }: BiasPath,
  from: PathCorner,
  to: PathCorner,
  share: number,
): PathPoint {
  const weights = start.slice();
  const change = new Float64Array(start.length);
  let [bias, biasSlope] = [fixedBias, 0];
  rows.forEach((row, k) => {
    const step = to.solution[k] - from.solution[k];
    const u = from.solution[k] + share * step;
    for (let t = 0; t < row.length; t++) {
      weights[t] += u * row[t];
      change[t] += step * row[t];
    }
    bias += Math.abs(u);
    biasSlope += Math.abs(to.solution[k]) - Math.abs(from.solution[k]);
  });
  const image = times(covariance, weights);
  const deviation = Math.sqrt(innerProduct(weights, image, null));
  return {
    weights,
    deviation,
    bias,
    deviationSlope: innerProduct(change, image, null) / deviation,
    biasSlope,
  };
}

/** Derivative of cv(b/s)·s along the piece: cv' = tanh(t·cv), so ∂/∂b = cv' and ∂/∂s = cv − t·cv'. */
function lengthSlope(point: PathPoint, m: number, alpha: number): number {
  const t = m * point.bias / point.deviation;
  const cv = foldedQuantile(alpha, t);
  const slope = Math.tanh(t * cv);
  return slope * m * point.biasSlope + (cv - t * slope) * point.deviationSlope;
}

function intervalAt({ weights, deviation, bias }: PathPoint, m: number, alpha: number) {
  const worstBias = m * bias;
  return {
    weights,
    standardError: deviation,
    worstBias,
    halfLength: foldedQuantile(alpha, worstBias / deviation) * deviation,
  };
}

function times(matrix: Float64Array, x: Float64Array): Float64Array {
  const size = x.length;
  return x.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j] * x[j];
    return sum;
  });
}
