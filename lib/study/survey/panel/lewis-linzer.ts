import type { Estimate } from "../../../estimators/estimate.ts";
import { InputError } from "../../../panel/errors.ts";
import type { Panel } from "../../../panel/panel.ts";
import { absorber } from "../../../regression/absorb.ts";
import type { LeastSquaresFit } from "../../../regression/least-squares.ts";

/** Weights for a regression whose outcome is an estimate. */
export interface LewisLinzer {
  /** The rows of the regression with the column of weights. */
  readonly panel: Panel;
  /** Name of that column. */
  readonly weights: string;
  /** Variance of the outcome that is not sampling error. */
  readonly modelVariance: number;
  /** Mean of the sampling variances. */
  readonly samplingVariance: number;
  /** What a reader has to know: the estimate was negative and set to zero. */
  readonly notes: readonly string[];
}

/**
 * Lewis and Linzer's feasible weights 1/(σ̂² + ω_i²), where ω_i is the known standard error of cell i and
 * σ̂² = (Σ v̂_i² − Σ ω_i² + tr((X'X)⁻¹X'GX))/(N − k), G = diag(ω²), from the residuals v̂ of an unweighted regression. The trace
 * is Σ h_i ω_i² with the leverages h of the whole regression, fixed effects included.
 *
 * Weighting by 1/ω_i² alone, or by the number of answers, is right only when sampling is all the noise there is; with
 * regions that differ for other reasons it can be worse than no weights.
 *
 * @param estimate an unweighted two-way regression on the survey panel.
 * @param standardError column of ω. Default: the outcome's name with `_se`.
 * Source: Lewis & Linzer (2005), Political Analysis 13(4), p. 352 (known-variance FGLS); a negative σ̂² is set to zero, as they do.
 */
export function lewisLinzerWeights(estimate: Estimate, standardError?: string): LewisLinzer {
  const { regression, design } = estimate;
  if (regression === undefined || regression.fit.weights !== null) {
    throw new InputError({
      problem: regression === undefined
        ? `${design.estimator} is not a single regression`
        : "The regression is weighted already",
      remedy: "start from an unweighted twfe(…) or eventStudy(…)",
    });
  }
  const { fit, panel } = regression;
  const column = standardError ?? `${design.outcome}_se`;
  const variances = panel.numeric(column).map((error) => error * error);
  const unknown = [...variances.keys()].filter((i) => !(variances[i] >= 0));
  if (unknown.length > 0) {
    throw new InputError({
      problem: "Rows have no standard error of the outcome",
      column,
      rows: panel.describeRows(unknown),
      remedy: "make the panel from survey estimates (surveyPanel), or leave these rows out",
    });
  }
  const leverage = leverages(fit);
  const parameters = fit.effectParameters + fit.names.length;
  const raw = (fit.squaredResiduals -
    variances.reduce((sum, variance, i) => sum + (1 - leverage[i]) * variance, 0)) /
    (fit.rows - parameters);
  const modelVariance = Math.max(raw, 0);
  const zero = modelVariance === 0 && variances.some((variance) => variance === 0);
  if (zero) {
    throw new InputError({
      problem:
        "A cell has no sampling error and the model leaves no variance: its weight would be infinite",
      column,
      remedy: "leave the cell out, or use no weights",
    });
  }
  const weights = `${design.outcome}_lewis_linzer`;
  return {
    panel: panel.with(weights, variances.map((variance) => 1 / (modelVariance + variance))),
    weights,
    modelVariance,
    samplingVariance: variances.reduce((sum, variance) => sum + variance, 0) / variances.length,
    notes: raw < 0
      ? [`the variance beyond sampling came out negative (${raw}) and is taken as zero`]
      : [],
  };
}

/** Diagonal of the hat matrix of regressors and fixed effects. */
export function leverages(fit: LeastSquaresFit): Float64Array {
  const absorb = absorber(fit.effects, fit.weights);
  const leverage = new Float64Array(fit.rows);
  const one = new Float64Array(fit.rows);
  for (let i = 0; i < fit.rows; i++) {
    one[i] = 1;
    leverage[i] = 1 - absorb.residualise(one)[i];
    one[i] = 0;
    for (const column of fit.q) leverage[i] += column[i] * column[i];
  }
  return leverage;
}
