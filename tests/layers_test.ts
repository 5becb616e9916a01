import assert from "node:assert/strict";
import { join, relative } from "node:path";

const LIB = new URL("../lib/", import.meta.url).pathname;

/** From upper to lower: a file may import from its own row and those above. */
const LAYERS = [
  "panel",
  "tables",
  "regression",
  "estimators",
  "inference",
  "diagnostics",
  "report",
  "study",
  "explorer",
];
/** These run in a browser tab. */
const BROWSER = [
  "panel",
  "tables",
  "regression",
  "estimators",
  "inference",
  "diagnostics",
  "report",
  "explorer",
];
/**
 * Reads the renderer's and the font's files (a page draws the SVG itself); builds the explorer's code. What else a page
 * must not load is looked for in that code: tests/explorer/explore_test.ts.
 */
const NOT_IN_BROWSER = ["report/png.ts", "explorer/bundle.ts"];

function sources(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory
      ? sources(join(folder, entry.name))
      : entry.name.endsWith(".ts")
      ? [join(folder, entry.name)]
      : []
  );
}

function imports(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)[\s\S]*?from "([^"]+)"/gm)].map((match) => match[1]);
}

const files = sources(LIB).map((path) => ({
  path,
  name: relative(LIB, path),
  text: Deno.readTextFileSync(path),
}));

Deno.test("layers import downwards only", () => {
  for (const { name, path, text } of files) {
    const own = LAYERS.indexOf(name.split("/")[0]);
    if (own === -1) continue;
    for (const target of imports(text).filter((specifier) => specifier.startsWith("."))) {
      const layer = relative(LIB, join(path, "..", target)).split("/")[0];
      if (layer === ".." || !LAYERS.includes(layer)) continue;
      assert.ok(LAYERS.indexOf(layer) <= own, `${name} imports ${layer}`);
    }
  }
});

Deno.test("what runs in a browser uses no Deno, Node or native module", () => {
  for (const { name, text } of files) {
    if (!BROWSER.includes(name.split("/")[0]) || NOT_IN_BROWSER.includes(name)) continue;
    assert.ok(!/\bDeno\./.test(text), `${name} uses Deno`);
    for (const target of imports(text)) {
      assert.ok(
        !target.startsWith("node:") && target !== "nodejs-polars" && target !== "zeromq",
        `${name}: ${target}`,
      );
    }
  }
});

Deno.test("polars is imported in lib/study only", () => {
  const users = files.filter(({ text }) => imports(text).includes("nodejs-polars")).map((
    { name },
  ) => name);
  assert.deepEqual(users.sort(), [
    "study/frame.ts",
    "study/peru/assembly.ts",
    "study/survey/files/cells.ts",
  ]);
});
