import assert from "node:assert/strict";
import { averageEffect, Panel, syntheticDid, twfe, twoByTwo } from "../../lib/mod.ts";
import type { SyntheticEstimate, SyntheticOptions } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { assertSameTerms } from "../support/staggered.ts";
import { factorPanel, factorRows } from "../support/synthetic.ts";

const METHODS = ["sdid", "sc", "did"] as const;
const base = { outcome: "y", cohort: "first", inference: "jackknife" } as const;
const staggered = { cohorts: { 7: 3, 9: 4, 12: 2 } };

function fit(panel: Panel, options: Partial<SyntheticOptions> = {}): SyntheticEstimate {
  return syntheticDid(panel, { ...base, ...options });
}

Deno.test("method did is the two-way fixed effects and the 2 × 2 estimate", () => {
  const panel = factorPanel();
  const own = fit(panel, { method: "did" }).term("overall").estimate;
  const regression = twfe(panel, { outcome: "y", treatment: "d" }).term("d").estimate;
  assertClose(own, regression, 1e-12, "twfe");
  const withGroup = panel.with("g", (row) => row.value("first") > 0 ? 1 : 0);
  const means = twoByTwo(withGroup, { outcome: "y", group: "g", treatedFrom: 9 }).estimate;
  assertClose(own, means.terms[0].estimate, 1e-12, "2 × 2");
});

Deno.test("unit and time weights are shares", () => {
  for (const method of METHODS) {
    for (
      const { unitWeights, timeWeights } of fit(factorPanel(staggered), { method }).comparisons
    ) {
      const units = unitWeights.map(({ weight }) => weight);
      const times = timeWeights.map(({ weight }) => weight);
      assert.ok([...units, ...times].every((weight) => weight >= 0));
      assertClose(units.reduce((a, b) => a + b), 1, 1e-12, `${method} units`);
      assertClose(times.reduce((a, b) => a + b), method === "sc" ? 0 : 1, 1e-12, "times", 1);
    }
  }
});

Deno.test("the estimate is the weighted regression with unit and period effects (eq. 1)", () => {
  const panel = factorPanel();
  const estimate = fit(panel);
  const [{ unitWeights, timeWeights }] = estimate.comparisons;
  const omega = new Map(unitWeights.map(({ unit, weight }) => [unit, weight]));
  const lambda = new Map(timeWeights.map(({ time, weight }) => [time, weight]));
  const weighted = panel
    .with("w", (row) => (omega.get(row.unit) ?? 1 / 5) * (lambda.get(row.time) ?? 1 / 6))
    .where("weight above zero", (row) => row.value("w") > 0);
  const regression = twfe(weighted, { outcome: "y", treatment: "d", weights: "w" });
  assertClose(estimate.term("overall").estimate, regression.term("d").estimate, 1e-9);
});

Deno.test("unit effects and a common line leave everything unchanged", () => {
  const panel = factorPanel(staggered);
  const moved = panel.with(
    "y",
    (row) => row.value("y") + 7 * Math.sin(Number(row.unit)) + 2.5 * row.time,
  );
  for (const method of ["sdid", "did"] as const) {
    assertSameTerms(fit(moved, { method }), fit(panel, { method }), method, { tolerance: 1e-7 });
  }
});

Deno.test("any period effects leave the estimate unchanged when the penalty is held", () => {
  // The measured noise, and so the default penalty, sees period effects: eq. 5 takes no period means out.
  const panel = factorPanel();
  const moved = panel.with("y", (row) => row.value("y") + 5 * Math.cos(3 * row.time));
  const zetas = { zetaOmega: 2, zetaLambda: 1e-3 };
  assertSameTerms(fit(moved, zetas), fit(panel, zetas), "held", { tolerance: 1e-6 });
  assertSameTerms(fit(moved, { method: "did" }), fit(panel, { method: "did" }), "did");
});

Deno.test("rescaling the outcome rescales effects and errors", () => {
  const panel = factorPanel(staggered);
  const scaled = panel.with("y", (row) => -250 * row.value("y"));
  for (const method of METHODS) {
    const [one, other] = [fit(scaled, { method }), fit(panel, { method })];
    // Perfect fits by synthetic control are told apart to some six digits only.
    const tolerance = method === "sc" ? 1e-5 : 1e-7;
    one.terms.forEach((term, k) => {
      assertClose(term.estimate, -250 * other.terms[k].estimate, tolerance, term.name, 250);
      assertClose(term.standardError, 250 * other.terms[k].standardError, tolerance, term.name);
    });
  }
});

