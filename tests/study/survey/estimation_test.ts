/** Identities and invariances of survey estimates, and bad input. */
import assert from "node:assert/strict";
import {
  surveyMean,
  surveyRatio,
  surveyShare,
} from "../../../lib/study/survey/estimation/estimate.ts";
import { stackEstimates } from "../../../lib/study/survey/estimation/stack.ts";
import type { HouseholdTable, SurveyTable } from "../../../lib/study/survey/types.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { householdTable, madeRows, summaryTable } from "./made.ts";

const made = madeRows([6, 5, 4, 3], 20260101);
const table = householdTable(made);

function changed<T extends SurveyTable>(whole: T, parts: Partial<T>): T {
  return { ...whole, ...parts };
}

const fill = (value: number) => new Float64Array(table.rows).fill(value);

Deno.test("one stratum, every household a cluster, equal weights: the textbook variance", () => {
  const simple = changed(table, {
    weight: fill(7),
    estrato: fill(1),
    conglome: made.map((_, i) => String(i).padStart(6, "0")),
  });
  const answers = [...table.internet].filter((value) => !Number.isNaN(value));
  const n = answers.length;
  const p = answers.reduce((sum, value) => sum + value, 0) / n;
  const [row] = surveyShare(simple, "internet").rows;
  assertClose(row.estimate, p);
  // Households without an answer stay in the sample, as clusters whose score is zero.
  const clusters = made.length;
  assertClose(row.standardError! ** 2, clusters / (clusters - 1) * p * (1 - p) / n);
  const all = surveyMean(changed(simple, { internet: fill(0).map((_, i) => i % 3) }), "internet");
  const values = made.map((_, i) => i % 3);
  const mean = values.reduce((sum, value) => sum + value, 0) / clusters;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (clusters - 1);
  assertClose(all.rows[0].standardError! ** 2, variance / clusters);
  assertClose(all.rows[0].designEffect!, 1);
  assertClose(all.rows[0].effectiveRows!, clusters);
});

Deno.test("the variance by brute force: cluster totals about the stratum's mean", () => {
  const inside = made.map((row) => row.region === "02" && !Number.isNaN(row.yes));
  const total = made.reduce((sum, row, i) => sum + (inside[i] ? row.weight : 0), 0);
  const p = made.reduce((sum, row, i) => sum + (inside[i] ? row.weight * row.yes : 0), 0) / total;
  let variance = 0;
  for (const h of [1, 2, 3, 4]) {
    const clusters = [...new Set(made.filter((row) => row.h === h).map((row) => row.cluster))];
    const z = clusters.map((cluster) =>
      made.reduce(
        (sum, row, i) =>
          sum + (inside[i] && row.cluster === cluster ? row.weight * (row.yes - p) / total : 0),
        0,
      )
    );
    const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
    variance += z.length / (z.length - 1) *
      z.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }
  const row = surveyShare(table, "internet", { by: "region" }).find(2020, { region: "02" })!;
  assertClose(row.estimate, p);
  assertClose(row.standardError!, Math.sqrt(variance));
});

Deno.test("weights in other units, rows in another order, clusters under other names: the same", () => {
  const base = surveyShare(table, "internet", { by: "region" });
  const order = made.map((_, i) => (i * 29) % made.length);
  assert.equal(new Set(order).size, made.length);
  const variants = [
    changed(table, { weight: table.weight.map((weight) => 1000 * weight) }),
    householdTable(order.map((i) => made[i])),
    changed(table, { conglome: table.conglome.map((label) => `x${label}`) }),
    // One label in several strata is a cluster in each.
    changed(table, {
      conglome: made.map(({ h, cluster }) =>
        String(Number(cluster) - Number(made.find((row) => row.h === h)!.cluster))
      ),
    }),
  ];
  for (const variant of variants) {
    surveyShare(variant, "internet", { by: "region" }).rows.forEach((row, k) => {
      assertClose(row.estimate, base.rows[k].estimate, 1e-12);
      assertClose(row.standardError!, base.rows[k].standardError!, 1e-12);
      assertClose(row.designEffect!, base.rows[k].designEffect!, 1e-12);
    });
  }
});

