import { twfe } from "../estimators/twfe.ts";
import type { Estimate } from "../estimators/estimate.ts";
import type { RegressionOptions } from "../estimators/options.ts";
import { attempt, type Outcome } from "../panel/outcome.ts";
import type { Panel } from "../panel/panel.ts";
import type { StudyDesign } from "./design.ts";

/** One way to run the main regression. */
export interface Variant {
  readonly label: string;
  /** What it asks the reader to believe. */
  readonly assumes: string;
  readonly sample?: (panel: Panel) => Panel;
  readonly options?: Partial<RegressionOptions>;
}

export interface VariantResult {
  readonly variant: Variant;
  readonly outcome: string;
  readonly result: Outcome<Estimate>;
}

/** The options of a study's own regression. */
export function baseOptions(design: StudyDesign): Omit<RegressionOptions, "outcome"> {
  return {
    covariates: design.covariates,
    covariatesByTime: design.covariatesByTime,
    cluster: design.cluster,
    ...(design.weights === null ? {} : { weights: design.weights }),
  };
}

/** The ways in which every study runs its main regression; those that do not apply are left out. */
export function standardVariants(panel: Panel, design: StudyDesign): Variant[] {
  const { questionedTimes, questionedUnits, alternativeWeights, alternativeControls } = design;
  const recent = design.basePeriod - 2;
  const without = (units: readonly unknown[]) =>
    units.map((unit) => design.unitLabels[String(unit)] ?? unit).join(", ");
  return [
    {
      label: "Baseline",
      assumes: "both groups would have moved in parallel over the whole window",
    },
    ...(alternativeWeights === null ? [] : [{
      label: `Weighted by ${alternativeWeights.label}`,
      assumes: "the effect on the average person, not the average unit, is wanted",
      options: { weights: alternativeWeights.column },
    }]),
    ...(alternativeControls.length === 0 ? [] : [{
      label: "With baseline controls × period",
      assumes: "paths are parallel among units with the same baseline",
      options: { covariatesByTime: [...design.covariatesByTime, ...alternativeControls] },
    }]),
    ...(questionedTimes.length === 0 ? [] : [{
      label: `Without ${questionedTimes.join(", ")}`,
      assumes: "those periods are too unlike the others to be used",
      sample: (whole: Panel) =>
        whole.where(
          `without ${questionedTimes.join(", ")}`,
          (row) => !questionedTimes.includes(row.time),
        ),
    }]),
    ...(questionedUnits.length === 0 ? [] : [{
      label: `Without ${without(questionedUnits)}`,
      assumes: "those units are no control for the others",
      sample: (whole: Panel) =>
        whole.where(
          `without ${without(questionedUnits)}`,
          (row) => !questionedUnits.includes(row.unit),
        ),
    }]),
    ...(recent > panel.times[0]
      ? [{
        label: `From ${recent} on`,
        assumes: "paths were parallel just before treatment, whatever they were earlier",
        sample: (whole: Panel) => whole.where(`from ${recent} on`, (row) => row.time >= recent),
      }]
      : []),
    {
      label: "With a linear trend per unit",
      assumes: "each unit's earlier trend would have gone on as a straight line",
      options: { trends: "unit" as const },
    },
  ];
}

/** Runs the main regression for one outcome in every variant. */
export function runVariants(
  panel: Panel,
  design: StudyDesign,
  outcome: string,
  variants: readonly Variant[] = standardVariants(panel, design),
): VariantResult[] {
  return variants.map((variant) => ({
    variant,
    outcome,
    result: attempt(() =>
      twfe(variant.sample?.(panel) ?? panel, {
        outcome,
        treatment: design.treatment.path,
        ...baseOptions(design),
        ...variant.options,
      })
    ),
  }));
}
