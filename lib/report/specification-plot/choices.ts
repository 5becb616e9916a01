import * as Plot from "@observablehq/plot";
import type { SpecificationCurve } from "../../diagnostics/specification-curve.ts";
import type { Panel } from "../figure.ts";
import { drawPlot, FULL } from "../plot.ts";
import { textWidth } from "../svg.ts";
import { COLOURS, TEXT } from "../theme.ts";
import { type Layout, ownLine, ranks, RIGHT, segments, short } from "./layout.ts";

const LINE = 15;

/** A line of the lower half: an option, or the name of its choice. */
interface Line {
  readonly y: number;
  readonly text: string;
  readonly axis: string;
  /** Null for a heading. */
  readonly median: number | null;
}

/** The lower half: one line an option, marked in the columns that chose it. */
export function choices(curve: SpecificationCurve, layout: Layout): Panel {
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

/** The text, shortened where it is wider than the margin. */
function fitted(text: string, width: number): string {
  if (textWidth(text, TEXT.small) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, TEXT.small) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}
