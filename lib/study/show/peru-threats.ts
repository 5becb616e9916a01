import type { Figure } from "../../report/figure.ts";
import { choropleth } from "../../report/map-plot.ts";
import { refitsPlot } from "../../report/refits-plot.ts";
import { neighbours } from "../../report/regions-map.ts";
import { formatNumber, formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { MEASURE_WORDS, MEASURES } from "../peru/assumptions.ts";
import type { DoseDefinitions } from "../peru/dose-definitions.ts";
import { REGION_NAMES } from "../peru/regions.ts";
import type { PeruStudy } from "../peru/study.ts";
import { differenceUnit, outcomeWords, studyNotes } from "./words.ts";

/** The effect under other definitions of the dose, per standard deviation of each. */
export function doseDefinitionsFigure(
  result: DoseDefinitions,
  { panel, design }: PeruStudy,
  outcome = design.outcomes[0].column,
): Figure {
  const words = outcomeWords(design, outcome);
  const n = (value: number) => formatSignificant(value, 2);
  return refitsPlot(result, {
    title:
      `From ${n(result.low)} to ${
        n(result.high)
      } per standard deviation: ${result.significant} of ` +
      `${result.grid.length} definitions of the dose have p < 0.05`,
    subtitle: `${words.label}: effect of one standard deviation of exposure, ${
      differenceUnit(words)
    }, 95 % intervals; one thing changed at a time`,
    source: design.source,
    notes: [...result.notes, ...studyNotes(panel, design)],
    xLabel: differenceUnit(words),
    series: ["the study's own", "other definitions"],
  });
}

/** The grid of definitions by measure and rule for regions that nobody named: range and verdicts. */
export function doseGridTable(result: DoseDefinitions, { design }: PeruStudy): Table {
  const digits = (value: number) => formatSignificant(value, 3);
  const rules = [...new Set(result.grid.map(({ rule }) => rule.unnamed))];
  return new Table({
    caption: `Effect of one standard deviation of the dose: ${
      formatSignificant(result.low, 2)
    } to ${formatSignificant(result.high, 2)} over ${result.grid.length} definitions`,
    columns: [
      { key: "measure", label: "Measure" },
      { key: "unnamed", label: "Unnamed regions share by" },
      { key: "low", label: "Lowest", format: digits },
      { key: "high", label: "Highest", format: digits },
      { key: "significant", label: "p < 0.05" },
      { key: "count", label: "of" },
    ],
    rows: MEASURES.flatMap((measure) =>
      rules.map((unnamed) => {
        const found = result.grid.filter((item) =>
          item.measure === measure && item.rule.unnamed === unnamed
        ).flatMap(({ refit: { outcome } }) => outcome.ok ? [outcome.value.term] : []);
        const estimates = found.map(({ estimate }) => estimate);
        return {
          measure: MEASURE_WORDS[measure],
          unnamed,
          low: estimates.length === 0 ? null : Math.min(...estimates),
          high: estimates.length === 0 ? null : Math.max(...estimates),
          significant: found.filter(({ pValue }) => pValue < 0.05).length,
          count: found.length,
        };
      })
    ),
    source: design.source,
    notes: [
      "In each row: misprints as printed or left out, targets left out or used, stock at mid-year or at its end.",
    ],
  });
}

/** How much of the roll-out happened next door: the mean dose of each region's neighbours in one year. */
export function neighbourDoseMap(
  { dose, design, measure, panel }: PeruStudy,
  year: number,
): Figure {
  const next = neighbours();
  const cells = new Map(
    dose.filter((cell) => cell.year === year).map((cell) => [cell.code, cell]),
  );
  const means = [...cells.keys()].map((code) => {
    const beside = next[code].map((other) => cells.get(other)!);
    const assumed = beside.some((cell) => cell.provenance === "assumed");
    const sum = beside.reduce<number | null>(
      (total, cell) => total === null || cell.dose === null ? null : total + cell.dose,
      0,
    );
    return {
      code,
      value: sum === null ? null : sum / beside.length,
      provenance: assumed ? "assumed" as const : "published" as const,
    };
  });
  const most = means.reduce((a, b) => (b.value ?? 0) > (a.value ?? 0) ? b : a);
  const outlined = panel.has("favoured")
    ? panel.units.filter((_, u) => panel.numeric("favoured")[u * panel.times.length] === 1)
    : [];
  return choropleth(means, {
    title: `${REGION_NAMES[most.code]} had the most roll-out next door: ${
      formatNumber(most.value ?? 0, 1)
    } in the mean of its neighbours`,
    subtitle: `Mean over neighbours of ${MEASURE_WORDS[measure]}, ${year}`,
    source: design.source,
    notes: [
      "Neighbours share a border on the map; each counts once. Hatched: the dose of some neighbour is assumed.",
      ...studyNotes(panel, design),
    ],
    valueLabel: MEASURE_WORDS[measure],
    outlined: outlined.map(String),
    outlinedLabel: "favoured regions",
  });
}
