import { type FunctionalForm, preTrendNotes } from "../diagnostics/functional-form.ts";
import type { NearBounds } from "../diagnostics/functional-form/near-bounds.ts";
import type { Label } from "../panel/coding.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { heatmapPlot } from "./cells-plot.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot, type IntervalRow } from "./interval-plot.ts";

export interface FunctionalFormPlotOptions extends FigureWords {
  /**
   * "points" (default where treated cells are named): each scale's effect put back into the outcome's units; "t": estimate over
   * standard error, with the half-width of its own interval, which compares evidence but not sizes.
   */
  readonly show?: "points" | "t";
  readonly xLabel?: string;
  /** Decimals of the numbers at the right. Default 1. */
  readonly digits?: number;
}

/** The effect on every scale, one line each, with the pre-trend test on that scale. */
export function functionalFormPlot(
  form: FunctionalForm,
  options: FunctionalFormPlotOptions,
): Figure {
  checkFigure("functionalFormPlot", form, options, ["title", "source"]);
  const show = options.show ?? (form.treatedMean === null ? "t" : "points");
  const rows = form.results.map(({ label, term, points, preTrend, reasons }): IntervalRow => {
    const shown = show === "points" ? points : term === null ? null : inErrors(term);
    return {
      label,
      result: shown ?? { reason: reasons[0] ?? "treated cells are not named" },
      ...(preTrend === null ? {} : { note: formatP(preTrend.pValue) }),
    };
  });
  return intervalPlot(rows, {
    ...options,
    xLabel: options.xLabel ??
      (show === "points" ? "effect, put back into points" : "estimate over standard error (t)"),
    noteLabel: "p, pre-trends",
    notes: [
      show === "points"
        ? `each effect at the mean of the treated cells (${
          formatSignificant(form.treatedMean ?? 0, 3)
        }): what it is less what it would have been on that scale`
        : "bars: t ± the critical value of its interval",
      ...preTrendNotes(form.results),
      ...(options.notes ?? []),
    ],
  });
}

function inErrors(term: { statistic: number; low: number; high: number; standardError: number }) {
  return {
    estimate: term.statistic,
    low: term.low / term.standardError,
    high: term.high / term.standardError,
  };
}

export interface NearBoundsPlotOptions extends FigureWords {
  readonly xLabel: string;
  /** Names of units, and their order from top to bottom. Default: labels, the emptiest first. */
  readonly unitName?: (unit: Label) => string;
}

/** How far every cell is from the nearer end of its range: pale cells have nowhere to go. */
export function nearBoundsPlot(bounds: NearBounds, options: NearBoundsPlotOptions): Figure {
  checkFigure("nearBoundsPlot", bounds, options, ["title", "source", "xLabel"]);
  const { unitName = String, ...words } = options;
  const order = [...new Set(bounds.cells.map(({ unit }) => unit))].map((unit) => {
    const own = bounds.cells.filter((cell) => cell.unit === unit);
    return { unit, mean: own.reduce((sum, { value }) => sum + value, 0) / own.length };
  }).sort((a, b) => a.mean - b.mean).map(({ unit }) => unitName(unit));
  return heatmapPlot(
    bounds.cells.map(({ unit, time, below, above }) => ({
      row: unitName(unit),
      column: time,
      value: Math.min(below, above),
    })),
    {
      ...words,
      valueLabel: `distance from 0 or ${bounds.shareOf}, whichever is nearer`,
      rowOrder: order,
      notes: [
        `${bounds.nearFloor.length} cells within ${bounds.within} of 0, ${bounds.nearTop.length} within ${bounds.within} of ${bounds.shareOf}`,
        ...(options.notes ?? []),
      ],
    },
  );
}
