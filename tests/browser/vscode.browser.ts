/** Stored outputs in a real VS Code, as a reader sees them before running anything. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { explore } from "../../lib/explorer/explore.ts";
import { signed } from "../../lib/explorer/words.ts";
import { twfe } from "../../lib/mod.ts";
import { assumptions, peru } from "../explorer/support.ts";
import { launchBrowser } from "./support.ts";
import { startVsCode, type VsCode } from "./vscode.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const WAIT_MS = 120_000;

type Bundle = Record<string, string | string[]>;

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: { data?: Bundle }[];
}

const bundleOf = ({ outputs }: Cell) => outputs?.[0]?.data ?? {};

/** A table and a figure as notebook 03 has them, and today's explorer: little enough to be on the screen at once. */
async function notebook(): Promise<string> {
  const path = join(ROOT, "notebooks/03-main-estimates.ipynb");
  const stored = JSON.parse(await Deno.readTextFile(path)) as { cells: Cell[] };
  const first = (mime: string) => stored.cells.find((cell) => mime in bundleOf(cell))!;
  const explorer = stored.cells.find(({ source }) =>
    [source].flat().join("").includes("explore(")
  )!;
  const display = explore(peru.panel, assumptions) as unknown as Record<symbol, () => Bundle>;
  Object.assign(explorer.outputs![0], { data: display[Symbol.for("Jupyter.display")]() });
  const cells = [first("text/html"), first("image/svg+xml"), explorer];
  assert.equal(new Set(cells).size, 3);
  return JSON.stringify({ ...stored, cells });
}

/** Gives a test VS Code on a folder with `notebook()`, and whatever exceptions its pages throw. */
async function withVsCode(
  test: (vscode: VsCode, browser: Browser, exceptions: string[]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vscode-" });
  await Deno.writeTextFile(join(folder, "03.ipynb"), await notebook());
  const vscode = await startVsCode(folder);
  const browser = await launchBrowser();
  const exceptions: string[] = [];
  try {
    await test(vscode, browser, exceptions);
    assert.deepEqual(exceptions, []);
  } catch (error) {
    const shot = join(ROOT, ".cache/vscode-failed.png");
    await browser.contexts()[0]?.pages()[0]?.screenshot({ path: shot });
    throw new Error(
      `${(error as Error).message}\n${exceptions.join("\n")}\nThe page is in ${shot}`,
      { cause: error },
    );
  } finally {
    await browser.close();
    await vscode.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens the notebook; returns the page, and the frame of its outputs. */
async function open(
  url: string,
  browser: Browser,
  exceptions: string[],
): Promise<{ page: Page; outputs: FrameLocator }> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 2600 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on("pageerror", (error) => exceptions.push(error.message));
  await page.goto(url);
  await page.locator(".notebookOverlay .code-cell-row").nth(2).waitFor();
  const outputs = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  return { page, outputs };
}

Deno.test("VS Code shows tables, figures and the explorer, which answers", async () => {
  await withVsCode(async (vscode, browser, exceptions) => {
    const url = vscode.url({ file: "03.ipynb", theme: "Default Dark Modern" });
    const { page, outputs } = await open(url, browser, exceptions);
    await outputs.locator("table", { hasText: "favoured by IPT" }).first().waitFor();
    const figure = outputs.locator(".output svg").first();
    await figure.waitFor();
    assert.ok((await figure.boundingBox())!.height > 200);

    const explorer = outputs.locator(".explorer");
    const shown = async () => (await explorer.locator(".number").textContent())!.split(" ")[0];
    const expected = (outcome: string) =>
      signed(twfe(peru.panel, { outcome, treatment: "treated" }).terms[0].estimate);
    await explorer.locator(".number").waitFor();
    assert.equal(await explorer.getAttribute("data-theme"), "dark");
    assert.equal(await shown(), expected("internet_use_pct"));
    // What takes long is computed too, now and after a change.
    const bounds = explorer.locator(".view", { hasText: "If trends were not parallel" });
    await bounds.getByText("At M̄ = 1").waitFor();
    await explorer.getByLabel("Outcome").selectOption({ label: "Households with internet" });
    await explorer.getByText("Households with internet: the difference").waitFor();
    assert.equal(await shown(), expected("households_internet_pct"));
    await bounds.getByText("Working").waitFor({ state: "detached" });
    await bounds.getByText("At M̄ = 1").waitFor();

    // Its keys are not VS Code's: those would add, move and delete cells.
    const cells = page.locator(".notebookOverlay .code-cell-row");
    await explorer.getByLabel("Outcome").focus();
    for (const key of ["a", "b", "d", "d", "ArrowDown"]) await page.keyboard.press(key);
    await explorer.getByText("Households with a mobile phone: the difference").waitFor();
    await page.waitForTimeout(300);
    assert.equal(await cells.count(), 3);

    // The address of an output is nobody's, so no link is offered; the code is.
    assert.equal(await explorer.getByRole("button", { name: "Copy link" }).count(), 0);
    await explorer.getByRole("button", { name: "Copy as code" }).click();
    await explorer.getByText("Copied").waitFor();
    assert.match(
      await page.evaluate(() => navigator.clipboard.readText()),
      /households_mobile_pct/,
    );
  });
});

Deno.test("in Restricted Mode VS Code runs no output: it shows neither HTML nor SVG of any notebook", async () => {
  await withVsCode(async (vscode, browser, exceptions) => {
    const url = vscode.url({ file: "03.ipynb", trusted: false });
    const { page, outputs } = await open(url, browser, exceptions);
    await page.getByText("Restricted Mode").first().waitFor();
    await outputs.locator(".output").nth(2).waitFor({ state: "attached" });
    await page.waitForTimeout(1000);
    assert.equal(await outputs.locator("[data-explorer], svg, table").count(), 0);
  });
});
