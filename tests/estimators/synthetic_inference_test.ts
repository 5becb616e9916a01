import assert from "node:assert/strict";
import {
  type Estimate,
  multiplierBand,
  type Panel,
  syntheticDid,
  type SyntheticOptions,
  syntheticPlaceboTest,
  waldTest,
} from "../../lib/mod.ts";
import { countAssignments, forEachAssignment } from "../../lib/estimators/synthetic/placebo.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { factorPanel } from "../support/synthetic.ts";

const columns = { outcome: "y", cohort: "first" } as const;
const one = () => factorPanel({ cohorts: { 9: 1 }, controls: 20 });

function overall(panel: Panel, options: Partial<SyntheticOptions>) {
  return syntheticDid(panel, { ...columns, ...options }).term("overall");
}

function assertContract(estimate: Estimate, tolerance = 1e-8): void {
  estimate.influence.forEach((a, k) =>
    estimate.influence.forEach((b, l) => {
      const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
      const scale = estimate.terms[k].standardError * estimate.terms[l].standardError;
      assertClose(product, estimate.covariance[k][l], tolerance, `${k}, ${l}`, scale);
    })
  );
  estimate.influence.forEach((row, k) => {
    const sum = row.reduce((total, value) => total + value, 0);
    assertClose(sum, 0, 1e-8, `influence ${k} sums to zero`, estimate.terms[k].standardError);
  });
}

Deno.test("influence: its products sum to the covariance, whatever the inference", () => {
  for (const inference of ["jackknife", "placebo", "bootstrap"] as const) {
    for (const cohorts of [{ 9: 5 }, { 7: 3, 10: 2 }] as Record<number, number>[]) {
      const options = { ...columns, inference, draws: 80, seed: 2 };
      assertContract(syntheticDid(factorPanel({ cohorts }), options));
    }
  }
  assertContract(syntheticDid(one(), columns));
});

Deno.test("fewer units than effects: variances hold, and a note says that covariances cannot", () => {
  const panel = factorPanel({ controls: 5, cohorts: { 20: 2, 30: 2 }, periods: 40 });
  const estimate = syntheticDid(panel, { ...columns, inference: "bootstrap", draws: 80, seed: 2 });
  assert.match(estimate.design.notes.join(), /too few units for all covariances/);
  estimate.influence.forEach((row, k) => {
    const squares = row.reduce((sum, value) => sum + value * value, 0);
    assertClose(squares, estimate.covariance[k][k], 1e-9, `${k}`);
  });
});

Deno.test("bands and joint tests work on the result", () => {
  const estimate = syntheticDid(factorPanel(), { ...columns, inference: "jackknife" });
  const band = multiplierBand(estimate, { draws: 199, seed: 1 });
  assert.ok(band.criticalValue > 1.9);
  assert.ok(waldTest(estimate, ["event time 0", "event time 1"]).pValue < 0.05);
});

Deno.test("placebo by brute force: each control treated in a panel without the treated", () => {
  const panel = one();
  for (const method of ["sdid", "sc", "did"] as const) {
    const estimate = syntheticDid(panel, { ...columns, method });
    const [{ zetaOmega, zetaLambda }] = estimate.comparisons;
    const controls = panel.where("controls", (row) => row.unit !== 20);
    const found = controls.units.map((unit) => {
      const assigned = controls.with("first", (row) => row.unit === unit ? 9 : 0);
      return overall(assigned, { method, zetaOmega, zetaLambda }).estimate;
    });
    const mean = found.reduce((a, b) => a + b) / found.length;
    const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / found.length;
    assertClose(estimate.term("overall").standardError, Math.sqrt(variance), 1e-9, method);
    const test = syntheticPlaceboTest(panel, { ...columns, method });
    const reached = found.filter((v) => Math.abs(v) >= Math.abs(test.observed.estimate)).length;
    assertClose(test.pEstimate, (1 + reached) / 21, 1e-12, "p");
  }
});

Deno.test("jackknife by brute force: means of units under the weights that are left", () => {
  const panel = factorPanel();
  const estimate = syntheticDid(panel, { ...columns, inference: "jackknife" });
  const [{ unitWeights, timeWeights }] = estimate.comparisons;
  const lambda = new Map(timeWeights.map(({ time, weight }) => [time, weight]));
  const change = new Map(panel.units.map((unit) => [unit, 0]));
  for (let i = 0; i < panel.rows; i++) {
    const { unit, time, value } = panel.row(i);
    const weight = time >= 9 ? 1 / 6 : -lambda.get(time)!;
    change.set(unit, change.get(unit)! + weight * value("y"));
  }
  const refits = panel.units.map((left) => {
    let [sum, total, treated, count] = [0, 0, 0, 0];
    for (const { unit, weight } of unitWeights) {
      if (unit === left) continue;
      sum += weight * change.get(unit)!;
      total += weight;
    }
    for (let unit = 24; unit < 29; unit++) {
      if (unit === left) continue;
      treated += change.get(unit)!;
      count++;
    }
    return treated / count - sum / total;
  });
  const mean = refits.reduce((a, b) => a + b) / 29;
  const variance = 28 / 29 * refits.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  assertClose(estimate.term("overall").standardError, Math.sqrt(variance), 1e-10);
});

