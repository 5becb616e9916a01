import assert from "node:assert/strict";
import { baconDecomposition, twfe, twfeWeights, type UnitWeight } from "../../lib/mod.ts";
import type { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

const TYPES: Readonly<Record<string, string>> = {
  "Earlier vs Later Treated": "earlier vs later treated",
  "Later vs Earlier Treated": "later vs earlier treated",
  "Treated vs Untreated": "treated vs never treated",
  "Later vs Always Treated": "treated vs always treated",
};

function assertDecomposes(panel: Panel, outcome: string, cohort: string, name: string): void {
  const { result } = goldenCase(`bacon/${name}`);
  const found = baconDecomposition(panel, { outcome, cohort });
  assertClose(found.estimate, result.weighted_sum, 1e-10, "sum");
  assert.equal(found.cells.length, result.two_by_twos.length);
  for (const { treated, untreated, estimate, weight, type } of result.two_by_twos) {
    const control = untreated === 99999 ? Infinity : untreated;
    const cell = found.cells.find((one) => one.treated === treated && one.control === control)!;
    assert.equal(cell.type, TYPES[type]);
    assertClose(cell.estimate, estimate, 1e-9, `${treated} ${untreated} estimate`, 1e-3);
    assertClose(cell.weight, weight, 1e-9, `${treated} ${untreated} weight`);
  }
}

/** Adds each unit's first treated time, read from its 0/1 path. */
function withCohort(panel: Panel, path: string): Panel {
  const first = new Map<unknown, number>();
  const values = panel.numeric(path);
  for (let i = panel.rows - 1; i >= 0; i--) {
    if (values[i] === 1) first.set(panel.units[panel.unit[i]], panel.times[panel.time[i]]);
  }
  return panel.with("first treated", (row) => first.get(row.unit) ?? 0);
}

goldenTest("bacon: castle and mpdta", () => {
  const castle = withCohort(goldenPanel("castle_small.csv", "state", "year"), "post");
  assertDecomposes(castle, "l_homicide", "first treated", "castle_homicide");
  const mpdta = goldenPanel("mpdta.csv", "countyreal", "year");
  assertDecomposes(mpdta, "lemp", "first.treat", "mpdta");
});

goldenTest("bacon: castle with covariates, within and between", () => {
  const { result } = goldenCase("bacon/castle_homicide_cov");
  const castle = withCohort(goldenPanel("castle_small.csv", "state", "year"), "post");
  const covariates = ["l_police", "poverty"];
  const found = baconDecomposition(castle, {
    outcome: "l_homicide",
    cohort: "first treated",
    covariates,
  });
  assertClose(found.within!.weight, result.Omega, 1e-10, "Ω");
  assertClose(found.within!.estimate, result.beta_hat_w, 1e-10, "within");
  assertClose(found.between.estimate, result.weighted_sum, 1e-10, "between");
  assert.equal(found.cells.length, result.two_by_twos.length);
  for (const { treated, untreated, estimate, weight } of result.two_by_twos) {
    const control = untreated === 99999 ? Infinity : untreated;
    const cell = found.cells.find((one) => one.treated === treated && one.control === control)!;
    assertClose(cell.estimate, estimate, 1e-9, `${treated} ${untreated} estimate`, 1e-3);
    assertClose(cell.weight, weight, 1e-10, `${treated} ${untreated} weight`);
  }
  const fit = twfe(castle, { outcome: "l_homicide", treatment: "post", covariates });
  assertClose(found.estimate, fit.term("post").estimate, 1e-11, "the regression");
});

goldenTest("twowayfeweights: weights of mpdta with both sensitivity measures", () => {
  const { result } = goldenCase("twowayfeweights/mpdta_feTR");
  const panel = goldenPanel("mpdta.csv", "countyreal", "year");
  const found = twfeWeights(panel, { outcome: "lemp", cohort: "first.treat" });
  assertClose(found.estimate, result.beta, 1e-8, "beta");
  assertClose(found.negative, result.sum_minus, 1e-8, "negative");
  // R divides by the number of treated cells less one; the paper's corollary 1 does not.
  assertClose(asInR(found.zeroSensitivity!, result.nr_weights), result.sensibility, 1e-7, "zero");
  assertClose(found.signSensitivity!, result.sensibility2, 1e-7, "sign");
});

/** The standard deviation that R prints: over the cells averaged, less one. */
const asInR = (value: number, cells: number) => value * Math.sqrt((cells - 1) / cells);

goldenTest("twowayfeweights: mpdta by county", () => {
  const panel = goldenPanel("mpdta_D.csv", "countyreal", "year");
  const { result } = goldenCase("twowayfeweights/mpdta_feTR");
  const found = twfeWeights(panel, { outcome: "lemp", treatment: "D" });
  assertClose(found.estimate, result.beta, 1e-8, "beta");
  assert.equal(found.cells.length, result.nr_weights);
  assert.equal(found.negativeCells, result.nr_minus);
  assertClose(found.negative, result.sum_minus, 1e-8, "negative");
  assertClose(asInR(found.zeroSensitivity!, result.nr_weights), result.sensibility, 1e-7, "zero");
  assertClose(found.signSensitivity!, result.sensibility2, 1e-7, "sign");
  assertWeights(found.cells, result.weights_head, (weight) => weight);
});

// R's "feS" takes the mean of the residuals from the switch on where the decomposition has their sum, so its weights do not add
// effects up to the estimate (twfe_weights_test.ts: ours do). Divided by the periods that remain, ours are R's.
goldenTest("twowayfeweights: mpdta with stable effects, after R's mean for a sum", () => {
  const panel = goldenPanel("mpdta_D.csv", "countyreal", "year");
  const { result } = goldenCase("twowayfeweights/mpdta_feS");
  const found = twfeWeights(panel, { outcome: "lemp", treatment: "D", type: "feS" });
  assertClose(found.estimate, result.beta, 1e-8, "beta");
  assert.equal(found.cells.length, result.nr_weights);
  assert.equal(found.negativeCells, result.nr_minus);
  const remain = (time: number) => panel.times.at(-1)! - time + 1;
  const total = found.cells.reduce((sum, { weight, time }) => sum + weight / remain(time), 0);
  const inR = (weight: number, time: number) => weight / remain(time) / total;
  assertWeights(found.cells, result.weights_head, inR);
  const spread = found.cells.reduce(
    (sum, { weight, time, share }) => sum + share * (inR(weight, time) / share - 1) ** 2,
    0,
  );
  const zero = Math.abs(found.estimate) / Math.sqrt(spread);
  assertClose(asInR(zero, result.nr_weights), result.sensibility, 1e-7, "zero");
});

function assertWeights(
  cells: readonly UnitWeight[],
  expected: readonly { G: number; T: number; weight: number }[],
  change: (weight: number, time: number) => number,
): void {
  const own = new Map(
    cells.map(({ unit, time, weight }) => [`${unit} ${time}`, change(weight, time)]),
  );
  for (const { G, T, weight } of expected) {
    assertClose(own.get(`${G} ${T}`) ?? 0, weight, 1e-8, `${G} ${T}`, 1e-6);
  }
}
