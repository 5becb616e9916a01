import { InputError } from "../../../panel/errors.ts";
import { formatNumber } from "../../../tables/format.ts";
import { Table } from "../../../tables/table.ts";

/** How much of an estimate's uncertainty is sampling error of the outcome. */
export interface SamplingRow {
  readonly term: string;
  readonly estimate: number;
  /** The estimate's own standard error, which contains the sampling error. */
  readonly standardError: number;
  /** Standard error that sampling of households alone gives. */
  readonly samplingError: number;
  /** Sampling variance over the estimate's variance. Both are estimates, so that it can exceed 1. */
  readonly share: number;
}

export class SamplingError {
  readonly rows: readonly SamplingRow[];
  readonly method: string;
  readonly notes: readonly string[];
  readonly source?: string;
  /** True when the outcome is. */
  readonly simulated: boolean;

  constructor(
    parts: {
      rows: readonly SamplingRow[];
      method: string;
      notes: readonly string[];
      source?: string;
      simulated?: boolean;
    },
  ) {
    this.rows = parts.rows;
    this.method = parts.method;
    this.notes = parts.notes;
    this.source = parts.source;
    this.simulated = parts.simulated ?? false;
  }

  row(term: string): SamplingRow {
    const found = this.rows.find((row) => row.term === term);
    if (found !== undefined) return found;
    throw new InputError({
      problem: "There is no such term",
      value: term,
      remedy: `choose one of ${this.rows.map((row) => row.term).join(", ")}`,
    });
  }

  toTable(): Table {
    const digits = (value: number) => formatNumber(value, 2);
    return new Table({
      caption: `${
        this.simulated ? "Simulated: how" : "How"
      } much of the uncertainty is sampling error of the survey`,
      columns: [
        { key: "term", label: "Term" },
        { key: "estimate", label: "Estimate", format: digits },
        { key: "standardError", label: "Std. error", format: digits },
        { key: "samplingError", label: "of which sampling", format: digits },
        {
          key: "share",
          label: "Sampling, % of the variance",
          format: (value) => formatNumber(100 * value, 0),
        },
      ],
      rows: this.rows.map((row) => ({ ...row })),
      notes: [this.method, ...this.notes],
      source: this.source,
    });
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toTable().toBundle();
  }
}
