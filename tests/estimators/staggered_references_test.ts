import assert from "node:assert/strict";
import {
  callawaySantAnna,
  etwfe,
  imputation,
  loadEhec,
  Panel,
  readCsv,
  sunAbraham,
  twoStage,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import {
  EHEC_CS,
  EHEC_IMPUTATION,
  EHEC_UNIVERSAL,
  MPDTA_CS,
  MPDTA_ETWFE_CELLS,
  MPDTA_ETWFE_LPOP,
  MPDTA_IMPUTATION,
  MPDTA_PRETEST,
  MPDTA_SA_ERRORS,
} from "../references/staggered.ts";

const FILE = new URL("../../data/mpdta.csv", import.meta.url);
const mpdta = Panel.fromColumns(readCsv(FILE, "data/mpdta.csv").columns, {
  unit: "countyreal",
  time: "year",
});
const ehec = loadEhec();
const COUNTIES = { outcome: "lemp", cohort: "first.treat" } as const;
const STATES = { outcome: "dins", cohort: "yexp2" } as const;
const SPECIFICATIONS = {
  never: { controlGroup: "never", method: "dr" },
  notYet: { controlGroup: "notYet", method: "dr" },
  "reg ~ lpop": { controlGroup: "never", method: "reg", covariates: ["lpop"] },
  "dr ~ lpop": { controlGroup: "never", method: "dr", covariates: ["lpop"] },
  "ipw ~ lpop": { controlGroup: "never", method: "ipw", covariates: ["lpop"] },
} as const;
const AGGREGATIONS = ["simple", "group", "dynamic", "calendar"] as const;

for (const [name, specification] of Object.entries(SPECIFICATIONS)) {
  Deno.test(`mpdta: group-time effects aggregated, ${name}`, () => {
    const estimate = callawaySantAnna(mpdta, { ...COUNTIES, ...specification });
    for (const type of AGGREGATIONS) {
      const [effect, error] = MPDTA_CS[name][type];
      const overall = estimate.aggregate(type).term("overall");
      assertClose(overall.estimate, effect, 1e-8, type);
      assertClose(overall.standardError, error, 1e-8, `error of ${type}`);
    }
    if (MPDTA_PRETEST[name] === undefined) return;
    const [w, p] = MPDTA_PRETEST[name];
    const test = estimate.preTest({ before: "treatment" });
    assertClose(test.wald, w, 1e-6, "W");
    assert.ok(Math.abs(test.pValue - p) < 3e-5, `p ${test.pValue}`);
  });
}

Deno.test("mpdta: Sun–Abraham is Callaway–Sant'Anna with never-treated controls, with fixest's errors", () => {
  const interacted = sunAbraham(mpdta, COUNTIES);
  const groupTime = callawaySantAnna(mpdta, { ...COUNTIES, ...SPECIFICATIONS.never })
    .aggregate("dynamic");
  MPDTA_SA_ERRORS.forEach((error, e) => {
    const term = interacted.term(`event time ${e}`);
    assertClose(term.estimate, groupTime.term(`event time ${e}`).estimate, 1e-10, `effect ${e}`);
    assertClose(term.standardError, error, 1e-8, `error ${e}`);
  });
  const [simple] = MPDTA_CS.never.simple;
  assertClose(interacted.term("overall").estimate, simple, 1e-10, "overall");
});

Deno.test("mpdta: imputation, two stages and the cohort-weighted cells of extended TWFE agree", () => {
  for (const fit of [imputation, twoStage]) {
    const estimate = fit(mpdta, COUNTIES);
    assertClose(estimate.term("overall").estimate, MPDTA_IMPUTATION.overall, 1e-10, "overall");
    MPDTA_IMPUTATION.events.forEach((effect, e) =>
      assertClose(estimate.term(`event time ${e}`).estimate, effect, 1e-9, `event ${e}`)
    );
  }
  const cells = etwfe(mpdta, COUNTIES).cells;
  for (const [cohort, time, effect] of MPDTA_ETWFE_CELLS) {
    const cell = cells.find((one) => one.cohort === cohort && one.time === time)!;
    assertClose(cell.estimate!, effect, 1e-9, `${cohort}, ${time}`);
  }
});

Deno.test("mpdta: extended TWFE with a covariate, by event time", () => {
  const estimate = etwfe(mpdta, { ...COUNTIES, covariates: ["lpop"] }).aggregate("dynamic");
  MPDTA_ETWFE_LPOP.forEach(([effect, error], e) => {
    const term = estimate.term(`event time ${e}`);
    assertClose(term.estimate, effect, 1e-8, term.name);
    assertClose(term.standardError, error, 1e-6, `error of ${term.name}`);
  });
});

for (const controlGroup of ["never", "notYet"] as const) {
  Deno.test(`ehec: group-time effects aggregated, ${controlGroup}`, () => {
    const estimate = callawaySantAnna(ehec, { ...STATES, controlGroup, method: "reg" });
    for (const type of ["simple", "group", "dynamic"] as const) {
      const [effect, error] = EHEC_CS[controlGroup][type];
      const overall = estimate.aggregate(type).term("overall");
      assertClose(overall.estimate, effect, 1e-7, type);
      assertClose(overall.standardError, error, 1e-7, `error of ${type}`);
    }
  });
}

Deno.test("ehec: universal base, event times −5 to 5", () => {
  const estimate = callawaySantAnna(ehec, {
    ...STATES,
    controlGroup: "notYet",
    method: "reg",
    basePeriod: "universal",
  }).aggregate("dynamic");
  EHEC_UNIVERSAL.forEach((effect, k) => {
    if (k === 4) return;
    assertClose(estimate.term(`event time ${k - 5}`).estimate, effect, 1e-6, `event ${k - 5}`);
  });
});

Deno.test("ehec: imputation", () => {
  const estimate = imputation(ehec, STATES);
  assertClose(estimate.term("overall").estimate, EHEC_IMPUTATION.overall, 1e-6, "overall");
  EHEC_IMPUTATION.events.forEach((effect, e) =>
    assertClose(estimate.term(`event time ${e}`).estimate, effect, 1e-6, `event ${e}`)
  );
});

Deno.test("ports: before treatment, not-yet-treated controls are those of R, not of Stata", () => {
  const estimate = callawaySantAnna(ehec, { ...STATES, controlGroup: "notYet", method: "reg" });
  const cell = estimate.cells.find(({ cohort, time }) => cohort === 2015 && time === 2009)!;
  assert.equal(cell.estimate!.toFixed(4), "0.0071");
});

Deno.test("ports: a cohort of one unit has an estimate and no variance, never a zero", () => {
  const lone = ehec.where(
    "one state of 2015",
    (row) => row.value("yexp2") !== 2015 || row.text("state") === "Indiana",
  );
  const { cells } = callawaySantAnna(lone, { ...STATES, controlGroup: "never", method: "reg" });
  for (const cell of cells.filter(({ cohort }) => cohort === 2015)) {
    assert.ok(cell.estimate !== null && cell.standardError === null);
    assert.match(cell.reason ?? "", /one unit/);
  }
  const own = imputation(lone, STATES).cells.filter(({ cohort }) => cohort === 2015);
  assert.ok(own.length > 0 && own.every(({ standardError }) => standardError === null));
});

Deno.test("ports: columns called id, group and year do not collide", () => {
  const renamed = mpdta.with("id", () => 1).with("group", () => 2).with("time", () => 3);
  const options = { ...COUNTIES, controlGroup: "never" } as const;
  assert.deepEqual(
    callawaySantAnna(renamed, options).terms,
    callawaySantAnna(mpdta, options).terms,
  );
  assert.deepEqual(imputation(renamed, COUNTIES).terms, imputation(mpdta, COUNTIES).terms);
  assert.deepEqual(sunAbraham(renamed, COUNTIES).terms, sunAbraham(mpdta, COUNTIES).terms);
});

Deno.test("ports: Sun–Abraham says whether shares count as known", () => {
  const fixed = sunAbraham(mpdta, COUNTIES);
  const estimated = sunAbraham(mpdta, { ...COUNTIES, shares: "estimated" });
  assert.ok(
    estimated.term("event time 0").standardError > fixed.term("event time 0").standardError,
  );
  assert.ok(estimated.describe().some((line) => line.includes("shares count as estimated")));
});
