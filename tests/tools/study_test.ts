import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url).pathname;

async function study(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}tools/study.ts`, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const ASSUMPTIONS = {
  source: "made up for this test",
  unit: "place",
  time: "t",
  outcomes: [{ column: "y", label: "Happiness", unit: "points" }],
  treatment: { kind: "group", column: "g", firstTreatedTime: 3 },
};
const PANEL = "place,t,y,g\n" +
  ["a,1", "b,0", "c,1", "d,0", "e,0"].flatMap((unit, i) =>
    [1, 2, 3, 4].map((t) => {
      const [place, g] = unit.split(",");
      return `${place},${t},${10 + i + t + (g === "1" && t > 2 ? 3 : 0) + (i * t) % 3},${g}\n`;
    })
  ).join("");

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/my.csv`, PANEL);
    await Deno.writeTextFile(`${folder}/my.json`, JSON.stringify(ASSUMPTIONS));
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("task study runs a reader's own panel and writes tables and figures", async () => {
  await inFolder(async (folder) => {
    const run = await study(
      "--panel",
      `${folder}/my.csv`,
      "--assumptions",
      `${folder}/my.json`,
      "--to",
      `${folder}/out`,
    );
    assert.equal(run.code, 0, run.err);
    assert.match(run.out, /rows read: 20 rows, 5 units, 4 periods/);
    const files = [...Deno.readDirSync(`${folder}/out`)].map((entry) => entry.name);
    for (const kind of ["csv", "md", "tex"]) assert.ok(files.includes(`03-main-estimates.${kind}`));
    for (const kind of ["svg", "png"]) assert.ok(files.includes(`02-event-study-y.${kind}`));
    assert.match(
      Deno.readTextFileSync(`${folder}/out/report.md`),
      /Happiness[\s\S]*made up for this test/,
    );
  });
});

Deno.test("task study does not overwrite, unless told to", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/out`);
    await Deno.writeTextFile(`${folder}/out/report.md`, "mine");
    const args = [
      "--panel",
      `${folder}/my.csv`,
      "--assumptions",
      `${folder}/my.json`,
      "--to",
      `${folder}/out`,
    ];
    const refused = await study(...args);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /is not empty \(report\.md\).*--force/s);
    assert.equal(Deno.readTextFileSync(`${folder}/out/report.md`), "mine");
    const forced = await study(...args, "--force");
    assert.equal(forced.code, 0, forced.err);
    assert.notEqual(Deno.readTextFileSync(`${folder}/out/report.md`), "mine");
  });
});

Deno.test("task study says what is wrong and writes nothing", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/out`;
    const fails = async (expected: RegExp, ...args: string[]) => {
      const run = await study(...args, "--to", out);
      assert.equal(run.code, 1);
      assert.match(run.err, expected);
      assert.throws(() => Deno.statSync(out), Deno.errors.NotFound);
    };
    const own = ["--panel", `${folder}/my.csv`];
    await fails(/needs assumptions/, ...own);
    await fails(/There is no file/, ...own, "--assumptions", `${folder}/none.json`);
    await Deno.writeTextFile(`${folder}/bad.json`, "{ oops");
    await fails(/not valid JSON/, ...own, "--assumptions", `${folder}/bad.json`);
    await Deno.writeTextFile(`${folder}/my.csv`, PANEL.replaceAll(",", ";"));
    await fails(/separated by ";"/, ...own, "--assumptions", `${folder}/my.json`);
    await fails(/Unknown option '--panle'/, "--panle", "x");
  });
});
