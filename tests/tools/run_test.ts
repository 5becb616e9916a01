/** The runner on the real kernel, with notebooks of a few cells. */
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { executeNotebook } from "../../tools/notebooks/execute.ts";
import type { CodeCell, Output } from "../../tools/notebooks/nbformat.ts";
import { parseNotebook } from "../../tools/notebooks/nbformat.ts";
import { run } from "../../tools/notebooks/run.ts";
import { type Folder, notebookOf, notebookText, tell, withFolder } from "./support.ts";

const FOUR_OUTPUTS = [
  'console.log("a");',
  'console.error("b");',
  'await Deno.jupyter.display({ "text/plain": "c" }, { raw: true });',
  '"d"',
].join("\n");

function brief(outputs: readonly Output[]): string[] {
  return outputs.map((output) => {
    if (output.output_type === "stream") return `${output.name} ${output.text}`;
    if (output.output_type === "error") return `error ${output.evalue}`;
    return `${output.output_type} ${JSON.stringify(output.data)}`;
  });
}

const outputsOf = (text: string) =>
  parseNotebook(text, "a").cells.map((cell) => brief((cell as CodeCell).outputs));

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The code of a cell that leaves the kernel's process id in the folder, and its reader. */
const TELL_PID = 'Deno.writeTextFileSync("pid", String(Deno.pid));';
const kernelPid = (folder: Folder) => Number(folder.read("pid"));

Deno.test("run: outputs of every kind are stored, and a second run changes no byte", async () => {
  const svg = 'Deno.jupyter.svg`<svg xmlns="http://www.w3.org/2000/svg">\n  <g />\n</svg>`;';
  const text = notebookText(
    FOUR_OUTPUTS,
    'import { twice } from "./helper.ts";\ntwice(21);',
    "const again = 1;",
    `const again = "text";\nconsole.log(Deno.cwd());\n${svg}`,
    "",
    "[new Date(0).toLocaleString(), (1234.5).toLocaleString(), new Date(0).getTimezoneOffset()]",
  );
  const helper = "export const twice = (x: number) => 2 * x;\n";
  await withFolder({ "01-a.ipynb": text, "helper.ts": helper }, async (folder) => {
    const first = await tell(run, "--dir", folder.path);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^01-a \[2\/5\] import \{ twice \} from "\.\/helper\.ts"; +\d/m);
    assert.match(first.out, /1 of 1 notebook run, 5 cells, 1 file changed/);
    const written = folder.read("01-a.ipynb");
    assert.deepEqual(outputsOf(written), [
      [
        "stdout a\n",
        "stderr b\n",
        'display_data {"text/plain":"c"}',
        'execute_result {"text/plain":"\\"d\\""}',
      ],
      ['execute_result {"text/plain":"42"}'],
      [],
      [
        "stdout <project>\n",
        'execute_result {"image/svg+xml":"<svg xmlns=\\"http://www.w3.org/2000/svg\\">\\n  <g />\\n</svg>"}',
      ],
      [],
      ['execute_result {"text/plain":"[ \\"1/1/1970, 12:00:00 AM\\", \\"1,234.5\\", 0 ]"}'],
    ]);
    const counts = parseNotebook(written, "a").cells.map((cell) =>
      (cell as CodeCell).execution_count
    );
    assert.deepEqual(counts, [1, 2, 3, 4, null, 5]);

    const second = await tell(run, "--dir", folder.path);
    assert.match(second.out, /0 files changed/);
    assert.equal(folder.read("01-a.ipynb"), written);
  });
});

Deno.test("run: no start loses or misplaces an output", async () => {
  const notebook = notebookOf(
    FOUR_OUTPUTS,
    "for (let i = 0; i < 300; i++) console.log(i);\n1;",
    "2;",
  );
  const results = new Set<string>();
  for (let start = 0; start < 6; start++) {
    const cwd = Deno.cwd();
    const { cells } = await executeNotebook(notebook, { cwd, root: cwd, timeoutMs: 60_000 });
    results.add(JSON.stringify(cells.map((cell) => brief((cell as CodeCell).outputs))));
  }
  assert.equal(results.size, 1);
  const [first, second, third] = JSON.parse([...results][0]);
  assert.equal(first.length, 4);
  assert.match(second[0], /^stdout 0\n1\n[\s\S]*\n299\n$/);
  assert.deepEqual([second.length, third.length], [2, 1]);
});

