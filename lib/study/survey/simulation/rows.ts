import { type RandomStream, stream } from "../../../inference/random.ts";
import type { HouseholdTable, PersonTable, SummaryTable } from "../types.ts";
import type { SimulatedYear } from "./simulate.ts";

/** How a year's files are written. */
export interface FileStyle {
  readonly separator: "," | ";";
  readonly decimal: "." | ",";
  /** The Ñ of AÑO as one byte (Latin-1) or two (UTF-8). */
  readonly encoding: "utf-8" | "latin1";
  /** Leading zeros of UBIGEO and CONGLOME lost, as when a spreadsheet took them for numbers. */
  readonly zerosLost: boolean;
  /** What stands for a missing value. */
  readonly blank: "" | " ";
}

export const PLAIN_STYLE: FileStyle = {
  separator: ",",
  decimal: ".",
  encoding: "utf-8",
  zerosLost: false,
  blank: "",
};

/** The quirks of INEI's files, which change from year to year: each occurs within the panel's years. */
export function quirkyStyle(year: number): FileStyle {
  const semicolon = year % 3 === 0;
  return {
    separator: semicolon ? ";" : ",",
    decimal: semicolon && year % 2 === 0 ? "," : ".",
    encoding: year % 2 === 1 ? "latin1" : "utf-8",
    zerosLost: year % 4 < 2,
    blank: year % 2 === 1 ? " " : "",
  };
}

/** A file as lines, the header first. Lines hold ASCII, but for the Ñ of the header. */
export interface FileLines {
  readonly name: string;
  readonly lines: Iterable<string>;
}

/** Extra interviews that failed, in every hundred households: INEI's files have them, with blank answers. */
const FAILED = 6;

/** The three files of a year under INEI's names. */
export function fileLines(year: SimulatedYear, style: FileStyle, seed: number): FileLines[] {
  return [
    {
      name: `Enaho01-${year.year}-100.csv`,
      // Failed interviews draw from a seed of their own, so that the tables do not depend on whether files are written.
      lines: householdLines(
        year.households,
        style,
        stream((seed ^ 0x5f5f5f5f) >>> 0, year.year % 100),
      ),
    },
    { name: `Sumaria-${year.year}.csv`, lines: summaryLines(year.summary, style) },
    { name: `Enaho01a-${year.year}-300.csv`, lines: personLines(year.persons, style) },
  ];
}

type Cell = (value: number) => string;

/** Numbers in the file's style. */
function cellOf({ decimal, blank }: FileStyle): Cell {
  return (value) => {
    if (Number.isNaN(value)) return blank;
    const text = String(value);
    return decimal === "," ? text.replace(".", ",") : text;
  };
}

function place(
  table: HouseholdTable | PersonTable | SummaryTable,
  style: FileStyle,
): (row: number) => string {
  const { separator } = style;
  const code = style.zerosLost ? (text: string) => String(Number(text)) : (text: string) => text;
  return (i) =>
    [
      table.year,
      code(table.conglome[i]),
      table.vivienda[i],
      table.hogar[i],
      code(table.ubigeo[i]),
      table.dominio[i],
      table.estrato[i],
    ].join(separator);
}

const PLACE = ["AÑO", "CONGLOME", "VIVIENDA", "HOGAR", "UBIGEO", "DOMINIO", "ESTRATO"];

function* householdLines(
  table: HouseholdTable,
  style: FileStyle,
  random: RandomStream,
): Iterable<string> {
  const { separator: s, blank } = style;
  const [where, cell] = [place(table, style), cellOf(style)];
  yield [...PLACE, "RESULT", "P1141", "P1142", "P1143", "P1144", "FACTOR07"].join(s);
  for (let i = 0; i < table.rows; i++) {
    yield [
      where(i),
      table.result[i],
      cell(table.fixedPhone[i]),
      cell(table.mobile[i]),
      cell(table.cableTv[i]),
      cell(table.internet[i]),
      cell(table.weight[i]),
    ].join(s);
    const last = i + 1 === table.rows || table.conglome[i + 1] !== table.conglome[i];
    if (last) yield* failedInterviews(table, i, style, blank, random);
  }
}

/** Dwellings of the cluster where nobody was interviewed: RESULT 3–7, no answers, no weight. */
function* failedInterviews(
  table: HouseholdTable,
  last: number,
  style: FileStyle,
  blank: string,
  random: RandomStream,
): Iterable<string> {
  let dwelling = Number(table.vivienda[last]);
  const code = style.zerosLost ? (text: string) => String(Number(text)) : (text: string) => text;
  for (let k = 0; k < 8; k++) {
    if (random.integer(100) >= FAILED) continue;
    dwelling += 1 + random.integer(9);
    yield [
      table.year,
      code(table.conglome[last]),
      String(dwelling).padStart(3, "0"),
      "11",
      code(table.ubigeo[last]),
      table.dominio[last],
      table.estrato[last],
      3 + random.integer(5),
      blank,
      blank,
      blank,
      blank,
      blank,
    ].join(style.separator);
  }
}

function* summaryLines(table: SummaryTable, style: FileStyle): Iterable<string> {
  const s = style.separator;
  const [where, cell] = [place(table, style), cellOf(style)];
  yield [...PLACE, "MIEPERHO", "INGHOG2D", "GASHOG2D", "POBREZA", "FACTOR07"].join(s);
  for (let i = 0; i < table.rows; i++) {
    yield [
      where(i),
      table.members[i],
      cell(table.income[i]),
      cell(table.spending[i]),
      table.poverty[i],
      cell(table.weight[i]),
    ].join(s);
  }
}

/** P314A is 1 for yes and 2 for no in this file, as INEI has it. */
function* personLines(table: PersonTable, style: FileStyle): Iterable<string> {
  const s = style.separator;
  const [where, cell] = [place(table, style), cellOf(style)];
  yield [...PLACE, "CODPERSO", "P208A", "P301A", "P314A", "FACTOR07"].join(s);
  for (let i = 0; i < table.rows; i++) {
    const uses = table.internetUse[i];
    yield [
      where(i),
      table.codperso[i],
      table.age[i],
      table.schooling[i],
      cell(uses === 0 ? 2 : uses),
      cell(table.weight[i]),
    ].join(s);
  }
}
