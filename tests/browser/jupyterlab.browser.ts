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
const RUN_MS = 240_000;

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
  for (const cell of notebook.cells) if (cell.cell_type === "code") cell.outputs = [];
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

async function runAll(page: Page, cells: number): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
  await page.waitForFunction(
    (count) => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((node) =>
        node.textContent ?? ""
      );
      const done = prompts.filter((text) => /\[\d+\]/.test(text)).length;
      return done === count && !prompts.some((text) => text.includes("*"));
    },
    cells,
    { timeout: RUN_MS, polling: 250 },
  );
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
    const exceptions: string[] = [];
    page.on("pageerror", (error) => exceptions.push(error.message));
    await page.goto(lab.notebookUrl("03.ipynb"));
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: RUN_MS });
    const cells = await page.locator(".jp-CodeCell").count();
    await runAll(page, cells);
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
      await runAll(page, cells);
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
  } finally {
    await browser.close();
    await lab.close();
    await Deno.remove(folder, { recursive: true });
  }
});
