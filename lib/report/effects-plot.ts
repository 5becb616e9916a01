import type { Estimate } from "../estimators/estimate.ts";
import { type EventPoint, eventStudyPlot } from "./event-plot.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";

export interface EffectsPlotOptions extends FigureWords {
  readonly yLabel: string;
  /** True effects by event time, where the panel was simulated: drawn beside the estimates. */
  readonly truth?: ReadonlyMap<number, number>;
}

/** The event-time effects of one estimate, beside the truth where it is known. */
export function effectsPlot(estimate: Estimate, options: EffectsPlotOptions): Figure {
  checkFigure("effectsPlot", estimate, options, ["title", "source", "yLabel"]);
  const { truth, ...words } = options;
  const found: EventPoint[] = estimate.terms.flatMap(({ name, time, estimate: value, low, high }) =>
    time === undefined || !name.startsWith("event time")
      ? []
      : [{ time, estimate: value, low, high, series: "estimate" }]
  );
  const times = new Set(found.map(({ time }) => time));
  const known: EventPoint[] = [...truth ?? []].filter(([time]) => times.has(time)).map((
    [time, value],
  ) => ({ time, estimate: value, low: value, high: value, series: "truth" }));
  return eventStudyPlot([...found, ...known], {
    ...words,
    notes: [estimate.design.estimator, ...(words.notes ?? [])],
    xLabel: "time since first treated",
    treatedFrom: 0,
  });
}
