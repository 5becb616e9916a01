import assert from "node:assert/strict";
import { leaveOutDonors, syntheticDid } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { factorPanel } from "../support/synthetic.ts";

const columns = { outcome: "y", cohort: "first" } as const;

Deno.test("without a donor is the estimator on a panel without it", () => {
  const panel = factorPanel();
  const full = syntheticDid(panel, { ...columns, inference: "jackknife" });
  const result = leaveOutDonors(panel, columns);
  assertClose(result.estimate, full.term("overall").estimate, 1e-14);
  assertClose(result.preFitError, full.comparisons[0].preFitError, 1e-12);
  const inside = full.comparisons[0].unitWeights.filter(({ weight }) => weight > 0);
  assert.equal(result.rows.length, inside.length);
  const [first] = result.rows;
  const without = syntheticDid(panel.where("one out", (row) => row.unit !== first.unit), {
    ...columns,
    inference: "jackknife",
  });
  assertClose(first.estimate, without.term("overall").estimate, 1e-14);
  assertClose(first.preFitError, without.comparisons[0].preFitError, 1e-12);
  assertClose(first.change, first.estimate - result.estimate, 1e-12);
  assert.ok(result.rows.every(({ change }) => Math.abs(change) <= Math.abs(first.change)));
  const table = result.toTable({ [String(first.unit)]: "First" });
  assert.deepEqual(table.rows.slice(0, 2).map(({ unit }) => unit), ["nobody", "First"]);
});

Deno.test("a lone donor cannot be left out", () => {
  const panel = factorPanel({ controls: 1, cohorts: { 9: 2 } });
  assertRefuses(() => leaveOutDonors(panel, columns), "one control only");
});
