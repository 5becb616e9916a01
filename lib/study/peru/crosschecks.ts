import { loadTable } from "./tables.ts";

/** One comparison of a series with somebody else's copy or count of it. */
export interface CrossCheck {
  readonly series: string;
  readonly against: string;
  readonly compared: number;
  readonly meanDifference: number;
  readonly largestDifference: number;
  /** Where the largest difference is. */
  readonly where: string;
  readonly reading: string;
}

interface Pair {
  readonly where: string;
  readonly ours: number;
  readonly other: number;
}

function summarise(
  series: string,
  against: string,
  pairs: readonly Pair[],
  reading: string,
): CrossCheck {
  const differences = pairs.map(({ ours, other }) => ours - other);
  const largest = differences.reduce(
    (best, value, i) => Math.abs(value) > Math.abs(differences[best]) ? i : best,
    0,
  );
  return {
    series,
    against,
    compared: pairs.length,
    meanDifference: differences.reduce((sum, value) => sum + value, 0) / pairs.length,
    largestDifference: differences[largest],
    where: pairs[largest].where,
    reading,
  };
}

/** The outcomes against the four second sources in data/peru, differences in percentage points (ours less theirs). */
export function crossChecks(): CrossCheck[] {
  const panel = loadTable("region_year");
  const find = (code: string, year: number) =>
    panel.find((row) => row.code === code && row.year === year);
  const mobile = loadTable("households_mobile_2007_2016").flatMap((row): Pair[] => {
    const own = find(row.code, row.year);
    return own === undefined ? [] : [{
      where: `${own.region} ${row.year}`,
      ours: own.households_mobile_pct,
      other: row.households_mobile_pct,
    }];
  });
  const counted = loadTable("internet_departments_2022_unweighted").flatMap((row): Pair[] => {
    const own = find(row.ubigeo, 2022);
    return own === undefined ? [] : [{
      where: `${own.region} 2022`,
      ours: own.households_internet_pct,
      other: row.unweighted_pct,
    }];
  });
  const quarter = loadTable("internet_departments_2020q3").flatMap((row): Pair[] => {
    const own = find(row.ubigeo, 2020);
    return own === undefined ? [] : [{
      where: `${own.region} 2020`,
      ours: own.households_internet_pct,
      other: row.households_with_internet_pct,
    }];
  });
  const national = loadTable("internet_levels").flatMap((row): Pair[] => {
    const [year, part] = row.period.split("-");
    const own = find("00", Number(year));
    if (row.area !== "national" || part !== "Q4" || own === undefined) return [];
    const ours = row.series === "households_with_internet"
      ? own.households_internet_pct
      : own.internet_use_pct;
    return [{
      where: `${row.series.replaceAll("_", " ")} ${row.period}`,
      ours,
      other: row.percent,
    }];
  });
  return [
    summarise(
      "households with a mobile phone",
      "INEI's own table, 2007–2016 (S16)",
      mobile,
      "the same figures",
    ),
    summarise(
      "households with internet, 2022",
      "unweighted count of survey rows (S17)",
      counted,
      "close, as far as a count without survey weights can be",
    ),
    summarise(
      "households with internet, 2020",
      "third quarter of 2020, ten regions (S8)",
      quarter,
      "a quarter by telephone against a year",
    ),
    summarise(
      "national level, year",
      "fourth quarter of the same year (S9)",
      national,
      "later in the year, hence higher: as it should be",
    ),
  ];
}

/** The mean yearly change of one outcome over the 26 areas. */
export interface YearlyChange {
  readonly outcome: "internet_use_pct" | "households_internet_pct" | "households_mobile_pct";
  readonly year: number;
  readonly change: number;
}

/** By how much each outcome rose in the average area from the year before. */
export function yearlyChanges(): YearlyChange[] {
  const areas = loadTable("region_year").filter((row) => row.code !== "00");
  const years = [...new Set(areas.map((row) => row.year))].sort((a, b) => a - b);
  const outcomes = [
    "internet_use_pct",
    "households_internet_pct",
    "households_mobile_pct",
  ] as const;
  return outcomes.flatMap((outcome) => {
    const mean = (year: number) => {
      const values = areas.filter((row) => row.year === year).map((row) => row[outcome]);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    return years.slice(1).map((year) => ({ outcome, year, change: mean(year) - mean(year - 1) }));
  });
}

/** The two measures of internet use, nationally. */
export interface MeasureComparison {
  readonly year: number;
  readonly inei: number;
  readonly ipe: number;
  readonly ratio: number;
}

/** INEI's and IPE's measure of internet use side by side. */
export function internetMeasures(): MeasureComparison[] {
  const inei = loadTable("region_year").filter((row) => row.code === "00");
  return loadTable("region_year_ipe").flatMap((row) => {
    const own = inei.find((other) => other.year === row.year);
    if (row.code !== "00" || row.internet_use_ipe_pct === null || own === undefined) return [];
    const [a, b] = [own.internet_use_pct, row.internet_use_ipe_pct];
    return [{ year: row.year, inei: a, ipe: b, ratio: b / a }];
  });
}
