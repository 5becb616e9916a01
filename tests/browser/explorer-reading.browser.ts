/** Reading the explorer by keyboard, by name, on narrow screens and without scripts. */
import assert from "node:assert/strict";
import { sidewaysScroll } from "./support.ts";
import { plain, withSite } from "./explorer-pages.ts";

Deno.test("the keyboard is enough", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open("index.html", {
      viewport: { width: 1280, height: 900 },
    });
    await of.locator(".number").waitFor();
    const focused = () =>
      of.evaluate(() => {
        const active = document.querySelector("[data-explorer]")!.shadowRoot!.activeElement;
        const labels = (active as HTMLInputElement | null)?.labels;
        return [
          active?.getAttribute("aria-label"),
          labels?.[0]?.textContent,
          active?.textContent,
        ].find((text) => text !== undefined && text !== null && text !== "") ?? null;
      });
    const stops: string[] = [];
    for (let i = 0; i < 60; i++) {
      await of.keyboard.press("Tab");
      const name = await focused();
      if (name === null) break;
      stops.push(name);
    }
    for (
      const name of ["Copy as code", "Reset", "Outcome", "From", "Estimator", "Altitude", "Data"]
    ) {
      assert.ok(
        stops.some((stop) => stop.includes(name)),
        `${name} is not reached: ${stops.join(" | ")}`,
      );
    }
    // A threshold by keys alone: into the group of radio buttons, down one, on to the slider.
    await of.getByLabel("Regions named as leading").focus();
    await of.keyboard.press("ArrowDown");
    await of.getByText("with at least 12").first().waitFor();
    await of.getByRole("slider", { name: /Threshold/ }).focus();
    await of.keyboard.press("ArrowRight");
    await of.getByText("with at least 12.5").first().waitFor();
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("every control has a name", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, close } = await open("index.html");
    await of.locator(".number").waitFor();
    const nameless = await of.evaluate(() =>
      [...document.querySelector("[data-explorer]")!.shadowRoot!.querySelectorAll<HTMLInputElement>(
        "input, select, textarea, button, svg[role], progress",
      )].filter((node) =>
        !node.getAttribute("aria-label") && !node.labels?.[0]?.textContent &&
        !node.textContent?.trim()
      ).map((node) => node.outerHTML)
    );
    assert.deepEqual(nameless, []);
    assert.equal(await of.locator("[aria-live=polite]").count(), 1);
    await close();
  });
});

Deno.test("at 360, 768 and 1280 pixels, light and dark, nothing scrolls sideways", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    for (const width of [360, 768, 1280]) {
      for (const colorScheme of ["light", "dark"] as const) {
        const { page: of, problems, close } = await open("index.html", {
          viewport: { width, height: 800 },
          colorScheme,
        });
        await of.locator(".number").waitFor();
        await of.evaluate(() => {
          const shadow = document.querySelector("[data-explorer]")!.shadowRoot!;
          for (const closed of shadow.querySelectorAll("details")) closed.open = true;
        });
        assert.equal(await sidewaysScroll(of), 0, `${width}`);
        const wide = await of.evaluate(() => {
          const card = document.querySelector("[data-explorer]")!.shadowRoot!.querySelector(
            ".explorer",
          )!;
          const edge = card.getBoundingClientRect().right + 1;
          return [...card.querySelectorAll("*")].filter((node) =>
            !node.closest("svg") && node.getBoundingClientRect().right > edge
          ).map((node) => node.outerHTML.slice(0, 80));
        });
        assert.deepEqual(wide, [], `${width}`);
        assert.equal(await of.locator(".explorer").getAttribute("data-theme"), colorScheme);
        assert.deepEqual(problems, []);
        await close();
      }
    }
  });
});

Deno.test("without scripts the opening view stands as a picture", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, close } = await open("index.html", { javaScriptEnabled: false });
    const image = of.locator("img.explorer-static");
    assert.match((await image.getAttribute("alt"))!, /People using the internet: \+0\.13/);
    assert.ok((await image.boundingBox())!.height > 200);
    await close();
  });
});
