import type { TwfeUnitWeights, TwfeWeights } from "../diagnostics/twfe-weights.ts";
import type { Label } from "../panel/coding.ts";
import { formatNumber } from "../tables/format.ts";
import { heatmapPlot } from "./cells-plot.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { scatterPlot } from "./scatter-plot.ts";

/** The weight that two-way fixed effects give each cohort in each period, against time since treatment. */
export function weightsPlot(found: TwfeWeights, options: FigureWords): Figure {
  checkFigure("weightsPlot", found, options, ["title", "source"]);
  const { cells } = found;
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

/**
 * The weight of each unit in each period, in percent, those with the most negative weight on top. Periods in which a unit is not
 * treated (with stable effects: does not switch) are empty.
 */
export function unitWeightsPlot(
  found: TwfeUnitWeights,
  options: FigureWords & {
    /** What to call a unit. Default: its label in the panel. */
    readonly nameOf?: (unit: Label) => string;
  },
): Figure {
  checkFigure("unitWeightsPlot", found, options, ["title", "source"]);
  const { cells } = found;
  const name = options.nameOf ?? String;
  const negative = new Map<string, number>();
  for (const { unit, weight } of cells) {
    negative.set(name(unit), (negative.get(name(unit)) ?? 0) + Math.min(weight, 0));
  }
  return heatmapPlot(
    cells.map(({ unit, time, weight }) => ({
      row: name(unit),
      column: time,
      value: 100 * weight,
    })),
    {
      ...options,
      scale: "signed",
      xLabel: "period",
      valueLabel: "weight, %",
      format: (value) => formatNumber(value, Math.abs(value) < 0.95 ? 2 : 1),
      rowOrder: [...negative].toSorted(([, a], [, b]) => a - b).map(([unit]) => unit),
    },
  );
}
