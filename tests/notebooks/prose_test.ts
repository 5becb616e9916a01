/** The notebooks' prose quotes numbers: each is computed here again and looked for in the text. */
import assert from "node:assert/strict";
import {
  assume,
  compareEstimators,
  deploymentBalance,
  doseCoverage,
  groupGaps,
  groupMeans,
  inferenceTable,
  loadCoverage,
  loadEhec,
  loadTable,
  Panel,
  peruStudy,
  preTrendTest,
  rollOutTables,
  runVariants,
  simulateRollOut,
  trendStudy,
  twfe,
  twfeWeights,
  wildClusterBootstrap,
  yearlyChanges,
} from "../../lib/mod.ts";
import { assertSays } from "./prose.ts";

const { panel, design } = peruStudy(assume());
const dosed = peruStudy(assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } }));

Deno.test("01: the jump of 2019 and the published share of the dose", () => {
  const change = (year: number) =>
    yearlyChanges().find((row) => row.outcome === "households_internet_pct" && row.year === year)!
      .change.toFixed(1);
  assertSays("01", `rose by ${change(2018)} points in 2018 and by ${change(2019)} in 2019`);
  const row = doseCoverage(rollOutTables(), "localities", assume().rollOut).find((item) =>
    item.year === 2021
  )!;
  assertSays("01", `${Math.round(100 * row.published / row.national)} % of all localities`);
});

Deno.test("02: the gap, its turn, the slope and the departure", () => {
  const labelled = panel.with("g", (row) => row.value("favoured") === 1 ? "a" : "b");
  const gaps = groupGaps(
    groupMeans(labelled, { outcome: "internet_use_pct", group: "g" }),
    "a",
    "b",
  );
  const gap = (year: number) => Math.abs(gaps.find((item) => item.time === year)!.gap).toFixed(0);
  assertSays("02", `was ${gap(2011)} points in 2011 and ${gap(2018)} points in 2018`);
  assertSays("02", `by 2023 it is back at ${gap(2023)} points`);
  const study = trendStudy(panel, design, "internet_use_pct");
  assert.ok(study.slope.ok && study.departures.ok && study.joint.ok);
  assertSays(
    "02",
    `lost ${Math.abs(study.slope.value.terms[0].estimate).toFixed(2)} points a year`,
  );
  assert.equal(study.joint.value.test, "HTZ");
  assertSays("02", `Rejected, with p = ${study.joint.value.pValue.toFixed(3)}`);
  const last = study.departures.value.terms.at(-1)!;
  assertSays("02", `${last.estimate.toFixed(1)} points above their own path in ${last.time}`);
  const effects = study.events.effects;
  assert.deepEqual([effects[0].estimate.toFixed(0), effects[6].estimate.toFixed(0)], ["10", "2"]);
  assertSays("02", "from ten to two");
});

Deno.test("02: the joint test by wild bootstrap", () => {
  const { events } = trendStudy(panel, design, "internet_use_pct");
  const careful = preTrendTest(events);
  const { pValue } = wildClusterBootstrap(events, { joint: careful.terms, draws: 9999, seed: 1 });
  assertSays(
    "02",
    `rejected, and firmly, with p = ${pValue.toFixed(3)} where the careful test said ${
      careful.pValue.toFixed(3)
    }`,
  );
});

Deno.test("02: the other outcomes run the other way", () => {
  const slope = (outcome: string) => {
    const study = trendStudy(panel, design, outcome);
    assert.ok(study.slope.ok);
    return study.slope.value.terms[0];
  };
  assert.ok(slope("households_internet_pct").high < 0);
  const phones = slope("households_mobile_pct");
  assert.ok(phones.statistic > 3 && phones.statistic < 4);
  const { joint } = trendStudy(panel, design, "households_mobile_pct");
  assert.ok(joint.ok);
  assertSays("02", `about phones: p = ${joint.value.pValue.toFixed(3)}, not rejected`);
  const last = trendStudy(panel, design, "households_internet_pct").events.effects.at(-1)!;
  assert.ok(last.estimate < 0, "households with internet: still falling behind in 2023");
});

