import assert from "node:assert/strict";
import {
  joinHouseholds,
  joinPersons,
  joinTable,
  takeMatched,
} from "../../../lib/study/survey/files/join.ts";
import { sampleFlows } from "../../../lib/study/survey/files/flow.ts";
import { readHouseholds, readPersons, readSummary } from "../../../lib/study/survey/files/read.ts";
import { csvOf, householdRows, personRows, summaryRows, withFiles } from "../../support/enaho.ts";
import { assertRefuses } from "../../support/errors.ts";

/** Three modules of a year, of which some rows are left out; zeros lost in one of them only. */
function threeModules(year = 2019) {
  return withFiles({
    [`Enaho01-${year}-100.csv`]: csvOf(householdRows(year).slice(0, 50)),
    [`Enaho01a-${year}-300.csv`]: csvOf(personRows(year)),
    [`Sumaria-${year}.csv`]: csvOf(
      summaryRows(year).slice(4).reverse().map((row) => ({
        ...row,
        CONGLOME: Number(row.CONGLOME),
        VIVIENDA: Number(row.VIVIENDA),
      })),
    ),
  }, async (folder) => ({
    households: await readHouseholds(folder, year, { regions: [] }),
    persons: await readPersons(folder, year),
    summary: await readSummary(folder, year, { regions: [] }),
  }));
}

Deno.test("joins look up, count both sides, and agree with a join by brute force", async () => {
  const { households: { table: households }, persons: { table: persons }, summary } =
    await threeModules();
  const join = joinHouseholds(persons, households);
  assert.equal(join.match.length, persons.rows);
  assert.deepEqual(
    [join.leftRows, join.rightRows, join.matched, join.leftUnmatched, join.rightUnmatched],
    [104, 50, 100, 4, 0],
  );
  for (let i = 0; i < persons.rows; i++) {
    const expected = households.conglome.findIndex((code, j) =>
      code === persons.conglome[i] && households.vivienda[j] === persons.vivienda[i] &&
      households.hogar[j] === persons.hogar[i]
    );
    assert.equal(join.match[i], expected);
  }
  const both = joinHouseholds(households, summary.table);
  assert.deepEqual([both.matched, both.leftUnmatched, both.rightUnmatched], [46, 4, 2]);
  assert.equal(both.sameDistrict, 46);
  const income = takeMatched(summary.table.income, both);
  assert.ok(income.slice(0, 4).every(Number.isNaN));
  assert.deepEqual([...income.slice(4, 7)], [20004.5, 20005.5, 20006.5]);
});

Deno.test("persons find themselves by CODPERSO", async () => {
  const { persons: { table } } = await threeModules();
  const join = joinPersons(table, table);
  assert.deepEqual([...join.match], Array.from({ length: 104 }, (_, i) => i));
});

Deno.test("a key that occurs twice, or another year, is refused", async () => {
  const { persons, households } = await threeModules();
  assertRefuses(() => joinHouseholds(households.table, persons.table), "repeat a key", "multiply");
  const { summary: other } = await threeModules(2018);
  assertRefuses(() => joinHouseholds(households.table, other.table), "2019", "2018");
});

Deno.test("a key that matches in another district shows", async () => {
  const { households: { table } } = await threeModules();
  const moved = { ...table, ubigeo: table.ubigeo.map((code, i) => i === 0 ? "250101" : code) };
  const join = joinHouseholds(table, moved);
  assert.deepEqual([join.matched, join.sameDistrict], [50, 49]);
  assert.equal(joinTable([join]).rows[0].elsewhere, 1);
});

Deno.test("tables show every step and every join", async () => {
  const { households, persons, summary } = await threeModules();
  const joins = [
    joinHouseholds(persons.table, households.table),
    joinHouseholds(households.table, summary.table),
  ];
  const flow = sampleFlows([households.flow, persons.flow, summary.flow], joins);
  assert.equal(flow.rows.length, 3 + 2 + 2 + 2);
  assert.match(flow.caption, /202 of 202 rows are used, 2019/);
  assert.equal(flow.rows.at(-1)?.unmatched, 4);
  assert.match(joinTable(joins).caption, /2 joins, 8 rows without a match/);
  assert.equal(joinTable(joins).rows[0].rowsBefore, joinTable(joins).rows[0].rowsAfter);
});
