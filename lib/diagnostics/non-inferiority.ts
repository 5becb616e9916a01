import { mainEffect } from "../estimators/main-effect.ts";
import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import { groupUnits } from "../inference/bands/multipliers.ts";
import { requireEstimate } from "../inference/refits.ts";
import {
  checkChoices,
  conclude,
  type NonInferiority,
  type NonInferiorityOptions,
  type NonInferioritySide,
  OWN,
} from "./non-inferiority/conclude.ts";

export type { NonInferiority, NonInferiorityOptions, NonInferioritySide };

export interface TwoModelOptions extends NonInferiorityOptions {
  /** Name of the effect in the simple model. Default: the only one. */
  readonly term?: string;
  /** Name of the effect in the flexible model. Default: as in the simple one, or the only one. */
  readonly flexibleTerm?: string;
  /** Column to cluster by, fixed within units. Default: the unit. */
  readonly cluster?: string;
}

/**
 * Does a model that allows for a difference in trends give about the same effect? The test's null is that the effects of the
 * two models differ by at least the threshold, so that rejecting it is evidence *for* the simple model, on the scale of the
 * effect.
 *
 * The variance of the difference is G/(G − 1) Σ (ψ_simple − ψ_flexible)² over clusters, with t(G − 1): both models are fitted
 * to the same data, so their errors are far from independent.
 *
 * @param simple one effect under parallel trends: `twfe(panel, …)`.
 * @param flexible the same effect one step up: `twfe(panel, { …, trends: "unit" })`.
 * @throws InputError when the models have other units, a term does not exist, or the models agree exactly.
 * Source: Bilinski & Hatfield (2018, arXiv 1805.03273; 2026), the "one step up" comparison; Clogg, Petkova & Haritou (1995),
 * American Journal of Sociology 100, for the covariance of two models' coefficients.
 */
export function nonInferiority(
  simple: Estimate,
  flexible: Estimate,
  options: TwoModelOptions = {},
): NonInferiority {
  checkKnown(options, [...OWN, "term", "flexibleTerm", "cluster"], []);
  checkChoices(options);
  requireEstimate(simple);
  requireEstimate(flexible);
  const first = mainEffect(simple, options.term);
  const sameName = flexible.terms.some(({ name }) => name === first.name) ? first.name : undefined;
  const second = mainEffect(flexible, options.flexibleTerm ?? sameName);
  const influence = differenceOfInfluence(simple, first.name, flexible, second.name);
  const groups = groupUnits(simple, options.cluster);
  const sums = new Float64Array(groups.count);
  influence.forEach((value, i) => sums[groups.codes[i]] += value);
  const square = sums.reduce((sum, value) => sum + value * value, 0);
  return conclude(first, second, {
    standardError: Math.sqrt(square * groups.count / (groups.count - 1)),
    degreesOfFreedom: groups.count - 1,
    notes: [
      `simple: ${simple.design.formula}; flexible: ${flexible.design.formula}`,
      `variance of the difference from the joint influence functions, clustered by ${groups.name} (${groups.count}), G/(G − 1)`,
    ],
  }, options);
}

/** ψ_simple − ψ_flexible by unit, matched by label. */
function differenceOfInfluence(
  simple: Estimate,
  simpleTerm: string,
  flexible: Estimate,
  flexibleTerm: string,
): Float64Array {
  const place = new Map(flexible.design.unitLabels.map((label, i) => [label, i]));
  const { unitLabels } = simple.design;
  const only = unitLabels.filter((label) => !place.has(label));
  if (only.length > 0 || place.size !== unitLabels.length) {
    const labels = new Set(unitLabels);
    const other = [...place.keys()].filter((label) => !labels.has(label));
    throw new InputError({
      problem: "The two models use other units, so their errors cannot be set against each other",
      value: [...only, ...other].slice(0, 5).join(", "),
      remedy: "fit both on the rows that the flexible model can use",
    });
  }
  const second = flexible.influence[flexible.indexOf(flexibleTerm)];
  return simple.influence[simple.indexOf(simpleTerm)].map((value, i) =>
    value - second[place.get(unitLabels[i])!]
  );
}
