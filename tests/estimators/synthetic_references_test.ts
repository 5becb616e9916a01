import assert from "node:assert/strict";
import { loadEhec, syntheticDid } from "../../lib/mod.ts";
import { COHORT_2014, STAGGERED } from "../references/synthetic.ts";
import { assertClose } from "../support/close.ts";

const METHODS = ["sdid", "sc", "did"] as const;
const columns = { outcome: "dins", cohort: "yexp2" } as const;

const cohort2014 = () =>
  loadEhec().where(
    "expanded in 2014 or never",
    (row) => [2014, NaN].some((year) => Object.is(row.value("yexp2"), year)),
  );

for (const method of METHODS) {
  Deno.test(`${method} of the 2014 cohort: the package's steps give its estimate, effects and jackknife error`, () => {
    const expected = COHORT_2014[method];
    const estimate = syntheticDid(cohort2014(), {
      ...columns,
      method,
      solver: "frank-wolfe",
      inference: "jackknife",
    });
    const term = estimate.term("overall");
    assertClose(term.estimate, expected.estimate, 1e-11, "estimate");
    assertClose(term.standardError, expected.jackknife, 1e-11, "jackknife");
    expected.effects.forEach((value, e) => {
      assertClose(estimate.term(`event time ${e}`).estimate, value, 1e-11, `event time ${e}`);
    });
  });

  Deno.test(`${method} of every cohort against never treated states`, () => {
    const expected = STAGGERED[method];
    for (const [solver, tolerance] of [["frank-wolfe", 1e-10], ["exact", 2e-3]] as const) {
      const estimate = syntheticDid(loadEhec(), {
        ...columns,
        method,
        solver,
        inference: "bootstrap",
        draws: 5,
        seed: 1,
      });
      assertClose(estimate.term("overall").estimate, expected.att, tolerance, `${solver} overall`);
      assert.equal(estimate.comparisons.length, expected.cohorts.length);
      estimate.comparisons.forEach(({ att, cohort }, c) => {
        assertClose(att, expected.cohorts[c], tolerance, `${solver} ${cohort}`);
      });
    }
  });
}
