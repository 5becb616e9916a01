import assert from "node:assert/strict";
import { stream } from "../../lib/inference/random.ts";
import {
  callawaySantAnna,
  dcdhDynamic,
  efficientStaggered,
  imputation,
  localProjections,
  stackedDid,
  sunAbraham,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import {
  assertNumbers,
  assertSameTerms,
  dropCount,
  fitNamed,
  FITS,
  panelOf,
  rollOut,
  type Row,
} from "../support/staggered.ts";

const COLUMNS = { outcome: "y", cohort: "cohort" } as const;
const SWITCHED = { outcome: "y", treatment: "d" } as const;
const rows = rollOut();
const panel = panelOf(rows);

const changed = (change: (row: Row) => Row) =>
  panelOf(rows.map((row) => ({ ...row, ...change(row) })));
const kept = (keep: (row: Row) => boolean) => panelOf(rows.filter(keep));
const random = stream(5, 0);
const HOLES = rows.filter(() => random.uniform() > 0.05);
const BALANCING = ["callawaySantAnna (never)", "callawaySantAnna (notYet)", "efficientStaggered"];

for (const { name, fit } of FITS) {
  Deno.test(`${name}: a panel with holes has numbers, and every unit left out is counted`, () => {
    const estimate = fit(panelOf(HOLES));
    assertNumbers(estimate, name);
    if (BALANCING.includes(name)) {
      const count = new Map<number | string, number>();
      for (const { unit } of HOLES) count.set(unit, (count.get(unit) ?? 0) + 1);
      const expected = HOLES.filter(({ unit }) => count.get(unit)! < 8).length;
      assert.equal(dropCount(estimate, "not observed in every period"), expected);
    } else if (name === "stackedDid") {
      assert.ok(dropCount(estimate, "holes in the window") > 0);
    }
  });

  Deno.test(`${name}: a blank outcome is counted or said`, () => {
    const estimate = fit(changed(({ unit, year, y }) => ({
      y: unit === "c5-2" && year === 4 ? "" : y,
    })));
    assertNumbers(estimate, name);
    const said = estimate.design.notes.some((note) => note.includes("1 rows without y"));
    assert.equal(dropCount(estimate, "y missing"), said ? 0 : 1);
  });

  Deno.test(`${name}: an infinite outcome is refused with its row`, () => {
    const broken = changed(({ unit, year, y }) => ({
      y: unit === "c3-0" && year === 6 ? Infinity : y,
    }));
    assertRefuses(() => fit(broken), "infinite", '"y"', "c3-0");
  });

  Deno.test(`${name}: nobody treated is an error`, () => {
    const column = name === "dcdhDynamic" ? '"d"' : '"cohort"';
    assertRefuses(() => fit(panelOf(rollOut({ cohorts: [0] }))), column);
  });

  Deno.test(`${name}: everyone treated at once is an error that names the column`, () => {
    const column = name === "dcdhDynamic" ? '"d"' : '"cohort"';
    assertRefuses(() => fit(panelOf(rollOut({ cohorts: [4] }))), column);
  });

  Deno.test(`${name}: numbers stay numbers on the plain panel`, () =>
    assertNumbers(fit(panel), name));
}

const byCohort = FITS.filter(({ name }) => name !== "dcdhDynamic");
const GROWN = panelOf(rows.filter(({ cohort }) => cohort !== 0));

for (const { name, fit } of byCohort.filter(({ name }) => !name.includes("(never)"))) {
  Deno.test(`${name}: when everyone is treated in the end, the last cohort compares until then`, () => {
    const estimate = fit(GROWN);
    assertNumbers(estimate, name);
    assert.equal(dropCount(estimate, "when every unit is treated"), 90);
    assert.ok(estimate.design.notes.some((note) => note.includes("last cohort (7, 15 units)")));
  });
}

for (const { name, fit } of byCohort) {
  Deno.test(`${name}: units treated from the start are left out, counted and said`, () => {
    const estimate = fit(panelOf([...rows, ...rollOut({ cohorts: [1], seed: 8 })]));
    assertSameTerms(estimate, fit(panel), "without the always treated");
    assert.equal(dropCount(estimate, "treated by 1, without a pre-period: 15 units"), 120);
  });
}

Deno.test("dcdhDynamic: units treated from the start compare with nobody and change nothing", () => {
  const more = panelOf([...rows, ...rollOut({ cohorts: [1], seed: 8 })]);
  assertSameTerms(dcdhDynamic(more, SWITCHED), dcdhDynamic(panel, SWITCHED), "always treated");
});

Deno.test("controlGroup never without a never-treated unit is refused, naming the column", () => {
  const never = { ...COLUMNS, controlGroup: "never" } as const;
  assertRefuses(() => callawaySantAnna(GROWN, never), "never-treated", '"cohort"', "notYet");
  assertRefuses(() => fitNamed("callawaySantAnna (never)")(GROWN), "never-treated");
});

/** The first cohort has one unit, so that event times 4 and 5 rest on it alone. */
const LONE = kept(({ unit, cohort }) => cohort !== 3 || unit === "c3-0");

Deno.test("effects of a cohort of one unit have no variance, and the reason names the cohort", () => {
  const estimates = [fitNamed("callawaySantAnna (never)")(LONE), imputation(LONE, COLUMNS)];
  for (const estimate of estimates) {
    assertNumbers(estimate, "lone cohort");
    assert.ok(estimate.design.notes.some((note) => note.includes("cohort 3 has one unit")));
    for (const name of ["event time 4", "event time 5"]) {
      assert.ok(!estimate.terms.some((term) => term.name === name), name);
      assertRefuses(() => estimate.term(name), "the cohort of one unit (3)");
    }
  }
});

Deno.test("cells of a cohort of one unit have an estimate and null for its error", () => {
  const { cells } = callawaySantAnna(LONE, COLUMNS);
  const lone = cells.filter(({ cohort }) => cohort === 3);
  assert.equal(lone.length, 7);
  for (const { estimate, standardError, reason } of lone) {
    assert.ok(Number.isFinite(estimate));
    assert.equal(standardError, null);
    assert.match(reason!, /one unit/);
  }
});

Deno.test("averages that include a cohort of one unit say so", () => {
  for (const name of ["sunAbraham", "etwfe", "twoStage"]) {
    const estimate = fitNamed(name)(LONE);
    assertNumbers(estimate, name);
    assert.ok(estimate.design.notes.some((note) => note.includes("cohort 3 has one unit")), name);
  }
  const efficient = efficientStaggered(LONE, COLUMNS);
  assertNumbers(efficient, "efficientStaggered");
  assert.equal(dropCount(efficient, "alone in their cohort"), 8);
});

const YEARS = [2000, 2002, 2005, 2006, 2009, 2011];
const UNEVEN = panelOf(
  rollOut({ years: YEARS, cohorts: [2005, 2009, 0], effect: (_, since) => 1 + since }),
);

Deno.test("years with gaps: event time is in years, measured against the last year before", () => {
  for (const { name, fit } of byCohort) {
    if (["sunAbraham", "stackedDid"].includes(name)) continue;
    const estimate = fit(UNEVEN);
    assertNumbers(estimate, name);
    for (const e of [0, 1, 2, 4, 6]) {
      const term = estimate.term(`event time ${e}`);
      assert.ok(Math.abs(term.estimate - 1 - e) < 4 * term.standardError, `${name}, ${term.name}`);
    }
  }
  const projected = localProjections(UNEVEN, COLUMNS);
  const groupTime = fitNamed("callawaySantAnna (notYet)")(UNEVEN);
  for (const e of [0, 1, 2, 4, 6]) {
    const name = `event time ${e}`;
    assertClose(projected.term(name).estimate, groupTime.term(name).estimate, 1e-9, name, 1);
  }
});

Deno.test("years with gaps: a base year that is not there is refused with those that are", () => {
  assertRefuses(() => sunAbraham(UNEVEN, COLUMNS), "reference", "2005", "-3");
  assertNumbers(sunAbraham(UNEVEN, { ...COLUMNS, reference: -3 }), "reference -3");
  const window = { from: -1, to: 0 };
  assertRefuses(() =>
    stackedDid(kept(({ year }) => year !== 2 && year !== 4 && year !== 6), {
      ...COLUMNS,
      window,
    }), "window");
});

Deno.test("years with gaps: dcdhDynamic counts observed periods and says so", () => {
  const estimate = dcdhDynamic(UNEVEN, SWITCHED);
  assertNumbers(estimate, "dcdhDynamic");
  assert.deepEqual(estimate.terms.filter(({ time }) => time! >= 0).map(({ time }) => time), [
    0,
    1,
    2,
    3,
  ]);
  assert.ok(estimate.design.notes.some((note) => note.includes("not evenly spaced")));
});

Deno.test("no term hides which units it rests on: labels are the panel's own text", () => {
  for (const { name, fit } of FITS) {
    const { design, influence } = fit(panel);
    assert.equal(design.unitLabels.length, 60, name);
    assert.ok(design.unitLabels.includes("c5-2"), name);
    assert.ok(influence.every((row) => row.length === 60), name);
  }
});
