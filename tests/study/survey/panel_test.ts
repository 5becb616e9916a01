/** The panel from microdata, and what sampling error does to the estimators on it. */
import assert from "node:assert/strict";
import { eventStudy } from "../../../lib/estimators/event-study.ts";
import { twfe } from "../../../lib/estimators/twfe.ts";
import { callawaySantAnna } from "../../../lib/estimators/callaway-santanna.ts";
import type { Panel } from "../../../lib/panel/panel.ts";
import { assume } from "../../../lib/study/peru/assumptions.ts";
import { peruStudy } from "../../../lib/study/peru/study.ts";
import { surveyMean, surveyShare } from "../../../lib/study/survey/estimation/estimate.ts";
import { gradeEstimators, plantedContrast } from "../../../lib/study/survey/panel/grade.ts";
import { leverages, lewisLinzerWeights } from "../../../lib/study/survey/panel/lewis-linzer.ts";
import { simulatedEstimates, studyEstimates } from "../../../lib/study/survey/panel/outcomes.ts";
import {
  outcomeWeights,
  samplingError,
  samplingErrorByRefits,
} from "../../../lib/study/survey/panel/sampling-error.ts";
import { surveyPanel } from "../../../lib/study/survey/panel/survey-panel.ts";
import { SurveyEstimates } from "../../../lib/study/survey/estimation/result.ts";
import { simulateYear } from "../../../lib/study/survey/simulation/simulate.ts";
import { stream } from "../../../lib/inference/random.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { householdTable, madeRows } from "./made.ts";

const DESIGN = { stratum: "region × estrato", lonely: "adjust" } as const;
const base = peruStudy(assume()).panel;
const outcome = "internet_use_pct";
const survey = simulatedEstimates({ scenario: "constant", households: 6000 }, DESIGN);
const panel = surveyPanel({ ...survey }, { base });
const regression = { outcome, treatment: "treated" };

Deno.test("the panel has the estimates, their errors and the study's columns, and says simulated", () => {
  assert.deepEqual([panel.rows, panel.units.length, panel.balanced], [338, 26, true]);
  const row = survey.internet_use_pct.find(2020, { region: "09" })!;
  const at = panel.map(({ unit, time }) => unit === "09" && time === 2020).indexOf(true);
  assertClose(panel.numeric(outcome)[at], 100 * row.estimate);
  assertClose(panel.numeric(`${outcome}_se`)[at], 100 * row.standardError!);
  assertClose(panel.numeric(`${outcome}_effective`)[at], row.effectiveRows!);
  assert.equal(panel.numeric(`${outcome}_rows`)[at], row.rows);
  assert.deepEqual(panel.numeric(`published_${outcome}`), base.numeric(outcome));
  assert.deepEqual(panel.numeric("treated"), base.numeric("treated"));
  const estimate = twfe(panel, { ...regression, weights: `${outcome}_effective` });
  assert.match(estimate.describe().join("\n"), /weighted by internet_use_pct_effective/);
  assert.match(estimate.describe().join("\n"), /outcomes are simulated/);
  assert.match(estimate.describe().join("\n"), /no real household/);
});

Deno.test("the weights on the outcome give the coefficients back, weighted or not", () => {
  for (const weights of [undefined, `${outcome}_effective`]) {
    const { regression: behind, terms } = eventStudy(panel, {
      outcome,
      exposure: "favoured",
      reference: 2018,
      ...(weights === undefined ? {} : { weights }),
    });
    const y = behind!.panel.numeric(outcome);
    terms.forEach((term, k) => {
      const a = outcomeWeights(behind!.fit, k);
      assertClose(a.reduce((sum, weight, i) => sum + weight * y[i], 0), term.estimate, 1e-9, "", 1);
    });
  }
});

Deno.test("sampling's part in closed form, with independent regions, and by drawing the outcome again", () => {
  const estimate = twfe(panel, regression);
  const exact = samplingError(estimate, { estimates: survey.internet_use_pct }).rows[0];
  const independent = samplingError(estimate).rows[0];
  // Strata are nested in regions here, so that regions do not share any.
  assertClose(exact.samplingError, independent.samplingError, 1e-9);
  const drawn = samplingErrorByRefits(panel, (p) => twfe(p, regression), {
    outcome,
    seed: 1,
    draws: 999,
  });
  // 999 draws know a standard deviation to 2.2 %.
  assert.ok(Math.abs(drawn.rows[0].samplingError / exact.samplingError - 1) < 0.09);
  assertClose(exact.share, (exact.samplingError / exact.standardError) ** 2, 1e-12);
  assert.ok(exact.share > 0.1 && exact.share < 0.4, String(exact.share));
  assert.match(drawn.toTable().toMarkdown(), /999 draws/);
  const shared = simulatedEstimates({ scenario: "constant", households: 6000 }, {
    lonely: "adjust",
  });
  const crossed = surveyPanel({ ...shared }, { base });
  const withCovariance = samplingError(twfe(crossed, regression), {
    estimates: shared.internet_use_pct,
  });
  assert.notEqual(
    withCovariance.rows[0].samplingError,
    samplingError(twfe(crossed, regression)).rows[0].samplingError,
  );
});

