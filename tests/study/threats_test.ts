import assert from "node:assert/strict";
import {
  anticipationFigure,
  assume,
  donutFigure,
  doseDefinitions,
  doseDefinitionsFigure,
  doseGridTable,
  earlyReaction,
  leaveOneOutFigure,
  leftOut,
  neighbourDoseMap,
  neighbours,
  outcomePlaceboFigure,
  outcomePlacebos,
  peruStudy,
  PLACEBO_OUTCOMES,
  placeboInTime,
  REGION_CODES,
  REGION_NAMES,
  simulatePanel,
  simulationModel,
  spacePlacebo,
  spacePlaceboFigure,
  spilloverFigure,
  spillovers,
  stream,
  studyEffect,
  timePlaceboFigure,
  timePlacebos,
  trendStudy,
  twfe,
  withoutQuestioned,
  withPlaceboOutcomes,
} from "../../lib/mod.ts";
import { loadTable } from "../../lib/study/peru/tables.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const group = peruStudy(assume());
const dose = peruStudy(assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } }));
const effects = [group, dose].flatMap(({ panel, design }) =>
  (["twoWay", "sinceBase"] as const).map((effect) => studyEffect(panel, design, { effect }))
);

Deno.test("a study's effect is its two-way estimate or its event study's average", () => {
  const { panel, design } = group;
  const plain = twfe(panel, { outcome: "internet_use_pct", treatment: "treated" }).term("treated");
  assertClose(effects[0].fit(panel).term("treated").estimate, plain.estimate, 1e-12);
  const { average } = trendStudy(panel, design, "internet_use_pct");
  assertClose(
    effects[1].fit(panel).terms[0].estimate,
    average.terms[0].estimate,
    1e-12,
  );
  assertRefuses(
    () => studyEffect(panel, design, { effect: "other" as "twoWay" }),
    "effect",
    "other",
  );
});

Deno.test("every threat answers on both effects of both treatments", () => {
  for (const effect of effects) {
    assert.ok(timePlacebos(effect).answered.length >= 6);
    assert.equal(spacePlacebo(effect, { seed: 1, draws: 49 }).failed, 0);
    assert.equal(leftOut(effect).answered.length, 26);
    assert.equal(leftOut(effect, "period").changes.length, 13);
    assert.equal(withoutQuestioned(effect).answered.length, 3);
    assert.equal(earlyReaction(effect).answered.length, 2);
    assert.ok(spillovers(effect, neighbours()).answered.length >= 4);
  }
});

Deno.test("Peru: the placebo dates fail the two-way effect, and a region decides its sign", () => {
  const [twoWay, since] = effects;
  const dates = timePlacebos(twoWay);
  assert.equal(dates.rejected.length, 6);
  assert.equal(dates.rank, 7);
  assert.equal(timePlacebos(since).rank, 1);
  const without = leftOut(twoWay);
  assert.equal(without.influential!.label, "without Cusco");
  assert.equal(leftOut(since).signChanges.length, 0);
});

Deno.test("Peru: the far controls are Callao, Lima Metropolitana and Tumbes", () => {
  const found = spillovers(effects[1], neighbours());
  assert.deepEqual(found.unitsOf("far"), ["07", "15A", "24"]);
  assert.equal(found.unitsOf("near").length, 14);
  // The base period and the years after, in a balanced panel: the average of the event study.
  assertClose(
    found.term("all controls").estimate,
    effects[1].fit(group.panel).terms[0].estimate,
    1e-10,
  );
});

Deno.test("areas left out of the study leave the adjacency too", () => {
  const { panel, design } = peruStudy(assume({ areasLeftOut: ["07", "15A"] }));
  const found = spillovers(studyEffect(panel, design), neighbours());
  assert.deepEqual(found.unitsOf("far"), ["24"]);
  const { outcome } = found.refit("against far controls");
  assert.ok(!outcome.ok && outcome.reason.includes("only one far control"));
});

Deno.test("placebo outcomes: IPE counts Lima and Callao once; others cover their years", () => {
  const panel = withPlaceboOutcomes(group.panel);
  const known = (column: string, unit: string) =>
    panel.map((row) => row.unit === unit && !Number.isNaN(row.value(column)) ? [row.time] : [])
      .flat();
  assert.deepEqual(known("formality_pct", "07"), []);
  assert.equal(known("formality_pct", "15A").length, 9);
  assert.deepEqual(known("safe_sanitation_pct", "15B"), [
    2011,
    2012,
    2013,
    2014,
    2015,
    2016,
    2017,
    2018,
    2019,
  ]);
  const cusco = loadTable("sdg_outcomes").find((row) => row.code === "08" && row.year === 2015)!;
  assert.equal(
    panel.map((row) =>
      row.unit === "08" && row.time === 2015 ? [row.value("pension_insured_pct")] : []
    ).flat()[0],
    cusco.pension_insured_pct,
  );
  const found = outcomePlacebos(effects[0], panel, PLACEBO_OUTCOMES);
  assert.equal(found.answered.length, PLACEBO_OUTCOMES.length);
});