Deno.test("the order of rows and the names of units do not matter", () => {
  const rows = factorRows(staggered);
  const panel = factorPanel(staggered);
  const shuffled = rows.map((row, i) => ({ row, key: (i * 7919) % rows.length }))
    .sort((a, b) => a.key - b.key).map(({ row }) => row);
  const keys = { unit: "unit", time: "t" };
  assertSameTerms(fit(Panel.fromRows(shuffled, keys)), fit(panel), "rows", { tolerance: 1e-14 });
  const named = Panel.fromRows(rows.map((row) => ({ ...row, unit: `u${99 - row.unit}` })), keys);
  assertSameTerms(fit(named), fit(panel), "names", { tolerance: 1e-8 });
});

Deno.test("treatment path and cohort column say the same", () => {
  const panel = factorPanel(staggered);
  const path = syntheticDid(panel, { outcome: "y", treatment: "d", inference: "jackknife" });
  assertSameTerms(path, fit(panel), "path", { tolerance: 0 });
});

Deno.test("a donor that moves as the treated do recovers the planted effect", () => {
  // The treated are mixtures of two controls, plus levels of their own: only the synthetic comparison is parallel.
  const rows = factorRows({ noise: 0.8, cohorts: {} });
  const value = (unit: number, t: number) => rows.find((r) => r.unit === unit && r.t === t)!.y;
  const treated = [0, 1, 2].flatMap((k) =>
    Array.from({ length: 14 }, (_, i) => {
      const t = i + 1;
      const y = 0.3 * value(3, t) + 0.7 * value(8, t) + 10 * k + (t >= 9 ? 4 + t : 0);
      return { unit: 100 + k, t, y, d: t >= 9 ? 1 : 0, first: 9 };
    })
  );
  const panel = Panel.fromRows([...rows, ...treated], { unit: "unit", time: "t" });
  const exact = fit(panel, { zetaOmega: 0, inference: "placebo", draws: 20, seed: 1 });
  const [{ unitWeights, preFitError }] = exact.comparisons;
  assertClose(exact.term("overall").estimate, 4 + 11.5, 1e-5);
  for (let e = 0; e < 6; e++) assertClose(exact.term(`event time ${e}`).estimate, 13 + e, 1e-5);
  for (const { unit, weight } of unitWeights) {
    assertClose(weight, unit === 3 ? 0.3 : unit === 8 ? 0.7 : 0, 1e-5, String(unit), 1);
  }
  assert.ok(preFitError < 1e-5);
});

Deno.test("overall is the mean of effects over treated rows, by cohort and by event time", () => {
  const estimate = fit(factorPanel(staggered));
  const counts: Record<number, number> = { 7: 3, 9: 4, 12: 2 };
  let [sum, rows] = [0, 0];
  for (const { att, cohort, times } of estimate.comparisons) {
    const treated = counts[cohort] * times.filter((t) => t >= cohort).length;
    sum += treated * att;
    rows += treated;
  }
  assertClose(estimate.term("overall").estimate, sum / rows, 1e-12, "cohorts");
  let byEvent = 0;
  for (let e = 0; e <= 7; e++) {
    const observed = Object.entries(counts).filter(([cohort]) => Number(cohort) + e <= 14)
      .reduce((total, [, count]) => total + count, 0);
    byEvent += observed * estimate.term(`event time ${e}`).estimate;
  }
  assertClose(estimate.term("overall").estimate, byEvent / rows, 1e-12, "event times");
});

Deno.test("with one cohort the plain mean of the later event times is the overall effect, errors too", () => {
  for (const inference of ["jackknife", "placebo", "bootstrap"] as const) {
    const estimate = fit(factorPanel(), { inference, draws: 60, seed: 4 });
    const mean = averageEffect(estimate, (e) => e >= 0, "mean").terms[0];
    const overall = estimate.term("overall");
    assertClose(mean.estimate, overall.estimate, 1e-12);
    assertClose(mean.standardError, overall.standardError, 1e-9, inference);
  }
});

Deno.test("effects before treatment average to zero under the time weights", () => {
  const estimate = fit(factorPanel());
  const [{ timeWeights, effects }] = estimate.comparisons;
  const sum = timeWeights.reduce((total, { weight }, t) => total + weight * effects[t], 0);
  assertClose(sum, 0, 1e-12, "base", 1);
});

