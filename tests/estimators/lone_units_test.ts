import assert from "node:assert/strict";
import {
  callawaySantAnna,
  dcdhDynamic,
  efficientStaggered,
  etwfe,
  localProjections,
  Panel,
  simulateRollOut,
  stackedDid,
  sunAbraham,
} from "../../lib/mod.ts";
import { assertRefuses } from "../support/errors.ts";

const { panel } = simulateRollOut({
  seed: 31,
  cohorts: [{ from: 4, effects: () => 1 }, { from: 6, effects: () => 2 }],
  unitsPerCohort: 6,
});
const COLUMNS = { outcome: "y", cohort: "cohort" } as const;
const loneNever = panel.where(
  "one never-treated unit",
  (row) => row.value("cohort") > 0 || row.unit === "never, no. 1",
);
const loneCohort = panel.where(
  "one unit of cohort 4",
  (row) => row.value("cohort") !== 4 || row.unit === "from 4, no. 1",
);

const NEVER = { ...COLUMNS, controlGroup: "never" } as const;
const AGAINST_NEVER = {
  callawaySantAnna: (rows: Panel) => callawaySantAnna(rows, NEVER),
  sunAbraham: (rows: Panel) => sunAbraham(rows, COLUMNS),
  etwfe: (rows: Panel) => etwfe(rows, NEVER),
  localProjections: (rows: Panel) => localProjections(rows, NEVER),
  stackedDid: (rows: Panel) => stackedDid(rows, { ...NEVER, window: { from: -2, to: 1 } }),
};

for (const [name, fit] of Object.entries(AGAINST_NEVER)) {
  Deno.test(`${name} warns of a comparison group of one unit`, () => {
    assert.ok(
      fit(loneNever).describe().some((line) => /one unit only is never treated/.test(line)),
    );
    assert.ok(!fit(panel).describe().some((line) => /one unit only is never treated/.test(line)));
  });
}

Deno.test("local projections and the stack say which cohort has one unit", () => {
  for (const name of ["localProjections", "stackedDid"] as const) {
    const lines = AGAINST_NEVER[name](loneCohort).describe();
    assert.ok(lines.some((line) => /cohort 4 has one unit/.test(line)), name);
  }
});

Deno.test("dcdhDynamic says which changes are alone", () => {
  const treated = (row: { value(name: string): number; time: number }) =>
    row.value("cohort") > 0 && row.time >= row.value("cohort") ? 1 : 0;
  const estimate = dcdhDynamic(loneCohort.with("d", treated), { outcome: "y", treatment: "d" });
  assert.ok(estimate.describe().some((line) => /4 from 0/.test(line)));
});

Deno.test("efficientStaggered names the reason when every cohort has one unit", () => {
  const alone = loneCohort.where("no cohort 6", (row) => row.value("cohort") !== 6);
  assertRefuses(() => efficientStaggered(alone, COLUMNS), "one unit only", "from 4, no. 1");
});

Deno.test("local projections take cohorts dated between observed periods", () => {
  const uneven = panel.where("even periods", (row) => row.time % 2 === 0)
    .with("cohort", (row) => row.value("cohort") === 0 ? 0 : row.value("cohort") - 1);
  const found = localProjections(uneven, COLUMNS);
  const same = callawaySantAnna(uneven, {
    ...COLUMNS,
    controlGroup: "notYet",
    basePeriod: "universal",
  })
    .aggregate("dynamic");
  for (const e of [1, 3, 5]) {
    const name = `event time ${e}`;
    assert.ok(Math.abs(found.term(name).estimate - same.term(name).estimate) < 1e-10, name);
  }
});
