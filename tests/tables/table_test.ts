import assert from "node:assert/strict";
import { formatCount, formatNumber, formatP, formatSignificant } from "../../lib/tables/format.ts";
import { Table } from "../../lib/tables/table.ts";

const table = new Table({
  caption: "A & B <test>",
  columns: [
    { key: "name", label: "Name | label" },
    { key: "x", label: "x, 50 %", format: (value) => formatNumber(value, 2) },
  ],
  rows: [{ name: "a_1", x: -0.125 }, { name: 'say "hi", all', x: null }, {
    name: "1 < 2",
    x: 1 / 3,
  }],
  source: "made up",
  notes: ["A dash: not known."],
});

Deno.test("numbers are written the same everywhere", () => {
  assert.equal(formatNumber(-1.005, 1), "−1.0");
  assert.equal(formatNumber(-0.001, 2), "0.00");
  assert.equal(formatCount(13485), "13,485");
  assert.equal(formatCount(-1234567.4), "−1,234,567");
  assert.equal(formatP(0.0004), "< 0.001");
  assert.equal(formatP(0.9387), "0.939");
  assert.deepEqual([12345.6, 0.012345, -1.5, 0, 4e-9].map((v) => formatSignificant(v)), [
    "12346",
    "0.01235",
    "−1.500",
    "0",
    "4.000e−9",
  ]);
});

Deno.test("Markdown escapes bars and aligns numbers to the right", () => {
  const text = table.toMarkdown();
  assert.ok(text.includes("| Name \\| label | x, 50 % |\n| :--- | ---: |\n| a_1 | −0.13 |"));
  assert.ok(text.includes("| — |") && text.endsWith("Source: made up\n"));
});

Deno.test("LaTeX escapes what TeX would read, and uses booktabs", () => {
  const text = table.toLatex();
  for (
    const part of [
      "\\toprule",
      "A \\& B $<$test$>$",
      "x, 50 \\%",
      "a\\_1 & $-$0.13 \\\\",
      "\\bottomrule",
    ]
  ) {
    assert.ok(text.includes(part), part);
  }
});

Deno.test("HTML escapes text from data and runs no script", () => {
  const html = table.toHtml();
  assert.ok(html.includes("A &amp; B &lt;test&gt;") && html.includes("1 &lt; 2"));
  assert.ok(!html.includes("<script"));
});

Deno.test("CSV keeps every digit and quotes what needs it", () => {
  assert.equal(
    table.toCsv(),
    'name,x\r\na_1,-0.125\r\n"say ""hi"", all",\r\n1 < 2,0.3333333333333333\r\n',
  );
});

Deno.test("a notebook gets HTML, Markdown and text", () => {
  // deno-lint-ignore no-explicit-any
  const bundle = (table as any)[Symbol.for("Jupyter.display")]();
  assert.deepEqual(Object.keys(bundle), ["text/html", "text/markdown", "text/plain"]);
});
