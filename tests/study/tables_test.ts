import assert from "node:assert/strict";
import { parseCsv } from "../../lib/study/csv.ts";
import { REGION_CODES, REGION_NAMES } from "../../lib/study/peru/regions.ts";
import { checkTable, loadTable, type TableName } from "../../lib/study/peru/tables.ts";
import { assertRefuses } from "../support/errors.ts";

const SIZES: Record<TableName, number> = {
  region_year: 351,
  region_year_ipe: 260,
  sdg_outcomes: 234,
  regions: 26,
  ipt_rollout: 37,
  ipt_national: 17,
  internet_levels: 38,
  households_mobile_2007_2016: 240,
  internet_departments_2020q3: 10,
  internet_departments_2022_unweighted: 25,
  enaho_archives: 14,
  sources: 38,
};

for (const [name, rows] of Object.entries(SIZES)) {
  Deno.test(`data/peru/${name}.csv meets its schema and has ${rows} rows`, () => {
    assert.equal(loadTable(name as TableName).length, rows);
  });
}

Deno.test("outcomes cover 26 areas and the nation in every year 2011 to 2023, none missing", () => {
  const rows = loadTable("region_year");
  assert.deepEqual([...new Set(rows.map((row) => row.code))].sort(), ["00", ...REGION_CODES]);
  for (const code of REGION_CODES) {
    assert.deepEqual(
      rows.filter((row) => row.code === code).map((row) => row.year),
      Array.from({ length: 13 }, (_, i) => 2011 + i),
    );
  }
});

Deno.test("region names agree between the tables and the code", () => {
  for (const row of loadTable("regions")) assert.equal(row.region, REGION_NAMES[row.code]);
});

Deno.test("every source that a table cites is spelled out", () => {
  const known = new Set(loadTable("sources").map((row) => row.id));
  const cited = [
    ...loadTable("ipt_rollout"),
    ...loadTable("ipt_national"),
    ...loadTable("internet_levels"),
    ...loadTable("enaho_archives"),
  ];
  for (const { source_id } of cited) assert.ok(source_id === "" || known.has(source_id), source_id);
});

const HEADER =
  "code,region,year,internet_use_pct,households_internet_pct,households_mobile_pct,poverty_pct," +
  "electricity_pct,population\n";
const GOOD = "01,Amazonas,2011,10,5,50,,,\n";
const check = (text: string) =>
  checkTable("region_year", parseCsv(new TextEncoder().encode(text), "region_year.csv"));

Deno.test("a table with a bad value names column, line, value and remedy", () => {
  const bad = (row: string, ...parts: string[]) =>
    assertRefuses(() => check(HEADER + GOOD + row), "line 3", ...parts);
  bad("01,Amazonas,2012,101,5,50,,,\n", "above 100 %", "internet_use_pct", '"101"');
  bad("01,Amazonas,2012,-1,5,50,,,\n", "below 0 %", "internet_use_pct");
  bad("01,Amazonas,2012,12;5,5,50,,,\n", "is not a number", '"12;5"');
  bad("01,Amazonas,2012,,5,50,,,\n", "is not a number", "internet_use_pct");
  bad("99,Nowhere,2012,10,5,50,,,\n", "not a known region code", '"99"');
  bad("01,Amazonas,2012,10,5,50,120,,\n", "above 100 %", "poverty_pct");
  bad("01,Amazonas,12,10,5,50,,,\n", "is before 2000", "year");
});

Deno.test("a repeated key names both lines", () => {
  assertRefuses(
    () => check(HEADER + GOOD + GOOD),
    "two rows for the same code, year",
    "line 2",
    "line 3",
    "01, 2011",
  );
});

Deno.test("a code beside another region's name is refused", () => {
  assertRefuses(
    () => check(HEADER + "01,Cusco,2011,10,5,50,,,\n"),
    "01 is Amazonas",
    "line 2",
    '"Cusco"',
  );
});

Deno.test("missing and unknown columns are named", () => {
  assertRefuses(() => check("code,year,foo\n01,2011,1\n"), "missing: region", "not known: foo");
});