Deno.test("dose definitions: the study's own is its regression per standard deviation", () => {
  const found = doseDefinitions(dose);
  assert.equal(found.grid.length, 120);
  const exposure = dose.panel.map((row) => row.time === 2021 ? [row.value("dose")] : []).flat();
  const mean = exposure.reduce((a, b) => a + b) / 26;
  const deviation = Math.sqrt(exposure.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 25);
  const plain = effects[2].fit(dose.panel).term("dose").estimate;
  const { outcome } = found.base;
  assert.ok(outcome.ok);
  assertClose(outcome.value.term.estimate, plain * deviation, 1e-10);
  const own = found.grid.find(({ measure, rule }) =>
    measure === "localitiesPer10000" && rule.unnamed === "populatedCentres" &&
    rule.misprints === "asPrinted" && rule.targets === "ignore" && rule.timing === "endOfYear"
  )!;
  assert.ok(own.refit.outcome.ok);
  assertClose(own.refit.outcome.value.term.estimate, outcome.value.term.estimate, 1e-12);
  const listed = found.refit("named as leading at 2021-12").outcome;
  const favoured = group.panel.map((row) => row.time === 2018 ? [row.value("favoured")] : [])
    .flat();
  const share = favoured.reduce((a, b) => a + b) / 26;
  assert.ok(listed.ok);
  assertClose(
    listed.value.term.estimate,
    effects[0].fit(group.panel).term("treated").estimate *
      Math.sqrt(26 * share * (1 - share) / 25),
    1e-9,
  );
  assert.equal(doseGridTable(found, dose).rows.length, 15);
});

Deno.test("every figure says its finding, its source and what is assumed", () => {
  for (const effect of effects) {
    const study = effect.design.treatment.kind === "group" ? group : dose;
    const figures = [
      timePlaceboFigure(effect, timePlacebos(effect)),
      spacePlaceboFigure(effect, spacePlacebo(effect, { seed: 1, draws: 99 })),
      outcomePlaceboFigure(
        effect,
        outcomePlacebos(effect, withPlaceboOutcomes(effect.panel), PLACEBO_OUTCOMES),
      ),
      leaveOneOutFigure(effect, leftOut(effect)),
      donutFigure(effect, withoutQuestioned(effect)),
      anticipationFigure(effect, earlyReaction(effect)),
      spilloverFigure(effect, spillovers(effect, neighbours())),
      doseDefinitionsFigure(doseDefinitions(study, { effect: effect.kind }), study),
    ];
    for (const { svg, text } of figures) {
      assert.ok(svg.includes("Source: INEI"), text);
      assert.ok(svg.includes("Assumed:"), text);
      assert.ok(!/NaN|undefined|Infinity/.test(svg), text);
      if (study === dose) assert.ok(svg.includes("part of the dose is assumed"), text);
    }
  }
});

Deno.test("the map of neighbours' roll-out shows the mean over neighbours, assumed where one is", () => {
  const beside = neighbours()["24"];
  assert.deepEqual(beside, ["20"]);
  const { svg, text } = neighbourDoseMap(group, 2021);
  const mean = (code: string) => {
    const doses = neighbours()[code].map((other) =>
      group.dose.find((cell) => cell.code === other && cell.year === 2021)!.dose!
    );
    return doses.reduce((a, b) => a + b) / doses.length;
  };
  const most = REGION_CODES.reduce((a, b) => mean(b) > mean(a) ? b : a);
  assert.ok(text.startsWith(`${REGION_NAMES[most]} had the most`), text);
  assert.ok(text.includes(mean(most).toFixed(1)));
  assert.ok(svg.includes("url(#"), "assumed means are hatched");
});

Deno.test("simulated from Peru's own paths: placebo dates are rejected near the level when trends are parallel, often when they are not", () => {
  const { panel, design } = group;
  const model = simulationModel(panel, design, "internet_use_pct", "population_2017");
  const rate = (trends: "parallel" | "own") => {
    let rejected = 0;
    const random = stream(77, 0);
    for (let draw = 0; draw < 150; draw++) {
      const drawn = simulatePanel(model, { trends }, random).panel;
      const found = placeboInTime(
        drawn,
        (rows) => twfe(rows, { outcome: "y", treatment: "treated" }),
        { path: "treated", dates: [2015] },
      );
      rejected += found.rejected.length;
    }
    return rejected / 150;
  };
  const [parallel, own] = [rate("parallel"), rate("own")];
  assert.ok(parallel < 0.13, `parallel: ${parallel}`);
  assert.ok(own > 0.8, `own trends: ${own}`);
});
