import { type RandomStream, streams } from "../../../inference/random.ts";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { formatCount } from "../../../tables/format.ts";
import { loadTable } from "../../peru/tables.ts";
import type { HouseholdTable, PersonTable, SummaryTable } from "../types.ts";
import { type SimulatedRegion, simulatedRegions, splitShare, urbanGap } from "./areas.ts";
import { AGE_GROUPS, CLUSTER, HOUSEHOLD, householdThreshold, personThreshold } from "./latent.ts";
import { allocate, dominioOf, drawClusters, type SimulatedCluster, two } from "./sample.ts";
import {
  completeOptions,
  FIRST_YEAR,
  requireSurveyYear,
  type SimulatedOutcome,
  type SimulatedSurveyOptions,
} from "./scenario.ts";
import { YearTables } from "./tables.ts";
import { surveyTruth } from "./truth.ts";

/** One simulated year: what the readers make of its three files. */
export interface SimulatedYear {
  readonly year: number;
  readonly households: HouseholdTable;
  readonly persons: PersonTable;
  readonly summary: SummaryTable;
}

/** Everything about a region's area that the draws need. */
interface Area {
  /** People that the weights have to add up to. */
  readonly population: number;
  readonly internet: number;
  readonly mobile: number;
  readonly internetUse: number;
  readonly fixedPhone: number;
  readonly cableTv: number;
  readonly income: number;
  /** Probability of being poor, by the published rate. */
  readonly poor: number;
}

/** Share of questions that nobody answered. */
const UNANSWERED = 0.003;
/** Correlation of a household's connection with its members' use, on the hidden scale. */
const TOGETHER = 0.6;
const INCOME_SPREAD = 0.6;

/**
 * A survey of a Peru that does not exist, in the shape of ENAHO: households in clusters in strata, with weights that add up to
 * each region's population of 2017, and yes/no answers whose shares by region and year are those of the scenario
 * (`surveyTruth`). Towns and countryside differ as INEI's levels by area say. Every year is a new sample.
 *
 * A year depends on the scenario, the seed, the size and its own number only; same options, same digits.
 *
 * @throws InputError for a year outside of the panel or options that are not allowed.
 */
export function simulateYear(options: SimulatedSurveyOptions, year: number): SimulatedYear {
  const complete = completeOptions(options);
  requireSurveyYear(year);
  const regions = simulatedRegions();
  const sizes = allocate(regions, complete.households);
  const tables = new YearTables(year, simulatedSource(options));
  const random = streams(complete.seed, (year - FIRST_YEAR) * regions.length);
  const expected = new Map(
    surveyTruth(complete.scenario).filter((row) => row.year === year).map((row) => [
      `${row.code} ${row.outcome}`,
      row.expected / 100,
    ]),
  );
  const poverty = povertyOf(year);
  regions.forEach((region, i) => {
    const share = (outcome: SimulatedOutcome) => {
      const split = splitShare(
        expected.get(`${region.code} ${outcome}`)!,
        region.ruralShare,
        urbanGap(outcome, year),
      );
      return split;
    };
    const [use, home, mobile] = [
      share("internet_use_pct"),
      share("households_internet_pct"),
      share("households_mobile_pct"),
    ];
    const areaOf = (area: "urban" | "rural"): Area => ({
      population: region.population *
        (area === "urban" ? 1 - region.ruralShare : region.ruralShare),
      internet: householdThreshold(home[area]),
      mobile: householdThreshold(mobile[area]),
      internetUse: personThreshold(use[area]),
      // No source: two columns that files have and this project does not use.
      fixedPhone: area === "urban" ? 0.25 : 0.02,
      cableTv: area === "urban" ? 0.4 : 0.15,
      income: region.income,
      poor: poverty(region.code),
    });
    drawRegion(tables, region, sizes[i], areaOf, random.next().value);
  });
  return tables.finish();
}

/** What stands under tables and figures. */
export function simulatedSource(options: SimulatedSurveyOptions): string {
  const { scenario, seed, households } = completeOptions(options);
  return `simulated survey in the shape of ENAHO (scenario “${scenario}”, seed ${seed}, about ` +
    `${
      formatCount(households)
    } households a year), calibrated to INEI's published shares; no real household is in it`;
}

function povertyOf(year: number): (code: string) => number {
  const published = loadTable("region_year").filter((row) => row.year === year);
  const regions = loadTable("regions");
  return (code) => {
    const rate = published.find((row) => row.code === code)?.poverty_pct ??
      regions.find((row) => row.code === code)?.poverty_2018_group_midpoint_pct ?? 20;
    return rate / 100;
  };
}

