import type { Assumptions, DoseMeasure, RollOutRule } from "./assumptions.ts";
import { linearPath, regionPath } from "./path.ts";
import { REGION_CODES, REGION_NAMES } from "./regions.ts";
import {
  nationalPoints,
  type NationalRow,
  publishedCounts,
  type Quantity,
  type RollOutRow,
} from "./rollout.ts";
import type { TableRow } from "./tables.ts";

export type RegionRow = TableRow<"regions">;

/** Where a cell of the dose comes from. "before IPT" is zero by definition. */
export type Provenance = "before IPT" | "published" | "assumed";

/** The roll-out in one region and year. */
export interface DoseCell {
  readonly code: string;
  readonly region: string;
  readonly year: number;
  /** Stock of the counted quantity (localities, or people) on the day that the assumptions name. */
  readonly count: number;
  /** The measure; null where it cannot be computed. */
  readonly dose: number | null;
  readonly provenance: Provenance;
  /** How the cell came about, or why there is none. */
  readonly reason: string;
}

export interface RollOutTables {
  readonly rollOut: readonly RollOutRow[];
  readonly national: readonly NationalRow[];
  readonly regions: readonly RegionRow[];
}

export const FIRST_YEAR = 2011;
export const LAST_YEAR = 2023;
/** Telefónica's rural localities were taken over at the end of February 2019: before that there was no IPT. */
const TAKEOVER = 2019 + 2 / 12;
/** Wholly urban areas: a rural operator has no remainder to put there. */
const URBAN: readonly string[] = ["07", "15A"];

/** The counted quantity behind a measure. */
export function quantityOf(measure: DoseMeasure): Quantity {
  return measure === "peoplePer100" ? "people" : "localities";
}

/** The roll-out of every region in every year of the panel, under a rule for what was not published. */
export function buildDose(
  tables: RollOutTables,
  measure: DoseMeasure,
  rule: RollOutRule,
): DoseCell[] {
  const quantity = quantityOf(measure);
  const paths = regionalPaths(tables, quantity, rule);
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);
  return REGION_CODES.flatMap((code) => {
    const region = tables.regions.find((row) => row.code === code)!;
    return years.map((year) => {
      const date = rule.timing === "endOfYear" ? year + 1 : year + 0.5;
      const cell = paths(code, date);
      return {
        code,
        region: REGION_NAMES[code],
        year,
        ...cell,
        ...measured(cell, region, measure),
      };
    });
  });
}

interface Stock {
  readonly count: number;
  readonly provenance: Provenance;
  readonly reason: string;
}

/** The stock of any region at any date. */
export function regionalPaths(
  tables: RollOutTables,
  quantity: Quantity,
  rule: RollOutRule,
): (code: string, date: number) => Stock {
  const national = linearPath(nationalPoints(tables.national, quantity));
  const used = publishedCounts(tables.rollOut, quantity, rule).filter((row) => row.unused === null);
  const own = new Map<string, { date: number; count: number; asOf: string }[]>();
  for (const { code, date, count, asOf } of used) {
    own.set(
      code,
      [...(own.get(code) ?? []), { date, count, asOf }].sort((a, b) => a.date - b.date),
    );
  }
  const named = new Map([...own].map(([code, points]) => [code, regionPath(points, national)]));
  const weights = remainderWeights(tables.regions, rule, new Set(named.keys()));
  return (code, date) => {
    if (date < TAKEOVER - 1e-9) {
      return { count: 0, provenance: "before IPT", reason: "before IPT took over" };
    }
    const points = own.get(code);
    if (points !== undefined) return namedStock(points, named.get(code)!, date);
    const sum = [...named.values()].reduce((total, path) => total + path(date), 0);
    const left = Math.max(0, national(date) - sum);
    return {
      count: left * (weights.get(code) ?? 0),
      provenance: "assumed",
      reason: remainderReason(code, rule),
    };
  };
}

function namedStock(
  points: readonly { date: number; asOf: string; count: number }[],
  path: (date: number) => number,
  date: number,
): Stock {
  const exact = points.find((point) => Math.abs(point.date - date) < 1e-9);
  if (exact !== undefined) {
    return { count: exact.count, provenance: "published", reason: `count of ${exact.asOf}` };
  }
  const before = points.findLast((point) => point.date < date);
  const after = points.find((point) => point.date > date);
  const reason = before === undefined
    ? `follows the national path back from ${after!.count} at ${after!.asOf}`
    : after === undefined
    ? `follows the national path on from ${before.count} at ${before.asOf}`
    : `between ${before.count} at ${before.asOf} and ${after.count} at ${after.asOf}`;
  return { count: path(date), provenance: "assumed", reason };
}

