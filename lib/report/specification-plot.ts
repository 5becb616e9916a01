import type { SpecificationCurve } from "../diagnostics/specification-curve.ts";
import { formatCount } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, type LegendItem } from "./figure.ts";
import { FULL, requirePoints } from "./plot.ts";
import { choices } from "./specification-plot/choices.ts";
import { estimates } from "./specification-plot/estimates.ts";
import { type Layout, RIGHT, short, SPARSE } from "./specification-plot/layout.ts";
import { stack } from "./stack.ts";
import { textWidth } from "./svg.ts";
import { COLOURS, TEXT } from "./theme.ts";

export interface SpecificationPlotOptions extends Partial<FigureWords> {
  /** Unit of the effect, for the axis. Default: the curve's. */
  readonly yLabel?: string;
}

/**
 * A specification curve: sorted estimates with intervals above, the choices behind each of them below. The study's own
 * specification is marked; where the curve was tested, a band shows where the sorted curve lies if treatment does nothing.
 */
export function specificationPlot(
  curve: SpecificationCurve,
  options: SpecificationPlotOptions = {},
): Figure {
  checkFigure("specificationPlot", curve, options, []);
  const { rows, baseline } = curve;
  const title = options.title ?? finding(curve);
  requirePoints(title, rows, ["estimate", "low", "high"]);
  const labels = curve.axes.flatMap(({ name, options }) => [
    1.07 * textWidth(name, TEXT.small),
    ...options.map(({ label }) => 10 + textWidth(label, TEXT.small)),
  ]);
  const left = Math.min(230, 14 + Math.max(...labels));
  const step = (FULL - left - RIGHT) / rows.length;
  const rank = "estimate" in baseline ? rows.indexOf(baseline) : -1;
  const layout: Layout = {
    left,
    step,
    sparse: rows.length <= SPARSE,
    x: { axis: null, domain: [-0.5, rows.length - 0.5] },
    own: rank === -1 ? null : rank,
  };
  const level = 100 * curve.confidenceLevel;
  return compose(
    {
      title,
      subtitle: options.subtitle ??
        `${curve.unit} for ${curve.per}. Each column is one of ${
          formatCount(rows.length)
        } specifications, sorted by estimate, with ${level} % intervals`,
      source: options.source ?? curve.context.source ?? "see the panel",
      notes: [...(options.notes ?? []), ...missing(curve)],
    },
    [stack([estimates(curve, layout, options.yLabel ?? curve.unit), choices(curve, layout)])],
    legend(curve, layout),
  );
}

function finding({ summary }: SpecificationCurve): string {
  const { count, lowest, highest, significantPositive, significantNegative } = summary;
  const share = Math.round(100 * (significantPositive + significantNegative));
  return `By choice alone the estimate runs from ${short(lowest)} to ${short(highest)}; ` +
    `${share} % of ${formatCount(count)} are significant`;
}

function missing({ excluded, failed }: SpecificationCurve): string[] {
  const say = (count: number, what: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? "combination" : "combinations"} ${what}.`];
  return [
    ...say(excluded.length, "excluded by design"),
    ...say(failed.length, "could not be computed"),
  ];
}

function legend(
  { inference, confidenceLevel }: SpecificationCurve,
  { sparse }: Layout,
): LegendItem[] {
  const level = Math.round(100 * (1 - confidenceLevel));
  return [
    { label: `significant at ${level} %`, colour: COLOURS.treated, kind: "symbol", symbol: 0 },
    sparse
      ? { label: "not significant", colour: COLOURS.quiet, kind: "hollow" }
      : { label: "not significant", colour: COLOURS.quiet, kind: "line" },
    ...(inference === null ? [] : [{
      label: "95 % of curves if treatment did nothing",
      colour: "#c3e4f6",
      kind: "box" as const,
    }]),
  ];
}
