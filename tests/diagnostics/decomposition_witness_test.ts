/** Values printed by tools/witnesses/decomposition.py (diff-diff 3.13.0) on the mpdta of data/. */
import assert from "node:assert/strict";
import { baconDecomposition, Panel, readCsv, twfeWeights } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";

function mpdta(): Panel {
  const { columns } = readCsv(new URL("../../data/mpdta.csv", import.meta.url), "mpdta.csv");
  return Panel.fromColumns(columns, { unit: "countyreal", time: "year" })
    .with(
      "on",
      (row) => row.value("first.treat") > 0 && row.time >= row.value("first.treat") ? 1 : 0,
    );
}

const CELLS: readonly [number, number, string, number, number][] = [
  [2004, Infinity, "treated vs never treated", -0.07974912657472899, 0.0817795656949278],
  [2006, Infinity, "treated vs never treated", -0.022570047608475363, 0.24533869708478342],
  [2007, Infinity, "treated vs never treated", -0.043106032808698735, 0.5356561553017772],
  [2004, 2006, "earlier vs later treated", -0.04560790521102831, 0.005293175773134488],
  [2006, 2004, "later vs earlier treated", 0.05428690020054905, 0.010586351546268975],
  [2004, 2007, "earlier vs later treated", -0.09105540160048786, 0.02600272598552317],
  [2007, 2004, "later vs earlier treated", -0.019604805926793922, 0.026002725985523174],
  [2006, 2007, "earlier vs later treated", 0.018480380807539554, 0.05200545197104632],
  [2007, 2006, "later vs earlier treated", 0.0105754538741607, 0.017335150657015443],
];

Deno.test("mpdta: comparisons, weights and estimate", () => {
  const found = baconDecomposition(mpdta(), { outcome: "lemp", cohort: "first.treat" });
  assert.equal(found.cells.length, CELLS.length);
  for (const [treated, control, type, estimate, weight] of CELLS) {
    const cell = found.cells.find((one) => one.treated === treated && one.control === control)!;
    assert.equal(cell.type, type);
    assertClose(cell.estimate, estimate, 1e-9);
    assertClose(cell.weight, weight, 1e-10);
  }
  assertClose(found.estimate, -0.03654893667406698, 1e-10);
});

Deno.test("mpdta: weights of treated counties and years", () => {
  const found = twfeWeights(mpdta(), { outcome: "lemp", treatment: "on" });
  assertClose(found.estimate, -0.03654893667406885, 1e-10);
  assertClose(found.zeroSensitivity!, 0.08280596275116427, 1e-10);
  assert.equal(found.negativeCells, 20);
  assert.equal(found.cells.length, 291);
  assertClose(found.negative, -0.01085101033492561, 1e-9);
});
