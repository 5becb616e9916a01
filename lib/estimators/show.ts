import { formatP, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { designLines } from "./design.ts";
import type { Estimate } from "./estimate.ts";

/** The terms of an estimate with everything they rest on: what a notebook shows. */
export function estimateTable(estimate: Estimate): Table {
  const { design, terms, citation } = estimate;
  const level = `${100 * design.confidenceLevel} %`;
  return new Table({
    caption: `${design.estimator}: ${design.outcome}`,
    columns: [
      { key: "term", label: "Term" },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      { key: "statistic", label: "t", format: (value) => formatSignificant(value, 3) },
      { key: "pValue", label: "p", format: formatP },
      { key: "low", label: `${level} from`, format: formatSignificant },
      { key: "high", label: "to", format: formatSignificant },
    ],
    rows: terms.map(({ name, estimate, standardError, statistic, pValue, low, high }) => ({
      term: name,
      estimate,
      standardError,
      statistic,
      pValue,
      low,
      high,
    })),
    notes: [
      ...designLines(design),
      ...(design.context.assumptions ?? []).map((line) => `Assumed: ${line}`),
      citation,
    ],
  });
}
