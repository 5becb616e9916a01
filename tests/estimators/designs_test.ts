import assert from "node:assert/strict";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import { interactionEffect, splitEffect } from "../../lib/estimators/heterogeneity.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { twoByTwo } from "../../lib/estimators/two-by-two.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

const panel = madePanel(2);

Deno.test("the 2 × 2 by hand is the regression's number, with Neyman's standard error", () => {
  const { estimate, means } = twoByTwo(panel, { outcome: "y", group: "g", treatedFrom: 4 });
  const regression = twfe(panel, { outcome: "y", treatment: "d" });
  assertClose(estimate.term("DiD").estimate, regression.term("d").estimate, 1e-11);
  const change = (g: number) => {
    const units = panel.units.filter((_, u) => panel.row(6 * u).value("g") === g);
    return units.map((unit) => {
      const own = panel.map((row) => row).filter((row) => row.unit === unit);
      const mean = (part: typeof own) =>
        part.reduce((sum, row) => sum + row.value("y"), 0) / part.length;
      return mean(own.filter((row) => row.time >= 4)) - mean(own.filter((row) => row.time < 4));
    });
  };
  const part = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) /
      values.length;
  };
  assertClose(
    estimate.term("DiD").standardError,
    Math.sqrt(part(change(1)) + part(change(0))),
    1e-12,
  );
  assert.deepEqual([
    means.treatedUnits,
    means.controlUnits,
    means.periodsBefore,
    means.periodsAfter,
  ], [5, 7, 3, 3]);
});

Deno.test("the 2 × 2 with weights is the weighted regression's number", () => {
  const { estimate } = twoByTwo(panel, { outcome: "y", group: "g", treatedFrom: 4, weights: "w" });
  assertClose(
    estimate.term("DiD").estimate,
    twfe(panel, { outcome: "y", treatment: "d", weights: "w" }).term("d").estimate,
    1e-10,
  );
});

Deno.test("the 2 × 2 refuses a group of one, a unit without a before, and weights that vary", () => {
  const lone = panel.where("one treated", (row) => row.value("g") === 0 || row.unit === "u1");
  const options = { outcome: "y", group: "g", treatedFrom: 4 };
  assertRefuses(
    () => twoByTwo(lone, options),
    "treated (1) group has 1 unit",
    "variance cannot be computed",
  );
  const late = panel.where("u2 late", (row) => row.unit !== "u2" || row.time >= 4);
  assertRefuses(() => twoByTwo(late, options), "no period before", "(u2, 4)");
  assertRefuses(
    () => twoByTwo(panel.with("v", (row) => row.time), { ...options, weights: "v" }),
    "fixed over time",
    '"v"',
  );
});

Deno.test("an event study by group and by cohort are the same with one cohort", () => {
  const byGroup = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
  const byCohort = eventStudy(panel, { outcome: "y", cohort: "first" });
  byGroup.terms.forEach((term, k) => {
    assertClose(byCohort.terms[k].estimate, term.estimate, 1e-10);
    assertClose(byCohort.terms[k].standardError, term.standardError, 1e-10);
    assert.equal(byCohort.terms[k].time, term.time! - 4);
  });
});

Deno.test("event-study effects are differences of group gaps from the base period", () => {
  const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
  const gap = (t: number) => {
    const rows = panel.map((row) => row).filter((row) => row.time === t);
    const mean = (g: number) => {
      const own = rows.filter((row) => row.value("g") === g);
      return own.reduce((sum, row) => sum + row.value("y"), 0) / own.length;
    };
    return mean(1) - mean(0);
  };
  for (const t of [1, 2, 4, 5, 6]) {
    assertClose(events.term(`g × ${t}`).estimate, gap(t) - gap(3), 1e-10);
  }
});

Deno.test("pooling event times into the ends leaves never-treated units alone", () => {
  const pooled = eventStudy(panel, { outcome: "y", cohort: "first", window: { from: -2, to: 1 } });
  assert.deepEqual(pooled.terms.map((term) => term.time), [-2, 0, 1]);
  const bySpell = panel
    .with("early", (row) => row.value("g") === 1 && row.time <= 2 ? 1 : 0)
    .with("now", (row) => row.value("g") === 1 && row.time === 4 ? 1 : 0)
    .with("later", (row) => row.value("g") === 1 && row.time >= 5 ? 1 : 0);
  const byHand = twfe(bySpell, { outcome: "y", treatment: ["early", "now", "later"] });
  pooled.terms.forEach((term, k) => assertClose(byHand.terms[k].estimate, term.estimate, 1e-10));
});

Deno.test("event studies refuse what they cannot use", () => {
  const wrong = (options: Record<string, unknown>, ...parts: string[]) =>
    // deno-lint-ignore no-explicit-any
    assertRefuses(() => eventStudy(panel, { outcome: "y", ...options } as any), ...parts);
  wrong({}, "either a cohort or an exposure");
  wrong({ cohort: "first", exposure: "g" }, "not both");
  wrong({ exposure: "g" }, "reference period is not given", "1, 2, 3, 4, 5, 6");
  wrong({ exposure: "g", reference: 9 }, "not among the periods", "value 9");
  wrong({ exposure: "d", reference: 3 }, "fixed over time", 'column "d"');
  wrong({ cohort: "first", reference: -9 }, "does not occur", "-3, -2, -1");
  const all = panel.with("first", () => 4);
  assertRefuses(() => eventStudy(all, { outcome: "y", cohort: "first" }), "There is no control");
  const early = panel.with("first", (row) => row.value("g") === 1 ? 1 : 0);
  assertRefuses(
    () => eventStudy(early, { outcome: "y", cohort: "first" }),
    "There is no pre-period",
  );
});

