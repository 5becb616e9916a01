import assert from "node:assert/strict";
import { honestBounds, type HonestOptions, stream } from "../../../lib/mod.ts";
import { conditionalTest, weightedEffect } from "../../../lib/diagnostics/honest/conditional.ts";
import { biasPath, shortestInterval } from "../../../lib/diagnostics/honest/flci.ts";
import { restrictionsFor } from "../../../lib/diagnostics/honest/intervals.ts";
import { readOptions } from "../../../lib/diagnostics/honest/options.ts";
import { bends, withoutBase } from "../../../lib/diagnostics/honest/restrictions.ts";
import { type Target, targetOf } from "../../../lib/diagnostics/honest/target.ts";
import { normalCdf } from "../../support/normal.ts";
import { assertClose } from "../../support/close.ts";
import { commonBase, eventTimes, normalDraws } from "./support.ts";

/** Effects that are nothing but departures, and the largest: no true effect. */
function withDepartures(pre: number, post: number, departures: number[], weights?: number[]) {
  return targetOf({
    times: eventTimes(pre, post),
    base: -1,
    effects: Float64Array.from(departures),
    covariance: commonBase(pre + post, 1),
  }, weights);
}

/** How often θ = 0, which is true, is rejected, over draws of the estimates. */
function rejected(target: Target, options: HonestOptions, bound: number, panels: number): number {
  const settings = readOptions({ ...options, bounds: [bound] });
  const { alpha, kappa, method, draws } = settings;
  const random = stream(7, 1);
  const size = target.window.pre + target.window.post;
  const first = method === "conditional" ? { kind: "none" as const } : method === "hybrid"
    ? {
      kind: "least favourable" as const,
      // Many draws: the size is off by as much as the share that the first stage rejects.
      normals: Float64Array.from({ length: 20 * draws * size }, () => random.normal()),
    }
    : {
      kind: "affine" as const,
      estimator: shortestInterval(biasPath(target), bound / target.standardError, kappa),
    };
  const tests = restrictionsFor(target, bound, settings)
    .map((set) => conditionalTest(target, set, { alpha, kappa, first }));
  const draw = normalDraws(target.covariance, target.effects, stream(101, 0));
  let count = 0;
  for (let b = 0; b < panels; b++) {
    const effects = draw();
    const zero = -weightedEffect(target, effects);
    if (tests.every((test) => test.at(effects).rejects(zero))) count++;
  }
  return count / panels;
}

const PANELS = 10_000;
/** Three Monte Carlo errors of a share of 5 % above it. */
const MOST = 0.05 + 3 * Math.sqrt(0.05 * 0.95 / PANELS);

Deno.test("relative magnitudes: at the edge of what M̄ = 1 allows the truth is rejected at most at 5 %", () => {
  // The last change before is 8 errors up and so is each one after: θ = 0 is the end of the identified set.
  const target = withDepartures(3, 2, [-8, -8, -8, 8, 16]);
  for (const method of ["hybrid", "conditional"] as const) {
    const share = rejected(target, { method }, 1, PANELS);
    assert.ok(share <= MOST && share > 0.02, `${method}: ${share}`);
  }
  // One moment matters, and it is normal: the conditional test is then the one-sided z test of the same draws.
  const draw = normalDraws(target.covariance, target.effects, stream(101, 0));
  let beyond = 0;
  for (let b = 0; b < PANELS; b++) {
    const effects = draw();
    if ((effects[3] + effects[2]) / Math.sqrt(3) > 1.6448536269514722) beyond++;
  }
  assert.equal(rejected(target, { method: "conditional" }, 1, PANELS), beyond / PANELS);
  // Changes before that cannot be told apart: rejected less often.
  const tied = withDepartures(3, 2, [-1.5, -1, -0.5, 0.5, 1]);
  for (const method of ["hybrid", "conditional"] as const) {
    assert.ok(rejected(tied, { method }, 1, PANELS) <= MOST, method);
  }
});

Deno.test("smoothness: with all bends at M the truth is rejected at most at 5 %", () => {
  const m = 0.7;
  const path = (t: number) => m * t * (t + 1) / 2 + 0.3 * t;
  const departures = eventTimes(4, 3).map((time) => path(time + 1));
  for (const weights of [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]]) {
    const target = withDepartures(4, 3, departures, weights);
    for (const method of ["hybrid", "hybrid flci", "conditional"] as const) {
      const share = rejected(target, { restriction: "smoothness", method }, m, PANELS);
      assert.ok(share <= MOST && share > 0.02, `${method}, ${weights}: ${share}`);
    }
  }
});

