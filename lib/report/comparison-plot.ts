import type { Comparison } from "../diagnostics/compare.ts";
import { eventStudyPlot } from "./event-plot.ts";
import type { Figure, FigureWords } from "./figure.ts";

/** Event studies of several estimators in one picture. */
export function comparisonPlot(
  comparison: Comparison,
  options: FigureWords & { readonly yLabel: string; readonly treatedLabel?: string },
): Figure {
  return eventStudyPlot(comparison.points, {
    ...options,
    xLabel: "time since first treated",
    treatedFrom: 0,
  });
}
