import assert from "node:assert/strict";
import { breakdownValue, type EventEffects, honestBounds, stream } from "../../../lib/mod.ts";
import { dualSet } from "../../../lib/diagnostics/honest/simplex.ts";
import { truncatedQuantile } from "../../../lib/diagnostics/honest/truncated-normal.ts";
import { assertClose } from "../../support/close.ts";
import { normalCdf } from "../../support/normal.ts";
import { medicaid } from "../../support/medicaid.ts";
import { assertRefuses } from "../../support/errors.ts";

Deno.test("ehec: relative magnitudes as HonestDiD's README prints them", () => {
  const printed = [[0.5, 0.0241, 0.0673], [1, 0.0171, 0.0720], [1.5, 0.00859, 0.0796], [
    2,
    -0.00107,
    0.0883,
  ]];
  const found = honestBounds(medicaid(), { bounds: printed.map(([bound]) => bound) });
  assert.equal(found.original.low.toFixed(3), "0.029");
  assert.equal(found.original.high.toFixed(3), "0.064");
  found.intervals.forEach(({ low, high }, k) => {
    // The README reads ends off a grid of steps of 0.0004.
    assert.ok(Math.abs(low! - printed[k][1]) < 6e-4, `${low} against ${printed[k][1]}`);
    assert.ok(Math.abs(high! - printed[k][2]) < 6e-4, `${high} against ${printed[k][2]}`);
  });
});

Deno.test("ehec: the average of two years after, as HonestDiD's Stata package prints it", () => {
  const printed = [[0, 0.041, 0.075], [0.5, 0.033, 0.08], [1, 0.02, 0.09], [1.5, 0.006, 0.103], [
    2,
    -0.008,
    0.117,
  ]];
  const found = honestBounds(medicaid(), {
    bounds: printed.map(([bound]) => bound),
    weights: [0.5, 0.5],
  });
  assert.equal(found.original.low.toFixed(3), "0.040");
  assert.equal(found.original.high.toFixed(3), "0.075");
  found.intervals.forEach(({ low, high }, k) => {
    // Three digits, off a grid.
    assert.ok(Math.abs(low! - printed[k][1]) < 1.1e-3, `${low} against ${printed[k][1]}`);
    assert.ok(Math.abs(high! - printed[k][2]) < 1.1e-3, `${high} against ${printed[k][2]}`);
  });
});

Deno.test("ehec: the breakdown value is where the interval reaches zero", () => {
  const value = breakdownValue(medicaid())!;
  assert.ok(value > 1.5 && value < 2);
  const at = (bound: number) => honestBounds(medicaid(), { bounds: [bound] }).intervals[0].low!;
  assert.ok(at(value - 0.01) > 0 && at(value + 0.01) < 0);
});

Deno.test("intervals widen with the bound and scale with the outcome", () => {
  const bounds = [0, 0.25, 0.5, 1, 2, 4];
  const study = medicaid();
  const { intervals } = honestBounds(study, { bounds });
  for (let k = 1; k < bounds.length; k++) {
    assert.ok(
      intervals[k].low! <= intervals[k - 1].low! && intervals[k].high! >= intervals[k - 1].high!,
    );
  }
  const one = events();
  const ten = {
    ...one,
    effects: one.effects.map((value) => 10 * value),
    covariance: one.covariance.map((value) => 100 * value),
  };
  const [a] = honestBounds(one, { bounds: [1] }).intervals;
  const [b] = honestBounds(ten, { bounds: [1] }).intervals;
  assertClose(b.low!, 10 * a.low!, 1e-4, "low");
  assertClose(b.high!, 10 * a.high!, 1e-4, "high");
});

/** Independent effects: four before, two after. */
function events(seed?: number): EventEffects {
  const random = seed === undefined ? null : stream(seed, 0);
  const size = 6;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j] = 0.04 * (i === j ? 1 : 0.5);
  }
  const common = random === null ? 0 : random.normal();
  const effects = Float64Array.from({ length: size }, (_, k) => {
    const noise = random === null
      ? 0.1 * ((k * 7) % 3 - 1)
      : 0.2 * (Math.SQRT1_2 * common + Math.SQRT1_2 * random.normal());
    return noise + (k >= 4 ? 1 : 0);
  });
  return { times: [-5, -4, -3, -2, 0, 1], base: -1, effects, covariance };
}

