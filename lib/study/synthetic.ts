import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { type DonorLeaveOut, leaveOutDonors } from "../diagnostics/leave-out-donors.ts";
import type { SyntheticMethod } from "../estimators/synthetic/block.ts";
import type { SyntheticEstimate } from "../estimators/synthetic/synthetic-estimate.ts";
import { syntheticDid } from "../estimators/synthetic-did.ts";
import { type SyntheticPlaceboTest, syntheticPlaceboTest } from "../inference/synthetic-placebo.ts";
import type { StudyDesign } from "./design.ts";

/** A study's treated units beside a synthetic comparison: the estimate and what is to be doubted about it. */
export interface SyntheticStudy {
  readonly outcome: string;
  readonly method: SyntheticMethod;
  /** Errors from placebos. */
  readonly estimate: SyntheticEstimate;
  readonly placebo: SyntheticPlaceboTest;
  readonly leaveOut: DonorLeaveOut;
}

export interface SyntheticStudyOptions {
  /** Column of the outcome. Default: the study's main one. */
  readonly outcome?: string;
  /** Default "sdid". */
  readonly method?: SyntheticMethod;
  /** Placebo assignments; all of them are taken where there are no more than this. Default 1000. */
  readonly draws?: number;
  /** A whole number from 0 to 2³² − 1; needed unless all assignments are taken. */
  readonly seed?: number;
}

/**
 * Synthetic comparison of a study's treated group, unweighted and without covariates, with placebo inference.
 *
 * @throws InputError when treatment is a dose.
 */
export function syntheticStudy(
  panel: Panel,
  design: StudyDesign,
  options: SyntheticStudyOptions = {},
): SyntheticStudy {
  const { treatment } = design;
  if (treatment.kind !== "group") {
    throw new InputError({
      problem:
        "A synthetic comparison needs units that are treated or not, and here treatment is a dose",
      column: treatment.path,
      remedy: 'choose a treatment of kind "threshold" or "leading"',
    });
  }
  const outcome = options.outcome ?? design.outcomes[0].column;
  const method = options.method ?? "sdid";
  const chosen = { outcome, treatment: treatment.path, method };
  const drawing = { draws: options.draws ?? 1000, seed: options.seed };
  return {
    outcome,
    method,
    estimate: syntheticDid(panel, { ...chosen, ...drawing, inference: "placebo" }),
    placebo: syntheticPlaceboTest(panel, { ...chosen, ...drawing }),
    leaveOut: leaveOutDonors(panel, chosen),
  };
}
