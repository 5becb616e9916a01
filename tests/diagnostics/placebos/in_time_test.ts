import assert from "node:assert/strict";
import {
  averageEffect,
  callawaySantAnna,
  eventStudy,
  type Panel,
  placeboInTime,
  shiftTreatment,
  treatmentStarts,
  twfe,
  withoutAnticipation,
} from "../../../lib/mod.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { panelOf, rollOut } from "../../support/staggered.ts";
import { planted } from "./made.ts";

const fit = (panel: Panel) => twfe(panel, { outcome: "y", treatment: "d" });

Deno.test("a placebo date equals the estimate made by hand on the periods before treatment", () => {
  const panel = planted();
  const found = placeboInTime(panel, fit, { path: "d" });
  assert.deepEqual(found.dates, [3, 4, 5, 6]);
  assert.equal(found.realDate, 7);
  for (const date of found.dates) {
    const byHand = panel.where("before", (row) => row.time < 7)
      .with("d", (row) => row.value("g") === 1 && row.time >= date ? 1 : 0);
    const [own, expected] = [found.term(String(date)), fit(byHand).term("d")];
    assertClose(own.estimate, expected.estimate, 1e-12);
    assertClose(own.standardError, expected.standardError, 1e-12);
  }
  assertClose(found.term("7 (real)").estimate, fit(panel).term("d").estimate, 1e-12);
});

Deno.test("rank and share count the placebos that are at least as large", () => {
  const strong = placeboInTime(planted({ effect: 20 }), fit, { path: "d" });
  assert.deepEqual([strong.rank, strong.pValue], [1, 1 / 5]);
  const none = placeboInTime(planted({ effect: 0, noise: 3, seed: 4 }), fit, { path: "d" });
  const real = Math.abs(none.term("7 (real)").estimate);
  const larger = none.dates.filter((date) => Math.abs(none.term(String(date)).estimate) >= real);
  assert.deepEqual([none.rank, none.pValue], [1 + larger.length, (1 + larger.length) / 5]);
  assert.ok(strong.toTable().toText().includes("number 1 of 5"));
});

Deno.test("a horizon uses as many treated periods in the real estimate as in the placebos", () => {
  const panel = planted();
  const found = placeboInTime(panel, fit, { path: "d", horizon: 2, dates: [4] });
  const real = panel.where("to 8", (row) => row.time <= 8);
  assertClose(found.term("7 (real)").estimate, fit(real).term("d").estimate, 1e-12);
  const placebo = panel.where("to 5", (row) => row.time <= 5)
    .with("d", (row) => row.value("g") === 1 && row.time >= 4 ? 1 : 0);
  assertClose(found.term("4").estimate, fit(placebo).term("d").estimate, 1e-12);
});

Deno.test("under parallel trends a placebo date is rejected about as often as the level says", () => {
  let [rejected, tried] = [0, 0];
  for (let draw = 0; draw < 400; draw++) {
    const panel = planted({ draw, seed: 9 });
    const found = placeboInTime(panel, fit, { path: "d", dates: [5] });
    tried++;
    rejected += found.rejected.length;
  }
  const rate = rejected / tried;
  assert.ok(rate > 0.02 && rate < 0.1, `rejected ${rate}`);
});

Deno.test("an event study moves its base along with the placebo date", () => {
  const panel = planted();
  const since = (rows: Panel, shift: number) =>
    averageEffect(
      eventStudy(rows, { outcome: "y", exposure: "g", reference: 6 - shift }),
      (time) => time >= 7 - shift,
      "average",
    );
  const found = placeboInTime(panel, since, { path: "d", dates: [5] });
  const before = panel.where("before", (row) => row.time < 7);
  assertClose(found.term("5").estimate, since(before, 2).term("average").estimate, 1e-12);
});

