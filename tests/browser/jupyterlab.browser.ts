/** Notebook 03 in a real JupyterLab with the Deno kernel, as a reader edits and runs it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { explore } from "../../lib/explorer/explore.ts";
import { assume, peruStudy, twfe } from "../../lib/mod.ts";
import { signed } from "../../lib/explorer/words.ts";
import { startLab } from "./jupyterlab.ts";
import { launchBrowser } from "./support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const RUN_MS = 120_000;

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: unknown[];
  [field: string]: unknown;
}

const codeCell = (source: string, outputs: unknown[] = []): Cell => ({
  cell_type: "code",
  execution_count: outputs.length === 0 ? null : 1,
  id: crypto.randomUUID().slice(0, 8),
  metadata: {},
  outputs,
  source,
});

const sourceOf = ({ source }: Cell) => [source].flat().join("");

/** Notebook 03 with an explorer as its last cell, and one with an explorer's stored output that nobody ran here. */
async function notebookFolder(): Promise<string> {
  // Beside lib, so that "../lib/mod.ts" is found; git ignores *.tmp.
  const folder = await Deno.makeTempDir({ dir: ROOT, prefix: "lab-", suffix: ".tmp" });
  const text = await Deno.readTextFile(join(ROOT, "notebooks/03-main-estimates.ipynb"));
  const notebook = JSON.parse(text) as { cells: Cell[] };
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") [cell.outputs, cell.execution_count] = [[], null];
  }
  if (!notebook.cells.some((cell) => sourceOf(cell).startsWith("explore("))) {
    notebook.cells.push(
      codeCell('import { explore } from "../lib/mod.ts";\nexplore(panel, assumptions);'),
    );
  }
  await Deno.writeTextFile(join(folder, "03.ipynb"), JSON.stringify(notebook));
  const explorer = explore(peruStudy(assume()).panel, assume());
  const display = (explorer as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ].bind(explorer);
  const stored = {
    ...notebook,
    cells: [
      codeCell("// stored elsewhere", [{
        output_type: "execute_result",
        execution_count: 1,
        metadata: {},
        data: display(),
      }]),
    ],
  };
  await Deno.writeTextFile(join(folder, "untrusted.ipynb"), JSON.stringify(stored));
  return folder;
}

/** The number that the four-means table gives in words. */
async function fourMeans(page: Page): Promise<string> {
  const caption = page.getByText(/difference between the two changes is/).first();
  await caption.waitFor({ timeout: RUN_MS });
  return (await caption.textContent())!.match(/two changes is (−?[\d.]+)/)![1];
}

/** Opens a notebook and waits for its kernel. */
async function openNotebook(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: RUN_MS });
  await until(page, "the kernel is idle", () => page.getByText("Deno | Idle").isVisible());
}

/** Waits, looking several times a second; a question for the kernel, whenever it is asked, is answered with yes. */
async function until<T>(page: Page, what: string, look: () => Promise<T | false>): Promise<T> {
  const yes = page.locator(".jp-Dialog button.jp-mod-accept");
  const end = performance.now() + RUN_MS;
  while (performance.now() < end) {
    if (await yes.isVisible()) await yes.click();
    const seen = await look();
    if (seen !== false) return seen;
    await page.waitForTimeout(250);
  }
  throw new Error(`within ${RUN_MS / 1000} s it did not come to this: ${what}`);
}

/** Runs all cells by the menu; returns when every one of them has a number above `last`, with the highest. */
async function runAll(page: Page, cells: number, last: number): Promise<number> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  return await until(page, "all cells have run", async () => {
    const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt").allTextContents();
    const numbers = prompts.map((text) => Number(text.match(/\[(\d+)\]/)?.[1]))
      .filter((number) => number > last);
    return numbers.length === cells && Math.max(...numbers);
  });
}

