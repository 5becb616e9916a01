import * as Plot from "@observablehq/plot";
import type {
  SpecificationCurve,
  SpecificationRow,
} from "../../diagnostics/specification-curve.ts";
import { formatSignificant } from "../../tables/format.ts";
import { COLOURS } from "../theme.ts";

/** Up to here every specification has a dot of its own; beyond, a tick. */
export const SPARSE = 80;
/** Margin at the right of both halves. */
export const RIGHT = 58;

/** What both halves share: positions from left to right are ranks. */
export interface Layout {
  readonly left: number;
  /** Pixels between two specifications. */
  readonly step: number;
  readonly sparse: boolean;
  readonly x: Plot.ScaleOptions;
  readonly own: number | null;
}

/** A number in a figure: two significant digits. */
export const short = (value: number) => formatSignificant(value, 2);

function isSignificant({ pValue }: SpecificationRow, { confidenceLevel }: SpecificationCurve) {
  return pValue < 1 - confidenceLevel;
}

/** Ranks of the rows that are (not) significant. */
export function ranks(curve: SpecificationCurve, significant: boolean): number[] {
  return curve.rows.flatMap((row, rank) => isSignificant(row, curve) === significant ? [rank] : []);
}

/** The study's own specification, through both halves. */
export function ownLine({ own }: Layout): Plot.Markish {
  return Plot.ruleX(own === null ? [] : [own], { stroke: COLOURS.ink, strokeOpacity: 0.6 });
}

interface Segment {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

/** Vertical lines as one path: hundreds of specifications would otherwise be thousands of elements. */
export function segments(
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
