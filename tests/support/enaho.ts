/** Small files in INEI's shape, made by the tests that read them. */
import { join } from "node:path";

export type Row = Record<string, string | number | null>;

/** One district of each of the 26 areas. */
export const DISTRICTS: readonly string[] = [
  ...Array.from({ length: 25 }, (_, i) => `${String(i + 1).padStart(2, "0")}0101`),
  "150801",
];

/** Two households in one cluster of each area, the second without internet. */
export function householdRows(year: number): Row[] {
  return DISTRICTS.flatMap((ubigeo, i) =>
    ["11", "22"].map((hogar, j) => ({
      "AÑO": year,
      MES: "01",
      CONGLOME: String(i + 17).padStart(6, "0"),
      VIVIENDA: "007",
      HOGAR: hogar,
      UBIGEO: ubigeo,
      DOMINIO: i % 8 + 1,
      ESTRATO: i % 8 + 1,
      RESULT: j + 1,
      P1141: j === 0 ? 1 : 2,
      P1142: 1,
      P1143: 0,
      P1144: j === 0 ? 1 : 0,
      NOMBRE: "Ñahuimpuquio",
      FACTOR07: 100 + i + j / 4,
    }))
  );
}

/** Two persons in each of those households, the second of them too young to be asked. */
export function personRows(year: number): Row[] {
  return householdRows(year).flatMap((row) =>
    ["01", "02"].map((codperso, j) => ({
      "AÑO": year,
      CONGLOME: row.CONGLOME,
      VIVIENDA: row.VIVIENDA,
      HOGAR: row.HOGAR,
      CODPERSO: codperso,
      UBIGEO: row.UBIGEO,
      DOMINIO: row.DOMINIO,
      ESTRATO: row.ESTRATO,
      P208A: j === 0 ? 40 : 4,
      P301A: j === 0 ? 6 : 1,
      P314A: j === 0 ? (row.HOGAR === "11" ? 1 : 2) : null,
      FACTOR07: row.FACTOR07,
    }))
  );
}

export function summaryRows(year: number): Row[] {
  return householdRows(year).map((row, i) => ({
    "AÑO": year,
    CONGLOME: row.CONGLOME,
    VIVIENDA: row.VIVIENDA,
    HOGAR: row.HOGAR,
    UBIGEO: row.UBIGEO,
    DOMINIO: row.DOMINIO,
    ESTRATO: row.ESTRATO,
    INGHOG2D: 20000.5 + i,
    GASHOG2D: 15000.25 + i,
    POBREZA: i % 3 + 1,
    MIEPERHO: i % 5 + 1,
    FACTOR07: row.FACTOR07,
  }));
}

export interface Writing {
  readonly separator?: string;
  readonly decimalComma?: boolean;
  readonly lineEnd?: string;
  readonly names?: (name: string) => string;
}

/** Rows as delimited text; cells that hold the separator are quoted. */
export function csvOf(rows: readonly Row[], writing: Writing = {}): string {
  const { separator = ",", decimalComma = false, lineEnd = "\n", names = String } = writing;
  const cell = (value: string | number | null) => {
    const text = value === null
      ? " "
      : typeof value === "number" && decimalComma
      ? String(value).replace(".", ",")
      : String(value);
    return text.includes(separator) ? `"${text}"` : text;
  };
  const columns = Object.keys(rows[0]);
  return [
    columns.map(names).join(separator),
    ...rows.map((row) => columns.map((name) => cell(row[name])).join(separator)),
    "",
  ].join(lineEnd);
}

export const utf8 = (text: string) => new TextEncoder().encode(text);
export const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Runs `work` on a folder with these files, and removes it afterwards. */
export async function withFiles<T>(
  files: Record<string, string | Uint8Array>,
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      await Deno.writeFile(path, typeof content === "string" ? utf8(content) : content);
    }
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
