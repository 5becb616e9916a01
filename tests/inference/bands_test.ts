import assert from "node:assert/strict";
import { codeLabels } from "../../lib/panel/coding.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { Estimate } from "../../lib/estimators/estimate.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import { multiplierBand, supTBand } from "../../lib/inference/bands.ts";
import {
  empiricalQuantile,
  groupUnits,
  multiplierDraws,
  multiplierSetup,
} from "../../lib/inference/bands/multipliers.ts";
import { tInverse } from "../../lib/regression/distributions.ts";
import { assertClose } from "../support/close.ts";
import { share, widePanel } from "./wild-data.ts";

/** An estimate with a given covariance and degrees of freedom, and influence functions that square to it. */
function made(correlation: number[][], degreesOfFreedom = Infinity, units = 40): Estimate {
  const base = twfe(widePanel(units), { outcome: "y", treatment: "d" });
  const names = correlation.map((_, k) => `t${k}`);
  const influence = names.map((_, k) =>
    Float64Array.from({ length: units }, (_, i) => share(i, 20 + k) - 0.5)
  );
  return new Estimate({
    names,
    estimates: names.map((_, k) => k),
    covariance: Float64Array.from(correlation.flat()),
    influence,
    citation: "",
    times: names.map((_, k) => 2000 + k),
    design: { ...base.design, effects: names, degreesOfFreedom },
  });
}

const THREE = [[1, 0.7, 0.3], [0.7, 1, 0.5], [0.3, 0.5, 1]];

/** Quantile of the largest |z|, by scipy 1.17.1's multivariate normal (tools/witnesses/multiple_testing.py). */
const SCIPY = { 0.95: 2.338951375296424, 0.9: 2.0510052346269663 };

Deno.test("scipy: the critical value of three correlated terms", () => {
  for (const [level, expected] of Object.entries(SCIPY)) {
    const { criticalValue } = supTBand(made(THREE), { seed: 1, confidenceLevel: Number(level) });
    // Standard error of a quantile of 99,999 draws: √(p(1−p)/B) over the density, about 0.005 here.
    assertClose(criticalValue, expected, 0.015, `level ${level}`, 1);
  }
});

Deno.test("a band of one term is its interval, and of equal terms too", () => {
  const alone = supTBand(made([[4]], 7), { seed: 1 });
  assertClose(alone.criticalValue, alone.pointwiseCriticalValue, 1e-9);
  assertClose(alone.pointwiseCriticalValue, tInverse(0.975, 7), 1e-12);
  const normal = supTBand(made([[4]], 7), { seed: 1, reference: "normal" });
  assertClose(normal.criticalValue, 1.959963984540054, 1e-12);
  const equal = supTBand(made([[1, 2], [2, 4]], 7), { seed: 1 });
  assertClose(equal.criticalValue, alone.criticalValue, 0.01);
});

Deno.test("independent terms: the critical value of Šidák", () => {
  const identity = THREE.map((row, i) => row.map((_, j) => i === j ? 1 : 0));
  const { criticalValue } = supTBand(made(identity), { seed: 2 });
  assertClose(criticalValue, tInverse(0.5 + 0.5 * 0.95 ** (1 / 3), Infinity), 0.015, "", 1);
});

Deno.test("bands are drawn around the estimates, wider than the intervals, and repeat with the seed", () => {
  const estimate = eventStudy(widePanel(12), { outcome: "y", exposure: "half", reference: 2004 });
  const [a, b] = [0, 1].map(() => supTBand(estimate, { seed: 5, draws: 9999 }));
  assert.deepEqual(a, b);
  assert.equal(a.terms.length, 9);
  for (const term of a.terms) {
    const own = estimate.term(term.name);
    assert.equal(term.time, own.time);
    assertClose(term.high - term.estimate, a.criticalValue * own.standardError, 1e-12);
    assertClose(term.pointwiseLow, own.low, 1e-9);
    assert.ok(term.low < term.pointwiseLow && term.pointwiseHigh < term.high);
  }
  assert.notEqual(supTBand(estimate, { seed: 6, draws: 9999 }).criticalValue, a.criticalValue);
  const some = supTBand(estimate, { seed: 5, draws: 9999, terms: [a.terms[0].name] });
  assert.ok(some.criticalValue < a.criticalValue);
});

Deno.test("multiplier draws are the weighted sums of influence functions: all sign vectors, exactly", () => {
  const influence = [Float64Array.of(1, -2, 4), Float64Array.of(0.5, 0, 8)];
  const groups = { name: "unit", codes: Int32Array.of(0, 1, 2), count: 3 };
  const { plan, influence: summed } = multiplierSetup(influence, groups, "rademacher", 8, 1);
  assert.ok(plan.enumerated);
  const [first, second] = multiplierDraws(summed, plan);
  const signs = Array.from({ length: 8 }, (_, b) => [0, 1, 2].map((i) => (b >> i) & 1 ? -1 : 1));
  assert.deepEqual([...first], signs.map(([a, b, c]) => a - 2 * b + 4 * c));
  assert.deepEqual([...second], signs.map(([a, , c]) => 0.5 * a + 8 * c));
});