Deno.test("run: an update reaches the cell that displayed", async () => {
  const show = (text: string, update: boolean) =>
    `await Deno.jupyter.display({ "text/plain": "${text}" }, ` +
    `{ raw: true, update: ${update}, display_id: "d" } as never);`;
  const cwd = Deno.cwd();
  const options = { cwd, root: cwd, timeoutMs: 60_000 };
  const { cells } = await executeNotebook(
    notebookOf(show("old", false), show("new", true)),
    options,
  );
  assert.deepEqual(cells.map((cell) => brief((cell as CodeCell).outputs)), [
    ['display_data {"text/plain":"new"}'],
    [],
  ]);
});

/** The notebook fails in its second cell; its file stays as it was and its kernel is gone. */
async function fails(second: string, pattern: RegExp, ...flags: string[]): Promise<void> {
  const text = notebookText(TELL_PID, second);
  await withFolder({ "07-b.ipynb": text }, async (folder) => {
    const { code, err, out } = await tell(run, "--dir", folder.path, ...flags);
    assert.equal(code, 1);
    assert.match(err, /07-b\.ipynb, cell 2 failed/);
    assert.match(err, pattern);
    assert.match(out, /0 of 1 notebook run/);
    assert.equal(folder.read("07-b.ipynb"), text);
    assert.deepEqual(folder.files(), ["07-b.ipynb", "pid"]);
    assert.ok(!alive(kernelPid(folder)));
  });
}

Deno.test("run: a cell that throws is reported with its whole traceback", () =>
  fails(
    "function inner() {\n  throw new TypeError('wrong');\n}\ninner();",
    /TypeError: wrong\n {4}at inner .*\n {4}at /,
  ));

Deno.test("run: a result that cannot be displayed is an error", () =>
  fails(
    '({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no picture"); } });',
    /RangeError: no picture/,
  ));

Deno.test("run: a cell that is no TypeScript is reported with the place", () =>
  fails("const a = 1;\nconst b = ;", /line 2, column 11 of the cell/));

Deno.test("run: a kernel that ends by itself is an error", () =>
  fails("Deno.exit(1);", /exit code 1/));

Deno.test("run: a cell that takes too long is an error, waiting or computing", async () => {
  await fails(
    "await new Promise(() => {});",
    /did not finish within 0\.5 s.*--timeout/,
    "--timeout",
    "0.5",
  );
  await fails("while (true);", /did not finish within 0\.5 s/, "--timeout", "0.5");
});

Deno.test("run: after an error the other notebooks are stopped, those done before stay written", async () => {
  const files = {
    "1.ipynb": notebookText("1;"),
    "2.ipynb": notebookText("nope;"),
    "3.ipynb": notebookText("3;"),
  };
  await withFolder(files, async (folder) => {
    const { code, err } = await tell(run, "--dir", folder.path, "--jobs", "1");
    assert.equal(code, 1);
    assert.match(err, /2\.ipynb, cell 1 failed: nope;\nReferenceError: nope is not defined/);
    assert.match(err, /left as they were: 2, 3/);
    assert.deepEqual(outputsOf(folder.read("1.ipynb")), [['execute_result {"text/plain":"1"}']]);
    assert.equal(folder.read("3.ipynb"), files["3.ipynb"]);
  });
});

Deno.test("run: several at a time give the same files as one after the other", async () => {
  const files = Object.fromEntries(
    ["1", "2", "3"].map((name) => [`${name}.ipynb`, notebookText(FOUR_OUTPUTS, name)]),
  );
  const results: string[][] = [];
  for (const jobs of ["1", "3"]) {
    await withFolder(files, async (folder) => {
      assert.equal((await tell(run, "--dir", folder.path, "--jobs", jobs)).code, 0);
      results.push(folder.files().map((name) => folder.read(name)));
    });
  }
  assert.deepEqual(results[0], results[1]);
});

Deno.test({
  name: "run: SIGINT ends the kernel and leaves the notebook as it was",
  // There a signal sent by a program ends the other one without asking it.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const text = notebookText(TELL_PID, "while (true);");
    await withFolder({ "a.ipynb": text }, async (folder) => {
      const runner = join(import.meta.dirname!, "../../tools/notebooks/run.ts");
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", runner, "--dir", folder.path],
        stdout: "piped",
        stderr: "null",
      }).spawn();
      // The first line it prints says that the first cell is done, so the second is under way.
      const reader = child.stdout.getReader();
      await reader.read();
      child.kill("SIGINT");
      while (!(await reader.read()).done);
      assert.equal((await child.status).code, 130);
      assert.equal(folder.read("a.ipynb"), text);
      assert.deepEqual(folder.files(), ["a.ipynb", "pid"]);
      assert.ok(!alive(kernelPid(folder)));
    });
  },
});
