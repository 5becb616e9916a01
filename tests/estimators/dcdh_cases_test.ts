import assert from "node:assert/strict";
import { dcdhDynamic } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import {
  assertNumbers,
  assertSameTerms,
  dropCount,
  panelOf,
  rollOut,
  type Row,
} from "../support/staggered.ts";

const SWITCHED = { outcome: "y", treatment: "d" } as const;
const rows = rollOut();
const panel = panelOf(rows);
const num = (value: number | string) => value as number;
const number = (unit: number | string) => Number(`${unit}`.split("-")[1]);

const changed = (change: (row: Row) => Row) =>
  panelOf(rows.map((row) => ({ ...row, ...change(row) })));
/** Mean change of y from one year to another among some rows. */
function meanChange(from: number, to: number, who: (row: Row) => boolean): number {
  const mean = (year: number) => {
    const own = rows.filter((row) => row.year === year && who(row));
    return own.reduce((sum, { y }) => sum + num(y) / own.length, 0);
  };
  return mean(to) - mean(from);
}

Deno.test("a treatment switched off: effects are of having it less, against units that keep it", () => {
  const off = changed(({ cohort, year }) => ({
    d: cohort === 3 ? (num(year) < 4 ? 1 : 0) : cohort === 5 ? 1 : 0,
  }));
  const estimate = dcdhDynamic(off, SWITCHED);
  assertNumbers(estimate, "switched off");
  for (let e = 0; e <= 4; e++) {
    const expected = meanChange(3, 4 + e, (row) => row.cohort === 5) -
      meanChange(3, 4 + e, (row) => row.cohort === 3);
    assertClose(estimate.term(`event time ${e}`).estimate, expected, 1e-9, `event time ${e}`, 1);
  }
  assertSameTerms(dcdhDynamic(off, { ...SWITCHED, switchers: "out" }), estimate, "out");
  assertRefuses(() => dcdhDynamic(off, { ...SWITCHED, switchers: "in" }), '"d"');
});

const DOSES = changed(({ cohort, unit, year }) => ({
  d: num(cohort) > 0 && num(year) >= num(cohort) ? 1 + (number(unit) % 3) / 2 : 0,
}));

Deno.test("doses: the normalized effect is the effect over the treatment received since the change", () => {
  const path = dcdhDynamic(DOSES, SWITCHED);
  const normalized = dcdhDynamic(DOSES, { ...SWITCHED, normalized: true });
  assertNumbers(normalized, "normalized");
  for (const { eventTime, cumulativeTreatment, lagWeights } of path.horizons) {
    const [plain, own] = [path, normalized].map((of) => of.term(`event time ${eventTime}`));
    assertClose(own.estimate, plain.estimate / cumulativeTreatment, 1e-12, `${eventTime}`);
    assertClose(own.standardError, plain.standardError / cumulativeTreatment, 1e-12, "error");
    if (eventTime < 0) continue;
    assertClose(cumulativeTreatment, 1.5 * (eventTime + 1), 1e-12, `received by ${eventTime}`);
    assertClose(lagWeights.reduce((sum, weight) => sum + weight, 0), 1, 1e-12, "lag weights");
  }
  assertClose(normalized.term("overall").estimate, path.term("overall").estimate, 1e-12, "overall");
});

Deno.test("a dose twice as large halves the effect per unit of treatment and no other", () => {
  const twice = changed(({ d }) => ({ d: 2 * num(d) }));
  assertSameTerms(
    dcdhDynamic(twice, { ...SWITCHED, normalized: true }),
    dcdhDynamic(panel, { ...SWITCHED, normalized: true }),
    "double dose",
    { scale: 0.5 },
  );
});

Deno.test("rows after a treatment has been above and below its baseline are left out, counted", () => {
  const both = changed(({ cohort, unit, year }) => ({
    d: cohort === 0 || num(year) < num(cohort) ? 2 : unit === "c5-1" && year === 8 ? 1 : 3,
  }));
  const estimate = dcdhDynamic(both, SWITCHED);
  assert.equal(dropCount(estimate, "both above and below its baseline"), 1);
  const switchers = (of: typeof estimate, e: number) =>
    of.horizons.find(({ eventTime }) => eventTime === e)!.switchers;
  assert.deepEqual([2, 3].map((e) => switchers(estimate, e)), [30, 29]);
  const keeping = dcdhDynamic(both, { ...SWITCHED, keepBidirectional: true });
  assert.equal(keeping.design.droppedRows.length, 0);
  assert.deepEqual([2, 3].map((e) => switchers(keeping, e)), [30, 30]);
});

const blank = (blankYear: number) =>
  changed(({ unit, year, d }) => ({ d: unit === "c5-1" && year === blankYear ? "" : d }));

Deno.test("treatment missing just before the change has no date: the unit compares only before", () => {
  const estimate = dcdhDynamic(blank(4), SWITCHED);
  assertNumbers(estimate, "undated change");
  assert.equal(dropCount(estimate, "d changed at an unknown time"), 5);
  const [at0] = estimate.horizons.filter(({ eventTime }) => eventTime === 0);
  assert.equal(at0.switchers, 44);
});

Deno.test("treatment missing between two equal values is filled and said, and changes nothing", () => {
  for (const year of [2, 3, 6, 8]) {
    const estimate = dcdhDynamic(blank(year), SWITCHED);
    assertSameTerms(estimate, dcdhDynamic(panel, SWITCHED), `blank in ${year}`);
    assert.ok(estimate.design.notes.some((note) => note.startsWith("1 missing values of d")));
  }
});
