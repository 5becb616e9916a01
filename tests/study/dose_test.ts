import assert from "node:assert/strict";
import { assume } from "../../lib/study/peru/assumptions.ts";
import {
  buildDose,
  doseCoverage,
  leadingList,
  regionalPaths,
  treatedRegions,
} from "../../lib/study/peru/dose.ts";
import { decimalDate, linearPath, regionPath } from "../../lib/study/peru/path.ts";
import { REGION_CODES } from "../../lib/study/peru/regions.ts";
import { nationalPoints, publishedCounts } from "../../lib/study/peru/rollout.ts";
import { rollOutTables } from "../../lib/study/peru/study.ts";
import { tensions } from "../../lib/study/peru/tensions.ts";
import { assertClose } from "../support/close.ts";

const tables = rollOutTables();
const rule = assume().rollOut;

Deno.test("dates are ends of months; a bare year is its middle", () => {
  assert.equal(decimalDate("2021-12"), 2022);
  assert.equal(decimalDate("2021-06"), 2021.5);
  assert.equal(decimalDate("2024"), 2024.5);
});

Deno.test("a path is zero before, level after and linear between its points", () => {
  const path = linearPath([{ date: 2020, count: 100 }, { date: 2021, count: 200 }]);
  assert.deepEqual([2019.9, 2020, 2020.25, 2021, 2025].map(path), [0, 100, 125, 200, 200]);
});

Deno.test("a region follows its share of the national path between and beyond its dates", () => {
  const national = linearPath([{ date: 2020, count: 1000 }, { date: 2022, count: 3000 }]);
  const path = regionPath([{ date: 2020.5, count: 150 }, { date: 2021.5, count: 500 }], national);
  assert.equal(path(2020.5), 150);
  assert.equal(path(2021.5), 500);
  assertClose(path(2020), 100, 1e-12); // share 0.1 held back to the start
  assertClose(path(2021), 0.15 * 2000, 1e-12); // shares 0.1 and 0.2, half way
  assertClose(path(2022), 600, 1e-12); // share 0.2 held on to the end
});

Deno.test("published year-end counts stand in the dose as printed, and nothing else is called published", () => {
  const published = buildDose(tables, "localitiesPer10000", rule).filter((cell) =>
    cell.provenance === "published"
  );
  assert.equal(published.length, 18);
  for (const cell of published) {
    const row = tables.rollOut.find((r) => r.code === cell.code && r.as_of === `${cell.year}-12`);
    assert.equal(cell.count, row?.rural_localities_4g);
  }
});

Deno.test("there is no dose before IPT, and some everywhere named after it", () => {
  for (const cell of buildDose(tables, "localitiesPer10000", rule)) {
    assert.equal(cell.provenance === "before IPT", cell.year < 2019);
    if (cell.year < 2019) assert.equal(cell.dose, 0);
    else assert.ok(cell.count >= 0);
  }
});

Deno.test("regions add up to the national total in every year, under every rule that shares it out", () => {
  for (const unnamed of ["populatedCentres", "sparsePopulation", "population", "equal"] as const) {
    for (const timing of ["endOfYear", "midYear"] as const) {
      for (const row of doseCoverage(tables, "localities", { ...rule, unnamed, timing })) {
        assertClose(row.excess, 0, 1e-9, `${unnamed} ${timing} ${row.year}`, row.national);
      }
    }
  }
});

Deno.test("83 % of the localities of end-2021 and 72 % of end-2022 are in regions with a published count", () => {
  const coverage = doseCoverage(tables, "localities", rule);
  const row = (year: number) => coverage.find((item) => item.year === year)!;
  assert.deepEqual([row(2021).published, row(2021).national], [11220, 13485]);
  assert.deepEqual([row(2022).published, row(2022).national], [12077, 16700]);
  assert.equal(row(2020).published, 0);
});

Deno.test("with the remainder set to none, never-named regions have none", () => {
  const cells = buildDose(tables, "localitiesPer10000", { ...rule, unnamed: "none" });
  for (const cell of cells.filter((item) => item.code === "11")) assert.equal(cell.count, 0);
});

Deno.test("wholly urban areas get no share of a rural remainder", () => {
  for (const unnamed of ["population", "equal"] as const) {
    const path = regionalPaths(tables, "localities", { ...rule, unnamed });
    for (const code of ["07", "15A"]) assert.equal(path(code, 2022).count, 0);
  }
});

Deno.test("a measure that cannot be computed is null with a reason", () => {
  const lima = buildDose(tables, "localitiesPerCentre", rule).filter((cell) =>
    cell.code === "15A" && cell.year === 2021
  );
  assert.equal(lima[0].dose, null);
  assert.match(lima[0].reason, /cannot be computed: the number of populated centres is not known/);
});

Deno.test("ignoring misprints turns Huancavelica's count of 2021 into an assumed cell", () => {
  const cell = (misprints: "asPrinted" | "ignore") =>
    buildDose(tables, "localitiesPer10000", { ...rule, misprints }).find((c) =>
      c.code === "09" && c.year === 2021
    )!;
  assert.equal(cell("asPrinted").count, 2823);
  assert.equal(cell("ignore").provenance, "assumed");
  assertClose(cell("ignore").count, 2058 * 13485 / 13892, 1e-12);
});

Deno.test("an announced target is used only when asked for", () => {
  const used = (targets: "ignore" | "use") =>
    publishedCounts(tables.rollOut, "localities", { ...rule, targets })
      .find((row) => row.code === "05" && row.asOf === "2020-12")!.unused;
  assert.equal(used("ignore"), "a target, not a count");
  assert.equal(used("use"), null);
});

Deno.test("the national points never fall and hold the derived end of 2019", () => {
  const points = nationalPoints(tables.national, "localities");
  points.slice(1).forEach((point, i) => assert.ok(point.count >= points[i].count));
  assert.deepEqual(points.find((point) => point.date === 2020), { date: 2020, count: 3990 });
  assert.ok(
    !points.some((point) => point.count === 15000),
    "the undated figure of 2022 is left out",
  );
});

Deno.test("the nine favoured regions are those of the list", () => {
  assert.deepEqual(leadingList(tables.rollOut, "2021-12"), [
    "01",
    "02",
    "03",
    "05",
    "06",
    "08",
    "09",
    "10",
    "21",
  ]);
  assert.deepEqual(
    [...treatedRegions(tables, assume()).keys()],
    leadingList(tables.rollOut, "2021-12"),
  );
});

Deno.test("a threshold selects by dose, and crossing gives each region its own year", () => {
  const treatment = { kind: "threshold", measure: "localitiesPer10000", threshold: 12 } as const;
  assert.deepEqual([...treatedRegions(tables, assume({ treatment })).keys()], [
    "01",
    "03",
    "05",
    "09",
    "10",
  ]);
  const crossing = treatedRegions(
    tables,
    assume({ treatment: { ...treatment, adoption: "crossing" } }),
  );
  assert.equal(crossing.get("09"), 2019);
  assert.equal(crossing.get("08"), 2022);
  assert.ok(!crossing.has("11"));
});

Deno.test("every known tension is listed", () => {
  const text = tensions(tables, rule).map((item) => item.what).join("\n");
  for (
    const part of [
      "2,823",
      "692 at 2022-06, 587",
      "1493",
      "24 %",
      "La Libertad is not among the nine of 2021-12",
    ]
  ) {
    assert.ok(text.includes(part), part);
  }
});

Deno.test("all 26 areas have a cell in all 13 years", () => {
  assert.equal(buildDose(tables, "peoplePer100", rule).length, REGION_CODES.length * 13);
});
