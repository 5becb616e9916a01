/** Names of points stay inside of the figure. */
import assert from "node:assert/strict";
import { scatterPlot } from "../../lib/report/scatter-plot.ts";

const words = { title: "a", source: "made up for this test", xLabel: "x", yLabel: "y" };
const point = (x: number, y: number, label: string) => ({ x, y, label, series: "region" });

/** How the name is anchored in the SVG. */
function anchorOf(svg: string, name: string): string | undefined {
  const before = svg.slice(0, svg.indexOf(`>${name}<`));
  return before.match(/text-anchor="(start|end|middle)"/g)?.at(-1);
}

Deno.test("a long name at the right edge stands left of its point, others to the right", () => {
  const { svg } = scatterPlot([
    point(0, 0, "Pasco"),
    point(5, 5, "Lima Metropolitana (middle)"),
    point(10, 10, "Lima Metropolitana"),
    point(10, 2, "Ica"),
  ], words);
  assert.equal(anchorOf(svg, "Lima Metropolitana"), 'text-anchor="end"');
  assert.equal(anchorOf(svg, "Ica"), 'text-anchor="start"');
  assert.equal(anchorOf(svg, "Pasco"), 'text-anchor="start"');
  assert.equal(anchorOf(svg, "Lima Metropolitana (middle)"), 'text-anchor="start"');
});