Deno.test("covariates are taken out with coefficients of untreated rows", () => {
  const panel = factorPanel({ noise: 0.5 }).with(
    "x",
    (row) => Math.sin(5 * Number(row.unit) + row.time ** 2) + (row.value("d") === 1 ? 2 : 0),
  );
  const moved = panel.with("y", (row) => row.value("y") + 3 * row.value("x"));
  const without = fit(panel, { covariates: ["x"] });
  const withX = fit(moved, { covariates: ["x"] });
  // β̂ moves by exactly 3, so nothing else does, although x itself jumps with treatment.
  assertSameTerms(withX, without, "3x", { tolerance: 1e-8 });
  assert.match(withX.design.notes.join(), /outcome less .*·x, from \d+ rows not yet treated/);
  assert.deepEqual(withX.design.covariates, ["x"]);
  assertRefuses(
    () => fit(panel.with("z", (row) => Number(row.unit)), { covariates: ["z"] }),
    'column "z"',
    "unit and period effects",
  );
});

Deno.test("tables show who and when, and what is left out", () => {
  const estimate = fit(factorPanel(staggered));
  const table = estimate.weightTable({ 3: "Three" });
  assert.equal(table.columns.length, 4);
  assert.ok(table.rows.some((row) => row.unit === "Three"));
  assert.match(table.notes.join(), /root mean squared gap before/);
  assert.equal(estimate.timeWeightTable().rows.length, 11);
  const sc = fit(factorPanel(), { method: "sc" });
  assert.match(sc.timeWeightTable().notes.join(), /no time weights/);
  assert.match(sc.weightTable().notes.join(), /of 24 controls have no weight/);
  assert.equal(JSON.parse(JSON.stringify(estimate)).comparisons.length, 3);
});

Deno.test("bad input is refused by name", () => {
  const panel = factorPanel();
  const rows = factorRows();
  const keys = { unit: "unit", time: "t" };
  assertRefuses(
    () => fit(Panel.fromRows(rows.filter(({ unit, t }) => unit !== 3 || t !== 5), keys)),
    "rows are missing",
    "3 in 5",
  );
  assertRefuses(
    () => fit(panel.with("y", (row) => row.unit === 4 && row.time === 2 ? NaN : row.value("y"))),
    "values are missing",
    'column "y"',
    "(4, 2)",
  );
  assertRefuses(() => fit(panel.with("first", () => 9)), "No unit is never treated");
  assertRefuses(() => fit(panel.with("first", () => 0)), "No unit is treated by 14");
  assertRefuses(
    () => fit(panel.with("first", (row) => row.value("first") > 0 ? 2 : 0)),
    "first treated in 2 has 1 periods before",
    "needs 2",
    "24, 25",
  );
  assertRefuses(() => syntheticDid(panel, { outcome: "y" }), "Neither treatment nor cohort");
  assertRefuses(() => fit(panel, { treatment: "d" }), "Both treatment and cohort");
  assertRefuses(() => fit(panel, { zetaOmega: -1 }), 'column "zetaOmega"', "zero or above");
  assertRefuses(() => fit(panel, { method: "scm" as "sc" }), "method", "sdid, sc, did");
  assertRefuses(() => fit(panel, { solver: "fast" as "exact" }), "exact, frank-wolfe");
  assertRefuses(() => fit(panel, { inference: "none" as "placebo" }), "placebo, jackknife");
  assertRefuses(() => fit(panel, { weight: "w" } as Partial<SyntheticOptions>), "no such option");
  assertRefuses(() => fit(panel, { confidenceLevel: 2 }), "confidenceLevel");
  assertRefuses(
    () =>
      syntheticDid(
        panel.with("d", (row) => row.unit === 25 && row.time === 14 ? 0 : row.value("d")),
        { outcome: "y", treatment: "d" },
      ),
    "switches off",
  );
  assertRefuses(() => fit(panel, { outcome: "nothing" }), "no such column");
});

Deno.test("units treated after the panel are controls, and the result says so", () => {
  const panel = factorPanel().with("first", (row) => row.unit === 0 ? 99 : row.value("first"));
  const estimate = fit(panel);
  assertSameTerms(estimate, fit(factorPanel()), "later", { tolerance: 0 });
  assert.match(estimate.design.notes.join(), /1 units first treated after 14 serve as controls/);
});
