import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { codedColumn, readCells } from "../../../lib/study/survey/files/cells.ts";
import { type FileShape, inspectFile } from "../../../lib/study/survey/files/inspect.ts";
import { regionOf, withZeros } from "../../../lib/study/survey/files/place.ts";
import { REGION_CODES } from "../../../lib/study/peru/regions.ts";
import { latin1, utf8, withFiles } from "../../support/enaho.ts";

const MEGABYTE = 1 << 20;

function shapeOf(content: string | Uint8Array): Promise<FileShape> {
  return withFiles({ "a.csv": content }, (folder) => inspectFile(join(folder, "a.csv")));
}

Deno.test("a letter of two bytes across the edge of two pieces is still UTF-8", async () => {
  for (const shift of [0, 1, 2]) {
    const filling = "x".repeat(MEGABYTE - 6 - shift);
    const shape = await shapeOf(`a,b\n1,${filling}ñ\n2,y\n`);
    assert.equal(shape.encoding, "UTF-8");
    assert.equal(shape.rows, 2);
  }
});

Deno.test("one Latin-1 letter, late in a long file, makes it Latin-1", async () => {
  const rows = "1,abc\n".repeat(400_000);
  assert.equal((await shapeOf(`a,b\n${rows}`)).encoding, "UTF-8");
  assert.equal((await shapeOf(latin1(`a,b\n${rows}2,ñ\n`))).encoding, "Latin-1");
  assert.equal((await shapeOf(latin1(`año,b\n${rows}`))).header[0], "año");
  const cutLetter = utf8(`a,b\n1,ñ`).subarray(0, -1);
  assert.equal((await shapeOf(cutLetter)).encoding, "Latin-1");
});

Deno.test("line breaks in quotes are no rows, and lines are then not counted as rows", async () => {
  const shape = await shapeOf('a;b\n1;"two\nlines; and ""quotes"""\n2;x');
  assert.deepEqual([shape.separator, shape.rows, shape.rowsAreLines], [";", 2, false]);
  assert.equal((await shapeOf("a;b\n1;2\n")).rowsAreLines, true);
});

Deno.test("any table of plain cells is counted right and read back, whatever the writing", async () => {
  const cell = fc.stringMatching(/^[a-z0-9ñ]{0,4}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-z0-9]{1,3}$/), cell, cell), { minLength: 1 }),
      fc.constantFrom(",", ";", "\t", "|"),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.boolean(),
      async (rows, separator, lineEnd, old, last) => {
        const text = [["k", "x", "y"], ...rows].map((row) => row.join(separator)).join(lineEnd) +
          (last ? lineEnd : "");
        await withFiles({ "a.csv": old ? latin1(text) : text }, async (folder) => {
          const shape = await inspectFile(join(folder, "a.csv"));
          assert.equal(shape.rows, rows.length);
          const cells = readCells(shape, ["K"]);
          const { codes, texts } = codedColumn(cells, "K", String);
          assert.deepEqual(Array.from(codes, (code) => texts[code]), rows.map(([key]) => key));
        });
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

Deno.test("every area is reached by some UBIGEO, and nothing else is", () => {
  const found = new Set<string>();
  for (let code = 0; code < 10_000; code++) {
    const region = regionOf(`${String(code).padStart(4, "0")}01`);
    if (region !== null) found.add(region);
  }
  assert.deepEqual([...found].sort(), REGION_CODES);
  for (const wrong of ["", "50101", "000101", "260101", "1501011", "15A101"]) {
    assert.equal(regionOf(wrong), null);
  }
});

Deno.test("zeros come back to numbers only, and never shorten a code", () => {
  assert.equal(withZeros("50101", 6), "050101");
  assert.equal(withZeros("50101.0", 6), "050101");
  assert.equal(withZeros("1234567", 6), "1234567");
  assert.equal(withZeros("", 6), "");
  assert.equal(withZeros("0A1", 6), "0A1");
});
