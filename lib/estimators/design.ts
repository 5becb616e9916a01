import type { Label } from "../panel/coding.ts";
import type { PanelContext } from "../panel/panel.ts";
import type { RowDrop } from "../panel/sample.ts";
import type { DroppedColumn } from "../regression/orthogonal.ts";

/** What the numbers of an estimate rest on. Nothing that was chosen, dropped or assumed is left out. */
export interface Design {
  /** The estimator, in words. */
  readonly estimator: string;
  /** The regression or comparison, as a formula. */
  readonly formula: string;
  readonly outcome: string;
  /** Names of the terms that are treatment effects (the others are covariates). */
  readonly effects: readonly string[];
  readonly covariates: readonly string[];
  readonly fixedEffects: readonly string[];
  readonly weights: string | null;
  /** Who is compared with whom. */
  readonly comparison: string;
  /** The period (or event time) that effects are measured against; null where there is no single one. */
  readonly basePeriod: number | null;
  /** First calendar or event time at which treatment can have had an effect, where the estimator knows it. */
  readonly treatedFrom?: number;
  readonly observations: number;
  readonly units: number;
  readonly times: number;
  readonly unitName: string;
  /** Labels of the units, in the order of the influence functions. */
  readonly unitLabels: readonly Label[];
  /** Rows left out, with the reason. */
  readonly droppedRows: readonly RowDrop[];
  /** Regressors left out, with the reason. */
  readonly droppedColumns: readonly DroppedColumn[];
  readonly covariance: CovarianceDesign;
  readonly degreesOfFreedom: number;
  /** Level of the intervals, for example 0.95. */
  readonly confidenceLevel: number;
  /** How the numbers were computed. */
  readonly computation: string;
  /** Anything else that a reader must know. */
  readonly notes: readonly string[];
  readonly context: PanelContext;
}

export interface CovarianceDesign {
  readonly type: string;
  readonly clusters: readonly { readonly name: string; readonly count: number }[];
  /** The small-sample rule, in words. */
  readonly smallSample: string;
  /** What was done to make a multi-way covariance positive semidefinite; null when nothing was needed. */
  readonly repair: string | null;
}

/** The covariance in one phrase: "CR1 clustered by state (46)". */
export function describeCovariance({ type, clusters }: CovarianceDesign): string {
  if (clusters.length === 0) return type;
  return `${type} clustered by ${
    clusters.map(({ name, count }) => `${name} (${count})`).join(" and ")
  }`;
}

/** Everything in the design that a reader must see beside the numbers, one line each. */
export function designLines(design: Design): string[] {
  const weights = design.weights === null ? "unweighted" : `weighted by ${design.weights}`;
  const degrees = design.degreesOfFreedom === Infinity
    ? "normal"
    : `t(${roundDegrees(design.degreesOfFreedom)})`;
  return [
    `${design.formula}; ${weights}`,
    `${design.observations} observations, ${design.units} units (${design.unitName}), ${design.times} periods`,
    `${describeCovariance(design.covariance)}; small sample: ${design.covariance.smallSample}; ` +
    `${degrees}; ${100 * design.confidenceLevel} % intervals`,
    design.comparison,
    ...(design.covariance.repair === null ? [] : [design.covariance.repair]),
    ...design.droppedRows.map(({ reason, count }) =>
      `${count} ${count === 1 ? "row" : "rows"} dropped: ${reason}`
    ),
    ...design.droppedColumns.map(({ name, reason }) => `${name} dropped: ${reason}`),
    ...design.notes,
    ...(design.context.provenance === undefined ? [] : [`Figures: ${design.context.provenance}`]),
    ...(design.context.source === undefined ? [] : [`Source: ${design.context.source}`]),
  ];
}

function roundDegrees(degrees: number): string {
  return Number.isInteger(degrees) ? String(degrees) : degrees.toFixed(1);
}