/** Replaces the text of the assumptions cell by hand: click, select all, type. */
async function edit(page: Page, replaced: string, by: string): Promise<void> {
  const cell = page.locator(".jp-CodeCell", { hasText: "const assumptions = assume({" });
  const editor = cell.locator(".cm-content").first();
  await editor.click();
  const text = (await editor.locator(".cm-line").allTextContents()).join("\n");
  assert.ok(text.includes(replaced), `${replaced} is not in ${text}`);
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text.replace(replaced, by));
}

Deno.test("a reader runs notebook 03 in JupyterLab, changes the threshold and sees other numbers", async () => {
  const folder = await notebookFolder();
  const lab = await startLab(folder);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(RUN_MS);
    const exceptions: string[] = [];
    page.on("pageerror", (error) => exceptions.push(error.message));
    await openNotebook(page, lab.notebookUrl("03.ipynb"));
    const cells = await page.locator(".jp-CodeCell").count();
    let last = await runAll(page, cells, 0);
    assert.equal(await page.locator(".jp-RenderedText[data-mime-type*=error]").count(), 0);
    const named = await fourMeans(page);
    const explorer = page.locator(".explorer");
    await explorer.locator(".number").waitFor({ timeout: RUN_MS });
    const expected = (threshold?: number) => {
      const { panel } = peruStudy(
        assume(
          threshold === undefined ? {} : {
            treatment: { kind: "threshold", measure: "localitiesPer10000", threshold },
          },
        ),
      );
      const options = { outcome: "internet_use_pct", treatment: "treated" };
      return signed(twfe(panel, options).terms[0].estimate);
    };
    const shown = async () => (await explorer.locator(".number").textContent())!.split(" ")[0];
    assert.equal(await shown(), expected());

    const numbers = [named];
    let before = 'kind: "named", asOf: "2021-12"';
    for (const threshold of [12, 6]) {
      const after = `kind: "threshold", measure: "localitiesPer10000", threshold: ${threshold}`;
      await edit(page, before, after);
      before = after;
      last = await runAll(page, cells, last);
      numbers.push(await fourMeans(page));
      await explorer.locator(".number").waitFor({ timeout: RUN_MS });
      assert.equal(await explorer.count(), 1);
      assert.equal(await shown(), expected(threshold));
    }
    assert.equal(new Set(numbers).size, 3, numbers.join(", "));

    // The explorer answers to its own keys, and the notebook does not.
    const count = await page.locator(".jp-Cell").count();
    await explorer.getByLabel("Outcome").focus();
    for (const key of ["a", "b", "d", "d", "ArrowDown"]) await page.keyboard.press(key);
    await explorer.getByText("Households with internet").first().waitFor();
    await page.waitForTimeout(300);
    assert.equal(await page.locator(".jp-Cell").count(), count);
    const address = page.url();
    assert.ok(!address.includes("explorer."), "the address of JupyterLab is left alone");

    // In a dark theme it is dark.
    await page.evaluate(() => document.body.dataset.jpThemeLight = "false");
    await page.waitForFunction(() =>
      document.querySelector("[data-explorer]")!.shadowRoot!.querySelector(".explorer")!
        .getAttribute("data-theme") === "dark"
    );

    // A stored output that is not trusted runs nothing and shows its figure.
    await page.goto(lab.notebookUrl("untrusted.ipynb"));
    const image = page.locator(".jp-OutputArea img[src^='data:image/svg']");
    await image.waitFor({ timeout: RUN_MS });
    assert.ok((await image.boundingBox())!.height > 200);
    assert.equal(await page.locator(".explorer").count(), 0);
    assert.deepEqual(exceptions, []);
  } catch (error) {
    const shot = join(ROOT, ".cache/jupyterlab-failed.png");
    await browser.contexts()[0]?.pages()[0]?.screenshot({ path: shot });
    throw new Error(`${(error as Error).message}\nThe page is in ${shot}`, { cause: error });
  } finally {
    await browser.close();
    await lab.close();
    await Deno.remove(folder, { recursive: true });
  }
});
