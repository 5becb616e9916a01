/** The book as its readers use it. It is made into a folder of its own, and served from a sub-path of that. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { makeBook } from "../../tools/book/book.ts";
import { type Site as Files, writeSite } from "../../tools/book/site/site.ts";
import { readSource } from "../../tools/book/source.ts";
import { chapter, code, prose, sourceOf } from "../tools/book/support.ts";
import { launchBrowser, serveFolder, sidewaysScroll, watchedPage } from "./support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const WIDTHS = [360, 768, 1280];
const THEMES = ["light", "dark"] as const;

const folder = await Deno.makeTempDir({ prefix: "book-" });
const files = await makeBook(await readSource(`${ROOT}notebooks`), ROOT);
await writeSite(files, `${folder}/some/where`);
const site = serveFolder(folder);
const browser = await launchBrowser();
const at = (path: string) => `${site.url}some/where/${path}`;
const pages = pagesOf(files);

Deno.test.afterAll(async () => {
  await browser.close();
  await site.close();
  await Deno.remove(folder, { recursive: true });
});

function pagesOf(made: Files): string[] {
  return [...made.keys()].filter((path) => path.endsWith(".html") && !path.startsWith("api/"));
}

/** Opens a page, gives it to the test and asserts that nothing went wrong on it. */
async function withPage(
  path: string,
  options: Parameters<typeof watchedPage>[1],
  test: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, problems, close } = await watchedPage(browser, options);
  try {
    await page.goto(/^(https?|file):/.test(path) ? path : at(path));
    await test(page);
    assert.deepEqual(problems, [], path);
  } finally {
    await close();
  }
}

Deno.test("every page loads without complaint and never scrolls sideways; every link leads somewhere", async () => {
  const ids = new Map<string, Set<string>>();
  const links: { from: string; file: string; hash: string }[] = [];
  for (const path of pages) {
    await withPage(path, {}, async (page) => {
      await page.evaluate(() => document.fonts.ready);
      assert.equal(await page.locator("h1").count(), 1, path);
      assert.ok(await page.title() !== "", path);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        assert.equal(await sidewaysScroll(page), 0, `${path} at ${width} px`);
      }
      ids.set(at(path), await idsOf(page));
      const found = await page.evaluate(() =>
        [...document.querySelectorAll("a[href]")].map((link) => (link as HTMLAnchorElement).href)
      );
      for (const link of found.filter((link) => link.startsWith(site.url))) {
        const [file, hash = ""] = link.split("#");
        links.push({ from: path, file, hash: decodeURIComponent(hash) });
      }
    });
  }
  const others = new Set(links.map(({ file }) => file).filter((file) => !ids.has(file)));
  for (const file of others) {
    if (file.endsWith(".html")) {
      await withPage(file, {}, async (page) => void ids.set(file, await idsOf(page)));
      continue;
    }
    const answer = await fetch(file);
    await answer.body?.cancel();
    assert.equal(answer.status, 200, file);
  }
  assert.ok(others.size > 2, "notebooks and the library");
  for (const { from, file, hash } of links) {
    assert.ok(hash === "" || ids.get(file)?.has(hash), `${from}: ${file}#${hash}`);
  }
});

async function idsOf(page: Page): Promise<Set<string>> {
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll("[id]")].map((element) => element.id)
  );
  return new Set(ids);
}

Deno.test("the library's pages work: a function is reached from the contents and leads back", async () => {
  await withPage("en/index.html", {}, async (page) => {
    await page.getByRole("link", { name: "The library" }).click();
    await page.waitForURL(/all_symbols/);
    await page.locator("a[href$='/twfe.html']").first().click();
    await page.waitForURL(/\/twfe\.html$/);
    assert.match(await page.locator("body").innerText(), /function\s+twfe/);
    await page.getByRole("link", { name: "← Contents" }).click();
    await page.waitForURL(at("en/index.html"));
  });
});

