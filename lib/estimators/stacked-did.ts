import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { checkKnown, checkOneOf } from "./options.ts";
import { Estimate } from "./estimate.ts";
import { loneNotes } from "./cohort/rows.ts";
import { makeGrid } from "./group-time/grid.ts";
import { linearMap } from "./linear.ts";
import { covariateColumn, STACK, type Stack, stackPanel } from "./stacked/stack.ts";
import { partsOf } from "./sun-abraham.ts";
import { type EffectRegressor, estimateTwoWay } from "./two-way.ts";

export interface StackedOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Event times from … to that every cohort in the stack is observed at; must contain −1. */
  window: { readonly from: number; readonly to: number };
  /** Clean controls: units untreated through the whole window ("notYet", default) or never treated. */
  controlGroup?: "never" | "notYet";
  /**
   * "corrective" (default): the sub-experiments' controls are weighted to the cohorts' shares of the treated; "none": no
   * such weights, so that least squares weights cohorts by variance. Either way each sub-experiment has its own
   * event-time effects.
   */
  weighting?: "corrective" | "none";
  /** Columns that vary over time, entered as they are. Default none. */
  covariates?: readonly string[];
  /** Column of positive analytic weights, times the stack's own. Default none. */
  weights?: string;
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const CITATION =
  "Wing, Freedman & Hollingsworth (2024), NBER working paper 32054; Cengiz, Dube, Lindner & Zipperer (2019), QJE 134";

/**
 * Stacked difference-in-differences: each cohort with clean controls in a window of its own, stacked and compared
 * with event time −1.
 *
 * Terms are "event time e" and "overall" (plain mean of the event times from 0 on). Units appear in several
 * sub-experiments, so errors are clustered by unit. Cohorts whose window is not whole are left out by name.
 *
 * @throws InputError when the window has no −1 or no cohort fits it.
 * Source: Wing, Freedman & Hollingsworth (2024), eqs. 3–8 (trimmed aggregate ATT and corrective weights).
 */
export function stackedDid(panel: Panel, options: StackedOptions): Estimate {
  checkKnown(
    options,
    [
      "outcome",
      "cohort",
      "window",
      "controlGroup",
      "weighting",
      "covariates",
      "weights",
      "confidenceLevel",
    ],
    ["outcome", "cohort"],
  );
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  checkOneOf("weighting", options.weighting, ["corrective", "none"]);
  const { from, to } = requireWindow(options.window);
  const covariates = options.covariates ?? [];
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates,
    weights: options.weights,
  }, { anticipation: 0, gaps: "keep", control: "notYet" });
  const corrective = (options.weighting ?? "corrective") === "corrective";
  const stack = stackPanel(grid, {
    from,
    to,
    control: options.controlGroup ?? "notYet",
    corrective,
    covariates,
  });
  const base = estimateTwoWay(stack.panel, {
    outcome: STACK.outcome,
    weights: STACK.weight,
    cluster: STACK.unit,
    covariates: covariates.map(covariateColumn),
    // With corrective weights every sub-experiment has the same treated share, so effects of event time by
    // sub-experiment leave the points alone and take each one's calendar path out of the errors.
    timeEffectsBy: STACK.experiment,
    confidenceLevel: options.confidenceLevel,
  }, {
    estimator: "Stacked event study",
    citation: CITATION,
    columns: [STACK.treated],
    effects: stackRegressors,
    effectFormula: "treated × event time (reference -1)",
    comparison: `${stack.experiments.length} sub-experiments: each cohort against units ${
      options.controlGroup === "never" ? "never treated" : "untreated through its window"
    }`,
    basePeriod: -1,
    notes: () => stackNotes(stack, corrective, [...grid.notes, ...loneNotes(grid.cohort)]),
  });
  return finish(base, grid.panel, stack, options, [...grid.droppedRows, ...stack.droppedRows]);
}

