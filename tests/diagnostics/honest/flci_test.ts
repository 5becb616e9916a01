import assert from "node:assert/strict";
import fc from "fast-check";
import { breakdownValue, type EventEffects, honestBounds, stream } from "../../../lib/mod.ts";
import { biasPath, shortestInterval } from "../../../lib/diagnostics/honest/flci.ts";
import { foldedQuantile } from "../../../lib/diagnostics/honest/folded-normal.ts";
import { lassoPath } from "../../../lib/diagnostics/honest/lasso-path.ts";
import { bends, withoutBase } from "../../../lib/diagnostics/honest/restrictions.ts";
import { targetOf } from "../../../lib/diagnostics/honest/target.ts";
import { normalCdf } from "../../support/normal.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { medicaid } from "../../support/medicaid.ts";
import { commonBase, eventTimes, randomEvents } from "./support.ts";

const smoothness = "smoothness" as const;

Deno.test("ehec: fixed lengths under smoothness as HonestDiD's README prints them", () => {
  const printed = [
    [0, 0.0259, 0.0607],
    [0.01, 0.0132, 0.0787],
    [0.02, 0.00286, 0.0907],
    [
      0.03,
      -0.00714,
      0.101,
    ],
    [0.04, -0.0171, 0.111],
    [0.05, -0.0271, 0.121],
  ];
  const bounds = printed.map(([bound]) => bound);
  const { intervals, method } = honestBounds(medicaid(), { restriction: smoothness, bounds });
  assert.equal(method, "flci");
  // Three digits are printed, and R draws the quantile of the folded normal.
  intervals.forEach(({ low, high }, k) => {
    assert.ok(Math.abs(low! - printed[k][1]) < 1e-4, `${low} against ${printed[k][1]}`);
    assert.ok(Math.abs(high! - printed[k][2]) < 6e-4, `${high} against ${printed[k][2]}`);
  });
});

Deno.test("the folded normal quantile covers as promised, and is the normal one without bias", () => {
  assertClose(foldedQuantile(0.05, 0), 1.959963984540054, 1e-14);
  assertClose(foldedQuantile(0.05, 30), 30 + 1.6448536269514722, 1e-14);
  for (const alpha of [0.5, 0.32, 0.05, 0.005, 1e-6]) {
    for (const t of [0, 1e-8, 0.1, 0.7, 2, 9, 100]) {
      const cv = foldedQuantile(alpha, t);
      assertClose(normalCdf(t - cv) + normalCdf(-t - cv), alpha, 1e-9, `α ${alpha}, t ${t}`);
      const slope =
        (foldedQuantile(alpha, t + 1e-5) - foldedQuantile(alpha, Math.max(t - 1e-5, 0))) /
        (t === 0 ? 1e-5 : 2e-5);
      if (t > 1e-5) assertClose(slope, Math.tanh(t * cv), 1e-4, "slope");
    }
  }
});

