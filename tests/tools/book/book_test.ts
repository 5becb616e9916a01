import assert from "node:assert/strict";
import { makeBook } from "../../../tools/book/book.ts";
import { linkProblems } from "../../../tools/book/site/links.ts";
import type { Site } from "../../../tools/book/site/site.ts";
import { demandOutputs, readSource } from "../../../tools/book/source.ts";
import { numberedCells } from "../../../tools/notebooks/nbformat.ts";
import { assertRefuses } from "../../support/errors.ts";
import { chapter, code, prose, sourceOf } from "./support.ts";

const NOTEBOOKS = new URL("../../../notebooks", import.meta.url).pathname;
const ROOT = new URL("../../../", import.meta.url).pathname;

const explorer = (id: number) => ({
  "text/html": `<div data-id="${id}"></div>` +
    `<script type="module" data-explorer-bundle>globalThis.explorer = 1;</script>`,
});

let made: Promise<Site> | undefined;
/** The project's own book, made once for the tests that only read it. */
const projectBook = () => made ??= readSource(NOTEBOOKS).then((source) => makeBook(source, ROOT));

const text = (site: Site, path: string) => site.get(path) as string;

Deno.test("the project's book has every page in both languages, whole links and unique ids", async () => {
  const source = await readSource(NOTEBOOKS);
  const site = await projectBook();
  assert.deepEqual(linkProblems(site, "api/"), []);
  for (const language of ["en", "es"]) {
    for (const { name, notebook } of source.chapters) {
      const page = text(site, `${language}/${name}.html`);
      const outputs = numberedCells(notebook).flatMap(({ cell }) => cell.outputs);
      const figures = outputs.filter((output) =>
        (output.output_type === "display_data" || output.output_type === "execute_result") &&
        !("text/html" in output.data) && "image/svg+xml" in output.data
      ).length;
      assert.equal(page.split('<figure class="output figure"').length - 1, figures, name);
      assert.match(page, new RegExp(`^<!DOCTYPE html>\n<html lang="${language}">`));
      assert.ok(site.has(`notebooks/${name}.ipynb`));
    }
  }
  assert.ok(site.has("api/index.html"), "the library's pages");
  assert.match(text(site, "api/index.html"), /href="\.\.\/en\/index\.html"/);
});

