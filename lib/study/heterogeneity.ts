import { balance, type BalanceRow } from "../diagnostics/balance.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { interactionEffect, type SplitEffect, splitEffect } from "../estimators/heterogeneity.ts";
import { attempt, type Outcome } from "../panel/outcome.ts";
import type { Panel } from "../panel/panel.ts";
import type { NamedColumn, StudyDesign } from "./design.ts";
import { baseOptions } from "./variants.ts";

/** How the effect differs by one characteristic, in both ways, or why that cannot be computed. */
export interface ModeratorStudy {
  readonly moderator: NamedColumn;
  /** Terms: the effect at the mean of the moderator, and its change per standard deviation. */
  readonly interaction: Outcome<Estimate>;
  readonly split: Outcome<SplitEffect>;
}

/** Interaction and split estimates for every moderator of the study. */
export function heterogeneityStudy(
  panel: Panel,
  design: StudyDesign,
  outcome: string,
): ModeratorStudy[] {
  const shared = { outcome, treatment: design.treatment.path, ...baseOptions(design) };
  return design.moderators.map((moderator) => {
    const options = { ...shared, moderator: moderator.column };
    return {
      moderator,
      interaction: attempt(() => interactionEffect(panel, options)),
      split: attempt(() => splitEffect(panel, options)),
    };
  });
}

/** Who was treated: characteristics of the treated and control group. Needs a group treatment. */
export function deploymentBalance(panel: Panel, design: StudyDesign): Outcome<BalanceRow[]> {
  const { treatment, moderators } = design;
  if (treatment.kind === "dose") {
    return {
      ok: false,
      reason: "A dose has no treated group: see the correlation of the dose instead",
    };
  }
  return attempt(() => balance(panel, treatment.group, moderators.map(({ column }) => column)));
}
