import * as Plot from "@observablehq/plot";
import type { OsterBounds } from "../diagnostics/oster.ts";
import { InputError } from "../panel/errors.ts";
import { formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, type LegendItem } from "./figure.ts";
import { type BranchPoint, cutToFrame, type Frame, traceBranch } from "./oster-branch.ts";
import { osterFinding, type OsterMark, osterMarks, osterNotes } from "./oster-words.ts";
import { drawPlot, FULL } from "./plot.ts";
import { COLOURS, SYMBOLS, TEXT } from "./theme.ts";

export interface OsterPlotOptions extends Partial<FigureWords> {
  /** Unit of the coefficient, for the axis. Default: its name. */
  readonly yLabel?: string;
  /** Ends of the axis of δ, which include 0 and 1. Default: so that the marks are seen, as far as they lie between −3 and 3. */
  readonly limits?: readonly [number, number];
  /**
   * Further Rmax to draw, thin and dashed. Default: with half and with twice as much left to explain as in the result (up to 1).
   */
  readonly rMax?: readonly number[];
}

/** δ beyond which a mark is told and not drawn, unless the limits are given. */
const FAR = 3;
const SHADE = "#dfecf6";
/** Told apart by dashes and colour, and named at their ends. */
const OTHERS = [
  { stroke: COLOURS.sixth, dash: "2 3" },
  { stroke: COLOURS.fifth, dash: "9 4" },
  { stroke: COLOURS.third, dash: "5 2 1 2" },
  { stroke: COLOURS.fourth, dash: "12 3 2 3" },
] as const;

/**
 * β*, the coefficient with selection taken out, by δ: what `found.adjust` answers for every δ, at the result's Rmax (solid) and at
 * others. Shaded is the identified set, from the coefficient with controls (δ = 0) to β* at δ = 1. The line is the solution that is
 * used, the admissible one nearest to the coefficient with controls; where that solution ends, the line is cut.
 *
 * @param options.source default: that of the panel.
 * @throws InputError when there is no source, or limits and Rmax are out of range.
 * Source: Oster (2019), Journal of Business & Economic Statistics 37, section 3.
 */
export function osterPlot(found: OsterBounds, options: OsterPlotOptions = {}): Figure {
  checkFigure("osterPlot", found, options, []);
  const words = { source: options.source ?? found.context.source };
  checkFigure("osterPlot", found, words, ["source"]);
  const x = limitsOf(found, options.limits);
  const marks = osterMarks(found);
  const frame: Frame = { x, y: heightOf(found, marks) };
  const trace = (rMax: number) =>
    traceBranch((delta) => found.adjust({ delta, rMax }).betaStar, frame);
  const main = trace(found.rMax);
  const others = othersOf(found, options.rMax).map((rMax, k) => ({
    rMax,
    ...OTHERS[k % OTHERS.length],
    pieces: cutToFrame(trace(rMax), frame).inside,
  }));
  const seen = marks.filter(({ delta }) => delta >= x[0] && delta <= x[1]);
  const equal = found.adjust({ delta: 1 }).betaStar;
  const panel = drawPlot({
    width: FULL,
    height: 400,
    marginLeft: 60,
    marginRight: 74,
    marginTop: 24,
    marginBottom: 44,
    x: {
      label: "δ: selection on unobservables relative to selection on the controls",
      labelAnchor: "center",
      labelArrow: "none",
      domain: x,
      inset: 8,
    },
    y: {
      label: options.yLabel ?? `coefficient of ${found.term} with selection taken out (β*)`,
      labelArrow: "none",
      grid: true,
      domain: frame.y,
    },
    marks: [
      ...(equal === null ? [] : [Plot.rect([0], {
        x1: 0,
        x2: 1,
        y1: Math.min(equal, found.long.estimate),
        y2: Math.max(equal, found.long.estimate),
        fill: SHADE,
      })]),
      Plot.ruleY([found.beta], { stroke: COLOURS.ink }),
      Plot.ruleX([0, 1], { stroke: COLOURS.quiet, strokeDasharray: "3 3" }),
      ...others.flatMap(({ pieces, stroke, dash }) =>
        lines(pieces, { stroke, strokeDasharray: dash, strokeWidth: 1.6 })
      ),
      ...lines(cutToFrame(main, frame).inside, { stroke: COLOURS.control, strokeWidth: 2.4 }),
      ...others.flatMap(({ rMax, pieces }) =>
        nameOfLine(pieces, `Rmax ${formatSignificant(rMax, 3)}`)
      ),
      ...seen.map(({ delta, value, colour, symbol }) =>
        Plot.dot([{ delta, value }], {
          x: "delta",
          y: "value",
          r: 5.4,
          symbol: SYMBOLS[symbol],
          fill: colour,
          stroke: COLOURS.paper,
          strokeWidth: 1,
        })
      ),
    ],
  });
  return compose(
    {
      title: options.title ?? osterFinding(found),
      subtitle: options.subtitle ??
        `${found.term}: ${formatSignificant(found.short.estimate, 3)} without controls, ${
          formatSignificant(found.long.estimate, 3)
        } with them. R² (${found.rSquared}) goes from ${
          formatSignificant(found.short.rSquared, 3)
        } to ${formatSignificant(found.long.rSquared, 3)}, with unobservables to Rmax = ${
          formatSignificant(found.rMax, 3)
        }`,
      source: words.source!,
      notes: [...osterNotes(found, main, frame, marks), ...(options.notes ?? [])],
    },
    [panel],
    [
      ...seen.map(({ label, colour, symbol }): LegendItem => ({
        label,
        colour,
        kind: "symbol",
        symbol,
      })),
      ...(equal === null ? [] : [{ label: "identified set", colour: SHADE, kind: "box" as const }]),
      {
        label: `Rmax = ${formatSignificant(found.rMax, 3)}`,
        colour: COLOURS.control,
        kind: "line",
      },
      ...others.map(({ rMax, stroke }): LegendItem => ({
        label: `Rmax = ${formatSignificant(rMax, 3)}`,
        colour: stroke,
        kind: "dashed",
      })),
    ],
  );
}

