import { Table } from "../../../tables/table.ts";
import type { FlowStep, SampleFlow, SurveyJoin, SurveyModule, SurveyProvenance } from "../types.ts";
import { labelled } from "./provenance.ts";
import { MODULES } from "./spec.ts";

/** Steps from one file to one table. */
export class FileFlow implements SampleFlow {
  readonly steps: readonly FlowStep[];

  constructor(
    readonly year: number,
    readonly module: SurveyModule,
    readonly file: string,
    readonly provenance: SurveyProvenance,
    steps: readonly FlowStep[],
  ) {
    this.steps = steps;
  }

  toTable(): Table {
    return sampleFlows([this]);
  }
}

const COLUMNS = [
  { key: "year", label: "Year" },
  { key: "file", label: "File" },
  { key: "step", label: "Step" },
  { key: "rows", label: "Rows" },
  { key: "dropped", label: "Dropped" },
];

/** From files to tables: every step of every year and module, and the joins after them. */
export function sampleFlows(
  flows: readonly SampleFlow[],
  joins: readonly SurveyJoin[] = [],
): Table {
  const years = [...new Set(flows.map(({ year }) => year))].sort();
  const used = flows.reduce((sum, flow) => sum + (flow.steps.at(-1)?.rows ?? 0), 0);
  const read = flows.reduce((sum, flow) => sum + (flow.steps.at(0)?.rows ?? 0), 0);
  return new Table({
    ...labelled(
      `${used} of ${read} rows are used, ${span(years)}`,
      [...flows, ...joins].map(({ provenance }) => provenance),
    ),
    columns: joins.length === 0
      ? COLUMNS
      : [...COLUMNS, { key: "unmatched", label: "Without a match" }],
    rows: [
      ...flows.flatMap((flow) =>
        flow.steps.map((step) => ({ year: flow.year, file: flow.file, ...step, unmatched: null }))
      ),
      ...joins.map((join) => ({
        year: join.year,
        file: `${moduleName(join.left)} → ${moduleName(join.right)}`,
        step: `joined by ${join.by}`,
        rows: join.leftRows,
        dropped: 0,
        unmatched: join.leftUnmatched,
      })),
    ],
    notes: joins.length === 0 ? [] : [
      "Joins look rows up and never copy them: rows before and after are the same by construction, and a key that " +
      "occurs twice on the right is an error.",
    ],
  });
}

function span(years: readonly number[]): string {
  if (years.length === 0) return "no year";
  return years.length === 1 ? String(years[0]) : `${years[0]}–${years.at(-1)}`;
}

function moduleName(module: SurveyModule): string {
  return MODULES[module].title.replace(/ \(.*/, "");
}
