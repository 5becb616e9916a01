import assert from "node:assert/strict";
import {
  callawaySantAnna,
  dcdhDynamic,
  efficientStaggered,
  etwfe,
  imputation,
  localProjections,
  stackedDid,
  sunAbraham,
  twfe,
  twoStage,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertSameTerms, FITS, panelOf, rollOut } from "../support/staggered.ts";

const COLUMNS = { outcome: "y", cohort: "cohort" } as const;
const rows = rollOut();
const panel = panelOf(rows);

Deno.test("Sun–Abraham event times are Callaway–Sant'Anna's against the never treated, before and after", () => {
  const interacted = sunAbraham(panel, COLUMNS);
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, basePeriod: "universal" });
  const dynamic = groupTime.aggregate("dynamic");
  assert.equal(interacted.effects.length, 11);
  for (const { name, estimate } of interacted.effects) {
    assertClose(estimate, dynamic.term(name).estimate, 1e-9, name, 1);
  }
  const simple = groupTime.aggregate("simple").term("overall").estimate;
  assertClose(interacted.term("overall").estimate, simple, 1e-9, "overall", 1);
});

Deno.test("Sun–Abraham cells are Callaway–Sant'Anna's group-time effects", () => {
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, basePeriod: "universal" });
  let compared = 0;
  for (const { cohort, time, estimate } of sunAbraham(panel, COLUMNS).cells) {
    if (estimate === null) continue;
    const other = groupTime.cells.find((cell) => cell.cohort === cohort && cell.time === time)!;
    assertClose(estimate, other.estimate!, 1e-9, `ATT(${cohort}, ${time})`, 1);
    compared++;
  }
  assert.ok(compared >= 12, `${compared} cells`);
});

Deno.test("etwfe against the never treated has Callaway–Sant'Anna's group-time effects", () => {
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, basePeriod: "universal" });
  for (const cell of etwfe(panel, { ...COLUMNS, controlGroup: "never" }).cells) {
    if (cell.estimate === null) continue;
    const other = groupTime.cells.find(({ cohort, time }) =>
      cell.cohort === cohort && cell.time === time
    )!;
    assertClose(cell.estimate, other.estimate!, 1e-9, `ATT(${cell.cohort}, ${cell.time})`, 1);
  }
});

Deno.test("imputation, two stages and etwfe have the same cells and the same overall effect", () => {
  const expected = imputation(panel, COLUMNS);
  const treated = expected.cells.filter(({ cohort, time }) => time >= cohort);
  assert.equal(treated.length, 12);
  for (const [name, estimate] of Object.entries({ twoStage, etwfe })) {
    const other = estimate(panel, COLUMNS);
    for (const { cohort, time, estimate: effect } of treated) {
      const cell = other.cells.find((own) => own.cohort === cohort && own.time === time)!;
      assertClose(cell.estimate!, effect!, 1e-9, `${name} ATT(${cohort}, ${time})`, 1);
    }
    const overall = other.term("overall").estimate;
    assertClose(overall, expected.term("overall").estimate, 1e-9, name, 1);
  }
});

Deno.test("etwfe's overall effect is the mean of its cells by treated units", () => {
  const { cells, term } = { ...etwfe(panel, COLUMNS), term: etwfe(panel, COLUMNS).term("overall") };
  const post = cells.filter(({ cohort, time }) => time >= cohort);
  const units = post.reduce((sum, { nTreated }) => sum + nTreated, 0);
  const mean = post.reduce((sum, cell) => sum + cell.nTreated * cell.estimate! / units, 0);
  assertClose(term.estimate, mean, 1e-10, "overall");
});

Deno.test("etwfe with unit effects has the points and errors of etwfe with cohort effects, on a balanced panel", () => {
  const unit = etwfe(panel, { ...COLUMNS, fixedEffects: "unit" });
  assertSameTerms(unit, etwfe(panel, COLUMNS), "unit effects", { errors: false });
});

Deno.test("with one cohort, imputation, two stages and etwfe are two-way fixed effects", () => {
  const one = panelOf(rollOut({ cohorts: [4, 0], each: 20, effect: () => 2 }));
  const expected = twfe(one, { outcome: "y", treatment: "d" }).term("d").estimate;
  for (const [name, estimate] of Object.entries({ imputation, twoStage, etwfe })) {
    assertClose(estimate(one, COLUMNS).term("overall").estimate, expected, 1e-9, name);
  }
});

Deno.test("with two periods and one cohort, every estimator is the difference in differences", () => {
  const two = panelOf(rollOut({ cohorts: [2, 0], each: 20, years: [1, 2] }));
  const expected = twfe(two, { outcome: "y", treatment: "d" }).term("d").estimate;
  for (const { name, fit } of FITS.filter(({ name }) => name !== "stackedDid")) {
    assertClose(fit(two).term("event time 0").estimate, expected, 1e-9, name);
    assertClose(fit(two).term("overall").estimate, expected, 1e-9, name);
  }
  const stacked = stackedDid(two, { ...COLUMNS, window: { from: -1, to: 0 } });
  assertClose(stacked.term("overall").estimate, expected, 1e-9, "stackedDid");
});