function requireWindow(window: unknown): { from: number; to: number } {
  const { from, to } = (window ?? {}) as { from?: number; to?: number };
  if (typeof from === "number" && typeof to === "number" && from <= -1 && to >= 0) {
    return { from, to };
  }
  throw new InputError({
    problem: "The window must start at −1 or before and end at 0 or after",
    column: "window",
    value: JSON.stringify(window),
    remedy: "give for example window: { from: -3, to: 2 }",
  });
}

function stackRegressors(stacked: Panel): EffectRegressor[] {
  return stacked.times.filter((e) => e !== -1).map((e) => ({
    name: `event time ${e}`,
    time: e,
    values: (rows) => {
      const treated = rows.numeric(STACK.treated);
      return treated.map((flag, i) => rows.times[rows.time[i]] === e ? flag : 0);
    },
  }));
}

function stackNotes(stack: Stack, corrective: boolean, notes: readonly string[]): string[] {
  return [
    ...notes,
    ...stack.experiments.map(({ cohort, treated, controls, controlWeight }) =>
      `cohort ${cohort}: ${treated} treated, ${controls} controls${
        corrective ? `, weight ${controlWeight.toFixed(4)} each` : ""
      }`
    ),
    ...stack.skipped.map(({ cohort, reason }) => `cohort ${cohort} left out: ${reason}`),
    corrective
      ? "corrective weights: every cohort counts by its share of the treated"
      : "no corrective weights: least squares weights cohorts by size and variance",
  ];
}

/** The user's names and units instead of the stack's, and the mean of the effects after treatment. */
function finish(
  base: Estimate,
  panel: Panel,
  stack: Stack,
  options: StackedOptions,
  drops: Estimate["design"]["droppedRows"],
): Estimate {
  const after = base.effects.filter(({ time }) => time! >= 0);
  const rows = [
    ...base.terms.map((term) => ({
      name: term.name.replace(/^covariate /, ""),
      weights: { [term.name]: 1 },
      ...(term.time === undefined ? {} : { time: term.time }),
    })),
    {
      name: "overall",
      weights: Object.fromEntries(after.map(({ name }) => [name, 1 / after.length])),
    },
  ];
  const mapped = linearMap(base, rows, "overall: plain mean of the event times from 0 on");
  const used = new Set(stack.panel.text(STACK.unit));
  const kept: number[] = [];
  for (let i = 0; i < panel.rows; i++) {
    if (used.has(String(panel.units[panel.unit[i]]))) kept.push(i);
  }
  const original = kept.length === panel.rows
    ? panel
    : panel.take(Int32Array.from(kept), "units in the stack");
  const position = new Map(original.units.map((label, i) => [String(label), i]));
  const stacked = base.regression!.panel;
  const unitOf = stacked.text(STACK.unit);
  const home = new Int32Array(stacked.units.length);
  for (let i = 0; i < stacked.rows; i++) home[stacked.unit[i]] = position.get(unitOf[i])!;
  const parts = partsOf(mapped);
  return new Estimate({
    ...parts,
    panel: original,
    influence: parts.influence.map((values) => {
      const own = new Float64Array(original.units.length);
      for (let i = 0; i < values.length; i++) own[home[i]] += values[i];
      return own;
    }),
    design: {
      ...mapped.design,
      formula: mapped.design.formula.replace(STACK.outcome, options.outcome),
      outcome: options.outcome,
      covariates: options.covariates ?? [],
      effects: rows.filter(({ time }) => time !== undefined).map(({ name }) => name),
      weights: options.weights === undefined
        ? mapped.design.weights
        : `${STACK.weight} × ${options.weights}`,
      covariance: {
        ...mapped.design.covariance,
        clusters: mapped.design.covariance.clusters.map(({ count }) => ({
          name: panel.unitName,
          count,
        })),
      },
      unitName: panel.unitName,
      unitLabels: original.units,
      units: original.units.length,
      droppedRows: [...drops, ...mapped.design.droppedRows],
      droppedColumns: mapped.design.droppedColumns,
    },
  });
}
