import type { Estimate } from "../../estimators/estimate.ts";
import type { RegressionOptions } from "../../estimators/options.ts";
import type { Panel } from "../../panel/panel.ts";

/** What one option of an axis changes in a specification. Everything left out stays as it is. */
export interface SpecificationChanges extends Partial<Omit<RegressionOptions, "confidenceLevel">> {
  /** Column of the treatment (0/1 or a dose). */
  readonly treatment?: string;
  /** Another sample, or columns made anew: applied to the panel, one axis after the other. */
  readonly sample?: (panel: Panel) => Panel;
  /** Another estimator, with intervals at its own level. Default: `twfe` with the specification's options. */
  readonly fit?: (panel: Panel, specification: Specification) => Estimate;
  /** The term that is the effect. Default: the treatment, or of `fit` the only effect, else "overall". */
  readonly term?: string;
  /** Unit of the outcome: "percentage points". */
  readonly unit?: string;
  /** What the effect is of: "being treated", "one standard deviation of exposure". */
  readonly per?: string;
  /** The estimate is multiplied by this number, or by one computed from the panel as given. Axes multiply. */
  readonly scale?: number | ((panel: Panel) => number);
}

/** One option of an axis. `covariates`, `covariatesByTime`, `sample` and `scale` add up over axes. */
export interface SpecificationChoice extends SpecificationChanges {
  readonly label: string;
}

/** The label chosen on every axis. */
export type Choices = Readonly<Record<string, string>>;

/** Combinations that make no sense, and why. */
export interface Exclusion {
  readonly reason: string;
  readonly when: (choices: Choices) => boolean;
}

/** A combination that has no estimate, and why. */
export interface MissingSpecification {
  readonly choices: Choices;
  readonly reason: string;
}

/** One combination of choices, ready to be estimated. */
export interface Specification extends RegressionOptions {
  /** Position in the grid, from 0. */
  readonly number: number;
  readonly choices: Choices;
  readonly treatment: string;
  readonly samples: readonly ((panel: Panel) => Panel)[];
  readonly fit?: (panel: Panel, specification: Specification) => Estimate;
  readonly term?: string;
  readonly unit?: string;
  readonly per?: string;
  readonly scales: readonly (number | ((panel: Panel) => number))[];
}

/** Named choices: every combination of one option an axis is a specification. */
export interface Grid {
  /** What all specifications share. */
  readonly base?: SpecificationChanges;
  /**
   * Options by axis; the first of every axis is the study's own choice. An axis named like an option that holds
   * one column or word (outcome, treatment, weights, trends, covariance, cluster, timeEffectsBy) may list texts:
   * `outcome: ["y1", "y2"]`.
   */
  readonly axes: Readonly<Record<string, readonly (string | SpecificationChoice)[]>>;
  readonly exclude?: readonly Exclusion[];
  /** The study's own specification, where it is not the first option of an axis. */
  readonly baseline?: Choices;
}

/** One choice with its options. */
export interface Axis {
  readonly name: string;
  readonly options: readonly SpecificationChoice[];
}

/** "outcome: y1, weights: none". */
export function describeChoices(choices: Choices): string {
  return Object.entries(choices).map(([axis, label]) => `${axis}: ${label}`).join(", ");
}
