import type { BalanceRow } from "../../diagnostics/balance.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import type { Outcome } from "../../panel/outcome.ts";
import type { Figure } from "../../report/figure.ts";
import { intervalPlot, type IntervalRow } from "../../report/interval-plot.ts";
import { formatNumber, formatP, formatSignificant } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import { effectLabel, type StudyDesign } from "../design.ts";
import type { ModeratorStudy } from "../heterogeneity.ts";
import { withUnit } from "./words.ts";

/** How the effect changes with each characteristic, per standard deviation. */
export function forestFigure(studies: readonly ModeratorStudy[], design: StudyDesign): Figure {
  const rows = studies.map((study): IntervalRow => ({
    label: withUnit(study.moderator),
    result: study.interaction.ok
      ? interaction(study.interaction.value, study, design)
      : { reason: study.interaction.reason },
    ...counts(study),
  }));
  const clear =
    rows.filter((row) => "low" in row.result && (row.result.low > 0 || row.result.high < 0)).length;
  return intervalPlot(rows, {
    title: clear === 0
      ? "With none of the characteristics does the effect change clearly"
      : `With ${clear} of ${rows.length} characteristics the effect changes clearly`,
    subtitle:
      `Change of the effect of ${
        effectLabel(design.treatment)
      } per standard deviation of the characteristic, ` +
      "with 95 % intervals",
    source: design.source,
    notes: ["Characteristic × period included, so that unlike regions may follow unlike paths."],
    xLabel: "change of the effect per standard deviation",
    noteLabel: "treated low | high",
    digits: 2,
  });
}

function interaction(estimate: Estimate, { moderator }: ModeratorStudy, design: StudyDesign) {
  const { estimate: value, low, high } = estimate.term(
    `${design.treatment.path} × ${moderator.column}`,
  );
  return { estimate: value, low, high };
}

/** How many treated units lie below and above the median, where the split can be counted. */
function counts({ split }: ModeratorStudy): { note?: string } {
  if (!split.ok) return { note: "one side empty" };
  const [low, high] = split.value.cells;
  return { note: `${low.treated}/${low.units} | ${high.treated}/${high.units}` };
}

/** Split and interaction estimates with the number of units behind each. */
export function moderatorTable(studies: readonly ModeratorStudy[], design: StudyDesign): Table {
  const reasons: string[] = [];
  const { path } = design.treatment;
  const rows = studies.flatMap(({ moderator, split }) => {
    const label = moderator.label;
    if (!split.ok) {
      reasons.push(`${label}: ${split.reason}`);
      return [{
        label,
        half: "below or at the median | above",
        units: null,
        treated: null,
        estimate: null,
        se: null,
        p: null,
      }];
    }
    return split.value.cells.map((cell): Record<string, CellValue> => {
      const term = split.value.estimate.term(`${path} | ${moderator.column} ${cell.half}`);
      return {
        label,
        half: cell.half === "low"
          ? `at or below ${formatSignificant(split.value.at)}`
          : `above ${formatSignificant(split.value.at)}`,
        units: cell.units,
        treated: cell.treated,
        estimate: term.estimate,
        se: term.standardError,
        p: term.pValue,
      };
    });
  });
  return new Table({
    caption: `The effect of ${effectLabel(design.treatment)} in regions below and above the median`,
    columns: [
      { key: "label", label: "Characteristic" },
      { key: "half", label: "Half" },
      { key: "units", label: "Units", align: "right" },
      { key: "treated", label: "Treated", align: "right" },
      { key: "estimate", label: "Estimate", format: (v) => formatNumber(v, 2), align: "right" },
      { key: "se", label: "Std. error", format: (v) => formatNumber(v, 2), align: "right" },
      { key: "p", label: "p", format: formatP, align: "right" },
    ],
    rows,
    source: design.source,
    notes: ["Each half has its own period effects.", ...reasons],
  });
}

/** How treated and control units differ in what was there before. */
export function balanceTable(balance: Outcome<readonly BalanceRow[]>, design: StudyDesign): Table {
  if (!balance.ok) throw new Error(balance.reason);
  return new Table({
    caption: "Who was favoured: characteristics of the two groups",
    columns: [
      { key: "label", label: "Characteristic" },
      { key: "treated", label: "Favoured, mean", format: (v) => formatSignificant(v) },
      { key: "control", label: "Others, mean", format: (v) => formatSignificant(v) },
      { key: "difference", label: "Standardised difference", format: (v) => formatNumber(v, 2) },
      { key: "within", label: "Favoured within the others' range", align: "right" },
    ],
    rows: balance.value.map((row) => ({
      label: withUnit(moderator(design, row.column)),
      treated: row.treatedMean,
      control: row.controlMean,
      difference: row.standardisedDifference,
      within: `${row.treatedWithinControlRange} of ${row.treatedUnits}`,
    })),
    source: design.source,
    notes: [
      "Standardised difference: difference of means over the root of the mean variance (Imbens & Rubin 2015, eq. 14.1).",
      ...balance.value.filter((row) => row.missing > 0).map((row) =>
        `${moderator(design, row.column).label}: not known for ${row.missing} ${
          row.missing === 1 ? "unit" : "units"
        }`
      ),
    ],
  });
}

function moderator(design: StudyDesign, column: string) {
  return design.moderators.find((item) => item.column === column)!;
}

/** The standardised differences, drawn. */
export function balanceFigure(
  balance: Outcome<readonly BalanceRow[]>,
  design: StudyDesign,
): Figure {
  if (!balance.ok) throw new Error(balance.reason);
  const large = balance.value.filter((row) => Math.abs(row.standardisedDifference) > 1).length;
  return intervalPlot(
    balance.value.map((row) => {
      // The variance of a standardised difference with the groups' own sizes (Hedges & Olkin 1985, eq. 5.14).
      const [n, m, d] = [row.treatedUnits, row.controlUnits, row.standardisedDifference];
      const half = 1.96 * Math.sqrt((n + m) / (n * m) + d ** 2 / (2 * (n + m)));
      return {
        label: moderator(design, row.column).label,
        result: { estimate: d, low: d - half, high: d + half },
        note: `${row.treatedWithinControlRange} of ${row.treatedUnits} in range`,
      };
    }),
    {
      title:
        `The favoured regions differ from the others by more than one standard deviation in ${large} of ` +
        `${balance.value.length} characteristics`,
      subtitle: "Standardised difference, favoured less others, with approximate 95 % intervals",
      source: design.source,
      xLabel: "standard deviations",
      noteLabel: "overlap",
      digits: 1,
    },
  );
}
