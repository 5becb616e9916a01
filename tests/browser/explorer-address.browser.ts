/** What comes from outside: addresses, texts of data files, other explorers on the page. */
import assert from "node:assert/strict";
import { explore } from "../../lib/explorer/explore.ts";
import type { Page } from "playwright-core";
import { assumptions, explorerOf, peru } from "../explorer/support.ts";
import { number, page, plain, withSite } from "./explorer-pages.ts";

Deno.test("the view is in the address, and comes back from it", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open("index.html");
    await of.getByLabel("Outcome").selectOption({ label: "Households with a mobile phone" });
    await of.waitForFunction(() => location.hash.includes("outcome=households_mobile_pct"));
    const [address, shown] = [of.url(), await number(of)];
    await of.goto("about:blank");
    await of.goto(address);
    await of.locator(".number").waitFor();
    assert.equal(await number(of), shown);
    assert.equal(await of.getByLabel("Outcome").inputValue(), "2");
    // Another hash on the open page, then the way back.
    await of.evaluate(() => location.hash = "#explorer.base=2016&explorer.estimator=events");
    await of.getByText("base 2016").waitFor();
    await of.getByRole("button", { name: "Reset" }).click();
    await of.waitForFunction(() => location.hash === "");
    assert.match((await number(of))!, /^\+0\.13/);
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("where the address cannot be written, or is not the page's, the explorer works all the same", async () => {
  const based = plain.replace("<head>", '<head><base href="https://elsewhere.invalid/">');
  // As VS Code on the web marks its frames, whose relative addresses begin elsewhere too.
  const framed = based.replace(
    "<body",
    '<body class="vscode-light" data-vscode-theme-kind="vscode-light"',
  );
  await withSite(
    { "index.html": plain, "based.html": based, "framed.html": framed },
    async (open) => {
      const refuse = async (of: Page) => {
        await of.addInitScript(() => {
          history.replaceState = () => {
            throw new DOMException("too many changes", "SecurityError");
          };
        });
      };
      const cases = [
        { path: "index.html", before: refuse, links: 1, written: false },
        { path: "based.html", links: 1, written: true },
        { path: "framed.html", links: 0, written: false },
      ];
      for (const { path, before, links, written } of cases) {
        const { page: of, problems, close } = await open(path, {}, before);
        await of.getByLabel("Outcome").selectOption({ label: "Households with internet" });
        await of.getByText("Households with internet: the difference").waitFor();
        const bounds = of.locator(".view", { hasText: "If trends were not parallel" });
        await bounds.getByText("Working").waitFor({ state: "detached" });
        const hash = "#explorer.outcome=households_internet_pct";
        assert.equal(of.url().endsWith(hash), written, path);
        const link = of.getByRole("button", { name: "Copy link" });
        assert.equal(await link.count(), links, path);
        if (links === 1) {
          await of.context().grantPermissions(["clipboard-read", "clipboard-write"]);
          await link.click();
          await of.getByText("Link copied").waitFor();
          const copied = await of.evaluate(() => navigator.clipboard.readText());
          assert.equal(copied, of.url().split("#")[0] + hash);
        }
        assert.deepEqual(problems, [], path);
        await close();
      }
    },
  );
});

Deno.test("a threshold between the slider's steps is shown as it is; many problems of a link are counted", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const many = Array.from({ length: 500 }, (_, i) => `explorer.k${i}=1`).join("&");
    const { page: of, problems, close } = await open(
      `index.html#explorer.treatment=threshold&explorer.threshold=12.34&${many}`,
    );
    await of.getByText("with at least 12.34").first().waitFor();
    const box = of.getByRole("spinbutton", { name: /Threshold/ });
    assert.equal(await box.inputValue(), "12.34");
    assert.equal(await of.locator(".notice p").count(), 8);
    await of.getByText("And 494 more.").waitFor();
    await of.getByRole("button", { name: "Reset" }).click();
    await of.locator(".notice").waitFor({ state: "hidden" });
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("a hash of nonsense opens on the defaults, says so and runs nothing", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const bad = "#explorer.outcome=%3Cimg%20src%3Dx%20onerror%3D%22globalThis.hacked%3D1%22%3E" +
      "&explorer.threshold=javascript:alert(1)&explorer.zzz=1&explorer.base=99999999&explorer.bound=NaN";
    const { page: of, problems, close } = await open(`index.html${bad}`);
    await of.getByText("The link could not be read in full").waitFor();
    assert.match((await number(of))!, /^\+0\.13/);
    const notice = (await of.locator(".notice").textContent())!;
    for (const says of ['"<img src=x', "threshold", 'no assumption "zzz"', "base", "bound"]) {
      assert.ok(notice.includes(says), says);
    }
    // deno-lint-ignore no-explicit-any -- set by an attack that worked
    assert.equal(await of.evaluate(() => (globalThis as any).hacked), undefined);
    assert.equal(await of.locator(".notice img").count(), 0);
    assert.deepEqual(problems, []);
    await close();
  });
});

