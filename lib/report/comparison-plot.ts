import type { Comparison } from "../diagnostics/compare.ts";
import { eventStudyPlot } from "./event-plot.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";

/** Event studies of several estimators in one picture. */
export function comparisonPlot(
  comparison: Comparison,
  options: FigureWords & { readonly yLabel: string; readonly treatedLabel?: string },
): Figure {
  checkFigure("comparisonPlot", comparison, options, ["title", "source", "yLabel"]);
  return eventStudyPlot(comparison.points, {
    ...options,
    xLabel: "time since first treated",
    treatedFrom: 0,
  });
}
