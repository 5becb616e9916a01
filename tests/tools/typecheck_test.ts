import assert from "node:assert/strict";
import { fmt } from "../../tools/notebooks/fmt.ts";
import { run } from "../../tools/notebooks/run.ts";
import { typecheck } from "../../tools/notebooks/typecheck.ts";
import { parseNotebook } from "../../tools/notebooks/nbformat.ts";
import { notebookOf, notebookText, tell, withFolder } from "./support.ts";

const HELPER =
  "export interface Region {\n  name: string;\n}\nexport const twice = (x: number) => 2 * x;\n";

Deno.test("typecheck: redeclarations, awaits, imports and last expressions are no errors", async () => {
  const text = notebookText(
    'import { type Region, twice } from "./helper.ts";\nconst x = 1;\nfunction f(r: Region) {\n  return r.name;\n}\ntwice(x);',
    'import { twice } from "./helper.ts";\nconst x = f({ name: "Puno" });\nx;',
    'const { twice: again } = await import("./helper.ts");\n[x.toUpperCase(), again(twice(1))];',
    "await Deno.jupyter.display(Deno.jupyter.html`<b>${x}</b>`);",
  );
  await withFolder({ "01.ipynb": text, "helper.ts": HELPER }, async ({ path }) => {
    const { code, out, err } = await tell(typecheck, "--dir", path);
    assert.equal(err, "");
    assert.equal(code, 0);
    assert.match(out, /1 notebook checked, all is well/);
  });
});

Deno.test("typecheck: errors are reported with notebook, cell and line", async () => {
  const bad = notebookText(
    'import { twice } from "./helper.ts";\nimport { nothing } from "./helper.ts";\nconst x = "a";',
    "// A comment.\ntwice(x);",
    "let unused: string = twice(1);",
  );
  const broken = notebookText("const ok = 1;\nok;", "const a = ;");
  await withFolder(
    { "04-b.ipynb": bad, "05-c.ipynb": broken, "helper.ts": HELPER },
    async ({ path }) => {
      const { code, err } = await tell(typecheck, "--dir", path);
      assert.equal(code, 1);
      assert.match(err, /TS2305.*nothing[\s\S]*?at 04-b\.ipynb, cell 1, line 2\n/);
      assert.match(err, /TS2345[\s\S]*?at 04-b\.ipynb, cell 2, line 2, column 7/);
      assert.match(err, /TS2322[\s\S]*?at 04-b\.ipynb, cell 3, line 1, column 5/);
      assert.match(err, /at 05-c\.ipynb, cell 2, line 1, column 11/);
      assert.match(err, /04-b\.ipynb, cell 3, line 1, column 5: no-unused-vars/);
      assert.doesNotMatch(err, /notebook-cells-/);
    },
  );
});

Deno.test("typecheck: a folder without notebooks is fine, for a run it is an error", async () => {
  await withFolder({}, async ({ path }) => {
    const { code, out } = await tell(typecheck, "--dir", path);
    assert.equal(code, 0);
    assert.match(out, /no notebooks/);
    await assert.rejects(() => tell(run, "--dir", path), /no notebooks/);
  });
});

Deno.test("typecheck: unformatted code is reported, and formatting it changes nothing else", async () => {
  const text = notebookText("const a = 1;\na;", "a+1", "const b = ;");
  await withFolder({ "a.ipynb": text }, async (folder) => {
    const before = await tell(typecheck, "--dir", folder.path);
    assert.match(before.err, /a\.ipynb, cell 2: not formatted/);
    assert.doesNotMatch(before.err, /cell [13]: not formatted/);
    const done = await tell(fmt, "--dir", folder.path);
    assert.match(done.out, /1 notebook formatted, 1 file changed/);
    const expected = notebookOf("const a = 1;\na;", "a + 1;", "const b = ;");
    assert.deepEqual(parseNotebook(folder.read("a.ipynb"), "a"), expected);
    assert.match((await tell(fmt, "--dir", folder.path)).out, /0 files changed/);
    assert.doesNotMatch((await tell(typecheck, "--dir", folder.path)).err, /not formatted/);
  });
});
