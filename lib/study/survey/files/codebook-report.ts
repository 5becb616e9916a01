/** What a check of the codebook found, and its tables. */
import { type CellValue, Table } from "../../../tables/table.ts";
import type { SurveyModule, SurveyProvenance } from "../types.ts";
import { labelled } from "./provenance.ts";
import { MODULES } from "./spec.ts";

export type CodebookStatus =
  | "as expected"
  | "missing"
  | "renamed"
  | "other values"
  | "no numbers"
  | "blank throughout"
  | "coded otherwise than the year before"
  | "more missing than the year before"
  | "file not readable";

/** One variable in one year. */
export interface CodebookCell {
  readonly year: number;
  readonly module: SurveyModule;
  readonly variable: string;
  readonly status: CodebookStatus;
  /** What exactly was found, "" where it is as expected. */
  readonly detail: string;
  /** Share of all rows of the file without an answer, 0–1; null where the variable is not there. */
  readonly missingShare: number | null;
  /** Distinct values of a variable that holds codes; null for amounts and counts. */
  readonly codes: readonly number[] | null;
}

/** Columns of a file that the year before did not have, and the other way round. */
export interface ColumnChange {
  readonly year: number;
  readonly module: SurveyModule;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** What the check found: a table of variables by years, the findings one by one, and columns that came or went. */
export class Codebook {
  constructor(
    readonly cells: readonly CodebookCell[],
    readonly changes: readonly ColumnChange[],
    /** Of the files that were found. */
    readonly provenances: readonly SurveyProvenance[],
  ) {}

  /** Cells that are not as expected. */
  get findings(): readonly CodebookCell[] {
    return this.cells.filter(({ status }) => status !== "as expected");
  }

  /** Variables down, years across: "ok" or what was found. */
  toTable(): Table {
    const years = [...new Set(this.cells.map(({ year }) => year))].sort((a, b) => a - b);
    const rows = new Map<string, Record<string, CellValue>>();
    for (const { module, variable, year, status } of this.cells) {
      const key = `${module} ${variable}`;
      const row = rows.get(key) ?? { module: MODULES[module].title, variable };
      row[year] = status === "as expected" ? "ok" : status;
      rows.set(key, row);
    }
    return new Table({
      ...this.#words(),
      columns: [
        { key: "module", label: "Module" },
        { key: "variable", label: "Variable" },
        ...years.map((year) => ({ key: String(year), label: String(year) })),
      ],
      rows: [...rows.values()],
      notes: this.findings.slice(0, 12).map(({ year, variable, status, detail }) =>
        `${year}, ${variable}: ${status}${detail === "" ? "" : ` (${detail})`}.`
      ),
    });
  }

  /** One row a finding, with the detail. */
  findingsTable(): Table {
    return new Table({
      ...this.#words(),
      columns: [
        { key: "year", label: "Year" },
        { key: "module", label: "Module" },
        { key: "variable", label: "Variable" },
        { key: "status", label: "Finding" },
        { key: "detail", label: "Detail" },
      ],
      rows: this.findings.map(({ year, module, variable, status, detail }) => ({
        year,
        module: MODULES[module].title,
        variable,
        status,
        detail,
      })),
    });
  }

  /** Columns that came and went, whether they are used here or not. */
  changesTable(): Table {
    const list = (names: readonly string[]) =>
      names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
    return new Table({
      ...labelled(
        "Columns that a year has and the year before had not, and the other way round",
        this.provenances,
      ),
      columns: [
        { key: "year", label: "Year" },
        { key: "module", label: "Module" },
        { key: "added", label: "New" },
        { key: "gone", label: "Gone" },
      ],
      rows: this.changes.map(({ year, module, added, gone }) => ({
        year,
        module: MODULES[module].title,
        added: list(added),
        gone: list(gone),
      })),
    });
  }

  #words() {
    const good = this.cells.length - this.findings.length;
    return labelled(
      `${good} of ${this.cells.length} variables by year are as expected`,
      this.provenances,
    );
  }
}
