import assert from "node:assert/strict";
import {
  distributionPlot,
  leaveOneOut,
  type Panel,
  refit,
  Refits,
  refitsPlot,
  twfe,
} from "../../lib/mod.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";

const words = { title: "A finding", source: "made up for this test", xLabel: "points" };
const fit = (panel: Panel) => twfe(panel, { outcome: "y", treatment: "d" });

Deno.test("all refits are drawn, the unchanged one first, reasons below", () => {
  const panel = madePanel();
  const refits = new Refits({
    question: "q",
    base: refit("as it was", "", () => fit(panel)),
    changes: [
      refit("late", "", () => fit(panel.where("late", (row) => row.time !== 1))),
      refit("nobody", "", () => fit(panel.with("d", () => 0))),
    ],
  });
  const { svg } = refitsPlot(refits, words);
  assert.ok(svg.indexOf(">as it was<") < svg.indexOf(">late<"));
  assert.ok(svg.includes("cannot be computed") && svg.includes("Nobody is treated"));
});

Deno.test("long lists keep the lowest and highest, and say how many are not drawn", () => {
  const refits = leaveOneOut(madePanel(), fit, { size: 2 });
  const { svg } = refitsPlot(refits, { ...words, most: 10, sorted: true });
  assert.equal(svg.match(/>without u/g)!.length, 10);
  assert.ok(svg.includes(`${refits.changes.length - 10} changes between`));
  assert.ok(svg.includes(`>${refits.low!.label}<`) && svg.includes(`>${refits.high!.label}<`));
});

Deno.test("a distribution marks the observed value, and refuses to draw nothing", () => {
  const options = {
    ...words,
    observed: 2,
    observedLabel: "as it was",
    drawsLabel: "allocations",
  };
  const { svg } = distributionPlot([-3, -1, 0, 0.5, 1, 2], options);
  assert.ok(svg.includes("as it was: 2") && svg.includes("at least as large"));
  assertRefuses(() => distributionPlot([], options), "nothing to draw");
  assertRefuses(() => distributionPlot([1, NaN], options), "finite");
});
