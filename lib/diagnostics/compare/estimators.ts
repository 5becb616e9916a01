import type { Panel } from "../../panel/panel.ts";
import { cohortDesign, pathFromCohorts } from "../../panel/treatment.ts";
import { callawaySantAnna } from "../../estimators/callaway-santanna.ts";
import { dcdhDynamic } from "../../estimators/dcdh-dynamic.ts";
import { efficientStaggered } from "../../estimators/efficient-staggered.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { etwfe } from "../../estimators/etwfe.ts";
import { eventStudy } from "../../estimators/event-study.ts";
import { imputation } from "../../estimators/imputation.ts";
import { localProjections } from "../../estimators/local-projections.ts";
import { stackedDid } from "../../estimators/stacked-did.ts";
import { sunAbraham } from "../../estimators/sun-abraham.ts";
import { twoStage } from "../../estimators/two-stage.ts";
import { freshName } from "../twfe-weights.ts";

/** What every estimator of a comparison is given. */
export interface ComparisonSpec {
  /** Column of the outcome. */
  readonly outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  readonly cohort: string;
  /** Column fixed within units to cluster by. Default: the unit. */
  readonly cluster?: string;
  /** Event times shown and averaged (from 0 on). Default: −4 … 4. */
  readonly window?: { readonly from: number; readonly to: number };
  /** Window of the stack, which leaves out cohorts not observed through it. Default: −2 … the median cohort's last. */
  readonly stackWindow?: { readonly from: number; readonly to: number };
  /** Which estimators. Default: all. */
  readonly estimators?: readonly EstimatorName[];
  /** Default 0.95. */
  readonly confidenceLevel?: number;
}

export const ESTIMATORS = [
  "TWFE event study",
  "Callaway–Sant'Anna",
  "Callaway–Sant'Anna (never treated)",
  "Sun–Abraham",
  "Imputation",
  "Two-stage",
  "Extended TWFE",
  "Stacked",
  "Local projections",
  "Efficient (random timing)",
  "de Chaisemartin–D'Haultfœuille",
] as const;

export type EstimatorName = typeof ESTIMATORS[number];

/** What an estimator compares: fixed facts of the method, for the table. */
export interface Method {
  readonly base: string;
  readonly controls: string;
  readonly fit: (panel: Panel, spec: ComparisonSpec) => Estimate;
}

const NOT_YET = "not yet treated";

function common({ outcome, cohort, cluster, confidenceLevel }: ComparisonSpec) {
  return {
    outcome,
    cohort,
    ...(cluster === undefined ? {} : { cluster }),
    ...(confidenceLevel === undefined ? {} : { confidenceLevel }),
  };
}

/** The same without a cluster: for estimators whose units are their own clusters. */
function unclustered(spec: ComparisonSpec) {
  const { cluster: _, ...rest } = common(spec);
  return rest;
}

function withPath(panel: Panel, spec: ComparisonSpec) {
  const treatment = freshName(panel, "treated");
  const path = pathFromCohorts(panel, cohortDesign(panel, spec.cohort));
  return { panel: panel.with(treatment, path), treatment };
}

export const METHODS: Readonly<Record<EstimatorName, Method>> = {
  "TWFE event study": {
    base: "event time −1",
    controls: "all other rows, treated ones too",
    fit: (panel, spec) => eventStudy(panel, common(spec)),
  },
  "Callaway–Sant'Anna": {
    base: "last period before",
    controls: NOT_YET,
    fit: (panel, spec) =>
      callawaySantAnna(panel, {
        ...common(spec),
        controlGroup: "notYet",
        method: "reg",
        basePeriod: "universal",
      }).aggregate("dynamic"),
  },
  "Callaway–Sant'Anna (never treated)": {
    base: "last period before",
    controls: "never treated",
    fit: (panel, spec) =>
      callawaySantAnna(panel, {
        ...common(spec),
        controlGroup: "never",
        method: "reg",
        basePeriod: "universal",
      }).aggregate("dynamic"),
  },
  "Sun–Abraham": {
    base: "event time −1",
    controls: "never treated (or the last cohort)",
    fit: (panel, spec) => sunAbraham(panel, common(spec)),
  },
  Imputation: {
    base: "all periods before",
    controls: NOT_YET,
    fit: (panel, spec) => imputation(panel, { ...common(spec), preTrends: true }),
  },
  "Two-stage": {
    base: "all periods before",
    controls: NOT_YET,
    fit: (panel, spec) => twoStage(panel, common(spec)),
  },
  "Extended TWFE": {
    base: "all periods before",
    controls: NOT_YET,
    fit: (panel, spec) => etwfe(panel, common(spec)).aggregate("dynamic"),
  },
  Stacked: {
    base: "event time −1",
    controls: "untreated through the window",
    fit: (panel, spec) =>
      stackedDid(panel, { ...unclustered(spec), window: stackWindow(panel, spec) }),
  },
  "Local projections": {
    base: "last period before",
    controls: NOT_YET,
    fit: (panel, spec) => localProjections(panel, common(spec)),
  },
  "Efficient (random timing)": {
    base: "means before, by the variance-minimising share",
    controls: NOT_YET,
    fit: (panel, spec) => efficientStaggered(panel, unclustered(spec)),
  },
  "de Chaisemartin–D'Haultfœuille": {
    base: "last period before",
    controls: NOT_YET,
    fit: (panel, spec) => {
      const { cohort: _, ...rest } = common(spec);
      const path = withPath(panel, spec);
      return dcdhDynamic(path.panel, { ...rest, treatment: path.treatment });
    },
  },
};

/** From two periods before to the last period that the median cohort is observed in. */
function stackWindow(panel: Panel, { cohort, stackWindow }: ComparisonSpec) {
  if (stackWindow !== undefined) return stackWindow;
  const last = panel.times[panel.times.length - 1];
  const after = cohortDesign(panel, cohort).cohorts.map((g) => last - g).filter((e) => e >= 0);
  return { from: -2, to: after[Math.floor(after.length / 2)] ?? 0 };
}
