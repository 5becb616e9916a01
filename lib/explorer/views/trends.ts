import * as Plot from "@observablehq/plot";
import type { GroupMean } from "../../diagnostics/group-means.ts";
import { axisNumber, draw, type PlotFrame, QUIET, SERIES, timeAxis } from "./plot.ts";

const SYMBOLS = ["circle", "square", "triangle"] as const;

/** Groups in the order in which they are drawn, with colour, symbol and dash. */
export function trendSeries(names: readonly string[]) {
  return names.map((name, i) => ({
    name,
    colour: SERIES[i % SERIES.length],
    symbol: SYMBOLS[i % SYMBOLS.length],
    dash: i % 2 === 1 ? "5 4" : "none",
  }));
}

/** Raw means of the groups over time. */
export function trendsPlot(
  means: readonly GroupMean[],
  names: readonly string[],
  words: { readonly unit: string; readonly treatedFrom: number; readonly timeName: string },
  frame: PlotFrame,
): Element {
  return draw(frame, {
    x: timeAxis(means.map(({ time }) => time), frame.width, words.timeName),
    y: { label: words.unit, labelArrow: "none", grid: true, nice: true, tickFormat: axisNumber },
    marks: [
      Plot.ruleX([words.treatedFrom - 0.5], { stroke: QUIET, strokeDasharray: "3 3" }),
      ...trendSeries(names).flatMap(({ name, colour, symbol, dash }) => {
        const own = means.filter(({ group }) => group === name);
        return [
          Plot.line(own, {
            x: "time",
            y: "mean",
            stroke: colour,
            strokeWidth: 2,
            strokeDasharray: dash,
          }),
          Plot.dot(own, { x: "time", y: "mean", fill: colour, symbol, r: 3.2 }),
        ];
      }),
    ],
  });
}
