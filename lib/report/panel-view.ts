import * as Plot from "@observablehq/plot";
import type { TreatmentCell, TreatmentStatus } from "../diagnostics/treatment-map.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { textWidth } from "./svg.ts";
import { COLOURS, TEXT } from "./theme.ts";

const FILL: Readonly<Record<TreatmentStatus, string>> = {
  "not observed": COLOURS.paper,
  "never treated": "#d9d9d9",
  "not yet treated": "#a6cee3",
  treated: COLOURS.treated,
};

/** From how many units on rows lose their names and shrink. */
const NAMED = 60;

/** Who is treated when: one row per unit, one column per period. */
export function panelView(cells: readonly TreatmentCell[], options: FigureWords): Figure {
  checkFigure("panelView", cells, options, ["title", "source"]);
  requirePoints(options.title, cells, ["time"]);
  const units = [...new Set(cells.map(({ unit }) => unit))];
  const named = units.length <= NAMED;
  const left = named ? 14 + Math.max(...units.map((unit) => textWidth(unit, TEXT.body))) : 20;
  const statuses = (Object.keys(FILL) as TreatmentStatus[])
    .filter((status) => cells.some((cell) => cell.status === status));
  const panel = drawPlot({
    width: FULL,
    height: 40 + (named ? 16 * units.length : 420),
    marginLeft: left,
    marginTop: 26,
    marginBottom: 10,
    x: { axis: "top", label: null, tickFormat: (t: number) => String(t), tickSize: 0, padding: 0 },
    y: { label: null, domain: units, tickSize: 0, padding: 0, axis: named ? "left" : null },
    color: { domain: statuses, range: statuses.map((status) => FILL[status]) },
    marks: [
      Plot.cell(cells, {
        x: "time",
        y: "unit",
        fill: (cell: TreatmentCell) => FILL[cell.status],
        inset: named ? 0.6 : 0,
        stroke: (cell: TreatmentCell) =>
          cell.status === "not observed" ? COLOURS.rule : FILL[cell.status],
        strokeWidth: named ? 0.8 : 0,
      }),
    ],
  });
  return compose(
    options,
    [panel],
    statuses.map((status) => ({ label: status, colour: FILL[status], kind: "box" as const })),
  );
}
