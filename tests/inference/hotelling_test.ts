import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import {
  callawaySantAnna,
  type Estimate,
  eventStudy,
  type HotellingOptions,
  hotellingTest,
  lincom,
  preTrendTest,
  twfe,
  withCovariance,
} from "../../lib/mod.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { GAPPY_ROWS as rows, gappyEvents as fit, panelOf } from "../support/events.ts";
import { madePanel } from "../support/made.ts";
import { denseHotelling } from "./hotelling-brute-force.ts";
const THREE = { terms: ["g × 1", "g × 2", "g × 5"] };

function assertSame(a: Estimate, b: Estimate, options: HotellingOptions, label: string): void {
  const [one, other] = [hotellingTest(a, options), hotellingTest(b, options)];
  assertClose(one.f, other.f, 1e-8, `${label}: F`);
  assertClose(one.eta, other.eta, 1e-8, `${label}: eta`);
  assertClose(one.pValue, other.pValue, 1e-7, `${label}: p`);
}

for (const weights of [undefined, "w", "steady"] as const) {
  for (const cluster of ["unit", "region"] as const) {
    Deno.test(`as by n × n matrices and every element's variance: ${weights ?? "no"} weights, by ${cluster}`, () => {
      // With weights that change within a cluster CR2's generalised inverse has more to do.
      const used: Record<string, number | string>[] = rows.map((row, i) => ({
        ...row,
        steady: row.w,
        w: Number(row.w) + i % 3,
      }));
      const estimate = fit(used, { cluster, ...(weights === undefined ? {} : { weights }) });
      const dummies = (key: string, drop: number) =>
        [...new Set(used.map((row) => row[key]))].slice(drop)
          .map((level) => used.map((row) => row[key] === level ? 1 : 0));
      const columns = [
        ...[1, 2, 4, 5, 6].map((t) => used.map((row) => row.t === t ? Number(row.g) : 0)),
        used.map((row) => Number(row.x)),
        ...dummies("unit", 0),
        ...dummies("t", 1),
      ];
      const picks = [0, 1].map((k) => columns.map((_, j) => j === k ? 1 : 0));
      const dense = denseHotelling({
        x: new Matrix(columns).transpose(),
        y: used.map((row) => Number(row.y)),
        weights: used.map((row) => weights === undefined ? 1 : Number(row[weights])),
        clusters: [...Map.groupBy(used.keys(), (i) => used[i][cluster]).values()],
        restrictions: new Matrix(picks),
      });
      const found = hotellingTest(estimate, { terms: ["g × 1", "g × 2"] });
      assertClose(found.wald, dense.wald, 1e-8, "Q");
      assertClose(found.eta, dense.eta, 1e-8, "eta");
      assertClose(found.f, (dense.eta - 1) / dense.eta * dense.wald / 2, 1e-8, "F");
    });
  }
}

Deno.test("the way the restrictions are written does not matter, nor do rows, names, units of y and weights", () => {
  for (const weights of [undefined, "w"] as const) {
    const more = weights === undefined ? {} : { weights };
    const estimate = fit(rows, more);
    const [a, b, c] = THREE.terms;
    const mixed = {
      restrictions: [{ [a]: 2, [b]: -1 }, { [b]: 3, [c]: 1e-3 }, { [a]: 1, [b]: 1, [c]: -100 }],
    };
    const [one, other] = [hotellingTest(estimate, THREE), hotellingTest(estimate, mixed)];
    assertClose(one.f, other.f, 1e-8, "recombined F");
    assertClose(one.eta, other.eta, 1e-8, "recombined eta");
    const shuffled = rows.map((_, i) => rows[(i * 7) % rows.length]);
    assertSame(estimate, fit(shuffled, more), THREE, "rows");
    const renamed = rows.map((row) => ({
      ...row,
      unit: `z${(Number(String(row.unit).slice(1)) * 5) % 12}`,
    }));
    assertSame(estimate, fit(renamed, more), THREE, "names");
    const moved = rows.map((row) => ({
      ...row,
      y: 1e4 * Number(row.y) + 1e5 * Number(String(row.unit).slice(1)),
      w: 1e6 * Number(row.w),
    }));
    assertSame(estimate, fit(moved, more), THREE, "units of y and of weights, unit effects");
  }
});

Deno.test("in a balanced panel of two groups η does not depend on how many effects are tested", () => {
  const events = eventStudy(madePanel(), { outcome: "y", exposure: "g", reference: 3 });
  const single = withCovariance(events, { type: "CR2" }).effects[0].degreesOfFreedom;
  for (const count of [1, 2, 4]) {
    const terms = events.design.effects.slice(0, count);
    assertClose(hotellingTest(events, { terms }).eta, single, 1e-9, `${count}`);
  }
});

Deno.test("a null value is what the effects are measured from; the default is all effects", () => {
  const estimate = fit();
  const values = THREE.terms.map((name) => estimate.term(name).estimate);
  const at = hotellingTest(estimate, { ...THREE, null: values });
  assert.ok(at.f < 1e-20 && at.pValue === 1);
  const five = hotellingTest(estimate);
  assert.deepEqual(five.terms, estimate.design.effects);
  assert.equal(five.restrictions, 5);
  assert.deepEqual(five.clusters, { name: "unit", count: 12 });
});

