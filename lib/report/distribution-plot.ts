import * as Plot from "@observablehq/plot";
import { formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { COLOURS } from "./theme.ts";

export interface DistributionOptions extends FigureWords {
  readonly xLabel: string;
  /** What was observed, marked in the histogram. */
  readonly observed: number;
  readonly observedLabel: string;
  /** What one draw is, in the plural: "allocations". */
  readonly drawsLabel: string;
}

/** A histogram of draws with the observed value marked; draws at least as large in size are dark. */
export function distributionPlot(draws: ArrayLike<number>, options: DistributionOptions): Figure {
  checkFigure("distributionPlot", draws, options, [
    "title",
    "source",
    "xLabel",
    "observedLabel",
    "drawsLabel",
  ], ["observed"]);
  const bar = Math.abs(options.observed) * (1 - 1e-10);
  const points = Array.from(draws, (value) => ({ value, reached: Math.abs(value) >= bar }));
  requirePoints(options.title, points, ["value"]);
  const ends = [...points.map(({ value }) => value), options.observed];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const middle = options.observed < (low + high) / 2;
  const panel = drawPlot({
    width: FULL,
    height: 300,
    marginLeft: 52,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: options.xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      domain: [low, high],
    },
    y: { label: options.drawsLabel, labelArrow: "none", grid: true, nice: true },
    color: { domain: [false, true], range: [COLOURS.rule, COLOURS.control] },
    marks: [
      Plot.rectY(
        points,
        Plot.binX<Plot.RectYOptions>({ y: "count" }, {
          x: { value: "value", thresholds: 40 },
          fill: "reached",
          inset: 0.5,
        }),
      ),
      Plot.ruleY([0], { stroke: COLOURS.ink }),
      Plot.ruleX([options.observed], { stroke: COLOURS.treated, strokeWidth: 2.5 }),
      Plot.text([`${options.observedLabel}: ${formatSignificant(options.observed, 2)}`], {
        x: options.observed,
        frameAnchor: middle ? "top-left" : "top-right",
        dx: middle ? 6 : -6,
        dy: -14,
        textAnchor: middle ? "start" : "end",
        fill: COLOURS.ink,
        fontWeight: 600,
      }),
    ],
  });
  return compose(options, [panel], [
    { label: "smaller than observed", colour: COLOURS.rule, kind: "box" },
    { label: "at least as large, in size", colour: COLOURS.control, kind: "box" },
    { label: options.observedLabel, colour: COLOURS.treated, kind: "line" },
  ]);
}
