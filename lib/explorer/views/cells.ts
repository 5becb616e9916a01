import * as Plot from "@observablehq/plot";
import type { Panel } from "../../panel/panel.ts";
import { draw, type PlotFrame, SERIES, timeAxis } from "./plot.ts";

/** Most units whose rows are named. */
const NAMED = 40;

/** Treatment of every unit over time, for panels without a map: one row per unit, those treated first on top. */
export function cellsPlot(
  panel: Panel,
  path: string,
  words: { readonly unitLabels: Readonly<Record<string, string>>; readonly timeName: string },
  frame: PlotFrame,
): Element {
  const values = panel.numeric(path);
  const most = values.reduce((a, b) => b > a ? b : a, 0);
  const cells = panel.map((row) => row).map(({ unit, time }, i) => ({
    unit: words.unitLabels[String(unit)] ?? String(unit),
    time,
    value: values[i],
  }));
  const named = panel.units.length <= NAMED;
  const start = new Map(cells.map(({ unit }) => [unit, Infinity]));
  for (const { unit, time, value } of cells) {
    if (value > 0) start.set(unit, Math.min(time, start.get(unit)!));
  }
  const units = [...start].sort(([, a], [, b]) => a === b ? 0 : a - b).map(([unit]) => unit);
  // Many rows are thinner than a pixel.
  const gap = panel.units.length <= 2 * NAMED ? 0.5 : 0;
  return draw({ ...frame, height: named ? 40 + 13 * panel.units.length : frame.height }, {
    marginLeft: named ? Math.min(130, frame.width / 3) : 14,
    x: { ...timeAxis(panel.times, frame.width, words.timeName), inset: 0, type: "band" },
    // Labels can look like numbers.
    y: {
      label: null,
      axis: named ? "left" : null,
      tickSize: 0,
      type: "band",
      domain: units,
      round: named,
    },
    marks: [
      Plot.cell(cells, {
        x: "time",
        y: "unit",
        fill: SERIES[0],
        fillOpacity: ({ value }: (typeof cells)[number]) =>
          value > 0 ? 0.25 + 0.75 * value / most : 0.06,
        insetLeft: 0.5,
        insetRight: 0.5,
        insetTop: gap,
        insetBottom: gap,
      }),
    ],
  });
}
