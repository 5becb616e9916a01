import type { NonInferiority } from "../diagnostics/non-inferiority.ts";
import type { PreTrendEquivalence } from "../diagnostics/pre-trend-equivalence.ts";
import { tInverse } from "../regression/distributions.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot, type IntervalRow } from "./interval-plot.ts";

export interface EquivalencePlotOptions extends FigureWords {
  readonly xLabel: string;
  readonly digits?: number;
}

/** Every effect before treatment with the range that it can be shown to lie in, and the range for the measure as a whole. */
export function equivalencePlot(
  found: PreTrendEquivalence,
  options: EquivalencePlotOptions,
): Figure {
  checkFigure("equivalencePlot", found, options, ["title", "source", "xLabel"]);
  const within = (bound: number) => ({ low: -bound, high: bound });
  const rows: IntervalRow[] = [
    ...found.rows.map(({ time, estimate, smallestBound }): IntervalRow => ({
      label: String(time),
      series: "one effect",
      result: { estimate, ...within(smallestBound) },
    })),
    {
      label: MEASURES[found.measure],
      series: "all together",
      result: { estimate: found.value, ...within(found.smallestBound) },
    },
  ];
  const verdict = found.bound === null || found.pValue === null ? [] : [
    `${found.equivalent ? "Shown" : "Not shown"} to lie within ±${
      formatSignificant(found.bound, 3)
    } (p = ${formatP(found.pValue)}).`,
  ];
  return intervalPlot(rows, {
    ...options,
    notes: [
      ...verdict,
      `Bars: the smallest range around zero that each can be shown to lie in, at level ${found.level}; dots: estimates.`,
      ...(options.notes ?? []),
    ],
  });
}

const MEASURES: Readonly<Record<PreTrendEquivalence["measure"], string>> = {
  maximum: "largest in size",
  mean: "size of the mean",
  rootMeanSquare: "root mean square",
};

/** The effect under the simple and the flexible model, and their difference with the range it can be shown to lie in. */
export function nonInferiorityPlot(
  found: NonInferiority,
  options: EquivalencePlotOptions,
): Figure {
  checkFigure("nonInferiorityPlot", found, options, ["title", "source", "xLabel"]);
  const { simple, flexible, difference, interval: [low, high], degreesOfFreedom, level } = found;
  const share = 1 - 2 * level;
  const width = tInverse(1 - level, degreesOfFreedom);
  const model = (label: string, { estimate, standardError }: typeof simple): IntervalRow => ({
    label,
    series: "model",
    result: {
      estimate,
      low: estimate - width * standardError,
      high: estimate + width * standardError,
    },
  });
  return intervalPlot([
    model(`simple: ${simple.name}`, simple),
    model(`flexible: ${flexible.name}`, flexible),
    {
      label: "simple less flexible",
      series: "difference",
      result: { estimate: difference, low, high },
    },
  ], {
    ...options,
    notes: [
      `${
        Number((100 * share).toPrecision(3))
      } % intervals; the models are shown to agree to within ${
        formatSignificant(found.smallestThreshold, 3)
      }${
        found.threshold === null || found.pValue === null
          ? ""
          : `; within ${formatSignificant(found.threshold, 3)}: p = ${formatP(found.pValue)}`
      }.`,
      ...(options.notes ?? []),
    ],
  });
}
