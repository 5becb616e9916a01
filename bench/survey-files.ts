/** Twelve years of survey files in INEI's shape and size, for timing only: their numbers mean nothing. */
import { stream } from "../lib/inference/random.ts";

export const SURVEY_YEARS: readonly number[] = Array.from({ length: 12 }, (_, i) => 2012 + i);

const HOUSEHOLDS = 34_000;
const PER_CLUSTER = 6;
const PERSONS = 110_000;
/** Columns that nobody reads: INEI's files have some hundred of them. */
const FILLING = 80;

/** Odd years are Latin-1 with semicolons and decimal commas. */
export function isOldStyle(year: number): boolean {
  return year % 2 === 1;
}

/** Writes what is not there yet. */
export async function writeSurveyFiles(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const year of SURVEY_YEARS) {
    const households = `${folder}/Enaho01-${year}-100.csv`;
    const persons = `${folder}/Enaho01a-${year}-300.csv`;
    if (!await exists(households)) await writeModule(households, year, HOUSEHOLDS, householdCells);
    if (!await exists(persons)) await writeModule(persons, year, PERSONS, personCells);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

interface Cells {
  readonly names: readonly string[];
  readonly row: (i: number, draw: () => number) => readonly string[];
}

/** Which household a row is of: persons are dealt out evenly. */
function identity(household: number): string[] {
  const cluster = Math.floor(household / PER_CLUSTER);
  const department = cluster % 25 + 1;
  const province = department === 15 && cluster % 2 === 0 ? "08" : "01";
  return [
    String(cluster + 1).padStart(6, "0"),
    String(household % PER_CLUSTER + 1).padStart(3, "0"),
    "11",
    `${String(department).padStart(2, "0")}${province}01`,
    String(cluster % 8 + 1),
    String(cluster % 8 + 1),
  ];
}

const IDENTITY = ["CONGLOME", "VIVIENDA", "HOGAR", "UBIGEO", "DOMINIO", "ESTRATO"];

/** A weight belongs to the household, so that both modules agree on it. */
const weight = (household: number) => (50 + (household * 7919) % 400 + 0.123456).toFixed(6);

const householdCells: Cells = {
  names: [...IDENTITY, "RESULT", "P1141", "P1142", "P1143", "P1144", "FACTOR07"],
  row: (i, draw) => {
    const result = draw() < 0.93 ? (draw() < 0.9 ? "1" : "2") : "3";
    const answer = (share: number) => result === "3" ? "" : draw() < share ? "1" : "0";
    return [
      ...identity(i),
      result,
      answer(0.2),
      answer(0.9),
      answer(0.3),
      answer(0.4),
      result === "3" ? "" : weight(i),
    ];
  },
};

const personCells: Cells = {
  names: [...IDENTITY, "CODPERSO", "P208A", "P301A", "P314A", "FACTOR07"],
  row: (i, draw) => {
    const household = i % HOUSEHOLDS;
    const age = Math.floor(draw() * 90);
    return [
      ...identity(household),
      String(Math.floor(i / HOUSEHOLDS) + 1).padStart(2, "0"),
      String(age),
      String(Math.floor(draw() * 11) + 1),
      age < 6 ? "" : draw() < 0.6 ? "1" : "2",
      weight(household),
    ];
  },
};

async function writeModule(
  path: string,
  year: number,
  rows: number,
  cells: Cells,
): Promise<void> {
  const old = isOldStyle(year);
  const separator = old ? ";" : ",";
  const draw = stream(year, 0).uniform;
  const filling = Array.from({ length: FILLING }, (_, j) => j % 9 === 0 ? "Ñaña" : String(j % 11));
  const names = ["AÑO", "MES", ...cells.names, ...filling.map((_, j) => `P${600 + j}`)];
  const rest = filling.map((text, j) => j % 7 === 0 ? "" : text).join(separator);
  const encode = old
    ? (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    : (text: string) => new TextEncoder().encode(text);
  using file = await Deno.open(`${path}.tmp`, { write: true, create: true, truncate: true });
  let lines = [names.join(separator)];
  const flush = async () => {
    const bytes = encode(lines.join("\n") + "\n");
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    lines = [];
  };
  for (let i = 0; i < rows; i++) {
    const row = [String(year), "01", ...cells.row(i, draw)];
    if (old) row[row.length - 1] = row[row.length - 1].replace(".", ",");
    lines.push(`${row.join(separator)}${separator}${rest}`);
    if (lines.length === 10_000) await flush();
  }
  await flush();
  await Deno.rename(`${path}.tmp`, path);
}
