import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type Estimate,
  eventStudy,
  hotellingTest,
  preTrendTest,
  waldTest,
  withCovariance,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { GAPPY_ROWS as rows, gappyEvents as fit, panelOf } from "../support/events.ts";
import { madePanel, numbers } from "../support/made.ts";

Deno.test("the pre-trend test takes HTZ where it can be had, and says which it took", () => {
  const events = fit();
  const names = ["g × 1", "g × 2"];
  const found = preTrendTest(events);
  assert.equal(found.test, "HTZ");
  assert.deepEqual(found, hotellingTest(events, { terms: names }));
  const plain = preTrendTest(events, { test: "F" });
  assert.deepEqual(plain, waldTest(events, names));
  assert.deepEqual(found.terms, plain.terms);
  // Against another base the restrictions are the same regression's, written as differences.
  const direct = eventStudy(panelOf(rows), {
    outcome: "y",
    exposure: "g",
    reference: 2,
    covariates: ["x"],
  });
  const moved = preTrendTest(events, { base: 2, treatedFrom: 4 });
  const own = preTrendTest(direct, { treatedFrom: 4 });
  assert.equal(moved.test, "HTZ");
  assertClose(moved.f, own.f, 1e-8, "F");
  assertClose(moved.degreesOfFreedom, own.degreesOfFreedom, 1e-8, "degrees of freedom");
  assert.deepEqual(moved.terms, preTrendTest(events, { base: 2, treatedFrom: 4, test: "F" }).terms);
});

Deno.test("the pre-trend test is F without one regression, in two cluster dimensions, with many clusters, and where HTZ fails", () => {
  const kinds: [Estimate, RegExp | null][] = [
    [
      callawaySantAnna(madePanel(), { outcome: "y", cohort: "first", basePeriod: "universal" })
        .aggregate("dynamic"),
      null,
    ],
    [withCovariance(fit(), { type: "CR1", cluster: ["unit", "t"] }), null],
    [withCovariance(fit(), { type: "HC1" }), null],
    [fit(rows, { cluster: "g" }), /cannot be computed, because/],
  ];
  for (const [estimate, reason] of kinds) {
    const found = preTrendTest(estimate);
    assert.equal(found.test, "F");
    if (reason === null) assert.deepEqual(found.notes, preTrendTest(estimate, { test: "F" }).notes);
    else assert.match(found.notes.join(), reason);
  }
  assertRefuses(() => preTrendTest(kinds[0][0], { test: "HTZ" }), "no single regression");
  assertRefuses(() => preTrendTest(fit(), { test: "T" as never }), "test", "HTZ");
  const many = Array.from(
    { length: 501 },
    (_, unit) =>
      [0, 1, 2].map((t) => ({ unit, t, g: unit % 2, y: (unit * 7919 + t * t * unit) % 13 })),
  ).flat();
  const wide = eventStudy(panelOf(many), { outcome: "y", exposure: "g", reference: 1 });
  assert.equal(preTrendTest(wide).test, "F");
});

Deno.test("HTZ that would take minutes is not the default: weights and hundreds of units", () => {
  const draw = numbers(5);
  const many = Array.from({ length: 450 }, (_, unit) =>
    Array.from(
      { length: 12 },
      (_, t) => ({ unit, t, g: unit % 2, w: 1 + unit % 3, y: draw() }),
    )).flat();
  const design = { outcome: "y", exposure: "g", reference: 7 };
  const weighted = eventStudy(panelOf(many), { ...design, weights: "w" });
  const started = performance.now();
  const found = preTrendTest(weighted);
  assert.ok(performance.now() - started < 2000, "took as long as HTZ does");
  assert.equal(found.test, "F");
  assert.match(found.notes.join(), /HTZ was left out.*test: "HTZ"/);
  const plain = preTrendTest(eventStudy(panelOf(many), design));
  assert.equal(plain.test, "HTZ", plain.notes.join());
});
