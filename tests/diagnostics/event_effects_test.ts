import assert from "node:assert/strict";
import {
  callawaySantAnna,
  departureFromTrend,
  type EventEffects,
  eventStudy,
  honestBounds,
  type Panel,
  preTrendEquivalence,
  preTrendPower,
  preTrendSlope,
  preTrendTest,
  simulateRollOut,
  trendNonInferiority,
} from "../../lib/mod.ts";
import { beforeTreatment, checkEvents, firstTreated } from "../../lib/diagnostics/event-effects.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { INDEPENDENT_EVENTS as EVENTS } from "../support/events.ts";
import { madePanel } from "../support/made.ts";

Deno.test("the split into before and after follows treatment, not the base period", () => {
  assert.deepEqual(beforeTreatment(EVENTS), [0, 1]);
  assert.equal(firstTreated(EVENTS), 0);
  const early = { ...EVENTS, times: [-3, -1, 0], base: -2 };
  assert.deepEqual(
    beforeTreatment(early),
    [0],
    "default: treated from the first time after the base",
  );
  assert.deepEqual(beforeTreatment({ ...early, treatedFrom: 0 }), [0, 1]);
  assert.equal(preTrendPower(early, 0.1, { treatedFrom: 0 }).rows[1].trend, 0.1);
});

Deno.test("effects that are no event study are refused by name", () => {
  const change = (part: Partial<EventEffects>, ...words: string[]) =>
    assertRefuses(() => checkEvents({ ...EVENTS, ...part }), ...words);
  change({ times: [-2, -3, 0] }, "ascend", "-3");
  change({ times: [-3, -1, 0] }, "base period");
  change({ times: [-3, -2] }, "2 times");
  change({ effects: Float64Array.of(NaN, 0, 0) }, "time -3", "finite");
  change({ treatedFrom: -1 }, "treated window");
  const covariance = (at: number, value: number) => EVENTS.covariance.with(at, value);
  change({ covariance: covariance(1, 0.01) }, "symmetric");
  change({ covariance: covariance(4, 0) }, "variance");
  change({ covariance: covariance(4, NaN) }, "not finite");
  change({ covariance: covariance(1, 0.03).with(3, 0.03) }, "above one");
});

Deno.test("the joint test and the slope take in the periods between base and treatment", () => {
  const panel = madePanel();
  const study = eventStudy(panel, { outcome: "y", exposure: "g", reference: 2 });
  assert.equal(preTrendTest(study).terms.length, 1);
  const whole = preTrendTest(study, { treatedFrom: 4 });
  assert.deepEqual(whole.terms, ["g × 1", "g × 3"]);
  // The test and the slope do not depend on which pre-treatment period is the base.
  const last = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
  assertClose(whole.pValue, preTrendTest(last).pValue, 1e-9, "joint test");
  const [a, b] = [preTrendSlope(study, { treatedFrom: 4 }), preTrendSlope(last)];
  assertClose(a.effects[0].estimate, b.effects[0].estimate, 1e-9, "slope");
  assertClose(a.effects[0].standardError, b.effects[0].standardError, 1e-9, "its error");
  assertRefuses(() => preTrendTest(study, { treatedFrom: 2 }), "treated window");
});

Deno.test("an estimate by time without a base period of its own takes one by name", () => {
  const { panel } = simulateRollOut({ seed: 2, cohorts: [{ from: 6, effects: () => 1 }] });
  const study = callawaySantAnna(panel, {
    outcome: "y",
    cohort: "cohort",
    controlGroup: "never",
    basePeriod: "universal",
  }).aggregate("dynamic");
  const base = study.design.basePeriod ?? -1;
  assert.equal(preTrendTest(study, { base }).restrictions, 4);
  assert.deepEqual(preTrendEquivalence(study, { base }).rows.map(({ time }) => time), [
    -5,
    -4,
    -3,
    -2,
  ]);
  assert.ok(Number.isFinite(trendNonInferiority(study, { base }).difference));
});

Deno.test("another base period re-expresses the effects before treatment against it", () => {
  const panel = madePanel();
  const given = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
  const direct = eventStudy(panel, { outcome: "y", exposure: "g", reference: 1 });
  const [moved, own] = [{ base: 1, treatedFrom: 4 }, { treatedFrom: 4 }];
  assertClose(preTrendTest(given, moved).wald, preTrendTest(direct, own).wald, 1e-9, "joint test");
  for (const find of [preTrendSlope, trendNonInferiority] as const) {
    const [a, b] = [find(given, moved), find(direct, own)].map((found) =>
      "terms" in found ? found.terms[0] : found
    );
    assertClose(a.standardError, b.standardError, 1e-9, "error");
  }
  const [a, b] = [departureFromTrend(given, moved), departureFromTrend(direct, own)];
  assert.deepEqual(a.effects.map(({ time }) => time), b.effects.map(({ time }) => time));
  a.effects.forEach((term, k) =>
    assertClose(term.estimate, b.effects[k].estimate, 1e-9, "departure")
  );
  const fit = (reference: number) => (rows: Panel) =>
    eventStudy(rows, { outcome: "y", exposure: "g", reference });
  const refitted = { measure: "rootMeanSquare", subsamples: 2, seed: 3 } as const;
  for (
    const [here, there] of [
      [{}, {}],
      [{ measure: "mean" }, { measure: "mean" }],
      [{ method: "bootstrap", seed: 1 }, { method: "bootstrap", seed: 1 }],
      [{ ...refitted, fit: fit(3) }, { ...refitted, fit: fit(1) }],
    ] as const
  ) {
    const [a, b] = [
      preTrendEquivalence(given, { ...here, ...moved }),
      preTrendEquivalence(direct, { ...there, ...own }),
    ];
    assertClose(a.smallestBound, b.smallestBound, 1e-8, a.method);
  }
  // No name of the estimate stands for a difference.
  assert.ok(preTrendTest(given, moved).terms.every((name) => !given.design.effects.includes(name)));
  assertRefuses(() => preTrendTest(given, { base: 0 }), "no effect at 0");
});

