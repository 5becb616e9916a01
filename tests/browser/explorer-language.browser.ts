/** The explorer on pages of either language. */
import assert from "node:assert/strict";
import { explore } from "../../lib/explorer/explore.ts";
import type { Page } from "playwright-core";
import { assumptions, peru, type View, VIEWS } from "../explorer/support.ts";
import { englishIn, numbersIn } from "../explorer/spanish.ts";
import { sidewaysScroll } from "./support.ts";
import { page, plain, withSite } from "./explorer-pages.ts";

/** Runs in the page: all that a card says, without the names that Plot gives its marks, and where its plots draw. */
function shownBy(card: Element): { texts: string[]; drawn: string[] } {
  const texts: string[] = [];
  const visit = (node: Node) => {
    const name = node.nodeName.toLowerCase();
    if (name === "style") return;
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent!);
    if (node instanceof Element && name !== "g") {
      for (const key of ["aria-label", "placeholder"]) texts.push(node.getAttribute(key) ?? "");
    }
    node.childNodes.forEach(visit);
  };
  visit(card);
  const drawn = [...card.querySelectorAll(".plot svg :is(path, circle, line, rect)")].map((mark) =>
    ["d", "cx", "cy", "x1", "x2", "y1", "y2", "x", "y", "transform"]
      .map((key) => mark.getAttribute(key)).join(" ")
  );
  return { texts: texts.filter((text) => text.trim() !== ""), drawn };
}

/** Shows a view by its link and waits until all its work has ended. */
async function showView(of: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  const hash = Object.entries(fields).map(([key, value]) => `explorer.${key}=${value}`).join("&");
  const kinds = fields.errors?.startsWith("wild") ? ["honest", "bootstrap"] : ["honest"];
  await of.evaluate(async ({ hash, kinds }) => {
    const open = new Set(kinds);
    const ended = new Promise<void>((resolve) => {
      document.querySelector("[data-explorer]")!.addEventListener("explorer-job", (event) => {
        open.delete((event as CustomEvent).detail.kind);
        if (open.size === 0) resolve();
      });
    });
    location.hash = hash;
    await ended;
  }, { hash, kinds });
}

Deno.test("on a Spanish page every view is Spanish, with the numbers of the English one", async () => {
  const html = explore(peru.panel, assumptions).toHtml();
  const es = page(html).replace('lang="en"', 'lang="es"');
  const viewport = { width: 360, height: 800 };
  await withSite({ "en.html": plain, "es.html": es }, async (open) => {
    const [spanish, english] = [
      await open("es.html", { viewport }),
      await open("en.html", { viewport }),
    ];
    await spanish.page.getByText("Con M̄ = 1: de −6.71 a 18.7").waitFor();
    await english.page.getByText("At M̄ = 1: −6.71 to 18.7").waitFor();
    const refused: View[] = [
      { treatment: "dose", estimator: "callaway" },
      { controls: "altitude_m", estimator: "dcdh" },
      { from: "2019", estimator: "callaway" },
      { base: "nonsense" },
    ];
    for (const view of [...VIEWS, ...refused]) {
      const [ours, theirs] = await Promise.all([spanish, english].map(async ({ page: of }) => {
        await showView(of, { ...view, draws: "999" });
        const shown = await of.locator(".explorer").evaluate(shownBy);
        const [number, sure] = await Promise.all(
          [".number", ".sure"].map((part) => of.locator(part).allTextContents()),
        );
        return { ...shown, number: number.map((text) => text.split(" ")[0]), sure };
      }));
      const place = JSON.stringify(view);
      assert.deepEqual(ours.texts.flatMap(englishIn), [], place);
      assert.ok(theirs.texts.flatMap(englishIn).length > 80, "English is seen where it is");
      assert.deepEqual(ours.number, theirs.number, place);
      assert.deepEqual(ours.sure.map(numbersIn), theirs.sure.map(numbersIn), place);
      assert.deepEqual(ours.drawn, theirs.drawn, place);
    }
    // What is copied is code, in both the same.
    const cells = await Promise.all(
      ([[spanish, "Copiar como código"], [english, "Copy as code"]] as const).map(
        async ([{ page: of }, name]) => {
          await of.getByRole("button", { name }).click();
          return await of.locator("textarea").inputValue();
        },
      ),
    );
    assert.equal(cells[0], cells[1]);
    await showView(spanish.page, { data: "mystery", seed: "3" });
    await spanish.page.getByLabel("Su conjetura").fill("2");
    await spanish.page.getByRole("button", { name: "Mostrar la verdad" }).click();
    await spanish.page.getByText(/^Verdad: .* Su conjetura quedó a /).waitFor();
    for (const watched of [spanish, english]) {
      await watched.page.locator(".explorer").evaluate((card) => {
        for (const closed of card.querySelectorAll("details")) closed.open = true;
      });
      assert.equal(await sidewaysScroll(watched.page), 0);
      assert.deepEqual(watched.problems, []);
      await watched.close();
    }
  });
});

Deno.test("the nearest language counts: of the page, or of what stands around the explorer", async () => {
  const html = explore(peru.panel, assumptions).toHtml();
  const inside = (page: string, own: string) => page.replace('lang="en"', `lang="${own}"`);
  await withSite({
    "peru.html": inside(page(html), "es-PE"),
    "around.html": page(`<main lang="es">${html}</main>`),
    "within.html": inside(page(`<div lang="fr">${html}</div>`), "es"),
  }, async (open) => {
    for (
      const [path, language, words] of [
        ["peru.html", "es", "puntos porcentuales"],
        ["around.html", "es", "puntos porcentuales"],
        ["within.html", "en", "percentage points"],
      ]
    ) {
      const { page: of, problems, close } = await open(path);
      await of.locator(".number").getByText(words).waitFor();
      assert.equal(await of.locator(".explorer").getAttribute("lang"), language, path);
      assert.deepEqual(problems, [], path);
      await close();
    }
  });
});
