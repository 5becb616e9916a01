import assert from "node:assert/strict";
import { stream } from "../../lib/inference/random.ts";
import { callawaySantAnna } from "../../lib/mod.ts";
import {
  assertNumbers,
  assertSameTerms,
  panelOf,
  rollOut,
  type Row,
} from "../support/staggered.ts";

const COLUMNS = { outcome: "y", cohort: "cohort" } as const;
const rows = rollOut();
const num = (value: number | string) => value as number;

const changed = (change: (row: Row) => Row) =>
  panelOf(rows.map((row) => ({ ...row, ...change(row) })));
const draw = stream(3, 0);
const traits = new Map(rows.map(({ unit }) => [unit, 0]));
for (const unit of traits.keys()) traits.set(unit, draw.normal());
const trait = (unit: number | string) => traits.get(unit)!;

Deno.test("a covariate that repeats another is left out by name and changes nothing", () => {
  const repeated = changed(({ unit }) => ({ x: trait(unit), x2: 3 - 2 * trait(unit) }));
  for (const method of ["dr", "ipw", "reg"] as const) {
    const both = callawaySantAnna(repeated, { ...COLUMNS, method, covariates: ["x", "x2"] });
    const one = callawaySantAnna(repeated, { ...COLUMNS, method, covariates: ["x"] });
    assertSameTerms(both, one, method);
    assert.ok(both.cells.every(({ notes }) => notes.some((note) => /x2 left out here/.test(note))));
  }
});

Deno.test("covariates collinear among one cell's controls only refuse that cell, by reason", () => {
  const constant = changed(({ unit, cohort }) => ({
    x: trait(unit),
    x2: cohort === 0 ? 1 : trait(unit) ** 2,
  }));
  for (const method of ["dr", "reg"] as const) {
    const options = {
      ...COLUMNS,
      method,
      covariates: ["x", "x2"],
      controlGroup: "notYet",
    } as const;
    const { cells } = callawaySantAnna(constant, options);
    for (const { time, estimate, reason } of cells.filter(({ time }) => time >= 7)) {
      assert.equal(estimate, null, `${time}`);
      assert.match(reason!, /cannot tell the covariates apart \(intercept, x, x2\)/);
    }
    assert.ok(cells.some(({ standardError }) => standardError! > 0));
  }
});

Deno.test("no overlap refuses a cell by reason, and thin overlap is reported", () => {
  const apart = changed(({ unit, cohort }) => ({ x: trait(unit) + (cohort === 5 ? 10 : 0) }));
  const thin = changed(({ unit, cohort }) => ({
    x: unit === "c0-3" ? 7 : trait(unit) + (cohort === 5 ? 4 : 0),
  }));
  for (const method of ["dr", "ipw"] as const) {
    const options = { ...COLUMNS, method, covariates: ["x"] };
    const refused = callawaySantAnna(apart, options);
    for (const { cohort, estimate, reason } of refused.cells) {
      assert.equal(estimate === null, cohort === 5);
      if (cohort === 5) assert.match(reason!, /no overlap: x/);
    }
    const reported = callawaySantAnna(thin, options);
    const cells = reported.cells.filter(({ cohort }) => cohort === 5);
    assert.ok(cells.every(({ notes }) => notes.some((note) => /overlap: 1 of 15/.test(note))));
    assertNumbers(reported.aggregate("dynamic"), method);
  }
});

Deno.test("weights that change over time: each reading of them gives other, finite numbers", () => {
  const moving = changed(({ unit, year }) => ({ w: Math.exp(0.1 * trait(unit) * num(year)) }));
  const overall = (["first", "base", "varying"] as const).map((weightsAt) => {
    const options = { ...COLUMNS, weights: "w", weightsAt, basePeriod: "universal" } as const;
    const estimate = callawaySantAnna(moving, options).aggregate("dynamic");
    assertNumbers(estimate, weightsAt);
    return estimate.term("overall").estimate;
  });
  assert.equal(new Set(overall.map((value) => value.toFixed(6))).size, 3);
});