Deno.test("without covariates dr, ipw and reg are one estimator", () => {
  const fit = (method: "dr" | "ipw" | "reg") =>
    callawaySantAnna(panel, { ...COLUMNS, method, controlGroup: "notYet" });
  for (const method of ["ipw", "reg"] as const) {
    assertSameTerms(fit(method), fit("dr"), method, { tolerance: 1e-12 });
  }
});

Deno.test("the base period changes no effect after treatment", () => {
  const fit = (basePeriod: "varying" | "universal") =>
    callawaySantAnna(panel, { ...COLUMNS, basePeriod }).aggregate("simple");
  assertSameTerms(fit("varying"), fit("universal"), "simple", { tolerance: 1e-12 });
});

Deno.test("reweighted local projections are Callaway–Sant'Anna against the not yet treated", () => {
  const universal = { basePeriod: "universal", controlGroup: "notYet" } as const;
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, ...universal }).aggregate("dynamic");
  const projected = localProjections(panel, COLUMNS);
  assert.equal(projected.effects.length, 11);
  for (const { name, estimate } of projected.terms) {
    assertClose(estimate, groupTime.term(name).estimate, 1e-9, name, 1);
  }
});

Deno.test("local projections against the never treated are Callaway–Sant'Anna against them", () => {
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, basePeriod: "universal" })
    .aggregate("dynamic");
  for (const term of localProjections(panel, { ...COLUMNS, controlGroup: "never" }).terms) {
    assertClose(term.estimate, groupTime.term(term.name).estimate, 1e-9, term.name, 1);
  }
});

Deno.test("a treatment that is switched on once makes dcdhDynamic Callaway–Sant'Anna", () => {
  const switched = dcdhDynamic(panel, { outcome: "y", treatment: "d" });
  for (const controlGroup of ["notYet", "never"] as const) {
    const groupTime = callawaySantAnna(panel, { ...COLUMNS, controlGroup }).aggregate("dynamic");
    const own = controlGroup === "notYet"
      ? switched
      : dcdhDynamic(panel, { outcome: "y", treatment: "d", controlGroup });
    for (let e = 0; e <= 5; e++) {
      const name = `event time ${e}`;
      assertClose(own.term(name).estimate, groupTime.term(name).estimate, 1e-9, name, 1);
    }
  }
});

Deno.test("efficientStaggered with all of the past taken out is Callaway–Sant'Anna", () => {
  const own = efficientStaggered(panel, { ...COLUMNS, adjustment: "callawaySantAnna" });
  const groupTime = callawaySantAnna(panel, { ...COLUMNS, controlGroup: "notYet" });
  const dynamic = groupTime.aggregate("dynamic");
  for (let e = 0; e <= 5; e++) {
    const name = `event time ${e}`;
    assertClose(own.term(name).estimate, dynamic.term(name).estimate, 1e-9, name, 1);
  }
});

Deno.test("one sub-experiment per cohort: the stack's event times are means of clean differences", () => {
  const window = { from: -1, to: 1 };
  const stacked = stackedDid(panel, { ...COLUMNS, window, controlGroup: "never" });
  const groupTime = callawaySantAnna(panel, COLUMNS).aggregate("dynamic");
  for (const e of [0, 1]) {
    const name = `event time ${e}`;
    assertClose(stacked.term(name).estimate, groupTime.term(name).estimate, 1e-9, name, 1);
  }
});

/** Mean change of y since a year among the units of some cohorts. */
function meanChange(from: number, to: number, cohorts: readonly number[]): number {
  const mean = (year: number) => {
    const own = rows.filter((row) => row.year === year && cohorts.includes(Number(row.cohort)));
    return own.reduce((sum, { y }) => sum + Number(y) / own.length, 0);
  };
  return mean(to) - mean(from);
}

Deno.test("the stack compares with units untreated through the whole window, by hand", () => {
  const stacked = stackedDid(panel, { ...COLUMNS, window: { from: -2, to: 1 } });
  // Controls of cohort g are untreated through g + 1; the cohorts have equal sizes.
  const controls = new Map([[3, [5, 7, 0]], [5, [7, 0]], [7, [0]]]);
  for (const e of [-2, 0, 1]) {
    const differences = [...controls].map(([cohort, others]) =>
      meanChange(cohort - 1, cohort + e, [cohort]) - meanChange(cohort - 1, cohort + e, others)
    );
    const expected = differences.reduce((sum, value) => sum + value / 3, 0);
    assertClose(stacked.term(`event time ${e}`).estimate, expected, 1e-9, `${e}`, 1);
  }
  const wide = stackedDid(panel, { ...COLUMNS, window: { from: -1, to: 2 } });
  // Cohort 7 is not observed at event time 2, and cohort 5 is no control of cohort 3 any more.
  const third = meanChange(2, 3, [3]) - meanChange(2, 3, [7, 0]);
  const fifth = meanChange(4, 5, [5]) - meanChange(4, 5, [0]);
  assertClose(wide.term("event time 0").estimate, (third + fifth) / 2, 1e-9, "wide", 1);
});
