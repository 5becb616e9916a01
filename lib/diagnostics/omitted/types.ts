import type { Table } from "../../tables/table.ts";
import type { Benchmark, BenchmarkShare } from "./benchmarks.ts";
import type { Confounder } from "./formulas.ts";

export interface OmittedVariableOptions {
  /** The coefficient in doubt. */
  readonly term: string;
  /** Share of the estimate to be explained away. Default 1: all of it. */
  readonly q?: number;
  /** Level of the tests and intervals. Default: one less the estimate's confidence level. */
  readonly alpha?: number;
  /** Covariates, or groups of covariates, that a confounder is compared with. Default none. */
  readonly benchmarks?: readonly Benchmark[];
  /** How many times as strong with the treatment. Default [1]. */
  readonly kd?: readonly number[];
  /** How many times as strong with the outcome, one for each `kd`. Default: the same as `kd`. */
  readonly ky?: readonly number[];
  /**
   * "iid": the classical error, for which adjusted errors are exact (default). "own": the estimate's own error, scaled by the ratio
   * that is exact for the classical one, and its degrees of freedom; an approximation.
   */
  readonly standardError?: "iid" | "own";
}

/** The estimate that a regression with the confounder would give. */
export interface AdjustedEstimate extends Confounder {
  /** Size of the bias; taken towards zero (through zero, where it is larger than the estimate). */
  readonly bias: number;
  readonly estimate: number;
  /** Zero where the confounder explains all of the outcome. */
  readonly standardError: number;
  /** (estimate − (1 − q) × unadjusted) / standardError; null where the standard error is zero. */
  readonly statistic: number | null;
  readonly low: number;
  readonly high: number;
}

/** A benchmark's bound, or why there is none. */
export type OmittedBound =
  & {
    readonly label: string;
    readonly benchmark: BenchmarkShare;
    readonly kd: number;
    readonly ky: number;
  }
  & (
    | AdjustedEstimate & { readonly capped: boolean; readonly reason?: undefined }
    | { readonly reason: string }
  );

export interface OmittedVariable {
  readonly term: string;
  readonly estimate: number;
  /** Used for adjusted errors: see `errorType`. */
  readonly standardError: number;
  readonly errorType: "iid" | "own";
  /** Classical error, from the regression's geometry. */
  readonly iidError: number;
  /** The estimate's own error and what it is ("CR1 clustered by region (26)"). */
  readonly ownError: number;
  readonly ownErrorName: string;
  /** Of the regression: rows less regressors less fixed effects. */
  readonly degreesOfFreedom: number;
  /** R²_{Y~D|X}: what the treatment explains of the outcome, given covariates and fixed effects. */
  readonly partialR2: number;
  readonly q: number;
  readonly alpha: number;
  /** RV_q: with this much of both, a confounder explains the share q of the estimate. */
  readonly robustnessValue: number;
  /** RV_{q,α}: with this much of both, the share q is no longer significant. */
  readonly robustnessValueAlpha: number;
  /** What a confounder that explains all of the outcome would have to explain of the treatment (for q = 1: `partialR2`). */
  readonly extremeRobustness: number;
  readonly fixedEffects: readonly string[];
  readonly bounds: readonly OmittedBound[];
  /** What a confounder of any strength would do. */
  adjust(confounder: Confounder): AdjustedEstimate;
  toTable(): Table;
}
