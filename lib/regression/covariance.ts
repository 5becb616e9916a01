import { type Coding, crossCoding } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import { fromEigen, symmetricEigen } from "./eigen.ts";
import type { LeastSquaresFit } from "./least-squares.ts";
import { describeRule, type SmallSampleRule } from "./small-sample.ts";

export type CovarianceType = "iid" | "HC1" | "CR1";

/** A covariance of the coefficients with everything that defines it. */
export interface Covariance {
  /** K × K, row-major. */
  readonly matrix: Float64Array;
  readonly type: CovarianceType;
  /** Cluster dimensions and their counts; empty unless clustered. */
  readonly clusters: readonly { readonly name: string; readonly count: number }[];
  /** The small-sample rule in words. */
  readonly smallSample: string;
  /** K of the rule: parameters counted. */
  readonly parameters: number;
  /** Degrees of freedom of t statistics. */
  readonly degreesOfFreedom: number;
  /** What was done when a multi-way covariance was not positive semidefinite; null when it was. */
  readonly repair: string | null;
}

/** Eigenvalues this close to zero, relative to the largest, are rounding error and need no repair. */
const EIGENVALUE_ROUNDING = 1e-14;

/**
 * Covariance of a fitted regression: classical, heteroskedasticity-robust (White 1980; HC1), or clustered in
 * one or more dimensions (Liang & Zeger 1986; Cameron, Gelbach & Miller 2011, eq. 2.11).
 *
 * @param clusters one coding per dimension, over the fit's rows; needed for CR1 and ignored otherwise.
 */
export function covariance(
  fit: LeastSquaresFit,
  type: CovarianceType,
  clusters: readonly Coding[],
  rule: SmallSampleRule,
): Covariance {
  const clustered = type === "CR1";
  const dimensions = clustered ? clusters : [];
  const parameters = countParameters(fit, dimensions, rule);
  const left = fit.rows - parameters;
  if (left <= 0) {
    throw new InputError({
      problem:
        `The regression has ${fit.rows} rows for ${parameters} parameters, so no variance can be computed`,
      remedy: "use more rows, or fewer covariates and fixed effects",
    });
  }
  const counts = dimensions.map(({ name, levels }) => ({ name, count: levels.length }));
  const smallest = Math.min(...counts.map(({ count }) => count));
  const matrix = sandwich(fit, meat(fit, type, dimensions, rule, left));
  requireVariance(fit, matrix, dimensions);
  const repair = dimensions.length > 1 ? repairNegative(matrix, fit.q.length) : null;
  return {
    matrix,
    type,
    clusters: counts,
    smallSample: describeRule(rule, clustered),
    parameters,
    degreesOfFreedom: clustered && rule.degreesOfFreedom === "min" ? smallest - 1 : left,
    repair,
  };
}

/** A variance this much smaller than the classical one is rounding error about zero. */
const NUMERICALLY_ZERO = 1e-18;
/** Residuals this small beside the outcome's own digits (squared) are what rounding leaves of a perfect fit; sums of them, of zero. */
const ROUNDING = 1e-30;

/**
 * Refuses a variance that is zero by construction: scores that sum to zero in every cluster.
 *
 * @param clusters what the scores were summed by; empty where rows count one by one.
 * @param zero how small beside the classical variance is rounding: larger where products of scores are summed in place of scores.
 */
export function requireVariance(
  fit: LeastSquaresFit,
  matrix: Float64Array,
  clusters: readonly { readonly name: string }[],
  zero = NUMERICALLY_ZERO,
): void {
  const size = fit.q.length;
  const classical = sandwich(fit, scaledIdentity(size, fit.squaredResiduals / fit.rows));
  const perfect = fit.squaredResiduals <=
    Math.max(NUMERICALLY_ZERO * fit.squaredOutcome, ROUNDING * fit.squaredLevels);
  // What rounding of the outcome leaves of a zero grows as residuals get small beside its level.
  const vanishing = Math.max(zero, ROUNDING * fit.squaredLevels / fit.squaredResiduals);
  for (let k = 0; k < size; k++) {
    const variance = Math.abs(matrix[k * size + k]);
    if (!perfect && variance > vanishing * classical[k * size + k]) continue;
    throw new InputError({
      problem: perfect
        ? "The standard errors cannot be computed: the regression fits perfectly"
        : `The standard error of "${
          fit.names[k]
        }" cannot be computed: its scores sum to zero in every cluster`,
      column: clusters.length === 0 ? undefined : clusters.map(({ name }) => name).join(", "),
      remedy: perfect
        ? "use more observations than parameters, or an outcome that varies"
        : "cluster by a grouping that does not determine the regressor (the unit, say)",
    });
  }
}

/** The middle of the sandwich in the coordinates of Q (K × K), small-sample factors included. */
function meat(
  fit: LeastSquaresFit,
  type: CovarianceType,
  clusters: readonly Coding[],
  rule: SmallSampleRule,
  left: number,
): Float64Array {
  const n = fit.rows;
  if (type === "iid") {
    return scaledIdentity(fit.q.length, fit.squaredResiduals / (rule.parameters ? left : n - 1));
  }
  if (type === "HC1") return scaled(rowMeat(fit), rule.parameters ? n / left : 1);
  requireClusters(clusters);
  return scaled(multiwayMeat(fit, clusters, rule), rule.parameters ? (n - 1) / left : 1);
}

