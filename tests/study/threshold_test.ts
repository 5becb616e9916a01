import assert from "node:assert/strict";
import { Panel } from "../../lib/panel/panel.ts";
import { thresholdTreatment } from "../../lib/study/threshold.ts";
import { assertRefuses } from "../support/errors.ts";

// Unit a reaches 5 in 2021, b in 2022 only, c never; d has no dose in 2021.
const DOSES: Record<string, number[]> = {
  a: [0, 2, 5, 6],
  b: [0, 1, 4, 9],
  c: [0, 0, 1, 1],
  d: [0, 7, NaN, 7],
};
const panel = Panel.fromRows(
  Object.entries(DOSES).flatMap(([unit, doses]) =>
    doses.map((dose, i) => ({ unit, year: 2019 + i, dose }))
  ),
  { unit: "unit", time: "year" },
);
const cohorts = (treated: Panel) =>
  Object.fromEntries(treated.units.map((unit, code) => [
    unit,
    treated.numeric("cohort")[treated.unit.indexOf(code)],
  ]));

Deno.test("all that reach the threshold at one time are treated from the common start", () => {
  const treated = thresholdTreatment(panel, { dose: "dose", threshold: 5, from: 2020, at: 2021 });
  assert.deepEqual(cohorts(treated), { a: 2020, b: Infinity, c: Infinity, d: Infinity });
  assert.deepEqual([...treated.numeric("treated").slice(0, 4)], [0, 1, 1, 1]);
  assert.deepEqual([...treated.numeric("favoured").slice(0, 8)], [1, 1, 1, 1, 0, 0, 0, 0]);
});

Deno.test("each is treated from its own crossing, up to the last time that counts", () => {
  const rule = { dose: "dose", threshold: 5, from: 2020 };
  assert.deepEqual(
    cohorts(thresholdTreatment(panel, { ...rule, crossingUntil: 2022 })),
    { a: 2021, b: 2022, c: Infinity, d: 2020 },
  );
  assert.equal(cohorts(thresholdTreatment(panel, { ...rule, crossingUntil: 2021 })).b, Infinity);
});

Deno.test("what cannot be a treatment is refused by name", () => {
  const rule = { dose: "dose", threshold: 5, from: 2020, at: 2021 };
  assertRefuses(() => thresholdTreatment(panel, { ...rule, threshold: 0 }), "above zero", "dose");
  assertRefuses(() => thresholdTreatment(panel, { ...rule, threshold: NaN }), "above zero");
  assertRefuses(() => thresholdTreatment(panel, { ...rule, at: 2030 }), "not in the panel", "2030");
  assertRefuses(
    () => thresholdTreatment(panel, { ...rule, from: 2021, crossingUntil: 2022 }),
    "before 2021",
    "(d, 2020)",
  );
});