Deno.test("the same seed gives the same digits, another one others; the rule is in the design", () => {
  for (const inference of ["placebo", "bootstrap"] as const) {
    const options = { inference, draws: 50 };
    const [a, b, c] = [7, 7, 8].map((seed) => overall(factorPanel(), { ...options, seed }));
    assert.equal(a.standardError, b.standardError);
    assert.notEqual(a.standardError, c.standardError);
    const { design } = syntheticDid(factorPanel(), { ...columns, ...options, seed: 7 });
    assert.match(design.covariance.smallSample, /50 .*seed 7/);
    assert.equal(design.degreesOfFreedom, Infinity);
    assertRefuses(() => overall(factorPanel(), options), "seed is not given");
    assertRefuses(() => overall(factorPanel(), { ...options, draws: 0, seed: 1 }), "draws");
  }
});

Deno.test("all placebo assignments are visited once, for cohorts too", () => {
  for (const [count, sizes] of [[5, [1]], [6, [2]], [6, [2, 1]], [5, [1, 1, 2]]] as const) {
    const seen = new Set<string>();
    forEachAssignment(count, sizes, (order) => {
      assert.deepEqual([...order].sort(), [...Array(count).keys()]);
      let from = count - sizes.reduce((sum: number, size) => sum + size, 0);
      seen.add(sizes.map((size) => [...order.slice(from, from += size)].sort()).join("|"));
    });
    assert.equal(seen.size, countAssignments(count, sizes));
  }
  assert.equal(countAssignments(17, [9]), 24310);
});

Deno.test("inference that is not defined is refused with the remedy", () => {
  for (const inference of ["jackknife", "bootstrap"] as const) {
    assertRefuses(
      () => overall(one(), { inference }),
      `The ${inference} is not defined`,
      "placebo",
    );
  }
  assertRefuses(
    () => overall(factorPanel({ controls: 4, cohorts: { 9: 5 } }), {}),
    "more controls than treated units, but there are 4 and 5",
    "jackknife",
  );
  const lone = factorPanel({ cohorts: { 7: 3, 10: 1 } });
  assertRefuses(() => overall(lone, { inference: "jackknife" }), "no effect of 10");
  const single = factorPanel({ controls: 1, cohorts: { 9: 3 } });
  assertRefuses(
    () => overall(single, { inference: "jackknife" }),
    "one control has all the weight",
  );
});

Deno.test("a bootstrap leaves out effects that rest on one treated unit, by name", () => {
  const panel = factorPanel({ cohorts: { 6: 1, 9: 4 } });
  const estimate = syntheticDid(panel, { ...columns, inference: "bootstrap", draws: 40, seed: 1 });
  const dropped = estimate.design.droppedColumns;
  assert.ok(dropped.some(({ name }) => name === "event time 8"));
  assert.ok(dropped.every(({ reason }) => reason.includes("one treated unit")));
  assertRefuses(() => estimate.term("event time 8"), "rests on one treated unit");
});

Deno.test("an effect that is zero by construction has no error and is left out", () => {
  // What comes after is three times the last period before, which a share cannot reach: all time weight lies there.
  const panel = factorPanel({ periods: 6, cohorts: { 4: 5 }, noise: 0.3 });
  const wave = (unit: unknown) => 20 * Math.sin(Number(unit));
  const still = panel.with(
    "y",
    (row) =>
      row.time < 3
        ? row.value("y")
        : (row.time === 3 ? 1 : 3) * wave(row.unit) + (row.value("d") === 1 ? 2 : 0),
  );
  const estimate = syntheticDid(still, { ...columns, inference: "jackknife" });
  const [{ timeWeights }] = estimate.comparisons;
  assert.deepEqual(timeWeights.map(({ weight }) => weight), [0, 0, 1]);
  assert.equal(estimate.design.droppedColumns[0].name, "event time -1");
  assertRefuses(() => estimate.term("event time -1"), "the same in every sample");
  assert.ok(estimate.terms.every(({ standardError }) => standardError > 0));
});
