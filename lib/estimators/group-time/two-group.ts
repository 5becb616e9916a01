import { orthogonalise } from "../../regression/orthogonal.ts";
import { invertSymmetric, logit, type LogitFit, weightedCross } from "./logit.ts";

/** How covariates enter a comparison: doubly robust, inverse probability weighting, outcome regression. */
export type CovariateMethod = "dr" | "ipw" | "reg";

/** A comparison of a treated group with its controls. */
export interface Comparison {
  /** Names of the covariates, for messages. */
  readonly names: readonly string[];
  /** Covariates without the intercept: n values each. */
  readonly covariates: readonly Float64Array[];
  readonly treated: Uint8Array;
  /** null for one each. */
  readonly weights: Float64Array | null;
}

/** The effect and what each row contributed to its error: Σ of squares over independent rows is the variance. */
export interface ComparisonResult {
  readonly effect: number;
  readonly influence: Float64Array;
  readonly notes: readonly string[];
}

/** Why a comparison cannot be made. */
export interface Refusal {
  readonly reason: string;
}

/** Controls more likely treated than this are left out of the weights (R's DRDID uses the same). */
const TRIM = 0.995;
const CERTAIN = 1 - 1e-6;

export function isRefusal(result: object): result is Refusal {
  return "reason" in result;
}

/**
 * ATT from changes of the outcome of two groups (panel data).
 *
 * dr: doubly robust, Sant'Anna & Zhao (2020) eq. 2.6 with logit and least squares; ipw: Hájek-type weights,
 * Abadie (2005); reg: outcome regression, Heckman, Ichimura & Todd (1997). The three agree without covariates.
 *
 * @param change post minus pre outcome, one value per unit.
 * @param memo keeps the last propensity: cells of one cohort often share it.
 */
export function panelEffect(
  change: Float64Array,
  comparison: Comparison,
  method: CovariateMethod,
  memo: PropensityMemo = { last: null },
): ComparisonResult | Refusal {
  if (comparison.covariates.length === 0) return meansEffect(change, comparison);
  const design = designOf(comparison);
  if (isRefusal(design)) return design;
  const { treated, weights } = comparison;
  const n = treated.length;
  const w = (i: number) => weights === null ? 1 : weights[i];

  const regression = method === "ipw"
    ? null
    : controlRegression(change, design.columns, (i) => treated[i] === 1 ? 0 : w(i), design.names);
  if (regression !== null && isRefusal(regression)) return regression;
  const propensity = method === "reg"
    ? null
    : rememberedPropensity(design.columns, comparison, memo);
  if (propensity !== null && isRefusal(propensity)) return propensity;

  const rest = regression === null ? change : regression.residuals;
  const odds = propensity === null ? null : propensity.odds;
  const mean = groupMeans(rest, treated, w, odds);
  const influence = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (treated[i] === 1) influence[i] = w(i) * (rest[i] - mean.treated) / mean.treatedWeight;
    else if (odds !== null) {
      influence[i] = -w(i) * odds[i] * (rest[i] - mean.control) / mean.controlWeight;
    }
  }
  if (propensity !== null) {
    const slope = sums(
      design.columns,
      (i) =>
        treated[i] === 1 ? 0 : w(i) * propensity.odds[i] * (rest[i] - mean.control) /
          mean.controlWeight,
    );
    addScores(
      influence,
      design.columns,
      times(propensity.fit.inverseInformation, slope),
      (i) => -w(i) * (treated[i] - propensity.fit.probability[i]),
    );
  }
  if (regression !== null) {
    const shift = sums(
      design.columns,
      (i) =>
        treated[i] === 1
          ? w(i) / mean.treatedWeight
          : odds === null
          ? 0
          : -w(i) * odds[i] / mean.controlWeight,
    );
    addScores(
      influence,
      design.columns,
      times(regression.inverse, shift),
      (i) => treated[i] === 1 ? 0 : -w(i) * rest[i],
    );
  }
  return {
    effect: mean.treated - (odds === null ? 0 : mean.control),
    influence,
    notes: [...design.notes, ...(propensity?.notes ?? [])],
  };
}

