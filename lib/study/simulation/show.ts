import type { Figure } from "../../report/figure.ts";
import { intervalPlot } from "../../report/interval-plot.ts";
import { formatNumber } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import { readCsv } from "../csv.ts";
import type { Rejections } from "./coverage.ts";

/** How often one procedure rejected the truth in one design. */
export interface CoverageRow {
  readonly design: string;
  readonly procedure: string;
  readonly panels: number;
  readonly failed: number;
  readonly rejectedPct: number;
  readonly monteCarloErrorPct: number;
}

const SOURCE =
  "simulated from the levels, common path and residuals of Peru's areas before 2019 (deno task coverage)";

/** The large coverage study, as `deno task coverage` stored it. */
export function loadCoverage(): CoverageRow[] {
  const file = new URL("../../../data/simulated/coverage.csv", import.meta.url);
  const { columns, lines } = readCsv(file, "data/simulated/coverage.csv");
  return lines.map((_, i) => ({
    design: columns.design[i],
    procedure: columns.procedure[i],
    panels: Number(columns.panels[i]),
    failed: Number(columns.failed[i]),
    rejectedPct: Number(columns.rejection_pct[i]),
    monteCarloErrorPct: Number(columns.monte_carlo_error_pct[i]),
  }));
}

/** One row per procedure, one column per design. */
export function coverageTable(rows: readonly CoverageRow[]): Table {
  const designs = [...new Set(rows.map((row) => row.design))];
  const procedures = [...new Set(rows.map((row) => row.procedure))];
  const cell = (procedure: string, design: string): CellValue => {
    const row = rows.find((item) => item.procedure === procedure && item.design === design);
    return row === undefined
      ? null
      : `${formatNumber(row.rejectedPct, 1)} (${formatNumber(row.monteCarloErrorPct, 1)})`;
  };
  const failed = rows.filter((row) => row.failed > 0);
  return new Table({
    caption: `Simulated: how often a test at 5 % rejects the true effect, % of ${
      rows[0].panels
    } panels`,
    columns: [
      { key: "procedure", label: "Procedure" },
      ...designs.map((design) => ({ key: design, label: design, align: "right" as const })),
    ],
    rows: procedures.map((procedure) => ({
      procedure,
      ...Object.fromEntries(designs.map((design) => [design, cell(procedure, design)])),
    })),
    source: SOURCE,
    notes: [
      "In parentheses: Monte Carlo standard error. 100 % less the rejection rate is the coverage of the 95 % interval.",
      ...failed.map((row) =>
        `${row.procedure}, ${row.design}: could not be computed in ${row.failed} panels`
      ),
    ],
  });
}

/** The designs with all areas, drawn about the nominal level. */
export function coverageFigure(rows: readonly CoverageRow[]): Figure {
  const shown = rows.filter((row) => row.design === "no effect" || row.design.includes("weighted"));
  const worst = shown.reduce((most, row) => row.rejectedPct > most.rejectedPct ? row : most);
  return intervalPlot(
    shown.map((row) => ({
      label: row.procedure,
      group: row.design,
      result: {
        estimate: row.rejectedPct,
        low: row.rejectedPct - 1.96 * row.monteCarloErrorPct,
        high: row.rejectedPct + 1.96 * row.monteCarloErrorPct,
      },
    })),
    {
      title: `A test at 5 % can reject the truth in ${
        formatNumber(worst.rejectedPct, 0)
      } % of panels`,
      subtitle: `Rejections of a true null in ${
        rows[0].panels
      } simulated panels, %, with Monte Carlo intervals`,
      source: SOURCE,
      notes: ["Simulated data. A procedure that works lies on the dashed line, at 5."],
      mark: 5,
      xLabel: "% of panels in which the true effect is rejected (nominal: 5)",
    },
  );
}

/** A small study, with its Monte Carlo error. */
export function smallCoverageFigure(results: readonly Rejections[], areas: number): Figure {
  const rows = results.map(({ procedure, panels, rejected, failed }) => {
    const valid = panels - failed;
    const rate = rejected / valid;
    return {
      procedure,
      rate: 100 * rate,
      error: 100 * Math.sqrt(Math.max(rate * (1 - rate), 0.01) / valid),
      panels,
    };
  });
  const iid = rows.find((row) => row.procedure === "iid")!;
  return intervalPlot(
    rows.map(({ procedure, rate, error }) => ({
      label: procedure,
      result: { estimate: rate, low: Math.max(0, rate - 1.96 * error), high: rate + 1.96 * error },
    })),
    {
      title: `With ${areas} areas, errors taken as independent reject the truth in ${
        formatNumber(iid.rate, 0)
      } % of panels`,
      subtitle:
        `Rejections of a true null at 5 % in ${iid.panels} simulated panels, %, with Monte Carlo intervals`,
      source: SOURCE,
      notes: ["Simulated data. A procedure that works lies on the dashed line, at 5."],
      mark: 5,
      xLabel: "% of panels in which the true effect is rejected (nominal: 5)",
    },
  );
}
