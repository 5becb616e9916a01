/** What is shown of a survey: findings in titles, and "simulated" wherever rows are made up. */
import assert from "node:assert/strict";
import {
  designEffectFigure,
  gradesFigure,
  publishedFigure,
  surveyShareFigure,
} from "../../../lib/study/show/survey.ts";
import {
  clusterTable,
  errorLadderTable,
  householdRowTable,
  shareByHandTable,
} from "../../../lib/study/show/survey-row.ts";
import { assume } from "../../../lib/study/peru/assumptions.ts";
import { peruStudy } from "../../../lib/study/peru/study.ts";
import { surveyShare } from "../../../lib/study/survey/estimation/estimate.ts";
import { gradeEstimators, gradesTable } from "../../../lib/study/survey/panel/grade.ts";
import { simulatedEstimates } from "../../../lib/study/survey/panel/outcomes.ts";
import { surveyPanel } from "../../../lib/study/survey/panel/survey-panel.ts";
import { simulateYear } from "../../../lib/study/survey/simulation/simulate.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";

const DESIGN = { stratum: "region × estrato", lonely: "adjust" } as const;
const { households } = simulateYear({ scenario: "nonparallel", households: 4000 }, 2020);
const survey = simulatedEstimates({ scenario: "nonparallel", households: 1500 }, DESIGN);
const panel = surveyPanel({ ...survey }, { base: peruStudy(assume()).panel });
const grades = gradeEstimators("nonparallel", panel);

Deno.test("every table and figure of simulated rows says so", () => {
  const tables = [
    householdRowTable(households, 0),
    shareByHandTable(households, "internet", "09"),
    clusterTable(households, "internet", "09"),
    errorLadderTable(households, "internet", "09"),
    surveyShare(households, "internet").toTable(),
    gradesTable(grades),
  ];
  for (const table of tables) {
    assert.match(table.caption, /^Simulated/);
    assert.match(table.source!, /no real household/);
  }
  const figures = [
    surveyShareFigure(survey.internet_use_pct, 2020, "Internet use"),
    designEffectFigure(survey.internet_use_pct, 2020, "Internet use"),
    publishedFigure(panel, "internet_use_pct"),
    gradesFigure(grades),
  ];
  for (const figure of figures) assert.match(figure.svg.replaceAll(/<[^>]*>/g, " "), /simulated/i);
});

Deno.test("the share by hand is the estimator's, and the ladder ends at its standard errors", () => {
  const hand = shareByHandTable(households, "internet", "09").rows[0].weighted as number;
  const ladder = errorLadderTable(households, "internet", "09").rows.map((row) =>
    row.error as number
  );
  const plain = surveyShare(households, "internet", { by: "region" }).find(2020, { region: "09" })!;
  const within = surveyShare(households, "internet", { by: "region", ...DESIGN }).find(2020, {
    region: "09",
  })!;
  assertClose(hand, 100 * plain.estimate, 1e-12);
  assertClose(ladder[2], 100 * plain.standardError!, 1e-12);
  assertClose(ladder[3], 100 * within.standardError!, 1e-12);
  assertClose(ladder[0] ** 2, 1e4 * within.standardError! ** 2 / within.designEffect!, 1e-10);
});

Deno.test("shares of real files are not called simulated, and other outcomes and years keep their names", () => {
  const real = panel.where("from 2015", (row) => row.time >= 2015).about({
    source: "INEI, ENAHO",
    provenance: "outcomes estimated from microdata",
  });
  const text = publishedFigure(real, "households_mobile_pct").svg.replaceAll(/<[^>]*>/g, " ");
  assert.doesNotMatch(text, /simulated/i);
  assert.match(text, /survey shares/);
  assert.match(text, /Households with a mobile phone by region and year, %, 2015–2023/);
  assert.ok(gradesTable(grades).columns.some((column) => column.label === "Scenario"));
});

Deno.test("grades of another outcome name it, and the trends that it has", () => {
  const mobile = gradeEstimators("constant", panel, "households_mobile_pct");
  const figure = gradesFigure(mobile).svg.replaceAll(/<[^>]*>/g, " ");
  assert.match(figure, /effect on households with a mobile phone/);
  assert.match(figure, /constant: own trends as published, no effect/);
  assert.doesNotMatch(figure, /parallel trends|internet use/);
  const table = gradesTable(gradeEstimators("constant", panel, "households_internet_pct"));
  assert.match(table.caption, /households with internet/);
  assert.match(table.notes!.join(), /own trends as published, 2 points in the nine favoured/);
});

Deno.test("tables of yes and no refuse other variables and regions where nobody answered", () => {
  const silent = { ...households, internet: households.internet.map(() => NaN) };
  for (const make of [shareByHandTable, clusterTable, errorLadderTable]) {
    assertRefuses(() => make(households, "estrato", "09"), "answers of 1, 0 or missing", "estrato");
    assertRefuses(() => make(silent, "internet", "09"), "Nobody answered in Huancavelica");
  }
});

Deno.test("figures of samples that cannot tell an error say so", () => {
  const sure = { ...households, internet: households.internet.map(() => 1) };
  const found = surveyShare(sure, "internet", { by: "region", ...DESIGN });
  const figure = surveyShareFigure(found, 2020, "Internet");
  assert.doesNotMatch(figure.svg, /NaN/);
  assert.match(figure.svg.replaceAll(/<[^>]*>/g, " "), /cannot\s+tell/);
  assertRefuses(() => designEffectFigure(found, 2020, "Internet"), "has a design effect in 2020");
});

Deno.test("a region or year that is not there is refused", () => {
  for (const row of [-1, households.rows, 0.5]) {
    assertRefuses(() => householdRowTable(households, row), "have rows 0 to", String(row));
  }
  assertRefuses(
    () => shareByHandTable(households, "internet", "99"),
    "no row of this region",
    "99",
    "15A",
  );
  assertRefuses(
    () => surveyShareFigure(survey.internet_use_pct, 2030, "Internet use"),
    "2030",
    "2011",
  );
});
