import { InputError } from "../../panel/errors.ts";
import { checkKnown, checkOneOf } from "../../estimators/options.ts";
import type { Fit } from "../../inference/refits.ts";

/** What of the effects before treatment is to be shown small. */
export type EquivalenceMeasure = "maximum" | "mean" | "rootMeanSquare";

export interface PreTrendEquivalenceOptions {
  /** "maximum" (default): the largest |effect|; "mean": |mean effect|, where signs cancel; "rootMeanSquare". */
  readonly measure?: EquivalenceMeasure;
  /** Pre-trends below it are negligible; fixed before seeing the estimates. Default: none, and only `smallestBound` is found. */
  readonly bound?: number;
  /** Level of the test. Default 0.05. */
  readonly level?: number;
  /** Base period. Default: the estimate's own. */
  readonly base?: number;
  /** First treated time. Default: the first time after the base period. */
  readonly treatedFrom?: number;
  /**
   * "t" (default): each estimate's degrees of freedom; "normal": the paper's folded normal as it is. Not for the bootstrap
   * nor for "rootMeanSquare".
   */
  readonly reference?: "t" | "normal";
  /** For "maximum": "intersectionUnion" (default), every effect tested by itself; "bootstrap", less conservative. */
  readonly method?: "intersectionUnion" | "bootstrap";
  /** Draws of the bootstrap. Default 9999. */
  readonly draws?: number;
  /** For the bootstrap, and for the order of units in "rootMeanSquare". */
  readonly seed?: number;
  /** For "rootMeanSquare": growing subsamples. Default 5. */
  readonly subsamples?: number;
  /** For "rootMeanSquare": refits the estimator on the subsamples. Default: influence functions. */
  readonly fit?: Fit;
}

const OPTIONS: readonly (keyof PreTrendEquivalenceOptions)[] = [
  "measure",
  "bound",
  "level",
  "base",
  "treatedFrom",
  "reference",
  "method",
  "draws",
  "seed",
  "subsamples",
  "fit",
];

/** Refuses options that do not exist, that do nothing for the measure, or whose value cannot be. */
export function checkChoices(options: PreTrendEquivalenceOptions): void {
  checkKnown(options, OPTIONS, []);
  checkOneOf("measure", options.measure, ["maximum", "mean", "rootMeanSquare"]);
  checkOneOf("reference", options.reference, ["t", "normal"]);
  checkOneOf("method", options.method, ["intersectionUnion", "bootstrap"]);
  const refuse = (column: string, value: unknown, problem: string, remedy: string): never => {
    throw new InputError({ problem, column, value, remedy });
  };
  const { bound, level, subsamples, measure = "maximum", method } = options;
  if (bound !== undefined && !(bound > 0 && Number.isFinite(bound))) {
    refuse(
      "bound",
      bound,
      "The bound of negligible pre-trends must be above zero",
      "choose it before seeing the estimates, in units of the outcome, or leave it out",
    );
  }
  if (level !== undefined && !(level > 0 && level < 0.5)) {
    refuse(
      "level",
      level,
      "The level of the test must lie between 0 and 0.5",
      "use for example 0.05",
    );
  }
  if (subsamples !== undefined && !(Number.isInteger(subsamples) && subsamples >= 2)) {
    refuse("subsamples", subsamples, "There must be at least two subsamples", "use 5");
  }
  if (method === "bootstrap" && measure !== "maximum") {
    refuse("method", method, `There is no bootstrap for measure "${measure}"`, "leave method out");
  }
  if (options.fit !== undefined && typeof options.fit !== "function") {
    refuse(
      "fit",
      options.fit,
      "fit must be a function of the panel",
      "write (panel) => eventStudy(panel, { … })",
    );
  }
  const own: Partial<Record<keyof PreTrendEquivalenceOptions, boolean>> = {
    reference: measure !== "rootMeanSquare" && method !== "bootstrap",
    draws: method === "bootstrap",
    seed: method === "bootstrap" || measure === "rootMeanSquare",
    subsamples: measure === "rootMeanSquare",
    fit: measure === "rootMeanSquare",
  };
  for (const [name, used] of Object.entries(own)) {
    if (used || options[name as keyof PreTrendEquivalenceOptions] === undefined) continue;
    refuse(
      name,
      undefined,
      `The option ${name} does nothing for measure "${measure}" by this method`,
      "leave it out",
    );
  }
}
