import assert from "node:assert/strict";
import { baconDecomposition, Panel, simulateRollOut, twfe, twfeWeights } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const OPTIONS = { outcome: "y", cohort: "cohort" };

/** y = unit + time + effect once treated, noise-free. */
function exact(
  units: readonly { cohort: number; effect: number }[],
  periods: number,
): Panel {
  const rows = units.flatMap(({ cohort, effect }, i) =>
    Array.from({ length: periods }, (_, k) => ({
      unit: i + 1,
      time: k + 1,
      cohort,
      y: i + 1 + k + 1 + (cohort > 0 && k + 1 >= cohort ? effect : 0),
    }))
  );
  return Panel.fromRows(rows, { unit: "unit", time: "time" });
}

Deno.test("the toy panel of 30 rows decomposes as printed", () => {
  const toy = exact(
    [{ cohort: 0, effect: 0 }, { cohort: 5, effect: 2 }, { cohort: 8, effect: 4 }],
    10,
  );
  const found = baconDecomposition(toy, OPTIONS);
  assert.ok(Math.abs(found.estimate - 2.909091) < 5e-7);
  const printed = [[5, Infinity, 2, 0.3636364], [8, Infinity, 4, 0.3181818], [8, 5, 4, 0.1363636], [
    5,
    8,
    2,
    0.1818182,
  ]];
  for (const [treated, control, estimate, weight] of printed) {
    const cell = found.cells.find((one) => one.treated === treated && one.control === control)!;
    assertClose(cell.estimate, estimate, 1e-12, "estimate");
    assert.ok(Math.abs(cell.weight - weight) < 5e-8);
  }
});

Deno.test("the weights of Goodman-Bacon's figure 2: three units, 100 periods, treated from 34 and 85", () => {
  const figure = exact(
    [{ cohort: 0, effect: 0 }, { cohort: 34, effect: 1 }, { cohort: 85, effect: 1 }],
    100,
  );
  const { cells } = baconDecomposition(figure, OPTIONS);
  const weight = (treated: number, control: number) =>
    cells.find((cell) => cell.treated === treated && cell.control === control)!.weight.toFixed(3);
  assert.deepEqual(
    [weight(34, Infinity), weight(85, Infinity), weight(34, 85), weight(85, 34)],
    ["0.365", "0.222", "0.278", "0.135"],
  );
});

Deno.test("the sum of weighted comparisons is the regression, with always treated units too", () => {
  const { panel } = simulateRollOut({
    seed: 8,
    cohorts: [{ from: 3, effects: (s) => s }, { from: 6, effects: () => 2 }],
    unitsPerCohort: 7,
    periods: 9,
  });
  const always = panel.with(
    "cohort",
    (row) => String(row.unit).startsWith("from 3, no. 1") ? 1 : row.value("cohort"),
  );
  for (const one of [panel, always]) {
    const found = baconDecomposition(one, OPTIONS);
    assertClose(found.estimate, twfeWeights(one, OPTIONS).estimate, 1e-11, "sum");
    assertClose(found.cells.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-12, "weights");
  }
  assert.ok(
    baconDecomposition(always, OPTIONS).types.some(({ type }) =>
      type === "treated vs always treated"
    ),
  );
});

Deno.test("unbalanced panels, gaps and panels with nobody treated are refused", () => {
  const toy = exact([{ cohort: 0, effect: 0 }, { cohort: 5, effect: 2 }], 8);
  const hole = toy.where("a hole", (row) => row.unit !== 1 || row.time !== 2);
  assertRefuses(() => baconDecomposition(hole, OPTIONS), "balanced");
  const gap = toy.with("y", (row) => row.time === 2 ? NaN : row.value("y"));
  assertRefuses(() => baconDecomposition(gap, OPTIONS), "y", "balanced");
  const nobody = toy.with("cohort", () => 0);
  assertRefuses(() => baconDecomposition(nobody, OPTIONS), "cohort");
});

