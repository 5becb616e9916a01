/** The numbers that notebook 10 quotes, each computed here again. */
import assert from "node:assert/strict";
import {
  assume,
  clusterTable,
  errorLadderTable,
  type Grade,
  gradeEstimators,
  lewisLinzerWeights,
  loadTable,
  peruStudy,
  samplingError,
  shareByHandTable,
  simulatedEstimates,
  simulateYear,
  studyEstimates,
  surveyPanel,
  type SurveyScenario,
  surveyShare,
  twfe,
} from "../../lib/mod.ts";
import { assertSays } from "./prose.ts";

const says = (sentence: string) => assertSays("10", sentence);
const n = (value: number, digits = 1) => value.toFixed(digits).replace("-", "−");
const design = { stratum: "region × estrato", lonely: "adjust" } as const;
const outcome = "internet_use_pct";
const { panel: base } = peruStudy(assume());
const { households, persons } = simulateYear({ scenario: "nonparallel" }, 2022);

Deno.test("10: rows, weights and the share of Huancavelica", () => {
  const [yes] = shareByHandTable(households, "internet", "09").rows;
  says(
    `${n(yes.plain as number)} % of the rows and ${
      n(yes.weighted as number)
    } % of what they stand for`,
  );
  const published = loadTable("region_year").find((row) => row.code === "09" && row.year === 2022)!;
  says(`INEI published ${n(published.households_internet_pct, 2)} for this cell`);
  const answers = households.internet.filter((value) => !Number.isNaN(value));
  const plain = answers.reduce((sum, value) => sum + value, 0) / answers.length;
  const [weighted] = surveyShare(households, "internet", design).rows;
  says(
    `${n(100 * plain)} % of the rows say yes, but ${n(100 * weighted.estimate)} % of the weights`,
  );
  const weight = (code: string) => {
    const own = [...households.weight].filter((_, i) => households.region[i] === code);
    return n(own.reduce((sum, value) => sum + value, 0) / own.length, 0);
  };
  says(
    `a household in Lima stands for ${weight("15A")} and one in Huancavelica for ${weight("09")}`,
  );
});

Deno.test("10: the standard error under four descriptions of the sample", () => {
  const errors = errorLadderTable(households, "internet", "09").rows.map((row) =>
    row.error as number
  );
  const rows = shareByHandTable(households, "internet", "09").rows[2].rows;
  says(`With ${rows} households drawn one by one`);
  says(`a standard error of ${n(errors[0], 2)} points`);
  says(
    `the error is ${n(errors[3], 2)} points instead of ${n(errors[0], 2)}. The third line, ${
      n(errors[2], 2)
    }`,
  );
  const [, all, none] = /of (\d+) clusters; in (\d+) nobody/.exec(
    clusterTable(households, "internet", "09").notes[0],
  )!;
  says(`In ${none} of ${all} clusters nobody has a connection`);
  const people = errorLadderTable(persons, "internetUse", "09").rows.map((row) =>
    row.error as number
  );
  assert.ok(people[3] / people[0] > errors[3] / errors[0], "for persons the step is larger");
});

Deno.test("10: Huancavelica and Ayacucho cannot be told apart", () => {
  const use = studyEstimates({ households, persons }, design).internet_use_pct;
  const [here, there] = ["09", "05"].map((region) => use.find(2022, { region })!);
  says(
    `The interval of Huancavelica goes from ${n(100 * here.low!)} to ${n(100 * here.high!)}, ` +
      `that of Ayacucho from ${n(100 * there.low!)} to ${n(100 * there.high!)}`,
  );
});

Deno.test("10: the published shares, and what sampling adds", () => {
  const survey = simulatedEstimates({ scenario: "nonparallel" }, design);
  const panel = surveyPanel({ ...survey }, { base });
  const [found, error, published] = [outcome, `${outcome}_se`, `published_${outcome}`].map((name) =>
    panel.numeric(name)
  );
  const within =
    found.filter((value, i) => Math.abs(value - published[i]) <= 1.96 * error[i]).length;
  says(`${within} of 338 are ${n(100 * within / 338, 0)} in a hundred`);
  const naive = twfe(panel, { outcome, treatment: "treated" });
  const [row] = samplingError(naive, { estimates: survey.internet_use_pct }).rows;
  assert.equal(n(100 * row.share, 0), "3");
  says("Three per cent, with neighbours as alike as the simulation has them.");
  says("Sampling is 3 % of the variance");
  const without = Math.sqrt(row.standardError ** 2 - row.samplingError ** 2);
  says(
    `The standard error is ${
      n(row.standardError, 2)
    }; asking every household in Peru would bring it down to ${n(without, 2)}`,
  );
  const { panel: weighted, weights, modelVariance, samplingVariance } = lewisLinzerWeights(naive);
  says(`${n(samplingVariance)} is sampling and ${n(modelVariance)} is everything else`);
  const again = twfe(weighted, { outcome, treatment: "treated", weights }).term("treated");
  says(`${n(again.estimate, 2)} instead of ${n(row.estimate, 2)}`);
});

Deno.test("10: estimators and the planted truth", () => {
  const grades = (scenario: SurveyScenario): Grade[] =>
    gradeEstimators(
      scenario,
      surveyPanel({ ...simulatedEstimates({ scenario, households: 12_000 }, design) }, { base }),
    );
  for (const scenario of ["none", "constant", "dose"] as const) {
    for (const grade of grades(scenario)) {
      assert.ok(grade.covers, `${scenario}: ${grade.estimator}`);
    }
  }
  const [naive, events, trends] = grades("nonparallel");
  assert.deepEqual([naive.covers, events.covers, trends.covers], [false, true, true]);
  says(`the two-way estimate is ${n(naive.estimate)} where ${naive.truth} is true`);
  says(`which measures from 2018, says ${n(events.estimate)}: too much`);
});
