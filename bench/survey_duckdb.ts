/**
 * Times DuckDB under Deno on the survey files that bench/survey-files.ts wrote; prints one JSON measurement. A process of
 * its own, and no dependency of the project: the package is fetched when the benchmark runs.
 *
 * Arguments: folder. Like survey_peers.py: same columns, same filter, same shares, all tables kept in memory.
 */
import { measure } from "./measure.ts";
import { isOldStyle, SURVEY_YEARS } from "./survey-files.ts";

const PACKAGE = "npm:@duckdb/node-api@1.5.6-r.1";

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
  closeSync(): void;
}
interface DuckDb {
  DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  version(): string;
}

const TEXT = ["CONGLOME", "VIVIENDA", "HOGAR", "CODPERSO", "UBIGEO"];
const MODULES = [
  {
    file: (year: number) => `Enaho01-${year}-100.csv`,
    columns:
      "CONGLOME VIVIENDA HOGAR UBIGEO DOMINIO ESTRATO RESULT P1141 P1142 P1143 P1144 FACTOR07",
    outcome: "P1144",
    where: "WHERE RESULT IN ('1', '2')",
  },
  {
    file: (year: number) => `Enaho01a-${year}-300.csv`,
    columns: "CONGLOME VIVIENDA HOGAR CODPERSO UBIGEO DOMINIO ESTRATO P208A P301A P314A FACTOR07",
    outcome: "P314A",
    where: "",
  },
];
const REGION = "CASE WHEN UBIGEO LIKE '1501%' THEN '15A' WHEN UBIGEO LIKE '15%' THEN '15B' " +
  "ELSE UBIGEO[1:2] END AS REGION";

const [folder] = Deno.args;
const { DuckDBInstance, version } = await import(PACKAGE) as DuckDb;
let sum = 0;

async function work(): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  sum = 0;
  for (const year of SURVEY_YEARS) {
    for (const module of MODULES) {
      const cells = module.columns.split(" ").map((name) =>
        TEXT.includes(name) ? name : `CAST(replace(${name}, ',', '.') AS DOUBLE) AS ${name}`
      );
      const [separator, encoding] = isOldStyle(year) ? [";", "latin-1"] : [",", "utf-8"];
      const table = `${module.outcome}_${year}`;
      await connection.run(
        `CREATE TABLE ${table} AS SELECT ${cells.join(", ")}, ${REGION} FROM read_csv('${folder}/${
          module.file(year)
        }', sep='${separator}', all_varchar=true, ` +
          `header=true, encoding='${encoding}') ${module.where}`,
      );
      const shares = await connection.runAndReadAll(
        `SELECT sum(share) FROM (SELECT sum((${module.outcome} = 1)::INT * FACTOR07) / sum(FACTOR07) AS share ` +
          `FROM ${table} WHERE ${module.outcome} IS NOT NULL GROUP BY REGION)`,
      );
      sum += Number(shares.getRows()[0][0]);
    }
  }
  connection.closeSync();
}

const measured = await measure("", work, { warmUp: 1, most: 5, seconds: 60 });
console.log(
  JSON.stringify({
    ...measured,
    runner: `DuckDB ${version()} (Deno)`,
    remark: `sum of shares ${sum.toFixed(6)}`,
  }),
);
