import assert from "node:assert/strict";
import { parseCsv, readCsv } from "../../lib/study/csv.ts";
import { assertRefuses } from "../support/errors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseCsv(bytes(text), "my.csv");

Deno.test("a CSV keeps codes as written, quoted commas and line breaks, and counts lines", () => {
  const file = parse('code,name,y\r\n01,"Lima, the capital",1.5\r\n02,"two\nlines",\r\n03,x,2\r\n');
  assert.deepEqual(file.columns, {
    code: ["01", "02", "03"],
    name: ["Lima, the capital", "two\nlines", "x"],
    y: ["1.5", "", "2"],
  });
  assert.deepEqual(file.lines, [2, 3, 5]);
});

Deno.test("empty lines after the last row, as spreadsheets leave them, are no rows", () => {
  assert.deepEqual(parse("a,b\n1,2\n\n").columns, { a: ["1"], b: ["2"] });
  assert.deepEqual(parse("a,b\n1,2\n,\n,\n").columns, { a: ["1"], b: ["2"] });
});

Deno.test("a byte order mark is not part of the first column's name", () => {
  assert.deepEqual(Object.keys(parse("\ufeffa,b\n1,2\n").columns), ["a", "b"]);
});

Deno.test("an empty file, and one with a header only, are refused", () => {
  assertRefuses(() => parse(" \n"), "my.csv is empty", "saved or downloaded completely");
  assertRefuses(() => parse("a,b\n"), "has a header but no rows");
});

Deno.test("a truncated file is told from a ragged one, with the lines", () => {
  assertRefuses(
    () => parse("a,b,c\n1,2,3\n4,5"),
    "cut off",
    "line 3 (2 columns)",
    "download or save it again",
  );
  assertRefuses(
    () => parse("a,b\n1,2,3\n4,5\n6\n"),
    "do not have 2 columns",
    "line 2 (3 columns)",
    "line 4 (1 columns)",
  );
});

Deno.test("a wrong separator is named", () => {
  assertRefuses(() => parse("a;b\n1;2\n"), 'separated by ";"', "commas");
  assertRefuses(() => parse("a\tb\n1\t2\n"), "separated by tabs");
});

Deno.test("Latin-1 is refused with the line of the first wrong byte", () => {
  const latin = new Uint8Array([...bytes("a,b\n1,2\n3,"), 0xc1, ...bytes("ncash\n")]);
  assertRefuses(() => parseCsv(latin, "my.csv"), "not UTF-8", "line 3", "save it as UTF-8");
});

Deno.test("a quote that is never closed is refused, with its line", () => {
  assertRefuses(() => parse('a,b\n1,"x\n3,4\n'), "never closed", "line 2");
});

Deno.test("a header with blanks or repeats is refused", () => {
  assertRefuses(() => parse("a,,c\n1,2,3\n"), "Column 2 of my.csv has no name");
  assertRefuses(() => parse("a,b,a\n1,2,3\n"), "same name", 'column "a"');
});

Deno.test("a file that is not there is an input error", () => {
  assertRefuses(
    () => readCsv("no-such-file.csv"),
    "There is no file no-such-file.csv",
    "check the path",
  );
});
