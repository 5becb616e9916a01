import { SURVEY_YEARS } from "../simulation/scenario.ts";
import { completeOptions, type SimulatedSurveyOptions } from "../simulation/scenario.ts";
import { simulateYear } from "../simulation/simulate.ts";
import { surveyShare } from "../estimation/estimate.ts";
import type { SurveyOptions } from "../estimation/settings.ts";
import { stackEstimates } from "../estimation/stack.ts";
import { SurveyEstimates } from "../estimation/result.ts";
import { InputError } from "../../../panel/errors.ts";
import { formatCount } from "../../../tables/format.ts";
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
 * households with a mobile phone. By region unless `by` says otherwise. Persons without an age are left out, and a note says how many.
 *
 * @throws InputError when no person has an age, and as `surveyShare`.
 */
export function studyEstimates(
  { households, persons }: { households: HouseholdTable; persons: PersonTable },
  options: Omit<SurveyOptions, "subpopulation"> = {},
): StudyEstimates {
  const chosen: SurveyOptions = { by: "region", ...options };
  const ageless = requireAges(persons);
  const use = surveyShare(persons, "internetUse", { ...chosen, subpopulation: SIX_AND_OVER });
  return {
    internet_use_pct: ageless === 0 ? use : new SurveyEstimates({
      ...use,
      notes: [
        ...use.notes,
        `${persons.year}: ${formatCount(ageless)} of ${
          formatCount(persons.rows)
        } persons have no age (P208A) and are left out.`,
      ],
    }),
    households_internet_pct: surveyShare(households, "internet", chosen),
    households_mobile_pct: surveyShare(households, "mobile", chosen),
  };
}

/** How many persons have no age. @throws InputError when nobody has one. */
function requireAges({ age, rows, year }: PersonTable): number {
  const missing = age.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  if (missing < rows) return missing;
  throw new InputError({
    problem: `No person of ${year} has an age, so that people of six and over cannot be told`,
    column: "P208A",
    remedy: "read a file with P208A (module 03 has it, or join it from module 02)",
  });
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