Deno.test("tests of pre-trends know when treatment begins, as power and honest bounds do", () => {
  const panel = madePanel();
  const study = (reference: number) =>
    eventStudy(panel, { outcome: "y", cohort: "first", reference });
  // Base at −3: the effects at −2 and −1 are pre-trends too.
  assert.deepEqual(preTrendTest(study(-3)).terms, ["event time -2", "event time -1"]);
  assertClose(preTrendTest(study(-3)).wald, preTrendTest(study(-1)).wald, 1e-9, "any base");
  for (const find of [preTrendTest, preTrendSlope, preTrendEquivalence, trendNonInferiority]) {
    assertRefuses(() => find(study(1)), "base period 1 lies in the treated window");
  }
});

Deno.test("effects that look back one period are tested together, and no line is put through them", () => {
  const { panel } = simulateRollOut({ seed: 2, cohorts: [{ from: 6, effects: () => 1 }] });
  const varying = callawaySantAnna(panel, { outcome: "y", cohort: "cohort" }).aggregate("dynamic");
  const universal = callawaySantAnna(panel, {
    outcome: "y",
    cohort: "cohort",
    basePeriod: "universal",
  }).aggregate("dynamic");
  // One cohort: changes from period to period and effects against one period are the same hypothesis.
  assert.equal(preTrendTest(varying).restrictions, 4);
  assertClose(preTrendTest(varying).wald, preTrendTest(universal).wald, 1e-9, "joint test");
  for (const find of [preTrendSlope, departureFromTrend, trendNonInferiority]) {
    assertRefuses(() => find(varying), "not all measured against", "universal");
  }
});

Deno.test("effects given by hand may be plain lists, and a covariance a list of rows", () => {
  const listed = {
    ...EVENTS,
    effects: [...EVENTS.effects],
    covariance: [[0.04, 0, 0], [0, 0.01, 0], [0, 0, 0.02]],
  } as unknown as EventEffects;
  for (const restriction of ["relative magnitudes", "smoothness"] as const) {
    const options = { restriction, bounds: [0.1] };
    assert.deepEqual(
      honestBounds(listed, options).intervals,
      honestBounds(EVENTS, options).intervals,
    );
  }
  assert.equal(preTrendPower(listed, 0.1).power, preTrendPower(EVENTS, 0.1).power);
});

Deno.test("what is neither an event study nor an option is refused by name", () => {
  for (const given of [undefined, null, "x", {}, { times: [1], base: 0 }, [EVENTS]]) {
    assertRefuses(() => honestBounds(given as never), "no event study");
    assertRefuses(() => preTrendPower(given as never, 0.1), "no event study");
  }
  const indefinite = [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1];
  assertRefuses(
    () => honestBounds({ ...EVENTS, covariance: Float64Array.from(indefinite) }),
    "negative variance",
  );
  assertRefuses(() => honestBounds(EVENTS, null as never), "options", "null");
  assertRefuses(() => honestBounds(EVENTS, 3 as never), "options", "3");
  assertRefuses(() => honestBounds(EVENTS, { bounds: 1 as never }), "bounds", "list");
  assertRefuses(() => honestBounds(EVENTS, { bounds: [] }), "bounds", "at least one");
  assertRefuses(() => preTrendPower(EVENTS, undefined as never), "trend", "not given");
  const study = eventStudy(madePanel(), { outcome: "y", exposure: "g", reference: 3 });
  for (const treatedFrom of [NaN, "x" as never]) {
    assertRefuses(() => honestBounds(study, { treatedFrom }), "treatedFrom", "must be a number");
    assertRefuses(() => preTrendTest(study, { treatedFrom }), "treatedFrom", "must be a number");
  }
  assertRefuses(
    () => preTrendEquivalence(study, { measure: "rootMeanSquare", seed: 1, fit: 3 as never }),
    "fit",
    "function",
  );
  // A trend so steep that squares overflow is infinitely unlikely, not NaN.
  assert.equal(preTrendPower(study, 1e200).likelihoodRatio, 0);
});

Deno.test("holes in event times are kept apart: a trend goes by time, not by position", () => {
  const holes = { ...EVENTS, times: [-9, -2, 0] };
  const { rows } = preTrendPower(holes, 0.1);
  assert.ok(Math.abs(rows[0].trend - -0.8) < 1e-12 && Math.abs(rows[2].trend - 0.1) < 1e-12);
});
