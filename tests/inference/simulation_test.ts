import assert from "node:assert/strict";
import { twfe } from "../../lib/estimators/twfe.ts";
import { stream } from "../../lib/inference/random.ts";
import { assume } from "../../lib/study/peru/assumptions.ts";
import { peruStudy } from "../../lib/study/peru/study.ts";
import {
  addRejections,
  coverageBlock,
  coverageStudy,
} from "../../lib/study/simulation/coverage.ts";
import { coverageTable, loadCoverage } from "../../lib/study/simulation/show.ts";
import { simulatePanel, simulationModel } from "../../lib/study/simulation/simulate.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const { panel, design } = peruStudy(assume());
const model = simulationModel(panel, design, "internet_use_pct", "population_2017");

Deno.test("the model holds the real levels and path, and moderate persistence", () => {
  assert.equal(model.units.length, 26);
  const rows = panel.map((row) => row).filter((row) => row.time === 2011);
  const mean = rows.reduce((sum, row) => sum + row.value("internet_use_pct"), 0) / 26;
  assertClose(model.common[0], mean, 1e-12);
  assert.ok(model.persistence > 0.2 && model.persistence < 0.9);
});

Deno.test("a simulated panel says so, repeats with its stream, and holds the planted effect", () => {
  const draw = (effect: number) => simulatePanel(model, { effect }, stream(3, 0));
  const [a, b] = [draw(0), draw(2)];
  assert.equal(a.panel.context.provenance, "simulated");
  assert.deepEqual(draw(0).panel.numeric("y"), a.panel.numeric("y"));
  const estimate = (simulated: typeof a) =>
    twfe(simulated.panel, { outcome: "y", treatment: "treated" }).term("treated").estimate;
  assertClose(estimate(b) - estimate(a), 2, 1e-9);
  assert.equal(b.effect, 2);
});

Deno.test("fewer areas keep treated and untreated ones; impossible numbers are refused", () => {
  const { panel: small } = simulatePanel(model, { areas: 8 }, stream(3, 1));
  assert.equal(small.units.length, 8);
  const favoured = small.units.filter((_, u) => small.row(13 * u).value("favoured") === 1).length;
  assert.equal(favoured, 3);
  assertRefuses(() => simulatePanel(model, { areas: 2 }, stream(1, 0)), "from 4", "value 2");
  assertRefuses(() => simulatePanel(model, { areas: 99 }, stream(1, 0)), "value 99");
});

Deno.test("a study is the sum of its blocks, in any order", () => {
  const options = { seed: 11, draws: 49 };
  const whole = coverageStudy(model, options, 2);
  const parts = [coverageBlock(model, options, 1), coverageBlock(model, options, 0)];
  assert.deepEqual(addRejections(parts), whole);
});

Deno.test("independent errors reject the truth far too often, the jackknife does not", () => {
  const rate = (name: string, results: ReturnType<typeof coverageStudy>) => {
    const { rejected, panels } = results.find(({ procedure }) => procedure.startsWith(name))!;
    return rejected / panels;
  };
  const results = coverageStudy(model, { seed: 21, draws: 99 }, 4);
  assert.ok(rate("iid", results) > 0.15);
  assert.ok(rate("CV3", results) < 0.1);
});

Deno.test("the stored study has 5,000 panels a design, none failed, and no procedure is missing", () => {
  const rows = loadCoverage();
  assert.ok(rows.every((row) => row.panels === 5000 && row.failed === 0));
  assert.equal(new Set(rows.map((row) => row.procedure)).size, 10);
  assert.match(coverageTable(rows).toText(), /Simulated: how often a test at 5 % rejects/);
});
