import type { Figure } from "../../report/figure.ts";
import { refitsPlot } from "../../report/refits-plot.ts";
import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { MEASURE_WORDS, MEASURES } from "../peru/assumptions.ts";
import type { DoseDefinitions } from "../peru/dose-definitions.ts";
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
