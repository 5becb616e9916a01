import assert from "node:assert/strict";
import { notebookProgress, progressBar } from "../../lib/study/show/progress.ts";
import { startKernel } from "../../tools/notebooks/kernel.ts";
import type { Output } from "../../tools/notebooks/nbformat.ts";
import { OutputRecorder } from "../../tools/notebooks/outputs.ts";

const NOTEBOOKS = new URL("../../notebooks/", import.meta.url).pathname;

/** What cells leave in a notebook, on a real kernel: the outputs of each, as JSON. */
async function run(...cells: string[]): Promise<{ outputs: Output[]; status: string }[]> {
  const kernel = await startKernel({ cwd: NOTEBOOKS });
  const recorder = new OutputRecorder();
  try {
    const results = [];
    for (const [i, code] of cells.entries()) {
      const outputs = recorder.begin(i + 1);
      const { status } = await kernel.execute(code, 60_000, (message) => recorder.add(message));
      results.push({ outputs, status });
    }
    return results;
  } finally {
    await kernel.close();
  }
}

const IMPORT = `import { notebookProgress } from "../lib/study/show/progress.ts";`;
const texts = (outputs: Output[]) =>
  outputs.flatMap((output) =>
    output.output_type === "display_data" ? [output.data["text/plain"] as string] : []
  );

Deno.test("outside a kernel a bar does nothing", () => {
  const progress = notebookProgress("things");
  progress(1, 2);
  progress.stop("failed");
});

Deno.test("a finished bar is one output, and two with one label are two", async () => {
  const [, first, second] = await run(
    IMPORT,
    `const a = notebookProgress("things"); for (let i = 1; i <= 40; i++) { a(i, 40); ` +
      `await new Promise((go) => setTimeout(go, 5)); }`,
    `const b = notebookProgress("things"); b(1, 2); await 0; b(2, 2);`,
  );
  assert.deepEqual(texts(first.outputs), [progressBar(40, 40, "things")]);
  assert.deepEqual(texts(second.outputs), [progressBar(2, 2, "things")]);
});

Deno.test("an interrupt stops the work and not the kernel, and says where", async () => {
  const [, stopped, after] = await run(
    IMPORT,
    `const progress = notebookProgress("blocks"); setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 300); ` +
      `for (let i = 1; i <= 100; i++) { progress(i, 100); await new Promise((go) => setTimeout(go, 50)); }`,
    `console.log("alive")`,
  );
  assert.equal(stopped.status, "error");
  const [bar, ...others] = texts(stopped.outputs);
  assert.match(bar, /\d+ of 100 blocks \(interrupted\)$/);
  assert.deepEqual(others, []);
  const error = stopped.outputs.find((output) => output.output_type === "error");
  assert.match(JSON.stringify(error), /WorkInterrupted/);
  assert.match(JSON.stringify(after.outputs), /alive/);
});

Deno.test("an interrupt of the study on all cores ends its workers", async () => {
  const [stopped, after] = await run(
    `import { assume, coverageOnAllCores, notebookProgress, peruStudy, simulationModel } from "../lib/mod.ts";
const { panel, design } = peruStudy(assume());
const model = simulationModel(panel, design, "internet_use_pct", "population_2017");
const progress = notebookProgress("blocks");
let asked = false;
await coverageOnAllCores(model, { seed: 1, draws: 99 }, 500, Object.assign((done: number, of: number) => {
  progress(done, of);
  if (!asked) Deno.kill(Deno.pid, "SIGINT");
  asked = true;
}, { stop: progress.stop }), 2);`,
    `await new Promise((go) => setTimeout(go, 200)); console.log("alive")`,
  );
  assert.equal(stopped.status, "error");
  assert.match(texts(stopped.outputs)[0], / of 500 blocks \(interrupted\)$/);
  assert.equal(after.outputs.length, 1);
  assert.match(JSON.stringify(after.outputs), /alive/);
});

Deno.test("a bar that is stopped stays as it was, with the reason", async () => {
  const [, cell] = await run(
    IMPORT,
    `const p = notebookProgress("blocks"); p(3, 10); p.stop("failed"); p(4, 10); p.stop("again");`,
  );
  assert.deepEqual(texts(cell.outputs), [`${progressBar(3, 10, "blocks")} (failed)`]);
});
