import * as Plot from "@observablehq/plot";
import type { EventView } from "../compute.ts";
import type { Phrases } from "../language/english.ts";
import { shortNumber } from "../words.ts";
import { axisNumber, draw, INK, PAPER, type PlotFrame, QUIET, SERIES, timeAxis } from "./plot.ts";

export interface EventWords {
  readonly phrases: Phrases;
  readonly unit: string;
  readonly timeName: string;
  readonly treatedFrom: number;
  /** The true effect at each time, once it is revealed. */
  readonly truth: readonly { readonly time: number; readonly effect: number }[] | null;
}

/** Effects over time: intervals as lines, the band that covers all of them as an area. */
export function eventPlot(view: EventView, words: EventWords, frame: PlotFrame): Element {
  const { interval, views } = words.phrases;
  const { effects, base } = view;
  const zero = base === null
    ? []
    : [{ time: base, estimate: 0, low: 0, high: 0, bandLow: 0, bandHigh: 0 }];
  const all = [...effects, ...zero].sort((a, b) => a.time - b.time);
  return draw(frame, {
    x: timeAxis(
      all.map(({ time }) => time),
      frame.width,
      view.eventTime ? views.periods : words.timeName,
    ),
    y: { label: words.unit, labelArrow: "none", grid: true, nice: true, tickFormat: axisNumber },
    marks: [
      Plot.areaY(all, {
        x: "time",
        y1: "bandLow",
        y2: "bandHigh",
        fill: SERIES[0],
        fillOpacity: 0.13,
      }),
      Plot.ruleY([0], { stroke: INK, strokeOpacity: 0.7 }),
      Plot.ruleX([words.treatedFrom - 0.5], { stroke: QUIET, strokeDasharray: "3 3" }),
      Plot.text([views.treatmentStarts], {
        x: words.treatedFrom - 0.5,
        frameAnchor: "top-left",
        dx: 5,
        textAnchor: "start",
        fill: QUIET,
      }),
      Plot.ruleX(effects, {
        x: "time",
        y1: "low",
        y2: "high",
        stroke: SERIES[0],
        strokeWidth: 1.8,
      }),
      Plot.dot(effects, { x: "time", y: "estimate", fill: SERIES[0], r: 3.6 }),
      Plot.dot(zero, {
        x: "time",
        y: "estimate",
        fill: PAPER,
        stroke: SERIES[0],
        strokeWidth: 1.8,
        r: 4,
      }),
      ...(words.truth === null ? [] : [
        Plot.dot(words.truth, {
          x: "time",
          y: "effect",
          symbol: "diamond",
          stroke: SERIES[2],
          strokeWidth: 2,
          r: 5,
        }),
      ]),
      Plot.tip(
        effects,
        Plot.pointerX({
          x: "time",
          y: "estimate",
          title: ({ time, estimate, low, high }: (typeof effects)[number]) =>
            views.tip(
              axisNumber(time),
              shortNumber(estimate),
              interval(shortNumber(low), shortNumber(high), ""),
            ),
          fill: PAPER,
        }),
      ),
    ],
  });
}
