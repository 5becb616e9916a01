import assert from "node:assert/strict";
import {
  assume,
  type AssumptionChanges,
  describeAssumptions,
} from "../../lib/study/peru/assumptions.ts";
import { assertRefuses } from "../support/errors.ts";

const wrong = (changes: unknown) => () => assume(changes as AssumptionChanges);

Deno.test("defaults are the main specification, and cannot be changed in place", () => {
  const assumptions = assume();
  assert.equal(assumptions.outcome, "internet_use_pct");
  assert.deepEqual(assumptions.treatment, { kind: "named", asOf: "2021-12" });
  assert.deepEqual([assumptions.firstYear, assumptions.lastYear, assumptions.baseYear], [
    2011,
    2023,
    2018,
  ]);
  assert.throws(() => ((assumptions as { baseYear: number }).baseYear = 2017), TypeError);
  assert.throws(() => (assumptions.yearsDropped as number[]).push(2020), TypeError);
});

Deno.test("assumptions survive JSON", () => {
  const assumptions = assume({
    treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: 12 },
    yearsDropped: [2020],
  });
  assert.deepEqual(assume(JSON.parse(JSON.stringify(assumptions))), assumptions);
});

Deno.test("an invalid value names the field, the value and what is allowed", () => {
  assertRefuses(wrong({ outcome: "income" }), "outcome", '"income"', "internet_use_pct");
  assertRefuses(
    wrong({ treatment: { kind: "lottery" } }),
    "treatment.kind",
    '"lottery"',
    "named, threshold",
  );
  assertRefuses(
    wrong({ treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: "12" } }),
    "treatment.threshold",
    '"12"',
    "must be a number",
  );
  assertRefuses(
    wrong({ treatment: { kind: "threshold", measure: "towers", threshold: 1 } }),
    "treatment.measure",
    "localitiesPer10000",
  );
  assertRefuses(
    wrong({ treatment: { kind: "regions", codes: ["01", "99"] } }),
    "treatment.codes.1",
    '"99"',
    "15A",
  );
  assertRefuses(wrong({ rollOut: { unnamed: "lottery" } }), "rollOut.unnamed", "populatedCentres");
  assertRefuses(wrong({ areasLeftOut: ["Lima"] }), "areasLeftOut.0", '"Lima"', "15A");
  assertRefuses(wrong({ weights: 3 }), "weights", "none, population");
});

Deno.test("a misspelled field is named", () => {
  assertRefuses(wrong({ outcom: "internet_use_pct" }), "There is no assumption outcom");
  assertRefuses(wrong({ rollOut: { unamed: "equal" } }), "There is no assumption rollOut.unamed");
});

Deno.test("years must fit together", () => {
  assertRefuses(wrong({ baseYear: 2031 }), "baseYear", "2031", "2023 or earlier");
  assertRefuses(
    wrong({ baseYear: 2019 }),
    "baseYear",
    "before the first treated year",
    "2011 to 2018",
  );
  assertRefuses(wrong({ firstYear: 2015, baseYear: 2014 }), "baseYear", "2015 to 2018");
  assertRefuses(wrong({ yearsDropped: [2018] }), "yearsDropped", "base year cannot be dropped");
  assertRefuses(
    wrong({ lastYear: 2021, yearsDropped: [2022] }),
    "yearsDropped",
    "outside the window",
  );
  assertRefuses(wrong({ lastYear: 2020, yearsDropped: [2019, 2020] }), "no treated year is left");
  assertRefuses(wrong({ firstYear: 2020, lastYear: 2015 }), "ends before it begins");
  assertRefuses(wrong({ lastYear: 2018 }), "firstTreatedYear", "after the window");
});

Deno.test("lists name nothing twice, and the exposure year lies in the window", () => {
  assertRefuses(wrong({ yearsDropped: [2020, 2020] }), "yearsDropped", "twice");
  assertRefuses(
    wrong({ treatment: { kind: "regions", codes: ["01", "01"] } }),
    "treatment.codes",
    "twice",
  );
  assertRefuses(wrong({ treatment: { kind: "regions", codes: [] } }), "at least one region");
  const dose = { kind: "dose", measure: "localitiesPer10000", exposureYear: 2022 };
  assertRefuses(wrong({ treatment: dose, lastYear: 2021 }), "treatment.exposureYear", "2022");
  assertRefuses(wrong({ treatment: dose, yearsDropped: [2022] }), "treatment.exposureYear");
});

Deno.test("a treated region cannot be left out too", () => {
  assertRefuses(
    wrong({ treatment: { kind: "regions", codes: ["08", "09"] }, areasLeftOut: ["09"] }),
    "areasLeftOut",
    '"09"',
  );
});

Deno.test("the description changes with what is assumed", () => {
  const words = describeAssumptions(
    assume({ weights: "population", areasLeftOut: ["15A"], yearsDropped: [2020] }),
  );
  const text = words.join("\n");
  for (const part of ["without 2020", "weighted by population", "Lima Metropolitana"]) {
    assert.ok(text.includes(part));
  }
});