Deno.test("sampling error of an event study, and of an estimator that is no single regression", () => {
  const events = eventStudy(panel, { outcome, exposure: "favoured", reference: 2018 });
  assert.equal(samplingError(events).rows.length, 12);
  assert.equal(samplingError(events).row("favoured × 2023").term, "favoured × 2023");
  const cohorts = (p: Panel) => callawaySantAnna(p, { outcome, cohort: "cohort" });
  assertRefuses(
    () => samplingError(cohorts(panel)),
    "not a single regression",
    "samplingErrorByRefits",
  );
  const drawn = samplingErrorByRefits(panel, cohorts, { outcome, seed: 2, draws: 20 });
  assert.ok(drawn.rows.every((row) => row.samplingError > 0));
});

Deno.test("Lewis and Linzer: the variance beyond sampling by dense algebra, and on average the truth", () => {
  const estimate = twfe(panel, regression);
  const found = lewisLinzerWeights(estimate);
  const { fit } = estimate.regression!;
  const h = leverages(fit);
  // A balanced two-way panel: 1/T + 1/N − 1/NT, and the regressor's own part.
  const own = fit.q[0];
  h.forEach((leverage, i) => assertClose(leverage, 1 / 13 + 1 / 26 - 1 / 338 + own[i] ** 2, 1e-10));
  assertClose(h.reduce((sum, value) => sum + value, 0), 26 + 13 - 1 + 1, 1e-10);
  const omega = panel.numeric(`${outcome}_se`);
  const residuals = fit.residuals.reduce((sum, e) => sum + e * e, 0);
  const expected = omega.reduce((sum, se, i) => sum - (1 - h[i]) * se * se, residuals) / (338 - 39);
  assertClose(found.modelVariance, expected, 1e-9);
  found.panel.numeric(found.weights).forEach((weight, i) =>
    assertClose(weight, 1 / (found.modelVariance + omega[i] ** 2), 1e-12)
  );
  twfe(found.panel, { ...regression, weights: found.weights });
  const random = stream(5, 0);
  let mean = 0;
  for (let draw = 0; draw < 200; draw++) {
    const y = omega.map((se) => 2 * random.normal() + se * random.normal());
    mean += lewisLinzerWeights(twfe(panel.with(outcome, y), regression)).modelVariance / 200;
  }
  // The variance of the model is 4; its mean over 200 draws is known to 0.05 or so.
  assert.ok(Math.abs(mean - 4) < 0.25, String(mean));
  const quiet = lewisLinzerWeights(
    twfe(panel.with(`${outcome}_se`, omega.map((se) => 10 * se)), regression),
  );
  assert.equal(quiet.modelVariance, 0);
  assert.match(quiet.notes[0], /negative/);
});

Deno.test("graded against the truth: parallel scenarios are recovered, nonparallel misleads the two-way", () => {
  const grades = (scenario: "none" | "constant" | "nonparallel") => {
    const estimates = scenario === "constant"
      ? survey
      : simulatedEstimates({ scenario, households: 6000 }, DESIGN);
    return gradeEstimators(scenario, surveyPanel({ ...estimates }, { base }));
  };
  for (const scenario of ["none", "constant"] as const) {
    for (const grade of grades(scenario)) {
      assert.ok(grade.covers, `${scenario}: ${grade.estimator}`);
    }
  }
  const [naive, events] = grades("nonparallel");
  assert.equal(naive.truth, 4);
  // The published figures give 0.1 (1.7); sampling of 6,000 households a year adds an error of 0.7.
  assert.ok(naive.estimate < 2, String(naive.estimate));
  assert.ok(events.covers);
  assertClose(plantedContrast("constant", panel, "households_internet_pct"), 2, 1e-12);
  assert.equal(plantedContrast("constant", panel, "households_mobile_pct"), 0);
});

Deno.test("on the truth itself the group estimators of parallel scenarios are exact", async () => {
  const { surveyTruth } = await import("../../../lib/study/survey/simulation/truth.ts");
  const truth = new Map(
    surveyTruth("constant").filter((row) => row.outcome === outcome).map((
      row,
    ) => [`${row.code} ${row.year}`, row.expected]),
  );
  const exact = base.with(outcome, base.map(({ unit, time }) => truth.get(`${unit} ${time}`)!));
  assertClose(twfe(exact, regression).term("treated").estimate, 4, 1e-9);
  for (const term of eventStudy(exact, { outcome, exposure: "favoured", reference: 2018 }).terms) {
    assertClose(term.estimate, term.time! > 2018 ? 4 : 0, 1e-9, term.name, 1);
  }
});

