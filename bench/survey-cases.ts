import type { HouseholdTable, PersonTable } from "../lib/study/survey/types.ts";
import { measure, type Measurement } from "./measure.ts";
import { SURVEY_YEARS, writeSurveyFiles } from "./survey-files.ts";

export const SURVEY_CASE = "survey, 12 years (408,000 households, 1.3 million persons) to shares";
export const SURVEY_FOLDER = new URL("../.cache/bench-survey", import.meta.url).pathname;

/** Reads both modules of every year, keeps all tables, and takes two weighted shares by area and year. */
export async function surveyCase(): Promise<Measurement> {
  const { readHouseholds, readPersons } = await import("../lib/study/survey/files/read.ts");
  await writeSurveyFiles(SURVEY_FOLDER);
  let sum = 0;
  const work = async () => {
    const tables: (HouseholdTable | PersonTable)[] = [];
    for (const year of SURVEY_YEARS) {
      tables.push((await readHouseholds(SURVEY_FOLDER, year)).table);
      tables.push((await readPersons(SURVEY_FOLDER, year)).table);
    }
    sum = tables.reduce((total, table) => total + sumOfShares(table), 0);
  };
  const measured = await measure(SURVEY_CASE, work, { warmUp: 1, most: 5, seconds: 60 });
  return { ...measured, remark: `sum of shares ${sum.toFixed(6)}` };
}

/** Weighted shares of the areas, added up: the same number must come out of every peer. */
function sumOfShares(table: HouseholdTable | PersonTable): number {
  const column = table.module === "households" ? table.internet : table.internetUse;
  const yes = new Map<string, number>();
  const all = new Map<string, number>();
  for (let i = 0; i < table.rows; i++) {
    const value = column[i];
    if (Number.isNaN(value)) continue;
    const region = table.region[i];
    yes.set(region, (yes.get(region) ?? 0) + value * table.weight[i]);
    all.set(region, (all.get(region) ?? 0) + table.weight[i]);
  }
  return [...all].reduce((sum, [region, total]) => sum + yes.get(region)! / total, 0);
}
