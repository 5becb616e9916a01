import type { Figure } from "../../report/figure.ts";
import { missingMap } from "../../report/cells-plot.ts";
import { trendsPlot } from "../../report/trends-plot.ts";
import { formatCount, formatNumber } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { crossChecks, internetMeasures, yearlyChanges } from "../peru/crosschecks.ts";
import { REGION_NAMES } from "../peru/regions.ts";
import { OUTCOME_COLUMNS, PERU_SOURCE, type PeruStudy } from "../peru/study.ts";
import { loadTable } from "../peru/tables.ts";

const one = (value: number) => formatNumber(value, 1);
const two = (value: number) => formatNumber(value, 2);

/** Which table holds what, from where, with how many rows. */
export function sourcesTable(): Table {
  const tables = [
    [
      "region_year",
      "three outcomes, poverty, electricity, population; 26 areas and the nation, 2011–2023",
      "S19–S22",
    ],
    [
      "region_year_ipe",
      "a second measure of internet use, income, spending; 25 areas and the nation, 2015–2024",
      "S23",
    ],
    [
      "sdg_outcomes",
      "pension and health insurance, clean cooking, sanitation; 26 areas, 2011–2019: placebo outcomes",
      "S22",
    ],
    [
      "regions",
      "population, area, altitude, schooling, income, development index",
      "S15, S35, S36",
    ],
    ["ipt_rollout", "regional counts that IPT published", "S1–S6, S24, S25"],
    ["ipt_national", "national counts that IPT published", "S1–S7, S18, S25–S34"],
    ["households_mobile_2007_2016", "households with a mobile phone, a second copy", "S16"],
    ["internet_departments_2020q3", "households with internet, third quarter of 2020", "S8"],
    [
      "internet_departments_2022_unweighted",
      "households with internet, counted from survey rows",
      "S17",
    ],
    ["internet_levels", "national and rural levels by quarter", "S8–S14"],
  ] as const;
  return new Table({
    caption: "Ten tables, each with its source",
    columns: [
      { key: "table", label: "data/peru/" },
      { key: "holds", label: "holds" },
      { key: "rows", label: "rows" },
      { key: "sources", label: "sources" },
    ],
    rows: tables.map(([table, holds, sources]) => ({
      table,
      holds,
      rows: loadTable(table).length,
      sources,
    })),
    source: "data/README.md gives every source in full, with licence and caution",
  });
}

/** The record of one area: outcomes and roll-out by year. */
export function unitTable(study: PeruStudy, code: string): Table {
  const { panel, dose } = study;
  const rows = panel.map((row) => row).filter((row) => row.unit === code);
  return new Table({
    caption: `${REGION_NAMES[code]}: what happened, and where the roll-out stood`,
    columns: [
      { key: "year", label: "Year", format: String },
      ...Object.values(OUTCOME_COLUMNS).map(({ column, label }) => ({
        key: column,
        label: `${label}, %`,
        format: two,
      })),
      { key: "count", label: "IPT localities, end of year", format: formatCount },
      { key: "how", label: "How we know" },
    ],
    rows: rows.map((row) => {
      const cell = dose.find((item) => item.code === code && item.year === row.time)!;
      return {
        year: row.time,
        ...Object.fromEntries(
          Object.keys(OUTCOME_COLUMNS).map((column) => [column, row.value(column)]),
        ),
        count: cell.count,
        how: cell.provenance === "assumed" ? `assumed: ${cell.reason}` : cell.provenance,
      };
    }),
    source: PERU_SOURCE,
  });
}

/** The outcomes against second sources. */
export function crossCheckTable(): Table {
  return new Table({
    caption: "Our figures against somebody else's, in percentage points (ours less theirs)",
    columns: [
      { key: "series", label: "Series" },
      { key: "against", label: "Against" },
      { key: "compared", label: "Figures" },
      { key: "meanDifference", label: "Mean difference", format: two },
      { key: "largestDifference", label: "Largest", format: two },
      { key: "where", label: "Where" },
      { key: "reading", label: "Reading" },
    ],
    rows: crossChecks().map((check) => ({ ...check })),
    source: "S8, S9, S16, S17, S19, S20 in data/README.md",
  });
}

/** INEI's and IPE's measures of internet use side by side. */
export function internetMeasuresTable(): Table {
  return new Table({
    caption: "Two measures of internet use, nation, % of population",
    columns: [
      { key: "year", label: "Year", format: String },
      { key: "inei", label: "INEI", format: two },
      { key: "ipe", label: "IPE", format: two },
      { key: "ratio", label: "IPE / INEI", format: two },
    ],
    rows: internetMeasures().map((row) => ({ ...row })),
    source: "S19 (INEI), S23 (IPE)",
  });
}

/** The mean yearly change of the three outcomes. */
export function jumpFigure(study: PeruStudy): Figure {
  const changes = yearlyChanges();
  const at = (year: number) =>
    changes.find((row) => row.outcome === "households_internet_pct" && row.year === year)!.change;
  return trendsPlot(
    changes.map(({ outcome, year, change }) => ({
      series: OUTCOME_COLUMNS[outcome].label,
      time: year,
      value: change,
    })),
    {
      title: `Households with internet rose by ${one(at(2018))} points in 2018 and by ${
        one(at(2019))
      } in 2019`,
      subtitle: "Mean change from the year before over the 26 areas, percentage points",
      source: "INEI (ENAHO), S19 and S20 in data/README.md",
      notes: ["The pandemic's survey of 2020 was partly by telephone."],
      xLabel: "Year",
      yLabel: "percentage points",
      treatedFrom: study.assumptions.firstTreatedYear,
      treatedLabel: "IPT starts →",
    },
  );
}

const MISSING_COLUMNS = [
  "internet_use_pct",
  "households_internet_pct",
  "households_mobile_pct",
  "poverty_pct",
  "electricity_pct",
  "population",
  "dose",
  "schooling_years",
  "income_per_head_2019",
];

/** How much of each variable is there in each year. */
export function missingFigure({ panel }: PeruStudy): Figure {
  const cells = MISSING_COLUMNS.flatMap((column) => {
    const values = panel.numeric(column);
    return panel.times.map((time, code) => {
      const here = [...values.keys()].filter((i) => panel.time[i] === code);
      const present = here.filter((i) => !Number.isNaN(values[i])).length;
      return { row: column, column: time, present, expected: here.length };
    });
  });
  const complete = MISSING_COLUMNS.filter((column) =>
    cells.every((cell) => cell.row !== column || cell.present === cell.expected)
  );
  return missingMap(cells, {
    title:
      `${complete.length} of ${MISSING_COLUMNS.length} variables are complete, the three outcomes among them`,
    subtitle: "Areas with a value, by variable and year",
    source: PERU_SOURCE,
    xLabel: "Year",
    what: "area",
  });
}
