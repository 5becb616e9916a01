import { SURVEY_YEARS } from "../simulation/scenario.ts";
import { completeOptions, type SimulatedSurveyOptions } from "../simulation/scenario.ts";
import { simulateYear } from "../simulation/simulate.ts";
import { surveyShare } from "../estimation/estimate.ts";
import type { SurveyOptions } from "../estimation/settings.ts";
import { stackEstimates } from "../estimation/stack.ts";
import type { SurveyEstimates } from "../estimation/result.ts";
import type { HouseholdTable, PersonTable, SurveyTable } from "../types.ts";

/** The study's outcomes from microdata, each under the name that its column has in the study's panel. */
export interface StudyEstimates {
  readonly internet_use_pct: SurveyEstimates;
  readonly households_internet_pct: SurveyEstimates;
  readonly households_mobile_pct: SurveyEstimates;
}

const OUTCOMES = [
  "internet_use_pct",
  "households_internet_pct",
  "households_mobile_pct",
] as const;

/** People of six and more, of whom INEI publishes internet use. */
export const SIX_AND_OVER = {
  label: "people aged 6 and over",
  includes: (table: SurveyTable, row: number) => (table as PersonTable).age[row] >= 6,
};

/**
 * The three outcomes of the study from one year's tables: internet use of people of six and more, households with internet and
 * households with a mobile phone. By region unless `by` says otherwise.
 */
export function studyEstimates(
  { households, persons }: { households: HouseholdTable; persons: PersonTable },
  options: Omit<SurveyOptions, "subpopulation"> = {},
): StudyEstimates {
  const chosen: SurveyOptions = { by: "region", ...options };
  return {
    internet_use_pct: surveyShare(persons, "internetUse", {
      ...chosen,
      subpopulation: SIX_AND_OVER,
    }),
    households_internet_pct: surveyShare(households, "internet", chosen),
    households_mobile_pct: surveyShare(households, "mobile", chosen),
  };
}

/** Several years of the study's outcomes as one. */
export function stackStudy(years: readonly StudyEstimates[]): StudyEstimates {
  return Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, stackEstimates(years.map((year) => year[outcome]))]),
  ) as unknown as StudyEstimates;
}

/** The study's outcomes from a simulated survey of all years, one year in memory at a time. */
export function simulatedEstimates(
  options: SimulatedSurveyOptions,
  survey: Omit<SurveyOptions, "subpopulation"> = {},
): StudyEstimates {
  const complete = completeOptions(options);
  return stackStudy(
    SURVEY_YEARS.map((year) => studyEstimates(simulateYear(complete, year), survey)),
  );
}
