import assert from "node:assert/strict";
import { twfe } from "../../lib/estimators/twfe.ts";
import type { Panel } from "../../lib/panel/panel.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { lincom } from "../../lib/estimators/linear.ts";
import { stream } from "../../lib/inference/random.ts";
import {
  type WeightDistribution,
  type WildBootstrapOptions,
  wildClusterBootstrap,
} from "../../lib/inference/wild.ts";
import { clusterBasis } from "../../lib/inference/wild/basis.ts";
import { BLOCK, planDraws, simulateDraws } from "../../lib/inference/wild/draws.ts";
import { bootstrapSystem } from "../../lib/inference/wild/system.ts";
import { weightDraw } from "../../lib/inference/wild/weights.ts";
import { assertClose } from "../support/close.ts";
import { madePanel, panelRecords, widePanel } from "./wild-data.ts";

const fit = (panel: Panel) => twfe(panel, { outcome: "y", treatment: "d", covariates: ["x"] });
const run = (panel: Panel, options: Partial<WildBootstrapOptions> = {}) =>
  wildClusterBootstrap(fit(panel), { term: "d", seed: 11, draws: 4999, ...options });

Deno.test("the same seed gives the same digits, another seed gives others", () => {
  const panel = widePanel(20);
  for (const distribution of ["rademacher", "webb", "mammen", "normal"] as const) {
    const [a, b] = [run(panel, { distribution }), run(panel, { distribution })];
    assert.deepEqual(a, b);
    const other = run(panel, { distribution, seed: 12 });
    assert.notDeepEqual(other.bootstrapStatistics, a.bootstrapStatistics);
    const error = Math.sqrt(2 * a.pValue * (1 - a.pValue) / 4999);
    assert.ok(Math.abs(other.pValue - a.pValue) < 4 * error, distribution);
  }
});

Deno.test("draws are fixed for good: how many of 4999 are as extreme, by distribution", () => {
  const panel = widePanel(20);
  const found = (["rademacher", "webb", "mammen", "normal"] as const).map((distribution) =>
    run(panel, { distribution }).pValue * 4999
  );
  assert.deepEqual(found.map(Math.round), [353, 375, 452, 321]);
});

Deno.test("blocks computed apart are the same numbers as blocks computed together", () => {
  const panel = widePanel(20);
  const { regression } = fit(panel);
  const restrictions = { rows: [Float64Array.of(1, 0)], values: [0], labels: ["d"] };
  const basis = clusterBasis(regression!.fit, regression!.clusters[0], restrictions);
  const system = bootstrapSystem(basis, "31", true);
  for (const distribution of ["rademacher", "webb"] as const) {
    const plan = planDraws(20, 3 * BLOCK + 100, distribution, 5);
    const whole = simulateDraws(system, plan, true);
    const parts = [[2, 4], [0, 1], [1, 2]].map(([from, to]) => ({
      from,
      drawn: simulateDraws(system, plan, true, from, to),
    })).sort((a, b) => a.from - b.from);
    const joined = parts.flatMap(({ drawn }) => [...drawn.numerator]);
    assert.deepEqual(joined, [...whole.numerator]);
    assert.deepEqual(parts.flatMap(({ drawn }) => [...drawn.moves!.curve]), [
      ...whole.moves!.curve,
    ]);
  }
});

Deno.test("results do not depend on row order, cluster labels or the scale of the outcome", () => {
  const base = widePanel(20);
  const rows = base.map((row) => ({
    unit: row.unit,
    year: row.time,
    d: row.value("d"),
    x: row.value("x"),
    y: row.value("y"),
  }));
  const variants: [string, Panel, number][] = [
    ["rows reversed", madePanel([...rows].reverse()), 1],
    [
      "labels scrambled",
      madePanel(rows.map((r) => ({ ...r, unit: (Number(r.unit) * 7 + 3) % 20 }))),
      1,
    ],
    [
      "labels in words",
      madePanel(rows.map((r) => ({ ...r, unit: `area ${97 - Number(r.unit)}` }))),
      1,
    ],
    ["outcome times −1000", madePanel(rows.map((r) => ({ ...r, y: -1000 * r.y }))), -1000],
  ];
  for (const options of [{}, { type: "33" as const }, { distribution: "webb" as const }]) {
    const expected = run(base, options);
    for (const [label, panel, scale] of variants) {
      const actual = run(panel, options);
      assert.equal(actual.pValue, expected.pValue, label);
      assertClose(actual.statistic, Math.sign(scale) * expected.statistic, 1e-9, label);
      const ends = [actual.low! / scale, actual.high! / scale].sort((a, b) => a - b);
      assertClose(ends[0], expected.low!, 1e-6, label);
      assertClose(ends[1], expected.high!, 1e-6, label);
    }
  }
});

