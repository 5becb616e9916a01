import * as Plot from "@observablehq/plot";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, type LegendItem } from "./figure.ts";
import { drawPlot, FULL, requirePoints, timeScale, treatmentLine } from "./plot.ts";
import { COLOURS, SERIES, SYMBOLS } from "./theme.ts";

export interface EventPoint {
  readonly time: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Estimates by several methods are told apart by this. */
  readonly series?: string;
  /** The base period, zero by construction: drawn hollow, without an interval. */
  readonly reference?: boolean;
}

export interface EventPlotOptions extends FigureWords {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly treatedFrom: number;
  readonly treatedLabel?: string;
  /** A trend to draw in: value = slope · (time − base). */
  readonly trend?: { readonly base: number; readonly slope: number; readonly label: string };
}

/** Effects over time with their intervals, about a base period that is zero by construction. */
export function eventStudyPlot(points: readonly EventPoint[], options: EventPlotOptions): Figure {
  checkFigure("eventStudyPlot", points, options, ["title", "source", "xLabel", "yLabel"], [
    "treatedFrom",
  ]);
  requirePoints(options.title, points, ["time", "estimate", "low", "high"]);
  const names = [...new Set(points.map((point) => point.series ?? ""))];
  const times = points.map((point) => point.time);
  const gap = (names.length > 4 ? 0.76 : 0.5) / Math.max(1, names.length);
  const shift = (series: string) => (names.indexOf(series) - (names.length - 1) / 2) * gap;
  const placed = points.map((point) => ({ ...point, x: point.time + shift(point.series ?? "") }));
  const { trend } = options;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const panel = drawPlot({
    width: FULL,
    height: 340,
    marginLeft: 52,
    marginRight: 20,
    marginBottom: 40,
    x: timeScale(times, options.xLabel),
    y: { label: options.yLabel, labelArrow: "none", grid: true, nice: true },
    marks: [
      Plot.ruleY([0], { stroke: COLOURS.ink }),
      ...treatmentLine(options.treatedFrom, options.treatedLabel ?? "treatment →"),
      ...(trend === undefined ? [] : [
        Plot.line(
          [first, last].map((time) => ({ time, value: trend.slope * (time - trend.base) })),
          {
            x: "time",
            y: "value",
            stroke: COLOURS.third,
            strokeWidth: 2,
            strokeDasharray: "7 5",
          },
        ),
      ]),
      ...names.flatMap((name, i) => {
        const own = placed.filter((point) => (point.series ?? "") === name);
        const colour = SERIES[i % SERIES.length];
        return [
          Plot.ruleX(own.filter((point) => !point.reference), {
            x: "x",
            y1: "low",
            y2: "high",
            stroke: colour,
            strokeWidth: 1.8,
          }),
          Plot.dot(own.filter((point) => !point.reference), {
            x: "x",
            y: "estimate",
            fill: colour,
            symbol: symbolOf(i),
            r: 4,
          }),
          Plot.dot(own.filter((point) => point.reference === true), {
            x: "x",
            y: "estimate",
            fill: COLOURS.paper,
            stroke: colour,
            strokeWidth: 1.8,
            r: 4.2,
          }),
        ];
      }),
    ],
  });
  return compose(options, [panel], legendOf(points, names, trend?.label));
}

function legendOf(
  points: readonly EventPoint[],
  names: readonly string[],
  trend: string | undefined,
): LegendItem[] {
  return [
    ...(names.length === 1 ? [] : names.map((label, i) => ({
      label,
      colour: SERIES[i % SERIES.length],
      kind: "symbol" as const,
      symbol: i + Math.floor(i / SERIES.length),
    }))),
    ...(points.some((point) => point.reference === true)
      ? [{
        label: "base period (zero by construction)",
        colour: SERIES[0],
        kind: "hollow" as const,
      }]
      : []),
    ...(trend === undefined
      ? []
      : [{ label: trend, colour: COLOURS.third, kind: "dashed" as const }]),
  ];
}

/** Symbols shift once the colours are used up, so that every series looks different. */
function symbolOf(i: number): typeof SYMBOLS[number] {
  return SYMBOLS[(i + Math.floor(i / SERIES.length)) % SYMBOLS.length];
}
