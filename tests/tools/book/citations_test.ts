import assert from "node:assert/strict";
import { findCitations, unknownCitations } from "../../../tools/book/citations.ts";
import { byAuthor, formatReference, parseReferences } from "../../../tools/book/references.ts";
import { assertRefuses } from "../../support/errors.ts";
import { REFERENCES } from "./support.ts";

const found = (text: string) =>
  findCitations(text, REFERENCES).map((citation) => [citation.text, citation.reference?.id]);

Deno.test("citations are found as people write them", () => {
  for (
    const [text, ...expected] of [
      ["As Roth (2022) says", ["Roth (2022)", "roth"]],
      ["(Roth, 2022)", ["Roth, 2022", "roth"]],
      ["bounds (Rambachan and Roth, 2023; Roth, 2022).", ["Rambachan and Roth, 2023", "rr"], [
        "Roth, 2022",
        "roth",
      ]],
      ["Rambachan & Roth (2023)", ["Rambachan & Roth (2023)", "rr"]],
      ["según Rambachan y Roth (2023)", ["Rambachan y Roth (2023)", "rr"]],
      ["Borusyak et al. (2024)", ["Borusyak et al. (2024)", "bjs"]],
      ["Borusyak, Jaravel, and Spiess (2024)", ["Borusyak, Jaravel, and Spiess (2024)", "bjs"]],
      ["(de Chaisemartin and D’Haultfœuille, 2020)", [
        "de Chaisemartin and D’Haultfœuille, 2020",
        "dcdh",
      ]],
      ["is Montesinos Vidal, Jung and Katz (2026), in", [
        "Montesinos Vidal, Jung and Katz (2026)",
        "mjk",
      ]],
      ["Goodman-Bacon (2021)", ["Goodman-Bacon (2021)", "gb"]],
    ] as [string, ...string[][]][]
  ) assert.deepEqual(found(text), expected, text);
});

Deno.test("names alone cite the works that allow it, once in a text", () => {
  assert.deepEqual(found("Rambachan and Roth say; Rambachan and Roth repeat"), [
    ["Rambachan and Roth", "rr"],
  ]);
  assert.deepEqual(found("so does **Driscoll–Kraay**"), [["Driscoll–Kraay", "dk"]]);
  assert.deepEqual(found("Goodman-Bacon without a year, Roth without a year"), []);
  assert.deepEqual(found("Smith, Rambachan and Roth and Sant'Anna"), []);
});

Deno.test("a citation without entry is told, not taken for a shorter one", () => {
  assert.deepEqual(found("Smith and Roth (2022)"), [["Smith and Roth (2022)", undefined]]);
  assert.deepEqual(unknownCitations("Cengiz et al. (2019) and (Roth, 1999)", REFERENCES), [
    "Cengiz et al. (2019)",
    "Roth, 1999",
  ]);
});

Deno.test("works of the same authors and year are told apart by a letter, never guessed", () => {
  const works = REFERENCES.concat([
    { ...REFERENCES[0], id: "one", issued: { "date-parts": [[2020]] }, "year-suffix": "a" },
    { ...REFERENCES[0], id: "two", issued: { "date-parts": [[2020]] }, "year-suffix": "b" },
  ]);
  const ids = (text: string) => findCitations(text, works).map(({ reference }) => reference?.id);
  assert.deepEqual(ids("Roth (2020b) and (Roth, 2020a; Roth, 2022)"), ["two", "one", "roth"]);
  assert.deepEqual(ids("Roth (2020)"), [undefined]);
  assert.match(formatReference(works.at(-1)!, "en").text, /\(2020b\)/);
  assertRefuses(
    () =>
      parseReferences(
        JSON.stringify([REFERENCES[0], { ...REFERENCES[0], id: "x", "year-suffix": "b" }]),
        "r.json",
      ),
    "another work",
    "year-suffix",
  );
});

Deno.test("dates and places are no citations", () => {
  for (
    const text of [
      "In 2019 IPT came",
      "at the end of 2021, 83 % of all",
      "Lima, 2019, and Cusco",
      "Set `baseYear: 2016`",
      "against 2018 (notebook 2)",
    ]
  ) assert.deepEqual(found(text), [], text);
});

Deno.test("the bibliography refuses what would make citations ambiguous", () => {
  const work = (id: string, year: number, withoutYear: boolean) => ({
    id,
    type: "article-journal",
    author: [{ family: "Roth", given: "J." }],
    issued: { "date-parts": [[year]] },
    title: "T",
    custom: { withoutYear },
  });
  const parse = (...works: unknown[]) => parseReferences(JSON.stringify(works), "r.json");
  assertRefuses(() => parse(work("a", 2020, false), work("a", 2021, false)), /same id/);
  assertRefuses(() => parse(work("a", 2020, false), work("b", 2020, false)), /authors and year/);
  assertRefuses(() => parse(work("a", 2020, true), work("b", 2021, true)), /without a year/);
  assertRefuses(() => parse({ ...work("a", 2020, false), surprise: 1 }), /surprise/);
  assertRefuses(() => parseReferences("[", "r.json"), /r\.json is not JSON/);
});

Deno.test("entries are written out escaped, in the order of a bibliography", () => {
  assert.deepEqual(
    [...REFERENCES].sort(byAuthor).map(({ id }) => id),
    ["bjs", "dcdh", "dk", "gb", "mjk", "rr", "roth"],
  );
  const text = formatReference(REFERENCES[1], "es").text;
  assert.match(text, /^Rambachan, A\. B\. y Roth, A\. B\. \(2023\)\. “Title of rr &lt;i&gt;”/);
  assert.match(text, /<a class="doi" href="https:\/\/doi\.org\/10\.1000\/rr">/);
});
