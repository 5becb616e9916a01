import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type EventEffects,
  eventEffects,
  preTrendPower,
  simulateRollOut,
  slopeForPower,
} from "../../lib/mod.ts";
import { normalBox } from "../../lib/diagnostics/normal-box.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const INDEPENDENT: EventEffects = {
  times: [-3, -2, 0],
  effects: Float64Array.of(0.1, -0.1, 0.5),
  covariance: Float64Array.of(0.04, 0, 0, 0, 0.01, 0, 0, 0, 0.02),
  base: -1,
};

Deno.test("boxes of independent and of equicorrelated normals are exact", () => {
  const box = normalBox([0, 0], Float64Array.of(1, 0, 0, 1), [-1.96, -1.96], [1.96, 1.96]);
  assertClose(box.probability, 0.9500042097035593 ** 2, 1e-12, "independent");
  // Orthant probability with correlation 1/2: 1/4 + asin(1/2)/(2π) = 1/3.
  const orthant = normalBox([0, 0], Float64Array.of(1, 0.5, 0.5, 1), [0, 0], [Infinity, Infinity]);
  assert.ok(Math.abs(orthant.probability - 1 / 3) < 1e-5, `${orthant.probability}`);
  // In three dimensions: 1/8 + 3 asin(1/2)/(4π) = 1/4.
  const three = Float64Array.of(1, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 1);
  const cone = normalBox([0, 0, 0], three, [0, 0, 0], new Array(3).fill(Infinity));
  assert.ok(Math.abs(cone.probability - 0.25) < 1e-5, `${cone.probability}`);
});

Deno.test("with independent effects the power is that of separate tests", () => {
  const slope = 0.08;
  const { power, rows } = preTrendPower(INDEPENDENT, slope);
  const pass = (mean: number, error: number) =>
    normalBox([mean / error], Float64Array.of(1), [-1.96], [1.96]).probability;
  assertClose(power, 1 - pass(-2 * slope, 0.2) * pass(-slope, 0.1), 1e-10, "power");
  assert.ok(
    Math.abs(rows[2].meanAfterTest - slope) < 1e-12,
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
  assert.ok(rows[0].meanAfterTest > rows[0].trend && rows[1].meanAfterTest > rows[1].trend);
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