Deno.test("search marks every match, steps through them by keyboard and forgets on Escape", async () => {
  await withPage("en/02-parallel-trends.html", {}, async (page) => {
    const box = page.getByRole("searchbox");
    await box.focus();
    await page.keyboard.type("FAVOURED regions");
    const status = page.locator("form.search output");
    await page.waitForFunction(() => /^1 of \d+$/.test(document.querySelector("output")!.value));
    const count = Number((await status.innerText()).split(" ")[2]);
    const words = await page.evaluate(() =>
      [...CSS.highlights.get("match")!].map((range) => (range as Range).toString().toLowerCase())
    );
    assert.equal(words.length, count);
    assert.ok(count > 5 && words.every((text) => text.replace(/\s+/g, " ") === "favoured regions"));
    await page.keyboard.press("Enter");
    assert.equal(await status.innerText(), `2 of ${count}`);
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    assert.equal(await status.innerText(), `${count} of ${count}`);
    await page.waitForFunction(() => {
      const [range] = CSS.highlights.get("current-match")!;
      const { top, bottom } = (range as Range).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await status.innerText(), `1 of ${count}`);
    await box.focus();
    await page.keyboard.press("Escape");
    assert.equal(await box.inputValue(), "");
    assert.equal(await page.evaluate(() => CSS.highlights.get("match")!.size), 0);
    await page.keyboard.type("nowhere to be found");
    await page.waitForFunction(() => document.querySelector("output")!.value === "none");
  });
});

Deno.test("search does not mind accents, and finds code across its colours", async () => {
  await withPage("es/02-parallel-trends.html", {}, async (page) => {
    for (const words of ["despues", "eventFigure(use, design)"]) {
      await page.getByRole("searchbox").fill(words);
      await page.waitForFunction(() => /^1 de \d+$/.test(document.querySelector("output")!.value));
    }
  });
});

/** Runs in the page: whether an element is in the upper half, and nothing moves it any more. */
function inView(id: string): boolean {
  const { top } = document.getElementById(id)!.getBoundingClientRect();
  return document.fonts.status === "loaded" && top >= 0 && top < innerHeight / 2;
}

Deno.test("the language switch keeps the place, there and back", async () => {
  await withPage("en/02-parallel-trends.html#what-to-take-along", {}, async (page) => {
    await page.waitForFunction(inView, "what-to-take-along");
    // Not a click of playwright, which scrolls to where the bar on top would be if it did not stick.
    await page.getByRole("link", { name: "Español" }).dispatchEvent("click");
    await page.waitForURL(/\/es\/02-parallel-trends\.html#what-to-take-along$/);
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
    await page.waitForFunction(inView, "what-to-take-along");
    assert.match(await page.locator("#what-to-take-along").innerText(), /Con qué quedarse/);
    await page.getByRole("link", { name: "English" }).dispatchEvent("click");
    await page.waitForURL(/\/en\/02-parallel-trends\.html#what-to-take-along$/);
  });
});

Deno.test("the theme follows the system until the reader chooses, then lasts from page to page", async () => {
  const background = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await withPage("en/index.html", { colorScheme: "dark" }, async (page) => {
    const dark = await background(page);
    await page.getByRole("button", { name: "Light or dark" }).click();
    const light = await background(page);
    assert.notEqual(light, dark);
    await page.locator("a.chapter").first().click();
    await page.waitForURL(/01-/);
    assert.equal(await background(page), light);
    await page.getByRole("button", { name: "Light or dark" }).click();
    assert.equal(await background(page), dark);
  });
});

Deno.test("the book can be read by keyboard: skip link, visible focus, previous and next", async () => {
  await withPage("en/03-main-estimates.html", {}, async (page) => {
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to the text" });
    assert.ok((await skip.boundingBox())!.x >= 0);
    assert.notEqual(await skip.evaluate((link) => getComputedStyle(link).outlineStyle), "none");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "text");
    await page.locator("a[rel=next]").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/04-heterogeneity/);
    await page.locator("a[rel=prev]").click();
    await page.waitForURL(/03-main/);
  });
});

Deno.test("what scrolls sideways is reached by keyboard, and only that", async () => {
  await withPage(
    "en/03-main-estimates.html",
    { viewport: { width: 360, height: 700 } },
    async (page) => {
      const stops = () => page.locator("main .scroll[tabindex], main pre[tabindex]").count();
      const figure = page.locator("figure.figure .scroll").first();
      await page.waitForFunction(() => document.querySelector("figure .scroll[tabindex]") !== null);
      const narrow = await stops();
      await figure.focus();
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => document.activeElement!.scrollLeft > 0);
      await page.setViewportSize({ width: 1280, height: 700 });
      await page.waitForFunction(() =>
        document.querySelector("figure.figure .scroll[tabindex]") === null
      );
      assert.ok(await stops() < narrow);
    },
  );
});

