import { checkKnown, checkOneOf } from "../../../estimators/options.ts";
import { requireSeed } from "../../../inference/random.ts";
import { InputError } from "../../../panel/errors.ts";

/** What IPT does in a simulated Peru, and what the regions' paths would have been without it. */
export type SurveyScenario = "none" | "constant" | "dose" | "nonparallel";
export const SURVEY_SCENARIOS: readonly SurveyScenario[] = [
  "none",
  "constant",
  "dose",
  "nonparallel",
];

export const SURVEY_SCENARIO_WORDS: Readonly<Record<SurveyScenario, string>> = {
  none: "parallel trends, no effect",
  constant: "parallel trends, 4 points in the nine favoured regions from 2019 on",
  dose:
    "parallel trends, 0.1 point for each locality per 10,000 inhabitants that IPT had connected",
  nonparallel: "own trends as published, 4 points in the nine favoured regions from 2019 on",
};

/** Points of internet use that being favoured adds from 2019 on. */
export const CONSTANT_EFFECT = 4;
/** Points of internet use per locality per 10,000 inhabitants. */
export const DOSE_EFFECT = 0.1;

export const SIMULATED_OUTCOMES = [
  "internet_use_pct",
  "households_internet_pct",
  "households_mobile_pct",
] as const;
export type SimulatedOutcome = (typeof SIMULATED_OUTCOMES)[number];

/** Each outcome's part in the effect: all for internet use, half for the home connection, none for the mobile phone. */
export const OUTCOME_PART: Readonly<Record<SimulatedOutcome, number>> = {
  internet_use_pct: 1,
  households_internet_pct: 0.5,
  households_mobile_pct: 0,
};

/** The scenario as it is for one outcome: those of households have their published paths (`surveyTruth`). */
export function scenarioWords(scenario: SurveyScenario, outcome: SimulatedOutcome): string {
  if (outcome === "internet_use_pct") return SURVEY_SCENARIO_WORDS[scenario];
  const part = OUTCOME_PART[outcome];
  if (scenario === "none" || part === 0) return "own trends as published, no effect";
  return scenario === "dose"
    ? `own trends as published, ${
      part * DOSE_EFFECT
    } point for each locality per 10,000 inhabitants`
    : `own trends as published, ${
      part * CONSTANT_EFFECT
    } points in the nine favoured regions from 2019 on`;
}

export const FIRST_YEAR = 2011;
export const LAST_YEAR = 2023;
export const SURVEY_YEARS: readonly number[] = Array.from(
  { length: LAST_YEAR - FIRST_YEAR + 1 },
  (_, i) => FIRST_YEAR + i,
);

export interface SimulatedSurveyOptions {
  readonly scenario: SurveyScenario;
  /** A whole number from 0 to 2³² − 1. Default 20261124. */
  readonly seed?: number;
  /** Households interviewed a year, about (clusters are drawn whole). Default 34,000; at least 1,000. */
  readonly households?: number;
}

export const SIMULATION_OPTIONS = ["scenario", "seed", "households"];

/** The options, complete. @throws InputError naming what is not allowed. */
export function completeOptions(options: SimulatedSurveyOptions): Required<SimulatedSurveyOptions> {
  checkKnown(options, SIMULATION_OPTIONS, ["scenario"]);
  checkOneOf("scenario", options.scenario, SURVEY_SCENARIOS);
  const { scenario, seed = 20261124, households = 34_000 } = options;
  if (!Number.isInteger(households) || households < 1000 || households > 200_000) {
    throw new InputError({
      problem: "The option households must be a whole number from 1,000 to 200,000",
      value: households,
      remedy: "use 34000 for a survey of ENAHO's size",
    });
  }
  return { scenario, seed: requireSeed(seed), households };
}

/** @throws InputError for a year outside of the panel. */
export function requireSurveyYear(year: unknown): number {
  if (typeof year === "number" && SURVEY_YEARS.includes(year)) return year;
  throw new InputError({
    problem: "The survey is simulated for the years of the panel only",
    column: "year",
    value: year,
    remedy: `choose ${FIRST_YEAR} to ${LAST_YEAR}`,
  });
}