function remainderWeights(
  regions: readonly RegionRow[],
  rule: RollOutRule,
  named: ReadonlySet<string>,
): Map<string, number> {
  const basis = (row: RegionRow): number => {
    switch (rule.unnamed) {
      case "populatedCentres":
        return row.populated_centres ?? 0;
      case "sparsePopulation":
        return row.population_2017 * row.population_share_in_sparse_districts;
      case "population":
        return row.population_2017;
      case "equal":
        return 1;
      default:
        return 0;
    }
  };
  const unnamed = regions.filter((row) => !named.has(row.code) && !URBAN.includes(row.code));
  const total = unnamed.reduce((sum, row) => sum + basis(row), 0);
  return new Map(unnamed.map((row) => [row.code, total === 0 ? 0 : basis(row) / total]));
}

function remainderReason(code: string, rule: RollOutRule): string {
  if (URBAN.includes(code)) return "wholly urban: no share of a rural remainder";
  return rule.unnamed === "none"
    ? "never named: taken as zero"
    : `share of the national remainder by ${rule.unnamed}`;
}

function measured(
  stock: Stock,
  region: RegionRow,
  measure: DoseMeasure,
): { dose: number | null; reason: string } {
  if (measure === "localitiesPer10000") {
    return { dose: 1e4 * stock.count / region.population_2017, reason: stock.reason };
  }
  if (measure === "peoplePer100") {
    return { dose: 100 * stock.count / region.population_2017, reason: stock.reason };
  }
  if (region.populated_centres === null) {
    return {
      dose: null,
      reason: "cannot be computed: the number of populated centres is not known",
    };
  }
  return { dose: 100 * stock.count / region.populated_centres, reason: stock.reason };
}

/** How much of one year's national total is published by region, and how much assumed. */
export interface DoseCoverage {
  readonly year: number;
  readonly national: number;
  readonly published: number;
  readonly assumedNamed: number;
  readonly assumedRemainder: number;
  /** Regional counts less the national total, where the rule could not make them agree. */
  readonly excess: number;
}

/** Published and assumed parts of the national stock, by year since 2019. */
export function doseCoverage(
  tables: RollOutTables,
  quantity: Quantity,
  rule: RollOutRule,
): DoseCoverage[] {
  const national = linearPath(nationalPoints(tables.national, quantity));
  const paths = regionalPaths(tables, quantity, rule);
  const years = Array.from({ length: LAST_YEAR - 2018 }, (_, i) => 2019 + i);
  return years.map((year) => {
    const date = rule.timing === "endOfYear" ? year + 1 : year + 0.5;
    const stocks = REGION_CODES.map((code) => paths(code, date));
    const total = (keep: (stock: Stock) => boolean) =>
      stocks.filter(keep).reduce((sum, stock) => sum + stock.count, 0);
    const remainder = (stock: Stock) => /remainder|never named/.test(stock.reason);
    const published = total((stock) => stock.provenance === "published");
    const assumedNamed = total((stock) => stock.provenance === "assumed" && !remainder(stock));
    const assumedRemainder = total(remainder);
    return {
      year,
      national: national(date),
      published,
      assumedNamed,
      assumedRemainder,
      excess: published + assumedNamed + assumedRemainder - national(date),
    };
  });
}

/** The regions that the assumptions call treated, with the year from which each counts as treated. */
export function treatedRegions(
  tables: RollOutTables,
  { treatment, firstTreatedYear, lastYear, rollOut }: Pick<
    Assumptions,
    "treatment" | "firstTreatedYear" | "lastYear" | "rollOut"
  >,
): Map<string, number> {
  const common = (codes: readonly string[]) =>
    new Map(codes.map((code) => [code, firstTreatedYear]));
  switch (treatment.kind) {
    case "regions":
      return common(treatment.codes);
    case "named":
      return common(leadingList(tables.rollOut, treatment.asOf));
    case "dose":
      return common(leadingList(tables.rollOut, "2021-12"));
    case "threshold": {
      const reached = buildDose(tables, treatment.measure, rollOut)
        .filter((cell) => (cell.dose ?? 0) >= treatment.threshold);
      if (treatment.adoption === "common") {
        return common(
          reached.filter((cell) => cell.year === treatment.year).map((cell) => cell.code),
        );
      }
      const first = new Map<string, number>();
      // A region that crosses after the window is not treated in it.
      for (const { code, year } of reached) {
        if (year <= lastYear && !first.has(code)) first.set(code, year);
      }
      return first;
    }
  }
}

/** The nine regions on the list of leading deployment at a date. */
export function leadingList(rows: readonly RollOutRow[], asOf: string): string[] {
  const bySource = new Map<string, string[]>();
  for (const row of rows) {
    if (row.as_of === asOf && row.rural_localities_4g !== null) {
      bySource.set(row.source_id, [...(bySource.get(row.source_id) ?? []), row.code]);
    }
  }
  return [...bySource.values()].reduce(
    (longest, list) => list.length > longest.length ? list : longest,
    [],
  ).sort();
}
