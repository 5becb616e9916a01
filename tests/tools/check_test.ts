import assert from "node:assert/strict";
import { check } from "../../tools/notebooks/check.ts";
import { run } from "../../tools/notebooks/run.ts";
import { notebookText, tell, withFolder } from "./support.ts";

Deno.test("check: fresh notebooks pass, stale cells are named, and no file is touched", async () => {
  const files = {
    "01-a.ipynb": notebookText("const x = 1;", "x + 41;"),
    "02-b.ipynb": notebookText('console.log("b");'),
  };
  await withFolder(files, async (folder) => {
    assert.equal((await tell(run, "--dir", folder.path)).code, 0);
    const good = await tell(check, "--dir", folder.path);
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /2 of 2 notebooks up to date/);

    const stale = folder.read("01-a.ipynb").replace('"42"', '"43"');
    folder.write("01-a.ipynb", stale);
    folder.write("02-b.ipynb", files["02-b.ipynb"]);
    const bad = await tell(check, "--dir", folder.path);
    assert.equal(bad.code, 1);
    assert.match(bad.err, /stale: 01-a\.ipynb, cell 2: output 1 differs\n {2}- "43"\n {2}\+ "42"/);
    assert.match(bad.err, /stale: 02-b\.ipynb, cell 1: it was never run/);
    assert.doesNotMatch(bad.err, /cell 1: output/);
    assert.equal(folder.read("01-a.ipynb"), stale);
    assert.equal(folder.read("02-b.ipynb"), files["02-b.ipynb"]);
    assert.deepEqual(folder.files(), Object.keys(files));
  });
});

Deno.test("check: a notebook that fails is reported, and the others are checked", async () => {
  const files = { "1.ipynb": notebookText("nope;"), "2.ipynb": notebookText("2;") };
  await withFolder(files, async (folder) => {
    const { code, err } = await tell(check, "--dir", folder.path, "--jobs", "1");
    assert.equal(code, 1);
    assert.match(err, /1\.ipynb, cell 1 failed: nope;\nReferenceError/);
    assert.match(err, /stale: 2\.ipynb, cell 1/);
  });
});
