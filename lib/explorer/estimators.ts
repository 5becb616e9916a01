import { callawaySantAnna } from "../estimators/callaway-santanna.ts";
import { dcdhDynamic } from "../estimators/dcdh-dynamic.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { etwfe } from "../estimators/etwfe.ts";
import { eventStudy } from "../estimators/event-study.ts";
import { imputation } from "../estimators/imputation.ts";
import { localProjections } from "../estimators/local-projections.ts";
import { sunAbraham } from "../estimators/sun-abraham.ts";
import { twfe } from "../estimators/twfe.ts";
import { InputError } from "../panel/errors.ts";
import { ESTIMATOR_CHOICES, type EstimatorKey } from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import { ENGLISH, type Phrases } from "./language/english.ts";
import type { Prepared } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** A call of an estimator: its name and options, as code can show them and as it is run. */
export interface EstimatorCall {
  readonly name: keyof typeof FUNCTIONS;
  readonly options: Readonly<Record<string, unknown>>;
  /** The result's effects by event time come from `.aggregate("dynamic")`. */
  readonly dynamic?: boolean;
}

// One place lets any of them be called with options that were put together here; each checks its own.
const FUNCTIONS = {
  twfe,
  eventStudy,
  callawaySantAnna,
  sunAbraham,
  imputation,
  etwfe,
  localProjections,
  dcdhDynamic,
} as const;

/** Runs a call. */
export function run(prepared: Prepared, call: EstimatorCall): Estimate {
  const fit = FUNCTIONS[call.name] as (panel: Prepared["panel"], options: object) => Estimate;
  const estimate = fit(prepared.panel, call.options);
  if (call.dynamic !== true) return estimate;
  return (estimate as Estimate & { aggregate(type: "dynamic"): Estimate }).aggregate("dynamic");
}

/** The two-way regression behind the headline; null where the headline is an average of event-time effects. */
export function mainCall(
  { treatment }: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): EstimatorCall | null {
  if (state.estimator !== "twfe" && state.estimator !== "trends") return null;
  return {
    name: "twfe",
    options: {
      outcome: state.outcome,
      treatment: treatment.path,
      ...regressionOptions(study, state),
      ...(state.estimator === "trends" ? { trends: "unit" } : {}),
    },
  };
}

/** The event study of the view. */
export function eventCall(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): EstimatorCall {
  if (ESTIMATOR_CHOICES[state.estimator].staggered) return staggeredCall(prepared, study, state);
  const { treatment } = prepared;
  return {
    name: "eventStudy",
    options: {
      outcome: state.outcome,
      exposure: treatment.kind === "group" ? treatment.group : treatment.exposure,
      reference: state.base,
      ...regressionOptions(study, state),
    },
  };
}

function regressionOptions({ design }: ExplorerStudy, state: ExplorerState) {
  return {
    ...(design.covariates.length === 0 ? {} : { covariates: design.covariates }),
    ...(state.controls.length === 0 ? {} : { covariatesByTime: state.controls }),
    ...(state.weights === "" ? {} : { weights: state.weights }),
    cluster: design.cluster,
  };
}

/** How an estimator takes baseline controls; null: it does not. */
const CONTROLS: Readonly<Partial<Record<EstimatorKey, "covariates" | "covariatesByTime">>> = {
  callaway: "covariates",
  sunab: "covariatesByTime",
  imputation: "covariatesByTime",
  etwfe: "covariates",
  lpdid: "covariates",
};

/** Why the explorer itself refuses the estimator of a view; null: it does not. */
export function refusalOf(
  { estimator, treatment, controls }: ExplorerState,
): keyof Phrases["refusals"] | null {
  if (!ESTIMATOR_CHOICES[estimator].staggered) return null;
  if (treatment === "dose") return "noStart";
  return controls.length > 0 && CONTROLS[estimator] === undefined ? "noControls" : null;
}

function staggeredCall(
  { cohort, treatment }: Prepared,
  { design }: ExplorerStudy,
  state: ExplorerState,
): EstimatorCall {
  const refusal = refusalOf(state);
  if (refusal !== null) {
    const label = ENGLISH.estimators[state.estimator];
    throw new InputError(ENGLISH.refusals[refusal](label, state.controls.join(", ")));
  }
  const takes = CONTROLS[state.estimator];
  const common = {
    outcome: state.outcome,
    ...(takes === undefined || state.controls.length === 0 ? {} : { [takes]: state.controls }),
    ...(state.weights === "" ? {} : { weights: state.weights }),
    cluster: design.cluster,
  };
  switch (state.estimator) {
    case "callaway":
      return {
        name: "callawaySantAnna",
        dynamic: true,
        options: {
          ...common,
          cohort,
          controlGroup: "notYet",
          method: "reg",
          basePeriod: "universal",
        },
      };
    case "sunab":
      return { name: "sunAbraham", options: { ...common, cohort } };
    case "imputation":
      return { name: "imputation", options: { ...common, cohort, preTrends: true } };
    case "etwfe":
      return { name: "etwfe", dynamic: true, options: { ...common, cohort } };
    case "lpdid":
      return { name: "localProjections", options: { ...common, cohort } };
    default:
      return { name: "dcdhDynamic", options: { ...common, treatment: treatment.path } };
  }
}
