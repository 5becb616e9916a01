import {
  type FunctionalForm,
  functionalForm,
  type ScaleName,
} from "../../diagnostics/functional-form.ts";
import { eventStudy } from "../../estimators/event-study.ts";
import { baseOptions } from "../variants.ts";
import type { StudyEffect } from "./effect.ts";

/** The doubted effect on several scales of a share, with its pre-trends on each. */
export function scales(
  { panel, design, outcome, fit }: StudyEffect,
  { shareOf = 100, names }: { readonly shareOf?: number; readonly names?: readonly ScaleName[] } =
    {},
): FunctionalForm {
  const { treatment, basePeriod, treatedFrom } = design;
  return functionalForm(panel, {
    outcome,
    shareOf,
    treatedFrom,
    fit: (sample) => fit(sample),
    events: (sample) =>
      eventStudy(sample, {
        outcome,
        exposure: treatment.kind === "group" ? treatment.group : treatment.exposure,
        reference: basePeriod,
        ...baseOptions(design),
      }),
    ...(treatment.kind === "group" ? { treated: treatment.path } : {}),
    ...(names === undefined ? {} : { scales: names }),
  });
}
