/** What each module of ENAHO must hold, and how each variable is coded. One place, used by readers and by the codebook check. */
import type { SurveyModule } from "../types.ts";

/** How the text of a cell becomes a number. */
export type VariableKind =
  /** 1 yes; 2 or 0 no. */
  | "yesNo"
  /** One of `codes`, or a whole number within `range` where the list is not known here. */
  | "code"
  /** An amount or a count, within `range` if there is one. */
  | "number";

export interface VariableSpec {
  /** INEI's name, upper case. */
  readonly name: string;
  /** The column of the table that it fills. */
  readonly field: string;
  readonly label: string;
  readonly kind: VariableKind;
  readonly codes?: readonly number[];
  readonly range?: readonly [number, number];
  /**
   * Numbers that mean "no answer" in this variable and become missing. Never applied to other variables: 99999 is
   * a possible income, and no possible answer to yes or no.
   */
  readonly noAnswer: readonly number[];
  /** A file without it, or with nothing but blanks, is an error. */
  readonly needed: boolean;
}

export interface ModuleSpec {
  readonly module: SurveyModule;
  /** INEI's number of the module, as in the names of its archives. */
  readonly number: string;
  readonly title: string;
  /** How the file is called, without its ending. */
  readonly fileName: (year: number) => string;
  readonly filePattern: RegExp;
  /** Columns that identify a row. */
  readonly keys: readonly string[];
  /** Names of the weight, best first. */
  readonly weights: readonly string[];
  readonly variables: readonly VariableSpec[];
  /** Columns that no other module has: they tell which module a file is. */
  readonly signature: readonly string[];
}

/** What stands for "no answer" where only small codes are possible. */
const NO_CODE = [9, 99, 99999, 999999.9];
/** The largest amount that is no amount: 99999 itself can be a household's yearly income. */
const NO_AMOUNT = [999999.9];

const yesNo = (name: string, field: string, label: string): VariableSpec => ({
  name,
  field,
  label,
  kind: "yesNo",
  codes: [0, 1, 2],
  noAnswer: NO_CODE,
  needed: true,
});

/** Sampling stratum and domain: in every module. */
export const DESIGN_VARIABLES: readonly VariableSpec[] = [
  {
    name: "ESTRATO",
    field: "estrato",
    label: "sampling stratum",
    kind: "code",
    codes: [1, 2, 3, 4, 5, 6, 7, 8],
    noAnswer: [],
    needed: true,
  },
  {
    name: "DOMINIO",
    field: "dominio",
    label: "geographic domain",
    kind: "code",
    codes: [1, 2, 3, 4, 5, 6, 7, 8],
    noAnswer: [],
    needed: false,
  },
];

export const MODULES: Readonly<Record<SurveyModule, ModuleSpec>> = {
  households: {
    module: "households",
    number: "01",
    title: "module 01 (dwelling and household)",
    fileName: (year) => `Enaho01-${year}-100`,
    filePattern: /^enaho01-(\d{4})-100$/i,
    keys: ["CONGLOME", "VIVIENDA", "HOGAR"],
    weights: ["FACTOR07", "FACTOR"],
    signature: ["P1141", "P1142", "P1143", "P1144"],
    variables: [
      {
        name: "RESULT",
        field: "result",
        label: "result of the interview",
        kind: "code",
        codes: [1, 2, 3, 4, 5, 6, 7],
        noAnswer: [],
        needed: false,
      },
      yesNo("P1141", "fixedPhone", "household has a fixed phone"),
      yesNo("P1142", "mobile", "household has a mobile phone"),
      yesNo("P1143", "cableTv", "household has cable television"),
      yesNo("P1144", "internet", "household has internet"),
    ],
  },
  persons: {
    module: "persons",
    number: "03",
    title: "module 03 (education)",
    fileName: (year) => `Enaho01a-${year}-300`,
    filePattern: /^enaho01a-(\d{4})-300$/i,
    keys: ["CONGLOME", "VIVIENDA", "HOGAR", "CODPERSO"],
    weights: ["FACTOR07", "FACTORA07", "FACTOR07A", "FACPOB07", "FACTOR"],
    signature: ["P301A", "P314A"],
    variables: [
      {
        name: "P208A",
        field: "age",
        label: "age in years",
        kind: "number",
        range: [0, 120],
        noAnswer: [99999, 999999.9],
        needed: false,
      },
      yesNo("P314A", "internetUse", "person used the internet"),
      {
        name: "P301A",
        field: "schooling",
        label: "highest level of schooling",
        kind: "code",
        range: [0, 20],
        noAnswer: NO_CODE.filter((code) => code !== 9),
        needed: false,
      },
    ],
  },
  summary: {
    module: "summary",
    number: "34",
    title: "module 34 (Sumaria, computed variables)",
    fileName: (year) => `Sumaria-${year}`,
    filePattern: /^sumaria[-_](\d{4})$/i,
    keys: ["CONGLOME", "VIVIENDA", "HOGAR"],
    weights: ["FACTOR07", "FACTOR"],
    signature: ["INGHOG2D", "GASHOG2D", "MIEPERHO"],
    variables: [
      {
        name: "INGHOG2D",
        field: "income",
        label: "net income of the household, soles a year",
        kind: "number",
        noAnswer: NO_AMOUNT,
        needed: true,
      },
      {
        name: "GASHOG2D",
        field: "spending",
        label: "spending of the household, soles a year",
        kind: "number",
        noAnswer: NO_AMOUNT,
        needed: true,
      },
      {
        name: "POBREZA",
        field: "poverty",
        label: "poverty: 1 extreme, 2 poor, 3 not poor",
        kind: "code",
        codes: [1, 2, 3],
        noAnswer: NO_CODE,
        needed: true,
      },
      {
        name: "MIEPERHO",
        field: "members",
        label: "members of the household",
        kind: "number",
        range: [1, 99],
        noAnswer: [99999, 999999.9],
        needed: true,
      },
    ],
  },
};

/** Digits of each identifier as INEI prints it; shorter ones have lost their zeros. */
export const KEY_DIGITS: Readonly<Record<string, number>> = {
  CONGLOME: 6,
  VIVIENDA: 3,
  HOGAR: 2,
  CODPERSO: 2,
  UBIGEO: 6,
};

/** RESULT of an interview that counts: complete or incomplete. */
export const INTERVIEWED: readonly number[] = [1, 2];

/** The year's column is called AÑO, which each encoding and program spells its own way. */
export const YEAR_COLUMN = /^A(Ñ|N|NI|\uFFFD|Ã‘|\?|_)?O$/;

/** The module that a file with these columns (upper case) seems to be. */
export function moduleOfColumns(columns: readonly string[]): ModuleSpec | null {
  const known = new Set(columns);
  const shares = Object.values(MODULES).map((spec) => ({
    spec,
    share: spec.signature.filter((name) => known.has(name)).length / spec.signature.length,
  }));
  const best = shares.reduce((a, b) => b.share > a.share ? b : a);
  return best.share > 0 ? best.spec : null;
}