function drawRegion(
  tables: YearTables,
  region: SimulatedRegion,
  households: number,
  areaOf: (area: "urban" | "rural") => Area,
  random: RandomStream,
): void {
  const clusters = drawClusters(region, households, random);
  for (const area of ["urban", "rural"] as const) {
    const own = clusters.filter((cluster) => cluster.urban === (area === "urban"));
    if (own.length === 0) continue;
    const given = areaOf(area);
    tables.beginArea();
    for (const cluster of own) drawCluster(tables, region, cluster, given, random);
    tables.endArea(given.population);
  }
}

function drawCluster(
  tables: YearTables,
  region: SimulatedRegion,
  cluster: SimulatedCluster,
  area: Area,
  random: RandomStream,
): void {
  tables.beginCluster({ ...cluster, region: region.code, dominio: dominioOf(region.code) });
  const common = random.normal();
  const weight = 0.6 + 0.8 * random.uniform();
  let dwelling = 1 + random.integer(9);
  let second = false;
  for (let k = 0; k < cluster.households; k++) {
    const own = random.normal();
    const shared = Math.sqrt(CLUSTER) * common;
    const linked = TOGETHER * own;
    const rest = Math.sqrt(1 - TOGETHER * TOGETHER);
    // The hidden number is −(shared + linked + rest · z): yes when z is below the threshold less what is known.
    const says = (threshold: number) =>
      random.uniform() < normalCdf((threshold + shared + linked) / rest, 0, 1) ? 1 : 0;
    const answer = (value: number) => random.uniform() < UNANSWERED ? NaN : value;
    const members = drawMembers(random);
    const z = 0.4 * common + 0.5 * own + Math.sqrt(1 - 0.41) * random.normal();
    const perHead = area.income * Math.exp(INCOME_SPREAD * z - INCOME_SPREAD * INCOME_SPREAD / 2);
    const income = cents(12 * perHead * members);
    tables.addHousehold({
      vivienda: dwelling,
      hogar: second ? "22" : "11",
      weight: weight * (0.85 + 0.3 * random.uniform()),
      result: random.uniform() < 0.04 ? 2 : 1,
      fixedPhone: answer(random.uniform() < area.fixedPhone ? 1 : 0),
      mobile: answer(says(area.mobile)),
      cableTv: answer(random.uniform() < area.cableTv ? 1 : 0),
      internet: answer(says(area.internet)),
      income,
      spending: cents(income * (0.6 + 0.35 * random.uniform())),
      poverty: z < normalQuantile(0.2 * area.poor, 0, 1)
        ? 1
        : z < normalQuantile(area.poor, 0, 1)
        ? 2
        : 3,
      members,
    });
    const threshold = area.internetUse + shared + Math.sqrt(HOUSEHOLD) * own;
    for (let person = 1; person <= members; person++) {
      const group = ageGroup(random.uniform());
      const age = group.from + random.integer(group.to - group.from + 1);
      const uses = group.offset === null
        ? NaN
        : answer(random.uniform() < normalCdf(threshold + group.offset, 0, 1) ? 1 : 0);
      const schooling = drawSchooling(age, z, random);
      if (age >= 3) tables.addPerson(two(person), age, uses, schooling);
    }
    // Now and then a second household lives in the same dwelling.
    second = !second && random.uniform() < 0.02;
    if (!second) dwelling += 1 + random.integer(9);
  }
}

/** Members of a household, one to nine; shares are made up, their mean is 3.6. */
const MEMBERS = [0.12, 0.18, 0.21, 0.21, 0.14, 0.08, 0.035, 0.015, 0.01];

function drawMembers(random: RandomStream): number {
  let left = random.uniform();
  for (let k = 0; k < MEMBERS.length - 1; k++) {
    left -= MEMBERS[k];
    if (left < 0) return k + 1;
  }
  return MEMBERS.length;
}

function ageGroup(uniform: number): (typeof AGE_GROUPS)[number] {
  let left = uniform;
  for (const group of AGE_GROUPS) {
    left -= group.share;
    if (left < 0) return group;
  }
  return AGE_GROUPS[AGE_GROUPS.length - 1];
}

/** INEI's code of the highest level of schooling, 1–11, rising with age to 18 and with income. Made up. */
function drawSchooling(age: number, z: number, random: RandomStream): number {
  const own = random.uniform();
  if (age < 6) return own < 0.4 ? 1 : 2;
  if (age < 12) return 3;
  if (age < 18) return own < 0.2 ? 4 : 5;
  const level = 3 + Math.floor(8 * own + 1.2 * z);
  return Math.min(11, Math.max(1, level));
}

function cents(value: number): number {
  return Math.round(100 * value) / 100;
}
