/** What the explorer computes in a browser: the numbers of Deno, at once and in a worker. */
import assert from "node:assert/strict";
import { compute } from "../../lib/explorer/compute.ts";
import { unpackPanel } from "../../lib/explorer/data.ts";
import { type JobKind, runJob } from "../../lib/explorer/jobs.ts";
import type { ExplorerState } from "../../lib/explorer/state.ts";
import { runToEnd } from "../../lib/inference/wild/bootstrap.ts";
import type { Page } from "playwright-core";
import { data, medicaid, stateOf, VIEWS } from "../explorer/support.ts";
import { page, plain, withSite } from "./explorer-pages.ts";

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