Deno.test("every household twice within its cluster: estimate and error stay, the design effect doubles", () => {
  const [once] = surveyShare(table, "internet").rows;
  const [twice] = surveyShare(householdTable([...made, ...made]), "internet").rows;
  assertClose(twice.estimate, once.estimate, 1e-12);
  assertClose(twice.standardError!, once.standardError!, 1e-12);
  const n = once.rows;
  assertClose(twice.designEffect!, once.designEffect! * (2 * n - 1) / (n - 1), 1e-12);
});

Deno.test("every cluster twice: the variance is nearly halved, by the rule's own factor", () => {
  const copies = made.map((row) => ({ ...row, cluster: `9${row.cluster.slice(1)}` }));
  const one = householdTable(made.filter((row) => row.h === 1));
  const two = householdTable([...made, ...copies].filter((row) => row.h === 1));
  const [a, b] = [one, two].map((part) => surveyShare(part, "internet").rows[0]);
  assertClose(b.estimate, a.estimate, 1e-12);
  assertClose(b.standardError! ** 2 / a.standardError! ** 2, (12 / 11) / (6 / 5) / 2, 1e-10);
});

Deno.test("a domain keeps the design of the whole sample", () => {
  const domain = surveyShare(table, "internet", { by: "region" }).find(2020, { region: "01" })!;
  const asked = surveyShare(table, "internet", {
    subpopulation: { label: "region 01", includes: (t, row) => t.region[row] === "01" },
  });
  assertClose(asked.rows[0].standardError!, domain.standardError!, 1e-13);
  assert.ok(asked.notes.includes("Of: region 01."));
  const cut = surveyShare(householdTable(made.filter((row) => row.region === "01")), "internet");
  assertClose(cut.rows[0].estimate, domain.estimate, 1e-13);
  assert.notEqual(cut.rows[0].standardError, domain.standardError);
});

Deno.test("a mean is a ratio to one, a share of no is one less the share of yes", () => {
  const summary = summaryTable(made);
  const ones = { name: "households", values: (t: SurveyTable) => new Float64Array(t.rows).fill(1) };
  const mean = surveyMean(summary, "income", { by: "region" });
  const ratio = surveyRatio(summary, "income", ones, { by: "region" });
  const no = {
    name: "no",
    values: (t: SurveyTable) => (t as HouseholdTable).internet.map((v) => 1 - v),
  };
  const yes = surveyShare(table, "internet", { by: "region" });
  const without = surveyShare(table, no, { by: "region" });
  mean.rows.forEach((row, k) => {
    assertClose(ratio.rows[k].standardError!, row.standardError!, 1e-12);
    assertClose(without.rows[k].estimate, 1 - yes.rows[k].estimate, 1e-12);
    assertClose(without.rows[k].standardError!, yes.rows[k].standardError!, 1e-12);
    assertClose(without.rows[k].low!, 1 - yes.rows[k].high!, 1e-12);
  });
});

Deno.test("what cannot be computed has a reason", () => {
  const [sure] = surveyShare(changed(table, { internet: fill(1) }), "internet").rows;
  assert.deepEqual([sure.standardError, sure.low, sure.designEffect], [0, null, null]);
  assert.match(sure.reasons.join(), /every answer is 1.*do not vary/);
  const [none] = surveyShare(changed(table, { internet: fill(0) }), "internet").rows;
  assert.deepEqual([none.variation, none.reliable], [null, null]);
  assert.match(none.reasons.join(), /the estimate is zero/);
  const lone = householdTable(madeRows([1, 1], 5));
  const [average] = surveyShare(lone, "internet", { lonely: "average" }).rows;
  assert.equal(average.standardError, null);
  assert.match(average.reasons.join(), /every stratum of the domain has one cluster only/);
  const text = surveyShare(changed(table, { internet: fill(1) }), "internet").toTable()
    .toMarkdown();
  assert.match(text, /no interval: every answer is 1/);
  assert.ok(!text.includes("NaN"));
});

Deno.test("a coefficient of variation above the threshold is marked, and the threshold is called assumed", () => {
  const strict = surveyShare(table, "internet", { by: "region", unreliableAbove: 0.2 });
  assert.deepEqual(strict.rows.map((row) => row.reliable), [false, true, false]);
  const text = strict.toTable().toMarkdown();
  assert.match(text, /referential/);
  assert.match(text, /assumed threshold/);
  assert.match(text, /Simulated survey/);
});

