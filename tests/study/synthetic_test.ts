import assert from "node:assert/strict";
import {
  assume,
  peruStudy,
  syntheticEventFigure,
  syntheticFigure,
  syntheticPlot,
  syntheticStudy,
  syntheticTable,
  syntheticText,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { factorPanel } from "../support/synthetic.ts";
import { syntheticDid } from "../../lib/mod.ts";

const { panel, design } = peruStudy(assume());

Deno.test("Peru: what the synthetic comparison of the favoured regions says, and what is wrong with it", () => {
  const study = syntheticStudy(panel, design, { draws: 400, seed: 1 });
  const term = study.estimate.term("overall");
  const [{ preFitError, preFitErrorUnweighted, unitWeights, timeWeights }] =
    study.estimate.comparisons;
  // Own computation, checked with the independent solver below; a change here changes the notebook's sentences.
  assertClose(term.estimate, 3.4166, 1e-4);
  assertClose(preFitError, 1.564, 1e-3);
  assertClose(preFitErrorUnweighted, 3.183, 1e-3);
  assert.ok(term.standardError > 1.9 && term.standardError < 2.4, `${term.standardError}`);
  const largest = unitWeights.reduce((most, one) => one.weight > most.weight ? one : most);
  assert.equal(design.unitLabels[String(largest.unit)], "Junín");
  assertClose(timeWeights.find(({ time }) => time === 2018)!.weight, 0.712, 2e-3);
  const left = study.leaveOut.rows.map(({ estimate }) => estimate);
  assertClose(Math.min(...left), 1.38, 1e-2);
  assertClose(Math.max(...left), 4.69, 1e-2);
  const steps = syntheticDid(panel, {
    outcome: "internet_use_pct",
    treatment: "treated",
    solver: "frank-wolfe",
    inference: "jackknife",
  });
  assertClose(steps.term("overall").estimate, term.estimate, 5e-3);
});

Deno.test("Peru: figures, table and sentences carry source and assumptions", () => {
  const study = syntheticStudy(panel, design, { draws: 60, seed: 1 });
  for (const figure of [syntheticFigure(study, design), syntheticEventFigure(study, design)]) {
    assert.match(figure.svg, /Source: INEI/);
    assert.match(figure.svg, /Assumed:/);
    assert.ok(!figure.svg.includes("NaN"));
  }
  assert.match(
    syntheticFigure(study, design).text,
    /3\.4 percentage points more than a synthetic comparison/,
  );
  const table = syntheticTable([
    study,
    syntheticStudy(panel, design, { method: "sc", draws: 60, seed: 1 }),
  ], design);
  assert.equal(table.rows.length, 2);
  assert.match(String(table.rows[1].largest), /Loreto/);
  assert.match(
    syntheticText(study, design),
    /effect is 3\.4 percentage points .*from 3\.2 to 1\.6/,
  );
  const plain = syntheticStudy(panel, design, { method: "did", draws: 60, seed: 1 });
  assert.match(syntheticText(plain, design), /The gap before 2019 is 3\.2/);
});

Deno.test("a dose has no synthetic comparison", () => {
  const dose = peruStudy(
    assume({ treatment: { kind: "dose", measure: "localitiesPer10000", exposureYear: 2021 } }),
  );
  assertRefuses(() => syntheticStudy(dose.panel, dose.design), "treatment is a dose");
});

Deno.test("the figure of one cohort among several is asked for by name", () => {
  const estimate = syntheticDid(factorPanel({ cohorts: { 7: 3, 10: 3 } }), {
    outcome: "y",
    cohort: "first",
    inference: "jackknife",
  });
  const words = { title: "t", source: "made", xLabel: "time", yLabel: "y" };
  assert.match(syntheticPlot(estimate, { ...words, cohort: 10 }).svg, /time weights/);
  assertRefuses(() => syntheticPlot(estimate, words), "several cohorts", "7, 10");
  assertRefuses(() => syntheticPlot(estimate, { ...words, cohort: 8 }), "no such cohort");
});
