import assert from "node:assert/strict";
import {
  specificationCurve,
  type SpecificationGrid,
} from "../../lib/diagnostics/specification-curve.ts";
import { specificationPlot } from "../../lib/report/specification-plot.ts";
import { assertSnapshot } from "../support/snapshot.ts";
import { madePanel } from "../support/made.ts";

const SMALL: SpecificationGrid = {
  base: { outcome: "y", treatment: "d", unit: "points" },
  axes: {
    Controls: [{ label: "none" }, { label: "a & <b>", covariates: ["x"] }],
    trends: ["none", "unit"],
  },
};

function many(options: number): SpecificationGrid {
  const starts = Array.from({ length: options }, (_, k) => ({
    label: `scaled by ${k + 1}`,
    scale: 1 + k / 10,
  }));
  return { ...SMALL, axes: { ...SMALL.axes, Scale: starts } };
}

Deno.test("the figure of a small curve is as stored", () => {
  const curve = specificationCurve(madePanel(), {
    ...SMALL,
    permutation: { seed: 1, draws: 19 },
  });
  const { svg } = specificationPlot(curve, { source: "made up for this test" });
  assertSnapshot(svg, new URL("snapshots/specification-curve.svg", import.meta.url));
});

Deno.test("it says the finding, marks the study's own row and escapes labels", () => {
  const { svg, text } = specificationPlot(specificationCurve(madePanel(), SMALL));
  assert.ok(text.startsWith("By choice alone the estimate runs from"));
  assert.ok(text.includes("points for being treated"));
  assert.ok(svg.includes("the study's own: ") && svg.includes("a &amp; &lt;b&gt;"));
  assert.ok(!svg.includes("if treatment did nothing"));
});

Deno.test("hundreds of specifications are a few paths, not thousands of elements", () => {
  const curve = specificationCurve(madePanel(), many(150));
  assert.equal(curve.rows.length, 600);
  const { svg } = specificationPlot(curve);
  assert.ok((svg.match(/<(line|circle|path|rect)/g) ?? []).length < 1100);
  assert.ok(svg.length < 250_000, String(svg.length));
});

Deno.test("a baseline without an estimate, exclusions and failures are in the notes or left unmarked", () => {
  const curve = specificationCurve(madePanel(), {
    ...SMALL,
    exclude: [{
      reason: "no",
      when: ({ Controls, trends }) => Controls === "none" && trends === "none",
    }],
  });
  const { svg } = specificationPlot(curve);
  assert.ok(svg.includes("1 combination excluded by design"));
  assert.ok(!svg.includes("the study's own: "));
});