Deno.test("26 clusters, 9 treated, 7 effects: the F test rejects a true null far too often, HTZ does not", () => {
  const runs = 400;
  const rejected = { F: 0, HTZ: 0 };
  for (let run = 0; run < runs; run++) {
    const random = stream(33, run);
    const made = Array.from({ length: 26 }, (_, unit) => {
      let error = random.normal() / Math.sqrt(0.75);
      return Array.from({ length: 8 }, (_, t) => {
        const y = unit + error;
        error = 0.5 * error + random.normal();
        return { unit, t, g: unit < 9 ? 1 : 0, y };
      });
    }).flat();
    const events = eventStudy(panelOf(made), { outcome: "y", exposure: "g", reference: 7 });
    for (const test of ["F", "HTZ"] as const) {
      if (preTrendTest(events, { test }).pValue < 0.05) rejected[test]++;
    }
  }
  // 2,000 panels: F 20.5 %, HTZ 2.8 % (the wild bootstrap about 6 %).
  assert.ok(rejected.F / runs > 0.14, `F ${rejected.F}`);
  assert.ok(rejected.HTZ / runs > 0.005 && rejected.HTZ / runs < 0.055, `HTZ ${rejected.HTZ}`);
});

Deno.test("what cannot be computed says why", () => {
  const estimate = fit();
  const combined = lincom(estimate, { "g × 1": 1, "g × 2": 1 }, "sum");
  assertRefuses(
    () => hotellingTest(combined),
    "cannot be computed, because",
    "no single regression",
  );
  const staggered = callawaySantAnna(madePanel(), { outcome: "y", cohort: "first" });
  assertRefuses(() => hotellingTest(staggered), "no single regression", "jointScoreBootstrap");
  const byRegion = fit(rows, { cluster: "region" });
  assertRefuses(() => hotellingTest(byRegion), "cannot be computed, because", "4 clusters");
  const two = { terms: ["g × 1", "g × 2"], cluster: "g" };
  assertRefuses(() => hotellingTest(estimate, two), "cannot be computed");
  const twice = { restrictions: [{ "g × 1": 1 }, { "g × 1": -2 }] };
  assertRefuses(() => hotellingTest(estimate, twice), "nothing of its own");
  const robust = twfe(madePanel(), { outcome: "y", treatment: "d", covariance: "HC1" });
  assertRefuses(() => hotellingTest(robust), "not clustered");
  assert.equal(hotellingTest(robust, { cluster: "unit" }).clusters.count, 12);
  const perfect = rows.map((row) => ({ ...row, y: Number(row.x) }));
  assertRefuses(() => hotellingTest(fit(perfect)), "fits perfectly");
});

Deno.test("bad options are named", () => {
  const refuses = (options: unknown, ...words: string[]) =>
    assertRefuses(() => hotellingTest(fit(), options as never), ...words);
  refuses({ term: "g × 1" }, "no such option", "term");
  refuses({ terms: "g × 1" }, "terms", "list");
  refuses({ terms: [] }, "nothing to test");
  refuses({ terms: ["nobody"] }, "no such term", "nobody");
  refuses({ terms: ["g × 1"], restrictions: [{ "g × 2": 1 }] }, "different ways");
  refuses({ restrictions: [3] }, "neither");
  refuses({ ...THREE, null: [1] }, "3 finite");
  refuses({ ...THREE, cluster: "nobody" }, "nobody");
  refuses({ ...THREE, cluster: ["unit"] }, "one column");
  refuses(null, "options");
});

Deno.test("a cluster that takes a direction with it is named, as in CR2", () => {
  const block = rows.map((row) => ({ ...row, block: row.g === 1 ? "treated" : String(row.unit) }));
  const estimate = twfe(panelOf(block), { outcome: "y", treatment: "d", cluster: "block" });
  const notes = withCovariance(estimate, { type: "CR2" }).design.notes;
  assert.ok(notes.some((note) => /not bias-reduced for block treated/.test(note)));
  // The effect itself goes with it: CR2 has no share of the treated, and HTZ would reject always.
  assertRefuses(() => hotellingTest(estimate), "without block treated", "cannot be estimated");
  // A covariate of that cluster's own is lost with it, but what is tested is not.
  const own = panelOf(rows.map((row) => ({ ...row, only: row.unit === "u7" ? Number(row.x) : 0 })));
  const beside = eventStudy(own, {
    outcome: "y",
    exposure: "g",
    reference: 3,
    covariates: ["only"],
    covariance: "HC1",
  });
  const found = hotellingTest(beside, { ...THREE, cluster: "unit" });
  assert.match(found.notes.join(), /not bias-reduced for unit u7/);
  // Weights that are the same all through a cluster lose nothing of the regressors: no warning.
  assert.deepEqual(hotellingTest(fit(rows, { weights: "w" }), THREE).notes, []);
});

Deno.test("one treated cluster: HTZ would reject every true null, so it is refused, with weights too", () => {
  for (const weights of [undefined, "w"] as const) {
    const one = rows.map((row) => ({ ...row, g: row.unit === "u2" ? 1 : 0 }));
    const estimate = fit(one, weights === undefined ? {} : { weights });
    assertRefuses(() => hotellingTest(estimate, THREE), "without unit u2", "permutationTest");
    const found = preTrendTest(estimate);
    assert.equal(found.test, "F");
    assert.match(found.notes.join(), /without unit u2/);
  }
});
