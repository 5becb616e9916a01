import assert from "node:assert/strict";
import { twfe, type TwfeOptions } from "../../lib/estimators/twfe.ts";
import type { Panel } from "../../lib/panel/panel.ts";
import { type RandomisationOptions, randomisationTest } from "../../lib/inference/randomisation.ts";
import { assignmentOf } from "../../lib/inference/randomisation/assignment.ts";
import { forEachSchedule, planSchedules } from "../../lib/inference/randomisation/schedules.ts";
import { assertClose } from "../support/close.ts";
import { madePanel, widePanel } from "./wild-data.ts";

const REGRESSION: TwfeOptions = { outcome: "y", treatment: "d" };
const run = (
  panel: Panel,
  regression: Partial<TwfeOptions> = {},
  options: Partial<RandomisationOptions> = {},
) =>
  randomisationTest(panel, { ...REGRESSION, ...regression }, { seed: 3, draws: 1999, ...options });

/** Every schedule of the made panel, refitted by pyfixest 0.60.0 (tools/witnesses/refits.py). */
const PYFIXEST = [
  {
    covariates: [],
    null: 0,
    coefficient: 0.4321798260103514,
    t: 5.09891008960836,
    asT: 1,
    asB: 1,
    sumT: 105.60583980250364,
    sumB: 13.885846823037113,
  },
  {
    covariates: [],
    null: 0.15,
    coefficient: 0.2821798260103514,
    t: 3.3291918672151315,
    asT: 4,
    asB: 2,
    sumT: 105.8307249057519,
    sumB: 10.674039202730981,
  },
  {
    covariates: ["x"],
    null: 0,
    coefficient: 0.4595266472241339,
    t: 5.905172106254447,
    asT: 1,
    asB: 1,
    sumT: 109.59189475017222,
    sumB: 14.556864767724948,
  },
];

const total = (values: Float64Array) => values.reduce((sum, v) => sum + Math.abs(v), 0);

for (const witness of PYFIXEST) {
  const { covariates } = witness;
  Deno.test(`pyfixest: all 105 schedules, null ${witness.null}, covariates [${covariates}]`, () => {
    const options = { null: witness.null };
    const t = run(madePanel(), { covariates }, options);
    const b = run(madePanel(), { covariates }, { ...options, statistic: "coefficient" });
    assert.deepEqual([t.enumerated, t.draws, t.distinct], [true, 105, 105]);
    assertClose(t.statistic, witness.t, 1e-8);
    assertClose(b.statistic, witness.coefficient, 1e-9);
    assertClose(total(t.randomisationStatistics), witness.sumT, 1e-8);
    assertClose(total(b.randomisationStatistics), witness.sumB, 1e-8);
    assert.equal(t.pValue, witness.asT / 105);
    assert.equal(b.pValue, witness.asB / 105);
  });
}

/** One refit with the treatment replaced, through the estimator itself. */
function refit(panel: Panel, regression: Partial<TwfeOptions>, dealt: Float64Array, value: number) {
  const shifted = panel.with("y", (row) => row.value("y") - value * row.value("d")).with(
    "d",
    dealt,
  );
  return twfe(shifted, { ...REGRESSION, ...regression }).term("d");
}

/** The first statistics of a test against refits through `twfe`. */
function compareRefits(
  panel: Panel,
  regression: Partial<TwfeOptions>,
  options: Partial<RandomisationOptions>,
) {
  const value = options.null ?? 0;
  const test = run(panel, regression, { ...options, draws: 12 });
  const used = twfe(panel, { ...REGRESSION, ...regression });
  const assignment = assignmentOf(
    panel,
    "d",
    options.permute === undefined ? null : [options.permute].flat(),
    options.treatmentFrom ?? null,
    options.strata ?? null,
  );
  const plan = planSchedules(assignment, 12, 3);
  const order = readingOrder(used.regression!.fit.residuals, panel);
  let compared = 0;
  forEachSchedule(assignment, plan, order, (types, position) => {
    const dealt = Float64Array.from(
      { length: panel.rows },
      (_, i) => assignment.paths[types[panel.unit[i]] * assignment.times + panel.time[i]],
    );
    const term = refit(panel, regression, dealt, value);
    const expected = options.statistic === "coefficient" ? term.estimate : term.statistic;
    assertClose(test.randomisationStatistics[position], expected, 1e-8, `schedule ${position}`, 1);
    compared++;
  });
  assert.equal(compared, 12);
}

function readingOrder(residuals: Float64Array, panel: Panel): Int32Array {
  const key = new Float64Array(panel.units.length);
  residuals.forEach((e, i) => key[panel.unit[i]] += e * e);
  return Int32Array.from(key, (_, u) => u).sort((a, b) => key[b] - key[a]);
}

const VARIANTS: [string, Partial<TwfeOptions>, Partial<RandomisationOptions>][] = [
  ["plain", {}, {}],
  ["null 0.3", {}, { null: 0.3 }],
  ["strata", {}, { strata: "half" }],
  ["own trends", { trends: "unit" }, { null: 0.1 }],
  ["coarser clusters", { cluster: "half" }, {}],
  ["covariate", { covariates: ["x"] }, { null: 0.3 }],
  ["baseline by year", { covariatesByTime: ["w"] }, {}],
  ["weights by unit", { weights: "w" }, { null: 0.3 }],
  ["weights by row", { weights: "wi", covariates: ["x"] }, {}],
  ["period effects by group", { timeEffectsBy: "half" }, { strata: "half" }],
  ["HC1", { covariance: "HC1" }, { null: 0.3 }],
  ["iid", { covariance: "iid" }, { null: 0.3 }],
  ["coefficient", {}, { statistic: "coefficient", null: 0.3 }],
];

for (const [label, regression, options] of VARIANTS) {
  Deno.test(`each schedule's statistic is that of a refit: ${label}`, () => {
    compareRefits(widePanel(12), regression, options);
  });
}

const adopt = {
  permute: "start",
  treatmentFrom: (unit: Readonly<Record<string, number>>, year: number) =>
    year >= unit.start ? 1 : 0,
};

Deno.test("dealing out adoption dates equals dealing out paths, and works in an unbalanced panel", () => {
  const panel = widePanel(12);
  assert.equal(run(panel, {}, adopt).pValue, run(panel).pValue);
  const holes = panel.where("with holes", (row) => !(row.unit === 3 && row.time === 2004));
  assert.throws(
    () => run(holes),
    /paths cannot change hands.*119 rows for 12 units and 10 times.*treatmentFrom/i,
  );
  compareRefits(holes, {}, { ...adopt, null: 0.2 });
});
