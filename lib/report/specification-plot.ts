import * as Plot from "@observablehq/plot";
import type { SpecificationCurve, SpecificationRow } from "../diagnostics/specification-curve.ts";
import { formatCount, formatSignificant } from "../tables/format.ts";
import { compose, type Figure, type FigureWords, type LegendItem, type Panel } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { stack } from "./stack.ts";
import { textWidth } from "./svg.ts";
import { COLOURS, TEXT } from "./theme.ts";

export interface SpecificationPlotOptions extends Partial<FigureWords> {
  /** Unit of the effect, for the axis. Default: the curve's. */
  readonly yLabel?: string;
}

const TOP = 250;
const LINE = 15;
/** Up to here every specification has a dot of its own; beyond, a tick. */
const SPARSE = 80;
const RIGHT = 58;

/** What both halves share: positions from left to right are ranks. */
interface Layout {
  readonly left: number;
  /** Pixels between two specifications. */
  readonly step: number;
  readonly sparse: boolean;
  readonly x: Plot.ScaleOptions;
  readonly own: number | null;
}

/**
 * A specification curve: sorted estimates with intervals above, the choices behind each of them below. The study's own
 * specification is marked; where the curve was tested, a band shows where the sorted curve lies if treatment does nothing.
 */
export function specificationPlot(
  curve: SpecificationCurve,
  options: SpecificationPlotOptions = {},
): Figure {
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

const short = (value: number) => formatSignificant(value, 2);

function isSignificant({ pValue }: SpecificationRow, { confidenceLevel }: SpecificationCurve) {
  return pValue < 1 - confidenceLevel;
}

/** Ranks of the rows that are (not) significant. */
function ranks(curve: SpecificationCurve, significant: boolean): number[] {
  return curve.rows.flatMap((row, rank) => isSignificant(row, curve) === significant ? [rank] : []);
}

function estimates(curve: SpecificationCurve, layout: Layout, yLabel: string): Panel {
  const { rows, summary, inference } = curve;
  const { left, step, sparse, own } = layout;
  const width = Math.max(0.5, Math.min(2, 0.55 * step));
  const groups = [false, true].map((significant) => ({
    significant,
    ranks: ranks(curve, significant),
    colour: significant ? COLOURS.treated : COLOURS.rule,
  }));
  const band = inference === null ? [] : rows.map((_, rank) => ({
    rank,
    low: inference.band.low[rank],
    high: inference.band.high[rank],
  }));
  return drawPlot({
    width: FULL,
    height: TOP,
    marginLeft: left,
    marginRight: RIGHT,
    marginTop: 26,
    marginBottom: 6,
    x: layout.x,
    y: { label: yLabel, labelArrow: "none", grid: true, nice: true },
    marks: [
      Plot.areaY(band, {
        x: "rank",
        y1: "low",
        y2: "high",
        fill: COLOURS.sixth,
        fillOpacity: 0.35,
      }),
      Plot.ruleY([0], { stroke: COLOURS.ink }),
      ownLine(layout),
      ...groups.map(({ ranks, colour, significant }) =>
        segments(
          ranks.map((rank) => ({ x: rank, from: rows[rank].low, to: rows[rank].high })),
          colour,
          width,
          significant ? 0.75 : 0.55,
        )
      ),
      ...groups.map(({ ranks, colour, significant }) =>
        Plot.dot(ranks, {
          x: (rank: number) => rank,
          y: (rank: number) => rows[rank].estimate,
          r: sparse ? 3.4 : Math.max(1, Math.min(2, step)) + (significant ? 0.5 : 0),
          fill: significant ? colour : sparse ? COLOURS.paper : COLOURS.quiet,
          ...(sparse ? { stroke: significant ? colour : COLOURS.quiet, strokeWidth: 1.4 } : {}),
        })
      ),
      Plot.ruleY([summary.median], { stroke: COLOURS.control, strokeDasharray: "5 4" }),
      Plot.text([summary.median], {
        y: (value: number) => value,
        text: (value: number) => `median\n${short(value)}`,
        frameAnchor: "right",
        dx: 5,
        textAnchor: "start",
        fontSize: TEXT.small,
        fill: COLOURS.control,
      }),
      ...(own === null ? [] : [
        Plot.dot([own], {
          x: (rank: number) => rank,
          y: (rank: number) => rows[rank].estimate,
          symbol: "diamond",
          r: 5.5,
          fill: COLOURS.ink,
          stroke: COLOURS.paper,
        }),
        Plot.text([own], {
          x: (rank: number) => rank,
          text: (rank: number) => `the study's own: ${short(rows[rank].estimate)}`,
          frameAnchor: "top",
          dy: -14,
          dx: own < rows.length / 2 ? 4 : -4,
          textAnchor: own < rows.length / 2 ? "start" : "end",
          fontSize: TEXT.small,
        }),
      ]),
    ],
  });
}

/** A line of the lower half: an option, or the name of its choice. */
interface Line {
  readonly y: number;
  readonly text: string;
  readonly axis: string;
  /** Null for a heading. */
  readonly median: number | null;
}

function choices(curve: SpecificationCurve, layout: Layout): Panel {
  const lines = layLines(curve);
  const { left, step, sparse } = layout;
  const options = lines.filter(({ median }) => median !== null);
  const headings = lines.filter(({ median }) => median === null);
  const marks = [false, true].flatMap((significant) => {
    const colour = significant ? COLOURS.treated : COLOURS.quiet;
    const points = options.flatMap(({ axis, text, y }) =>
      ranks(curve, significant).filter((rank) => curve.rows[rank].choices[axis] === text).map((
        rank,
      ) => ({ rank, y }))
    );
    if (sparse) {
      return [Plot.dot(points, {
        x: "rank",
        y: "y",
        r: Math.min(3.4, 0.4 * step),
        fill: significant ? colour : COLOURS.paper,
        stroke: colour,
        strokeWidth: 1.2,
      })];
    }
    // A significant one is taller, so that colour is not all that tells.
    const half = significant ? 0.46 : 0.26;
    return [segments(
      points.map(({ rank, y }) => ({ x: rank, from: y - half, to: y + half })),
      colour,
      Math.max(0.5, Math.min(2.5, 0.8 * step)),
      significant ? 1 : 0.8,
    )];
  });
  return drawPlot({
    width: FULL,
    height: LINE * lines.length + 22,
    marginLeft: left,
    marginRight: RIGHT,
    marginTop: 18,
    marginBottom: 4,
    x: layout.x,
    y: { axis: null, domain: [lines.length - 0.5, -0.5] },
    marks: [
      Plot.rect(options, {
        x1: -0.5,
        x2: curve.rows.length - 0.5,
        y1: (line: Line) => line.y - 0.48,
        y2: (line: Line) => line.y + 0.48,
        fill: COLOURS.faint,
        fillOpacity: 0.6,
      }),
      ownLine(layout),
      ...marks,
      Plot.text(headings, {
        y: "y",
        text: "text",
        frameAnchor: "left",
        dx: -left,
        textAnchor: "start",
        fontSize: TEXT.small,
        fontWeight: 600,
      }),
      Plot.text(options, {
        y: "y",
        text: (line: Line) => fitted(line.text, left - 18),
        frameAnchor: "left",
        dx: -left + 10,
        textAnchor: "start",
        fontSize: TEXT.small,
      }),
      Plot.text(options, {
        y: "y",
        text: (line: Line) => short(line.median!),
        frameAnchor: "right",
        dx: RIGHT - 8,
        textAnchor: "end",
        fontSize: TEXT.small,
        fontVariant: "tabular-nums",
      }),
      Plot.text(["median"], {
        frameAnchor: "top-right",
        dx: RIGHT - 8,
        dy: -14,
        textAnchor: "end",
        fontSize: TEXT.small,
        fill: COLOURS.quiet,
      }),
    ],
  });
}

function layLines({ axes, options }: SpecificationCurve): Line[] {
  const lines: Line[] = [];
  for (const { name } of axes) {
    const own = options.filter(({ axis }) => axis === name);
    if (own.length === 0) continue;
    lines.push({ y: lines.length, text: name, axis: name, median: null });
    for (const { option, median } of own) {
      lines.push({ y: lines.length, text: option, axis: name, median });
    }
  }
  return lines;
}

/** The study's own specification, through both halves. */
function ownLine({ own }: Layout): Plot.Markish {
  return Plot.ruleX(own === null ? [] : [own], { stroke: COLOURS.ink, strokeOpacity: 0.6 });
}

interface Segment {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

/** Vertical lines as one path: hundreds of specifications would otherwise be thousands of elements. */
function segments(
  lines: readonly Segment[],
  colour: string,
  width: number,
  opacity: number,
): Plot.Markish {
  const ends = lines.flatMap(({ x, from, to }) => [{ x, y: from }, { x, y: to }]);
  return Plot.dot(ends, {
    x: "x",
    y: "y",
    render(_index, _scales, values, _dimensions, context) {
      const [xs, ys] = [values.x as ArrayLike<number>, values.y as ArrayLike<number>];
      const path = context.document.createElementNS("http://www.w3.org/2000/svg", "path");
      const d = lines.map((_, i) =>
        `M${fixed(xs[2 * i])},${fixed(ys[2 * i])}V${fixed(ys[2 * i + 1])}`
      );
      path.setAttribute("d", d.join(""));
      path.setAttribute("stroke", colour);
      path.setAttribute("stroke-width", fixed(width));
      path.setAttribute("stroke-opacity", String(opacity));
      path.setAttribute("fill", "none");
      return path as SVGElement;
    },
  });
}

function fixed(value: number): string {
  return String(Math.round(10 * value) / 10);
}

/** The text, shortened where it is wider than the margin. */
function fitted(text: string, width: number): string {
  if (textWidth(text, TEXT.small) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, TEXT.small) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
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
