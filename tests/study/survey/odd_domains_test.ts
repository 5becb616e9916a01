/** Domains from which a sampling error cannot be had, and answers that do not vary: a reason, never a zero or a large number. */
import assert from "node:assert/strict";
import {
  surveyMean,
  surveyRatio,
  surveyShare,
} from "../../../lib/study/survey/estimation/estimate.ts";
import type { LonelyRule } from "../../../lib/study/survey/estimation/covariance.ts";
import { householdTable, madeRows, summaryTable } from "./made.ts";

const RULES: readonly LonelyRule[] = ["remove", "certainty", "adjust", "average"];

/** Cluster 3 is a region of its own, within a stratum of six clusters. */
const oneCluster = madeRows([6, 5, 4], 20260103).map((row) =>
  row.cluster === "000003" ? { ...row, region: "05" } : row
);

Deno.test("a domain of one cluster has no standard error under any rule, and says why", () => {
  const table = householdTable(oneCluster);
  for (const lonely of ["fail", ...RULES] as const) {
    const found = surveyShare(table, "internet", { by: "region", lonely });
    const row = found.find(2020, { region: "05" })!;
    assert.ok(row.estimate > 0 && row.estimate < 1);
    assert.deepEqual(
      [row.standardError, row.variation, row.reliable, row.designEffect, row.effectiveRows],
      [null, null, null, null, null],
    );
    assert.match(row.reasons.join("; "), /one cluster only, which does not tell/);
    const [{ matrix, domains }] = found.covariances;
    const d = domains.findIndex((domain) => domain.region === "05");
    matrix.forEach((value, k) => {
      const touches = k % domains.length === d || Math.floor(k / domains.length) === d;
      assert.equal(Number.isNaN(value), touches);
    });
    for (const other of found.rows) if (other !== row) assert.ok(other.standardError! > 0);
    assert.match(found.toTable().toMarkdown(), /Ayacucho 2020: no standard error/);
  }
  const summary = summaryTable(oneCluster);
  const ratio = surveyRatio(summary, "income", "members", { by: "region" });
  assert.equal(ratio.find(2020, { region: "05" })!.standardError, null);
});

Deno.test("a domain with single-cluster strata only has an error under adjust, and no other rule", () => {
  // Strata 3 and 5 have one cluster each: region 05 lives in them alone.
  const rows = madeRows([6, 5, 1, 4, 1], 20260102).map((row) =>
    row.h === 3 || row.h === 5 ? { ...row, region: "05" } : row
  );
  const table = householdTable(rows);
  for (const lonely of RULES) {
    const row = surveyShare(table, "internet", { by: "region", lonely })
      .find(2020, { region: "05" })!;
    assert.equal(row.clusters, 2);
    if (lonely === "adjust") {
      assert.ok(row.standardError! > 0);
      continue;
    }
    assert.deepEqual([row.standardError, row.reliable], [null, null], lonely);
    assert.match(row.reasons.join("; "), /every stratum of the domain has one cluster only/);
  }
});

Deno.test("answers that do not vary: no rounding taken for an error, and no verdict on how reliable", () => {
  const summary = { ...summaryTable(madeRows([6, 5, 4], 7)) };
  const same = { ...summary, income: summary.income.map(() => 1234.56) };
  for (const row of surveyMean(same, "income", { by: "region" }).rows) {
    assert.deepEqual([row.standardError, row.designEffect, row.reliable], [0, null, null]);
    assert.match(row.reasons.join("; "), /answers do not vary/);
  }
  const table = householdTable(madeRows([6, 5, 4], 7));
  const [sure] = surveyShare({ ...table, internet: table.internet.map(() => 1) }, "internet").rows;
  assert.deepEqual([sure.standardError, sure.reliable], [0, null]);
});
