import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type EventEffects,
  eventEffects,
  preTrendPower,
  simulateRollOut,
  slopeForPower,
} from "../../lib/mod.ts";
import { stream } from "../../lib/inference/random.ts";
import {
  chiSquareInverse,
  nonCentralChiSquare,
  tTwoSided,
} from "../../lib/regression/distributions.ts";
import { factorSemidefinite, solveFactored } from "../../lib/regression/semidefinite.ts";
import { normalBox } from "../../lib/diagnostics/normal-box.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { INDEPENDENT_EVENTS as INDEPENDENT } from "../support/events.ts";

Deno.test("boxes of independent and of equicorrelated normals are exact", () => {
  const box = normalBox([0, 0], Float64Array.of(1, 0, 0, 1), [-1.96, -1.96], [1.96, 1.96]);
  assertClose(box.probability, 0.9500042097035593 ** 2, 1e-12, "independent");
  // Orthant probability with correlation 1/2: 1/4 + asin(1/2)/(2π) = 1/3.
  const orthant = normalBox([0, 0], Float64Array.of(1, 0.5, 0.5, 1), [0, 0], [Infinity, Infinity]);
  assert.ok(Math.abs(orthant.probability - 1 / 3) < 2e-5, `${orthant.probability}`);
  // In three dimensions: 1/8 + 3 asin(1/2)/(4π) = 1/4.
  const three = Float64Array.of(1, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 1);
  const cone = normalBox([0, 0, 0], three, [0, 0, 0], new Array(3).fill(Infinity));
  assert.ok(Math.abs(cone.probability - 0.25) < 2e-5, `${cone.probability}`);
});

Deno.test("in up to twelve dimensions boxes agree with a one-dimensional integral, and far out they keep their digits", () => {
  const normal = (x: number) => 1 - tTwoSided(x, Infinity) / 2;
  const below = (x: number) => x >= 0 ? normal(x) : 1 - normal(x);
  for (const [n, rho, shift] of [[7, 0.5, 1], [12, 0.1, 1], [12, 0.5, 3], [12, 0.9, 0]]) {
    // Equicorrelated: x = mean + √ρ w + √(1 − ρ) e, so that given w the dimensions are independent.
    const mean = Array.from({ length: n }, (_, i) => shift * (i + 1) / n);
    const covariance = Float64Array.from({ length: n * n }, (_, k) => k % (n + 1) === 0 ? 1 : rho);
    const scale = Math.sqrt(1 - rho);
    let exact = 0;
    for (let w = -8; w <= 8; w += 0.01) {
      const chance = mean.reduce((product, m) => {
        const centre = m + Math.sqrt(rho) * w;
        return product * (below((1.96 - centre) / scale) - below((-1.96 - centre) / scale));
      }, 1);
      exact += 0.01 * chance * Math.exp(-w * w / 2) / Math.sqrt(2 * Math.PI);
    }
    const found = normalBox(mean, covariance, new Array(n).fill(-1.96), new Array(n).fill(1.96));
    assert.ok(Math.abs(found.probability - exact) < 1.5e-4, `${n}, ${rho}: ${found.probability}`);
    assert.ok(Math.abs(found.probability - exact) < 4 * found.error + 1e-12, "its own error");
    assert.deepEqual(
      found,
      normalBox(mean, covariance, new Array(n).fill(-1.96), new Array(n).fill(1.96)),
    );
  }
  // Φ(−28.04) = 2.7e−173; the mean of a normal number known to be that far out is the end less 1/28.
  const far = normalBox([30], Float64Array.of(1), [-1.96], [1.96]);
  assertClose(far.probability, 2.649e-173, 1e-2, "far out");
  assertClose(far.mean![0], 1.96 - 1 / 28.04, 1e-4, "its mean");
  assert.equal(normalBox([100], Float64Array.of(1), [-1.96], [1.96]).mean, null);
});

