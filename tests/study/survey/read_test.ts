import assert from "node:assert/strict";
import { readHouseholds, readPersons, readSummary } from "../../../lib/study/survey/files/read.ts";
import type { HouseholdTable } from "../../../lib/study/survey/types.ts";
import {
  csvOf,
  householdRows,
  latin1,
  personRows,
  type Row,
  summaryRows,
  utf8,
  withFiles,
} from "../../support/enaho.ts";

const NAME = "Enaho01-2019-100.csv";

/** Everything that must not depend on how the file was written. */
function content(table: HouseholdTable) {
  const { source: _source, ...rest } = table;
  return rest;
}

Deno.test("a plain file becomes the table that was written", async () => {
  const { table, flow, notes } = await withFiles(
    { [NAME]: csvOf(householdRows(2019)) },
    (folder) => readHouseholds(folder, 2019),
  );
  assert.equal(table.rows, 52);
  assert.equal(table.year, 2019);
  assert.deepEqual(table.conglome.slice(0, 3), ["000017", "000017", "000018"]);
  assert.deepEqual(table.hogar.slice(0, 2), ["11", "22"]);
  assert.equal(table.vivienda[0], "007");
  assert.equal(table.ubigeo[2], "020101");
  assert.equal(table.province[2], "0201");
  assert.deepEqual([...table.internet.slice(0, 4)], [1, 0, 1, 0]);
  assert.deepEqual([...table.fixedPhone.slice(0, 2)], [1, 0]);
  assert.deepEqual([...table.cableTv.slice(0, 2)], [0, 0]);
  assert.deepEqual([...table.weight.slice(0, 3)], [100, 100.25, 101]);
  assert.deepEqual([...table.urban.slice(8, 12)], [1, 1, 0, 0]);
  assert.deepEqual(flow.steps.map(({ rows, dropped }) => [rows, dropped]), [
    [52, 0],
    [52, 0],
    [52, 0],
  ]);
  assert.deepEqual(notes, []);
  assert.equal(table.source, "INEI, ENAHO 2019, Enaho01-2019-100.csv");
  assert.equal(table.provenance, "published");
});

Deno.test("Lima is split by province, Callao stands alone", async () => {
  const { table } = await withFiles(
    { [NAME]: csvOf(householdRows(2019)) },
    (folder) => readHouseholds(folder, 2019),
  );
  const region = (ubigeo: string) => table.region[table.ubigeo.indexOf(ubigeo)];
  assert.equal(region("150101"), "15A");
  assert.equal(region("150801"), "15B");
  assert.equal(region("070101"), "07");
  assert.equal(new Set(table.region).size, 26);
});

Deno.test("encoding, separator, decimal mark, line ends, names and lost zeros change nothing but the notes", async () => {
  const plain = await withFiles(
    { [NAME]: csvOf(householdRows(2019)) },
    (folder) => readHouseholds(folder, 2019),
  );
  const noZeros = householdRows(2019).map((row) => ({
    ...row,
    CONGLOME: Number(row.CONGLOME),
    VIVIENDA: Number(row.VIVIENDA),
    UBIGEO: Number(row.UBIGEO),
  }));
  const spaced = householdRows(2019).map((row) => ({
    ...row,
    CONGLOME: String(Number(row.CONGLOME)).padStart(6),
    UBIGEO: `${Number(row.UBIGEO)}.0`,
  }));
  const lower = { names: (name: string) => name.toLowerCase() };
  const semicolon = { separator: ";", decimalComma: true, lineEnd: "\r\n" };
  const writings: [string, string | Uint8Array, RegExp][] = [
    ["Latin-1", latin1(csvOf(householdRows(2019))), /Latin-1/],
    ["Latin-1, ;", latin1(csvOf(householdRows(2019), semicolon)), /separated by ";"/],
    ["decimal commas", csvOf(householdRows(2019), semicolon), /decimal commas/],
    ["quoted decimal commas", csvOf(householdRows(2019), { decimalComma: true }), /decimal commas/],
    ["mark", utf8("\ufeff" + csvOf(householdRows(2019))), /^$/],
    ["lower case", csvOf(householdRows(2019), lower), /^$/],
    ["no zeros", csvOf(noZeros), /UBIGEO: leading zeros restored in 9 of its 26 codes/],
    ["spaces and .0", csvOf(spaced), /CONGLOME: leading zeros restored in 26 of its 26 codes/],
    ["blank lines after the end", csvOf(householdRows(2019)) + "\n\n", /^$/],
    ["tabs", csvOf(householdRows(2019), { separator: "\t" }), /tabs/],
  ];
  for (const [what, file, note] of writings) {
    const read = await withFiles({ [NAME]: file }, (folder) => readHouseholds(folder, 2019));
    assert.deepEqual(content(read.table), content(plain.table), what);
    assert.match(read.notes.join("; "), note, what);
  }
});

