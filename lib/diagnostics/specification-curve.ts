import { checkKnown } from "../estimators/options.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel, PanelContext } from "../panel/panel.ts";
import type { Table } from "../tables/table.ts";
import {
  type Axis,
  type Choices,
  describeChoices,
  type Grid,
  type MissingSpecification,
  type Specification,
  specificationsOf,
} from "./specification-curve/grid.ts";
import {
  CURVE_CITATION,
  type CurveInference,
  curveInference,
  type CurvePermutation,
} from "./specification-curve/inference.ts";
import type { Ran } from "./specification-curve/families.ts";
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
  type AxisInfluence,
  type CurveSummary,
  decompose,
  type Decomposition,
  type OptionSummary,
  summarise,
  summariseOptions,
} from "./specification-curve/summary.ts";
import {
  crossTable,
  curveFrame,
  curveTable,
  rowsTable,
  testTable,
} from "./specification-curve/tables.ts";

export type {
  AxisInfluence,
  Choices,
  CurveInference,
  CurvePermutation,
  CurveSummary,
  Grid,
  MissingSpecification,
  OptionSummary,
  Specification,
};
export type { SpecificationChanges, SpecificationChoice } from "./specification-curve/grid.ts";
export type { CurveTest } from "./specification-curve/inference.ts";

/** A grid of choices, and what to do with it. */
export interface SpecificationGrid extends Grid {
  /** Level of the intervals; a result is significant when p is below one less this. Default 0.95. */
  readonly confidenceLevel?: number;
  /** Adds inference for the whole curve. Default: none. */
  readonly permutation?: CurvePermutation;
}

/** One specification with its estimate, after scaling. */
export interface SpecificationRow {
  /** Position in the grid, from 0. */
  readonly number: number;
  readonly choices: Choices;
  readonly outcome: string;
  readonly estimate: number;
  readonly standardError: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  readonly low: number;
  readonly high: number;
  readonly observations: number;
  readonly droppedRows: number;
  readonly units: number;
  /** The fewest over dimensions; null when errors are not clustered. */
  readonly clusters: number | null;
  readonly formula: string;
}

/** All specifications of a grid, sorted by estimate. */
export class SpecificationCurve {
  /** From the lowest estimate to the highest. */
  readonly rows: readonly SpecificationRow[];
  readonly axes: readonly Axis[];
  /** Left out by the grid's own conditions. */
  readonly excluded: readonly MissingSpecification[];
  /** Could not be computed. */
  readonly failed: readonly MissingSpecification[];
  /** The study's own specification, or why it has no estimate. */
  readonly baseline: SpecificationRow | MissingSpecification;
  readonly summary: CurveSummary;
  readonly options: readonly OptionSummary[];
  /** Which choice moves the estimate most. */
  readonly influence: Decomposition;
  readonly inference: CurveInference | null;
  /** Unit of the outcome: "percentage points". */
  readonly unit: string;
  /** What the effect is of: "being treated". */
  readonly per: string;
  readonly confidenceLevel: number;
  readonly context: PanelContext;
  readonly citation = CURVE_CITATION;

  constructor(parts: CurveParts) {
    this.rows = parts.rows;
    this.axes = parts.axes;
    this.excluded = parts.excluded;
    this.failed = parts.failed;
    this.baseline = parts.baseline;
    this.inference = parts.inference;
    this.unit = parts.unit.unit;
    this.per = parts.unit.per;
    this.confidenceLevel = parts.confidenceLevel;
    this.context = parts.context;
    const level = 1 - this.confidenceLevel;
    this.summary = summarise(this.rows, level);
    this.options = summariseOptions(this.rows, this.axes, level);
    this.influence = decompose(this.rows, this.axes, level);
  }

  /** The rows with these choices, in the order of the curve. */
  where(choices: Choices): SpecificationRow[] {
    return this.rows.filter((row) =>
      Object.entries(choices).every(([axis, label]) => row.choices[axis] === label)
    );
  }

  /** Every option in one line, the whole curve in the caption, what is missing in the notes. */
  toTable(): Table {
    return curveTable(this);
  }

  /** Medians and shares of significant results where two choices meet. */
  crossTable(rows: string, columns: string): Table {
    return crossTable(this, rows, columns);
  }

  /** The three tests of the whole curve. @throws InputError when the grid asked for none. */
  testTable(): Table {
    return testTable(this);
  }

  /** Every specification in one line. */
  rowsTable(): Table {
    return rowsTable(this);
  }

  /** The rows as columns of equal length: choices first, then numbers. */
  toFrame(): Record<string, (string | number | null)[]> {
    return curveFrame(this);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toTable().toBundle();
  }
}

interface CurveParts {
  readonly rows: readonly SpecificationRow[];
  readonly axes: readonly Axis[];
  readonly excluded: readonly MissingSpecification[];
  readonly failed: readonly MissingSpecification[];
  readonly baseline: SpecificationRow | MissingSpecification;
  readonly inference: CurveInference | null;
  readonly unit: EffectUnit;
  readonly confidenceLevel: number;
  readonly context: PanelContext;
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
      return { specification, found };
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
