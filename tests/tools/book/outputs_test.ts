import assert from "node:assert/strict";
import { trusted } from "../../../tools/book/html.ts";
import type { Bundle } from "../../../tools/book/render/bundles.ts";
import { renderOutputs } from "../../../tools/book/render/outputs.ts";
import type { Output } from "../../../tools/notebooks/nbformat.ts";
import { assertRefuses } from "../../support/errors.ts";
import { output } from "./support.ts";

function render(...outputs: Output[]) {
  const bundles: Bundle[] = [];
  let count = 0;
  const html = renderOutputs(outputs, {
    cell: "x.ipynb, cell 3",
    prefix: () => `p${++count}-`,
    label: (kind) => ({ text: `${kind} 1.${++count}`, id: `${kind}-${count}` }),
    markdown: (source) => trusted(`<p>${source}</p>`),
    bundle: (bundle) => bundles.push(bundle),
  });
  return { html: html.map(({ text }) => text).join("\n"), bundles };
}

const TABLE = `<div style="overflow-x:auto"><table style="border-collapse:collapse">` +
  `<caption style="font-weight:bold">Effect &lt;of&gt; it</caption>` +
  `<thead><tr><th style="text-align:right;padding:2px">x</th></tr></thead>` +
  `<tbody><tr><td style="text-align:left;padding:2px;white-space:nowrap">1 &amp; 2</td></tr></tbody></table>` +
  `<div style="font-size:85%"><div>Source: here</div></div></div>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" aria-label="url(#h) id=&quot;h&quot;">` +
  `<defs><pattern id="h"/></defs><rect fill="url(#h)"/><use href="#h"/><text>id="h" &lt;b&gt;</text></svg>`;

Deno.test("HTML comes before SVG, SVG before Markdown, Markdown before plain text", () => {
  const all = {
    "text/plain": "plain",
    "text/markdown": "mark",
    "image/svg+xml": "<svg></svg>",
    "text/html": "<p>rich</p>",
  };
  assert.match(render(output(all)).html, /<p>rich<\/p>/);
  const { "text/html": _html, ...noHtml } = all;
  assert.match(render(output(noHtml)).html, /<svg>/);
  const { "image/svg+xml": _svg, ...noSvg } = noHtml;
  assert.match(render(output(noSvg)).html, /<p>mark<\/p>/);
  assert.match(render(output({ "text/plain": "plain" })).html, /<pre[^>]*>plain<\/pre>/);
});

Deno.test("an output that no page can show is refused, with the cell", () => {
  assertRefuses(
    () => render(output({ "application/x-unknown": "?" })),
    "x.ipynb, cell 3",
    "application/x-unknown",
  );
});

Deno.test("pictures have the plain text as alternative; a figure with rules of its own is a picture", () => {
  const { html } = render(output({ "image/png": "AAAA\n", "text/plain": `a "b" <c>` }));
  assert.match(html, /<img src="data:image\/png;base64,AAAA" alt="a &quot;b&quot; &lt;c&gt;">/);
  const styled =
    `<svg xmlns="http://www.w3.org/2000/svg" aria-label='a "b" &lt;'><style>p{color:red}</style></svg>`;
  const picture = render(output({ "image/svg+xml": styled })).html;
  assert.match(picture, /<img src="data:image\/svg\+xml;base64,[^"]+" alt="a &quot;b&quot; &lt;">/);
  assert.ok(!picture.includes("<style"));
});

Deno.test("plain text is escaped and loses terminal colours", () => {
  const { html } = render(
    output({ "text/plain": "\u001b[31m<script>alert(1)</script>\u001b[0m" }),
    { output_type: "stream", name: "stderr", text: "careful & slow\n" },
  );
  assert.match(html, />&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/pre>/);
  assert.match(html, /class="output plain stderr"[^>]*>careful &amp; slow<\/pre>/);
});

Deno.test("two figures with the same ids get ids of their own; their texts stay", () => {
  const { html } = render(output({ "image/svg+xml": SVG }), output({ "image/svg+xml": SVG }));
  const ids = [...html.matchAll(/<pattern id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.ok(html.includes(`url(#${id})`) && html.includes(`href="#${id}"`));
  assert.equal(html.split('<text>id="h" &lt;b&gt;</text>').length, 3);
  assert.equal(html.split('aria-label="url(#h) id=&quot;h&quot;"').length, 3);
});

Deno.test("figures that run or load are refused, with the cell", () => {
  for (
    const inside of [
      "<script>1</script>",
      `<rect onclick="x()"/>`,
      `<a href="javascript:x()"/>`,
      `<image href="https://example.org/a.png"/>`,
      `<rect style="fill:url(https://example.org/a)"/>`,
      "<foreignObject/>",
    ]
  ) {
    assertRefuses(
      () =>
        render(
          output({ "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>` }),
        ),
      "x.ipynb, cell 3",
    );
  }
});

Deno.test("a table's caption and notes stand outside of what scrolls", () => {
  const { html } = render(output({ "text/html": TABLE }));
  assert.match(
    html,
    /<figcaption id="table-1-caption"><a href="#table-1">table 1\.1<\/a> <span>Effect &lt;of&gt; it<\/span><\/figcaption>/,
  );
  assert.match(
    html,
    /<div class="scroll" role="region" aria-labelledby="table-1-caption"><table>/,
  );
  assert.match(html, /<td style="text-align:left;white-space:nowrap">1 &amp; 2<\/td>/);
  assert.match(html, /<div class="notes"><div><div>Source: here<\/div><\/div><\/div>/);
  assert.ok(!/<caption|padding/.test(html));
});

Deno.test("HTML that is more than a table stays as it is", () => {
  for (const markup of ["<p>a</p><table></table>", "<table></table><table></table>", "<b>x</b>"]) {
    assert.match(render(output({ "text/html": markup })).html, /class="output rich"/);
    assert.ok(render(output({ "text/html": markup })).html.includes(markup));
  }
});

Deno.test("the explorer's code is taken out; what it configures stays", () => {
  const bundle = `const a = "</p>"; globalThis.ran = (globalThis.ran ?? 0) + 1;`;
  const markup = (id: number) =>
    `<div id="e${id}"></div><script type="application/json" data-explorer>{"id":${id}}</script>` +
    `<script type="module" data-explorer-bundle>${bundle}</script>`;
  const { html, bundles } = render(
    output({ "text/html": markup(1) }),
    output({ "text/html": markup(2) }),
  );
  assert.equal(bundles.length, 2);
  assert.equal(bundles[0].name, bundles[1].name);
  assert.match(bundles[0].name, /^explorer-[0-9a-f]{12}\.js$/);
  assert.ok(bundles[0].code.includes(bundle));
  assert.equal(bundles[0].module, false);
  assert.ok(!html.includes("globalThis.ran"));
  assert.equal(html.split("data-explorer>").length, 3);
});

Deno.test("code that only a module can run is loaded as one", () => {
  const bundleOf = (text: string) =>
    render(output({ "text/html": `<script data-explorer-bundle type=module>${text}</script>` }))
      .bundles[0];
  assert.equal(bundleOf("export const a = 1;").module, true);
  assert.equal(bundleOf("await 1;").module, true);
  assert.equal(bundleOf("console.log(import.meta.url);").module, true);
  assert.equal(bundleOf("(() => { const x = 'export'; })()").module, false);
  const classic = render(output({ "text/html": `<script data-explorer-bundle="1">f();</script>` }));
  assert.deepEqual([classic.bundles[0].code, classic.bundles[0].module], ["f();", false]);
});
