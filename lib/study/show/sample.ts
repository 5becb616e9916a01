import type { Panel } from "../../panel/panel.ts";
import { Table } from "../../tables/table.ts";

/** One join, and the proof that it neither lost nor multiplied a row. */
export interface JoinStep {
  readonly joined: string;
  readonly by: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Rows for which the joined table had nothing. */
  readonly unmatched: number;
}

/** How the sample came about: the joins that built it, then every restriction. */
export function sampleFlowTable(panel: Panel, joins: readonly JoinStep[] = []): Table {
  return new Table({
    caption:
      `The panel: ${panel.rows} rows, ${panel.units.length} units × ${panel.times.length} periods` +
      `${panel.balanced ? ", none missing" : ", not balanced"}`,
    columns: [
      { key: "step", label: "Step" },
      { key: "rows", label: "Rows" },
      { key: "units", label: "Units" },
      { key: "times", label: "Periods" },
      { key: "unmatched", label: "Without a match" },
    ],
    rows: [
      ...joins.map((join) => ({
        step: `joined ${join.joined} by ${join.by}`,
        rows: join.rowsAfter,
        units: null,
        times: null,
        unmatched: join.unmatched,
      })),
      ...panel.flow.map((step) => ({ ...step, unmatched: null })),
    ],
    notes: joins.length === 0
      ? []
      : ["A join that multiplied rows would be an error; rows without a match would show here."],
  });
}