Deno.test("cohorts keep their distance, and treated rows do not enter", () => {
  const panel = panelOf(rollOut({ cohorts: [5, 7, 0], effect: () => 100 }));
  const simple = (rows: Panel) =>
    callawaySantAnna(rows, { outcome: "y", cohort: "cohort", controlGroup: "notYet" })
      .aggregate("simple");
  const found = placeboInTime(panel, simple, { cohort: "cohort", path: "d", term: "overall" });
  assert.deepEqual(found.changes.map(({ label }) => label), ["2 earlier", "1 earlier"]);
  for (const { outcome } of found.answered) {
    assert.ok(Math.abs(outcome.value.term.estimate) < 2, "an effect of 100 leaked in");
    const used = outcome.value.estimate.panel!;
    assert.ok(used.map((row) => row.value("y")).every((y) => y < 50));
  }
});

Deno.test("a dose keeps its path; rows whose dose would lie after the panel are missing", () => {
  const panel = planted();
  const shifted = shiftTreatment(panel, { path: "dose" }, 3);
  const at = (rows: Panel, unit: string, time: number) =>
    rows.numeric("dose")[rows.map((row) => row.unit === unit && row.time === time).indexOf(true)];
  assert.equal(at(shifted, "u00", 4), at(panel, "u00", 7));
  assert.equal(at(shifted, "u00", 3), 0);
  assert.ok(Number.isNaN(at(shifted, "u00", 8)));
  assert.equal(at(shifted, "u08", 8), 0);
  const found = placeboInTime(
    panel,
    (rows) => twfe(rows, { outcome: "y", treatment: "dose" }),
    { path: "dose" },
  );
  assert.ok(found.notes.some((note) => note.includes("left out")));
});

Deno.test("scale, levels of units and labels do not change where the real estimate stands", () => {
  const panel = planted({ seed: 3 });
  const found = placeboInTime(panel, fit, { path: "d" });
  const other = placeboInTime(
    panel.with("y", (row) => 7 * row.value("y") + Number(String(row.unit).slice(1))),
    fit,
    { path: "d" },
  );
  assert.equal(other.rank, found.rank);
  found.all.forEach((item, i) => {
    const [a, b] = [item.outcome, other.all[i].outcome];
    assert.ok(a.ok && b.ok);
    assertClose(b.value.term.estimate, 7 * a.value.term.estimate, 1e-9);
    assertClose(b.value.term.pValue, a.value.term.pValue, 1e-7);
  });
});

Deno.test("placebos in time refuse what they cannot do", () => {
  const panel = planted();
  const late = panel.where("late", (row) => row.time >= 6);
  assertRefuses(() => placeboInTime(late, fit, { path: "d" }), "No placebo date is left");
  assertRefuses(() => placeboInTime(panel, fit, { path: "d", dates: [7] }), "dates", "7");
  assertRefuses(() => placeboInTime(panel, fit, { path: "d", dates: [2] }), "3, 4, 5, 6");
  assertRefuses(() => placeboInTime(panel, fit, { path: "d", dates: [] }), "No placebo date");
  assertRefuses(() => placeboInTime(panel, fit, {}), "cohort, path");
  assertRefuses(() => placeboInTime(panel, fit, { path: "d", horizon: 0 }), "horizon");
  assertRefuses(
    () => treatmentStarts(panel.with("d", () => 0), { path: "d" }),
    "Nobody is treated",
  );
  const other = panel.with("cohort", (row) => row.value("g") === 1 ? 8 : 0);
  assertRefuses(() => treatmentStarts(other, { path: "d", cohort: "cohort" }), "disagree", "u00");
  assertRefuses(
    () => placeboInTime(panel.with("y", () => 1), fit, { path: "d" }),
    "Nothing can be",
  );
  assertRefuses(() => withoutAnticipation(panel, { path: "d" }, -1), "zero or more");
});

Deno.test("an estimator that fails at a date keeps its reason, and the others stay", () => {
  const panel = planted();
  const found = placeboInTime(panel, (rows, shift) => {
    if (shift === 2) return twfe(rows, { outcome: "no such", treatment: "d" });
    return fit(rows);
  }, { path: "d" });
  const { outcome } = found.refit("5");
  assert.ok(!outcome.ok && outcome.reason.includes("no such"));
  assert.equal(found.answered.length, 3);
  assertRefuses(() => found.term("5"), "cannot be computed");
  assertRefuses(() => found.term("1999"), "no such refit");
  assert.ok(found.toTable().toText().includes("5: There is no such column"));
});
