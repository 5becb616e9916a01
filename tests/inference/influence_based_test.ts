import assert from "node:assert/strict";
import {
  callawaySantAnna,
  clusterJackknife,
  covarianceOf,
  imputation,
  Panel,
  permutationTest,
  scoreBootstrap,
  stream,
  twfe,
  withCovariance,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

/** 40 units in 20 villages over 6 periods; half are treated from 4 or 5 on with an effect of `effect`. */
function villages(effect: number, seed = 7): Panel {
  const random = stream(seed, 0);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const cohort = i % 4 === 0 ? 4 : i % 4 === 1 ? 5 : 0;
    const own = random.normal();
    return Array.from({ length: 6 }, (_, k) => ({
      unit: `u${i}`,
      village: `v${Math.floor(i / 2)}`,
      time: k + 1,
      cohort,
      treated: cohort > 0 && k + 1 >= cohort ? 1 : 0,
      y: own + 0.3 * k + random.normal() + (cohort > 0 && k + 1 >= cohort ? effect : 0),
    }));
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "time" });
}

const OPTIONS = { outcome: "y", cohort: "cohort" } as const;
const cs = (panel: Panel) =>
  callawaySantAnna(panel, { ...OPTIONS, controlGroup: "never", method: "reg" }).aggregate(
    "dynamic",
  );

Deno.test("CR0 and CR1 by village follow from the influence functions", () => {
  const estimate = cs(villages(1));
  const zero = covarianceOf(estimate, { type: "CR0", cluster: "village" });
  const one = withCovariance(estimate, { type: "CR1", cluster: "village" });
  const index = estimate.indexOf("overall");
  const size = estimate.terms.length;
  const sums = new Float64Array(20);
  estimate.influence[index].forEach((value, i) =>
    sums[Math.floor(Number(String(estimate.design.unitLabels[i]).slice(1)) / 2)] += value
  );
  const variance = sums.reduce((sum, value) => sum + value * value, 0);
  assertClose(zero.matrix[index * size + index], variance, 1e-12, "CR0");
  assertClose(one.term("overall").standardError ** 2, variance * 20 / 19, 1e-12, "CR1");
  assert.equal(one.term("overall").degreesOfFreedom, 19);
});

Deno.test("covariances that need a regression are refused by name", () => {
  const estimate = cs(villages(1));
  assertRefuses(() => covarianceOf(estimate, { type: "CR2" }), "CR2", "clusterJackknife");
  assertRefuses(() => covarianceOf(estimate, { type: "CR1", rule: "Stata" }), "Stata");
});

Deno.test("the jackknife by refit is the regression's CV3 where there is one", () => {
  const panel = villages(1);
  const fit = (rows: Panel) => twfe(rows, { outcome: "y", treatment: "treated" });
  const refitted = clusterJackknife(panel, fit, { cluster: "village" });
  const closed = withCovariance(fit(panel), { type: "CV3J", cluster: "village" });
  const centred = withCovariance(fit(panel), { type: "CV3", cluster: "village" });
  const error = refitted.term("treated").standardError;
  const [j, c] = [closed, centred].map((one) => one.term("treated").standardError);
  assert.ok(Math.min(Math.abs(error - j), Math.abs(error - c)) < 1e-10 * error);
});

Deno.test("the jackknife leaves out, by name, what a refit cannot estimate", () => {
  const panel = villages(1).where(
    "two units of cohort 5",
    (row) => row.value("cohort") !== 5 || row.unit === "u1" || row.unit === "u5",
  );
  const fit = (rows: Panel) =>
    callawaySantAnna(rows, { ...OPTIONS, controlGroup: "never", method: "reg" }).aggregate("group");
  const refitted = clusterJackknife(panel, fit);
  const left = refitted.design.droppedColumns.find(({ name }) => name === "cohort 5");
  assert.match(left?.reason ?? "", /without unit u[15]/);
  assert.ok(refitted.term("cohort 4").standardError > 0);
});

Deno.test("the score bootstrap rejects a large effect, keeps a zero one, and repeats with its seed", () => {
  const strong = imputation(villages(2), OPTIONS);
  const test = scoreBootstrap(strong, { term: "overall", seed: 1, draws: 999 });
  assert.ok(test.pValue < 0.01 && test.low > 1 && test.high < 3);
  assert.deepEqual(scoreBootstrap(strong, { term: "overall", seed: 1, draws: 999 }), test);
  const none = scoreBootstrap(imputation(villages(0), OPTIONS), {
    term: "overall",
    cluster: "village",
    seed: 1,
  });
  assert.ok(none.pValue > 0.05);
  assert.equal(none.clusters.count, 20);
});

Deno.test("the score bootstrap holds its level with 20 clusters", () => {
  let rejections = 0;
  const panels = 200;
  for (let b = 0; b < panels; b++) {
    const estimate = imputation(villages(0, 100 + b), OPTIONS);
    const { pValue } = scoreBootstrap(estimate, { term: "overall", seed: 3, draws: 199 });
    if (pValue <= 0.05) rejections++;
  }
  assert.ok(rejections / panels < 0.11, `${rejections} of ${panels}`);
});

Deno.test("permuting cohorts finds a large effect and no small one", () => {
  const fit = (panel: Panel) => imputation(panel, OPTIONS);
  const options = { permute: "cohort", term: "overall", draws: 99, seed: 5 };
  assert.equal(permutationTest(villages(3), fit, options).pValue, 0.01);
  const none = permutationTest(villages(0), fit, options);
  assert.ok(none.pValue > 0.05 && none.failed === 0);
  assert.deepEqual(permutationTest(villages(0), fit, options), none);
});

Deno.test("paths change places only in balanced panels", () => {
  const panel = villages(1).where("a hole", (row) => row.unit !== "u3" || row.time !== 2);
  const fit = (rows: Panel) => imputation(rows, OPTIONS);
  assertRefuses(() => permutationTest(panel, fit, { permute: "cohort", seed: 1 }), "cohort");
});
