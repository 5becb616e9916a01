/** The explorer as a reader meets it: the bundle in a real browser, on plain pages. */
import assert from "node:assert/strict";
import { compute } from "../../lib/explorer/compute.ts";
import { unpackPanel } from "../../lib/explorer/data.ts";
import { explore } from "../../lib/explorer/explore.ts";
import { type JobKind, runJob } from "../../lib/explorer/jobs.ts";
import type { ExplorerState } from "../../lib/explorer/state.ts";
import { ownAssumptions } from "../../lib/study/own-assumptions.ts";
import { runToEnd } from "../../lib/inference/wild/bootstrap.ts";
import { Panel } from "../../lib/panel/panel.ts";
import type { BrowserContextOptions, Page } from "playwright-core";
import {
  assumptions,
  data,
  explorerOf,
  medicaid,
  peru,
  stateOf,
  type View,
  VIEWS,
} from "../explorer/support.ts";
import { englishIn, numbersIn } from "../explorer/spanish.ts";
import {
  launchBrowser,
  serveFolder,
  sidewaysScroll,
  type WatchedPage,
  watchedPage,
} from "./support.ts";

function page(...parts: string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">` +
    `<title>Explorer</title></head><body style="margin:0 8px">${parts.join("\n")}</body></html>`;
}

const attack = '</script><img src=x onerror="globalThis.hacked=1"><b>bold</b>';

/** Opens a page of a test's site; `before` readies the empty page. */
type Open = (
  path: string,
  options?: BrowserContextOptions,
  before?: (page: Page) => Promise<void>,
) => Promise<WatchedPage>;

/** Gives a test a browser and a site with these pages. */
async function withSite(
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

const plain = page(explore(peru.panel, assumptions).toHtml());
const number = (of: Page, nth = 0) => of.locator(".number").nth(nth).textContent();

/** Numbers of a view, flat, as both sides compute them. */
type Numbers = Record<string, number | null>;

Deno.test("in the browser every view gives the kernel's numbers to 1e-12", async () => {
  const own = medicaid();
  await withSite({ "index.html": plain, "own.html": page(own.toHtml()) }, async (open) => {
    const inPage = async (of: Page, fields: readonly [string, string][]): Promise<Numbers> =>
      await of.evaluate((given) => {
        const root = document.querySelector("[data-explorer]")!;
        const key = Symbol.for(`explorer ${(root as HTMLElement).dataset.explorer}`);
        // deno-lint-ignore no-explicit-any -- the page's own object, known by its symbol only
        const { effect, events, means } = (globalThis as any)[key].compute(root, given);
        const numbers: Numbers = {};
        for (const [name, value] of Object.entries(effect.value)) {
          if (typeof value === "number") numbers[`effect ${name}`] = value;
        }
        events.value?.effects.forEach((item: object, i: number) => {
          for (const [name, value] of Object.entries(item)) numbers[`event ${i} ${name}`] = value;
        });
        means.value.forEach((item: { mean: number }, i: number) =>
          numbers[`mean ${i}`] = item.mean
        );
        return numbers;
      }, fields as [string, string][]);
    const { page: peruPage, problems, close } = await open("index.html");
    const compare = (theirs: Numbers, ours: Numbers, view: string) => {
      assert.deepEqual(Object.keys(theirs), Object.keys(ours), view);
      for (const [name, value] of Object.entries(ours)) {
        const other = theirs[name];
        const close = Object.is(value, other) ||
          Math.abs(value! - other!) <= 1e-12 * Math.max(1, Math.abs(value!));
        assert.ok(close, `${view} ${name}: ${other} in the browser, ${value} here`);
      }
    };
    const here = (of: typeof data, view: Readonly<Record<string, string>>): Numbers => {
      const { effect, events, means } = compute(unpackPanel(of.panel), of.study, stateOf(view, of));
      assert.ok(effect.ok && means.ok);
      const numbers: Numbers = {};
      for (const [name, value] of Object.entries(effect.value)) {
        if (typeof value === "number") numbers[`effect ${name}`] = value;
      }
      // A view whose event study cannot be computed must have none in the browser either.
      if (events.ok) {
        events.value.effects.forEach((item, i) => {
          for (const [name, value] of Object.entries(item)) numbers[`event ${i} ${name}`] = value;
        });
      }
      means.value.forEach((item, i) => numbers[`mean ${i}`] = item.mean);
      return numbers;
    };
    for (const view of VIEWS) {
      compare(await inPage(peruPage, Object.entries(view)), here(data, view), JSON.stringify(view));
    }
    await close();
    const { page: ownPage, close: closeOwn } = await open("own.html");
    for (const view of [{ estimator: "sunab" }, { estimator: "imputation" }]) {
      compare(
        await inPage(ownPage, Object.entries(view)),
        here(own.data, view),
        JSON.stringify(view),
      );
    }
    await closeOwn();
    assert.deepEqual(problems, []);
  });
});

/** Waits for one job of the page, asked with this field, and returns how it ended. */
async function jobEnd(
  of: Page,
  kind: JobKind,
  [field, value]: [keyof ExplorerState, unknown],
  act: () => Promise<unknown>,
): Promise<unknown> {
  await of.evaluate(([wanted, field, value]) => {
    // deno-lint-ignore no-explicit-any -- a mailbox on the page, for this test
    (globalThis as any).ended = new Promise((resolve) => {
      document.querySelector("[data-explorer]")!.addEventListener("explorer-job", (event) => {
        const { kind, end, state } = (event as CustomEvent).detail;
        if (kind === wanted && state[field as string] === value) resolve(end);
      });
    });
  }, [kind, field, value]);
  await act();
  // deno-lint-ignore no-explicit-any -- as above
  return await of.evaluate(() => (globalThis as any).ended);
}

/** Refuses workers to a page, as strict policies do. */
async function withoutWorkers(of: Page): Promise<void> {
  await of.addInitScript(() => {
    globalThis.Worker = class {
      constructor() {
        throw new Error("refused");
      }
    } as unknown as typeof Worker;
  });
}

Deno.test("bootstrap and honest bounds run in a worker and are the kernel's", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    for (const refused of [false, true]) {
      const { page: of, problems, close } = await open(
        "index.html",
        {},
        refused ? withoutWorkers : undefined,
      );
      await of.locator(".number").first().waitFor();
      const boot = await jobEnd(
        of,
        "bootstrap",
        ["errors", "wildS"],
        () => of.getByLabel("Standard errors").selectOption({ label: "Wild bootstrap (WCR-S)" }),
      );
      assert.equal(of.workers().length, refused ? 0 : 1);
      const { study, panel } = data;
      const expected = runToEnd(
        runJob("bootstrap", unpackPanel(panel), study, stateOf({ errors: "wildS" })),
      );
      assert.deepEqual(boot, { ok: true, value: expected });
      await of.getByText("wild cluster bootstrap, WCR-S").first().waitFor();
      const honest = await jobEnd(of, "honest", ["bound", 0.7], async () => {
        await of.getByRole("spinbutton", { name: "M̄" }).fill("0.7");
      }) as { ok: true; value: { intervals: { low: number; high: number }[] } };
      const bounds = runToEnd(
        runJob("honest", unpackPanel(panel), study, stateOf({ errors: "wildS", bound: "0.7" })),
      );
      honest.value.intervals.forEach(({ low, high }, i) => {
        for (const [a, b] of [[low, bounds.intervals[i].low!], [high, bounds.intervals[i].high!]]) {
          assert.ok(Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)), `${a} ${b}`);
        }
      });
      assert.deepEqual(problems, []);
      await close();
    }
  });
});

