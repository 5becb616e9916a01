import * as Plot from "@observablehq/plot";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints, timeScale, treatmentLine } from "./plot.ts";
import { COLOURS, SERIES, SYMBOLS } from "./theme.ts";

export interface TrendPoint {
  readonly series: string;
  readonly time: number;
  readonly value: number;
}

export interface TrendsOptions extends FigureWords {
  readonly xLabel: string;
  readonly yLabel: string;
  /** First treated period: a line is drawn before it. */
  readonly treatedFrom?: number;
  readonly treatedLabel?: string;
  /** Periods to shade: the pandemic. */
  readonly shade?: { readonly from: number; readonly to: number; readonly label: string };
  /** Include zero in the axis. Default true. */
  readonly zero?: boolean;
}

/** Lines over time, one per series, told apart by colour, symbol and dash, named at their ends. */
export function trendsPlot(points: readonly TrendPoint[], options: TrendsOptions): Figure {
  checkFigure("trendsPlot", points, options, ["title", "source", "xLabel", "yLabel"]);
  requirePoints(options.title, points, ["time", "value"]);
  const names = [...new Set(points.map((point) => point.series))];
  const values = points.map((point) => point.value);
  const zero = options.zero ?? true;
  const top = Math.max(...values, zero ? 0 : -Infinity);
  const bottom = Math.min(...values, zero ? 0 : Infinity);
  const shade = options.shade;
  const panel = drawPlot({
    width: FULL,
    height: 340,
    marginLeft: 48,
    marginRight: 24,
    marginBottom: 40,
    x: timeScale(points.map((point) => point.time), options.xLabel),
    y: {
      label: options.yLabel,
      labelArrow: "none",
      grid: true,
      domain: [bottom, top + 0.05 * (top - bottom)],
      nice: true,
    },
    marks: [
      ...(shade === undefined ? [] : [
        Plot.rect([shade], { x1: "from", x2: "to", fill: COLOURS.faint }),
        Plot.text([shade], {
          x: (d: { from: number; to: number }) => (d.from + d.to) / 2,
          text: "label",
          frameAnchor: "bottom",
          dy: -4,
          fill: COLOURS.quiet,
        }),
      ]),
      ...(zero ? [Plot.ruleY([0], { stroke: COLOURS.rule })] : []),
      ...(options.treatedFrom === undefined
        ? []
        : treatmentLine(options.treatedFrom, options.treatedLabel ?? "treatment →")),
      ...names.flatMap((name, i) => {
        const own = points.filter((point) => point.series === name);
        const colour = SERIES[i % SERIES.length];
        return [
          Plot.line(own, {
            x: "time",
            y: "value",
            stroke: colour,
            strokeWidth: 2,
            ...(i % 2 === 1 ? { strokeDasharray: "5 4" } : {}),
          }),
          Plot.dot(own, {
            x: "time",
            y: "value",
            fill: colour,
            symbol: SYMBOLS[i % SYMBOLS.length],
            r: 3.6,
          }),
        ];
      }),
    ],
  });
  const legend = names.length === 1 ? [] : names.map((label, i) => ({
    label,
    colour: SERIES[i % SERIES.length],
    kind: "symbol" as const,
    symbol: i,
  }));
  return compose(options, [panel], legend);
}