Deno.test("03: the main estimate and the range of the variants", () => {
  const base = twfe(panel, { outcome: "internet_use_pct", treatment: "treated" }).term("treated");
  assert.equal(base.estimate.toFixed(1), "0.1");
  assertSays("03", `a tenth of a point, with a standard error of ${base.standardError.toFixed(1)}`);
  const found = runVariants(panel, design, "internet_use_pct").map(({ result }) => {
    assert.ok(result.ok);
    return result.value.term("treated").estimate;
  });
  assert.deepEqual([Math.min(...found).toFixed(0), Math.max(...found).toFixed(0)], ["-1", "5"]);
  assertSays("03", "From about −1 to about +5 points");
});

Deno.test("03: the other outcomes' naive and trend estimates", () => {
  const estimate = (outcome: string, trends: "none" | "unit") =>
    twfe(panel, { outcome, treatment: "treated", trends }).term("treated").estimate.toFixed(0);
  assert.equal(estimate("households_internet_pct", "none"), "-5");
  assert.equal(estimate("households_mobile_pct", "none"), "4");
  assert.equal(estimate("households_mobile_pct", "unit"), "-2");
  assertSays("03", "the favoured regions *lost* five points on the others");
  assertSays("03", "nearly four points more, or two points less with trends");
});

Deno.test("03: the dose rests on Huancavelica", () => {
  const slope = (skip: string) =>
    twfe(dosed.panel.where("test", (row) => row.unit !== skip), {
      outcome: "internet_use_pct",
      treatment: "dose",
    })
      .term("dose");
  assert.equal(slope("").estimate.toFixed(1), "0.1");
  assert.ok(slope("").low > 0 && slope("09").low < 0);
  assertSays(
    "03",
    `grows from ${slope("").standardError.toFixed(2)} to ${slope("09").standardError.toFixed(2)}`,
  );
  const peak = (code: string) =>
    Math.max(...dosed.dose.filter((cell) => cell.code === code).map((cell) => cell.dose!));
  assertSays(
    "03",
    `had ${peak("09").toFixed(0)} localities per 10,000 inhabitants at the end of 2021`,
  );
});

Deno.test("04: favoured regions differ by about two standard deviations, save in how thinly they are settled", () => {
  const rows = deploymentBalance(panel, design);
  assert.ok(rows.ok);
  for (const row of rows.value) {
    const size = Math.abs(row.standardisedDifference);
    if (row.column === "share_sparse") assert.ok(size < 0.25);
    else assert.ok(size > 1.8 && size < 2.3, `${row.column} ${size}`);
  }
  assertSays("04", "by about two standard deviations in each");
});

Deno.test("05: expansion raised coverage by seven points", () => {
  const effect = twfe(loadEhec(), { outcome: "dins", treatment: "post" }).term("post");
  assertSays("05", `by ${(100 * effect.estimate).toFixed(0)} percentage points`);
});

Deno.test("06: what the coverage study found", () => {
  const rate = (procedure: string, design: string) =>
    loadCoverage().find((row) => row.procedure.startsWith(procedure) && row.design === design)!
      .rejectedPct;
  const weighted = "no effect, weighted by population";
  for (const procedure of ["iid", "HC1", "Driscoll"]) {
    for (const design of ["no effect", weighted]) {
      assert.ok(rate(procedure, design) > 23.5, `${procedure} ${design}`);
    }
  }
  assert.ok(rate("CR1", "no effect") < 6.5 && rate("CR1", weighted) > 9);
  for (const procedure of ["CV3", "wild bootstrap, WCR", "randomisation"]) {
    for (const design of ["no effect", weighted, "no effect, 12 areas"]) {
      assert.ok(
        rate(procedure, design) > 3.5 && rate(procedure, design) < 6,
        `${procedure} ${design}`,
      );
    }
  }
  assertSays("06", `so cautious (${rate("CR2", weighted).toFixed(0)} %)`);
  assert.equal(rate("CV3", "no effect, trends not parallel"), 100);
  assertSays("06", "in every single panel");
});

