import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type EventEffects,
  eventStudy,
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
import { madePanel } from "../support/made.ts";

const EVENTS: EventEffects = {
  times: [-3, -2, 0],
  effects: Float64Array.of(0.1, -0.1, 0.5),
  covariance: Float64Array.of(0.04, 0, 0, 0, 0.01, 0, 0, 0, 0.02),
  base: -1,
};

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

Deno.test("holes in event times are kept apart: a trend goes by time, not by position", () => {
  const holes = { ...EVENTS, times: [-9, -2, 0] };
  const { rows } = preTrendPower(holes, 0.1);
  assert.ok(Math.abs(rows[0].trend - -0.8) < 1e-12 && Math.abs(rows[2].trend - 0.1) < 1e-12);
});
