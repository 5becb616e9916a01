import assert from "node:assert/strict";
import { clusterBlocks } from "../../../lib/inference/few-clusters/blocks.ts";
import { leaveOneOut as closedForm } from "../../../lib/inference/few-clusters/jackknife.ts";
import {
  anticipation,
  averageEffect,
  callawaySantAnna,
  donut,
  eventStudy,
  holm,
  leaveOneOut,
  type Panel,
  placeboOutcomes,
  twfe,
  withoutAnticipation,
} from "../../../lib/mod.ts";
import { deviationBefore } from "../../../lib/diagnostics/placebos/outcomes.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { panelOf, rollOut } from "../../support/staggered.ts";
import { planted } from "./made.ts";

const fit = (panel: Panel) => twfe(panel, { outcome: "y", treatment: "d" });

Deno.test("leaving a unit out equals the refit by hand, and the closed form of the jackknife", () => {
  const panel = planted();
  const found = leaveOneOut(panel, fit);
  const { fit: regression, clusters } = fit(panel).regression!;
  const closed = closedForm(clusterBlocks(regression, clusters[0]));
  assert.ok(closed.ok);
  panel.units.forEach((unit, u) => {
    const byHand = fit(panel.where("one out", (row) => row.unit !== unit)).term("d");
    const term = found.term(`without ${unit}`);
    assertClose(term.estimate, byHand.estimate, 1e-12);
    assertClose(term.standardError, byHand.standardError, 1e-12);
    assertClose(term.estimate, closed.estimates[u][0], 1e-9);
  });
  const estimates = found.answered.map(({ outcome }) => outcome.value.term.estimate);
  assert.equal(found.low!.estimate, Math.min(...estimates));
  assert.equal(found.high!.estimate, Math.max(...estimates));
  const whole = fit(panel).term("d").estimate;
  assertClose(
    Math.abs(found.influential!.change),
    Math.max(...estimates.map((value) => Math.abs(value - whole))),
    1e-12,
  );
});

Deno.test("an outlier is the one named, and changes of sign and verdict are found", () => {
  const panel = planted({ effect: -0.5, noise: 0.2 })
    .with("y", (row) => row.value("y") + (row.unit === "u03" && row.time >= 7 ? 40 : 0));
  const found = leaveOneOut(panel, fit, { labels: { u03: "Outlier" } });
  assert.equal(found.influential!.label, "without Outlier");
  assert.deepEqual(found.signChanges, ["without Outlier"]);
  assert.deepEqual(found.verdictChanges, ["without Outlier"]);
  assert.ok(found.toTable().toText().includes("it moves most without Outlier"));
});

Deno.test("pairs, times and other groups can be left out", () => {
  const panel = planted({ units: 8, treated: [0, 1, 4] });
  const pairs = leaveOneOut(panel, fit, { size: 2 });
  assert.equal(pairs.changes.length, 28);
  const byHand = panel.where("two out", (row) => row.unit !== "u01" && row.unit !== "u05");
  assertClose(pairs.term("without u01 and u05").estimate, fit(byHand).term("d").estimate, 1e-12);
  const times = leaveOneOut(panel, fit, { by: "year" });
  assert.equal(times.changes.length, 10);
  const without9 = fit(panel.where("no 9", (row) => row.time !== 9)).term("d").estimate;
  assertClose(times.term("without 9").estimate, without9, 1e-12);
  const regions = panel.with("region", (row) => Number(String(row.unit).slice(1)) % 4);
  assert.equal(leaveOneOut(regions, fit, { by: "region" }).changes.length, 4);
});

Deno.test("a group without which there is no estimate keeps its reason", () => {
  const panel = planted({ units: 6, treated: [2] });
  const found = leaveOneOut(panel, fit);
  const { outcome } = found.refit("without u02");
  assert.ok(!outcome.ok && outcome.reason.includes("Nobody is treated"));
  assert.equal(found.answered.length, 5);
  assertRefuses(() => leaveOneOut(panel, fit, { size: 3 as 2 }), "size");
  assertRefuses(() => leaveOneOut(panel, fit, { by: "g" }), "at least three");
  assertRefuses(() => leaveOneOut(panel.with("d", () => 0), fit), "Nobody is treated");
});

