import assert from "node:assert/strict";
import fc from "fast-check";
import {
  callawaySantAnna,
  type EventEffects,
  eventEffects,
  eventStudy,
  honestBounds,
  type HonestOptions,
  loadEhec,
  preTrendPower,
  stream,
} from "../../../lib/mod.ts";
import { bends, changes } from "../../../lib/diagnostics/honest/restrictions.ts";
import { targetOf } from "../../../lib/diagnostics/honest/target.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { medicaid } from "../../support/medicaid.ts";
import { randomEvents } from "./support.ts";

const EVERY: readonly HonestOptions[] = [
  { bounds: [0, 0.7] },
  { bounds: [0, 0.7], method: "conditional" },
  { restriction: "relative slopes", bounds: [0.7], method: "conditional" },
  ...(["flci", "hybrid", "hybrid flci", "conditional"] as const).map((method) => ({
    restriction: "smoothness" as const,
    bounds: [0, 0.4],
    method,
  })),
];

function assertSameEnds(
  one: EventEffects,
  other: EventEffects,
  options: HonestOptions,
  tolerance = 1e-5,
): void {
  const [a, b] = [honestBounds(one, options), honestBounds(other, options)];
  a.intervals.forEach(({ low, high, bound }, k) => {
    const words = `${options.restriction} ${options.method} ${bound}`;
    assertClose(b.intervals[k].low!, low!, tolerance, `${words} low`, 1);
    assertClose(b.intervals[k].high!, high!, tolerance, `${words} high`, 1);
  });
}

Deno.test("the order of the times does not matter, nor where the clock starts or how fast it runs", () => {
  const events = randomEvents(stream(2, 0), 4, 2);
  const order = [5, 0, 3, 1, 4, 2];
  const shuffled = {
    ...events,
    times: order.map((k) => events.times[k]),
    effects: Float64Array.from(order, (k) => events.effects[k]),
    covariance: Float64Array.from(
      order.flatMap((i) => order.map((j) => events.covariance[i * 6 + j])),
    ),
  };
  const slow = { ...events, times: events.times.map((t) => 2019 + 2 * t), base: 2017 };
  for (const options of EVERY) {
    assertSameEnds(events, shuffled, options, 1e-12);
    // M is per period, whatever its length.
    assertSameEnds(events, slow, options, 1e-12);
  }
  const { notes } = honestBounds(slow, { restriction: "smoothness", bounds: [1] });
  assert.ok(notes.some((note) => note.includes("per period of 2 units")));
});

Deno.test("which period before treatment is the base changes no robust interval", () => {
  const study = medicaid(2013);
  for (const base of [2008, 2010, 2012]) {
    // The same regression with another reference, and the first one re-expressed, agree.
    const own = eventEffects(medicaid(base), base, 2014);
    const rebased = eventEffects(study, base, 2014);
    assert.deepEqual(rebased.times, own.times);
    own.effects.forEach((value, k) => assertClose(rebased.effects[k], value, 1e-8, "effect", 0.1));
    own.covariance.forEach((value, k) =>
      assertClose(rebased.covariance[k], value, 1e-7, "covariance", 1e-4)
    );
    for (const options of EVERY) {
      if (options.method === undefined || options.method === "hybrid") continue;
      const small = { ...options, bounds: options.restriction === "smoothness" ? [0, 0.01] : [1] };
      assertSameEnds(eventEffects(study), own, small, 1e-6);
    }
  }
});

Deno.test("periods between the base and treatment count as before, and are named", () => {
  const study = medicaid(2010);
  const { periods, notes, base } = honestBounds(study, { treatedFrom: 2014, bounds: [1] });
  assert.deepEqual(periods, { before: [2008, 2009, 2011, 2012, 2013], after: [2014, 2015] });
  assert.equal(base, 2010);
  assert.ok(notes.some((note) => note.startsWith("2011, 2012, 2013: after the base period")));
  // Nothing says when treatment began: the first time after the base is taken, and the notes say so.
  const naive = honestBounds(study, { bounds: [1] });
  assert.equal(naive.periods.after[0], 2011);
  assert.ok(naive.notes[0].includes("give treatedFrom"));
  assertRefuses(
    () => honestBounds(medicaid(2014), { treatedFrom: 2014 }),
    "base period 2014 lies in the treated window",
  );
  assertRefuses(() => honestBounds(study, { treatedFrom: 2020 }), "no effect after treatment");
  const power = preTrendPower(study, 0.01, { treatedFrom: 2014 });
  const usual = preTrendPower(medicaid(2013), 0.01);
  assert.ok(power.rows.length === usual.rows.length && power.power > 0.05);
});