Deno.test("no page, style sheet or script fetches anything from elsewhere", async () => {
  const site = await projectBook();
  for (const [path, content] of site) {
    if (typeof content !== "string" || !path.endsWith(".css")) continue;
    for (const [, url] of content.matchAll(/(?:url\(|@import\s+)["']?([^"')]+)/g)) {
      assert.ok(!/^(?:https?:)?\/\//.test(url), `${path}: ${url}`);
      if (url.startsWith("data:") || url.startsWith("#")) continue;
      const target = new URL(url, `file:///${path}`).pathname.slice(1);
      assert.ok(site.has(target), `${path}: ${url} is no file`);
    }
  }
  const fetched = linkProblems(site).filter((problem) => problem.includes("from elsewhere"));
  assert.deepEqual(fetched, []);
});

Deno.test("the same source makes the same bytes", async () => {
  const one = await projectBook();
  const two = await makeBook(await readSource(NOTEBOOKS), ROOT);
  assert.deepEqual([...one.keys()], [...two.keys()]);
  for (const [path, content] of one) assert.deepEqual(content, two.get(path), path);
});

Deno.test("the explorer's code is written once and named by every page that shows one", async () => {
  const site = await makeBook(sourceOf(
    chapter("01-a", [prose("t", "# 1 · A"), code("x", "explore()", explorer(1), explorer(2))]),
    chapter("02-b", [prose("t", "# 2 · B"), code("x", "explore()", explorer(3))]),
    chapter("03-c", [prose("t", "# 3 · C"), code("x", "1", { "text/plain": "1" })]),
  ));
  const bundles = [...site.keys()].filter((path) => path.startsWith("assets/explorer-"));
  assert.equal(bundles.length, 1);
  const script = `<script defer src="../${bundles[0]}"></script>`;
  for (const page of ["en/01-a", "es/01-a", "en/02-b"]) {
    assert.equal(text(site, `${page}.html`).split(script).length, 2, page);
    assert.ok(!text(site, `${page}.html`).includes("globalThis.explorer"), page);
  }
  assert.match(text(site, "en/01-a.html"), /data-id="1"[\s\S]*data-id="2"/);
  // Outputs are English; an explorer among them takes the page's language.
  for (const language of ["en", "es"]) {
    assert.match(
      text(site, `${language}/01-a.html`),
      new RegExp(`<div class="output rich" lang="${language}"><div data-id="1">`),
    );
  }
  assert.ok(!text(site, "en/03-c.html").includes("explorer-"));
  assert.deepEqual(linkProblems(site).filter((problem) => !problem.includes("api/")), []);
});

Deno.test("Spanish shows the twin, and English with a remark where there is none or it is old", async () => {
  const site = await makeBook(sourceOf(
    chapter("01-a", [prose("t", "# 1 · One"), prose("o", "## Old\n\nold"), prose("n", "new")], {
      t: { text: "# 1 · Uno" },
      o: { of: "00000000", text: "## Viejo\n\nviejo" },
    }),
    chapter("02-b", [prose("t", "# 2 · Two"), prose("s", "## Part")]),
  ));
  const one = text(site, "es/01-a.html");
  assert.match(one, /<section class="prose" id="cell-t">\n<h1 id="1-one">1 · Uno<\/h1>/);
  assert.match(
    one,
    /<section class="prose" id="cell-o" lang="en">\n<p class="remark" lang="es">[^<]*cambió/,
  );
  assert.match(
    one,
    /<section class="prose" id="cell-n" lang="en">\n<p class="remark" lang="es">Aún sin/,
  );
  assert.ok(!one.includes("viejo"));
  assert.match(
    one,
    /rel="next" href="02-b\.html"><span>Siguiente<\/span> <b lang="en">2 · Two<\/b>/,
  );
  const two = text(site, "es/02-b.html");
  assert.equal(two.split('class="remark"').length, 2);
  const contents = text(site, "es/index.html");
  assert.match(contents, /href="01-a\.html">Uno<\/a>/);
  assert.match(contents, /href="02-b\.html" lang="en">Two<\/a> <span class="tag">Aún sin traducir/);
  assert.ok(!text(site, "en/01-a.html").includes("remark"));
});

Deno.test("anchors are the same in both languages", async () => {
  const site = await makeBook(
    sourceOf(chapter("01-a", [prose("t", "# 1 · One\n\n## A part\n\nx")], {
      t: { text: "# 1 · Uno\n\n## Una parte\n\nx" },
    })),
  );
  assert.match(text(site, "es/01-a.html"), /<h2 id="a-part">Una parte/);
  assert.match(text(site, "en/01-a.html"), /<h2 id="a-part">A part/);
  assert.match(text(site, "es/01-a.html"), /<li><a href="#a-part">Una parte<\/a><\/li>/);
});

Deno.test("citations lead to the references, these back, and to the bibliography", async () => {
  const site = await makeBook(sourceOf(
    chapter("01-a", [
      prose("t", "# 1 · One\n\nRoth (2022), Rambachan and Roth (2023), Roth (2022)."),
    ]),
  ));
  const page = text(site, "en/01-a.html");
  assert.match(page, /<li id="ref-roth">/);
  assert.match(page, /href="#cite-roth-1"[^>]*aria-label="Back to the text 1"/);
  assert.match(page, /href="#cite-roth-2"[^>]*aria-label="Back to the text 2"/);
  assert.match(page, /href="#cite-rr-1"[^>]*aria-label="Back to the text"/);
  assert.match(
    text(site, "en/bibliography.html"),
    /<li id="roth">[\s\S]*Cited in <a href="01-a\.html#ref-roth">1<\/a>/,
  );
  assert.match(text(site, "es/bibliography.html"), /Base de la biblioteca/);
});

Deno.test("text from a file cannot become markup anywhere", async () => {
  const evil = "</title><script>alert(1)</script>";
  const site = await makeBook(sourceOf(chapter("01-a", [
    prose("t", `# 1 · ${evil}\n\n## ${evil}`),
    code("c", `const x = "${evil}";`, { "text/plain": evil }),
  ], { t: { text: `# 1 · ${evil}\n\n## ${evil}` } })));
  for (const [path, content] of site) {
    if (path.endsWith(".html")) assert.ok(!String(content).includes("<script>alert"), path);
  }
});

Deno.test("notebooks that were not run, or hold an error, are refused by cell", () => {
  const never = { ...code("x", "twfe(panel)"), execution_count: null, outputs: [] };
  assertRefuses(
    () => demandOutputs(chapter("01-a", [code("y", "1"), never])),
    "01-a.ipynb was not run",
    "2 (twfe(panel))",
    "deno task notebooks -- --only 01-a",
  );
  const failed = {
    ...code("x", "boom()"),
    outputs: [{ output_type: "error", ename: "E", evalue: "e", traceback: [] }],
  };
  assertRefuses(() => demandOutputs(chapter("01-a", [failed])), "an error", "1 (boom())");
});

Deno.test("the link checker finds each kind of broken link", () => {
  const site: Site = new Map([
    [
      "en/a.html",
      `<p id="x"><p id="x"><a href="b.html#gone">1</a><a href="c.html">2</a>` +
      `<a href="/en/b.html">3</a><script src="https://example.org/x.js"></script>` +
      `<a href="https://example.org">fine</a><a href="b.html#here">fine</a><a href="#x">fine</a>`,
    ],
    ["en/b.html", `<i id="here">`],
  ]);
  assert.deepEqual(linkProblems(site), [
    "en/a.html: two elements have the id x",
    "en/a.html: leads to no place: b.html#gone",
    "en/a.html: leads to no file: c.html",
    "en/a.html: not relative, so wrong in a sub-folder: /en/b.html",
    "en/a.html: fetches from elsewhere: https://example.org/x.js",
  ]);
});
