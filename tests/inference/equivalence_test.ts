import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { equivalenceTest } from "../../lib/inference/equivalence.ts";
import { tInverse } from "../../lib/regression/distributions.ts";
import { assertClose } from "../support/close.ts";
import { widePanel } from "./wild-data.ts";

const estimate = twfe(widePanel(20), { outcome: "y", treatment: "d", covariates: ["x"] });
const term = estimate.term("d");
const width = tInverse(0.95, term.degreesOfFreedom) * term.standardError;

Deno.test("two one-sided tests: the effect is negligible exactly when the 90 % interval lies inside", () => {
  const reach = Math.abs(term.estimate) + width;
  for (const [bound, expected] of [[reach * 1.001, true], [reach * 0.999, false]] as const) {
    const test = equivalenceTest(estimate, { bound });
    const [low, high] = test.interval;
    assert.equal(test.equivalent, expected);
    assert.equal(-bound < low && high < bound, expected);
    assertClose(test.smallestBound, reach, 1e-12);
  }
  const edge = equivalenceTest(estimate, { bound: reach });
  assertClose(edge.pValue, 0.05, 1e-9);
});

Deno.test("each one-sided p is that of its own t test", () => {
  const far = equivalenceTest(estimate, { low: term.estimate - 100, high: term.estimate });
  assert.equal(far.pHigh, 0.5);
  assert.ok(far.pLow < 1e-12 && far.pValue === 0.5);
  const quantile = tInverse(0.99, term.degreesOfFreedom) * term.standardError;
  const near = equivalenceTest(estimate, {
    low: term.estimate - quantile,
    high: term.estimate + 99,
  });
  assertClose(near.pLow, 0.01, 1e-9);
  const outside = equivalenceTest(estimate, {
    low: term.estimate + quantile,
    high: term.estimate + 99,
  });
  assertClose(outside.pLow, 0.99, 1e-9);
  assert.ok(!outside.equivalent);
});

Deno.test("another term and another level", () => {
  const test = equivalenceTest(estimate, { term: "x", bound: 10, level: 0.01 });
  const x = estimate.term("x");
  assert.equal(test.term, "x");
  const reach = tInverse(0.99, x.degreesOfFreedom) * x.standardError;
  assertClose(test.interval[0], x.estimate - reach, 1e-12);
});

Deno.test("rejects a missing, empty or doubled range, and a level that is none", () => {
  const refuse = (options: Parameters<typeof equivalenceTest>[1], pattern: RegExp) =>
    assert.throws(
      () => equivalenceTest(estimate, options),
      (e) => e instanceof InputError && pattern.test(e.message),
    );
  refuse({}, /missing or empty.*Remedy: give a positive bound/);
  refuse({ bound: -1 }, /missing or empty/);
  refuse({ low: 1 }, /missing or empty/);
  refuse({ low: 2, high: 1 }, /missing or empty/);
  refuse({ bound: NaN }, /missing or empty/);
  refuse({ bound: 1, low: -1 }, /given twice/);
  refuse({ bound: 1, level: 0.6 }, /between 0 and 0.5/);
  refuse({ bound: 1, term: "q" }, /no such term/);
  const two = twfe(widePanel(20), { outcome: "y", treatment: ["d", "dose"] });
  assert.throws(() => equivalenceTest(two, { bound: 1 }), /2 effects and none is named.*d, dose/);
});