interface Stroke {
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly strokeDasharray?: string;
}

function lines(pieces: readonly (readonly BranchPoint[])[], style: Stroke): Plot.Markish[] {
  return pieces.map((piece) => Plot.line(piece, { x: "delta", y: "value", ...style }));
}

/** The name of a line beside its last point. */
function nameOfLine(
  pieces: readonly (readonly BranchPoint[])[],
  name: string,
): Plot.Markish[] {
  return pieces.slice(-1).map((piece) =>
    Plot.text(piece.slice(-1), {
      x: "delta",
      y: "value",
      text: () => name,
      dx: 5,
      dy: -7,
      textAnchor: "start",
      fontSize: TEXT.small,
      fill: COLOURS.quiet,
      stroke: COLOURS.paper,
      strokeWidth: 4,
    })
  );
}

/** Those given, or half and twice as much left to explain as between the long regression and the result's Rmax. */
function othersOf({ long, rMax }: OsterBounds, given: OsterPlotOptions["rMax"]): readonly number[] {
  if (given !== undefined && !Array.isArray(given)) {
    throw new InputError({
      problem: "The further Rmax are not given as a list",
      column: "rMax",
      value: given,
      remedy: "write { rMax: [ … ] }, or leave it out",
    });
  }
  return given ?? [0.5, 2]
    .map((times) => Math.min(1, long.rSquared + times * (rMax - long.rSquared)))
    .filter((value) => value !== rMax);
}

function limitsOf(
  found: OsterBounds,
  given: OsterPlotOptions["limits"],
): readonly [number, number] {
  if (given !== undefined) {
    const [low, high] = Array.isArray(given) ? given : [NaN, NaN];
    if (Number.isFinite(low) && Number.isFinite(high) && low <= 0 && high >= 1) return [low, high];
    throw new InputError({
      problem: "The ends of the axis of δ are out of range",
      column: "limits",
      value: String(given),
      remedy: "give two numbers, the first at most 0 and the second at least 1",
    });
  }
  const shown = [found.delta, found.deltaForBeta].filter((delta) =>
    delta !== null && Math.abs(delta) <= FAR
  ) as number[];
  return [1.2 * Math.min(0, ...shown), 1.2 * Math.max(1, ...shown)];
}

/** From the lowest to the highest mark and `beta`, with half as much again on both sides for the lines. */
function heightOf({ beta }: OsterBounds, marks: readonly OsterMark[]): readonly [number, number] {
  const values = [beta, ...marks.map(({ value }) => value)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.5 * (high - low) || Math.abs(high) || 1;
  return [low - room, high + room];
}