Deno.test("a donut equals the filter by hand", () => {
  const panel = planted();
  const found = donut(panel, fit, { times: [8, 9] });
  assert.deepEqual(found.all.map(({ label }) => label), [
    "all times",
    "without 8, 9",
    "without 8",
    "without 9",
  ]);
  for (const [label, out] of [["without 8, 9", [8, 9]], ["without 8", [8]]] as const) {
    const byHand = panel.where("out", (row) => !(out as readonly number[]).includes(row.time));
    assertClose(found.term(label).estimate, fit(byHand).term("d").estimate, 1e-12);
  }
  assert.equal(donut(panel, fit, { times: [8] }).changes.length, 1);
  assertRefuses(() => donut(panel, fit, { times: [8, 99] }), "times", "99");
  assertRefuses(() => donut(panel, fit, { times: [] }), "No time");
});

Deno.test("a donut that takes the base period keeps the estimator's reason", () => {
  const events = (rows: Panel) => eventStudy(rows, { outcome: "y", exposure: "g", reference: 6 });
  const { outcome } = donut(planted(), events, { times: [6], term: "g × 1" }).refit("without 6");
  assert.ok(!outcome.ok && outcome.reason.includes("reference"));
});

Deno.test("with anticipation of one year the estimate that allows for it is unbiased, the other is not", () => {
  const early = 3;
  const sums = { naive: 0, allowed: 0, groupTime: 0, groupTimeNaive: 0 };
  const draws = 150;
  for (let draw = 0; draw < draws; draw++) {
    const panel = planted({ effect: 2, early, draw, seed: 5 });
    const regression = anticipation(
      panel,
      (rows, periods) => fit(withoutAnticipation(rows, { path: "d" }, periods)),
      { periods: [0, 1] },
    );
    sums.naive += regression.base.outcome.ok ? regression.base.outcome.value.term.estimate : NaN;
    sums.allowed += regression.term("anticipation of 1 period").estimate;
    const groupTime = anticipation(
      panel,
      (rows, periods) =>
        callawaySantAnna(rows, { outcome: "y", cohort: "cohort", anticipation: periods })
          .aggregate("simple"),
      { periods: [0, 1], term: "overall" },
    );
    sums.groupTimeNaive += groupTime.term("no anticipation").estimate;
    sums.groupTime += groupTime.term("anticipation of 1 period").estimate;
  }
  const mean = (sum: number) => sum / draws;
  // One in six pre-periods is off by 3; the last one by 3.
  assertClose(mean(sums.naive), 2 - early / 6, 0.06);
  assertClose(mean(sums.allowed), 2, 0.06);
  assertClose(mean(sums.groupTimeNaive), 2 - early, 0.12);
  assertClose(mean(sums.groupTime), 2, 0.06);
});

Deno.test("group-time effects with anticipation are an event study whose base moves back", () => {
  const panel = planted();
  const groupTime = anticipation(
    panel,
    (rows, periods) =>
      callawaySantAnna(rows, { outcome: "y", cohort: "cohort", anticipation: periods })
        .aggregate("simple"),
    { term: "overall" },
  );
  const events = anticipation(panel, (rows, periods) =>
    averageEffect(
      eventStudy(rows, { outcome: "y", exposure: "g", reference: 6 - periods }),
      (time) => time >= 7,
      "average",
    ));
  for (const { label } of groupTime.all) {
    assertClose(groupTime.term(label).estimate, events.term(label).estimate, 1e-10);
  }
});

