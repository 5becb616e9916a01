import assert from "node:assert/strict";
import {
  compareEstimators,
  controlCells,
  ESTIMATORS,
  imputation,
  Panel,
  simulateRollOut,
  treatmentMap,
  twfe,
  twfeWeights,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const { panel, truth, average } = simulateRollOut({
  seed: 4,
  cohorts: [
    { from: 3, effects: (since) => 1 + since },
    { from: 5, effects: () => 2 },
  ],
  unitsPerCohort: 20,
  periods: 8,
});
const COLUMNS = { outcome: "y", cohort: "cohort" };

Deno.test("two-way fixed effects are the weighted sum of imputed cell effects", () => {
  const weights = twfeWeights(panel, COLUMNS);
  const cells = imputation(panel, COLUMNS).cells;
  const effect = (cohort: number, time: number) =>
    cells.find((cell) => cell.cohort === cohort && cell.time === time)!.estimate!;
  const sum = weights.cells.reduce(
    (total, { cohort, time, weight }) => total + weight * effect(cohort, time),
    0,
  );
  assertClose(sum, weights.estimate, 1e-11, "sum of weighted effects");
  const total = weights.cells.reduce((all, { weight }) => all + weight, 0);
  assertClose(total, 1, 1e-12, "weights sum to one");
  const path = panel.with(
    "treated",
    (row) => row.value("cohort") > 0 && row.time >= row.value("cohort") ? 1 : 0,
  );
  const regression = twfe(path, { outcome: "y", treatment: "treated" });
  assertClose(weights.estimate, regression.term("treated").estimate, 1e-11, "the regression");
});

Deno.test("every estimator answers the common question near the truth", () => {
  const comparison = compareEstimators(panel, {
    ...COLUMNS,
    window: { from: -3, to: 5 },
    stackWindow: { from: -2, to: 3 },
  });
  assert.deepEqual(comparison.rows.map(({ estimator }) => estimator), [...ESTIMATORS]);
  for (const { estimator, estimate, standardError } of comparison.rows) {
    if (estimator === "TWFE event study" || estimator === "Stacked") continue;
    assert.ok(Math.abs(estimate! - average) < 4 * standardError!, `${estimator}: ${estimate}`);
  }
  const stacked = comparison.rows.find(({ estimator }) => estimator === "Stacked")!;
  assert.equal(stacked.remark, "without event times 4, 5");
  assert.ok(comparison.points.every(({ time }) => time >= -3 && time <= 5));
});

Deno.test("the reasons add up to the gaps between estimators", () => {
  const { rows, reasons } = compareEstimators(panel, { ...COLUMNS, window: { from: -3, to: 5 } });
  const of = (name: string) => rows.find(({ estimator }) => estimator === name)!.estimate!;
  const size = (kind: string) => reasons.find(({ reason }) => reason === kind)!.difference!;
  assertClose(size("base period"), of("Imputation") - of("Callaway–Sant'Anna"), 1e-9, "base");
  assertClose(
    size("control group"),
    of("Callaway–Sant'Anna (never treated)") - of("Callaway–Sant'Anna"),
    1e-9,
    "controls",
  );
  assert.equal(size("none"), 0);
  assertClose(
    size("weights"),
    twfeWeights(panel, COLUMNS).estimate - of("Imputation"),
    1e-9,
    "weights",
  );
});

Deno.test("an estimator that cannot answer keeps its row with the reason", () => {
  const everybody = panel.where("treated units", (row) => row.value("cohort") > 0);
  const { rows } = compareEstimators(everybody, COLUMNS);
  const never = rows.find(({ estimator }) => estimator.includes("never treated"))!;
  assert.equal(never.estimate, null);
  assert.match(never.remark, /never/);
  assert.ok(rows.some(({ estimate }) => estimate !== null));
});

Deno.test("unknown estimators and columns are refused", () => {
  const wrong = { ...COLUMNS, estimators: ["Magic"] as never };
  assertRefuses(() => compareEstimators(panel, wrong), "Magic");
  assertRefuses(() => compareEstimators(panel, { ...COLUMNS, outcome: "z" }), "z");
});

Deno.test("the simulated truth is the mean effect by event time", () => {
  assert.equal(truth.get(-1), 0);
  assert.equal(truth.get(0), 1.5);
  assert.equal(truth.get(5), 6);
});

const SMALL = Panel.fromRows(
  [["a", 2], ["b", 3], ["c", 0]].flatMap(([unit, cohort]) =>
    [1, 2, 3].filter((t) => unit !== "c" || t !== 2).map((t) => ({ unit, t, cohort, y: t }))
  ),
  { unit: "unit", time: "t" },
);

Deno.test("the treatment map tells what every unit is in every period", () => {
  const status = treatmentMap(SMALL, "cohort").map(({ unit, time, status }) =>
    `${unit}${time} ${status}`
  );
  assert.deepEqual(status, [
    "a1 not yet treated",
    "a2 treated",
    "a3 treated",
    "b1 not yet treated",
    "b2 not yet treated",
    "b3 treated",
    "c1 never treated",
    "c2 not observed",
    "c3 never treated",
  ]);
});

Deno.test("who controls whom counts units observed in both periods", () => {
  const cells = controlCells(SMALL, { cohort: "cohort" });
  assert.deepEqual(cells, [
    { cohort: 2, time: 2, baseTime: 1, treated: 1, controls: [{ cohort: 3, units: 1 }] },
    { cohort: 2, time: 3, baseTime: 1, treated: 1, controls: [{ cohort: Infinity, units: 1 }] },
    { cohort: 3, time: 3, baseTime: 2, treated: 1, controls: [] },
  ]);
  const never = controlCells(SMALL, { cohort: "cohort", controlGroup: "never" });
  assert.deepEqual(never[0].controls, []);
});
