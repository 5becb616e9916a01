/**
 * boottest's example, collapsed to 16 rows in 8 clusters (`data/collapsed.csv`):
 * hasinsurance ~ selfemployed + post + post_self, clustered by year. Values from the reference folder's README;
 * the Webb p value is boottest's, from 9,999,999 draws.
 */
import assert from "node:assert/strict";
import { codeLabels } from "../../lib/panel/coding.ts";
import { clusterScores, sandwich } from "../../lib/regression/covariance.ts";
import { leastSquares } from "../../lib/regression/least-squares.ts";
import { FIXEST_RULE } from "../../lib/regression/small-sample.ts";
import { wildTest, type WildTestChoices } from "../../lib/inference/wild/bootstrap.ts";
import { assertClose } from "../support/close.ts";
import { csvRows, goldenTest, goldenText } from "../support/golden.ts";

function collapsed() {
  const rows = csvRows(goldenText("data/collapsed.csv"));
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  const names = ["selfemployed", "post", "post_self"];
  const fit = leastSquares({
    outcome: column("hasinsurance"),
    names: ["constant", ...names],
    regressors: [new Float64Array(rows.length).fill(1), ...names.map(column)],
    effects: [],
    weights: null,
  });
  return { fit, clusters: codeLabels("year", rows.map(({ year }) => year)) };
}

function run(value: number, choices: Partial<WildTestChoices>) {
  const { fit, clusters } = collapsed();
  const restrictions = {
    rows: [Float64Array.of(0, 0, 0, 1)],
    values: [value],
    labels: ["post_self"],
  };
  return wildTest(fit, clusters, restrictions, {
    type: "11",
    impose: true,
    distribution: "rademacher",
    draws: 999,
    seed: 1,
    ties: "count",
    confidenceLevel: 0.95,
    confidenceSet: true,
    smallSample: FIXEST_RULE,
    ...choices,
  });
}

goldenTest("collapsed: coefficients and standard errors", () => {
  const { fit, clusters } = collapsed();
  const expected = [0.874028778076172, -0.15676771402359, -0.0206586281458537, 0.0548577586809794];
  expected.forEach((value, k) => assertClose(fit.coefficients[k], value, 1e-12, fit.names[k]));
  const scores = clusterScores(fit, clusters.codes, 8);
  const meat = new Float64Array(16);
  for (let g = 0; g < 8; g++) {
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) meat[4 * a + b] += scores[4 * g + a] * scores[4 * g + b];
    }
  }
  const cr0 = Math.sqrt(sandwich(fit, meat)[15]);
  assertClose(cr0, 0.00615567279298, 1e-11, "CR0");
  const { statistic } = run(0, {});
  assertClose(expected[3] / statistic, 0.00735743623188, 1e-11, "CR1S");
  // CR3 of clubSandwich has no (G − 1)/G; the jackknife CV3 does.
  const cv3 = expected[3] / run(0, { type: "13" }).statistic;
  assertClose(cv3 * Math.sqrt(8 / 7), 0.00865397968213, 1e-10, "CR3");
});

goldenTest("collapsed: all 2⁸ sign vectors, both tie rules", () => {
  const at4 = run(0.04, {});
  assertClose(at4.statistic, 2.019420653, 1e-9);
  assert.deepEqual([at4.enumerated, at4.draws, at4.clusterCount], [true, 256, 8]);
  assert.equal(at4.pValue, 20 / 256);
  assert.equal(run(0.04, { ties: "strict" }).pValue, 18 / 256);
  const at0 = run(0, {});
  assertClose(at0.statistic, 7.456097063, 1e-9);
  assert.equal(at0.pValue, 0.0078125);
  assert.equal(run(0, { ties: "strict" }).pValue, 0);
});

goldenTest("collapsed: Webb weights agree with boottest's nine million draws", () => {
  const draws = 99_999;
  const { pValue, enumerated } = run(0.04, { distribution: "webb", draws, confidenceSet: false });
  assert.equal(enumerated, false);
  assert.ok(Math.abs(pValue - 0.0757) < 3 * Math.sqrt(0.0757 * (1 - 0.0757) / draws), `${pValue}`);
});

goldenTest("collapsed: 0.04 lies inside the 95 % set and 0 outside, as the p values say", () => {
  const { low, high } = run(0, {});
  assert.ok(0 < low! && low! < 0.04 && 0.0548577586809794 < high!);
});
