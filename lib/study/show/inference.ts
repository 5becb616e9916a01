import type { InferenceTable } from "../../inference/table.ts";
import type { Figure } from "../../report/figure.ts";
import { inferencePlot } from "../../report/inference-plot.ts";
import { formatNumber, formatP } from "../../tables/format.ts";
import { effectLabel, type StudyDesign } from "../design.ts";
import { differenceUnit, outcomeWords } from "./words.ts";

/** One effect of the study under every procedure; the title is the interval that the rule reports. */
export function inferenceFigure(
  table: InferenceTable,
  design: StudyDesign,
  outcome: string,
): Figure {
  const words = outcomeWords(design, outcome);
  const reported = table.rows.find(({ procedure }) => procedure.includes("WCR-S"))!;
  const end = (value: number | null) => value === null ? "open" : formatNumber(value, 1);
  const title = reported.pValue === null
    ? `${words.label}: the procedure to report cannot be computed`
    : `${words.label}: ${formatNumber(table.estimate, 1)}, to report with ${end(reported.low)} to ${
      end(reported.high)
    } (p ${reported.pValue < 0.001 ? "" : "= "}${formatP(reported.pValue)})`;
  return inferencePlot(table, {
    title,
    subtitle:
      `Effect of ${effectLabel(design.treatment)}, ${100 * table.confidenceLevel} % intervals; ` +
      "to be reported by the rule: WCR-S",
    source: design.source,
    xLabel: differenceUnit(words),
  });
}
