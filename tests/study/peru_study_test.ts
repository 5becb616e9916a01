import assert from "node:assert/strict";
import { twfe } from "../../lib/estimators/twfe.ts";
import { twoByTwo } from "../../lib/estimators/two-by-two.ts";
import { assume, type AssumptionChanges } from "../../lib/study/peru/assumptions.ts";
import { crossChecks, internetMeasures, yearlyChanges } from "../../lib/study/peru/crosschecks.ts";
import { peruStudy } from "../../lib/study/peru/study.ts";
import { runVariants } from "../../lib/study/variants.ts";
import { eventFigure } from "../../lib/study/show/trends.ts";
import { trendStudy } from "../../lib/study/trends.ts";
import { heterogeneityStudy } from "../../lib/study/heterogeneity.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const study = (changes: AssumptionChanges = {}) => peruStudy(assume(changes));

Deno.test("the panel is 26 areas × 13 years, balanced, and no join lost or multiplied a row", () => {
  const { panel, joins } = study();
  assert.deepEqual([panel.rows, panel.units.length, panel.times.length, panel.balanced], [
    338,
    26,
    13,
    true,
  ]);
  for (const join of joins) {
    assert.equal(join.rowsAfter, join.rowsBefore);
    assert.equal(join.unmatched, 0);
  }
});

Deno.test("dropping years and areas shows in the sample flow and in every result", () => {
  const { panel, design } = study({ yearsDropped: [2020, 2021], areasLeftOut: ["15A"] });
  assert.deepEqual(panel.flow.map((step) => step.rows), [338, 286, 275]);
  const estimate = twfe(panel, { outcome: "internet_use_pct", treatment: "treated" });
  assert.equal(estimate.design.observations, 275);
  assert.ok(
    estimate.design.context.assumptions!.some((line) => line.includes("Lima Metropolitana")),
  );
  assert.deepEqual(design.questionedTimes, []);
});

Deno.test("the naive estimate is a tenth of a point, by hand and by regression alike", () => {
  const { panel } = study();
  const byHand = twoByTwo(panel, {
    outcome: "internet_use_pct",
    group: "favoured",
    treatedFrom: 2019,
  });
  const regression = twfe(panel, { outcome: "internet_use_pct", treatment: "treated" });
  assertClose(byHand.estimate.term("DiD").estimate, 0.127628994967, 1e-6, "2 × 2");
  assertClose(
    regression.term("treated").estimate,
    byHand.estimate.term("DiD").estimate,
    1e-10,
    "regression",
  );
});

Deno.test("changing the threshold changes who is treated, the estimate and the words", () => {
  const at = (threshold: number) =>
    study({ treatment: { kind: "threshold", measure: "localitiesPer10000", threshold } });
  const estimate = (threshold: number) => {
    const { panel } = at(threshold);
    return twfe(panel, { outcome: "internet_use_pct", treatment: "treated" }).term("treated")
      .estimate;
  };
  assert.notEqual(estimate(6).toFixed(6), estimate(12).toFixed(6));
  assert.ok(at(6).design.assumptions.some((line) => line.includes("at least 6 IPT localities")));
});

Deno.test("a threshold that nobody reaches is refused", () => {
  assertRefuses(
    () =>
      study({ treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: 500 } }),
    "Nobody is treated",
    "lower the threshold",
  );
});

Deno.test("with crossing, only regions that cross in the window are treated, and none before the start", () => {
  const treatment = {
    kind: "threshold",
    measure: "localitiesPer10000",
    threshold: 12,
    adoption: "crossing",
  } as const;
  const short = study({ treatment, lastYear: 2020 }).panel;
  const favoured = short.units.filter((unit) =>
    short.map((row) => row).some((row) => row.unit === unit && row.value("favoured") === 1)
  );
  assert.deepEqual(favoured, ["01", "03", "05", "09", "10"]);
  assertRefuses(
    () => study({ treatment, firstTreatedYear: 2021, baseYear: 2020 }),
    "firstTreatedYear",
    "Huancavelica (2019)",
    "set firstTreatedYear to 2019",
  );
});

