import { type InferenceTable, SLOWER_DRAWS } from "../inference/table.ts";
import { formatCount, formatNumber, formatP } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot } from "./interval-plot.ts";

const FAMILIES = {
  analytic: "Formulas",
  jackknife: "Jackknife",
  bootstrap: "Bootstrap",
  randomisation: "Randomisation",
} as const;

/** One effect under every procedure, as a table: the rule first, then the numbers. */
export function inferenceText(
  table: InferenceTable,
  source: string,
  unitLabels: Record<string, string> = {},
): Table {
  const digits = (value: number) => formatNumber(value, 2);
  const name = (label: unknown) => unitLabels[String(label)] ?? String(label);
  const { dependence } = table;
  return new Table({
    caption: `${table.term}: ${digits(table.estimate)} under every procedure`,
    columns: [
      { key: "procedure", label: "Procedure" },
      { key: "standardError", label: "Std. error", format: digits, align: "right" },
      { key: "degreesOfFreedom", label: "df", format: (v) => formatNumber(v, 1), align: "right" },
      { key: "pValue", label: "p", format: formatP, align: "right" },
      {
        key: "low",
        label: `${100 * table.confidenceLevel} % from`,
        format: digits,
        align: "right",
      },
      { key: "high", label: "to", format: digits, align: "right" },
    ],
    rows: table.rows.map(({ procedure, standardError, degreesOfFreedom, pValue, low, high }) => ({
      procedure,
      standardError,
      degreesOfFreedom,
      pValue,
      low,
      high,
    })),
    source,
    notes: [
      `Decision rule, fixed beforehand: ${table.rule}`,
      `Wild bootstrap: ${
        formatCount(table.draws)
      } draws; multiplier bootstrap and randomisation: ` +
      `${
        formatCount(Math.min(table.draws, SLOWER_DRAWS))
      }; seed ${table.seed}. A dash: the procedure gives no such number.`,
      ...table.rows.filter((row) => row.reason !== null).map((row) =>
        `${row.procedure}: ${row.reason}`
      ),
      ...("reason" in dependence ? [`Leaving clusters out: ${dependence.reason}`] : [
        `Effective number of clusters ${formatNumber(dependence.effectiveClusters, 1)} of ` +
        `${dependence.withoutOne.length}.`,
        `Without ${name(dependence.withoutOne[0].cluster)} the estimate is ${
          digits(dependence.withoutOne[0].estimate)
        }; ` +
        `leaving any two out it runs from ${digits(dependence.withoutTwo.low)} (without ` +
        `${dependence.withoutTwo.pairs[0].map(name).join(" and ")}) to ${
          digits(dependence.withoutTwo.high)
        } (without ` +
        `${dependence.withoutTwo.pairs[1].map(name).join(" and ")}).`,
      ]),
    ],
  });
}

/** One effect under every procedure, drawn. */
export function inferencePlot(
  table: InferenceTable,
  words: FigureWords & { readonly xLabel: string },
): Figure {
  checkFigure("inferencePlot", table, words, ["title", "source", "xLabel"]);
  return intervalPlot(
    table.rows.map((row) => ({
      label: row.procedure,
      group: FAMILIES[row.family],
      result: row.low === null || row.high === null
        ? { reason: row.reason ?? "the procedure gives no interval" }
        : { estimate: table.estimate, low: row.low, high: row.high },
      ...(row.pValue === null
        ? {}
        : { note: `p ${row.pValue < 0.001 ? "" : "= "}${formatP(row.pValue)}` }),
    })),
    { ...words, noteLabel: "p" },
  );
}