Deno.test("with parallel trends intervals cover the effect at least as often as they promise", () => {
  const panels = 300;
  let missed = 0;
  for (let b = 0; b < panels; b++) {
    const given = { bounds: [0.5], draws: 300 };
    const [{ low, high }] = honestBounds(events(1000 + b), given).intervals;
    if (low! > 1 || high! < 1) missed++;
  }
  assert.ok(missed / panels <= 0.08, `${missed} of ${panels}`);
});

Deno.test("assuming the sign of the departures cuts one end", () => {
  const end = (sign?: "positive" | "negative") =>
    honestBounds(events(), { bounds: [1], ...(sign === undefined ? {} : { sign }) }).intervals[0];
  const free = end();
  assert.ok(end("positive").high! < free.high! - 0.05);
  assert.ok(end("negative").low! > free.low! + 0.05);
});

Deno.test("the simplex finds known optima, one objective after another", () => {
  // max y'γ, γ ≥ 0, Σγ = 1: the largest y.
  const set = dualSet(Float64Array.of(1, 1, 1, 1), 4, 1);
  assert.equal(set.maximise(Float64Array.of(3, 9, 2, 5)), 9);
  assert.equal(set.maximise(Float64Array.of(3, -9, 2, 1)), 3);
  // min over δ of max(1 − δ, 2 + δ, −δ) is 1.5.
  const two = dualSet(Float64Array.of(1, -1, 1, 1, 1, -1), 3, 2);
  assertClose(two.maximise(Float64Array.of(1, 2, 0)), 1.5, 1e-12, "minimax");
  assertRefuses(() => dualSet(Float64Array.of(1, 1, 1, 1), 2, 2), "bound");
});

Deno.test("truncated normal quantiles hold far out in both tails", () => {
  assertClose(truncatedQuantile(0.95, -Infinity, Infinity, 2), 3.289707253902945, 1e-12, "whole");
  const upper = truncatedQuantile(0.5, 40, Infinity, 1);
  assertClose(upper, 40 + Math.LN2 / 40, 1e-4, "upper tail");
  assertClose(truncatedQuantile(0.5, -Infinity, -40, 1), -upper, 1e-12, "lower tail");
  assert.ok(truncatedQuantile(0.999, -41, -40, 1) <= -40);
});

Deno.test("truncated normal quantiles have their probability below them, at every distance from zero", () => {
  // Differences of tails, beyond the smaller of them: exact where the distribution function resolves nothing.
  const between = (a: number, b: number) =>
    a >= 0
      ? normalCdf(-a) - normalCdf(-b)
      : b <= 0
      ? normalCdf(b) - normalCdf(a)
      : 1 - normalCdf(a) - normalCdf(-b);
  for (const low of [-Infinity, -30, -12, -8.5, -3, -0.1, 0, 1, 5, 8.5, 10, 15, 20, 30, 36]) {
    for (const width of [0.01, 0.3, 2, 50, Infinity]) {
      const high = low === -Infinity ? width - 20 : low + width;
      for (const p of [0.001, 0.3, 0.95, 0.995]) {
        const x = truncatedQuantile(p, low, high, 1);
        assert.ok(x >= low && x <= high, `${x} in [${low}, ${high}]`);
        const share = between(low, x) / between(low, high);
        assertClose(share, p, 1e-6, `p ${p} in [${low}, ${high}]`);
        assertClose(truncatedQuantile(1 - p, -high, -low, 1), -x, 1e-9, "mirrored", 1);
      }
    }
  }
});

Deno.test("bad covariances, missing sides and options are refused by name", () => {
  const good = events();
  const lopsided = good.covariance.slice();
  lopsided[1] += 0.01;
  assertRefuses(() => honestBounds({ ...good, covariance: lopsided }), "not symmetric");
  const singular = good.covariance.map(() => 0.04);
  assertRefuses(() => honestBounds({ ...good, covariance: singular }), "singular");
  assertRefuses(() => honestBounds({ ...good, base: -6 }), "before the base period -6");
  assertRefuses(() => honestBounds(good, { restriction: "smoothness" }), "bounds");
  assertRefuses(() => honestBounds(good, { bounds: [-1] }), "bounds");
  assertRefuses(() => honestBounds(good, { weights: [1] }), "weights");
});
