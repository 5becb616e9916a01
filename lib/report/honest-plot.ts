import type { HonestBounds } from "../diagnostics/honest.ts";
import { formatSignificant } from "../tables/format.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot, type IntervalRow } from "./interval-plot.ts";

/** Robust intervals under growing departures from parallel trends, the conventional one first. */
export function honestPlot(
  bounds: HonestBounds,
  options: FigureWords & { readonly xLabel: string },
): Figure {
  const { estimate, original, intervals, restriction } = bounds;
  const symbol = restriction === "smoothness" ? "M" : "M̄";
  const rows: IntervalRow[] = [
    { label: "parallel trends", result: { estimate, ...original } },
    ...intervals.map(({ bound, low, high, reason }): IntervalRow => ({
      label: `${symbol} = ${formatSignificant(bound, 2)}`,
      result: low === null || high === null
        ? { reason: reason ?? "no interval" }
        : { estimate: (low + high) / 2, low, high },
    })),
  ];
  return intervalPlot(rows, {
    ...options,
    notes: [
      `${restriction}; dots of robust intervals are their midpoints, not estimates`,
      ...(options.notes ?? []),
    ],
  });
}
