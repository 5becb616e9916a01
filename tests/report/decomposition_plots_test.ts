import assert from "node:assert/strict";
import {
  baconDecomposition,
  baconPlot,
  omittedPlot,
  omittedVariable,
  type Panel,
  simulateRollOut,
  toPng,
  twfe,
  twfeWeights,
  unitWeightsPlot,
} from "../../lib/mod.ts";
import { madePanel } from "../support/made.ts";
import { assertRefuses } from "../support/errors.ts";

const words = { title: "A < b", subtitle: "made up", source: "made up for this test" };

const rollOut = (): Panel =>
  simulateRollOut({
    seed: 3,
    cohorts: [{ from: 3, effects: (s) => s }, { from: 5, effects: () => 2 }],
    unitsPerCohort: 4,
    periods: 7,
  }).panel;

Deno.test("every comparison of a decomposition is a mark, with types and the estimate in the legend", async () => {
  const panel = rollOut();
  const found = baconDecomposition(panel, { outcome: "y", cohort: "cohort" });
  const figure = baconPlot(found, words);
  for (const { type } of found.types) assert.ok(figure.svg.includes(`${type}: weight`), type);
  assert.ok(figure.svg.includes("two-way estimate"));
  assert.ok(figure.svg.includes("3 vs never"));
  assert.ok((await toPng(figure)).length > 5000);
  const covariates = baconDecomposition(
    panel.with("x", (row) => Math.sin(panel.units.indexOf(row.unit) * row.time)),
    { outcome: "y", cohort: "cohort", covariates: ["x"] },
  );
  const controlled = baconPlot(covariates, words);
  assert.ok(controlled.svg.includes("Net of x"));
  assert.ok(controlled.svg.includes("both treated: weight"));
});

Deno.test("weights by unit: negative ones on top and in the other colour", () => {
  const panel = rollOut().where("treated some time", (row) => row.value("cohort") > 0).with(
    "on",
    (row) => row.value("cohort") > 0 && row.time >= row.value("cohort") ? 1 : 0,
  );
  const found = twfeWeights(panel, { outcome: "y", treatment: "on" });
  assert.ok(found.negativeCells > 0);
  const { svg } = unitWeightsPlot(found, { ...words, nameOf: (unit) => `«${unit}»` });
  const [first] = [...svg.matchAll(/«([^»]+)»/g)].map(([, unit]) => unit);
  assert.equal(first, found.toTable().rows[0].unit);
  assert.ok(found.cells.some(({ unit, weight }) => unit === first && weight < 0));
  assert.ok(svg.includes("−"));
  assert.ok(svg.includes("weight, %"));
});

function bounds(panel: Panel, more: object = {}) {
  const fit = twfe(panel, { outcome: "y", treatment: "d", covariates: ["x"] });
  return omittedVariable(fit, { term: "d", benchmarks: ["x"], kd: [1, 2], ...more });
}

Deno.test("lines of equal estimate and t are the same for the outcome's negative", () => {
  const panel = madePanel();
  const paths = (svg: string) => [...svg.matchAll(/ d="([^"]+)"/g)].map(([, d]) => d).sort();
  for (const shows of ["estimate", "t"] as const) {
    const up = omittedPlot(bounds(panel), { ...words, shows });
    const down = omittedPlot(bounds(panel.with("y", (row) => -row.value("y"))), {
      ...words,
      shows,
    });
    assert.deepEqual(paths(up.svg), paths(down.svg));
    assert.ok(up.svg.includes("2 × x: ") && up.svg.includes("% of both"));
    assert.match(up.svg, shows === "t" ? /the edge of significance/ : /estimate is zero/);
  }
});

Deno.test("the plot says when nothing is significant to begin with, and draws without benchmarks", () => {
  const random = madePanel().with("y", (row) => Math.sin(row.value("m") * 97 + row.time ** 2));
  const figure = omittedPlot(bounds(random, { benchmarks: [] }), { ...words, shows: "t" });
  assert.match(figure.svg, /Not significant even without a confounder/);
  assert.ok(!figure.svg.includes("robustness value"));
  assert.ok(!figure.svg.includes("as strong as a covariate"));
  const half = omittedPlot(bounds(madePanel(), { q: 0.5 }), words);
  assert.match(half.svg, /estimate is \d/);
});

Deno.test("impossible ends of the axes are refused", () => {
  for (const limits of [{ treatment: 1, outcome: 0.5 }, { treatment: 0.5, outcome: 0 }]) {
    assertRefuses(() => omittedPlot(bounds(madePanel()), { ...words, limits }), "limits");
  }
});