/** A roll-out with always treated units and covariates that vary in every way. */
function withCovariates(): Panel {
  const { panel } = simulateRollOut({
    seed: 9,
    cohorts: [{ from: 3, effects: (s) => s }, { from: 6, effects: () => 2 }],
    unitsPerCohort: 6,
    periods: 8,
  });
  const number = (unit: unknown) => Number(String(unit).match(/\d+$/)![0]);
  return panel
    .with(
      "cohort",
      (row) => String(row.unit).startsWith("from 3, no. 1") ? 1 : row.value("cohort"),
    )
    .with("x", (row) => Math.sin(7 * number(row.unit) + 3 * row.time ** 2) + row.value("cohort"))
    .with("z", (row) => Math.cos(row.time * number(row.unit)) * row.value("cohort"))
    .with("common", (row) => (row.value("cohort") % 5) * row.time ** 2)
    .with("fixed", (row) => number(row.unit))
    .with("on", (row) => row.value("cohort") > 0 && row.time >= row.value("cohort") ? 1 : 0);
}

Deno.test("with covariates: between and within add up to the regression", () => {
  const panel = withCovariates();
  const covariates = ["x", "z", "fixed"];
  const found = baconDecomposition(panel, { ...OPTIONS, covariates });
  const fit = twfe(panel, { outcome: "y", treatment: "on", covariates });
  assertClose(found.estimate, fit.term("on").estimate, 1e-11, "sum");
  assertClose(found.between.weight + found.within!.weight, 1, 1e-12, "weights");
  assertClose(found.cells.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-12, "cells");
  // Always, 3, 6 and never: six pairs, that of always and never among them.
  assert.equal(found.cells.length, 6);
  assert.ok(found.types.some(({ type }) => type === "always vs never treated"));
  assert.deepEqual(found.droppedColumns.map(({ name }) => name), ["fixed"]);
  const notes = found.toTable().notes.join("\n");
  assert.match(notes, /comparisons/);
  assert.match(notes, /fixed left out: absorbed/);
});

Deno.test("covariates that vary by cohort and period only leave nothing within", () => {
  const panel = withCovariates();
  const found = baconDecomposition(panel, { ...OPTIONS, covariates: ["common"] });
  assert.equal(found.within, null);
  assert.equal(found.between.weight, 1);
  const fit = twfe(panel, { outcome: "y", treatment: "on", covariates: ["common"] });
  assertClose(found.estimate, fit.term("on").estimate, 1e-10, "sum");
});

Deno.test("covariates that say nothing leave the plain decomposition, pair by pair", () => {
  const panel = withCovariates();
  const plain = baconDecomposition(panel, OPTIONS);
  const pairs = baconDecomposition(panel, { ...OPTIONS, covariates: ["fixed"] });
  assertClose(pairs.estimate, plain.estimate, 1e-11, "sum");
  for (const { treated, control, weight, estimate } of pairs.cells) {
    const own = plain.cells.filter((cell) =>
      [cell.treated, cell.control].every((g) => g === treated || g === control)
    );
    const sum = own.reduce((total, cell) => total + cell.weight, 0);
    assertClose(weight, sum, 1e-10, "weight");
    const mean = own.reduce((total, cell) => total + cell.weight * cell.estimate, 0) / sum;
    assertClose(estimate, mean, 1e-10, "estimate");
  }
});

Deno.test("covariates that are the treatment, the outcome, incomplete or no list are refused", () => {
  const panel = withCovariates();
  const use = (covariates: unknown) => () =>
    baconDecomposition(panel, { ...OPTIONS, covariates } as never);
  assertRefuses(use(["on"]), "on", "perfectly");
  assertRefuses(use(["y"]), "y", "outcome");
  assertRefuses(use("x"), "covariates", "list");
  assertRefuses(use(["nothing"]), "nothing");
  const gap = panel.with("x", (row) => row.time === 2 ? NaN : row.value("x"));
  assertRefuses(() => baconDecomposition(gap, { ...OPTIONS, covariates: ["x"] }), "x", "balanced");
});
