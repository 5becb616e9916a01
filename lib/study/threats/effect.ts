import {
  type TreatmentColumns,
  withoutAnticipation,
} from "../../diagnostics/placebos/treatment.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { eventStudy } from "../../estimators/event-study.ts";
import { averageEffect } from "../../estimators/linear.ts";
import { checkOneOf } from "../../estimators/options.ts";
import { twfe } from "../../estimators/twfe.ts";
import type { Panel } from "../../panel/panel.ts";
import type { StudyDesign } from "../design.ts";
import { baseOptions } from "../variants.ts";

/**
 * Which effect of a study is doubted: the two-way estimate (all periods after against all before), or the average of the
 * event study's effects (all periods after against the base period).
 */
export type EffectKind = "twoWay" | "sinceBase";

/** An effect of a study with what the threats need to ask for it again. */
export interface StudyEffect {
  readonly panel: Panel;
  readonly design: StudyDesign;
  readonly outcome: string;
  readonly kind: EffectKind;
  /** The effect on any panel with the study's columns; treatment `shift` units of time earlier than in the design. */
  readonly fit: (panel: Panel, shift?: number) => Estimate;
  /** The same for another outcome. */
  readonly fitFor: (outcome: string) => (panel: Panel) => Estimate;
  /** The effect when the last periods before treatment are no clean comparison. */
  readonly base: (panel: Panel, anticipation: number) => Estimate;
  /** Column whose exchange between units makes a placebo. */
  readonly permute: string;
  readonly columns: TreatmentColumns;
}

export interface StudyEffectOptions {
  /** Default: the study's main outcome. */
  readonly outcome?: string;
  /** Default "twoWay". */
  readonly effect?: EffectKind;
}

/** The effect that is to be doubted, ready for `timePlacebos` and its siblings. */
export function studyEffect(
  panel: Panel,
  design: StudyDesign,
  options: StudyEffectOptions = {},
): StudyEffect {
  const { outcome = design.outcomes[0].column, effect: kind = "twoWay" } = options;
  checkOneOf("effect", kind, ["twoWay", "sinceBase"]);
  const { treatment } = design;
  const exposure = treatment.kind === "group" ? treatment.group : treatment.exposure;
  const twoWay = (sample: Panel, column: string) =>
    twfe(sample, { outcome: column, treatment: treatment.path, ...baseOptions(design) });
  const since = (sample: Panel, column: string, base: number, from: number) =>
    averageEffect(
      eventStudy(sample, {
        outcome: column,
        exposure,
        reference: base,
        ...baseOptions(design),
      }),
      (time) => time >= from,
      `average from ${from}`,
    );
  const { basePeriod, treatedFrom } = design;
  const columns = { path: treatment.path };
  const fitAt = (column: string, sample: Panel, shift: number) =>
    kind === "twoWay"
      ? twoWay(sample, column)
      : since(sample, column, basePeriod - shift, treatedFrom - shift);
  return {
    panel,
    design,
    outcome,
    kind,
    columns,
    permute: kind === "twoWay" ? treatment.path : exposure,
    fit: (sample, shift = 0) => fitAt(outcome, sample, shift),
    fitFor: (column) => (sample) => fitAt(column, sample, 0),
    base: (sample, periods) => {
      if (kind === "sinceBase") {
        return since(sample, outcome, basePeriod - periods, treatedFrom);
      }
      return twoWay(withoutAnticipation(sample, columns, periods), outcome);
    },
  };
}
