/** Values printed by tools/witnesses/omitted.py (PySensemakr 0.0.8); Darfur's are those of Cinelli & Hazlett (2020), table 1, in full. */
import assert from "node:assert/strict";
import { loadEhec, omittedVariable, twfe } from "../../lib/mod.ts";
import {
  biasOf,
  cohensF2,
  errorRatio,
  robustness,
  strengthOf,
} from "../../lib/diagnostics/omitted/formulas.ts";
import { tInverse } from "../../lib/regression/distributions.ts";
import { assertClose } from "../support/close.ts";

const DARFUR = { estimate: 0.09731581928495575, se: 0.023256537809811115, df: 783 };

function critical(df: number): number {
  return tInverse(0.975, df - 1) / Math.sqrt(df - 1);
}

Deno.test("Darfur: partial R² and robustness values", () => {
  const { estimate, se, df } = DARFUR;
  const f = estimate / se / Math.sqrt(df);
  assertClose(f * f / (1 + f * f), 0.021873093341109526, 1e-12);
  assertClose(robustness(f, 0), 0.1387763538935877, 1e-12);
  assertClose(robustness(f, critical(df)), 0.07625796554485662, 1e-11);
  assertClose(robustness(f / 2, 0), 0.0720269757956041, 1e-12);
  assertClose(robustness(f / 2, critical(df)), 0.004562760814388618, 1e-10);
  // As printed in the paper.
  assert.equal((100 * robustness(f, 0)).toFixed(1), "13.9");
  assert.equal((100 * robustness(f, critical(df))).toFixed(1), "7.6");
});

Deno.test("robustness where the outcome's share is not at the bound, and where nothing is significant", () => {
  assertClose(robustness(30 / Math.sqrt(10), critical(10)), 0.98276269227204, 1e-12);
  assertClose(robustness(30 / Math.sqrt(10), 0), 0.9891291502676722, 1e-12);
  assert.equal(robustness(1.5 / Math.sqrt(20), critical(20)), 0);
});

Deno.test("Darfur: a confounder one, two and three times as strong as being female", () => {
  const own = { treatment: 0.009081065190331075, outcome: 0.1090339154278416 };
  const rows = [
    [0.009164286675050086, 0.12464092303637023, 0.07522027121444788, 0.021873327743756964],
    [0.018328573350100172, 0.2493240641999761, 0.05291517238444893, 0.02035006207796348],
    [0.027492860025150258, 0.3740504710380958, 0.030396023464150282, 0.018670064817092206],
  ];
  const { estimate, se, df } = DARFUR;
  rows.forEach(([treatment, outcome, adjusted, error], i) => {
    const found = strengthOf(own, i + 1, i + 1);
    assert.ok(!("reason" in found));
    assertClose(found.treatment, treatment, 1e-12);
    assertClose(found.outcome, outcome, 1e-12);
    assertClose(estimate - biasOf(found, se, df), adjusted, 1e-11);
    assertClose(se * errorRatio(found, df), error, 1e-12);
  });
});

Deno.test("ehec with two made covariates and fixed effects absorbed", () => {
  const ehec = loadEhec()
    .with(
      "x",
      (row) =>
        Math.sin(row.value("stfips") * 0.7 + (row.time - 2008) ** 2 * 0.3) +
        0.3 * row.value("post"),
    )
    .with(
      "z",
      (row) => Math.cos(row.value("stfips") * (row.time - 2007) * 0.11) + 4 * row.value("dins"),
    );
  const fit = twfe(ehec, { outcome: "dins", treatment: "post", covariates: ["x", "z"] });
  const found = omittedVariable(fit, {
    term: "post",
    benchmarks: ["x", "z", ["x", "z"]],
    kd: [1, 2],
  });
  assertClose(found.estimate, 0.06954622590552198, 1e-10);
  assertClose(found.iidError, 0.003675810663985378, 1e-10);
  assert.equal(found.degreesOfFreedom, 492);
  assertClose(found.partialR2, 0.42115280493649343, 1e-10);
  assertClose(cohensF2(found.partialR2), (found.estimate / found.iidError) ** 2 / 492, 1e-12);
  assertClose(found.robustnessValue, 0.5635284548156385, 1e-10);
  assertClose(found.robustnessValueAlpha, 0.5261336737954492, 1e-10);
  const rows = [
    [0.013482683501517925, 0.0009619023327757028, 0.06925060374463282, 18.702081996300564],
    [0.02696536700303585, 0.001924512743588067, 0.06895078989118478, 18.50234443827397],
    [0.006417269891997713, 0.021317277284555344, 0.06858952829947212, 18.782090716057734],
    [0.012834539783995427, 0.042638086231072576, 0.06762654205638945, 18.66290069541783],
    [0.022103449004326422, 0.02229495671089596, 0.06771592469373945, 18.405109438272667],
    [0.044206898008652844, 0.04463439349804063, 0.0658416919611176, 17.89794580058387],
  ];
  rows.forEach(([treatment, outcome, estimate, statistic], i) => {
    const bound = found.bounds[i];
    assert.ok(bound.reason === undefined);
    assertClose(bound.treatment, treatment, 1e-9);
    assertClose(bound.outcome, outcome, 1e-9);
    assertClose(bound.estimate, estimate, 1e-10);
    assertClose(bound.statistic!, statistic, 1e-9);
  });
  assert.deepEqual(found.bounds.map(({ label }) => label).slice(3), [
    "2 × z",
    "1 × x + z",
    "2 × x + z",
  ]);
});
