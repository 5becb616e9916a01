import assert from "node:assert/strict";
import {
  eventStudy,
  type Figure,
  functionalForm,
  functionalFormPlot,
  nearBounds,
  nearBoundsPlot,
  preTrendPower,
  preTrendPowerPlot,
  twfe,
} from "../../lib/mod.ts";
import { madePanel } from "../support/made.ts";
import { assertSnapshot } from "../support/snapshot.ts";

const words = { title: "Áncash & Junín: a < b", source: "made up for this test" };
const panel = madePanel(2).with("y", (row) => 3 * row.value("y") + 5);
const events = {
  times: [-3, -2, 0, 1],
  effects: Float64Array.of(0.3, -0.2, 0.5, 0.7),
  covariance: Float64Array.from(
    { length: 16 },
    (_, k) => k % 5 === 0 ? 0.09 : 0.03,
  ),
  base: -1,
};
const axes = { xLabel: "event time", yLabel: "points" };
const form = functionalForm(
  panel.with("y", (row) => row.unit === "u3" && row.time === 1 ? 0 : row.value("y")),
  {
    outcome: "y",
    shareOf: 100,
    treated: "d",
    fit: (rows) => twfe(rows, { outcome: "y", treatment: "d" }),
    events: (rows) => eventStudy(rows, { outcome: "y", exposure: "g", reference: 3 }),
  },
);

const FIGURES: Record<string, () => Figure> = {
  "pre-trend-power": () => preTrendPowerPlot(preTrendPower(events, 0.2), { ...words, ...axes }),
  "functional-form": () => functionalFormPlot(form, words),
  "near-bounds": () =>
    nearBoundsPlot(nearBounds(panel, { outcome: "y", shareOf: 100 }), {
      ...words,
      xLabel: "time",
    }),
};

for (const [name, draw] of Object.entries(FIGURES)) {
  Deno.test(`the ${name} figure is as it was, and says what it is`, () => {
    const { svg, text } = draw();
    assert.equal(draw().svg, svg);
    assert.ok(!/NaN|Infinity|undefined/.test(svg));
    assert.ok(svg.includes("Source: made up for this test") && text.startsWith("Áncash"));
    assertSnapshot(svg, new URL(`snapshots/${name}.svg`, import.meta.url));
  });
}

Deno.test("a trend too steep for a mean after the test is drawn without it, and says so", () => {
  const { svg } = preTrendPowerPlot(preTrendPower(events, 100), { ...words, ...axes });
  assert.ok(svg.includes("no mean can be computed") && !svg.includes("studies that pass the test"));
});

Deno.test("a scale that cannot be computed keeps its line and gives the reason", () => {
  const { svg } = functionalFormPlot(form, words);
  assert.ok(svg.includes("cannot be computed") && svg.includes("u3, 1"));
  assert.ok(functionalFormPlot(form, { ...words, show: "t" }).svg.includes("standard error (t)"));
});

Deno.test("scales whose pre-trends have no HTZ test say why, in figure and table", () => {
  const single = functionalForm(panel.with("one", (row) => row.unit === "u2" ? 1 : 0), {
    outcome: "y",
    scales: ["level"],
    fit: (rows) => twfe(rows, { outcome: "y", treatment: "d" }),
    events: (rows) => eventStudy(rows, { outcome: "y", exposure: "one", reference: 3 }),
  });
  for (const said of [functionalFormPlot(single, words).svg, single.toTable().notes.join()]) {
    const line = said.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    assert.match(line, /F, Wald test .*HTZ test cannot be computed/);
  }
});
