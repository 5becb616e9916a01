/** The numbers that notebook 09 quotes, each computed here again. */
import assert from "node:assert/strict";
import {
  assume,
  breakdownValue,
  eventStudy,
  leftOut,
  oster,
  peruSpecifications,
  peruStudy,
  preTrendEquivalence,
  preTrendPower,
  slopeForPower,
  specificationCurve,
  studyEffect,
  syntheticStudy,
  trendNonInferiority,
  twfe,
} from "../../lib/mod.ts";
import { assertSays } from "./prose.ts";

const { panel, design } = peruStudy(assume());
const study = eventStudy(panel, {
  outcome: "internet_use_pct",
  exposure: "favoured",
  reference: 2018,
});
const says = (sentence: string) => assertSays("09", sentence);
const n = (value: number, digits = 1) => value.toFixed(digits).replace("-", "−");

Deno.test("09: what a look at pre-trends misses", () => {
  const slope = slopeForPower(study, 0.5);
  says(`drift of ${n(slope, 2)} points a year would go unnoticed`);
  says(`add up to ${n(5 * slope)} points by 2023`);
  const last = preTrendPower(study, slope).rows.find(({ time }) => time === 2023)!;
  says(`they would show ${n(last.meanAfterTest!)} points in 2023`);
});

Deno.test("09: equivalence, and one step up", () => {
  const bound = preTrendEquivalence(study).smallestBound!;
  says(`Only departures of more than ${n(bound, 0)} points can be ruled out`);
  assert.ok(bound > study.effects.at(-1)!.estimate);
  says(`By ${n(Math.abs(trendNonInferiority(study).difference))} points`);
});

Deno.test("09: breakdown values and the worst change before", () => {
  const weights = [0, 0, 0, 0, 1];
  says(`breakdown value is ${n(breakdownValue(study, { weights })!, 2)}`);
  const bend = breakdownValue(study, { weights, restriction: "smoothness" })!;
  says(`slope may bend by ${n(bend, 2)} points a year`);
  says(`bends by less than about ${n(bend)} points a year`);
  assert.equal(breakdownValue(study, { weights: [1, 0, 0, 0, 0] }), 0);
  const at = (year: number) => study.effects.find(({ time }) => time === year)?.estimate ?? 0;
  const steps = [2011, 2012, 2013, 2014, 2015, 2016, 2017].map((year) => ({
    year,
    size: Math.abs(at(year + 1) - at(year)),
  }));
  const worst = steps.reduce((a, b) => b.size > a.size ? b : a);
  says(`from ${worst.year} to ${worst.year + 1}`);
  says(`gained ${n(at(2023))} points by 2023`);
});

Deno.test("09: no region alone", () => {
  const since = leftOut(studyEffect(panel, design, { effect: "sinceBase" }));
  says(`between ${n(since.low!.estimate)} and ${n(since.high!.estimate)}, whoever is left out`);
  const { signChanges } = leftOut(studyEffect(panel, design));
  assert.equal(signChanges.length, 9);
  says("changes sign nine times");
});

Deno.test("09: the synthetic comparison", () => {
  const { estimate, leaveOut } = syntheticStudy(panel, design, { draws: 999, seed: 1 });
  const overall = estimate.term("overall");
  says(`${n(overall.estimate)} points with a placebo error of ${n(overall.standardError)}`);
  const without = leaveOut.rows.map(({ estimate }) => estimate);
  says(`between ${n(Math.min(...without))} and ${n(Math.max(...without))} when one donor`);
});

Deno.test("09: altitude and what was not measured", () => {
  const sample = panel.where("from 2018 on", (row) => row.time >= 2018);
  const plain = { outcome: "internet_use_pct", treatment: "treated" };
  const long = twfe(sample, { ...plain, covariatesByTime: ["altitude_m"] });
  const found = oster(twfe(sample, plain), long, { term: "treated" });
  says(`${n(long.term("treated").estimate)} points are left`);
  says(`need count only ${n(found.deltaForBeta!, 2)} times as much as altitude`);
  const left = found.rMax - found.long.rSquared;
  const [half, twice] = [0.5, 2].map((times) =>
    found.adjust({ delta: 1, rMax: found.long.rSquared + times * left })
  );
  says(`${n(half.betaStar!)} points would survive an equal share`);
  says(`${n(twice.deltaForBeta!, 2)} times the weight of altitude`);
});

Deno.test("09: the specification curve", () => {
  const { panel: whole, grid } = peruSpecifications(assume());
  const curve = specificationCurve(whole, {
    ...grid,
    permutation: { seed: 20190501, draws: 499 },
  });
  const estimates = curve.rows.map((row) => row.estimate);
  assert.equal(estimates.length, 576);
  says(`from ${n(Math.min(...estimates))} to ${n(Math.max(...estimates))} points`);
  const clear = curve.rows.filter(({ pValue }) => pValue < 0.05);
  says(`and ${n(100 * clear.length / estimates.length, 0)} % of them are significantly positive`);
  assert.ok(clear.every(({ estimate }) => estimate > 0));
  for (const { pValue } of curve.inference!.tests) assert.ok(pValue > 1 / 3);
  const significant = (trends: string) => {
    const own = curve.rows.filter(({ choices }) =>
      choices.Years === "from 2016" && choices.Trends === trends
    );
    return own.filter(({ pValue }) => pValue < 0.05).length / own.length;
  };
  assert.ok(Math.abs(significant("none") - 0.2) < 0.02 && significant("a line per region") < 0.05);
});
