import { groupMeans } from "../diagnostics/group-means.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { Panel } from "../panel/panel.ts";
import { eventStudyPlot } from "../report/event-plot.ts";
import type { Figure } from "../report/figure.ts";
import { trendsPlot } from "../report/trends-plot.ts";
import { formatNumber } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { readCsv } from "./csv.ts";
import { eventPoints } from "./show/trends.ts";

const SOURCE =
  "Carey, Miller & Wherry (2020), as carried by moderndid 0.2.0 (MIT); see data/README.md";

/**
 * The Medicaid panel: 46 states × 2008–2019. Columns: stfips, state, year, dins (share insured), yexp2 (year of
 * expansion, missing for never), W (adults), and post (1 from the year of expansion on).
 */
export function loadEhec(): Panel {
  const { columns } = readCsv(new URL("../../data/ehec.csv", import.meta.url), "data/ehec.csv");
  return Panel.fromColumns(columns, { unit: "stfips", time: "year" })
    .with("post", (row) => row.time >= row.value("yexp2") ? 1 : 0)
    .about({ source: SOURCE });
}

/** Insurance in early and never expanding states. */
export function medicaidTrendsFigure(states: Panel): Figure {
  const group = (cohort: number) =>
    cohort === 2014 ? "expanded in 2014" : Number.isNaN(cohort) ? "never expanded" : "";
  const labelled = states.with("group", (row) => group(row.value("yexp2")));
  const means = groupMeans(labelled, { outcome: "dins", group: "group" });
  return trendsPlot(
    means.map(({ group, time, mean }) => ({ series: group, time, value: 100 * mean })),
    {
      title: "The two groups of states move together until 2013 and part in 2014",
      subtitle: "Low-income childless adults with health insurance, %; average of states",
      source: SOURCE,
      xLabel: "Year",
      yLabel: "%",
      treatedFrom: 2014,
      treatedLabel: "expansion →",
      zero: false,
    },
  );
}

/** What R's fixest 0.14.2 prints for the same regressions. */
const PRINTED = {
  plain: { estimate: 0.0703206738081224, standardError: 0.0074009937545819 },
  weighted: { estimate: 0.0740325119809331, standardError: 0.0131378729006773 },
} as const;

/** Our two-way estimates beside those of the reference implementation. */
export function medicaidTable(plain: Estimate, weighted: Estimate): Table {
  const row = (
    label: string,
    estimate: Estimate,
    printed: { estimate: number; standardError: number },
  ) => {
    const term = estimate.term("post");
    const distance = Math.max(
      Math.abs(term.estimate / printed.estimate - 1),
      Math.abs(term.standardError / printed.standardError - 1),
    );
    if (!(distance < 1e-9)) {
      throw new Error(`${label}: ${term.estimate} differs from the printed ${printed.estimate}`);
    }
    return {
      label,
      estimate: term.estimate.toFixed(12),
      printed: printed.estimate.toFixed(12),
      se: term.standardError.toFixed(12),
      printedSe: printed.standardError.toFixed(12),
      agrees: "to 9 digits or more",
    };
  };
  return new Table({
    caption: "Two-way fixed effects of Medicaid expansion on the share insured",
    columns: [
      { key: "label", label: "" },
      { key: "estimate", label: "Ours", align: "right" },
      { key: "printed", label: "fixest", align: "right" },
      { key: "se", label: "Std. error, ours", align: "right" },
      { key: "printedSe", label: "fixest", align: "right" },
      { key: "agrees", label: "Agreement" },
    ],
    rows: [
      row("every state counts once", plain, PRINTED.plain),
      row("weighted by adults (W)", weighted, PRINTED.weighted),
    ],
    source: SOURCE,
    notes: ["fixest 0.14.2 under R 4.2.2, clustered by state, its default small-sample rule."],
  });
}

/** The event study of the 2014 expansion. */
export function medicaidEventFigure(events: Estimate): Figure {
  const first = events.effects.find((term) => term.time === 2014)!;
  return eventStudyPlot(
    eventPoints(events).map((point) => ({
      ...point,
      estimate: 100 * point.estimate,
      low: 100 * point.low,
      high: 100 * point.high,
    })),
    {
      title: `Flat before 2014, ${formatNumber(100 * first.estimate, 1)} points in the first year`,
      subtitle:
        "Share insured, difference from 2013 between states that expanded in 2014 and the others, " +
        "percentage points, 95 % intervals clustered by state",
      source: SOURCE,
      xLabel: "Year",
      yLabel: "percentage points",
      treatedFrom: 2014,
      treatedLabel: "expansion →",
    },
  );
}
