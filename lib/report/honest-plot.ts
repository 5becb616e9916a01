import type { HonestBounds, HonestInterval } from "../diagnostics/honest.ts";
import { boundSymbol, METHOD_WORDS } from "../diagnostics/honest/show.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot, type IntervalRow } from "./interval-plot.ts";

/**
 * Robust intervals under growing departures from parallel trends, the conventional one first. Intervals without an end, or
 * without any value, are named instead of drawn.
 */
export function honestPlot(
  bounds: HonestBounds,
  options: FigureWords & { readonly xLabel: string; readonly digits?: number },
): Figure {
  checkFigure("honestPlot", bounds, options, ["title", "source", "xLabel"]);
  const { estimate, original, intervals, restriction, shape, method } = bounds;
  const symbol = boundSymbol(restriction);
  const series = `robust, ${METHOD_WORDS[method]}`;
  const digits = options.digits ?? 1;
  const rows: IntervalRow[] = [
    {
      label: "parallel trends",
      series: "parallel trends assumed",
      result: { estimate, ...original },
    },
    ...intervals.map((interval): IntervalRow => ({
      label: `${symbol} = ${formatSignificant(interval.bound, 2)}`,
      series,
      result: resultOf(interval, digits),
    })),
  ];
  const assumed = [restriction, shape.sign && `departures ${shape.sign}`, shape.monotone]
    .filter((part) => part !== undefined).join(", ");
  const dots = method === "flci"
    ? "dots of robust intervals are the estimates that allow for a trend, with the shortest interval"
    : "dots of robust intervals are their midpoints, not estimates";
  return intervalPlot(rows, {
    ...options,
    notes: [`${assumed}; ${dots}`, ...(options.notes ?? [])],
  });
}

function resultOf(
  { low, high, empty, reason, affine }: HonestInterval,
  digits: number,
): IntervalRow["result"] {
  if (low !== null && high !== null) {
    return { estimate: affine?.estimate ?? (low + high) / 2, low, high };
  }
  const end = (value: number | null) => value === null ? "open" : formatNumber(value, digits);
  return {
    reason: reason ?? "no interval",
    words: empty
      ? "no value is left"
      : low === null && high === null
      ? "open on both sides"
      : `[${end(low)}, ${end(high)}]`,
  };
}
