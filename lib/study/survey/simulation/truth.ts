import { InputError } from "../../../panel/errors.ts";
import { formatNumber } from "../../../tables/format.ts";
import { Table } from "../../../tables/table.ts";
import { assume } from "../../peru/assumptions.ts";
import { buildDose, treatedRegions } from "../../peru/dose.ts";
import { REGION_CODES, REGION_NAMES } from "../../peru/regions.ts";
import { rollOutTables } from "../../peru/study.ts";
import { loadTable } from "../../peru/tables.ts";
import {
  CONSTANT_EFFECT,
  DOSE_EFFECT,
  OUTCOME_PART,
  scenarioWords,
  SIMULATED_OUTCOMES,
  type SimulatedOutcome,
  SURVEY_YEARS,
  type SurveyScenario,
} from "./scenario.ts";

/** The truth about one outcome in one region and year of a simulated Peru, in percent and percentage points. */
export interface TruthRow {
  readonly code: string;
  readonly region: string;
  readonly year: number;
  readonly outcome: SimulatedOutcome;
  /** What INEI published. */
  readonly published: number;
  /** What the share would be without IPT. */
  readonly untreated: number;
  /** What IPT adds. */
  readonly effect: number;
  /** untreated + effect: the share that a survey of everybody would find. */
  readonly expected: number;
}

const BASE_YEAR = 2018;

/**
 * The truth of a scenario by region, year and outcome.
 *
 * In "nonparallel" the expected share is the published one to the last digit, and the effect is a part of it: without IPT
 * the share would be published − effect, with all the departures from parallel trends that the published series have.
 *
 * In the other scenarios internet use without IPT is the published share made parallel: of each region's change since 2018,
 * the part that goes along with being favoured and with IPT's dose of 2021 (least squares across the 26 areas, year by year,
 * about their mean) is taken out. Levels of 2018, the common path and each region's other ups and downs stay. The outcomes of
 * households without IPT are the published shares as they are: in 2011 some regions had a home connection in two households of
 * a hundred, so that paths parallel in points would start below zero. The effect is added. What is without IPT is thus the same
 * in all three, and two of these scenarios differ by their effects and nothing else.
 */
export function surveyTruth(scenario: SurveyScenario): readonly TruthRow[] {
  const known = cache.get(scenario);
  if (known !== undefined) return known;
  const effects = plantedEffects(scenario);
  const published = loadTable("region_year");
  const rows: TruthRow[] = [];
  for (const outcome of SIMULATED_OUTCOMES) {
    const share = new Map(published.map((row) => [`${row.code} ${row.year}`, row[outcome]]));
    const at = (code: string, year: number) => share.get(`${code} ${year}`)!;
    const departures = scenario !== "nonparallel" && outcome === "internet_use_pct"
      ? exposureDepartures(at)
      : null;
    for (const code of REGION_CODES) {
      for (const year of SURVEY_YEARS) {
        const effect = OUTCOME_PART[outcome] * effects(code, year);
        const untreated = scenario === "nonparallel"
          ? at(code, year) - effect
          : at(code, year) - (departures?.(code, year) ?? 0);
        rows.push({
          code,
          region: REGION_NAMES[code],
          year,
          outcome,
          published: at(code, year),
          untreated,
          effect,
          expected: untreated + effect,
        });
      }
    }
  }
  requirePossible(rows, scenario);
  cache.set(scenario, rows);
  return rows;
}

const cache = new Map<SurveyScenario, readonly TruthRow[]>();

/** Effect on internet use, points. */
function plantedEffects(scenario: SurveyScenario): (code: string, year: number) => number {
  if (scenario === "none") return () => 0;
  if (scenario === "dose") {
    const { doses } = exposures();
    return (code, year) => DOSE_EFFECT * doses.get(`${code} ${year}`)!;
  }
  const { favoured } = exposures();
  return (code, year) => favoured.has(code) && year > BASE_YEAR ? CONSTANT_EFFECT : 0;
}

interface Exposures {
  readonly favoured: ReadonlySet<string>;
  /** Localities per 10,000 inhabitants by "code year". */
  readonly doses: ReadonlyMap<string, number>;
}

let exposed: Exposures | undefined;

/** The study's own treatment: the regions named at the end of 2021, and the dose under its default rule. */
function exposures(): Exposures {
  if (exposed !== undefined) return exposed;
  const tables = rollOutTables();
  const assumptions = assume();
  const dose = buildDose(tables, "localitiesPer10000", assumptions.rollOut);
  exposed = {
    favoured: new Set(treatedRegions(tables, assumptions).keys()),
    doses: new Map(dose.map((cell) => [`${cell.code} ${cell.year}`, cell.dose ?? 0])),
  };
  return exposed;
}

/** The part of a region's change since 2018 that goes along with the two exposures. */
function exposureDepartures(
  at: (code: string, year: number) => number,
): (code: string, year: number) => number {
  const { favoured, doses } = exposures();
  const centred = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const group = centred(REGION_CODES.map((code) => favoured.has(code) ? 1 : 0));
  const dose = centred(REGION_CODES.map((code) => doses.get(`${code} 2021`)!));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const [gg, gd, dd] = [dot(group, group), dot(group, dose), dot(dose, dose)];
  const determinant = gg * dd - gd * gd;
  const slopes = new Map(SURVEY_YEARS.map((year) => {
    const change = REGION_CODES.map((code) => at(code, year) - at(code, BASE_YEAR));
    const [gy, dy] = [dot(group, change), dot(dose, change)];
    return [year, {
      group: (dd * gy - gd * dy) / determinant,
      dose: (gg * dy - gd * gy) / determinant,
    }];
  }));
  return (code, year) => {
    const i = REGION_CODES.indexOf(code);
    const slope = slopes.get(year)!;
    return slope.group * group[i] + slope.dose * dose[i];
  };
}

function requirePossible(rows: readonly TruthRow[], scenario: SurveyScenario): void {
  const wrong = rows.find(({ untreated, expected }) =>
    !(untreated > 0 && untreated < 100 && expected > 0 && expected < 100)
  );
  if (wrong === undefined) return;
  throw new InputError({
    problem: `The scenario "${scenario}" asks for a share of ${
      formatNumber(wrong.expected, 1)
    } % in ${wrong.region} in ${wrong.year}`,
    column: wrong.outcome,
    remedy: "plant a smaller effect",
  });
}

/** The truth as a table, as it is written beside the files (truth.csv). */
export function truthTable(scenario: SurveyScenario, outcome?: SimulatedOutcome): Table {
  const digits = (value: number) => formatNumber(value, 2);
  return new Table({
    caption: `Simulated: what is true in scenario “${scenario}” (${
      scenarioWords(scenario, outcome ?? "internet_use_pct")
    })`,
    columns: [
      { key: "code", label: "Code" },
      { key: "region", label: "Region" },
      { key: "year", label: "Year", format: String },
      { key: "outcome", label: "Outcome" },
      { key: "published", label: "Published, %", format: digits },
      { key: "untreated", label: "Without IPT, %", format: digits },
      { key: "effect", label: "Effect, points", format: digits },
      { key: "expected", label: "With IPT, %", format: digits },
    ],
    rows: surveyTruth(scenario).filter((row) => outcome === undefined || row.outcome === outcome)
      .map((row) => ({ ...row })),
    source: "simulated; published shares as in data/peru/region_year.csv",
  });
}
