import assert from "node:assert/strict";
import { extractModule } from "../../tools/notebooks/extract.ts";
import { findImports } from "../../tools/notebooks/imports.ts";
import { scan } from "../../tools/notebooks/scan.ts";

const FOLDER = "file:///project/notebooks/";
const extract = (...sources: string[]) =>
  extractModule(sources.map((source, index) => ({ number: index + 1, source })), FOLDER);
const linesOf = (...sources: string[]) => extract(...sources).text.split("\n").slice(1);
const problemOf = (...sources: string[]) => extract(...sources).problems[0];

Deno.test("extract: each cell is a block inside the block of the one before", () => {
  assert.deepEqual(linesOf("const a = 1\na", 'const a = "x"'), [
    "{",
    "const a = 1",
    "a",
    ";",
    "{",
    'const a = "x"',
    ";",
    "}}",
    "",
  ]);
});

Deno.test("extract: every line knows the cell and line it comes from", () => {
  const { text, origins } = extract('import {\n  b,\n} from "../lib/b.ts";\nb;', "\nfoo();");
  const lines = text.split("\n");
  const origin = (line: string) => origins[lines.indexOf(line)];
  assert.deepEqual(origin('import { b } from "file:///project/lib/b.ts";'), {
    cell: 1,
    line: 2,
    exact: false,
  });
  assert.deepEqual(origin("b;"), { cell: 1, line: 4, exact: true });
  assert.deepEqual(origin("foo();"), { cell: 2, line: 2, exact: true });
  assert.equal(origins.length, lines.length - 1);
});

Deno.test("extract: imports move to the top, each name once", () => {
  const lines = linesOf(
    'import { z } from "zod";\nimport fs, { type Stats as S } from "node:fs";\nimport * as p from "./p.ts";',
    'import { z } from "zod";\nimport type { T } from "../lib/t.ts";\nimport "./effect.ts";\nz;',
    'import { T } from "../lib/t.ts";\nimport data from "./d.json" with { type: "json" };',
  );
  assert.deepEqual(lines.slice(0, lines.indexOf("{")), [
    'import { z } from "zod";',
    'import { default as fs } from "node:fs";',
    'import type { Stats as S } from "node:fs";',
    'import * as p from "file:///project/notebooks/p.ts";',
    'import { T } from "file:///project/lib/t.ts";',
    'import "file:///project/notebooks/effect.ts";',
    'import { default as data } from "file:///project/notebooks/d.json" with { type: "json" };',
  ]);
});

Deno.test("extract: dynamic imports stay where they are, with an absolute address", () => {
  const lines = linesOf('const { a } = await import("../lib/a.ts");\nawait import("zod");');
  assert.deepEqual(lines.slice(1, 3), [
    'const { a } = await import("file:///project/lib/a.ts");',
    'await import("zod");',
  ]);
});

Deno.test("extract: one name from two places is reported where it comes in again", () => {
  assert.deepEqual(problemOf('import { a } from "x";', '1;\nimport { a } from "y";'), {
    cell: 2,
    line: 2,
    message:
      'imports "a" from "y", but in cell 1 it comes from "x"; import one of them under another name',
  });
  assert.match(
    problemOf("const a = 1;", 'import { a } from "x";').message,
    /which cell 1 declares/,
  );
  assert.equal(problemOf("{ const a = 1; }", 'import { a } from "x";'), undefined);
});

Deno.test("extract: a cell that is not closed is reported alone", () => {
  assert.deepEqual(problemOf("ok();", "f(\n`${1"), {
    cell: 2,
    line: 2,
    message: '"${" is not closed',
  });
  assert.deepEqual(problemOf("}"), { cell: 1, line: 1, message: '"}" closes nothing' });
  assert.match(problemOf("/* a").message, /comment/);
  assert.match(problemOf('"a').message, /text/);
  assert.match(problemOf("`a").message, /template/);
});

Deno.test("scan: what looks like an import in a text or comment is none", () => {
  const source = [
    "// import { a } from 'a';",
    "/* import { b } from 'b'; */",
    "const s = `",
    'import { c } from "c";',
    "${`${{ d: 'import { d } from \"d\";' }.d}`}",
    "`;",
    "const r = /[/`\"']import/.test(s) || 4 / 2 / 1;",
    'function f() { return import("e"); }',
    'import { real } from "real";',
    "importing();",
    "obj.import('x');",
  ].join("\n");
  const scanned = scan(source);
  assert.equal(scanned.problem, undefined);
  assert.equal(scanned.mask.length, source.length);
  const found = findImports(source, scanned);
  assert.deepEqual(found.names.map((name) => name.local), ["real"]);
  const [declaration] = found.declarations;
  assert.equal(source.slice(declaration.start, declaration.end), 'import { real } from "real";');
});
