import { formatCount, formatNumber } from "../../../tables/format.ts";
import { type CellValue, Table } from "../../../tables/table.ts";
import type { SurveyProvenance } from "../types.ts";
import type { Domain, DomainName } from "./domains.ts";

/** One number from a survey, with what is known about its sampling error. */
export interface SurveyRow {
  readonly year: number;
  readonly domain: Domain;
  readonly label: string;
  /** A share is between 0 and 1. */
  readonly estimate: number;
  /** null where it cannot be computed; `reasons` says why. The same holds for everything that follows from it. */
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Standard error over estimate. */
  readonly variation: number | null;
  /** False when the coefficient of variation is above the threshold (`unreliableAbove`); null where answers do not vary. */
  readonly reliable: boolean | null;
  /** Clusters less strata, of the rows used. */
  readonly degreesOfFreedom: number;
  /** Variance over that of a simple random sample of as many rows, drawn with replacement. */
  readonly designEffect: number | null;
  /** Rows over design effect. */
  readonly effectiveRows: number | null;
  readonly rows: number;
  /** Rows of the domain without an answer. */
  readonly missing: number;
  readonly clusters: number;
  readonly strata: number;
  /** What the rows stand for: Σ of weights (times the denominator, for a ratio). */
  readonly represents: number;
  readonly reasons: readonly string[];
}

/** Sampling covariance of the estimates of one year (years are independent samples). */
export interface YearCovariance {
  readonly year: number;
  readonly domains: readonly Domain[];
  /** Row-major; NaN where it cannot be computed. */
  readonly matrix: Float64Array;
}

export interface SurveyEstimatesParts {
  readonly variable: string;
  readonly kind: "share" | "mean" | "ratio";
  readonly by: readonly DomainName[];
  readonly rows: readonly SurveyRow[];
  readonly covariances: readonly YearCovariance[];
  readonly confidenceLevel: number;
  /** How the sample was drawn and the errors were made, one line each. */
  readonly notes: readonly string[];
  readonly provenance: SurveyProvenance;
  readonly source: string;
  /** Whom the estimates are of and how they were made, in words: what estimates must share to be stacked. */
  readonly method?: string;
}

/** Estimates of one variable by domain and year. */
export class SurveyEstimates implements SurveyEstimatesParts {
  readonly variable: string;
  readonly kind: "share" | "mean" | "ratio";
  readonly by: readonly DomainName[];
  readonly rows: readonly SurveyRow[];
  readonly covariances: readonly YearCovariance[];
  readonly confidenceLevel: number;
  readonly notes: readonly string[];
  readonly provenance: SurveyProvenance;
  readonly source: string;
  readonly method?: string;

  constructor(parts: SurveyEstimatesParts) {
    this.variable = parts.variable;
    this.kind = parts.kind;
    this.by = parts.by;
    this.rows = parts.rows;
    this.covariances = parts.covariances;
    this.confidenceLevel = parts.confidenceLevel;
    this.notes = parts.notes;
    this.provenance = parts.provenance;
    this.source = parts.source;
    this.method = parts.method;
  }

  /** The row of one domain and year. Undefined where the survey has none. */
  find(year: number, domain: Domain = {}): SurveyRow | undefined {
    return this.rows.find((row) =>
      row.year === year &&
      this.by.every((name) => row.domain[name] === domain[name])
    );
  }

  toTable(): Table {
    const scale = this.kind === "share" ? 100 : 1;
    const scaled = (value: number | null) => value === null ? null : scale * value;
    const number = (value: number) => formatNumber(value, this.kind === "share" ? 1 : 2);
    const level = formatNumber(100 * this.confidenceLevel, 0);
    const unreliable = this.rows.filter((row) => row.reliable === false).length;
    return new Table({
      caption: `${this.provenance === "simulated" ? "Simulated survey: " : ""}${this.variable}${
        this.kind === "share" ? ", %" : ""
      }`,
      columns: [
        { key: "year", label: "Year", format: String },
        { key: "domain", label: "Where" },
        { key: "estimate", label: "Estimate", format: number },
        { key: "se", label: "Std. error", format: (v) => formatNumber(v, 2) },
        { key: "low", label: `${level} % from`, format: number },
        { key: "high", label: "to", format: number },
        { key: "cv", label: "CV, %", format: (v) => formatNumber(v, 1) },
        { key: "rows", label: "Rows", format: formatCount },
        { key: "clusters", label: "Clusters", format: formatCount },
        { key: "deff", label: "Design effect", format: (v) => formatNumber(v, 2) },
        { key: "effective", label: "Effective rows", format: (v) => formatCount(Math.round(v)) },
        ...(unreliable > 0 ? [{ key: "flag", label: "Remark" }] : []),
      ],
      rows: this.rows.map((row): Record<string, CellValue> => ({
        year: row.year,
        domain: row.label,
        estimate: scale * row.estimate,
        se: scaled(row.standardError),
        low: scaled(row.low),
        high: scaled(row.high),
        cv: row.variation === null ? null : 100 * row.variation,
        rows: row.rows,
        clusters: row.clusters,
        deff: row.designEffect,
        effective: row.effectiveRows,
        flag: row.reliable === false ? "referential" : "",
      })),
      notes: [...this.notes, ...reasonNotes(this.rows)],
      source: this.source,
    });
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toTable().toBundle();
  }
}

/** Why numbers are missing, once per reason. */
function reasonNotes(rows: readonly SurveyRow[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const row of rows) {
    for (const reason of row.reasons) {
      byReason.set(reason, [...(byReason.get(reason) ?? []), `${row.label} ${row.year}`]);
    }
  }
  return [...byReason].map(([reason, where]) =>
    `${where.slice(0, 3).join(", ")}${
      where.length > 3 ? ` and ${where.length - 3} more` : ""
    }: ${reason}`
  );
}