/** Without covariates: the difference in (weighted) means. */
function meansEffect(
  change: Float64Array,
  { treated, weights }: Comparison,
): ComparisonResult {
  const size = [0, 0];
  const total = [0, 0];
  for (let i = 0; i < change.length; i++) {
    const w = weights === null ? 1 : weights[i];
    total[treated[i]] += w * change[i];
    size[treated[i]] += w;
  }
  const bottom = total[0] / size[0];
  const top = total[1] / size[1];
  const influence = new Float64Array(change.length);
  for (let i = 0; i < change.length; i++) {
    const w = weights === null ? 1 : weights[i];
    influence[i] = treated[i] === 1
      ? w * (change[i] - top) / size[1]
      : -w * (change[i] - bottom) / size[0];
  }
  return { effect: top - bottom, influence, notes: [] };
}

/** Columns of a comparison's regressions: an orthonormal basis of the intercept and the covariates. */
export interface ComparisonDesign {
  readonly columns: readonly Float64Array[];
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** An orthonormal basis of the covariates over all rows; columns that repeat others are left out by name. */
export function designOf({ names, covariates, treated }: Comparison): ComparisonDesign | Refusal {
  const n = treated.length;
  const all = ["intercept", ...names];
  const columns = [new Float64Array(n).fill(1), ...covariates.map((column) => column.slice())];
  const sizes = columns.map((column) => norm(column));
  const { kept, q, dropped } = orthogonalise(all, columns, sizes, null);
  // Columns of unit mean square keep the logit's coefficients of ordinary size.
  const scale = Math.sqrt(n);
  for (const column of q) for (let i = 0; i < n; i++) column[i] *= scale;
  return {
    columns: q,
    names: kept.map((j) => all[j]),
    notes: dropped.map(({ name, reason }) => `${name} left out here: ${reason}`),
  };
}

function norm(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i] * column[i];
  return Math.sqrt(sum);
}

/** Least squares on the rows with a weight, with residuals for all rows. */
export interface SideRegression {
  readonly residuals: Float64Array;
  /** (Σ w x x')⁻¹, k × k. */
  readonly inverse: Float64Array;
  readonly coefficients: Float64Array;
}

/** Regresses on the rows whose weight is above zero; refuses when these cannot tell the covariates apart. */
export function controlRegression(
  outcome: Float64Array,
  columns: readonly Float64Array[],
  weight: (i: number) => number,
  names: readonly string[],
  who = "the controls",
): SideRegression | Refusal {
  const inverse = invertSymmetric(weightedCross(columns, weight), columns.length);
  if (inverse === null) {
    return {
      reason: `${who} cannot tell the covariates apart (${
        names.join(", ")
      }): too few, or collinear`,
    };
  }
  const cross = sums(columns, (i) => weight(i) * outcome[i]);
  const coefficients = times(inverse, cross);
  const residuals = outcome.slice();
  subtractFitted(residuals, columns, coefficients);
  // One step of refinement brings the normal equations to the accuracy of an orthogonal factorisation.
  const correction = times(inverse, sums(columns, (i) => weight(i) * residuals[i]));
  subtractFitted(residuals, columns, correction);
  for (let j = 0; j < coefficients.length; j++) coefficients[j] += correction[j];
  return { residuals, inverse, coefficients };
}

function subtractFitted(
  residuals: Float64Array,
  columns: readonly Float64Array[],
  coefficients: Float64Array,
): void {
  columns.forEach((column, j) => {
    const b = coefficients[j];
    for (let i = 0; i < residuals.length; i++) residuals[i] -= b * column[i];
  });
}

/** Propensity scores with the odds that weight the controls (0 where trimmed). */
export interface Propensity {
  readonly fit: LogitFit;
  readonly odds: Float64Array;
  readonly notes: readonly string[];
}