/** Draws of a bootstrap that ends only when it is stopped. */
const ENDLESS_DRAWS = 99_999;

/**
 * Makes bootstraps of `ENDLESS_DRAWS` last until they are stopped: what their worker says of its end is not heard.
 * Stopping is then tested on any computer; a fast one would else be done before the test has looked.
 */
async function withoutEndOfLongJobs(of: Page): Promise<void> {
  await of.addInitScript((endless) => {
    const Plain = globalThis.Worker;
    globalThis.Worker = class extends Plain {
      override set onmessage(listen: (event: MessageEvent) => void) {
        super.onmessage = (event) => {
          if (event.data.end?.value?.draws !== endless) listen(event);
        };
      }
    };
  }, ENDLESS_DRAWS);
}

Deno.test("a long bootstrap shows progress and can be stopped", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open(
      `index.html#explorer.errors=wildS&explorer.draws=${ENDLESS_DRAWS}`,
      {},
      withoutEndOfLongJobs,
    );
    await of.getByText(/of 99,999 draws/).waitFor();
    await of.getByRole("button", { name: "Stop" }).click();
    await of.getByText("Stopped").waitFor();
    assert.ok((await of.locator(".sure").textContent())!.length > 0);
    assert.deepEqual(problems, []);
    await close();
  });
});

Deno.test("an interval is called a bootstrap's only when it is one, and stopping it stops nothing else", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, problems, close } = await open(
      `index.html#explorer.errors=wild&explorer.draws=${ENDLESS_DRAWS}`,
      {},
      withoutEndOfLongJobs,
    );
    await of.getByText(/of 99,999 draws/).waitFor();
    const sure = of.locator(".sure");
    assert.match((await sure.textContent())!, /clustered standard errors, not the bootstrap/);
    await of.getByRole("button", { name: "Stop" }).click();
    await of.getByText("At M̄ = 1: −6.71 to 18.7").waitFor();
    assert.match((await sure.textContent())!, /clustered standard errors, not the bootstrap/);
    await of.getByText("As a list").click();
    const item = of.locator(".view ol li").last();
    assert.match((await item.textContent())!, /no interval found/);
    await jobEnd(
      of,
      "bootstrap",
      ["draws", 999],
      () => of.getByRole("combobox", { name: "Bootstrap draws" }).selectOption("0"),
    );
    await of.getByText("(wild cluster bootstrap, WCR-C)").waitFor();
    const interval = (await sure.textContent())!.match(/interval (.*?),/)![1];
    assert.ok((await item.textContent())!.includes(`(${interval})`), interval);
    // An estimator that no bootstrap can be made of says so, under the interval that it has.
    await of.getByLabel("Estimator").selectOption({ label: "Callaway & Sant’Anna" });
    await of.getByText("no single regression behind it").waitFor();
    assert.match((await sure.textContent())!, /clustered standard errors, not the bootstrap/);
    assert.deepEqual(problems, []);
    await close();
  });
});

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

Deno.test("without scripts the opening view stands as a picture", async () => {
  await withSite({ "index.html": plain }, async (open) => {
    const { page: of, close } = await open("index.html", { javaScriptEnabled: false });
    const image = of.locator("img.explorer-static");
    assert.match((await image.getAttribute("alt"))!, /People using the internet: \+0\.13/);
    assert.ok((await image.boundingBox())!.height > 200);
    await close();
  });
});
