/** The explorer as a reader meets it: the bundle in a real browser, on plain pages. */
import assert from "node:assert/strict";
import { explore } from "../../lib/explorer/explore.ts";
import { ownAssumptions } from "../../lib/study/own-assumptions.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { page, plain, withSite } from "./explorer-pages.ts";

Deno.test("every control changes the estimate or what is known about it", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open("index.html", {
      viewport: { width: 1280, height: 900 },
    });
    const seen = () => of.locator(".finding").textContent();
    const changes = async (what: string, act: () => Promise<unknown>) => {
      const before = await seen();
      await act();
      try {
        await of.waitForFunction(
          (old) =>
            document.querySelector("[data-explorer]")!.shadowRoot!.querySelector(".finding")!
              .textContent !== old,
          before,
          { timeout: 5000 },
        );
      } catch {
        assert.fail(`${what} changes nothing: ${before}`);
      }
    };
    const select = (label: string, option: string) => () =>
      of.getByLabel(label, { exact: true }).selectOption({ label: option });
    await changes("outcome", select("Outcome", "Households with internet"));
    await changes("treatment", () => of.getByLabel("Regions that reach a threshold").check());
    await changes(
      "threshold",
      () => of.getByRole("spinbutton", { name: /Threshold/ }).fill("6"),
    );
    await changes("year", select("Dose read in", "2022"));
    await changes("adoption", select("Treated from", "the time each crosses"));
    await changes("from", select("From", "2013"));
    await changes("to", select("To", "2022"));
    await changes("dropped", () => of.getByLabel("2020", { exact: true }).check());
    await changes("estimator", select("Estimator", "Event study, average after treatment"));
    await changes("base", select("Base year of the event study", "2016"));
    await changes("weights", select("Weights", "population of 2017"));
    await changes("controls", () => of.getByLabel("Altitude").check());
    await changes("errors", select("Standard errors", "CV3, cluster jackknife"));
    await changes("data", select("Data", "Simulated: constant effect"));
    await changes("seed", () => of.getByLabel("Seed of the simulation").fill("8"));
    await changes("dose", () => of.getByLabel("The dose itself").check());
    await changes("an impossible view", select("Estimator", "Sun & Abraham"));
    assert.match((await seen())!, /Cannot be computed.*first treated times/);
    await changes("reset", () => of.getByRole("button", { name: "Reset" }).click());
    assert.match((await seen())!, /^\+0\.13/);
    await of.getByText("One specification; ").waitFor();
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("many units with numbers for names, small doses: every view is drawn", async () => {
  const rows = Array.from({ length: 400 }, (_, unit) =>
    [1, 2, 3, 4, 5].map((quarter) => ({
      unit,
      quarter,
      y: Math.sin(unit * quarter),
      d: quarter < 4 ? 0 : unit / 2000,
    }))).flat();
  const own = explore(
    Panel.fromRows(rows, { unit: "unit", time: "quarter" }),
    ownAssumptions({
      source: "made up",
      unit: "unit",
      time: "quarter",
      outcomes: ["y"],
      treatment: { kind: "dose", column: "d", firstTreatedTime: 4, unit: "point" },
    }),
  );
  await withSite({ "index.html": page(own.toHtml()) }, async (open) => {
    const { page: of, problems, close } = await open("index.html#explorer.treatment=threshold");
    await of.getByText("with at least 0.1 point").first().waitFor();
    const slider = of.getByRole("slider", { name: /Threshold/ });
    assert.deepEqual(
      await slider.evaluate(({ min, max, value }: HTMLInputElement) => [min, max, value]),
      ["0.001", "0.199", "0.1"],
    );
    const heights = await of.locator(".plot svg [aria-label=cell] rect").evaluateAll((cells) =>
      cells.map((cell) => Number(cell.getAttribute("height")))
    );
    assert.equal(heights.length, 2000);
    assert.ok(heights.every((height) => height > 0.2), `${Math.min(...heights)}`);
    await of.getByText("Which times").waitFor();
    assert.equal(await of.getByText("year", { exact: true }).count(), 0);
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("copied code is the view's; where copying is refused the cell is there to select", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, close } = await open(
      "index.html#explorer.treatment=threshold&explorer.threshold=20",
    );
    await of.evaluate(() => {
      Object.defineProperty(navigator, "clipboard", {
        value: { writeText: () => Promise.reject(new Error("refused")) },
      });
    });
    await of.getByRole("button", { name: "Copy as code" }).click();
    await of.getByText("Copying is not allowed here").waitFor();
    const text = await of.getByLabel("The notebook cell").inputValue();
    assert.match(text, /threshold: 20/);
    assert.match(text, /peruStudy\(assumptions\)/);
    // It follows the view while it is open.
    await of.getByRole("spinbutton", { name: /Threshold/ }).fill("21");
    await of.waitForFunction(() =>
      document.querySelector("[data-explorer]")!.shadowRoot!.querySelector("textarea")!.value
        .includes("threshold: 21")
    );
    await close();
  });
});

Deno.test("the truth of simulated data is hidden until asked", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open(
      "index.html#explorer.data=mystery&explorer.seed=3",
    );
    await of.getByText("simulated data").first().waitFor();
    assert.equal(await of.getByText("Truth:").count(), 0);
    for (const heading of await of.locator(".view h3").allTextContents()) {
      assert.match(heading, /simulated outcome/);
    }
    await of.getByLabel("Your guess").fill("2");
    await of.getByRole("button", { name: "Show the truth" }).click();
    await of.getByText(/Truth: .* Your guess was .* away/).waitFor();
    // Held against another group the planted effect is no truth.
    await of.getByLabel("Regions that reach a threshold").check();
    await of.getByText("planted in the study’s own treated group").waitFor();
    assert.equal(await of.getByText("Truth:").count(), 0);
    await of.getByLabel("Regions named as leading").check();
    await of.getByText(/Truth:/).waitFor();
    await of.getByRole("button", { name: "Draw other data" }).click();
    await of.waitForFunction(() => location.hash.includes("seed=4"));
    assert.equal(await of.getByText("Truth:").count(), 0);
    assert.deepEqual(problems, []);
    await close();
  });
});