Deno.test("non-central χ² as R's pchisq has it, and its quantile", () => {
  // R 4.2: pchisq(x, df, ncp)
  assertClose(nonCentralChiSquare(2, 3, 4.5), 0.0934458693005724, 1e-12);
  assertClose(nonCentralChiSquare(9.48, 3, 4.5), 0.7119831691335252, 1e-12);
  assertClose(nonCentralChiSquare(20, 8, 0.3), 0.9866101907781172, 1e-12);
  assertClose(nonCentralChiSquare(100, 7, 150), 0.0058930520986992, 1e-11);
  assertClose(chiSquareInverse(0.05, 3), 7.814727903251179, 1e-12);
});

Deno.test("with independent effects the power is that of separate tests", () => {
  const slope = 0.08;
  const { power, rows } = preTrendPower(INDEPENDENT, slope);
  const pass = (mean: number, error: number) =>
    normalBox([mean / error], Float64Array.of(1), [-1.96], [1.96]).probability;
  assertClose(power, 1 - pass(-2 * slope, 0.2) * pass(-slope, 0.1), 1e-10, "power");
  assert.ok(
    Math.abs(rows[2].meanAfterTest! - slope) < 1e-12,
    "nothing spills over to later effects",
  );
});

Deno.test("power rises with the slope, and the slope found has the power asked for", () => {
  const slopes = [0.5, 0.8, 0.95].map((power) => slopeForPower(INDEPENDENT, power));
  assert.ok(slopes[0] < slopes[1] && slopes[1] < slopes[2]);
  assertClose(preTrendPower(INDEPENDENT, slopes[1]).power, 0.8, 1e-7, "power");
});

Deno.test("the slope scales with the outcome", () => {
  const scaled = {
    ...INDEPENDENT,
    effects: INDEPENDENT.effects.map((value) => 10 * value),
    covariance: INDEPENDENT.covariance.map((value) => 100 * value),
  };
  assertClose(slopeForPower(scaled, 0.5), 10 * slopeForPower(INDEPENDENT, 0.5), 1e-6, "slope");
});

Deno.test("passing the test bends the later estimates towards the trend that it missed", () => {
  const correlated: EventEffects = {
    times: [-2, 0],
    effects: Float64Array.of(0, 0),
    covariance: Float64Array.of(1, 0.5, 0.5, 1),
    base: -1,
  };
  const { rows } = preTrendPower(correlated, 1);
  assert.ok(rows[0].meanAfterTest! > rows[0].trend && rows[1].meanAfterTest! > rows[1].trend);
});

const CORRELATED: EventEffects = {
  times: [-4, -3, -2, 0],
  effects: Float64Array.of(0.3, 0.1, -0.2, 1),
  covariance: Float64Array.of(2, 1, 0.5, 0.6, 1, 1.5, 0.5, 0.5, 0.5, 0.5, 1, 0.4, 0.6, 0.5, 0.4, 1),
  base: -1,
};

Deno.test("power and means after either test agree with draws", () => {
  const { lower } = factorSemidefinite(
    CORRELATED.covariance.slice(),
    Float64Array.of(2, 1.5, 1, 1),
  );
  const trend = (time: number) => 0.4 * (time + 1) ** 2;
  const random = stream(7, 0);
  const draws = Array.from({ length: 200_000 }, () => {
    const z = Array.from({ length: 4 }, () => random.normal());
    return CORRELATED.times.map((time, i) =>
      trend(time) + z.reduce((sum, value, k) => k <= i ? sum + lower[i * 4 + k] * value : sum, 0)
    );
  });
  const wald = (x: readonly number[]) => {
    const gap = Float64Array.from(x.slice(0, 3));
    const pre = Float64Array.of(2, 1, 0.5, 1, 1.5, 0.5, 0.5, 0.5, 1);
    const solved = gap.slice();
    solveFactored(factorSemidefinite(pre, Float64Array.of(2, 1.5, 1)), solved);
    return gap.reduce((sum, value, k) => sum + value * solved[k], 0);
  };
  const passes = {
    individual: (x: readonly number[]) =>
      [2, 1.5, 1].every((variance, k) => Math.abs(x[k]) <= 1.96 * Math.sqrt(variance)),
    joint: (x: readonly number[]) => wald(x) <= 7.814727903251179,
  };
  for (const test of ["individual", "joint"] as const) {
    const kept = draws.filter(passes[test]);
    const found = preTrendPower(CORRELATED, trend, { test });
    assert.ok(Math.abs(found.power - (1 - kept.length / draws.length)) < 0.004, test);
    found.rows.forEach(({ meanAfterTest }, k) => {
      const mean = kept.reduce((sum, x) => sum + x[k], 0) / kept.length;
      assert.ok(Math.abs(meanAfterTest! - mean) < 0.02, `${test} ${k}: ${meanAfterTest}, ${mean}`);
    });
  }
  assertClose(preTrendPower(CORRELATED, trend, { test: "joint" }).size, 0.05, 1e-9, "size");
});

