import type { Refit, Refits } from "../diagnostics/placebos/refits.ts";
import { checkFigure } from "./check-figure.ts";
import type { Figure, FigureWords } from "./figure.ts";
import { intervalPlot, type IntervalRow } from "./interval-plot.ts";

export interface RefitsPlotOptions extends FigureWords {
  readonly xLabel: string;
  readonly digits?: number;
  /** Changes by the size of their estimate, lowest first. Default false: in their own order. */
  readonly sorted?: boolean;
  /** At most so many changes: the lowest and the highest ones. Default 40. */
  readonly most?: number;
  /** What the unchanged estimate and the others are called in the legend. Default "unchanged" and "changed". */
  readonly series?: readonly [string, string];
}

/** One question under several changes: dots with intervals, the unchanged one first and as a dashed line. */
export function refitsPlot(refits: Refits, options: RefitsPlotOptions): Figure {
  checkFigure("refitsPlot", refits, options, ["title", "source", "xLabel"]);
  const { sorted = false, most = 40, series = ["unchanged", "changed"], ...words } = options;
  const { shown, left } = chosen(refits.changes, sorted, most);
  const row = (name: string) => ({ label, outcome }: Refit): IntervalRow => ({
    label,
    series: name,
    result: outcome.ok
      ? {
        estimate: outcome.value.term.estimate,
        low: outcome.value.term.low,
        high: outcome.value.term.high,
      }
      : { reason: outcome.reason },
  });
  const base = refits.base.outcome;
  return intervalPlot([row(series[0])(refits.base), ...shown.map(row(series[1]))], {
    ...words,
    notes: [
      ...(words.notes ?? []),
      ...(left === 0 ? [] : [`${left} changes between the lowest and the highest are not drawn.`]),
    ],
    ...(base.ok ? { mark: base.value.term.estimate } : {}),
  });
}

function chosen(
  changes: readonly Refit[],
  sorted: boolean,
  most: number,
): { shown: readonly Refit[]; left: number } {
  if (!sorted && changes.length <= most) return { shown: changes, left: 0 };
  const value = ({ outcome }: Refit) => outcome.ok ? outcome.value.term.estimate : Infinity;
  const order = [...changes].sort((a, b) => value(a) - value(b) || 0);
  if (order.length <= most) return { shown: order, left: 0 };
  const half = Math.floor(most / 2);
  return {
    shown: [...order.slice(0, half), ...order.slice(order.length - half)],
    left: order.length - 2 * half,
  };
}