Deno.test("06: the main estimate and the bolder one under few-cluster inference", () => {
  const options = { outcome: "internet_use_pct", treatment: "treated" };
  const row = (estimate: ReturnType<typeof twfe>, procedure: string) =>
    inferenceTable(estimate, { seed: 20261123, draws: 9999 }).rows.find((item) =>
      item.procedure.includes(procedure)
    )!;
  const main = row(twfe(panel, options), "WCR-S");
  assert.deepEqual([Math.round(2 * main.low!) / 2, Math.round(2 * main.high!) / 2], [-3.5, 3.5]);
  const bold = twfe(panel, { ...options, trends: "unit" });
  assertSays("06", `found ${bold.term("treated").estimate.toFixed(1)} points`);
  assertSays("06", `p = ${bold.term("treated").pValue.toFixed(3)} by the usual formula`);
  assertSays("06", `p is ${row(bold, "two-way").pValue!.toFixed(2)}`);
  assert.ok(row(bold, "WCR-S").low! > 0);
  const people = (code: string) =>
    loadTable("regions").find((item) => item.code === code)!.population_2017;
  assertSays(
    "06",
    `has ${(people("15A") / people("17")).toFixed(0)} times the people of Madre de Dios`,
  );
});

Deno.test("the README's numbers are those of the study", () => {
  const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
  const base = twfe(panel, { outcome: "internet_use_pct", treatment: "treated" }).term("treated");
  const expected = `${base.estimate.toFixed(1)} percentage points (standard error ${
    base.standardError.toFixed(1)
  })`;
  assert.ok(readme.includes(expected), expected);
  assert.ok(loadTable("regions").length === 26 && readme.includes("26 areas"));
});

Deno.test("07: six lines, the simulated truth and Peru under all estimators", () => {
  const lines = [["A", 1, 0, 2], ["A", 2, 1, 2], ["A", 3, 3, 2], ["B", 1, 0, 3], ["B", 2, 0, 3], [
    "B",
    3,
    1,
    3,
  ]].map(([region, year, outcome, cohort]) => ({ region, year, outcome, cohort }));
  const six = twfeWeights(Panel.fromRows(lines, { unit: "region", time: "year" }), {
    outcome: "outcome",
    cohort: "cohort",
  });
  assert.ok(Math.abs(six.estimate) < 1e-12);
  assert.deepEqual(six.cells.map(({ weight }) => weight.toFixed(6)), [
    "1.000000",
    "-0.500000",
    "0.500000",
  ]);
  assertSays("07", "weights on the three effects: 1, −1/2 and 1/2");
  const rollOut = simulateRollOut({
    seed: 20261124,
    cohorts: [
      { from: 4, effects: (since) => 2 + 1.2 * since },
      { from: 6, effects: (since) => 1 + 0.5 * since },
      { from: 8, effects: () => 0.5 },
    ],
  });
  const weights = twfeWeights(rollOut.panel, { outcome: "y", cohort: "cohort" });
  assertSays(
    "07",
    `true mean over treated rows is ${rollOut.average.toFixed(2)}; the regression says ${
      weights.estimate.toFixed(2)
    }`,
  );
  const threshold = { measure: "localitiesPer10000", threshold: 5, adoption: "crossing" } as const;
  const cohorts = peruStudy(assume({ treatment: { kind: "threshold", ...threshold } })).panel;
  const { rows, reasons } = compareEstimators(cohorts, {
    outcome: "internet_use_pct",
    cohort: "cohort",
    window: { from: -6, to: 4 },
  });
  const said = (name: string) =>
    rows.find(({ estimator }) => estimator === name)!.estimate!.toFixed(1);
  assertSays(
    "07",
    `the effect is ${said("Callaway–Sant'Anna")} points; against all years before it is ${
      said("Imputation")
    }`,
  );
  const base = reasons.find(({ reason }) => reason === "base period")!.difference!;
  assertSays("07", `they differ by ${Math.abs(base).toFixed(1)} points`);
  assertSays("07", `takes timing as random, says ${said("Efficient (random timing)")}`);
});