Deno.test("years are stacked, once each and of one kind", () => {
  const years = [2019, 2020].map((year) => householdTable(made, year));
  const both = surveyShare(years, "internet", { by: "region" });
  assert.equal(both.rows.length, 6);
  const parts = years.map((year) => surveyShare(year, "internet", { by: "region" }));
  assert.deepEqual(stackEstimates(parts).rows, both.rows);
  assertRefuses(() => stackEstimates([parts[0], parts[0]]), "more than once", "2019");
  assertRefuses(
    () => stackEstimates([parts[0], surveyShare(years[1], "internet")]),
    "cannot be stacked",
  );
  const towns = { label: "towns", includes: (t: SurveyTable, i: number) => t.urban[i] === 1 };
  assertRefuses(
    () =>
      stackEstimates([
        parts[0],
        surveyShare(years[1], "internet", { by: "region", subpopulation: towns }),
      ]),
    "of all rows",
    "of towns",
  );
  assertRefuses(
    () =>
      stackEstimates([
        parts[0],
        surveyShare(years[1], "internet", {
          by: "region",
          stratum: "region × estrato",
          lonely: "adjust",
        }),
      ]),
    "strata region × estrato",
  );
  assertRefuses(() => stackEstimates([]), "no estimates");
});

Deno.test("bad input is refused by name", () => {
  const refuse = (work: () => unknown, ...parts: string[]) => assertRefuses(work, ...parts);
  const zero = table.weight.map((weight, i) => i === 4 ? 0 : weight);
  refuse(
    () => surveyShare(changed(table, { weight: zero }), "internet"),
    "Weights must be positive",
    "row 4",
    "value 0",
  );
  refuse(
    () => surveyShare(changed(table, { weight: fill(NaN) }), "internet"),
    "Weights must be positive",
  );
  refuse(
    () => surveyShare(changed(table, { internet: fill(NaN) }), "internet"),
    "missing in every row of the nation",
  );
  refuse(
    () =>
      surveyShare(
        changed(table, {
          internet: table.internet.map((v, i) => table.region[i] === "02" ? NaN : v),
        }),
        "internet",
        { by: "region" },
      ),
    "missing in every row of Áncash",
  );
  refuse(() => surveyShare(table, "internett"), "no such numeric variable", "mobile");
  refuse(() => surveyShare(table, "weight"), "no such numeric variable");
  refuse(
    () => surveyShare(table, "internet", { by: "planet" as "region" }),
    "by",
    "planet",
    "province",
  );
  refuse(() => surveyShare(table, "internet", { lonely: "never" as "fail" }), "lonely", "never");
  refuse(() => surveyShare(table, "internet", { conf: 0.9 } as object), "no such option", "conf");
  refuse(() => surveyShare(table, "dominio"), "answers of 1, 0 or missing", "value 4");
  refuse(() => surveyMean(table, "internet", { interval: "logit" }), "for shares");
  refuse(() => surveyShare(table, "internet", { unreliableAbove: 0 }), "unreliableAbove");
  refuse(() => surveyShare(table, "internet", { unreliableAbove: 15 }), "unreliableAbove", "0.15");
  for (const subpopulation of [(() => true) as never, { includes: () => true } as never, null!]) {
    refuse(() => surveyShare(table, "internet", { subpopulation }), "a label and a function");
  }
  refuse(() => surveyShare([], "internet"), "no estimates");
  refuse(
    () =>
      surveyShare(table, "internet", { subpopulation: { label: "nobody", includes: () => false } }),
    "No row",
    "nobody",
  );
  refuse(
    () => surveyShare(changed(table, { conglome: table.conglome.map(() => "") }), "internet"),
    "no cluster",
  );
  refuse(() => surveyShare(changed(table, { estrato: fill(NaN) }), "internet"), "no stratum");
  refuse(
    () =>
      surveyShare(
        changed(table, { region: table.region.map((r, i) => i === 3 ? "" : r) }),
        "internet",
        { by: "region" },
      ),
    "belong to no region",
    "row 3",
  );
  const none = { name: "none", values: () => fill(0) };
  refuse(() => surveyRatio(table, "internet", none), "adds up to zero");
  refuse(() => surveyMean(table, { name: "short", values: () => new Float64Array(2) }), "2 values");
  refuse(() => surveyMean(table, { name: "far", values: () => fill(Infinity) }), "infinite");
});
