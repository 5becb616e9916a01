import assert from "node:assert/strict";
import { baconDecomposition, twfe, twfeWeights } from "../../lib/mod.ts";
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
  const cells = result.nr_weights;
  const asInR = found.zeroSensitivity * Math.sqrt((cells - 1) / cells);
  assertClose(asInR, result.sensibility, 1e-7, "zero");
  assertClose(found.signSensitivity!, result.sensibility2, 1e-7, "sign");
});
