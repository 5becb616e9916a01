import * as Plot from "@observablehq/plot";
import type { Confounder, OmittedVariable } from "../diagnostics/omitted-variable.ts";
import { InputError } from "../panel/errors.ts";
import { formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { crossings, heights, inside } from "./omitted-contours.ts";
import { covered, FRAME, type Mark, type PlacedLabel, placeLabels } from "./omitted-labels.ts";
import { drawPlot } from "./plot.ts";
import { COLOURS } from "./theme.ts";

export interface OmittedPlotOptions extends FigureWords {
  /** What the lines of equal height show. Default "estimate". */
  readonly shows?: "estimate" | "t";
  /** Ends of the axes, as shares. Default: so that benchmarks and robustness value are seen. */
  readonly limits?: Confounder;
}

/**
 * Estimate (or t) after adjustment for a confounder, by how much it explains of treatment (across) and outcome (up). In the shaded
 * part the conclusion no longer holds: the share q of the estimate is explained away, or t is below its critical value.
 */
export function omittedPlot(found: OmittedVariable, options: OmittedPlotOptions): Figure {
  checkFigure("omittedPlot", found, options, ["title", "source"]);
  const shows = options.shows ?? "estimate";
  const limits = options.limits ?? defaultLimits(found, shows);
  if (
    !(limits.treatment > 0 && limits.treatment < 1 && limits.outcome > 0 && limits.outcome <= 1)
  ) {
    throw new InputError({
      problem: "The axes' ends are out of range",
      column: "limits",
      value: `treatment ${limits.treatment}, outcome ${limits.outcome}`,
      remedy: "give shares above 0 (of the treatment: below 1)",
    });
  }
  const sign = Math.sign(found.estimate);
  const value = (x: number, y: number) => {
    const adjusted = found.adjust({ treatment: x / 100, outcome: Math.min(y / 100, 1 - 1e-9) });
    return shows === "estimate" ? adjusted.estimate : adjusted.statistic!;
  };
  const edge = shows === "estimate" ? (1 - found.q) * found.estimate : sign * criticalT(found);
  const area = { x1: 0, x2: 100 * limits.treatment, y1: 0, y2: 100 * limits.outcome };
  // Where the conclusion does not hold without any confounder, all is shaded.
  const gone = (x: number, y: number) => sign * (value(x, y) - edge) < 0;
  const toEdge = crossings(value, edge, area);
  const levels = heights(value, edge, area);
  const marks = marksOf(found, shows).filter(({ x, y }) => x <= area.x2 && y <= area.y2);
  const labels = placeLabels(marks, area);
  const panel = drawPlot({
    width: FRAME.width,
    height: FRAME.height,
    marginLeft: FRAME.left,
    marginRight: FRAME.right,
    marginTop: FRAME.top,
    marginBottom: FRAME.bottom,
    x: {
      label: "explained of the treatment that is left, % (R² with treatment)",
      labelAnchor: "center",
      labelArrow: "none",
      domain: [0, area.x2],
    },
    y: {
      label: "explained of the outcome that is left, % (R² with outcome)",
      labelArrow: "none",
      domain: [0, area.y2],
    },
    marks: [
      Plot.areaX(
        toEdge.map(({ x, y }) => ({ y, from: gone(0, y) ? 0 : Math.min(x, area.x2), to: area.x2 })),
        {
          y: "y",
          x1: "from",
          x2: "to",
          fill: COLOURS.treated,
          fillOpacity: 0.1,
        },
      ),
      ...levels.map(({ level }) =>
        Plot.line(inside(crossings(value, level, area), area), {
          x: "x",
          y: "y",
          stroke: COLOURS.rule,
          strokeWidth: 1,
        })
      ),
      Plot.line(inside(toEdge, area), {
        x: "x",
        y: "y",
        stroke: COLOURS.treated,
        strokeWidth: 2.2,
        strokeDasharray: "7 4",
      }),
      Plot.text(levels.filter((level) => !covered(level, labels, area)), {
        x: "x",
        y: "y",
        text: ({ level }: { level: number }) => formatSignificant(level, 2),
        fill: COLOURS.quiet,
        stroke: COLOURS.paper,
        strokeWidth: 4,
        fontSize: 11,
      }),
      ...drawMarks(marks, labels),
    ],
  });
  const crossed = shows === "estimate"
    ? found.q === 1 ? "estimate is zero" : `estimate is ${formatSignificant(edge, 3)}`
    : `|t| is ${formatSignificant(Math.abs(edge), 3)}, the edge of significance`;
  const given = found.fixedEffects.length === 0
    ? "What is left: after covariates"
    : `What is left: after covariates and fixed effects of ${found.fixedEffects.join(" and ")}`;
  const errors = shows === "estimate" ? [] : [
    found.errorType === "iid"
      ? "t with the classical standard error, for which the adjustment is exact"
      : `t with the estimate's own standard error (${found.ownErrorName}), scaled: an approximation`,
  ];
  const already = gone(0, 0) ? ["Not significant even without a confounder"] : [];
  return compose(
    { ...options, notes: [[given, ...errors, ...already].join(". "), ...(options.notes ?? [])] },
    [panel],
    [
      {
        label: shows === "estimate" ? "adjusted estimate" : "adjusted t",
        colour: COLOURS.rule,
        kind: "line",
      },
      { label: crossed, colour: COLOURS.treated, kind: "dashed" },
      ...(marks.some(({ kind }) => kind === "robustness")
        ? [{ label: "robustness value", colour: COLOURS.treated, kind: "hollow" as const }]
        : []),
      ...(found.bounds.length === 0 ? [] : [{
        label: "as strong as a covariate",
        colour: COLOURS.control,
        kind: "symbol" as const,
        symbol: 0,
      }]),
    ],
  );
}

/** |t| at which significance ends: half the width of an interval in standard errors. */
function criticalT(found: OmittedVariable): number {
  const plain = found.adjust({ treatment: 0, outcome: 0 });
  return (plain.high - plain.estimate) / plain.standardError;
}

function defaultLimits(found: OmittedVariable, shows: "estimate" | "t"): Confounder {
  const robust = shows === "estimate" ? found.robustnessValue : found.robustnessValueAlpha;
  const bounds = found.bounds.filter((bound) => bound.reason === undefined);
  const end = (key: "treatment" | "outcome", most: number) =>
    Math.min(most, 1.35 * Math.max(robust, 0.01, ...bounds.map((bound) => bound[key])));
  return { treatment: end("treatment", 0.95), outcome: end("outcome", 1) };
}

function marksOf(found: OmittedVariable, shows: "estimate" | "t"): Mark[] {
  const robust = shows === "estimate" ? found.robustnessValue : found.robustnessValueAlpha;
  const plain = shows === "estimate"
    ? found.estimate
    : found.adjust({ treatment: 0, outcome: 0 }).statistic!;
  return [
    { x: 0, y: 0, label: `no confounder: ${formatSignificant(plain, 3)}`, kind: "none" },
    ...(robust > 0
      ? [{
        x: 100 * robust,
        y: 100 * robust,
        label: `${formatSignificant(100 * robust, 3)} % of both`,
        kind: "robustness" as const,
      }]
      : []),
    ...found.bounds.flatMap((bound): Mark[] => {
      if (bound.reason !== undefined) return [];
      const shown = shows === "estimate" ? bound.estimate : bound.statistic;
      const text = shown === null ? "" : `: ${formatSignificant(shown, 3)}`;
      return [{
        x: 100 * bound.treatment,
        y: 100 * bound.outcome,
        label: bound.label + text,
        kind: "bound",
      }];
    }),
  ];
}

function drawMarks(marks: readonly Mark[], labels: readonly PlacedLabel[]): Plot.Markish[] {
  const dot = { x: "x", y: "y", r: 5, strokeWidth: 1.8 } as const;
  return [
    Plot.dot(marks.filter(({ kind }) => kind === "none"), {
      ...dot,
      fill: COLOURS.ink,
      symbol: "triangle",
    }),
    Plot.dot(marks.filter(({ kind }) => kind === "robustness"), {
      ...dot,
      fill: COLOURS.paper,
      stroke: COLOURS.treated,
    }),
    Plot.dot(marks.filter(({ kind }) => kind === "bound"), { ...dot, fill: COLOURS.control }),
    ...labels.map(({ mark, dx, dy, end }) =>
      Plot.text([mark], {
        x: "x",
        y: "y",
        text: "label",
        dx,
        dy,
        textAnchor: end ? "end" : "start",
        fontSize: 11.5,
        fontWeight: 600,
        stroke: COLOURS.paper,
        strokeWidth: 4,
        fill: COLOURS.ink,
      })
    ),
  ];
}
