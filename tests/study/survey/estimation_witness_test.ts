/** Estimates, errors, intervals and single-cluster rules against R's survey package (tools/witnesses/survey.R). */
import assert from "node:assert/strict";
import {
  surveyMean,
  surveyRatio,
  surveyShare,
} from "../../../lib/study/survey/estimation/estimate.ts";
import type { LonelyRule } from "../../../lib/study/survey/estimation/covariance.ts";
import type { SurveyEstimates } from "../../../lib/study/survey/estimation/result.ts";
import { SURVEY_WITNESS as R } from "../../references/survey.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { householdTable, madeRows, summaryTable } from "./made.ts";

const rows = madeRows([6, 5, 4, 3], 20260101);
const households = householdTable(rows);
const summary = summaryTable(rows);

function assertAll(
  actual: readonly (number | null)[],
  expected: readonly number[],
  tolerance = 1e-9,
) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assertClose(value!, expected[i], tolerance, `value ${i}:`));
}

const errors = (found: SurveyEstimates) => found.rows.map((row) => row.standardError);
const estimates = (found: SurveyEstimates) => found.rows.map((row) => row.estimate);

Deno.test("share of the nation: svymean, its error, design effect and degrees of freedom", () => {
  const [row] = surveyShare(households, "internet").rows;
  assertAll([row.estimate, row.standardError, row.designEffect, row.degreesOfFreedom], R.mean);
});

Deno.test("shares by region, and by region and area: svyby", () => {
  const found = surveyShare(households, "internet", { by: "region" });
  assertAll(
    [...estimates(found), ...errors(found), ...found.rows.map((row) => row.designEffect)],
    R.byRegion,
  );
  assertAll(found.rows.map((row) => row.degreesOfFreedom), R.byRegionDegrees);
  const crossed = surveyShare(households, "internet", { by: ["urban", "region"] });
  assertAll([...estimates(crossed), ...errors(crossed)], R.byRegionUrban);
});

Deno.test("means and ratios by region: svymean, svyratio", () => {
  const mean = surveyMean(summary, "income", { by: "region" });
  assertAll(
    [...estimates(mean), ...errors(mean), ...mean.rows.map((row) => row.designEffect)],
    R.incomeByRegion,
  );
  const ratio = surveyRatio(summary, "income", "members");
  assertAll([...estimates(ratio), ...errors(ratio)], R.ratio);
  const byRegion = surveyRatio(summary, "income", "members", { by: "region" });
  assertAll([...estimates(byRegion), ...errors(byRegion)], R.ratioByRegion);
});

Deno.test("logit intervals: svyciprop, exactly with xlogit, to its iterations with logit", () => {
  const found = surveyShare(households, "internet", { by: "region" });
  const ends = found.rows.flatMap((row) => [row.low, row.high]);
  assertAll(ends, R.xlogitByRegion);
  assertAll(ends, R.logitByRegion);
});

Deno.test("covariance between regions that share clusters and strata: svyrecvar", () => {
  const found = surveyShare(households, "internet", { by: "region" });
  assertAll([...found.covariances[0].matrix], R.covariance);
});

/** The rows of survey.R's `odd`: the same with weights that differ a hundredfold. */
const odd = rows.map((row) => ({ ...row, weight: row.weight ** 3 / 1000 }));

Deno.test("odd features: very unequal weights, a rare answer, a subpopulation, a ratio's design effect", () => {
  const table = householdTable(odd);
  const unequal = surveyShare(table, "internet", { by: "region" });
  assertAll(
    [...estimates(unequal), ...errors(unequal), ...unequal.rows.map((row) => row.designEffect)],
    R.unequal,
  );
  const rare = {
    name: "rare",
    values: () =>
      Float64Array.from(
        odd,
        (row) => Number.isNaN(row.yes) ? NaN : row.yes === 1 && row.members === 5 ? 1 : 0,
      ),
  };
  const [row] = surveyShare(table, rare).rows;
  assertAll([row.estimate, row.low, row.high], R.rare);
  const chosen = surveyShare(table, "internet", {
    by: "region",
    subpopulation: { label: "chosen", includes: (_, i) => odd[i].members >= 3 && odd[i].h !== 2 },
  });
  assertAll([
    ...estimates(chosen),
    ...errors(chosen),
    ...chosen.rows.map((item) => item.degreesOfFreedom),
  ], R.chosen);
  const [ratio] = surveyRatio(summaryTable(odd), "income", "members").rows;
  assertAll([ratio.designEffect], R.ratioDesignEffect);
});

for (const rule of ["remove", "certainty", "adjust", "average"] as const) {
  Deno.test(`strata with one cluster: ${rule}`, () => {
    const lonely = madeRows([6, 5, 1, 4, 1], 20260102);
    const options = (by: [] | ["region"]) => ({ by, lonely: rule as LonelyRule });
    assertAll([
      ...errors(surveyShare(householdTable(lonely), "internet", options([]))),
      ...errors(surveyShare(householdTable(lonely), "internet", options(["region"]))),
      ...errors(surveyRatio(summaryTable(lonely), "income", "members", options(["region"]))),
    ], R[`lonely_${rule}`]);
  });
}

Deno.test("strata with one cluster: fail names them and the remedy", () => {
  const table = householdTable(madeRows([6, 5, 1, 4, 1], 20260102));
  assertRefuses(
    () => surveyShare(table, "internet"),
    "2 strata have one cluster",
    "ESTRATO 3, ESTRATO 7",
    '"adjust"',
  );
});
