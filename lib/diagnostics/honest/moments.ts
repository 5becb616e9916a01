import type { Restriction } from "./restrictions.ts";
import type { Target } from "./target.ts";

/**
 * A δ ≤ d as moment inequalities on the estimates: with δ = β − τ, every row of Aβ̂ − d − Aτ has mean at most zero. θ = weights'τ
 * is asked about, the other effects are nuisance. Each row is divided by its standard deviation.
 */
export interface Moments {
  readonly rows: number;
  /** 1 + nuisance effects. */
  readonly size: number;
  /** Rows (1, X): rows × size. */
  readonly w: Float64Array;
  /** A of the rows, rows × periods. */
  readonly a: Float64Array;
  readonly d: Float64Array;
  /** What θ takes away from each row. */
  readonly direction: Float64Array;
  /** A L with L L' = covariance, rows × periods: the moments' errors are this times independent normals. */
  readonly factor: Float64Array;
  readonly periods: number;
}

/**
 * Rows that involve a period after treatment (all rows if there is one such period, as Rambachan & Roth do it).
 * Source: Rambachan & Roth (2023), section 3.2.
 */
export function momentsOf(
  { window: { pre, post }, weights, covariance }: Target,
  { a, d, rows: all }: Restriction,
): Moments {
  const periods = pre + post;
  const used = Array.from({ length: all }, (_, j) => j).filter((j) =>
    post === 1 || a.subarray(j * periods + pre, (j + 1) * periods).some((value) => value !== 0)
  );
  const rows = used.length;
  const lead = weights.reduce((k, value, t) => Math.abs(value) > Math.abs(weights[k]) ? t : k, 0);
  const chol = choleskyOf(covariance, periods);
  const factor = new Float64Array(rows * periods);
  const own = new Float64Array(rows * periods);
  const bounds = new Float64Array(rows);
  const direction = new Float64Array(rows);
  const w = new Float64Array(rows * post);
  used.forEach((j, r) => {
    const row = a.slice(j * periods, (j + 1) * periods);
    const errors = factor.subarray(r * periods, (r + 1) * periods);
    for (let t = 0; t < periods; t++) {
      for (let k = 0; k <= t; k++) errors[k] += row[t] * chol[t * periods + k];
    }
    const deviation = Math.hypot(...errors);
    for (let t = 0; t < periods; t++) {
      row[t] /= deviation;
      errors[t] /= deviation;
    }
    own.set(row, r * periods);
    bounds[r] = d[j] / deviation;
    // τ_lead = (θ − Σ other weights · τ) / weight: the other effects are nuisance.
    direction[r] = row[pre + lead] / weights[lead];
    w[r * post] = 1;
    let column = 1;
    for (let t = 0; t < post; t++) {
      if (t === lead) continue;
      w[r * post + column++] = row[pre + t] - direction[r] * weights[t];
    }
  });
  return { rows, size: post, w, a: own, d: bounds, direction, factor, periods };
}

/** L with L L' = matrix, lower triangular; n × n, row-major. */
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
