import assert from "node:assert/strict";
import { honestBounds, honestPlot, stream } from "../../lib/mod.ts";
import { commonBase, eventTimes, randomEvents } from "../diagnostics/honest/support.ts";

const words = { title: "Made up", xLabel: "points", source: "made up for this test" };
const events = randomEvents(stream(9, 0), 3, 2);

Deno.test("the sensitivity figure shows the conventional interval, the method and every bound", () => {
  const { svg } = honestPlot(
    honestBounds(events, { restriction: "smoothness", bounds: [0, 0.5] }),
    words,
  );
  for (
    const part of ["parallel trends", "fixed length (FLCI)", "M = 0.50", "allow for a trend"]
  ) assert.ok(svg.includes(part), part);
});

Deno.test("open and empty intervals are named in the figure, not drawn", () => {
  const open = honestPlot(honestBounds(events, { bounds: [1, 1e12] }), words).svg;
  assert.ok(open.includes("open on both sides") && open.includes("C-LF"));
  const fallen = {
    times: eventTimes(3, 1),
    base: -1,
    effects: Float64Array.of(60, 40, 20, 1),
    covariance: commonBase(4, 0.1),
  };
  const shape = { monotone: "increasing", method: "hybrid" } as const;
  const empty = honestPlot(
    honestBounds(fallen, { ...shape, restriction: "smoothness", bounds: [0] }),
    words,
  );
  assert.ok(empty.svg.includes("no value is left"));
  assert.ok(empty.svg.includes("every value is rejected"));
});
