import assert from "node:assert/strict";
import {
  firstTitle,
  headingTexts,
  type Place,
  renderMarkdown,
} from "../../../tools/book/render/markdown.ts";
import { Ids, slug } from "../../../tools/book/render/slugs.ts";
import { assertRefuses } from "../../support/errors.ts";
import { REFERENCES } from "./support.ts";

function place(): Place {
  const ids = new Ids();
  return {
    cell: "x.ipynb, cell a",
    references: REFERENCES,
    cite: (reference) => ({ number: REFERENCES.indexOf(reference) + 1, id: ids.take("cite") }),
    heading: (text) => ids.take(slug(text)),
    chapter: (number) => number === "2" ? "02-two.html" : undefined,
    file: (path) => path.endsWith(".ipynb") ? path.replace(".ipynb", ".html") : undefined,
    words: { reference: "Reference", linkHere: "Link" },
  };
}

const render = (source: string) => renderMarkdown(source, place()).text;

Deno.test("raw HTML in prose is shown as text", () => {
  const text = render('Hi <script>alert(1)</script> <img src=x onerror="y"> & <b>bold</b>');
  assert.ok(!/<(script|img|b)\b/.test(text), text);
  assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
});

Deno.test("links that would run code stay text", () => {
  assert.ok(!/href/.test(render("[x](javascript:alert(1))")));
});

Deno.test("maths is set by KaTeX, in a line and on its own", () => {
  const text = render("Effects $\\alpha_i$ are\n\n$$y = \\beta$$");
  assert.equal(text.match(/class="katex"/g)?.length, 2);
  assert.equal(text.match(/class="katex-display"/g)?.length, 1);
  assert.match(text, /<math/);
  assert.ok(!/katex-error/.test(text));
});

Deno.test("a formula and its punctuation stay on one line", () => {
  const text = render("years ($\\lambda_t$), and $x$ and *$y$*.");
  assert.match(text, /years <span class="together">\(<span class="katex">/);
  assert.match(text, /<\/span>\),<\/span> and <span class="katex">/);
  assert.equal(text.split("together").length, 2);
});

Deno.test("maths that cannot be set is an error, not red text", () => {
  assertRefuses(() => render("$\\undefinedcommand{x}$"), "x.ipynb, cell a", "undefinedcommand");
});

Deno.test("prices and lone dollar signs are no maths", () => {
  assert.ok(!/katex/.test(render("from $5 to $10 a month")));
});

Deno.test("headings get anchors that do not collide, and links to them", () => {
  const text = render("## Look first\n\n## Look first");
  assert.match(text, /<h2 id="look-first">Look first <a class="anchor" href="#look-first"/);
  assert.match(text, /<h2 id="look-first-2">/);
});

Deno.test("slugs are short and plain", () => {
  assert.equal(slug("¿Qué pasó? Año 2018"), "que-paso-ano-2018");
  assert.equal(slug("Sant'Anna & D’Haultfœuille"), "santanna-dhaultf-uille");
  assert.equal(new Ids().take(""), "section");
});

Deno.test("citations become links to the references, also across a break in the source", () => {
  assert.match(
    render("in (Roth, 2022)."),
    /\(Roth, 2022<sup class="cite"><a id="cite" href="#ref-roth" role="doc-noteref" aria-label="Reference 1: Roth 2022">1<\/a><\/sup>\)\./,
  );
  assert.match(render("so Rambachan\nand Roth (2023)"), /href="#ref-rr"/);
  assert.ok(!/sup/.test(render("`Roth (2022)` and [Roth (2022)](https://example.org)")));
  assert.ok(!/sup/.test(render("## Rambachan and Roth")));
});

Deno.test("other chapters are linked by their number, this one and unknown ones are not", () => {
  assert.match(render("see notebook 2."), /see <a href="02-two\.html">notebook 2<\/a>\./);
  assert.match(render("El cuaderno 2 dice"), /El <a href="02-two\.html">cuaderno 2<\/a> dice/);
  assert.ok(!/<a/.test(render("notebook 3, notebook 2.5")));
  assert.match(render("[two](02-two.ipynb)"), /href="02-two\.html"/);
});

Deno.test("code is highlighted, code of unknown languages is escaped", () => {
  assert.match(render("```ts\nconst x = 1;\n```"), /<span class="hljs-keyword">const<\/span>/);
  assert.match(render("```nonsense\n<b>\n```"), /&lt;b&gt;/);
});

Deno.test("tables scroll within themselves", () => {
  assert.match(render("| a |\n|---|\n| 1 |"), /<div class="scroll"><table>/);
});

Deno.test("titles and headings are read without their marks", () => {
  assert.equal(firstTitle("text\n\n# 2 · *Would* `they`?\n"), "2 · Would they?");
  assert.equal(firstTitle("## no title"), undefined);
  assert.deepEqual(headingTexts("## A\n\ntext\n\n### B $x$"), ["A", "B $x$"]);
});