const attack = '</script><img src=x onerror="globalThis.hacked=1"><b>bold</b>';

Deno.test("markup in labels and units is text", async () => {
  await withSite({ "index.html": page(explorerOf(attack).toHtml()) }, async (open) => {
    const { page: of, problems, close } = await open("index.html");
    await of.locator(".eyebrow").filter({ hasText: "</script><img" }).waitFor();
    // deno-lint-ignore no-explicit-any -- set by an attack that worked
    assert.equal(await of.evaluate(() => (globalThis as any).hacked), undefined);
    assert.equal(await of.locator(".explorer img, .explorer header b b").count(), 0);
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("two explorers on one page, the script once or twice, do not meet", async () => {
  const one = explore(peru.panel, assumptions).toHtml();
  const two = explore(peru.panel, assumptions, { start: { outcome: "households_mobile_pct" } })
    .toHtml();
  const [roots, script] = [one, two].map((html) =>
    html.slice(0, html.indexOf("<script data-explorer"))
  )
    .concat(one.slice(one.indexOf("<script data-explorer"))).reduce<[string, string]>(
      (sum, part, i) => i < 2 ? [sum[0] + part, sum[1]] : [sum[0], part],
      ["", ""],
    );
  await withSite({
    "twice.html": page(one, two),
    "once.html": page(roots, script),
    "file.html": page(roots, '<script src="explorer.js"></script>'),
    "explorer.js": script.replace(/^<script[^>]*>/, "").replace(/<\/script>$/, ""),
  }, async (open) => {
    for (const path of ["twice.html", "once.html", "file.html"]) {
      const { page: of, problems, close } = await open(path);
      await of.locator(".number").nth(1).waitFor();
      assert.equal(await of.locator(".explorer").count(), 2, path);
      const [first, second] = [await number(of, 0), await number(of, 1)];
      assert.notEqual(first, second);
      await of.getByLabel("Estimator").nth(1).selectOption({
        label: "Two-way fixed effects, a trend per unit",
      });
      await of.waitForFunction(() => location.hash === "#explorer2.estimator=trends");
      assert.equal(await number(of, 0), first);
      assert.notEqual(await number(of, 1), second);
      assert.deepEqual(problems, [], path);
      await close();
    }
  });
});

Deno.test("an explorer takes no name that another one was given", async () => {
  const named = explore(peru.panel, assumptions, { key: "explorer2" }).toHtml();
  const plainly = explore(peru.panel, assumptions).toHtml();
  await withSite({ "index.html": page(plainly, plainly, named) }, async (open) => {
    const { page: of, problems, close } = await open("index.html#explorer2.to=2022");
    await of.locator(".number").nth(2).waitFor();
    await of.getByLabel("Outcome").nth(1).selectOption({ label: "Households with internet" });
    await of.waitForFunction(() =>
      location.hash === "#explorer2.to=2022&explorer3.outcome=households_internet_pct"
    );
    assert.match((await of.locator(".sentence").nth(2).textContent())!, /2011–2022/);
    assert.deepEqual(problems, []);
    await close();
  });
});
