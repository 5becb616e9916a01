import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { callawaySantAnna } from "../../estimators/callaway-santanna.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { imputation } from "../../estimators/imputation.ts";
import { sunAbraham } from "../../estimators/sun-abraham.ts";
import { formatNumber } from "../../tables/format.ts";
import { twfeWeights } from "../twfe-weights.ts";
import type { ComparisonSpec } from "./estimators.ts";

/** One source of disagreement, with its size where it can be computed. */
export interface Reason {
  readonly reason: "weights" | "control group" | "base period" | "none";
  readonly between: string;
  /** First less second, both averaged over treated rows; null where one of the two cannot be computed. */
  readonly difference: number | null;
  readonly explanation: string;
}

/** Sources of disagreement on the simple average over treated rows, each between two estimators that differ in it alone. */
export function computedReasons(panel: Panel, spec: ComparisonSpec): Reason[] {
  const { outcome, cohort } = spec;
  const options = { outcome, cohort };
  const groupTime = (controlGroup: "never" | "notYet") =>
    attempt(() =>
      callawaySantAnna(panel, { ...options, controlGroup, method: "reg" }).aggregate("simple")
    );
  const [never, notYet] = [groupTime("never"), groupTime("notYet")];
  const imputed = attempt(() => imputation(panel, options));
  const interacted = attempt(() => sunAbraham(panel, options));
  return [
    weightsReason(panel, spec, imputed),
    {
      reason: "base period",
      between: "Imputation – Callaway–Sant'Anna",
      difference: gap(imputed, notYet),
      explanation:
        "imputation measures change against all periods before treatment, group-time effects against the last one",
    },
    {
      reason: "control group",
      between: "Callaway–Sant'Anna: never – not yet treated",
      difference: gap(never, notYet),
      explanation: never === null
        ? "nobody is never treated: only cohorts treated later can be compared with"
        : "cohorts treated later stand in the comparison until their own treatment, or not at all",
    },
    {
      reason: "none",
      between: "Sun–Abraham – Callaway–Sant'Anna (never treated)",
      difference: gap(interacted, never),
      explanation:
        "the same comparisons, written as a regression: equal in a balanced panel without covariates",
    },
  ];
}

function weightsReason(panel: Panel, spec: ComparisonSpec, imputed: Estimate | null): Reason {
  const between = "Two-way fixed effects – Imputation";
  if (imputed === null) {
    return { reason: "weights", between, difference: null, explanation: "cannot be computed" };
  }
  // The same rows for both, so that nothing but the weights differs.
  const { estimate, cells, negative, negativeCells } = twfeWeights(imputed.panel ?? panel, {
    outcome: spec.outcome,
    cohort: spec.cohort,
  });
  const value = imputed.term("overall").estimate;
  return {
    reason: "weights",
    between,
    difference: estimate - value,
    explanation:
      `the same cell effects averaged with other weights: ${negativeCells} of ${cells.length} cells count ` +
      `negatively (${formatNumber(negative, 3)} in all)`,
  };
}

function gap(a: Estimate | null, b: Estimate | null): number | null {
  if (a === null || b === null) return null;
  return differenceOf(a.term("overall").estimate, b.term("overall").estimate);
}

/** a − b; exactly 0 where the two are equal but for rounding (1e-10 of the larger). */
export function differenceOf(a: number, b: number): number {
  const difference = a - b;
  return Math.abs(difference) <= 1e-10 * Math.max(Math.abs(a), Math.abs(b)) ? 0 : difference;
}

function attempt(fit: () => Estimate): Estimate | null {
  try {
    return fit();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}