Deno.test("a dose measure that one area lacks drops that area's rows by name", () => {
  const { panel } = study({ treatment: { kind: "dose", measure: "localitiesPerCentre" } });
  const [drop] = twfe(panel, { outcome: "internet_use_pct", treatment: "dose" }).design.droppedRows;
  assert.deepEqual([drop.reason, drop.count], ["dose missing", 13]);
  assert.ok(drop.rows[0].includes("15A"));
});

Deno.test("pre-trends are rejected for all three outcomes, in two directions, for phones by their line only", () => {
  const { panel, design } = study();
  const found = design.outcomes.map(({ column }) => {
    const trend = trendStudy(panel, design, column);
    assert.ok(trend.joint.ok && trend.joint.value.test === "HTZ", column);
    assert.ok(trend.slope.ok && trend.slope.value.terms[0].pValue < 0.01, column);
    const title = eventFigure(trend, design).svg.match(/<title>(.*)<\/title>/)![1];
    const rejects = trend.joint.value.pValue < 0.05;
    assert.match(title, rejects ? /did not move in parallel/ : /the gap moved along a line/);
    return [Math.sign(trend.slope.value.terms[0].estimate), rejects];
  });
  assert.deepEqual(found, [[-1, true], [-1, true], [1, false]]);
});

Deno.test("an event figure says why its joint test is no HTZ, and which effects are tested where the base lies earlier", () => {
  const words = (changes: AssumptionChanges) => {
    const { panel, design } = study(changes);
    const { svg } = eventFigure(trendStudy(panel, design, "internet_use_pct"), design);
    return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]).join(" ");
  };
  const single = words({ treatment: { kind: "regions", codes: ["01"] } });
  assert.match(single, /All effects before 2018 zero: F\(.*HTZ test cannot be computed, because/);
  const early = words({ baseYear: 2014 });
  assert.match(early, /All effects before treatment \(2019\) zero: HTZ F\(7, /);
});

Deno.test("every variant runs or gives its reason", () => {
  const { panel, design } = study();
  const results = runVariants(panel, design, "internet_use_pct");
  assert.equal(results.length, 7);
  assert.ok(results.every(({ result }) => result.ok));
  const short = study({ firstYear: 2018, baseYear: 2018, lastYear: 2019 });
  const trends = runVariants(short.panel, short.design, "internet_use_pct").at(-1)!.result;
  assert.ok(!trends.ok && trends.reason.includes("No treatment effect can be estimated"));
});

Deno.test("a half without favoured regions gives a reason, not a number", () => {
  const { panel, design } = study();
  const schooling = heterogeneityStudy(panel, design, "internet_use_pct").find((s) =>
    s.moderator.label === "Schooling"
  )!;
  assert.ok(!schooling.split.ok && schooling.split.reason.includes("of which 0 treated"));
});

Deno.test("the outcomes agree with the second sources as far as those can", () => {
  const [mobile, counted, , national] = crossChecks();
  assert.ok(mobile.compared >= 100 && Math.abs(mobile.largestDifference) < 0.051);
  assert.ok(Math.abs(counted.meanDifference) < 1);
  assert.ok(national.compared === 6 && national.meanDifference < 0);
});

Deno.test("households with internet jumped in 2019, internet use less", () => {
  const change = (outcome: string, year: number) =>
    yearlyChanges().find((row) => row.outcome === outcome && row.year === year)!.change.toFixed(1);
  assert.deepEqual([
    change("households_internet_pct", 2018),
    change("households_internet_pct", 2019),
  ], ["1.7", "7.1"]);
  assert.deepEqual([change("internet_use_pct", 2018), change("internet_use_pct", 2019)], [
    "3.6",
    "5.2",
  ]);
});

Deno.test("the two measures of internet use come closer over time", () => {
  const ratio = (year: number) =>
    internetMeasures().find((row) => row.year === year)!.ratio.toFixed(2);
  assert.deepEqual([ratio(2016), ratio(2023)], ["0.71", "0.95"]);
});
