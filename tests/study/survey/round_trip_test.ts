/** Simulated files, read again: the pipeline that INEI's files go through, graded against tables that are known. */
import assert from "node:assert/strict";
import { readHouseholds, readPersons, readSummary } from "../../../lib/study/survey/files/read.ts";
import { stackStudy, studyEstimates } from "../../../lib/study/survey/panel/outcomes.ts";
import { readStudyEstimates } from "../../../lib/study/survey/panel/read-estimates.ts";
import { simulateYear } from "../../../lib/study/survey/simulation/simulate.ts";
import { simulatedSurveyFolder } from "../../../lib/study/survey/simulation/write.ts";
import type { SurveyTable } from "../../../lib/study/survey/types.ts";

const OPTIONS = { scenario: "dose", households: 1500 } as const;
/** Between them they have every quirk: encodings, separators, decimal commas, lost zeros, blanks. */
const YEARS = [2011, 2013, 2016, 2018];
const DESIGN = { stratum: "region × estrato", lonely: "adjust" } as const;

function assertSameTable(read: SurveyTable, made: SurveyTable): void {
  for (const [name, column] of Object.entries(made)) {
    // The reader's own source names the file.
    if (name === "source") continue;
    assert.deepEqual(
      (read as unknown as Record<string, unknown>)[name],
      column,
      `${made.module} ${made.year}: ${name}`,
    );
  }
}

for (const quirks of [false, true]) {
  Deno.test(`files ${quirks ? "with INEI's quirks" : "in plain CSV"} give back the very tables, labelled simulated`, async () => {
    const folder = new URL(`file://${await Deno.makeTempDir()}/`);
    const home = await simulatedSurveyFolder({ ...OPTIONS, years: YEARS, quirks, folder });
    for (const year of YEARS) {
      const made = simulateYear(OPTIONS, year);
      assertSameTable((await readHouseholds(home, year)).table, made.households);
      assertSameTable((await readPersons(home, year)).table, made.persons);
      assertSameTable((await readSummary(home, year)).table, made.summary);
    }
    const read = await readStudyEstimates(home, YEARS, DESIGN);
    const made = stackStudy(
      YEARS.map((year) => studyEstimates(simulateYear(OPTIONS, year), DESIGN)),
    );
    assert.deepEqual(read.internet_use_pct.rows, made.internet_use_pct.rows);
    assert.equal(read.internet_use_pct.provenance, "simulated");
    assert.match(read.internet_use_pct.source, /^Simulated .*2011.* … .*2018.*\(4 files\)$/);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("what a year needs is said once for both modules", async () => {
  const folder = new URL(`file://${await Deno.makeTempDir()}/`);
  const home = await simulatedSurveyFolder({ ...OPTIONS, years: [2011], folder });
  const plain = await readStudyEstimates(home, [2011], DESIGN);
  const recode = { P1144: { 0: 1 }, P314A: { 2: null } };
  const other = await readStudyEstimates(home, [2011], DESIGN, { recode });
  for (const found of [other.internet_use_pct, other.households_internet_pct]) {
    assert.ok(found.rows.every((row) => row.estimate === 1));
  }
  assert.deepEqual(other.households_mobile_pct.rows, plain.households_mobile_pct.rows);
  await Deno.remove(folder, { recursive: true });
});