Deno.test("multiplier band: R's did by hand", () => {
  const estimate = made(THREE);
  const options = { seed: 4, draws: 4999 } as const;
  const band = multiplierBand(estimate, options);
  const { plan, influence } = multiplierSetup(
    estimate.influence,
    groupUnits(estimate, undefined),
    "rademacher",
    4999,
    4,
  );
  const drawn = multiplierDraws(influence, plan);
  const sorted = drawn.map((values) => [...values].sort((a, b) => a - b));
  // quantile(b, .75, type = 1) of 4999 values is the 3750th, .25 the 1250th, .95 the 4750th.
  const scale = sorted.map((values) => (values[3749] - values[1249]) / 1.3489795003921634);
  const largest = Array.from(
    { length: 4999 },
    (_, b) => Math.max(...drawn.map((values, k) => Math.abs(values[b] / scale[k]))),
  ).sort((a, b) => a - b);
  assertClose(band.criticalValue, largest[4749], 1e-12);
  band.terms.forEach((term, k) => {
    assertClose(term.standardError, scale[k], 1e-12);
    assertClose(term.low, k - largest[4749] * scale[k], 1e-12, "", 1);
    const root = Math.sqrt(estimate.influence[k].reduce((sum, v) => sum + v * v, 0));
    assert.ok(Math.abs(term.standardError / root - 1) < 0.06, "near the root of Σψ²");
  });
});

Deno.test("coarser clusters: by column, by labels, and the same as summing the influence first", () => {
  const estimate = twfe(widePanel(24).with("area", (row) => Number(row.unit) % 8), {
    outcome: "y",
    treatment: "d",
    covariates: ["x"],
  });
  const options = { seed: 4, draws: 999, distribution: "webb", terms: ["d", "x"] } as const;
  const byColumn = multiplierBand(estimate, { ...options, cluster: "area" });
  const labels = estimate.design.unitLabels.map((unit) => Number(unit) % 8);
  const byLabels = multiplierBand(estimate, { ...options, cluster: labels });
  assert.deepEqual(byColumn.terms, byLabels.terms);
  assert.ok(byColumn.notes.includes("one multiplier per area (8)"));
  const { codes } = codeLabels("area", labels);
  const sums = new Float64Array(8);
  estimate.influence[0].forEach((value, i) => sums[codes[i]] += value);
  const root = Math.sqrt(sums.reduce((sum, v) => sum + v * v, 0));
  assert.ok(Math.abs(byColumn.terms[0].standardError / root - 1) < 0.25);
});

Deno.test("quantiles of type 1, as R defines them", () => {
  const values = Float64Array.of(5, 1, 4, 2, 3);
  const found = [0, 0.2, 0.21, 0.5, 0.8, 0.95, 1].map((p) => empiricalQuantile(values, p));
  assert.deepEqual(found, [1, 1, 2, 3, 4, 5, 5]);
  assert.deepEqual([...values], [5, 1, 4, 2, 3], "the values stay in place");
});

Deno.test("rejects what cannot be computed, naming option, value and remedy", () => {
  const estimate = made(THREE);
  const refuse = (body: () => unknown, pattern: RegExp) =>
    assert.throws(body, (e) => e instanceof InputError && pattern.test(e.message));
  const none = {} as never;
  refuse(() => supTBand(estimate, none), /seed is not given/);
  refuse(() => supTBand(estimate, { seed: 1, draws: 0 }), /draws must be/);
  refuse(() => supTBand(estimate, { seed: 1, terms: [] }), /covers no term.*t0, t1, t2/);
  refuse(() => supTBand(estimate, { seed: 1, terms: ["q"] }), /no such term/);
  refuse(() => supTBand(estimate, { seed: 1, confidenceLevel: 95 }), /between 0 and 1/);
  refuse(() => supTBand(estimate, { seed: 1, reference: "z" as never }), /reference does not take/);
  refuse(() => multiplierBand(estimate, none), /seed is not given/);
  refuse(
    () => multiplierBand(estimate, { seed: 1, distribution: "x" as never }),
    /no such distribution/,
  );
  refuse(
    () => multiplierBand(estimate, { seed: 1, cluster: [1, 2] }),
    /2 cluster labels for 40 units/,
  );
  refuse(() => multiplierBand(estimate, { seed: 1, cluster: "area" }), /keeps no rows/);
  const same = estimate.design.unitLabels.map(() => "all");
  refuse(() => multiplierBand(estimate, { seed: 1, cluster: same }), /only one group/);
  const fitted = twfe(widePanel(12), { outcome: "y", treatment: "d" });
  refuse(
    () => multiplierBand(fitted, { seed: 1, cluster: "d" }),
    /more than one cluster.*fixed within units/,
  );
});
