import assert from "node:assert/strict";
import {
  callawaySantAnna,
  dcdhDynamic,
  type Estimate,
  etwfe,
  eventStudy,
  imputation,
  interactionEffect,
  localProjections,
  Panel,
  randomisationTest,
  splitEffect,
  stackedDid,
  sunAbraham,
  twfe,
  twoByTwo,
  twoStage,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madeRows } from "../support/made.ts";

const KEYS = { unit: "unit", time: "t" };
const staggered = { outcome: "y", cohort: "first", weights: "w" };
const dose = { outcome: "y", treatment: "d", weights: "w" };

const FITS: Readonly<Record<string, (panel: Panel) => Estimate>> = {
  twfe: (panel) => twfe(panel, dose),
  eventStudy: (panel) =>
    eventStudy(panel, { outcome: "y", exposure: "g", reference: 3, weights: "w" }),
  twoByTwo: (panel) =>
    twoByTwo(panel, { outcome: "y", group: "g", treatedFrom: 4, weights: "w" }).estimate,
  interactionEffect: (panel) => interactionEffect(panel, { ...dose, moderator: "m" }),
  splitEffect: (panel) => splitEffect(panel, { ...dose, moderator: "m" }).estimate,
  callawaySantAnna: (panel) => callawaySantAnna(panel, staggered),
  sunAbraham: (panel) => sunAbraham(panel, staggered),
  etwfe: (panel) => etwfe(panel, staggered),
  imputation: (panel) => imputation(panel, staggered),
  twoStage: (panel) => twoStage(panel, staggered),
  stackedDid: (panel) => stackedDid(panel, { ...staggered, window: { from: -2, to: 2 } }),
  localProjections: (panel) => localProjections(panel, staggered),
  dcdhDynamic: (panel) => dcdhDynamic(panel, dose),
};

const rows: Record<string, number | string | null>[] = madeRows().map((row) => ({
  ...row,
  w: 1 + Number(String(row.unit).slice(1)) / 5,
}));
const at = [3, 40];
const without = (column: string) =>
  Panel.fromRows(rows.map((row, i) => at.includes(i) ? { ...row, [column]: null } : row), KEYS);

for (const [name, fit] of Object.entries(FITS)) {
  Deno.test(`${name}: a row without a weight is dropped, counted and named like one without an outcome`, () => {
    const weights = fit(without("w"));
    const outcomes = fit(without("y"));
    weights.terms.forEach((term, k) => {
      assertClose(term.estimate, outcomes.terms[k].estimate, 1e-10, term.name, 1);
      assertClose(term.standardError, outcomes.terms[k].standardError, 1e-10, term.name);
    });
    const drop = weights.design.droppedRows.find(({ reason }) => reason === "w missing");
    assert.equal(drop?.count, 2);
    assert.ok(drop?.rows.every((row) => row.includes("u0") || row.includes("u6")));
  });

  Deno.test(`${name}: a weight of zero is refused by row`, () => {
    const zero = Panel.fromRows(rows.map((row, i) => i === 3 ? { ...row, w: 0 } : row), KEYS);
    assertRefuses(() => fit(zero), 'column "w"', "3 (u0, 4)", "value 0");
  });
}

Deno.test("randomisation tests drop rows without a weight as the regression does", () => {
  const options = {
    permute: "first",
    treatmentFrom: (unit: Readonly<Record<string, number>>, time: number) =>
      unit.first > 0 && time >= unit.first ? 1 : 0,
    seed: 1,
    draws: 99,
  };
  const [a, b] = ["w", "y"].map((column) => randomisationTest(without(column), dose, options));
  assert.equal(a.pValue, b.pValue);
});
