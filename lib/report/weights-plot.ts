import type { TwfeWeights } from "../diagnostics/twfe-weights.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { scatterPlot } from "./scatter-plot.ts";

/** The weight that two-way fixed effects give each cohort in each period, against time since treatment. */
export function weightsPlot({ cells }: TwfeWeights, options: FigureWords): Figure {
  return scatterPlot(
    cells.map(({ cohort, time, weight }) => ({
      x: time - cohort,
      y: weight,
      label: "",
      series: `first treated in ${cohort}`,
    })),
    { ...options, xLabel: "time since first treated", yLabel: "weight in the estimate" },
  );
}
