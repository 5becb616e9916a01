import { Table } from "../tables/table.ts";
import { formatSignificant } from "../tables/format.ts";
import type { Aggregation, AggregationOptions } from "./group-time/aggregate.ts";
import { Estimate, type EstimateParts } from "./estimate.ts";
import { checkOneOf } from "./options.ts";

/** The effect of one cohort in one period: null with a reason where there is no number. */
export interface EffectCell {
  readonly cohort: number;
  readonly time: number;
  readonly estimate: number | null;
  readonly standardError: number | null;
  /** Treated units observed in the cell. */
  readonly nTreated: number;
  readonly reason?: string;
}

/** An event study of a staggered design that can be averaged in other ways. */
export class StaggeredEstimate extends Estimate {
  /** Every cohort × period effect, with the reason where one is missing. */
  readonly cells: readonly EffectCell[];
  readonly #aggregate: (type: Aggregation, options: AggregationOptions) => Estimate;

  constructor(
    parts: EstimateParts,
    cells: readonly EffectCell[],
    aggregate: (type: Aggregation, options: AggregationOptions) => Estimate,
  ) {
    super(parts);
    this.cells = cells;
    this.#aggregate = aggregate;
  }

  /**
   * The effects averaged over treated rows: all ("simple"), or by cohort ("group"), event time ("dynamic") or period
   * ("calendar"); `overall` is the mean over all treated rows in every case.
   */
  aggregate(type: Aggregation, options: AggregationOptions = {}): Estimate {
    checkOneOf("type", type, ["simple", "group", "dynamic", "calendar"]);
    return this.#aggregate(type, options);
  }

  /** Every cell with its estimate and standard error, or the reason for its absence. */
  cellTable(): Table {
    return new Table({
      caption: `Effects on ${this.design.outcome} by cohort and period`,
      columns: [
        { key: "cohort", label: "Cohort" },
        { key: "time", label: "Time" },
        { key: "nTreated", label: "Treated" },
        { key: "estimate", label: "Estimate", format: formatSignificant },
        { key: "standardError", label: "Std. error", format: formatSignificant },
        { key: "reason", label: "Remark" },
      ],
      rows: this.cells.map((cell) => ({
        cohort: cell.cohort,
        time: cell.time,
        nTreated: cell.nTreated,
        estimate: cell.estimate,
        standardError: cell.standardError,
        reason: cell.reason ?? "",
      })),
      notes: this.describe(),
    });
  }
}