Deno.test("interviews without RESULT 1 or 2, and rows without weight, are left out and counted", async () => {
  const rows = householdRows(2019);
  const more = [
    { ...rows[0], HOGAR: "33", RESULT: 3, FACTOR07: null, P1144: null },
    { ...rows[0], HOGAR: "44", RESULT: 5, FACTOR07: null, P1144: null },
    { ...rows[0], HOGAR: "55", RESULT: null, FACTOR07: null, P1144: null },
    { ...rows[0], HOGAR: "66", RESULT: 1, FACTOR07: null },
  ];
  const { table, flow } = await withFiles(
    { [NAME]: csvOf([...more, ...rows]) },
    (folder) => readHouseholds(folder, 2019),
  );
  assert.equal(table.rows, 52);
  assert.deepEqual(flow.steps.map(({ rows, dropped }) => [rows, dropped]), [
    [56, 0],
    [53, 3],
    [52, 1],
  ]);
  assert.deepEqual([...table.weight.slice(0, 2)], [100, 100.25]);
  const shown = flow.toTable();
  assert.match(shown.caption, /52 of 56 rows are used, 2019/);
  assert.equal(shown.rows[1].dropped, 3);
});

Deno.test("a file without RESULT or DOMINIO is read, and says so", async () => {
  const rows = householdRows(2019).map(({ RESULT: _result, DOMINIO: _dominio, ...row }) => row);
  const { table, flow, notes } = await withFiles(
    { [NAME]: csvOf(rows) },
    (folder) => readHouseholds(folder, 2019),
  );
  assert.match(flow.steps[1].step, /no RESULT in the file/);
  assert.ok(table.result.every(Number.isNaN) && table.dominio.every(Number.isNaN));
  assert.match(notes.join("; "), /RESULT .* is not in the file/);
});

Deno.test("no answer is missing, per variable: 99999 may be an income and cannot be a yes", async () => {
  const households = householdRows(2019);
  households[0].P1144 = 99999;
  households[1].P1144 = "999999.9";
  households[2].P1144 = 9;
  households[3].P1144 = null;
  const summary = summaryRows(2019);
  summary[0].INGHOG2D = 99999;
  summary[1].INGHOG2D = 999999.9;
  await withFiles({
    [NAME]: csvOf(households),
    "Sumaria-2019.csv": csvOf(summary),
  }, async (folder) => {
    const { table, notes } = await readHouseholds(folder, 2019);
    assert.deepEqual([...table.internet.slice(0, 6)], [NaN, NaN, NaN, NaN, 1, 0]);
    assert.match(notes.join("; "), /P1144: 4 of 52 missing, 3 of them a code for no answer/);
    const { table: money } = await readSummary(folder, 2019);
    assert.deepEqual([...money.income.slice(0, 3)], [99999, NaN, 20002.5]);
    const chosen = await readSummary(folder, 2019, { noAnswer: { inghog2d: [99999] } });
    assert.ok(Number.isNaN(chosen.table.income[0]));
  });
});

Deno.test("persons and Sumaria are read from a folder with subfolders, in any case", async () => {
  await withFiles({
    "687-Modulo03/enaho01A-2019-300.CSV": csvOf(personRows(2019)),
    "687-Modulo34/SUMARIA-2019.csv": csvOf(summaryRows(2019)),
    "687-Modulo34/Sumaria-2019-12g.csv": csvOf(
      summaryRows(2019).map(({ POBREZA: _, ...row }) => row),
    ),
  }, async (folder) => {
    const { table } = await readPersons(folder, 2019);
    assert.equal(table.rows, 104);
    assert.deepEqual(table.codperso.slice(0, 2), ["01", "02"]);
    assert.deepEqual([...table.internetUse.slice(0, 4)], [1, NaN, 0, NaN]);
    assert.deepEqual([...table.age.slice(0, 2)], [40, 4]);
    assert.deepEqual([...table.schooling.slice(0, 2)], [6, 1]);
    const summary = await readSummary(folder, 2019);
    assert.deepEqual([...summary.table.poverty.slice(0, 3)], [1, 2, 3]);
    assert.deepEqual([...summary.table.spending.slice(0, 2)], [15000.25, 15001.25]);
    assert.deepEqual([...summary.table.members.slice(0, 2)], [1, 2]);
  });
});