Deno.test("a trend may be a slope, a function or values, and any shape can be scaled to a power", () => {
  const slope = preTrendPower(CORRELATED, 0.5);
  const same = preTrendPower(CORRELATED, (time) => 0.5 * (time + 1));
  const listed = preTrendPower(CORRELATED, [-1.5, -1, -0.5, 0.5]);
  assert.equal(same.power, slope.power);
  assert.equal(listed.power, slope.power);
  assert.equal(same.slope, null);
  const shape = (time: number) => time < -2 ? 1 : 0;
  const factor = slopeForPower(CORRELATED, 0.8, { shape, test: "joint" });
  const power = preTrendPower(CORRELATED, (time) => factor * shape(time), { test: "joint" }).power;
  assertClose(power, 0.8, 1e-8, "power of the scaled shape");
  assertRefuses(() => preTrendPower(CORRELATED, () => 1), "zero in the base period -1");
  assertRefuses(() => preTrendPower(CORRELATED, [1, 2]), "2 values", "4 effects");
  assertRefuses(() => preTrendPower(CORRELATED, [1, NaN, 0, 0]), "time -3");
  assertRefuses(() => slopeForPower(CORRELATED, 0.5, { shape: () => 0 }), "zero in every period");
  assertRefuses(() => preTrendPower(CORRELATED, 1, { test: "joint", threshold: 2 }), "threshold");
  assertRefuses(() => preTrendPower(CORRELATED, 1, { level: 0.1 }), "level");
});

Deno.test("a trend that nobody could miss has power one, and says that no mean can be computed", () => {
  for (const test of ["individual", "joint"] as const) {
    const found = preTrendPower(CORRELATED, 1000, { test });
    assert.equal(found.power, 1);
    assert.equal(found.rows[0].meanAfterTest, null);
    assert.ok(found.notes.some((note) => note.includes("no mean can be computed")));
    assert.ok(found.toTable().toMarkdown().includes("—"));
  }
});

Deno.test("any event study serves, with its base period", () => {
  const { panel } = simulateRollOut({ seed: 2, cohorts: [{ from: 6, effects: () => 1 }] });
  const study = callawaySantAnna(panel, {
    outcome: "y",
    cohort: "cohort",
    controlGroup: "never",
    basePeriod: "universal",
  }).aggregate("dynamic");
  const events = eventEffects(study, -1);
  assert.deepEqual(events.times, [-5, -4, -3, -2, 0, 1, 2, 3, 4]);
  assert.ok(slopeForPower(events, 0.8) > 0);
});

Deno.test("what cannot be computed is refused by name", () => {
  const none = { ...INDEPENDENT, base: -4 };
  assertRefuses(() => preTrendPower(none, 0.1), "before the base period -4");
  const singular = {
    ...INDEPENDENT,
    covariance: Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1),
  };
  assertRefuses(() => slopeForPower(singular, 0.5), "singular");
  assertRefuses(() => slopeForPower(INDEPENDENT, 0.05), "power");
  assertRefuses(() => preTrendPower(INDEPENDENT, 0.1, { threshold: 0 }), "threshold");
  assertRefuses(() => preTrendPower(INDEPENDENT, NaN), "slope");
});
