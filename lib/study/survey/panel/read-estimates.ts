import { readHouseholds, readPersons } from "../files/read.ts";
import type { SurveyOptions } from "../estimation/settings.ts";
import type { ReadOptions, SurveySource } from "../types.ts";
import { stackStudy, type StudyEstimates, studyEstimates } from "./outcomes.ts";

/**
 * The study's outcomes from a folder of survey files (modules 01 and 03 under INEI's names), one year in memory at a time. Whether the
 * files are INEI's or simulated, the estimates say which.
 *
 * @param read how to read both modules: `recode`, `noAnswer`, `without` name variables of either.
 * @throws InputError as `readHouseholds` and `surveyShare`; nothing is returned unless every year is complete.
 */
export async function readStudyEstimates(
  source: SurveySource,
  years: readonly number[],
  survey: Omit<SurveyOptions, "subpopulation"> = {},
  read: ReadOptions = {},
): Promise<StudyEstimates> {
  const found: StudyEstimates[] = [];
  for (const year of years) {
    const households = (await readHouseholds(source, year, read)).table;
    const persons = (await readPersons(source, year, read)).table;
    found.push(studyEstimates({ households, persons }, survey));
  }
  return stackStudy(found);
}