Deno.test("the confidence set is where the test does not reject", () => {
  const panel = widePanel(12);
  for (
    const options of [{}, { impose: false }, { type: "33" as const }, { ties: "strict" as const }]
  ) {
    const set = run(panel, options);
    const width = set.high! - set.low!;
    const at = (value: number) => run(panel, { ...options, null: value }).pValue;
    assert.ok(set.enumerated);
    assert.ok(at(set.low! + 1e-6 * width) > 0.05);
    assert.ok(at(set.low! - 1e-6 * width) <= 0.05);
    assert.ok(at(set.high! - 1e-6 * width) > 0.05);
    assert.ok(at(set.high! + 1e-6 * width) <= 0.05);
    assert.ok(set.low! < set.estimate! && set.estimate! < set.high!);
  }
});

Deno.test("with five clusters no value can be rejected at 5 %: the set is open and says so", () => {
  const set = run(widePanel(5));
  assert.deepEqual([set.low, set.high, set.lowOpen, set.highOpen], [null, null, true, true]);
  assert.match(
    set.openReason!,
    /no value below or above the estimate is rejected at the 5 % level/,
  );
  const strict = run(widePanel(5), { ties: "strict" });
  assert.ok(strict.low !== null && strict.high !== null);
});

Deno.test("ties: the original sign vector and its mirror image count, or do not", () => {
  const panel = madePanel();
  const [counted, strict] = [run(panel), run(panel, { ties: "strict" })];
  assert.equal(counted.draws, 128);
  assert.equal(counted.pValue - strict.pValue, 2 / 128);
  assert.ok(counted.notes.some((note) => note.includes("|t*| ≥ |t|")));
  assert.ok(strict.notes.some((note) => note.includes("|t*| > |t|")));
});

Deno.test("weights have mean 0 and variance 1, and take the published values", () => {
  const draw = new Float64Array(100_000);
  const points: Record<WeightDistribution, number> = {
    rademacher: 2,
    webb: 6,
    mammen: 2,
    normal: 0,
  };
  for (const [name, count] of Object.entries(points)) {
    weightDraw(name)(stream(4, 0), draw);
    const mean = draw.reduce((sum, v) => sum + v, 0) / draw.length;
    const square = draw.reduce((sum, v) => sum + v * v, 0) / draw.length;
    assert.ok(Math.abs(mean) < 4 / Math.sqrt(draw.length), `${name} mean ${mean}`);
    assert.ok(Math.abs(square - 1) < 0.02, `${name} variance ${square}`);
    if (count > 0) assert.equal(new Set(draw).size, count, name);
  }
  const third = (name: WeightDistribution) => {
    weightDraw(name)(stream(4, 0), draw);
    return draw.reduce((sum, v) => sum + v ** 3, 0) / draw.length;
  };
  assert.ok(Math.abs(third("mammen") - 1) < 0.03, "Mammen's third moment is 1");
  assert.ok(Math.abs(third("webb")) < 0.03);
});

