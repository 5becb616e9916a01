import * as Plot from "@observablehq/plot";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { textWidth } from "./svg.ts";
import { COLOURS, SERIES, SYMBOLS } from "./theme.ts";

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly series: string;
}

export interface ScatterOptions extends FigureWords {
  readonly xLabel: string;
  readonly yLabel: string;
  /** A straight line to draw in. */
  readonly line?: { readonly intercept: number; readonly slope: number; readonly label: string };
}

/** Named points, told apart by colour and symbol. */
export function scatterPlot(points: readonly ScatterPoint[], options: ScatterOptions): Figure {
  checkFigure("scatterPlot", points, options, ["title", "source", "xLabel", "yLabel"]);
  requirePoints(options.title, points, ["x", "y"]);
  const names = [...new Set(points.map((point) => point.series))];
  const { line } = options;
  const ends = [
    Math.min(...points.map((point) => point.x)),
    Math.max(...points.map((point) => point.x)),
  ];
  const labels = placeLabels(points, RIGHT);
  const panel = drawPlot({
    width: FULL,
    height: 400,
    marginLeft: LEFT,
    marginBottom: 42,
    marginRight: RIGHT,
    x: { label: options.xLabel, labelAnchor: "center", labelArrow: "none", grid: true, nice: true },
    y: { label: options.yLabel, labelArrow: "none", grid: true, nice: true },
    marks: [
      ...(line === undefined ? [] : [
        Plot.line(ends.map((x) => ({ x, y: line.intercept + line.slope * x })), {
          x: "x",
          y: "y",
          stroke: COLOURS.rule,
          strokeWidth: 2,
          strokeDasharray: "7 5",
        }),
      ]),
      ...names.map((name, i) =>
        Plot.dot(points.filter((point) => point.series === name), {
          x: "x",
          y: "y",
          fill: SERIES[i % SERIES.length],
          symbol: SYMBOLS[i % SYMBOLS.length],
          r: 4,
        })
      ),
      ...(["start", "end"] as const).flatMap((textAnchor) => {
        const named = labels.filter((label) => label.side === textAnchor);
        return named.length === 0 ? [] : [
          Plot.text(named.map(({ point }) => point), {
            x: "x",
            y: "y",
            text: "label",
            dx: textAnchor === "start" ? 7 : -7,
            textAnchor,
            fontSize: 10,
          }),
        ];
      }),
    ],
  });
  return compose(options, [panel], [
    ...(names.length === 1 ? [] : names.map((label, i) => ({
      label,
      colour: SERIES[i % SERIES.length],
      kind: "symbol" as const,
      symbol: i,
    }))),
    ...(line === undefined
      ? []
      : [{ label: line.label, colour: COLOURS.rule, kind: "dashed" as const }]),
  ]);
}

/** Margins, pixels. */
const [LEFT, RIGHT] = [52, 70];

interface PlacedLabel {
  readonly point: ScatterPoint;
  /** "start": the name begins at the point; "end": it ends there, since it would run out of the figure. */
  readonly side: "start" | "end";
}

/** The points whose names, written to their right, do not run into an earlier one's: outer points first, as they say most. */
export function readableLabels(points: readonly ScatterPoint[]): ScatterPoint[] {
  return placeLabels(points, Infinity).map(({ point }) => point);
}

/** The same with names to the left of points that are less than a name away from the edge, `room` pixels right of the last. */
function placeLabels(points: readonly ScatterPoint[], room: number): PlacedLabel[] {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const scale = (value: number, all: readonly number[], pixels: number) =>
    pixels * (value - Math.min(...all)) / (Math.max(...all) - Math.min(...all) || 1);
  const width = FULL - LEFT - RIGHT;
  const placed: { left: number; right: number; y: number; label: PlacedLabel }[] = [];
  for (const point of [...points].sort((a, b) => b.x - a.x || b.y - a.y)) {
    const x = scale(point.x, xs, width);
    const y = scale(point.y, ys, 300);
    const length = 10 + textWidth(point.label, 10);
    const side = x + length > width + room ? "end" : "start";
    const [left, right] = side === "end" ? [x - length, x] : [x, x + length];
    if (
      placed.every((other) =>
        Math.abs(other.y - y) > 12 || other.left > right || other.right < left
      )
    ) {
      placed.push({ left, right, y, label: { point, side } });
    }
  }
  return placed.map(({ label }) => label);
}
