import type { PanelContext } from "../../panel/panel.ts";
import type { Table } from "../../tables/table.ts";
import { CURVE_CITATION, type CurveInference } from "./inference.ts";
import type { EffectUnit } from "./run.ts";
import type { Axis, Choices, MissingSpecification } from "./specification.ts";
import {
  type CurveSummary,
  decompose,
  type Decomposition,
  type OptionSummary,
  summarise,
  summariseOptions,
} from "./summary.ts";
import { crossTable, curveFrame, curveTable, rowsTable, testTable } from "./tables.ts";

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
