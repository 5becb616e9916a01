/** INEI's survey files as tables, one year and module at a time. */
import { checkKnown } from "../../../estimators/options.ts";
import type {
  HouseholdTable,
  PersonTable,
  ReadOptions,
  SummaryTable,
  SurveyRead,
  SurveySource,
} from "../types.ts";
import { loadModule } from "./load.ts";
import { MODULES } from "./spec.ts";

const OPTIONS = ["variables", "noAnswer", "recode", "without", "weight", "regions"];

/**
 * Module 01, `Enaho01-YYYY-100.csv`: households with RESULT 1 or 2 and a weight.
 *
 * Encoding, separator and decimal mark are found out; names of columns may be in upper or lower case; identifiers get
 * their zeros back. What was done stands in `notes`, what was dropped in `flow`.
 *
 * @param source a folder with files under INEI's names, or one file.
 * @throws InputError when the file is missing, cut off, of another module or year, or without weight, when a variable
 *   is blank throughout, a code unknown, a weight zero or negative, a household repeated, or an area without a cluster.
 */
export async function readHouseholds(
  source: SurveySource,
  year: number,
  options: ReadOptions = {},
): Promise<SurveyRead<HouseholdTable>> {
  checkKnown(options, OPTIONS, []);
  const { columns, fields, flow, notes } = await loadModule(
    source,
    year,
    MODULES.households,
    options,
  );
  const { result, fixedPhone, mobile, cableTv, internet } = fields;
  return {
    table: { ...columns, module: "households", result, fixedPhone, mobile, cableTv, internet },
    flow,
    notes,
  };
}

/** Module 03, `Enaho01a-YYYY-300.csv`: persons with a weight. @throws InputError as `readHouseholds`. */
export async function readPersons(
  source: SurveySource,
  year: number,
  options: ReadOptions = {},
): Promise<SurveyRead<PersonTable>> {
  checkKnown(options, OPTIONS, []);
  const loaded = await loadModule(source, year, MODULES.persons, options);
  const { columns, codperso, fields, flow, notes } = loaded;
  const { age, internetUse, schooling } = fields;
  return {
    table: { ...columns, module: "persons", codperso, age, internetUse, schooling },
    flow,
    notes,
  };
}

/** `Sumaria-YYYY.csv`: households with INEI's computed variables. @throws InputError as `readHouseholds`. */
export async function readSummary(
  source: SurveySource,
  year: number,
  options: ReadOptions = {},
): Promise<SurveyRead<SummaryTable>> {
  checkKnown(options, OPTIONS, []);
  const { columns, fields, flow, notes } = await loadModule(
    source,
    year,
    MODULES.summary,
    options,
  );
  const { income, spending, poverty, members } = fields;
  return {
    table: { ...columns, module: "summary", income, spending, poverty, members },
    flow,
    notes,
  };
}