Deno.test("leaving out the periods before treatment: for all with one start, for its own with several", () => {
  const one = withoutAnticipation(planted(), { path: "d" }, 2);
  assert.deepEqual([...one.times], [1, 2, 3, 4, 7, 8, 9, 10]);
  assert.ok(one.balanced);
  const several = withoutAnticipation(
    panelOf(rollOut({ cohorts: [5, 7, 0], each: 2 })),
    { cohort: "cohort" },
    1,
  );
  const gone = (unit: string) =>
    several.times.filter((time) =>
      !several.map((row) => row.unit === unit && row.time === time).some(Boolean)
    );
  assert.deepEqual([gone("c5-0"), gone("c7-1"), gone("c0-0")], [[4], [6], []]);
});

Deno.test("anticipation refuses odd periods", () => {
  const panel = planted();
  for (const periods of [[-1], [0.5], [1, 1], []]) {
    assertRefuses(() => anticipation(panel, fit, { periods }), "periods");
  }
});

const OUTCOMES = [
  { column: "z", label: "nothing", asks: "made without an effect" },
  { column: "moved", label: "moved", asks: "an effect was planted here" },
  { column: "w", label: "fixed", asks: "does not change" },
];

Deno.test("placebo outcomes are standardised by hand, and adjusted by Holm", () => {
  const panel = planted({ seed: 8 }).with("moved", (row) => row.value("z") + 3 * row.value("d"));
  const fitFor = (outcome: string) => (rows: Panel) => twfe(rows, { outcome, treatment: "d" });
  const found = placeboOutcomes(panel, fitFor, OUTCOMES, {
    main: { column: "y", label: "main" },
    before: 7,
  });
  const before = panel.where("before", (row) => row.time < 7);
  const variances = before.times.map((time) => {
    const values = before.map((row) => row.time === time ? [row.value("z")] : []).flat();
    const mean = values.reduce((a, b) => a + b) / values.length;
    return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  });
  const scale = Math.sqrt(variances.reduce((a, b) => a + b) / variances.length);
  assertClose(found.scales.get("nothing")!, scale, 1e-12);
  const raw = fitFor("z")(panel).term("d");
  assertClose(found.term("nothing").estimate, raw.estimate / scale, 1e-12);
  assertClose(found.term("nothing").standardError, raw.standardError / scale, 1e-12);
  assertClose(found.term("nothing").pValue, raw.pValue, 1e-10);
  const adjusted = holm([raw.pValue, fitFor("moved")(panel).term("d").pValue]);
  assertClose(found.adjusted.get("nothing")!, adjusted[0], 1e-10);
  assert.deepEqual(found.moved, ["moved"]);
  assert.ok(!found.refit("fixed").outcome.ok);
  assert.ok(found.toTable().toText().includes("1 of 2 placebo outcomes moves"));
});

Deno.test("a path that all units share, and units of measurement, do not change a standardised effect", () => {
  const panel = planted();
  const fitFor = (outcome: string) => (rows: Panel) => twfe(rows, { outcome, treatment: "d" });
  const run = (rows: Panel) =>
    placeboOutcomes(rows, fitFor, OUTCOMES.slice(0, 1), {
      main: { column: "y", label: "main" },
      before: 7,
    }).term("nothing").estimate;
  const other = panel.with("z", (row) => 1000 * (row.value("z") + row.time ** 2));
  assertClose(run(other), run(panel), 1e-9);
});

Deno.test("placebo outcomes refuse what has no scale or no name", () => {
  const panel = planted();
  const fitFor = (outcome: string) => (rows: Panel) => twfe(rows, { outcome, treatment: "d" });
  const options = { main: { column: "y", label: "main" }, before: 7 };
  assertRefuses(() => placeboOutcomes(panel, fitFor, [], options), "No placebo outcome");
  assertRefuses(
    () => placeboOutcomes(panel, fitFor, [OUTCOMES[0], OUTCOMES[0]], options),
    "same label",
  );
  assertRefuses(() => deviationBefore(panel, "d", 7), "does not differ");
  assertRefuses(() => deviationBefore(panel, "y", 1), "no period with two units");
});