Deno.test("the book reads from a folder, without a server", async () => {
  const file = (path: string) => pathToFileURL(`${folder}/some/where/${path}`).href;
  await withPage(file("index.html"), { colorScheme: "light" }, async (page) => {
    await page.getByRole("link", { name: "Español" }).click();
    await page.waitForURL(/es\/index/);
    await page.getByRole("link", { name: /Se habrían movido/ }).click();
    await page.waitForURL(/02-parallel/);
    await page.evaluate(() => document.fonts.ready);
    const fonts = await page.evaluate(() =>
      [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family)
    );
    for (const family of ["Source Serif 4", "Source Sans 3", "Source Code Pro", "KaTeX_Math"]) {
      assert.ok(fonts.some((loaded) => loaded.includes(family)), `${family}: ${fonts}`);
    }
    await page.getByRole("searchbox").fill("brecha");
    await page.waitForFunction(() => /^1 de/.test(document.querySelector("output")!.value));
  });
});

Deno.test("the explorer's code runs once on a page that shows two, served and from a folder", async () => {
  const shows = {
    "text/html": `<div class="made"></div><script type="module" data-explorer-bundle>` +
      `for (const root of document.querySelectorAll(".made")) root.append("mounted ");</script>`,
  };
  const cells = [prose("t", "# 1 · A"), code("x", "explore()", shows, shows)];
  const made = await makeBook(sourceOf(chapter("01-a", cells)));
  await writeSite(made, `${folder}/explorer`);
  for (const base of [site.url, pathToFileURL(`${folder}/`).href]) {
    await withPage(`${base}explorer/en/01-a.html`, {}, async (page) => {
      assert.deepEqual(await page.locator(".made").allInnerTexts(), ["mounted", "mounted"]);
    });
  }
});

Deno.test("without scripts the text is all there, and no dead buttons", async () => {
  await withPage("en/02-parallel-trends.html", { javaScriptEnabled: false }, async (page) => {
    assert.ok(await page.getByText("Would they have moved in parallel?").first().isVisible());
    assert.equal(await page.locator("button:visible, input:visible").count(), 0);
  });
});

for (const colorScheme of THEMES) {
  Deno.test(`texts stand out from their ground in the ${colorScheme} theme (WCAG AA)`, async () => {
    for (
      const path of ["es/07-staggered-timing.html", "en/03-main-estimates.html", "es/index.html"]
    ) {
      await withPage(path, { colorScheme }, async (page) => {
        assert.deepEqual(await page.evaluate(faintTexts), [], path);
      });
    }
  });
}

/** Runs in the page: texts with a contrast below 4.5, by selector. Disabled controls and figures are exempt. */
function faintTexts(): string[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  const rgba = (colour: string) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]: number[]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element: Element): number[] => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 200) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set<string>();
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg, [hidden], :disabled, .katex-mathml, .anchor, script")) continue;
    const words = [...element.childNodes].some((node) =>
      node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== ""
    );
    if (!words) continue;
    const [a, b] = [rgba(getComputedStyle(element).color), ground(element)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  return [...faint];
}