/** K: coefficients plus the fixed effects that the rule counts. */
export function countParameters(
  fit: LeastSquaresFit,
  clusters: readonly Coding[],
  rule: SmallSampleRule,
): number {
  const coefficients = fit.q.length;
  if (rule.fixedEffects === "none" || fit.effects.length === 0) return coefficients;
  const all = coefficients + fit.effectParameters;
  if (rule.fixedEffects === "full") return all;
  const nested = fit.effects.filter((effect) =>
    clusters.some((cluster) => isNested(effect, cluster))
  );
  return all - nested.reduce((sum, effect) => sum + effect.levels - 1, 0);
}

/** True when every level of the effect lies within one cluster. */
export function isNested(
  effect: { readonly codes: Int32Array; readonly levels: number },
  cluster: Coding,
): boolean {
  const home = new Int32Array(effect.levels).fill(-1);
  for (let i = 0; i < effect.codes.length; i++) {
    const level = effect.codes[i];
    if (home[level] === -1) home[level] = cluster.codes[i];
    else if (home[level] !== cluster.codes[i]) return false;
  }
  return true;
}

function requireClusters(clusters: readonly Coding[]): void {
  if (clusters.length === 0) {
    throw new InputError({
      problem: "A clustered covariance needs a cluster column",
      column: "cluster",
      remedy: 'pass cluster: "…", or covariance: "HC1"',
    });
  }
  for (const { name, levels } of clusters) {
    if (levels.length > 1) continue;
    throw new InputError({
      problem: "There is only one cluster, so a clustered variance cannot be computed",
      column: name,
      value: levels[0],
      remedy: "cluster by a column with at least two groups",
    });
  }
}

/** Sums of Q's scores by cluster: G × K, row-major. */
export function clusterScores(
  fit: LeastSquaresFit,
  codes: Int32Array,
  groups: number,
): Float64Array {
  const size = fit.q.length;
  const { residuals, weights } = fit;
  const sums = new Float64Array(groups * size);
  for (let k = 0; k < size; k++) {
    const q = fit.q[k];
    if (weights === null) {
      for (let i = 0; i < q.length; i++) sums[codes[i] * size + k] += q[i] * residuals[i];
    } else {for (let i = 0; i < q.length; i++) {
        sums[codes[i] * size + k] += weights[i] * q[i] * residuals[i];
      }}
  }
  return sums;
}

function rowMeat(fit: LeastSquaresFit): Float64Array {
  const rows = Int32Array.from({ length: fit.rows }, (_, i) => i);
  return crossProduct(clusterScores(fit, rows, fit.rows), fit.q.length);
}

/** Σ over subsets of dimensions of ±(scores' scores): plus for odd, minus for even. */
function multiwayMeat(
  fit: LeastSquaresFit,
  clusters: readonly Coding[],
  rule: SmallSampleRule,
): Float64Array {
  const size = fit.q.length;
  const total = new Float64Array(size * size);
  const smallest = Math.min(...clusters.map(({ levels }) => levels.length));
  for (const subset of nonEmptySubsets(clusters)) {
    const { codes, levels } = subset.reduce(crossCoding);
    const groups = rule.clusterCount === "min" ? smallest : levels.length;
    const sign = subset.length % 2 === 1 ? 1 : -1;
    const factor = rule.clusters ? groups / (groups - 1) : 1;
    const part = crossProduct(clusterScores(fit, codes, levels.length), size);
    for (let i = 0; i < total.length; i++) total[i] += sign * factor * part[i];
  }
  return total;
}

function nonEmptySubsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]])
    .slice(1);
}

/** S'S for S with `size` columns, row-major. */
function crossProduct(rows: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let start = 0; start < rows.length; start += size) {
    for (let a = 0; a < size; a++) {
      const value = rows[start + a];
      for (let b = 0; b <= a; b++) out[a * size + b] += value * rows[start + b];
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) out[b * size + a] = out[a * size + b];
  return out;
}

function scaledIdentity(size: number, value: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let k = 0; k < size; k++) out[k * size + k] = value;
  return out;
}

function scaled(matrix: Float64Array, factor: number): Float64Array {
  return matrix.map((value) => value * factor);
}

/** R⁻¹ M R⁻ᵀ, symmetric to the last digit. */
export function sandwich(fit: LeastSquaresFit, inner: Float64Array): Float64Array {
  const size = fit.q.length;
  const left = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += fit.inverseR[i * size + k] * inner[k * size + j];
      left[i * size + j] = sum;
    }
  }
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = j; k < size; k++) sum += left[i * size + k] * fit.inverseR[j * size + k];
      out[i * size + j] = out[j * size + i] = sum;
    }
  }
  return out;
}

/**
 * Sets negative eigenvalues to zero, in place (Cameron, Gelbach & Miller 2011, section 2.3); says what it
 * did, or null when nothing was needed. fixest does the same but for a floor of 1e-10.
 */
export function repairNegative(matrix: Float64Array, size: number): string | null {
  const eigen = symmetricEigen(matrix, size);
  const lowest = Math.min(...eigen.values);
  if (lowest >= -EIGENVALUE_ROUNDING * Math.max(...eigen.values)) return null;
  matrix.set(fromEigen(eigen, (value) => Math.max(value, 0)));
  const count = eigen.values.filter((value) => value < 0).length;
  return `${count} of ${size} eigenvalues of the covariance were negative and are set to zero ` +
    `(lowest ${lowest.toExponential(2)}; Cameron, Gelbach & Miller 2011)`;
}
