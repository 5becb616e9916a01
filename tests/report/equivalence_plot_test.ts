import assert from "node:assert/strict";
import {
  equivalencePlot,
  eventStudy,
  nonInferiorityPlot,
  preTrendEquivalence,
  trendNonInferiority,
} from "../../lib/mod.ts";
import { madePanel } from "../support/made.ts";

const events = eventStudy(
  madePanel().with("g", (row) => /[0-4]$/.test(String(row.unit)) ? 1 : 0),
  { outcome: "y", exposure: "g", reference: 3 },
);
const words = { title: "A finding", source: "made up for this test", xLabel: "points" };

Deno.test("every effect before treatment is drawn with its bound, and the measure below them", () => {
  const found = preTrendEquivalence(events, { bound: 1000 });
  const { svg } = equivalencePlot(found, words);
  for (const { time } of found.rows) assert.ok(svg.includes(`>${time}<`), String(time));
  assert.ok(svg.includes(">largest in size<"));
  assert.match(svg, /Shown to lie within ±1,?000/);
  const tight = preTrendEquivalence(events, { bound: found.smallestBound / 2 });
  assert.match(equivalencePlot(tight, words).svg, /Not shown to lie within/);
});

Deno.test("both models and their difference are drawn, with what they agree to", () => {
  const found = trendNonInferiority(events);
  const { svg } = nonInferiorityPlot(found, words);
  assert.ok(svg.includes(">simple less flexible<"));
  assert.match(svg, /90 % intervals; the models/);
});
