import assert from "node:assert/strict";
import type { Coding } from "../../lib/panel/coding.ts";
import {
  countParameters,
  covariance,
  isNested,
  repairNegative,
} from "../../lib/regression/covariance.ts";
import type { FixedEffect } from "../../lib/regression/groups.ts";
import { leastSquares } from "../../lib/regression/least-squares.ts";
import { FIXEST_RULE } from "../../lib/regression/small-sample.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { numbers } from "../support/made.ts";

const draw = numbers(12);
const [units, times] = [6, 4];
const n = units * times;
const unit = Int32Array.from({ length: n }, (_, i) => Math.floor(i / times));
const time = Int32Array.from({ length: n }, (_, i) => i % times);
const x = Float64Array.from({ length: n }, () => draw());
const y = Float64Array.from(x, (value) => 2 * value + draw());
const coding = (name: string, codes: Int32Array): Coding => ({
  name,
  codes,
  levels: [...new Set(codes)].sort((a, b) => a - b),
});
const [byUnit, byTime] = [coding("unit", unit), coding("time", time)];
const effects: FixedEffect[] = [
  { name: "unit", codes: unit, levels: units },
  { name: "time", codes: time, levels: times },
];
const fit = leastSquares({ outcome: y, names: ["x"], regressors: [x], effects, weights: null });

/** x net of unit and time means, by the textbook formula. */
const within = (() => {
  const mean = (keep: (i: number) => boolean) => {
    const rows = [...x.keys()].filter(keep);
    return rows.reduce((sum, i) => sum + x[i], 0) / rows.length;
  };
  const grand = mean(() => true);
  return x.map((value, i) =>
    value - mean((j) => unit[j] === unit[i]) - mean((j) => time[j] === time[i]) + grand
  );
})();
const sxx = within.reduce((sum, value) => sum + value ** 2, 0);
const scores = within.map((value, i) => value * fit.residuals[i]);

/** Σ of squared group sums of the scores, over (Σx²)²: a clustered variance without any factor. */
function bare(groups: Int32Array): number {
  const sums = new Map<number, number>();
  groups.forEach((g, i) => sums.set(g, (sums.get(g) ?? 0) + scores[i]));
  return [...sums.values()].reduce((total, value) => total + value ** 2, 0) / sxx ** 2;
}

const none = { ...FIXEST_RULE, parameters: false, clusters: false };
const rows = Int32Array.from({ length: n }, (_, i) => i);

Deno.test("iid and HC1 by hand", () => {
  const left = n - (1 + units + times - 1);
  const squares = fit.residuals.reduce((sum, e) => sum + e ** 2, 0);
  assertClose(covariance(fit, "iid", [], FIXEST_RULE).matrix[0], squares / left / sxx, 1e-12);
  assertClose(covariance(fit, "HC1", [], FIXEST_RULE).matrix[0], bare(rows) * n / left, 1e-12);
});

Deno.test("one-way clusters by hand, with each part of the rule", () => {
  const left = n - (1 + times); // units are nested in the clusters: one constant and the periods stay
  const factor = units / (units - 1) * (n - 1) / left;
  const result = covariance(fit, "CR1", [byUnit], FIXEST_RULE);
  assertClose(result.matrix[0], factor * bare(unit), 1e-12);
  assert.equal(result.degreesOfFreedom, units - 1);
  assertClose(covariance(fit, "CR1", [byUnit], none).matrix[0], bare(unit), 1e-12);
});

Deno.test("two-way clusters are a + b − ab", () => {
  const expected = bare(unit) + bare(time) - bare(rows);
  const result = covariance(fit, "CR1", [byUnit, byTime], none);
  if (expected >= 0) assertClose(result.matrix[0], expected, 1e-11);
  else assert.match(result.repair ?? "", /negative and are set to zero/);
  assert.equal(result.degreesOfFreedom, times - 1);
});

Deno.test("fixed effects nested in a cluster are told from those that cross it", () => {
  assert.equal(isNested(effects[0], byUnit), true);
  assert.equal(isNested(effects[1], byUnit), false);
  const count = (fixedEffects: "none" | "nonNested" | "full") =>
    countParameters(fit, [byUnit], { ...FIXEST_RULE, fixedEffects });
  assert.deepEqual([count("none"), count("nonNested"), count("full")], [
    1,
    1 + times,
    units + times,
  ]);
});

Deno.test("a negative eigenvalue is set to zero, whatever the scale; a sound matrix is left alone", () => {
  for (const scale of [1, 1e-12]) {
    const matrix = Float64Array.of(1, 2, 2, 1).map((value) => value * scale); // eigenvalues 3 and −1
    assert.match(repairNegative(matrix, 2)!, /1 of 2 eigenvalues/);
    for (const value of matrix) assertClose(value, 1.5 * scale, 1e-12);
    const sound = Float64Array.of(2, 1, 1, 2).map((value) => value * scale);
    assert.equal(repairNegative(sound, 2), null);
    assertClose(sound[0], 2 * scale, 0);
  }
});

Deno.test("no cluster, one cluster and too few rows are refused", () => {
  assertRefuses(() => covariance(fit, "CR1", [], FIXEST_RULE), "needs a cluster column");
  const one = coding("all", new Int32Array(n));
  assertRefuses(
    () => covariance(fit, "CR1", [one], FIXEST_RULE),
    "only one cluster",
    'column "all"',
  );
  const tiny = leastSquares({
    outcome: Float64Array.of(1, 2, 4),
    names: ["a", "b", "c"],
    regressors: [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0), Float64Array.of(0, 0, 1)],
    effects: [],
    weights: null,
  });
  assertRefuses(() => covariance(tiny, "iid", [], FIXEST_RULE), "3 rows for 3 parameters");
});