Deno.test("event time knows that treatment begins at 0, and anticipation moves it", () => {
  const panel = loadEhec();
  const study = eventStudy(panel, {
    outcome: "dins",
    cohort: "yexp2",
    reference: -3,
    window: { from: -4, to: 3 },
  });
  const { periods, notes } = honestBounds(study, { bounds: [1] });
  assert.deepEqual(periods, { before: [-4, -2, -1], after: [0, 1, 2, 3] });
  assert.ok(!notes[0].includes("give treatedFrom"));
  const anticipated = callawaySantAnna(panel, {
    outcome: "dins",
    cohort: "yexp2",
    basePeriod: "universal",
    anticipation: 1,
  }).aggregate("dynamic", { minE: -4, maxE: 3 });
  const found = eventEffects(anticipated);
  assert.equal(found.base, -2);
  assert.equal(found.treatedFrom, -1);
});

Deno.test("effects that look back to different periods are refused", () => {
  const varying = callawaySantAnna(loadEhec(), { outcome: "dins", cohort: "yexp2" })
    .aggregate("dynamic", { minE: -4, maxE: 3 });
  assertRefuses(() => honestBounds(varying), "universal");
  assertRefuses(() => eventEffects(medicaid(), 1999), "no effect at 1999");
});

Deno.test("a line bends nowhere, whatever the spacing, and a parabola everywhere alike", () => {
  const { window } = targetOf({
    ...randomEvents(stream(4, 0), 4, 3),
    times: [2009, 2011, 2013, 2014, 2016, 2019, 2020],
    base: 2015,
  });
  assert.equal(window.regular, false);
  const value = (row: number[], path: (t: number) => number) =>
    row.reduce((sum, weight, k) => sum + weight * path(window.times[k] - 2015), 0);
  for (const row of bends(window)) {
    assertClose(value(row, (t) => 3 * t + 1), 0, 1e-9, "line", 1);
    assertClose(value(row, (t) => t * t / 2), 1, 1e-9, "parabola");
  }
  for (const row of changes(window)) assertClose(value(row, (t) => 3 * t), 3, 1e-9, "slope");
});

Deno.test("what bends by at most M a period bends by at most M between the times that are left", () => {
  fc.assert(
    fc.property(fc.nat(), fc.uniqueArray(fc.nat(11), { maxLength: 6 }), (seed, missing) => {
      const random = stream(seed, 0);
      const path = [0, 0];
      for (let t = 2; t < 14; t++) {
        path.push(2 * path[t - 1] - path[t - 2] + 2 * random.uniform() - 1);
      }
      const times = [...path.keys()].filter((t) => !missing.includes(t));
      const base = times.length - 2;
      const rows = bends({
        times,
        base,
        pre: base,
        post: 1,
        period: Math.min(...times.slice(1).map((t, k) => t - times[k])),
        regular: false,
      });
      for (const row of rows) {
        const bend = row.reduce((sum, weight, k) => sum + weight * path[times[k]], 0);
        assert.ok(Math.abs(bend) <= 1 + 1e-9);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("a missing year after treatment is a longer step: two changes' worth of departure", () => {
  const size = 4;
  const covariance = Float64Array.from({ length: size * size }, (_, k) => k % 5 === 0 ? 1e-6 : 0);
  const events = {
    times: [-3, -2, 1, 2],
    base: -1,
    effects: Float64Array.of(0.3, 0.1, 1, 1),
    covariance,
  };
  // Nearly no noise: δ at 1 is at most two periods of the worst change, 0.2, and the next one more.
  const wide = honestBounds(events, { bounds: [1], weights: [0, 1] });
  assertClose(wide.intervals[0].low!, 1 - 0.6, 0.02);
  assertClose(wide.intervals[0].high!, 1 + 0.6, 0.02);
  assert.ok(wide.notes.some((note) => note.includes("not evenly spaced")));
  const curved = honestBounds(events, { restriction: "smoothness", bounds: [0.1] });
  assert.ok(curved.notes.some((note) => note.includes("midpoints, in units of period of 1")));
});

Deno.test("times that repeat, or hold the base, and sizes that differ are refused", () => {
  const events = randomEvents(stream(2, 0), 2, 1);
  assertRefuses(() => honestBounds({ ...events, times: [-2, -1, 0] }), "zero by construction");
  assertRefuses(() => honestBounds({ ...events, times: [-2, -2, 0] }), "each once");
  assertRefuses(() => honestBounds({ ...events, times: [-2, 0] }), "2 times, 3 effects");
  assertRefuses(() => honestBounds(events, { base: 0 }), "measured against -1");
  assertRefuses(
    () => honestBounds({ ...events, effects: Float64Array.of(0, NaN, 1) }),
    "not a finite number",
  );
  assertRefuses(
    () => honestBounds({ ...events, covariance: events.covariance.slice(1) }),
    "8 covariances",
  );
});
