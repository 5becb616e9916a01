/** Survey tables made by formula, the rows of tools/witnesses/survey.R. */
import type { HouseholdTable, SummaryTable } from "../../../lib/study/survey/types.ts";

/** Park & Miller's minimal generator. */
export function minimalGenerator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

interface MadeRow {
  h: number;
  cluster: string;
  region: string;
  weight: number;
  yes: number;
  income: number;
  members: number;
}

export function madeRows(clustersIn: readonly number[], seed: number): MadeRow[] {
  const draw = minimalGenerator(seed);
  const rows: MadeRow[] = [];
  let number = 0;
  clustersIn.forEach((clusters, h) => {
    for (let k = 0; k < clusters; k++) {
      number++;
      const level = draw();
      for (let i = 1; i <= 3 + number % 4; i++) {
        const region = `0${1 + (number + (i === 3 ? 1 : 0)) % 3}`;
        const weight = 50 + 200 * draw();
        const said = draw() < 0.2 + 0.6 * level ? 1 : 0;
        const income = 500 + 2000 * draw() + 800 * level;
        const members = 1 + Math.floor(5 * draw());
        const yes = draw() < 0.08 ? NaN : said;
        const cluster = String(number).padStart(6, "0");
        rows.push({ h: h + 1, cluster, region, weight, yes, income, members });
      }
    }
  });
  return rows;
}

const IDENTITY = (rows: readonly MadeRow[], year: number) => ({
  year,
  rows: rows.length,
  provenance: "simulated" as const,
  source: "made by formula",
  conglome: rows.map((row) => row.cluster),
  vivienda: rows.map((_, i) => String(i).padStart(3, "0")),
  hogar: rows.map(() => "11"),
  ubigeo: rows.map((row) => `${row.region}0101`),
  province: rows.map((row) => `${row.region}01`),
  region: rows.map((row) => row.region),
  dominio: Float64Array.from(rows, () => 4),
  // Strata 1 to 3 are urban, 6 and up rural.
  estrato: Float64Array.from(rows, (row) => row.h <= 3 ? row.h : row.h + 2),
  urban: Float64Array.from(rows, (row) => row.h <= 3 ? 1 : 0),
  weight: Float64Array.from(rows, (row) => row.weight),
  other: {},
});

export function householdTable(rows: readonly MadeRow[], year = 2020): HouseholdTable {
  const none = new Float64Array(rows.length).fill(NaN);
  return {
    ...IDENTITY(rows, year),
    module: "households",
    result: new Float64Array(rows.length).fill(1),
    fixedPhone: none,
    mobile: none,
    cableTv: none,
    internet: Float64Array.from(rows, (row) => row.yes),
  };
}

export function summaryTable(rows: readonly MadeRow[], year = 2020): SummaryTable {
  const none = new Float64Array(rows.length).fill(NaN);
  return {
    ...IDENTITY(rows, year),
    module: "summary",
    income: Float64Array.from(rows, (row) => row.income),
    spending: none,
    poverty: none,
    members: Float64Array.from(rows, (row) => row.members),
  };
}