Deno.test("rejects what cannot be computed, naming option, value and remedy", () => {
  const panel = madePanel();
  const refuse = (options: Record<string, unknown>, pattern: RegExp) =>
    assert.throws(
      () =>
        wildClusterBootstrap(
          fit(panel),
          { term: "d", seed: 1, ...options } as WildBootstrapOptions,
        ),
      (error) => error instanceof InputError && pattern.test(error.message),
    );
  refuse({ draws: 0 }, /draws must be a whole number.*value 0.*Remedy/);
  refuse({ draws: 99.5 }, /draws must be a whole number/);
  refuse({ seed: undefined }, /seed is not given/);
  refuse({ seed: -1 }, /seed must be a whole number.*value -1/);
  refuse({ distribution: "gamma" }, /no such distribution.*gamma.*rademacher, webb/);
  refuse({ type: "21" }, /type does not take this value.*21.*11, 13, 31, 33/);
  refuse({ ties: "half" }, /ties does not take/);
  refuse({ B: 99 }, /no such option.*"B"/);
  refuse({ smallSample: { adj: true } }, /no such part of the small-sample rule.*"adj"/);
  refuse({ confidenceLevel: 95 }, /confidenceLevel/);
  refuse({ term: "q" }, /no such term.*d, x/);
  refuse({ term: undefined }, /nothing to test/);
  refuse({ weights: { x: 1 } }, /given in different ways/);
  refuse({ null: NaN }, /1 finite value/);
  refuse({ term: undefined, weights: { d: 0 } }, /says nothing of its own/);
  refuse({ term: undefined, joint: ["d", { d: 2 }] }, /says nothing of its own.*collinear with d/);
  refuse({ term: undefined, joint: ["d", "x"], null: [0] }, /2 finite value/);
  refuse({ cluster: "nowhere" }, /no such column/);
  assert.throws(
    () => run(panel.with("all", () => 1), { cluster: "all" }),
    /only one cluster.*column "all"/,
  );
  assert.throws(
    () =>
      run(panel.with("two", (row) => Number(row.unit) % 2), {
        cluster: "two",
        term: undefined,
        joint: ["d", "x"],
      }),
    /2 restrictions cannot be told apart with 2 clusters/,
  );
});

Deno.test("when one cluster holds all treated units the jackknife says so and the null-imposed scores do not need it", () => {
  const panel = madePanel(panelRecords().map((r) => ({ ...r, d: r.unit === 3 ? r.d : 0 })));
  for (const options of [{ type: "13" }, { type: "33" }, { type: "31", impose: false }] as const) {
    assert.throws(
      () => run(panel, options),
      /Without cluster 3 the tested effect cannot be estimated/,
    );
  }
  assert.ok(run(panel, { type: "31" }).pValue > 0);
});

Deno.test("an estimate without a regression, or clustered in two dimensions, is refused with a way out", () => {
  const panel = madePanel();
  const both = twfe(panel, { outcome: "y", treatment: "d", cluster: ["unit", "year"] });
  assert.throws(() => wildClusterBootstrap(both, { term: "d", seed: 1 }), /several dimensions/);
  assert.ok(wildClusterBootstrap(both, { term: "d", seed: 1, cluster: "unit" }).pValue > 0);
  const hc = twfe(panel, { outcome: "y", treatment: "d", covariance: "HC1" });
  assert.throws(() => wildClusterBootstrap(hc, { term: "d", seed: 1 }), /not clustered/);
  const mapped = lincom(both, { d: 2 }, "twice d");
  assert.throws(
    () => wildClusterBootstrap(mapped, { term: "twice d", seed: 1 }),
    /no single regression behind it.*weights/,
  );
});

Deno.test("the test has about its size: 5 % of 400 samples without an effect", () => {
  const random = stream(2026, 0);
  let rejected = 0;
  for (let sample = 0; sample < 400; sample++) {
    const common = Array.from({ length: 10 }, () => random.normal());
    const records = Array.from({ length: 60 }, (_, i) => {
      const unit = Math.floor(i / 6);
      const t = i % 6;
      const d = unit < 4 && t >= 3 ? 1 : 0;
      return { unit, year: t, d, y: common[unit] * t + random.normal() };
    });
    const estimate = twfe(madePanel(records), { outcome: "y", treatment: "d" });
    const { pValue } = wildClusterBootstrap(estimate, {
      term: "d",
      seed: sample,
      draws: 1023,
      confidenceSet: false,
    });
    if (pValue <= 0.05) rejected++;
  }
  // Four standard errors of a share of 5 % in 400.
  assert.ok(rejected > 3 && rejected < 38, `${rejected} of 400 rejected`);
});
