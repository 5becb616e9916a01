import * as Plot from "@observablehq/plot";
import { cohortName } from "../diagnostics/bacon/table.ts";
import type { BaconCell, BaconDecomposition } from "../diagnostics/bacon.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { readableLabels } from "./scatter-plot.ts";
import { COLOURS, SERIES, SYMBOLS } from "./theme.ts";

/** Comparisons with at least this weight are named. */
const NAMED = 0.05;

/**
 * Every two-by-two comparison: weight across, estimate up, type by symbol and colour. Dashed lines are the means of the types, the
 * solid line is the two-way estimate.
 */
export function baconPlot(
  found: BaconDecomposition,
  options: FigureWords & { readonly yLabel?: string },
): Figure {
  checkFigure("baconPlot", found, options, ["title", "source"]);
  const { cells, types, estimate, between, within, covariates } = found;
  requirePoints(options.title, cells, ["weight", "estimate"]);
  const named = cells.filter(({ weight }) => weight >= NAMED).map((cell) => ({
    x: cell.weight,
    y: cell.estimate,
    label: cellLabel(cell),
    series: cell.type,
  }));
  const labels = readableLabels(named);
  const heaviest = Math.max(...cells.map(({ weight }) => weight));
  const panel = drawPlot({
    width: FULL,
    height: 400,
    marginLeft: 60,
    marginBottom: 42,
    marginRight: 24,
    x: {
      label: covariates.length === 0
        ? "weight in the two-way estimate"
        : "weight among the comparisons",
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      domain: [0, 1.02 * heaviest],
      nice: true,
      insetLeft: 10,
    },
    y: {
      label: options.yLabel ?? "estimate of the comparison",
      labelArrow: "none",
      grid: true,
      nice: true,
    },
    marks: [
      Plot.ruleY([0], { stroke: COLOURS.rule }),
      Plot.ruleY([estimate], { stroke: COLOURS.ink, strokeWidth: 1.8 }),
      ...types.map((type, k) =>
        Plot.ruleY([type.estimate], {
          stroke: SERIES[k % SERIES.length],
          strokeWidth: 1.6,
          strokeDasharray: "5 4",
        })
      ),
      ...types.map(({ type }, k) =>
        Plot.dot(cells.filter((cell) => cell.type === type), {
          x: "weight",
          y: "estimate",
          fill: SERIES[k % SERIES.length],
          symbol: SYMBOLS[k % SYMBOLS.length],
          stroke: COLOURS.paper,
          strokeWidth: 0.6,
          r: 5,
        })
      ),
      ...(["start", "end"] as const).map((textAnchor) =>
        Plot.text(labels.filter(({ x }) => (x > 0.6 * heaviest) === (textAnchor === "end")), {
          x: "x",
          y: "y",
          text: "label",
          dx: textAnchor === "end" ? -8 : 8,
          dy: -10,
          textAnchor,
          fontSize: 11,
          stroke: COLOURS.paper,
          strokeWidth: 3,
          fill: COLOURS.ink,
          paintOrder: "stroke",
        })
      ),
    ],
  });
  const notes = within === null ? [] : [
    `Net of ${covariates.join(", ")}: comparisons (mean ${
      formatSignificant(between.estimate, 3)
    }) count ${formatNumber(between.weight, 3)}, units of one cohort with different covariates (${
      formatSignificant(within.estimate, 3)
    }) ${formatNumber(within.weight, 3)}`,
  ];
  return compose({ ...options, notes: [...notes, ...(options.notes ?? [])] }, [panel], [
    ...types.map(({ type, weight, estimate }, k) => ({
      label: `${type}: weight ${formatNumber(weight, 2)}, mean ${formatSignificant(estimate, 3)}`,
      colour: SERIES[k % SERIES.length],
      kind: "symbol" as const,
      symbol: k,
    })),
    {
      label: `two-way estimate ${formatSignificant(estimate, 3)}`,
      colour: COLOURS.ink,
      kind: "line",
    },
  ]);
}

function cellLabel({ treated, control }: BaconCell): string {
  return `${cohortName(treated)} vs ${cohortName(control)}`;
}