Deno.test("the module's own weight is used where FACTOR07 is not, and can be chosen", async () => {
  const rows = personRows(2019).map((row): Row => ({ ...row, FACTORA07: 7 }));
  const own = rows.map(({ FACTOR07: _, ...row }) => row);
  await withFiles({
    "a/Enaho01a-2019-300.csv": csvOf(rows),
    "b/Enaho01a-2019-300.csv": csvOf(own),
  }, async (folder) => {
    const both = await readPersons(`${folder}/a`, 2019);
    assert.equal(both.table.weight[0], 100);
    assert.match(both.notes.join(), /other weights, not used: FACTORA07/);
    const chosen = await readPersons(`${folder}/a`, 2019, { weight: "factora07" });
    assert.equal(chosen.table.weight[0], 7);
    const only = await readPersons(`${folder}/b`, 2019);
    assert.equal(only.table.weight[0], 7);
    assert.match(only.notes.join(), /the weight is FACTORA07/);
  });
});

Deno.test("further variables come along, in any case", async () => {
  const rows = householdRows(2019).map((row, i) => ({ ...row, P612N: i }));
  const { table } = await withFiles(
    { [NAME]: csvOf(rows) },
    (folder) => readHouseholds(folder, 2019, { variables: ["p612n"] }),
  );
  assert.equal(table.other.P612N[51], 51);
});

Deno.test("files of a folder that is marked as simulated say so", async () => {
  const { table, flow } = await withFiles(
    { [NAME]: csvOf(householdRows(2019)), "SIMULATED.txt": "" },
    (folder) => readHouseholds(folder, 2019),
  );
  assert.equal(table.provenance, "simulated");
  const shown = flow.toTable();
  assert.match(shown.caption, /^Simulated: /);
  assert.match(shown.source!, /no real household/);
  assert.match(table.source, /^Simulated/);
});

Deno.test("the mark counts for files in folders below it, however they are named", () =>
  withFiles(
    {
      "made/SIMULATED.txt": "",
      [`made/sub/${NAME}`]: csvOf(householdRows(2019)),
      "inei/Enaho01-2018-100.csv": csvOf(householdRows(2018)),
    },
    async (folder) => {
      const found = async (path: string, year: number) =>
        (await readHouseholds(`${folder}/${path}`, year)).table.provenance;
      for (const path of ["", "made", "made/sub", `made/sub/${NAME}`]) {
        assert.equal(await found(path, 2019), "simulated", path);
      }
      for (const path of ["", "inei"]) assert.equal(await found(path, 2018), "published", path);
    },
  ));

Deno.test("codes that lost their zeros are counted as they are written", () => {
  const rows = householdRows(2019);
  rows.forEach((row, i) => i < 2 && (row.UBIGEO = i === 0 ? "10101" : "10101.0"));
  return withFiles({ [NAME]: csvOf(rows) }, async (folder) => {
    const { notes, table } = await readHouseholds(folder, 2019);
    assert.deepEqual(table.ubigeo.slice(0, 2), ["010101", "010101"]);
    assert.ok(notes.includes("UBIGEO: leading zeros restored in 2 of its 27 codes"), notes.join());
  });
});

Deno.test("permuted rows give permuted columns", async () => {
  const rows = householdRows(2019);
  const [plain, turned] = await Promise.all(
    [rows, [...rows].reverse()].map((each) =>
      withFiles({ [NAME]: csvOf(each) }, (folder) => readHouseholds(folder, 2019))
    ),
  );
  assert.deepEqual([...turned.table.weight].reverse(), [...plain.table.weight]);
  assert.deepEqual([...turned.table.region].reverse(), plain.table.region);
});