Deno.test("on the truth of scenario dose the two-way slope is near the planted one", async () => {
  const { surveyTruth } = await import("../../../lib/study/survey/simulation/truth.ts");
  const truth = new Map(
    surveyTruth("dose").filter((row) => row.outcome === outcome).map((
      row,
    ) => [`${row.code} ${row.year}`, row.expected]),
  );
  const dosed =
    peruStudy(assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } })).panel;
  const exact = dosed.with(outcome, dosed.map(({ unit, time }) => truth.get(`${unit} ${time}`)!));
  // Changes are free of the dose of 2021; that of other years is not quite proportional to it.
  const slope = twfe(exact, { outcome, treatment: "dose" }).term("dose");
  assert.ok(Math.abs(slope.estimate - 0.1) < 0.02, String(slope.estimate));
});

Deno.test("no partial panel: holes, other domains and unequal years are refused", () => {
  const { households } = simulateYear({ scenario: "none", households: 2000 }, 2015);
  const whole = surveyShare(households, "internet", { by: "region", ...DESIGN });
  const without = new SurveyEstimates({
    ...whole,
    rows: whole.rows.filter((row) => row.domain.region !== "17"),
  });
  assertRefuses(() => surveyPanel({ internet: without }), "Madre de Dios 2015 (no cluster)");
  const lone = surveyShare(householdTable(madeRows([1, 1], 5), 2015), "internet", {
    by: "region",
    lonely: "average",
  });
  assertRefuses(() => surveyPanel({ internet: lone }, { regions: ["01"] }), "no standard error");
  assertRefuses(
    () => surveyPanel({ internet: surveyShare(households, "internet", DESIGN) }),
    "by nation",
    "region",
  );
  const later = surveyShare(
    simulateYear({ scenario: "none", households: 2000 }, 2016).households,
    "mobile",
    {
      by: "region",
      ...DESIGN,
    },
  );
  assertRefuses(() => surveyPanel({ internet: whole, mobile: later }), "mobile for 2016");
  assertRefuses(() => surveyPanel({}), "no estimates");
  const early = peruStudy(assume({ firstYear: 2016 })).panel;
  assertRefuses(() => surveyPanel({ internet: whole }, { base: early }), "the base panel has not");
  const mean = surveyPanel({
    weightless: surveyMean(households, "internet", { by: "region", ...DESIGN }),
  });
  assertClose(
    100 * mean.numeric("weightless")[0],
    surveyPanel({ internet: whole }).numeric("internet")[0],
  );
});

Deno.test("estimates of another variable, or of the outcome before it was changed, are refused", () => {
  assertRefuses(
    () => samplingError(twfe(panel, regression), { estimates: survey.households_mobile_pct }),
    "not what the estimates say",
    outcome,
  );
  const halved = panel.with(outcome, panel.numeric(outcome).map((value) => value / 2));
  assertRefuses(
    () => samplingError(twfe(halved, regression), { estimates: survey.internet_use_pct }),
    "not what the estimates say",
  );
});

Deno.test("persons without an age are counted, and a file without ages is refused by name", () => {
  const { households, persons } = simulateYear({ scenario: "none", households: 2000 }, 2015);
  const some = { ...persons, age: persons.age.map((age, i) => i % 2 === 0 ? NaN : age) };
  const found = studyEstimates({ households, persons: some }, DESIGN).internet_use_pct;
  assert.match(found.notes.join("\n"), /2015: [\d,]+ of [\d,]+ persons have no age \(P208A\)/);
  const none = { ...persons, age: persons.age.map(() => NaN) };
  assertRefuses(() => studyEstimates({ households, persons: none }, DESIGN), "2015", "P208A");
});

Deno.test("published shares have no planted truth to be graded against", () =>
  assertRefuses(() => gradeEstimators("constant", base), "Only a simulated panel"));

Deno.test("sampling error needs standard errors and known terms", () => {
  assertRefuses(() => samplingError(twfe(base, regression)), "no such column", `${outcome}_se`);
  const holes = panel.with(`${outcome}_se`, panel.map(() => NaN));
  assertRefuses(() => samplingError(twfe(holes, regression)), "no standard error of the outcome");
  assertRefuses(() => samplingError(twfe(panel, regression)).row("x"), "no such term", "treated");
  assertRefuses(
    () => lewisLinzerWeights(twfe(holes, regression)),
    "no standard error of the outcome",
  );
  assertRefuses(
    () => lewisLinzerWeights(twfe(panel, { ...regression, weights: `${outcome}_rows` })),
    "weighted already",
  );
});