Deno.test("the lasso path meets its optimality conditions everywhere, ties included", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      fc.constantFrom(0, 1, 2),
      (p, seed, kind) => {
        const random = stream(seed, 0);
        const root = Float64Array.from({ length: p * p }, () => random.normal());
        const h = new Float64Array(p * p);
        for (let i = 0; i < p; i++) {
          for (let j = 0; j < p; j++) {
            for (let k = 0; k < p; k++) h[i * p + j] += root[k * p + i] * root[k * p + j];
          }
          h[i * p + i] += 0.05;
        }
        // Equal and opposite costs, or an exchangeable matrix, make coordinates enter together.
        if (kind === 2) h.forEach((_, k) => h[k] = k % (p + 1) === 0 ? 1 : 0.5);
        const q = Float64Array.from(
          { length: p },
          (_, k) => kind === 0 ? random.normal() : k % 2 - 0.5,
        );
        const corners = lassoPath(h, q);
        assertClose(corners[corners.length - 1].penalty, 0, 1e-9, "end", 1);
        for (let c = 0; c + 1 < corners.length; c++) {
          for (const share of [0, 0.3, 1]) {
            const mix = (a: number, b: number) => a + share * (b - a);
            const penalty = mix(corners[c].penalty, corners[c + 1].penalty);
            const x = corners[c].solution.map((v, k) => mix(v, corners[c + 1].solution[k]));
            for (let i = 0; i < p; i++) {
              let gradient = q[i];
              for (let j = 0; j < p; j++) gradient += h[i * p + j] * x[j];
              assert.ok(Math.abs(gradient) <= penalty + 1e-8, `gradient ${gradient} at ${penalty}`);
              if (Math.abs(x[i]) > 1e-9) {
                assertClose(gradient, -Math.sign(x[i]) * penalty, 1e-7, "active", 1);
              }
            }
          }
        }
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("no other estimator without slope bias has a shorter interval", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 7 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(),
      fc.double({ min: 0, max: 3, noNaN: true }),
      (pre, post, seed, m) => {
        const random = stream(seed, 0);
        const target = targetOf(
          randomEvents(random, pre, post),
          Array.from({ length: post }, () => random.normal()),
        );
        const path = biasPath(target);
        const best = shortestInterval(path, m, 0.05);
        const rows = bends(target.window).map((row) => withoutBase(target.window, row));
        // Weights are a combination u of the bends.
        const u = combination(best.weights, rows, pre);
        assertClose(m * sumOfSizes(u), best.worstBias, 1e-7, "worst bias", 1);
        const half = (weights: Float64Array, size: number) => {
          const deviation = Math.sqrt(quadratic(target.covariance, weights));
          return foldedQuantile(0.05, m * size / deviation) * deviation;
        };
        assertClose(half(best.weights, sumOfSizes(u)), best.halfLength, 1e-9);
        for (const scale of [1, 1e-2, 1e-4]) {
          const shifted = u.map((value, k) =>
            k < pre - 1 ? value + scale * random.normal() : value
          );
          const weights = Float64Array.from(
            best.weights,
            (_, t) => shifted.reduce((sum, value, k) => sum + value * rows[k][t], 0),
          );
          const other = half(weights, sumOfSizes(shifted));
          assert.ok(other >= best.halfLength * (1 - 1e-10), `${other} against ${best.halfLength}`);
        }
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

/** The u of a combination of bends: those that reach beyond the first period after treatment from the end, then the others. */
function combination(weights: Float64Array, rows: number[][], pre: number): number[] {
  const left = [...weights];
  const u = new Array<number>(rows.length);
  const settle = (k: number, at: number) => {
    u[k] = left[at] / rows[k][at];
    for (let s = 0; s < left.length; s++) left[s] -= u[k] * rows[k][s];
  };
  for (let k = rows.length - 1; k >= pre; k--) settle(k, k + 1);
  for (let k = 0; k < pre; k++) settle(k, k);
  return u;
}

const sumOfSizes = (u: readonly number[]) => u.reduce((sum, value) => sum + Math.abs(value), 0);

function quadratic(matrix: Float64Array, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < x.length; j++) sum += x[i] * matrix[i * x.length + j] * x[j];
  }
  return sum;
}

Deno.test("at M = 0 it is least squares on a line before and after, with free effects after", () => {
  const events = randomEvents(stream(3, 0), 4, 3);
  const weights = [0.5, 0.25, 0.25];
  const [{ affine }] = honestBounds(events, { restriction: smoothness, bounds: [0], weights })
    .intervals;
  // Generalised least squares: τ̂ = l'(β_post − t_post·slope) with what β_pre says about the errors of β_post.
  const pre = 4;
  const size = 7;
  const own = new Float64Array(pre * pre);
  for (let i = 0; i < pre; i++) {
    for (let j = 0; j < pre; j++) own[i * pre + j] = events.covariance[i * size + j];
  }
  const distance = events.times.map((time) => time - events.base);
  const solve = (b: number[]) => solveDense(own, b, pre);
  const t = distance.slice(0, pre);
  const beta = [...events.effects.slice(0, pre)];
  const precision = solve(t).reduce((sum, value, k) => sum + value * t[k], 0);
  const slope = solve(t).reduce((sum, value, k) => sum + value * beta[k], 0) / precision;
  const resid = solve(beta.map((value, k) => value - slope * t[k]));
  let expected = 0;
  weights.forEach((weight, a) => {
    let value = events.effects[pre + a] - slope * distance[pre + a];
    for (let k = 0; k < pre; k++) value -= events.covariance[(pre + a) * size + k] * resid[k];
    expected += weight * value;
  });
  assertClose(affine!.estimate, expected, 1e-9);
  assert.equal(affine!.worstBias, 0);
});

function solveDense(matrix: Float64Array, b: number[], n: number): number[] {
  const m = Array.from({ length: n }, (_, i) => [...matrix.slice(i * n, (i + 1) * n), b[i]]);
  for (let c = 0; c < n; c++) {
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const times = m[r][c] / m[c][c];
      for (let j = c; j <= n; j++) m[r][j] -= times * m[c][j];
    }
  }
  return m.map((row, i) => row[n] / row[i]);
}

Deno.test("length grows with M, and M and the outcome may be rescaled together", () => {
  const events = randomEvents(stream(5, 0), 5, 3);
  const bounds = [0, 0.01, 0.1, 0.5, 1, 5, 100];
  const { intervals } = honestBounds(events, { restriction: smoothness, bounds });
  const lengths = intervals.map(({ low, high }) => high! - low!);
  lengths.slice(1).forEach((length, k) => assert.ok(length > lengths[k]));
  for (const scale of [1e-6, -1, 1e7]) {
    const other = honestBounds(rescaled(events, scale), {
      restriction: smoothness,
      bounds: bounds.map((bound) => bound * Math.abs(scale)),
    }).intervals;
    other.forEach(({ low, high }, k) => {
      const [a, b] = [intervals[k].low! * scale, intervals[k].high! * scale];
      assertClose(low!, Math.min(a, b), 1e-9, "low", Math.abs(scale));
      assertClose(high!, Math.max(a, b), 1e-9, "high", Math.abs(scale));
    });
  }
});

function rescaled(events: EventEffects, scale: number): EventEffects {
  return {
    ...events,
    effects: events.effects.map((value) => value * scale),
    covariance: events.covariance.map((value) => value * scale ** 2),
  };
}

Deno.test("one period before treatment leaves nothing to choose: the line through it and the base", () => {
  const size = 3;
  const events = {
    times: eventTimes(1, 2),
    base: -1,
    effects: Float64Array.of(0.3, 1, 2),
    covariance: commonBase(size, 0.2),
  };
  const [{ affine }] = honestBounds(events, {
    restriction: smoothness,
    bounds: [0.1],
    weights: [0, 1],
  }).intervals;
  // δ goes on with slope −0.3 a period: −0.6 in the second; bends enter with weights 2 and 1.
  assertClose(affine!.estimate, 2 + 0.6, 1e-12);
  assertClose(affine!.worstBias, 0.3, 1e-12);
});

Deno.test("the breakdown value is where the fixed-length interval first reaches zero", () => {
  for (const method of ["flci", "hybrid flci", "conditional", "hybrid"] as const) {
    const options = { restriction: smoothness, method };
    const value = breakdownValue(medicaid(), options)!;
    const low = (bound: number) =>
      honestBounds(medicaid(), { ...options, bounds: [bound] }).intervals[0].low!;
    assert.ok(low(value + 1e-5) < 0 && low(value - 1e-5) > 0, `${method}: ${value}`);
  }
  assert.equal(breakdownValue(medicaid(), { restriction: smoothness, value: 0.05 }), 0);
});

Deno.test("fixed lengths are refused where they do not hold", () => {
  const events = randomEvents(stream(1, 0), 3, 2);
  const given = { bounds: [0.1] };
  assertRefuses(() => honestBounds(events, { ...given, method: "flci" }), "smoothness");
  assertRefuses(() => honestBounds(events, { ...given, method: "hybrid flci" }), "smoothness");
  const shaped = { ...given, restriction: smoothness, sign: "positive" as const };
  assertRefuses(() => honestBounds(events, { ...shaped, method: "flci" }), "sign or monotone");
  assert.equal(honestBounds(events, shaped).method, "hybrid");
  assertRefuses(
    () => honestBounds(events, { ...given, restriction: smoothness, confidenceLevel: 0.4 }),
    "one half",
  );
});
