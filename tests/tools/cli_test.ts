import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";
import { firstLine, forEachNotebook, readOptions } from "../../tools/notebooks/cli.ts";
import { firstDifference, staleCells } from "../../tools/notebooks/compare.ts";
import { Interrupted } from "../../tools/notebooks/errors.ts";
import { replaceNotebook, selectNotebooks } from "../../tools/notebooks/files.ts";
import type { CodeCell } from "../../tools/notebooks/nbformat.ts";
import { notebookOf, withFolder } from "./support.ts";

const refuses = (work: () => unknown, pattern: RegExp) =>
  assert.rejects(
    async () => await work(),
    (error) => error instanceof InputError && pattern.test(error.message),
  );

Deno.test("options: --only takes names and their first parts, in any order", () => {
  const names = ["03-a", "031-b", "05-c"];
  assert.deepEqual(selectNotebooks(names), names);
  assert.deepEqual(selectNotebooks(names, ["05", "03"]), ["03-a", "05-c"]);
  assert.deepEqual(selectNotebooks(names, ["031-b.ipynb"]), ["031-b"]);
  assert.throws(() => selectNotebooks(names, ["03", "3"]), /value "3".*03-a, 031-b, 05-c/);
});

Deno.test("options: bad ones are refused with what there is", async () => {
  await withFolder({ "02-b.ipynb": "", "01-a.ipynb": "", "notes.md": "" }, async ({ path }) => {
    const read = (...args: string[]) =>
      readOptions(["--dir", path, ...args], "run", ["dir", "only", "timeout"]);
    assert.deepEqual((await read()).names, ["01-a", "02-b"]);
    assert.equal((await read("--timeout", "1.5")).timeoutMs, 1500);
    const asTaskHandsOn = ["--", "--dir", path, "--only", "02"];
    assert.deepEqual((await readOptions(asTaskHandsOn, "run", ["dir", "only"])).names, ["02-b"]);
    await refuses(() => read("--fast"), /--fast[\s\S]*--only 03[\s\S]*--timeout SECONDS/);
    await refuses(() => read("01"), /01/);
    await refuses(() => read("--only", "01,07"), /"07".*01-a, 02-b/);
    await refuses(() => read("--timeout", "0"), /--timeout/);
    await refuses(() => read("--dir", `${path}/none`), /no such folder/);
  });
});

Deno.test("several notebooks: an error stops the others only when asked to", async () => {
  const work = async (name: string, signal: AbortSignal) => {
    await Promise.resolve();
    if (name === "b") throw new Error("no");
    signal.throwIfAborted();
    return name;
  };
  const { signal } = new AbortController();
  const told = async (stopAtFirst: boolean) =>
    (await forEachNotebook(["a", "b", "c"], work, { jobs: 1, stopAtFirst, signal }))
      .map((outcome) =>
        "value" in outcome ? outcome.value : outcome.error instanceof Interrupted ? "-" : "!"
      );
  assert.deepEqual(await told(true), ["a", "!", "-"]);
  assert.deepEqual(await told(false), ["a", "!", "c"]);
});

Deno.test("files: a notebook saved by somebody else meanwhile is not overwritten", async () => {
  await withFolder({ "a.ipynb": "new" }, (folder) => {
    const file = { name: "a", path: `${folder.path}/a.ipynb`, content: "old" };
    assert.throws(() => replaceNotebook(file, "mine"), /changed while it ran/);
    assert.equal(folder.read("a.ipynb"), "new");
    assert.equal(replaceNotebook({ ...file, content: "new" }, "new"), false);
    assert.equal(replaceNotebook({ ...file, content: "new" }, "mine"), true);
    assert.deepEqual([folder.read("a.ipynb"), folder.files()], ["mine", ["a.ipynb"]]);
    return Promise.resolve();
  });
});

Deno.test("compare: cells never run, run out of order, storing errors or other outputs are stale", () => {
  const fresh = notebookOf("1", "2", "3", "4", "5");
  const codeCells = (notebook: typeof fresh) => notebook.cells as CodeCell[];
  codeCells(fresh).forEach((cell, index) => {
    cell.execution_count = index + 1;
    cell.outputs = [{ output_type: "stream", name: "stdout", text: `line\nvalue ${index}\n` }];
  });
  const committed = structuredClone(fresh);
  assert.deepEqual(staleCells(committed, fresh), []);
  const [a, b, c, d] = codeCells(committed);
  a.execution_count = null;
  b.execution_count = 9;
  c.outputs = [{ output_type: "error", ename: "E", evalue: "", traceback: [] }];
  d.outputs = [{ output_type: "stream", name: "stdout", text: "line\nvalue 7\n" }];
  const stale = staleCells(committed, fresh);
  assert.deepEqual(stale.map(({ cell }) => cell), [1, 2, 3, 4]);
  assert.match(stale[0].why, /never run/);
  assert.match(stale[1].why, /\[9\]/);
  assert.match(stale[2].why, /error/);
  assert.match(stale[3].why, /output 1 differs\n {2}- .*value 7.*\n {2}\+ .*value 3/);
});

Deno.test("compare: of a long line the part that differs is shown", () => {
  const long = "x".repeat(5000);
  const shown = firstDifference(`a\n${long}1${long}`, `a\n${long}2${long}`) ?? "";
  assert.match(shown, /- …x+1x+…\n.*\+ …x+2x+…/);
  assert.ok(shown.length < 250);
  assert.equal(firstDifference(long, long), undefined);
});

Deno.test("a cell is named by its first line with something on it", () => {
  assert.equal(firstLine("\n  const a = 1;\nb"), "const a = 1;");
  assert.equal(firstLine("x".repeat(80), 10), "xxxxxxxxx…");
});
