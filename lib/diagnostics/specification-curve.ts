import { checkKnown } from "../estimators/options.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { SpecificationCurve, type SpecificationRow } from "./specification-curve/curve.ts";
import type { Ran } from "./specification-curve/families.ts";
import { specificationsOf } from "./specification-curve/grid.ts";
import { curveInference, type CurvePermutation } from "./specification-curve/inference.ts";
import { emptyCurve } from "./specification-curve/redraw.ts";
import {
  effectOf,
  type EffectUnit,
  estimate,
  factorOf,
  requireOneUnit,
  sampler,
  scaledTerm,
  unitOf,
} from "./specification-curve/run.ts";
import {
  type Choices,
  describeChoices,
  type Grid,
  type MissingSpecification,
} from "./specification-curve/specification.ts";

export { SpecificationCurve, type SpecificationRow } from "./specification-curve/curve.ts";
export type {
  Choices,
  MissingSpecification,
  Specification,
  SpecificationChanges,
  SpecificationChoice,
} from "./specification-curve/specification.ts";
export type {
  CurveInference,
  CurvePermutation,
  CurveTest,
} from "./specification-curve/inference.ts";
export type { AxisInfluence, CurveSummary, OptionSummary } from "./specification-curve/summary.ts";

/** A grid of choices, and what to do with it. */
export interface SpecificationGrid extends Grid {
  /** Level of the intervals; a result is significant when p is below one less this. Default 0.95. */
  readonly confidenceLevel?: number;
  /** Adds inference for the whole curve. Default: none. */
  readonly permutation?: CurvePermutation;
}

/**
 * Every defensible specification at once: all combinations of the grid's choices are estimated, sorted by estimate and
 * summed up, so that a reader sees how much the answer is a matter of choice.
 *
 * With `permutation`, the whole curve is tested against the null that treatment moved nobody's outcome: treatments are dealt
 * out anew across units, before samples are chosen, and every specification is run again. Three statistics: the median
 * estimate, the share of results that are significant with the dominant sign, and Stouffer's Z. Valid when units
 * are exchangeable: who was treated, when and how much was as good as random (within `strata`), given nothing else.
 * Where roll-out followed need, or trends differ, a small p says that the dealing matters, not that treatment works.
 *
 * @throws InputError on an impossible grid, effects in different units, or when nothing can be computed. A combination
 *   that cannot be computed is kept in `failed` with its reason.
 * Source: Simonsohn, Simmons & Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4, 1208–1214.
 */
export function specificationCurve(panel: Panel, grid: SpecificationGrid): SpecificationCurve {
  checkKnown(
    grid,
    ["base", "axes", "exclude", "baseline", "confidenceLevel", "permutation"],
    [],
  );
  const confidenceLevel = grid.confidenceLevel ?? 0.95;
  const { axes, included, excluded, baseline } = specificationsOf(grid);
  const sample = sampler(panel);
  const failed: MissingSpecification[] = [];
  const rows: SpecificationRow[] = [];
  const units: EffectUnit[] = [];
  const observed = emptyCurve(included.length);
  const factors = new Float64Array(included.length).fill(NaN);
  const ran = included.map((specification, s): Ran => {
    const { choices, number } = specification;
    try {
      const sampled = sample(specification);
      const found = estimate(sampled, specification, confidenceLevel);
      const term = effectOf(found, specification);
      factors[s] = factorOf(panel, specification);
      observed.estimates[s] = term.estimate;
      observed.statistics[s] = term.statistic;
      observed.degreesOfFreedom[s] = term.degreesOfFreedom;
      const { outcome, observations, droppedRows, units: count, covariance, formula } =
        found.design;
      const clusters = covariance.clusters.map((cluster) => cluster.count);
      rows.push({
        number,
        choices,
        outcome,
        ...scaledTerm(term, factors[s]),
        observations,
        droppedRows: droppedRows.reduce((sum, drop) => sum + drop.count, 0),
        units: count,
        clusters: clusters.length === 0 ? null : Math.min(...clusters),
        formula,
      });
      units.push(unitOf(sampled, specification));
      // Only permutations need the fits again; without them, memory does not grow with the grid.
      return { specification, found: grid.permutation === undefined ? null : found };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed.push({ choices, reason: error.message });
      return { specification, found: null };
    }
  });
  requireSome(rows, failed);
  const unit = requireOneUnit(units);
  const inference = grid.permutation === undefined ? null : curveInference(
    panel,
    ran,
    observed,
    factors,
    1 - confidenceLevel,
    grid.permutation,
  );
  const own = describeChoices(baseline);
  const is = ({ choices }: { readonly choices: Choices }) => describeChoices(choices) === own;
  return new SpecificationCurve({
    rows: rows.sort((a, b) => a.estimate - b.estimate || a.number - b.number),
    axes,
    excluded,
    failed,
    baseline: rows.find(is) ?? [...failed, ...excluded].find(is)!,
    inference,
    unit,
    confidenceLevel,
    context: panel.context,
  });
}

function requireSome(
  rows: readonly SpecificationRow[],
  failed: readonly MissingSpecification[],
): void {
  if (rows.length > 0) return;
  throw new InputError({
    problem: `None of ${failed.length} specifications can be computed; the first: ${
      failed[0].reason.replace(/\.$/, "")
    }`,
    value: describeChoices(failed[0].choices),
    remedy: "run one of them by itself and correct what it says",
  });
}