/** The last propensity that was fitted, with what it was fitted to. */
export interface PropensityMemo {
  last: {
    readonly columns: readonly Float64Array[];
    readonly comparison: Comparison;
    readonly propensity: Propensity | Refusal;
  } | null;
}

/** Fits the propensity unless the last one was fitted to the same numbers. */
function rememberedPropensity(
  columns: readonly Float64Array[],
  comparison: Comparison,
  memo: PropensityMemo,
): Propensity | Refusal {
  const { last } = memo;
  const same = last !== null && sameNumbers(last.comparison.treated, comparison.treated) &&
    sameWeights(last.comparison.weights, comparison.weights) &&
    last.columns.length === columns.length &&
    columns.every((column, j) => sameNumbers(column, last.columns[j]));
  if (same) return last.propensity;
  const propensity = propensityOf(columns, comparison);
  memo.last = { columns, comparison, propensity };
  return propensity;
}

function sameWeights(a: Float64Array | null, b: Float64Array | null): boolean {
  return a === null || b === null ? a === b : sameNumbers(a, b);
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function propensityOf(
  columns: readonly Float64Array[],
  { treated, weights, names }: Comparison,
): Propensity | Refusal {
  const fit = logit(columns, treated, weights);
  if (fit === null) {
    return {
      reason: `no overlap: ${names.join(", ")} separate the treated from the controls completely`,
    };
  }
  const odds = new Float64Array(treated.length);
  let [trimmed, controls, highest] = [0, 0, 0];
  for (let i = 0; i < odds.length; i++) {
    const p = Math.min(fit.probability[i], CERTAIN);
    highest = Math.max(highest, p);
    if (treated[i] === 1) continue;
    controls++;
    if (p < TRIM) odds[i] = p / (1 - p);
    else trimmed++;
  }
  if (trimmed === controls) {
    return { reason: `no overlap: every control has a propensity of ${TRIM} or more` };
  }
  const notes = trimmed > 0
    ? [
      `overlap: ${trimmed} of ${controls} controls with a propensity of ${TRIM} or more are trimmed`,
    ]
    : highest > 0.99
    ? [`overlap is thin: the largest propensity is ${highest.toFixed(4)}`]
    : [];
  return { fit, odds, notes };
}

function groupMeans(
  values: Float64Array,
  treated: Uint8Array,
  w: (i: number) => number,
  odds: Float64Array | null,
) {
  let [top, bottom, treatedWeight, controlWeight] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (treated[i] === 1) {
      top += w(i) * values[i];
      treatedWeight += w(i);
    } else if (odds !== null) {
      bottom += w(i) * odds[i] * values[i];
      controlWeight += w(i) * odds[i];
    }
  }
  return {
    treated: top / treatedWeight,
    control: controlWeight === 0 ? 0 : bottom / controlWeight,
    treatedWeight,
    controlWeight,
  };
}

/** Σ value(i) x (k values). */
export function sums(
  columns: readonly Float64Array[],
  value: (i: number) => number,
): Float64Array {
  const out = new Float64Array(columns.length);
  const n = columns.length === 0 ? 0 : columns[0].length;
  for (let i = 0; i < n; i++) {
    const v = value(i);
    if (v !== 0) { for (let j = 0; j < out.length; j++) out[j] += v * columns[j][i]; }
  }
  return out;
}

/** M v for a square row-major M. */
export function times(matrix: Float64Array, v: Float64Array): Float64Array {
  const size = v.length;
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i] += matrix[i * size + j] * v[j];
  }
  return out;
}

/** influence += value(i) · x'direction. */
export function addScores(
  influence: Float64Array,
  columns: readonly Float64Array[],
  direction: Float64Array,
  value: (i: number) => number,
): void {
  for (let i = 0; i < influence.length; i++) {
    const v = value(i);
    if (v === 0) continue;
    let product = 0;
    for (let j = 0; j < direction.length; j++) product += direction[j] * columns[j][i];
    influence[i] += v * product;
  }
}
