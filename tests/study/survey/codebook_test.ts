import assert from "node:assert/strict";
import { codebookCheck } from "../../../lib/study/survey/files/codebook.ts";
import {
  csvOf,
  householdRows,
  personRows,
  type Row,
  summaryRows,
  withFiles,
} from "../../support/enaho.ts";

const rename = (rows: Row[], from: string, to: string): Row[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key === from ? to : key, value]))
  );

/** Three years of households, each of the later ones with something changed. */
function threeYears() {
  const second = rename(householdRows(2020), "P1144", "P114_4").map((row): Row => ({
    ...row,
    P1142: null,
    P1143: row.HOGAR === "11" ? 1 : 4,
    NUEVA: 1,
  }));
  const third = rename(householdRows(2021), "FACTOR07", "FACTOR").map((row, i): Row => ({
    ...row,
    P1141: row.P1141 === 2 ? 0 : row.P1141,
    P1144: i % 2 === 0 ? null : row.P1144,
    ESTRATO: i === 0 ? "x" : row.ESTRATO,
  }));
  return {
    "Enaho01-2019-100.csv": csvOf(householdRows(2019)),
    "Enaho01-2020-100.csv": csvOf(second),
    "Enaho01-2021-100.csv": csvOf(third),
  };
}

Deno.test("the check names every variable that changed, and how", async () => {
  const book = await withFiles(
    threeYears(),
    (folder) => codebookCheck(folder, [2021, 2019, 2020, 2022], { modules: ["households"] }),
  );
  const found = (year: number, variable: string) => {
    const cell = book.cells.find((cell) => cell.year === year && cell.variable === variable);
    return [cell?.status, cell?.detail];
  };
  assert.ok(book.findings.every(({ year }) => year !== 2019));
  assert.deepEqual(found(2020, "P1144"), ["missing", "perhaps P114_4"]);
  assert.deepEqual(found(2020, "P1142"), ["blank throughout", ""]);
  assert.deepEqual(found(2020, "P1143"), ["other values", "4 (expected: 0, 1, 2)"]);
  assert.deepEqual(found(2020, "ESTRATO"), ["as expected", ""]);
  assert.deepEqual(found(2021, "FACTOR07"), ["renamed", "is called FACTOR"]);
  assert.deepEqual(found(2021, "P1141"), [
    "coded otherwise than the year before",
    "codes 0, 1, before 1, 2",
  ]);
  assert.deepEqual(found(2021, "ESTRATO"), ["no numbers", '1 cells, the first "x"']);
  assert.match(found(2022, "(file)")[1] ?? "", /There is no Enaho01-2022-100.csv/);
  assert.deepEqual(book.changes.map(({ year, added, gone }) => [year, added, gone]), [
    [2020, ["P114_4", "NUEVA"], ["P1144"]],
    [2021, ["P1144", "FACTOR"], ["P114_4", "FACTOR07", "NUEVA"]],
  ]);
  const table = book.toTable();
  assert.deepEqual(table.columns.map(({ label }) => label).slice(2), [
    "2019",
    "2020",
    "2021",
    "2022",
  ]);
  const row = table.rows.find(({ variable }) => variable === "P1144");
  assert.deepEqual([row?.[2019], row?.[2020]], ["ok", "missing"]);
  assert.equal(book.findingsTable().rows.length, book.findings.length);
  assert.equal(book.changesTable().rows.length, 2);
});

Deno.test("a rise of missing answers is a finding", async () => {
  const fewer = householdRows(2020).map((row, i): Row => ({
    ...row,
    P1142: i % 2 === 0 ? null : row.P1142,
  }));
  const files = {
    "Enaho01-2019-100.csv": csvOf(householdRows(2019)),
    "Enaho01-2020-100.csv": csvOf(fewer),
  };
  await withFiles(files, async (folder) => {
    const check = (missingRise?: number) =>
      codebookCheck(folder, [2019, 2020], { modules: ["households"], missingRise });
    const [finding] = (await check()).findings;
    assert.equal(finding.status, "more missing than the year before");
    assert.equal(finding.detail, "50 % missing, before 0 %");
    assert.equal((await check(0.6)).findings.length, 0);
  });
});

Deno.test("all modules at once, and a file of the wrong module", async () => {
  const files = {
    "Enaho01-2019-100.csv": csvOf(householdRows(2019)),
    "Enaho01a-2019-300.csv": csvOf(personRows(2019)),
    "Sumaria-2019.csv": csvOf(summaryRows(2019)),
  };
  const good = await withFiles(files, (folder) => codebookCheck(folder, [2019]));
  assert.deepEqual(good.findings, []);
  const mixed = { ...files, "Sumaria-2019.csv": files["Enaho01-2019-100.csv"] };
  const bad = await withFiles(mixed, (folder) => codebookCheck(folder, [2019]));
  const income = bad.cells.find(({ variable }) => variable === "INGHOG2D");
  assert.match(income?.detail ?? "", /the file is module 01/);
});

Deno.test("tables of a codebook of made-up files are called simulated, others name INEI", async () => {
  const files = { "Enaho01-2019-100.csv": csvOf(householdRows(2019)) };
  const captionOf = (given: Record<string, string>) =>
    withFiles(given, async (folder) => {
      const table = (await codebookCheck(folder, [2019], { modules: ["households"] })).toTable();
      return `${table.caption} | ${table.source}`;
    });
  assert.match(
    await captionOf({ ...files, "SIMULATED.txt": "" }),
    /^Simulated: .*no real household/,
  );
  assert.match(await captionOf(files), /^\d+ of .*INEI, ENAHO$/);
});
