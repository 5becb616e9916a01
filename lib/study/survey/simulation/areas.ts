import { REGION_CODES } from "../../peru/regions.ts";
import { loadTable } from "../../peru/tables.ts";
import type { SimulatedOutcome } from "./scenario.ts";

/** What the simulation takes as given about a region. */
export interface SimulatedRegion {
  readonly code: string;
  readonly population: number;
  /** Share of people in the rural area: an assumption, see `simulatedRegions`. */
  readonly ruralShare: number;
  /** Mean income per head, soles a month of 2019. */
  readonly income: number;
}

/** Wholly urban: Callao and Lima Metropolitana. */
const URBAN_ONLY = ["07", "15A"];

/**
 * The regions, with an assumed rural share. The national one is what INEI's figures of 2021-Q4 imply: internet use of 75.8 % in
 * the nation lies between 87.4 in Lima, 79.4 in other towns and 47.3 in the countryside only if 18.5 % live there (Lima's part
 * by regions.csv). A region's own is x/(x + k) with x populated centres per 1,000 inhabitants and k such that the nation's is met.
 */
export function simulatedRegions(): readonly SimulatedRegion[] {
  if (made !== undefined) return made;
  const rows = loadTable("regions");
  const total = rows.reduce((sum, row) => sum + row.population_2017, 0);
  const lima = rows.find((row) => row.code === "15A")!.population_2017 / total;
  const [all, metropolis, towns, rural] = ["national", "lima_metropolitana", "other_urban", "rural"]
    .map((area) => level("population_6plus_using_internet", area, "2021-Q4"));
  const national = (lima * metropolis + (1 - lima) * towns - all) / (towns - rural);
  const centres = (row: (typeof rows)[number]) =>
    URBAN_ONLY.includes(row.code) ? 0 : 1000 * (row.populated_centres ?? 0) / row.population_2017;
  const shareAt = (k: number) =>
    rows.reduce((sum, row) => sum + row.population_2017 * centres(row) / (centres(row) + k), 0) /
    total;
  const k = bisect((x) => national - shareAt(x), 1e-3, 1e3);
  made = REGION_CODES.map((code) => {
    const row = rows.find((item) => item.code === code)!;
    return {
      code,
      population: row.population_2017,
      ruralShare: centres(row) / (centres(row) + k),
      income: row.income_per_head_soles_2019 ?? 0,
    };
  });
  return made;
}

let made: readonly SimulatedRegion[] | undefined;

/**
 * How far urban households are ahead of rural ones, as a difference of logits, by year. It follows INEI's levels by area (other
 * towns and countryside), linear between the dates that have both and constant outside of them. For mobile phones only
 * 2011–2016 are known.
 */
export function urbanGap(outcome: SimulatedOutcome, year: number): number {
  const points = gapPoints(outcome);
  const after = points.findIndex((point) => point.time >= year);
  if (after === -1) return points[points.length - 1].gap;
  if (after === 0) return points[0].gap;
  const [a, b] = [points[after - 1], points[after]];
  return a.gap + (b.gap - a.gap) * (year - a.time) / (b.time - a.time);
}

interface GapPoint {
  readonly time: number;
  readonly gap: number;
}

const gaps = new Map<SimulatedOutcome, readonly GapPoint[]>();

function gapPoints(outcome: SimulatedOutcome): readonly GapPoint[] {
  const known = gaps.get(outcome);
  if (known !== undefined) return known;
  const points = (outcome === "households_mobile_pct" ? mobileLevels() : internetLevels(outcome))
    .map(({ time, urban, rural }) => ({ time, gap: logit(urban / 100) - logit(rural / 100) }))
    .sort((a, b) => a.time - b.time);
  gaps.set(outcome, points);
  return points;
}

function internetLevels(outcome: SimulatedOutcome) {
  const series = outcome === "internet_use_pct"
    ? "population_6plus_using_internet"
    : "households_with_internet";
  const rows = loadTable("internet_levels").filter((row) => row.series === series);
  return rows.filter((row) => row.area === "rural").flatMap((row) => {
    const town = rows.find((item) => item.area === "other_urban" && item.period === row.period);
    return town === undefined ? [] : [{
      // A quarter lies about its middle: years are compared with the survey's year as a whole.
      time: Number(row.period.slice(0, 4)),
      urban: town.percent,
      rural: row.percent,
    }];
  });
}

function mobileLevels() {
  const rows = loadTable("households_mobile_2007_2016");
  return rows.filter((row) => row.code === "R").map((row) => ({
    time: row.year,
    urban: rows.find((item) => item.code === "U" && item.year === row.year)!.households_mobile_pct,
    rural: row.households_mobile_pct,
  }));
}

function level(series: string, area: string, period: string): number {
  return loadTable("internet_levels").find((row) =>
    row.series === series && row.area === area && row.period === period
  )!.percent;
}

/** A region's share split into its towns and its countryside: the mean is met, and the logits differ by `gap`. */
export function splitShare(
  share: number,
  ruralShare: number,
  gap: number,
): { urban: number; rural: number } {
  const urban = bisect(
    (p) => (1 - ruralShare) * p + ruralShare * inverseLogit(logit(p) - gap) - share,
    1e-9,
    1 - 1e-9,
  );
  return { urban, rural: inverseLogit(logit(urban) - gap) };
}

export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

export function inverseLogit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The zero of an increasing function, by halving to the last digit. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
