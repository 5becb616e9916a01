import * as Plot from "@observablehq/plot";
import type { HonestResult } from "../jobs.ts";
import { axisNumber, draw, INK, PAPER, type PlotFrame, QUIET, SERIES } from "./plot.ts";

/** One specification that was tried. */
export interface Tried {
  readonly estimate: number;
  /** Ends of the interval; null where none was found. */
  readonly low: number | null;
  readonly high: number | null;
  /** Standing on the page now. */
  readonly current: boolean;
  readonly words: string;
}

/** Estimates of all specifications tried, from the lowest to the highest; the present one filled. */
export function triedPlot(
  tried: readonly Tried[],
  words: { readonly unit: string; readonly truth: number | null },
  frame: PlotFrame,
): Element {
  const ranked = [...tried].sort((a, b) => a.estimate - b.estimate)
    .map((item, rank) => ({ ...item, rank }));
  return draw(frame, {
    marginLeft: 14,
    x: {
      label: words.unit,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      nice: true,
      tickFormat: axisNumber,
    },
    y: { axis: null, domain: [-0.8, Math.max(1, ranked.length - 0.2)] },
    marks: [
      Plot.ruleX([0], { stroke: INK, strokeOpacity: 0.7 }),
      Plot.ruleY(ranked.filter(({ low, high }) => low !== null && high !== null), {
        y: "rank",
        x1: "low",
        x2: "high",
        stroke: ({ current }: Tried) => current ? SERIES[0] : QUIET,
        strokeWidth: ({ current }: Tried) => current ? 2.2 : 1.2,
      }),
      Plot.dot(ranked, {
        y: "rank",
        x: "estimate",
        r: ({ current }: Tried) => current ? 4.2 : 3,
        fill: ({ current }: Tried) => current ? SERIES[0] : PAPER,
        stroke: ({ current }: Tried) => current ? SERIES[0] : QUIET,
        strokeWidth: 1.4,
      }),
      ...(words.truth === null ? [] : [
        Plot.ruleX([words.truth], { stroke: SERIES[2], strokeWidth: 2, strokeDasharray: "5 3" }),
      ]),
    ],
  });
}

/** Honest intervals of the average effect, by the bound M̄; the chosen one filled. Ends that were not found run off. */
export function honestPlot(
  { intervals, original, estimate }: HonestResult,
  chosen: number,
  unit: string,
  frame: PlotFrame,
): Element {
  const ends = [
    original.low,
    original.high,
    ...intervals.flatMap(({ low, high }) => [low, high]).filter((end) => end !== null),
  ];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.1 * (most - least);
  const drawn = intervals.filter(({ reason }) => reason === null).map(({ bound, low, high }) => ({
    bound,
    low: low ?? least - room,
    high: high ?? most + room,
  }));
  const isChosen = ({ bound }: { bound: number }) => bound === chosen;
  return draw(frame, {
    x: { label: "M̄", labelAnchor: "center", labelArrow: "none", inset: 14, tickFormat: axisNumber },
    y: { label: unit, labelArrow: "none", grid: true, nice: true, tickFormat: axisNumber },
    marks: [
      Plot.ruleY([0], { stroke: INK, strokeOpacity: 0.7 }),
      Plot.ruleY([estimate], { stroke: QUIET, strokeDasharray: "2 3" }),
      Plot.ruleX(drawn, {
        x: "bound",
        y1: "low",
        y2: "high",
        stroke: (d) => isChosen(d) ? SERIES[0] : SERIES[1],
        strokeWidth: (d) => isChosen(d) ? 5 : 2.5,
        strokeLinecap: "round",
      }),
    ],
  });
}