Deno.test("smoothness without any bend, M = 0: equalities do not upset the size", () => {
  const target = withDepartures(4, 2, eventTimes(4, 2).map((time) => 0.4 * (time + 1)));
  for (const method of ["hybrid", "hybrid flci", "conditional"] as const) {
    const share = rejected(target, { restriction: "smoothness", method }, 0, PANELS);
    assert.ok(share <= MOST && share > 0.02, `${method}: ${share}`);
  }
});

Deno.test("fixed lengths cover at 95 % where their bias is worst, and nowhere less", () => {
  const plain = withDepartures(5, 2, new Array(7).fill(0), [0.5, 0.5]);
  const m = 0.4;
  const best = shortestInterval(biasPath(plain), m / plain.standardError, 0.05);
  // Departures whose bends all have the sign that hurts: found by trying every one of them.
  const rows = bends(plain.window).map((row) => withoutBase(plain.window, row));
  let worst = 0;
  let departures: number[] = [];
  for (let signs = 0; signs < 2 ** rows.length; signs++) {
    const path = [0, 0];
    for (let k = 0; k < rows.length; k++) {
      path.push(2 * path[k + 1] - path[k] + (signs >> k & 1 ? m : -m));
    }
    const own = path.map((value) => value - path[plain.window.base]);
    const without = withoutBase(plain.window, own);
    const bias = without.reduce((sum, value, k) => sum + best.weights[k] * value, 0);
    if (bias > worst) [worst, departures] = [bias, without];
  }
  assertClose(worst / plain.standardError, best.worstBias, 1e-9, "worst bias");
  const half = best.halfLength;
  const [bias, error] = [best.worstBias, best.standardError];
  assertClose(normalCdf((half - bias) / error) - normalCdf((-half - bias) / error), 0.95, 1e-12);

  const draw = normalDraws(plain.covariance, Float64Array.from(departures), stream(5, 0));
  const panels = 3000;
  let missed = 0;
  for (let b = 0; b < panels; b++) {
    const events = {
      times: eventTimes(5, 2),
      base: -1,
      covariance: commonBase(7, 1),
      effects: scaledUp(draw, plain, departures),
    };
    const [{ low, high }] = honestBounds(events, {
      restriction: "smoothness",
      bounds: [m],
      weights: [0.5, 0.5],
    }).intervals;
    if (low! > 0 || high! < 0) missed++;
  }
  const share = missed / panels;
  assert.ok(Math.abs(share - 0.05) < 3 * Math.sqrt(0.05 * 0.95 / panels), `${share}`);
});

/** Draws in units of the outcome: errors of the scaled covariance, departures as they are. */
function scaledUp(draw: () => Float64Array, { standardError }: Target, departures: number[]) {
  return draw().map((value, k) => standardError * (value - departures[k]) + departures[k]);
}

Deno.test("without departures relative magnitudes come down to the conventional interval", () => {
  const target = withDepartures(4, 3, [0.2, -0.4, 0.1, 0.3, 2, 2.5, 3]);
  const events = {
    times: eventTimes(4, 3),
    base: -1,
    effects: Float64Array.from([0.2, -0.4, 0.1, 0.3, 2, 2.5, 3]),
    covariance: commonBase(7, 1),
  };
  assertClose(target.estimate, 2, 1e-12);
  for (const weights of [[1, 0, 0], [0, 0, 1]]) {
    const { intervals, original } = honestBounds(events, {
      bounds: [0],
      weights,
      method: "conditional",
    });
    const [{ low, high }] = intervals;
    if (weights[0] === 1) {
      assertClose(low!, original.low, 1e-6);
      assertClose(high!, original.high, 1e-6);
    }
    assert.ok(low! < high!);
  }
  const [hybrid] = honestBounds(events, { bounds: [0] }).intervals;
  // The first stage is drawn.
  assertClose(hybrid.low!, 2 - 1.96, 0.03, "low", 1);
  assertClose(hybrid.high!, 2 + 1.96, 0.03, "high", 1);
});
