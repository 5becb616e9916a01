import assert from "node:assert/strict";
import { Panel } from "../../lib/panel/panel.ts";
import {
  binaryPath,
  cohortDesign,
  cohortsFromPath,
  dosePath,
  pathFromCohorts,
  requireShares,
} from "../../lib/panel/treatment.ts";
import { assertRefuses } from "../support/errors.ts";

const panel = (columns: Record<string, ArrayLike<unknown>>) =>
  Panel.fromColumns(
    { u: [1, 1, 1, 2, 2, 2, 3, 3, 3], t: [1, 2, 3, 1, 2, 3, 1, 2, 3], ...columns },
    {
      unit: "u",
      time: "t",
    },
  );
const each = (...values: unknown[]) => values.flatMap((value) => [value, value, value]);

Deno.test("missing, 0 and Infinity all mean never treated", () => {
  for (const never of [null, 0, Infinity]) {
    const design = cohortDesign(panel({ g: each(2, 3, never) }), "g");
    assert.deepEqual([...design.cohort], [2, 3, Infinity]);
    assert.deepEqual([design.cohorts, design.neverTreated], [[2, 3], 1]);
  }
});

Deno.test("a unit with two cohorts is refused", () => {
  assertRefuses(
    () => cohortDesign(panel({ g: [2, 2, 3, ...each(3, 0)] }), "g"),
    "more than one",
    'column "g"',
    "2 (1, 3)",
  );
});

Deno.test("a cohort implies its path, and the path its cohort", () => {
  const data = panel({ g: each(2, 3, 0) });
  const path = pathFromCohorts(data, cohortDesign(data, "g"));
  assert.deepEqual([...path], [0, 1, 1, 0, 0, 1, 0, 0, 0]);
  assert.deepEqual([...cohortsFromPath(data.with("d", path), "d").cohort], [2, 3, Infinity]);
});

Deno.test("treatment that switches off is refused where it must stay on", () => {
  const data = panel({ d: [0, 1, 0, 0, 0, 0, 0, 1, 1] });
  assertRefuses(
    () => cohortsFromPath(data, "d"),
    "switches off",
    'column "d"',
    "2 (1, 3)",
    "allows switching",
  );
});

Deno.test("a binary treatment is 0 or 1", () => {
  assertRefuses(
    () => binaryPath(panel({ d: [0, 2, 1, 0, 0, 0, 0, 0, 0] }), "d"),
    "0 or 1",
    "row 1 (1, 2)",
    "value 2",
  );
});

Deno.test("a dose keeps to its range", () => {
  const data = panel({ d: [0, 1, -1, 0, 0, 3, 0, 0, 0] });
  assertRefuses(
    () => dosePath(data, "d"),
    "between 0 and a finite value",
    "row 2 (1, 3)",
    "value -1",
  );
  assertRefuses(() => dosePath(data, "d", { min: -5, max: 2 }), "between -5 and 2", "row 5 (2, 3)");
  assert.equal(dosePath(data, "d", { min: -5 })[2], -1);
});

Deno.test("a share above its total is refused", () => {
  const data = panel({ y: [10, 20, 100.5, 0, 0, 0, 0, 0, -1] });
  assertRefuses(
    () => requireShares(data, "y"),
    "between 0 and 100",
    'column "y"',
    "rows 2 (1, 3), 8 (3, 3)",
    "100.5",
  );
});

Deno.test("a gap hides neither that treatment switches off nor that its date is unknown", () => {
  const rows = (path: (number | null)[]) =>
    [path, [0, 0, 0, 0, 0]].flatMap((own, unit) =>
      own.map((d, t) => ({ unit: `u${unit}`, t: t + 1, d }))
    );
  const cohorts = (path: (number | null)[]) =>
    cohortsFromPath(Panel.fromRows(rows(path), { unit: "unit", time: "t" }), "d").cohorts;
  assertRefuses(() => cohorts([0, 1, null, 0, 1]), "switches off", "(u0, 4)");
  assertRefuses(() => cohorts([0, null, 1, 1, 1]), "date is unknown", "(u0, 3)");
  assert.deepEqual(cohorts([0, 0, 1, null, 1]), [3]);
  assert.deepEqual(cohorts([null, 0, 1, 1, 1]), [3]);
});