Deno.test("trends per unit equal a regression on explicit trends", () => {
  const names = panel.units.slice(1).map((unit) => `trend ${unit}`);
  const explicit = panel.units.slice(1).reduce(
    (made, unit) => made.with(`trend ${unit}`, (row) => row.unit === unit ? row.time : 0),
    panel,
  );
  const absorbed = twfe(panel, { outcome: "y", treatment: "d", trends: "unit" }).term("d");
  const spelled = twfe(explicit, {
    outcome: "y",
    treatment: "d",
    covariates: names,
    covariance: "HC1",
  }).term("d");
  assertClose(absorbed.estimate, spelled.estimate, 1e-9);
});

Deno.test("covariates by time equal explicit interactions", () => {
  const explicit = [2, 3, 4, 5, 6].reduce(
    (made, t) => made.with(`m at ${t}`, (row) => row.time === t ? row.value("m") : 0),
    panel,
  );
  const names = [2, 3, 4, 5, 6].map((t) => `m at ${t}`);
  const a = twfe(panel, { outcome: "y", treatment: "d", covariatesByTime: ["m"] }).term("d");
  const b = twfe(explicit, { outcome: "y", treatment: "d", covariates: names }).term("d");
  assertClose(a.estimate, b.estimate, 1e-11);
  assertClose(a.standardError, b.standardError, 1e-11);
});

Deno.test("an interaction is measured per standard deviation about the mean", () => {
  const estimate = interactionEffect(panel, {
    outcome: "y",
    treatment: "d",
    moderator: "m",
    moderatorByTime: false,
  });
  const values = panel.units.map((_, u) => panel.row(6 * u).value("m"));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(
    values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1),
  );
  const byHand = twfe(
    panel.with("dm", (row) => row.value("d") * (row.value("m") - mean) / deviation),
    {
      outcome: "y",
      treatment: ["d", "dm"],
    },
  );
  assertClose(estimate.term("d × m").estimate, byHand.term("dm").estimate, 1e-10);
  assertClose(estimate.term("d").estimate, byHand.term("d").estimate, 1e-10);
  assert.match(estimate.describe().join("\n"), /per one standard deviation/);
});

Deno.test("a split equals two separate regressions, and counts its cells", () => {
  const { estimate, at, cells } = splitEffect(panel, {
    outcome: "y",
    treatment: "d",
    moderator: "m",
  });
  for (const half of ["low", "high"] as const) {
    const part = panel.where(half, (row) => (row.value("m") <= at) === (half === "low"));
    assertClose(
      estimate.term(`d | m ${half}`).estimate,
      twfe(part, { outcome: "y", treatment: "d" }).term("d").estimate,
      1e-10,
      half,
    );
  }
  assert.equal(cells[0].units + cells[1].units, 12);
  assert.equal(cells[0].treated + cells[1].treated, 5);
});

Deno.test("a split without treated units on one side, or by what varies, is refused", () => {
  assertRefuses(
    () =>
      splitEffect(panel.with("k", (row) => row.value("g")), {
        outcome: "y",
        treatment: "d",
        moderator: "k",
        at: 0,
      }),
    "low half has 7 units of which 0 treated",
  );
  assertRefuses(
    () => interactionEffect(panel, { outcome: "y", treatment: "d", moderator: "x" }),
    "fixed over time",
  );
  assertRefuses(
    () => splitEffect(panel.with("k", () => 1), { outcome: "y", treatment: "d", moderator: "k" }),
    "does not vary",
  );
});

Deno.test("staggered adoption is said to mix event times", () => {
  const rows = madeRows(3).map((row) => ({ ...row, first: row.unit === "u0" ? 3 : row.first }));
  const staggered = Panel.fromRows(rows, { unit: "unit", time: "t" });
  assert.match(
    eventStudy(staggered, { outcome: "y", cohort: "first" }).describe().join("\n"),
    /2 cohorts.*Sun & Abraham/,
  );
});

Deno.test("the moderator is described over the rows of the regression, missing outcomes left out", () => {
  const rows = madeRows().map((row) => ({ ...row, y: row.unit === "u3" ? null : row.y }));
  const gone = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const without = gone.where("observed", (row) => row.unit !== "u3");
  const options = { outcome: "y", treatment: "d", moderator: "m" };
  const [a, b] = [gone, without].map((panel) => interactionEffect(panel, options));
  a.terms.forEach((term, k) => assertClose(term.estimate, b.terms[k].estimate, 1e-9, term.name, 1));
  const [c, d] = [gone, without].map((panel) => splitEffect(panel, options));
  assert.equal(c.at, d.at);
  assert.deepEqual(c.cells, d.cells);
});

Deno.test("a split counts treated units by what is observed of their treatment", () => {
  const rows = madeRows().map((row) => ({ ...row, d: row.t === 1 ? null : row.d }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const { cells } = splitEffect(panel, { outcome: "y", treatment: "d", moderator: "m" });
  assert.equal(cells.reduce((sum, { treated }) => sum + treated, 0), 5);
});

Deno.test("a split whose half is treated all at once is refused, not reported with one effect", () => {
  const panel = madePanel().with("m", (row) => row.value("g") + row.value("region") / 10)
    .with(
      "d",
      (row) => (row.value("g") === 1 || row.value("region") === 3) && row.time >= 4 ? 1 : 0,
    );
  assertRefuses(
    () => splitEffect(panel, { outcome: "y", treatment: "d", moderator: "m", at: 0.5 }),
    "d | m high",
    "absorbed",
    'column "m"',
  );
});

Deno.test("never-treated units are counted among the rows used", () => {
  const rows = madeRows().map((row) => ({ ...row, y: row.unit === "u9" ? null : row.y }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const { design } = eventStudy(panel, { outcome: "y", cohort: "first" });
  assert.match(design.comparison, /against 6 never-treated units/);
});
