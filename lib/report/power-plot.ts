import * as Plot from "@observablehq/plot";
import type { PreTrendPower } from "../diagnostics/pre-trend-power.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints, timeScale, treatmentLine } from "./plot.ts";
import { COLOURS } from "./theme.ts";

export interface PowerPlotOptions extends FigureWords {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly treatedLabel?: string;
}

/**
 * An event study with a hypothesised trend drawn in, and what the estimates would be on average under that trend, without any
 * effect, among studies that pass the look at pre-trends. Intervals are estimate ± 1.96 standard errors.
 */
export function preTrendPowerPlot(power: PreTrendPower, options: PowerPlotOptions): Figure {
  checkFigure("preTrendPowerPlot", power, options, ["title", "source", "xLabel", "yLabel"]);
  const { base, rows, treatedFrom } = power;
  requirePoints(options.title, rows, ["time", "estimate", "standardError", "trend"]);
  const zero = { time: base, estimate: 0, standardError: 0, trend: 0, meanAfterTest: 0 };
  const points = [...rows, zero].sort((a, b) => a.time - b.time);
  const after = points.filter(({ meanAfterTest }) => meanAfterTest !== null);
  const times = points.map(({ time }) => time);
  const passed = after.length > 1;
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
      ...(treatedFrom === Infinity
        ? []
        : treatmentLine(treatedFrom, options.treatedLabel ?? "treatment →")),
      Plot.line(points, {
        x: "time",
        y: "trend",
        stroke: COLOURS.third,
        strokeWidth: 2,
      }),
      Plot.ruleX(rows, {
        x: "time",
        y1: (row: typeof zero) => row.estimate - 1.96 * row.standardError,
        y2: (row: typeof zero) => row.estimate + 1.96 * row.standardError,
        stroke: COLOURS.treated,
        strokeWidth: 1.8,
      }),
      ...(passed
        ? [
          Plot.line(after, {
            x: "time",
            y: "meanAfterTest",
            stroke: COLOURS.control,
            strokeWidth: 1.6,
            strokeDasharray: "5 4",
          }),
          Plot.dot(after.filter(({ time }) => time !== base), {
            x: "time",
            y: "meanAfterTest",
            fill: COLOURS.control,
            symbol: "square",
            r: 3.6,
          }),
        ]
        : []),
      Plot.dot(rows, { x: "time", y: "estimate", fill: COLOURS.treated, r: 4 }),
      Plot.dot([zero], {
        x: "time",
        y: "estimate",
        fill: COLOURS.paper,
        stroke: COLOURS.treated,
        strokeWidth: 1.8,
        r: 4.2,
      }),
    ],
  });
  return compose(
    { ...options, notes: [...power.notes, ...(options.notes ?? [])] },
    [panel],
    [
      { label: "estimate ± 1.96 std. errors", colour: COLOURS.treated, kind: "symbol" },
      { label: "base period", colour: COLOURS.treated, kind: "hollow" },
      { label: "hypothesised trend, no effect", colour: COLOURS.third, kind: "line" },
      ...(passed
        ? [{
          label: "mean estimate of studies that pass the test",
          colour: COLOURS.control,
          kind: "symbol" as const,
          symbol: 1,
        }]
        : []),
    ],
  );
}
