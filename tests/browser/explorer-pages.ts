/** Pages with explorers on them, served to a real browser. */
import { explore } from "../../lib/explorer/explore.ts";
import type { BrowserContextOptions, Page } from "playwright-core";
import { assumptions, peru } from "../explorer/support.ts";
import { launchBrowser, serveFolder, type WatchedPage, watchedPage } from "./support.ts";

/** A plain page around some HTML. */
export function page(...parts: string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">` +
    `<title>Explorer</title></head><body style="margin:0 8px">${parts.join("\n")}</body></html>`;
}

/** Opens a page of a test's site; `before` readies the empty page. */
export type Open = (
  path: string,
  options?: BrowserContextOptions,
  before?: (page: Page) => Promise<void>,
) => Promise<WatchedPage>;

/** Gives a test a browser and a site with these pages. */
export async function withSite(
  pages: Readonly<Record<string, string>>,
  test: (open: Open) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "explorer-" });
  for (const [name, text] of Object.entries(pages)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  const site = serveFolder(folder);
  const browser = await launchBrowser();
  try {
    await test(async (path, options, before) => {
      const watched = await watchedPage(browser, options);
      await before?.(watched.page);
      await watched.page.goto(site.url + path);
      return watched;
    });
  } finally {
    await browser.close();
    await site.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A page with the explorer of the study of Peru. */
export const plain = page(explore(peru.panel, assumptions).toHtml());
/** The estimate that an explorer shows, with its unit. */
export const number = (of: Page, nth = 0) => of.locator(".number").nth(nth).textContent();
