import assert from "node:assert/strict";
import { launchBrowser, serveFolder, sidewaysScroll, watchedPage } from "./support.ts";

Deno.test("the browser opens a served folder and records what goes wrong", async () => {
  const folder = await Deno.makeTempDir({ prefix: "site-" });
  const site = serveFolder(folder);
  const browser = await launchBrowser();
  try {
    await Deno.writeTextFile(`${folder}/index.html`, "<!doctype html><title>a</title><p>well");
    await Deno.writeTextFile(
      `${folder}/bad.html`,
      `<!doctype html><title>b</title><link rel="icon" href="data:,"><p style="width:2000px">x</p>` +
        `<script src="missing.js"></script><script>throw new Error("thrown")</script>`,
    );
    const { page, problems, close } = await watchedPage(browser, {
      viewport: { width: 360, height: 640 },
    });
    await page.goto(`${site.url}bad.html`);
    assert.ok(await sidewaysScroll(page) > 1000);
    const all = problems.join("\n");
    assert.match(all, /404: .*missing\.js/);
    assert.match(all, /exception: thrown/);
    assert.equal((await page.goto(`${site.url}%2e%2e%2f`))?.status(), 400);
    await close();
  } finally {
    await browser.close();
    await site.close();
    await Deno.remove(folder, { recursive: true });
  }
});
