/**
 * What INEI's household survey (ENAHO) becomes once it is read: one table per year and module, as typed columns.
 * Readers make them, simulation writes files that readers read back, estimation takes them.
 */
import type { Table } from "../../tables/table.ts";

/** Where the rows come from: a label that every table and figure made of them has to show. */
export type SurveyProvenance = "published" | "simulated";

/** A folder that holds this file holds made-up survey files; whatever is read from it is labelled so. */
export const SIMULATED_MARK = "SIMULATED.txt";

/** The modules that are read, by the name that this project gives them. */
export type SurveyModule = "households" | "persons" | "summary";

/**
 * What every module says of a row: who it is, where, and how many it stands for. All columns have `rows` entries
 * in the file's order. Codes are text with their leading zeros. A missing number is NaN, a missing text "".
 */
export interface SurveyColumns {
  readonly year: number;
  readonly rows: number;
  readonly provenance: SurveyProvenance;
  /** What stands under a table made of these rows. */
  readonly source: string;
  /** Primary sampling unit (cluster): six digits. */
  readonly conglome: readonly string[];
  /** Dwelling within the cluster: three digits. */
  readonly vivienda: readonly string[];
  /** Household within the dwelling: two digits. */
  readonly hogar: readonly string[];
  /** District: six digits, of which two are the department and four the province. */
  readonly ubigeo: readonly string[];
  /** First four digits of UBIGEO. */
  readonly province: readonly string[];
  /** One of the study's 26 areas (`REGION_CODES`): Lima is split by province, 1501 is 15A, others 15B. */
  readonly region: readonly string[];
  /** Geographic domain, 1–8; NaN where the file has none. */
  readonly dominio: Float64Array;
  /** Sampling stratum, 1–5 urban, 6–8 rural. */
  readonly estrato: Float64Array;
  /** 1 urban (ESTRATO 1–5), 0 rural. */
  readonly urban: Float64Array;
  /** FACTOR07 (or the module's own factor, named in the notes): always a positive number. */
  readonly weight: Float64Array;
  /** Further numeric variables that the caller asked for, by their name in upper case. */
  readonly other: Readonly<Record<string, Float64Array>>;
}

/** Module 01, `Enaho01-YYYY-100`: one row a household whose interview has RESULT 1 or 2. Yes 1, no 0, missing NaN. */
export interface HouseholdTable extends SurveyColumns {
  readonly module: "households";
  /** RESULT: 1 complete, 2 incomplete; NaN throughout when the file has no RESULT (a note says so). */
  readonly result: Float64Array;
  /** P1141. */
  readonly fixedPhone: Float64Array;
  /** P1142. */
  readonly mobile: Float64Array;
  /** P1143. */
  readonly cableTv: Float64Array;
  /** P1144. */
  readonly internet: Float64Array;
}

/** Module 03, `Enaho01a-YYYY-300`: one row a person. */
export interface PersonTable extends SurveyColumns {
  readonly module: "persons";
  /** Person within the household: two digits. */
  readonly codperso: readonly string[];
  /** P208A, years; NaN throughout when the file has none. The published share is of people of 6 and more. */
  readonly age: Float64Array;
  /** P314A: used the internet, 1 yes, 0 no; NaN where not asked or not answered. */
  readonly internetUse: Float64Array;
  /** P301A: highest level of schooling, INEI's code. */
  readonly schooling: Float64Array;
}

/** `Sumaria-YYYY`: one row a household, INEI's computed variables. */
export interface SummaryTable extends SurveyColumns {
  readonly module: "summary";
  /** INGHOG2D: net income of the household, soles a year. */
  readonly income: Float64Array;
  /** GASHOG2D: spending of the household, soles a year. */
  readonly spending: Float64Array;
  /** POBREZA: 1 extremely poor, 2 poor, 3 not poor. */
  readonly poverty: Float64Array;
  /** MIEPERHO: members of the household. */
  readonly members: Float64Array;
}

export type SurveyTable = HouseholdTable | PersonTable | SummaryTable;

/** One step from the file to the table. */
export interface FlowStep {
  readonly step: string;
  /** Rows left after the step. */
  readonly rows: number;
  /** Rows that the step took away. */
  readonly dropped: number;
}

/** How one file became one table: the first step is what was read, the last what is used. */
export interface SampleFlow {
  readonly year: number;
  readonly module: SurveyModule;
  readonly file: string;
  readonly provenance: SurveyProvenance;
  readonly steps: readonly FlowStep[];
  toTable(): Table;
}

/** A table, how it came about, and what a reader has to know of it (encoding, separator, repaired codes, blanks). */
export interface SurveyRead<T extends SurveyTable> {
  readonly table: T;
  readonly flow: SampleFlow;
  readonly notes: readonly string[];
}

/**
 * A folder with files under INEI's names (subfolders are searched), or one file.
 * `readHouseholds(source, year, options?)`, `readPersons`, `readSummary` return a promise of `SurveyRead`.
 */
export type SurveySource = string | URL;

export interface ReadOptions {
  /** Further numeric variables of the file to keep in `other`, any case. */
  readonly variables?: readonly string[];
  /** Numbers that stand for "no answer" in a variable, beside those that the reader knows. */
  readonly noAnswer?: Readonly<Record<string, readonly number[]>>;
  /** What an unexpected code of a variable means, e.g. `{ P1144: { 3: 0 } }`; null is missing. */
  readonly recode?: Readonly<Record<string, Readonly<Record<number, number | null>>>>;
  /** Variables that may be missing from the file or all blank; their columns are then NaN and a note says so. */
  readonly without?: readonly string[];
  /** The weight to use. Default: FACTOR07, or the first that the module has of the names it is known under. */
  readonly weight?: string;
  /** Areas that must occur. Default: all 26; an empty list checks nothing. */
  readonly regions?: readonly string[];
}

/** Rows of one table found in another by their key, and the proof that nothing multiplied. */
export interface SurveyJoin {
  readonly year: number;
  readonly left: SurveyModule;
  readonly right: SurveyModule;
  /** "simulated" where one of the two tables is. */
  readonly provenance: SurveyProvenance;
  /** For each row on the left the row on the right, −1 where there is none. */
  readonly match: Int32Array;
  readonly by: string;
  readonly leftRows: number;
  readonly rightRows: number;
  readonly matched: number;
  readonly leftUnmatched: number;
  readonly rightUnmatched: number;
  /** Matched rows whose UBIGEO is the same on both sides: fewer than `matched` points to a wrong key. */
  readonly sameDistrict: number;
}
