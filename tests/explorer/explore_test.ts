import assert from "node:assert/strict";
import { explorerBundle } from "../../lib/explorer/bundle.ts";
import { explore } from "../../lib/explorer/explore.ts";
import { assume, Panel, peruStudy } from "../../lib/mod.ts";
import { assertRefuses } from "../support/errors.ts";
import { assumptions, explorerOf, peru } from "./support.ts";

function bundleOf(explorer: ReturnType<typeof explore>): Record<string, string> {
  const display = Symbol.for("Jupyter.display");
  return (explorer as unknown as Record<symbol, () => Record<string, string>>)[display]();
}

Deno.test("one output: html with data, figure and code, the figure alone, and words", () => {
  const shown = bundleOf(explore(peru.panel, assumptions));
  assert.deepEqual(Object.keys(shown), ["text/html", "image/svg+xml", "text/plain"]);
  const html = shown["text/html"];
  assert.ok(new TextEncoder().encode(html).length < 1.5e6, `${html.length} characters`);
  assert.equal(html.match(/<script/g)!.length, 2);
  assert.equal(html.match(/<\/script>/g)!.length, 2);
  assert.match(
    html,
    /<img class="explorer-static" alt="People using the internet: \+0\.13 percentage points/,
  );
  assert.ok(
    !/ id="/.test(html.slice(0, html.indexOf("data-explorer-bundle"))),
    "no id that could collide",
  );
  assert.match(shown["image/svg+xml"], /^<svg /);
});

Deno.test("the same output every time, and its code carries no path, Node module or polars", () => {
  const again = () => bundleOf(explore(peru.panel, assumptions))["text/html"];
  assert.equal(again(), again());
  const { code } = explorerBundle();
  for (const foreign of ["nodejs-polars", '"node:', "Deno.", "file:///", "require(", "linkedom"]) {
    assert.ok(!code.includes(foreign), foreign);
  }
  assert.ok(!code.includes(new URL("../../", import.meta.url).pathname));
});

Deno.test("text from data cannot leave its place", () => {
  const attack = '</script><script>globalThis.hacked=1</script><img src=x onerror="hacked=1"><!--';
  const html = explorerOf(attack).toHtml();
  assert.equal(html.match(/<script/g)!.length, 2);
  assert.equal(html.match(/<img /g)!.length, 1);
  assert.ok(!html.includes("<!--"));
});

Deno.test("what explore cannot take is named", () => {
  assertRefuses(() => explore(peru.panel, assumptions, { key: "a.b" }), /letters and digits/);
  assertRefuses(
    () => explore(peru.panel, assumptions, { start: { threshold: -1 } }),
    /threshold = "-1"/,
  );
  assertRefuses(
    () =>
      explore(
        Panel.fromRows([{ region: "01", year: 2011 }], { unit: "region", time: "year" }),
        assumptions,
      ),
    /There is no such column/,
  );
});

Deno.test("it opens where it is told", () => {
  const { data } = explore(peru.panel, assumptions, {
    start: { treatment: "threshold", threshold: 20 },
  });
  assert.equal(data.study.defaults.threshold, 20);
  const changed = assume({
    treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: 15, year: 2022 },
    weights: "population",
  });
  const { defaults } = explore(peruStudy(changed).panel, changed).data.study;
  assert.deepEqual(
    [defaults.treatment, defaults.threshold, defaults.year, defaults.weights],
    ["threshold", 15, 2022, "population_2017"],
  );
});

Deno.test("the bundler that the project pins is the one that Deno takes, so no network is needed after install", async () => {
  explorerBundle();
  const config = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  const version = config.match(/"npm:esbuild@([\d.]+)"/)![1];
  const asked = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] });
  const { denoDir } = JSON.parse(new TextDecoder().decode((await asked.output()).stdout));
  // Where the code came from the cache, Deno may have unpacked no bundler yet.
  const unpacked = await Array.fromAsync(Deno.readDir(`${denoDir}/dl`)).catch(() => []);
  const bundlers = unpacked.map(({ name }) => name).filter((name) => name.startsWith("esbuild-"));
  if (bundlers.length > 0) {
    assert.ok(bundlers.some((name) => name.startsWith(`esbuild-${version}`)), bundlers.join(", "));
  }
});
