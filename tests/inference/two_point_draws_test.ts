import assert from "node:assert/strict";
import {
  groupUnits,
  multiplierDraws,
  multiplierSetup,
} from "../../lib/inference/bands/multipliers.ts";
import { twoPointDraws } from "../../lib/inference/bands/two-point-draws.ts";
import { stream } from "../../lib/inference/random.ts";
import { multiplierBand } from "../../lib/inference/bands.ts";
import { BLOCK, type DrawPlan, planDraws } from "../../lib/inference/wild/draws.ts";
import { twoPointDraw, weightDraw } from "../../lib/inference/wild/weights.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { assertClose } from "../support/close.ts";
import { share, widePanel } from "./wild-data.ts";

const TWO_POINTS = ["rademacher", "mammen"] as const;
/** What products one after the other gave before sums were looked up. */
const FIRST = [[1.309811694747275, 2.1423191278493556], [3.5804131519752667, 8.750184586971809]];

const functions = (terms: number, groups: number) =>
  Array.from(
    { length: terms },
    (_, k) => Float64Array.from({ length: groups }, (_, i) => (share(i, 3 + k) - 0.4) * (k + 1)),
  );

const plan = (distribution: DrawPlan["distribution"], draws: number, seed = 7): DrawPlan => ({
  distribution,
  seed,
  enumerated: false,
  draws,
});

/** Weights times influence functions, one product after the other. */
function naive(influence: readonly Float64Array[], { distribution, seed, draws }: DrawPlan) {
  const weights = new Float64Array(influence[0].length);
  const draw = weightDraw(distribution);
  let source = stream(seed, 0);
  const out = influence.map(() => new Float64Array(draws));
  for (let b = 0; b < draws; b++) {
    if (b > 0 && b % BLOCK === 0) source = stream(seed, b / BLOCK);
    draw(source, weights);
    influence.forEach((values, k) => values.forEach((value, g) => out[k][b] += value * weights[g]));
  }
  return out;
}

Deno.test("brute force: looked-up sums are weights times influence, whatever the sizes", () => {
  for (const distribution of TWO_POINTS) {
    for (const groups of [1, 2, 3, 4, 5, 31, 32, 33, 36, 63, 64, 65, 97, 128, 131]) {
      for (const terms of [1, 3, 4, 8, 9, 12, 17]) {
        const influence = functions(terms, groups);
        const own = plan(distribution, 23);
        const found = twoPointDraws(influence, own, twoPointDraw(distribution)!);
        const scale = terms * groups;
        naive(influence, own).forEach((expected, k) =>
          expected.forEach((value, b) =>
            assertClose(
              found[k][b],
              value,
              1e-14 * scale,
              `${distribution}, ${groups} groups, term ${k} of ${terms}, draw ${b}`,
              1,
            )
          )
        );
      }
    }
  }
});

Deno.test("brute force: many groups, and draws over several streams", () => {
  for (const distribution of TWO_POINTS) {
    const influence = functions(10, 1203);
    const own = plan(distribution, 2 * BLOCK + 5);
    const found = twoPointDraws(influence, own, twoPointDraw(distribution)!);
    naive(influence, own).forEach((expected, k) => {
      // Rounding of 1203 numbers of size 1 to 10.
      const largest = expected.reduce((most, v, b) => Math.max(most, Math.abs(v - found[k][b])), 0);
      assert.ok(largest < 1e-11, `${distribution}, term ${k}: ${largest}`);
    });
  }
});

Deno.test("the digits do not depend on how the work is cut, nor on the terms beside a term", () => {
  for (const distribution of TWO_POINTS) {
    const influence = functions(11, 203);
    const own = plan(distribution, BLOCK + 77);
    const weights = twoPointDraw(distribution)!;
    const whole = twoPointDraws(influence, own, weights);
    for (const held of [1, 2, 63, 1000]) {
      assert.deepEqual(twoPointDraws(influence, own, weights, held), whole, `${held} draws held`);
    }
    influence.forEach((values, k) =>
      assert.deepEqual(twoPointDraws([values], own, weights), [whole[k]], `term ${k} alone`)
    );
    assert.deepEqual(
      twoPointDraws([...influence].reverse(), own, weights),
      [...whole].reverse(),
    );
    const fewer = twoPointDraws(influence, { ...own, draws: 50 }, weights);
    assert.deepEqual(fewer, whole.map((values) => values.slice(0, 50)));
  }
});

Deno.test("the same seed gives the same draws, another seed gives others", () => {
  const influence = functions(2, 100);
  for (const distribution of TWO_POINTS) {
    const run = (seed: number) =>
      multiplierDraws(influence, planDraws(100, 99, distribution, seed));
    assert.deepEqual(run(3), run(3));
    assert.notDeepEqual(run(3), run(4));
  }
});

Deno.test("draws are fixed for good: the first of two seeds, by distribution", () => {
  const influence = functions(2, 50);
  const first = TWO_POINTS.map((distribution) =>
    [1, 2].map((seed) => multiplierDraws(influence, planDraws(50, 99, distribution, seed))[1][0])
  );
  FIRST.forEach((values, d) =>
    values.forEach((value, s) => assertClose(first[d][s], value, 1e-14, TWO_POINTS[d]))
  );
});

Deno.test("every distribution is the product of weights and influence, with few groups and with many", () => {
  for (const distribution of ["rademacher", "mammen", "webb", "normal"] as const) {
    for (const groups of [12, 32, 33, 75]) {
      const influence = functions(5, groups);
      const own = plan(distribution, 40);
      const found = multiplierDraws(influence, own);
      naive(influence, own).forEach((expected, k) =>
        expected.forEach((value, b) => assertClose(found[k][b], value, 1e-11, distribution, 1))
      );
    }
  }
});

Deno.test("sums by cluster: the band of clusters is that of the influence summed before", () => {
  const estimate = twfe(widePanel(160).with("area", (row) => Number(row.unit) % 40), {
    outcome: "y",
    treatment: "d",
    covariates: ["x"],
  });
  const options = { seed: 4, draws: 999, terms: ["d", "x"] } as const;
  const band = multiplierBand(estimate, { ...options, cluster: "area" });
  const groups = groupUnits(estimate, "area");
  const { influence } = multiplierSetup(
    estimate.influence.slice(0, 2),
    groups,
    "rademacher",
    999,
    4,
  );
  const [first, second] = naive(influence, plan("rademacher", 999, 4));
  const range = (values: Float64Array) => {
    const sorted = values.slice().sort();
    return (sorted[749] - sorted[249]) / 1.3489795003921634;
  };
  [first, second].forEach((values, k) =>
    assertClose(band.terms[k].standardError, range(values), 1e-12)
  );
});
