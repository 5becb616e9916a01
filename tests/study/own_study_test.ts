import assert from "node:assert/strict";
import { ownAssumptions } from "../../lib/study/own-assumptions.ts";
import { ownStudy } from "../../lib/study/own-study.ts";
import { studyOutputs } from "../../lib/study/outputs.ts";
import { assertRefuses } from "../support/errors.ts";

const COLUMNS = {
  place: ["a", "a", "a", "b", "b", "b", "c", "c", "c", "d", "d", "d"],
  t: [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3],
  y: [10, 12, 20, 11, 13, 24, 9, 10, 12, 8, 10, 11],
  g: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
  dose: [0, 0, 2, 0, 0, 5, 0, 0, 1, 0, 0, 0],
};
const GIVEN = {
  source: "made up for this test",
  unit: "place",
  time: "t",
  outcomes: ["y"],
  treatment: { kind: "group", column: "g", firstTreatedTime: 3 },
};
const make = (
  changes: Record<string, unknown> = {},
  columns: Record<string, ArrayLike<unknown>> = COLUMNS,
) => ownStudy(columns, ownAssumptions({ ...GIVEN, ...changes }));

Deno.test("a reader's group, cohort and dose each make a study", () => {
  assert.deepEqual([...make().panel.numeric("treated")], [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.equal(make().design.basePeriod, 2);
  const cohorts = { ...COLUMNS, first: [3, 3, 3, 2, 2, 2, 0, 0, 0, "", "", ""] };
  const byCohort = make({ treatment: { kind: "cohort", column: "first" } }, cohorts);
  assert.deepEqual([...byCohort.panel.numeric("treated")], [0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
  assert.equal(byCohort.design.treatedFrom, 2);
  const byDose = make({ treatment: { kind: "dose", column: "dose", firstTreatedTime: 3 } });
  assert.deepEqual([...byDose.panel.numeric("exposure")].filter((_, i) => i % 3 === 0), [
    2,
    5,
    1,
    0,
  ]);
});

Deno.test("the computations of the notebooks run on it, and carry its source", () => {
  const { panel, design } = make();
  const { tables, figures, reasons } = studyOutputs(panel, design);
  assert.ok("03-main-estimates" in tables && "02-event-study-y" in figures);
  assert.ok("08-leave-one-out-y" in figures && "08-anticipation-y" in tables);
  // Two periods before treatment leave no placebo date.
  assert.ok(
    reasons.some((reason) => /^08-placebo-in-time-y: No placebo date is left/.test(reason)),
  );
  for (const figure of Object.values(figures)) {
    assert.ok(figure.svg.includes("made up for this test"));
  }
  assert.ok(reasons.every((reason) => reason.length > 0));
});

Deno.test("what the assumptions get wrong is named", () => {
  assertRefuses(() => make({ source: undefined }), "source");
  assertRefuses(() => make({ outcomes: [] }), "outcomes");
  assertRefuses(
    () => make({ treatment: { kind: "group", column: "g" } }),
    "treatment.firstTreatedTime",
  );
  assertRefuses(() => make({ tretment: 1 }), "There is no assumption tretment");
  assertRefuses(
    () => make({ covariates: ["income"] }),
    "covariates",
    '"income"',
    "place, t, y, g, dose",
  );
  assertRefuses(() => make({ unitsDropped: ["z"] }), "unitsDropped", '"z"', "a, b, c, d");
  assertRefuses(() => make({ baseTime: 3 }), "base time", "1, 2");
  assertRefuses(
    () => make({ treatment: { kind: "group", column: "g", firstTreatedTime: 1 } }),
    "no pre-period",
  );
});

Deno.test("what the data get wrong is named, with the rows", () => {
  assertRefuses(() => make({ shareOf: 1 }), "between 0 and 1", 'column "y"', "rows 0 (a, 1)");
  const text = { ...COLUMNS, y: [...COLUMNS.y.slice(0, 11), "eleven"] };
  assertRefuses(() => make({}, text), "must be numeric", 'column "y"', "row 11", '"eleven"');
  const twice = { ...COLUMNS, t: [1, 2, 2, ...COLUMNS.t.slice(3)] };
  assertRefuses(() => make({}, twice), "more than once", "rows 1, 2", "a, 2");
  const negative = { ...COLUMNS, dose: [-1, ...COLUMNS.dose.slice(1)] };
  assertRefuses(
    () => make({ treatment: { kind: "dose", column: "dose", firstTreatedTime: 3 } }, negative),
    "dose must lie",
    "row 0 (a, 1)",
  );
  const half = { ...COLUMNS, g: [0.5, ...COLUMNS.g.slice(1)] };
  assertRefuses(() => make({}, half), "must be 1 and the others 0", "0.5");
  const none = { ...COLUMNS, first: COLUMNS.g.map(() => 0) };
  assertRefuses(
    () => make({ treatment: { kind: "cohort", column: "first" } }, none),
    "Nobody is treated",
  );
});

Deno.test("units that start at times of their own get every estimator, and who is compared with whom", () => {
  const units = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const cohorts = [3, 3, 4, 4, 0, 0, 0, 0];
  const rows = units.flatMap((unit, i) =>
    [1, 2, 3, 4, 5].map((year) => ({
      unit,
      year,
      first: cohorts[i],
      y: ((7 * i + 3 * year) % 5) + (cohorts[i] > 0 && year >= cohorts[i] ? 2 : 0),
    }))
  );
  const keys = Object.keys(rows[0]) as (keyof typeof rows[0])[];
  const columns = Object.fromEntries(keys.map((key) => [key, rows.map((row) => row[key])]));
  const assumptions = ownAssumptions({
    source: "made up for this test",
    unit: "unit",
    time: "year",
    outcomes: ["y"],
    treatment: { kind: "cohort", column: "first" },
  });
  const { panel, design } = ownStudy(columns, assumptions);
  const { tables, figures } = studyOutputs(panel, design);
  const answers = tables["07-estimators-y"].rows.filter(({ estimate }) => estimate !== null);
  assert.ok(answers.length >= 9, `${answers.length} estimators answer`);
  assert.ok("07-disagreement-y" in tables && "07-who-controls-whom" in tables);
  assert.ok("07-estimators-y" in figures && "07-treatment-map" in figures);
});
