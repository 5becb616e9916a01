import assert from "node:assert/strict";
import fc from "fast-check";
import { honestBounds, type HonestOptions, stream } from "../../../lib/mod.ts";
import { extendEnds } from "../../../lib/diagnostics/honest/ends.ts";
import { boundTests } from "../../../lib/diagnostics/honest/intervals.ts";
import { readOptions } from "../../../lib/diagnostics/honest/options.ts";
import { targetOf } from "../../../lib/diagnostics/honest/target.ts";
import { assertClose } from "../../support/close.ts";
import { commonBase, eventTimes, randomEvents } from "./support.ts";

const KINDS: readonly HonestOptions[] = [
  {},
  { method: "conditional" },
  { restriction: "relative slopes" },
  { monotone: "increasing" },
  { sign: "negative", method: "conditional" },
  { restriction: "smoothness", method: "hybrid" },
  { restriction: "smoothness", method: "hybrid flci" },
  { restriction: "smoothness", method: "hybrid flci", sign: "positive" },
  { restriction: "smoothness", method: "conditional", sign: "negative" },
  { restriction: "smoothness", method: "hybrid", monotone: "decreasing" },
];

Deno.test("ends are the lowest and highest accepted value of a fine grid, gaps or not", () => {
  const random = stream(21, 0);
  for (const kind of KINDS) {
    for (const [pre, post] of [[2, 1], [3, 2]]) {
      const events = randomEvents(random, pre, post);
      const options = { draws: 200, ...kind, bounds: [0.6] };
      const target = targetOf(events);
      const test = boundTests(target, readOptions(options))(0.6);
      const [{ low, high, empty }] = honestBounds(events, options).intervals;
      const step = 0.03;
      const grid = Array.from({ length: 801 }, (_, k) => target.estimate + 12 * (k - 400) / 400);
      const accepted = grid.filter((theta) => test.contains(theta / target.standardError));
      const words = `${JSON.stringify(kind)} ${pre} ${post}`;
      assert.equal(accepted.length === 0, empty, words);
      if (empty) continue;
      assert.ok(low! > grid[0] && high! < grid[grid.length - 1], `${words}: the grid is too short`);
      assert.ok(Math.abs(accepted[0] - low!) <= step, `${words}: ${accepted[0]} and ${low}`);
      assert.ok(Math.abs(accepted[accepted.length - 1] - high!) <= step, `${words} high`);
    }
  }
});

Deno.test("rescaling the outcome by c and M by |c| rescales every interval, whatever the size of c", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      fc.nat(),
      fc.constantFrom(1e-9, 1e-3, 50, 1e8),
      (kind, seed, scale) => {
        const events = randomEvents(stream(seed, 0), 3, 2);
        const options = { draws: 100, ...kind };
        const other = {
          ...events,
          effects: events.effects.map((value) => scale * value),
          covariance: events.covariance.map((value) => scale ** 2 * value),
        };
        const times = kind.restriction === "smoothness" ? scale : 1;
        const [a] = honestBounds(events, { ...options, bounds: [0.4] }).intervals;
        const [b] = honestBounds(other, { ...options, bounds: [0.4 * times] }).intervals;
        if (a.empty) return;
        assertClose(b.low! / scale, a.low!, 1e-6, "low", 1);
        assertClose(b.high! / scale, a.high!, 1e-6, "high", 1);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

Deno.test("effects far from zero, or a level that leaves little, are no trouble", () => {
  const events = randomEvents(stream(8, 0), 3, 2);
  const moved = {
    ...events,
    effects: events.effects.map((value, k) => k < 3 ? value : value + 1e6),
  };
  for (const kind of [{}, { method: "conditional" as const }]) {
    const [a] = honestBounds(events, { ...kind, bounds: [1] }).intervals;
    const [b] = honestBounds(moved, { ...kind, bounds: [1] }).intervals;
    assertClose(b.low! - 1e6, a.low!, 1e-6, "low", 1);
    assertClose(b.high! - 1e6, a.high!, 1e-6, "high", 1);
  }
});

Deno.test("huge bounds give huge intervals, and beyond the search open ends by name", () => {
  const events = randomEvents(stream(9, 0), 3, 2);
  for (const method of ["hybrid", "conditional"] as const) {
    const [some, more, open] = honestBounds(events, { method, bounds: [1e2, 1e4, 1e12] }).intervals;
    assertClose((more.high! - more.low!) / (some.high! - some.low!), 100, 0.05);
    assert.deepEqual([open.low, open.high, open.empty], [null, null, false]);
    assert.match(open.reason!, /open below and above/);
  }
});

Deno.test("a restriction that the effects before treatment contradict leaves nothing, and says so", () => {
  // Departures may never fall, yet they fell by far before treatment, and after a base of zero the slope may not change.
  const events = {
    times: eventTimes(3, 1),
    base: -1,
    effects: Float64Array.of(60, 40, 20, 1),
    covariance: commonBase(4, 0.1),
  };
  const bounds = honestBounds(events, {
    restriction: "smoothness",
    method: "hybrid",
    monotone: "increasing",
    bounds: [0],
  });
  assert.equal(bounds.intervals[0].empty, true);
  assert.match(bounds.intervals[0].reason!, /contradicts/);
  assert.match(bounds.toTable().toMarkdown(), /none/);
});

Deno.test("an acceptance region of a sliver between rejections is found from the statistic's own minimum", () => {
  const width = 0.004;
  const test = {
    rejects: (theta: number) => Math.abs(theta - 1.2345) > width / 2,
    statistic: (theta: number) => Math.abs(theta - 1.2345),
    left: () => ({ low: -3, high: 4 }),
  };
  const ends = extendEnds(test, null)!;
  assertClose(ends.low, 1.2345 - width / 2, 1e-6);
  assertClose(ends.high, 1.2345 + width / 2, 1e-6);
  // Known ends only ever widen.
  assert.deepEqual(extendEnds(test, { low: -5, high: 5 }), { low: -5, high: 5 });
  const wider = extendEnds({ ...test, rejects: (theta) => theta > 2 }, { low: 0, high: 1 })!;
  assertClose(wider.low, -3, 1e-12);
  assertClose(wider.high, 2, 1e-6);
});

Deno.test("twelve periods before and eight after are done in seconds", () => {
  const events = {
    times: eventTimes(12, 8),
    base: -1,
    effects: Float64Array.from({ length: 20 }, (_, k) => Math.sin(7 * k)),
    covariance: commonBase(20, 0.3),
  };
  const start = performance.now();
  const { intervals } = honestBounds(events, { weights: new Array(8).fill(1 / 8) });
  assert.ok(intervals.every(({ low, high }) => low! < high!));
  assert.ok(performance.now() - start < 20_000);
});
