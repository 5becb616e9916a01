import assert from "node:assert/strict";
import { heatmapPlot, missingMap } from "../../lib/report/cells-plot.ts";
import { eventStudyPlot } from "../../lib/report/event-plot.ts";
import type { Figure } from "../../lib/report/figure.ts";
import { intervalPlot } from "../../lib/report/interval-plot.ts";
import { choropleth } from "../../lib/report/map-plot.ts";
import { toPng } from "../../lib/report/png.ts";
import { scatterPlot } from "../../lib/report/scatter-plot.ts";
import { trendsPlot } from "../../lib/report/trends-plot.ts";
import { assertRefuses } from "../support/errors.ts";
import { assertSnapshot } from "../support/snapshot.ts";

const words = {
  title: "Áncash & Junín: a < b",
  subtitle: "made up, %",
  source: "made up for this test",
};
const axes = { xLabel: "Year", yLabel: "%" };

const FIGURES: Record<string, () => Figure> = {
  trends: () =>
    trendsPlot(
      [2017, 2018, 2019, 2020].flatMap((time) => [
        { series: "favoured", time, value: time - 2010 },
        { series: "others", time, value: 2 * (time - 2010) + 0.123456 },
      ]),
      {
        ...words,
        ...axes,
        treatedFrom: 2019,
        shade: { from: 2019.5, to: 2020, label: "pandemic" },
      },
    ),
  "event-study": () =>
    eventStudyPlot(
      [
        { time: 2017, estimate: 2, low: 1, high: 3 },
        { time: 2018, estimate: 0, low: 0, high: 0, reference: true },
        { time: 2019, estimate: -1, low: -3, high: 1 },
      ],
      { ...words, ...axes, treatedFrom: 2019, trend: { base: 2018, slope: -1, label: "line" } },
    ),
  intervals: () =>
    intervalPlot(
      [
        {
          label: "baseline",
          group: "One",
          result: { estimate: 1, low: -1, high: 3 },
          note: "9/26",
        },
        { label: "without Lima", group: "Two", result: { reason: "nobody is treated" } },
      ],
      { ...words, xLabel: "points", noteLabel: "treated" },
    ),
  heatmap: () =>
    heatmapPlot(
      [
        { row: "Cusco", column: 2019, value: 3.3, provenance: "assumed" },
        { row: "Cusco", column: 2021, value: 11.1, provenance: "published" },
        { row: "Lima", column: 2019, value: null },
        { row: "Lima", column: 2021, value: 0, provenance: "published" },
      ],
      { ...words, xLabel: "Year", valueLabel: "dose" },
    ),
  missing: () =>
    missingMap(
      [
        { row: "y", column: 2019, present: 26, expected: 26 },
        { row: "y", column: 2020, present: 20, expected: 26 },
        { row: "x", column: 2019, present: 0, expected: 26 },
      ],
      { ...words, xLabel: "Year", what: "area" },
    ),
  scatter: () =>
    scatterPlot(
      [{ x: 1, y: 2, label: "Cusco", series: "favoured" }, {
        x: 3,
        y: 1,
        label: "Lima",
        series: "others",
      }],
      { ...words, ...axes, line: { intercept: 0, slope: 1, label: "line" } },
    ),
};

for (const [name, draw] of Object.entries(FIGURES)) {
  Deno.test(`the ${name} figure is as it was, and the same every time`, () => {
    const { svg } = draw();
    assert.equal(draw().svg, svg);
    assertSnapshot(svg, new URL(`snapshots/${name}.svg`, import.meta.url));
  });

  Deno.test(`the ${name} figure stands alone and says what it is`, () => {
    const { svg, text } = draw();
    assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img"/);
    for (
      const part of [
        "<title>Áncash &amp; Junín: a &lt; b</title>",
        "Source: made up for this test",
        "<desc>",
      ]
    ) {
      assert.ok(svg.includes(part), part);
    }
    assert.ok(!/NaN|Infinity|undefined|<style|class=/.test(svg));
    const ids = [...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]);
    assert.equal(new Set(ids).size, ids.length, "ids repeat");
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) {
      assert.ok(ids.includes(id), `nothing has the id ${id}`);
    }
    assert.ok(text.startsWith("Áncash & Junín"));
  });
}

Deno.test("assumed cells are hatched, and only they", () => {
  const hatched = (provenance: "assumed" | "published") =>
    heatmapPlot([{ row: "a", column: 1, value: 1, provenance }], {
      ...words,
      xLabel: "t",
      valueLabel: "dose",
    }).svg
      .includes("<pattern");
  assert.equal(hatched("assumed"), true);
  assert.equal(hatched("published"), false);
});

Deno.test("the map colours every area, hatches assumed ones, and refuses codes that it does not know", () => {
  const codes = Array.from({ length: 25 }, (_, i) => String(i + 1).padStart(2, "0")).filter((
    code,
  ) => code !== "15");
  const values = [...codes, "15A", "15B"].map((code, i) => ({
    code,
    value: i,
    provenance: "assumed" as const,
  }));
  const { svg } = choropleth(values, { ...words, valueLabel: "dose", outlined: ["08"] });
  assert.ok(svg.includes("assumed, not published") && svg.includes("<pattern") && !/NaN/.test(svg));
  assert.ok(svg.length < 400_000);
  assertRefuses(
    () => choropleth([{ code: "99", value: 1 }], { ...words, valueLabel: "x" }),
    "no such region",
    '"99"',
  );
});

Deno.test("empty and non-finite points are refused by name", () => {
  assertRefuses(() => trendsPlot([], { ...words, ...axes }), "nothing to draw");
  assertRefuses(
    () => trendsPlot([{ series: "a", time: 1, value: NaN }], { ...words, ...axes }),
    "finite numbers",
    'column "value"',
    "row 0",
  );
});

Deno.test("a PNG has the figure's size, twice over, and is not blank", async () => {
  const figure = FIGURES.trends();
  const png = await toPng(figure);
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer, png.byteOffset);
  const height = Number(/height="(\d+)"/.exec(figure.svg)![1]);
  assert.deepEqual([view.getUint32(16), view.getUint32(20)], [1440, 2 * height]);
  assert.ok(png.length > 10_000);
});
