import assert from "node:assert/strict";
import { numberDifference, numbersOf } from "../../../tools/book/translation/numbers.ts";
import { translationProblems } from "../../../tools/book/translation/problems.ts";
import {
  formatSidecar,
  parseSidecar,
  sourceHash,
} from "../../../tools/book/translation/sidecar.ts";
import { stampSidecar, updateSidecar } from "../../../tools/book/translation/update.ts";
import { assertRefuses } from "../../support/errors.ts";
import { chapter, prose } from "./support.ts";

const CELLS = [prose("a", "# One\n\nIn 2018, 1.35 points."), prose("b", "Two")];
const kinds = (made: ReturnType<typeof chapter>) =>
  translationProblems(made.name, made.notebook, made.spanish).map(({ kind, cell }) => [kind, cell]);

Deno.test("a sidecar is read and written back the same", () => {
  const text = `For people.

<!-- cell a of 1a2b3c4d -->

# Uno

<!-- a comment of the text's own -->

<!-- cell b of todo, numbers 7 15 -->

Dos
`;
  const sidecar = parseSidecar(text, "x");
  assert.deepEqual(sidecar.twins.map(({ cell, of, numbers }) => [cell, of, numbers]), [
    ["a", "1a2b3c4d", []],
    ["b", "todo", ["7", "15"]],
  ]);
  assert.equal(sidecar.preamble, "For people.");
  assert.match(sidecar.twins[0].text, /own -->$/);
  assert.equal(formatSidecar(sidecar), text);
});

Deno.test("markers that cannot be read and cells that come twice are refused", () => {
  assertRefuses(() => parseSidecar("x\n<!-- cell a of 12 -->", "es/x.md"), "es/x.md, line 2");
  assertRefuses(
    () => parseSidecar("<!-- cell a of todo -->\n<!-- cell a of todo -->", "x"),
    "twice",
  );
});

Deno.test("a complete translation has no problems", () => {
  const made = chapter("01-x", CELLS, {
    a: { text: "# Uno\n\n1.35 puntos en 2018." },
    b: { text: "Dos" },
  });
  assert.deepEqual(kinds(made), []);
});

Deno.test("every way to fall behind is told", () => {
  const uno = { text: "# Uno\n\n1.35 puntos en 2018." };
  assert.deepEqual(kinds(chapter("01-x", CELLS)), [["no sidecar", undefined]]);
  assert.deepEqual(kinds(chapter("01-x", CELLS, { a: uno })), [["missing", "b"]]);
  assert.deepEqual(kinds(chapter("01-x", CELLS, { a: uno, b: { text: "" } })), [["empty", "b"]]);
  assert.deepEqual(kinds(chapter("01-x", CELLS, { a: uno, b: { of: "todo", text: "Two" } })), [
    ["todo", "b"],
  ]);
  assert.deepEqual(kinds(chapter("01-x", CELLS, { a: uno, b: { of: "00000000", text: "Dos" } })), [
    ["stale", "b"],
  ]);
  assert.deepEqual(
    kinds(chapter("01-x", CELLS, { a: uno, b: { text: "Dos" }, gone: { text: "Tres" } })),
    [["orphan", "gone"]],
  );
  assert.deepEqual(
    kinds(
      chapter("01-x", CELLS, { a: { text: "# Uno\n\n1.53 puntos en 2018" }, b: { text: "Dos" } }),
    ),
    [["numbers", "a"]],
  );
});

Deno.test("code and headings are those of the English", () => {
  const cells = [prose("a", "## Set\n\n`baseYear: 2016` and `x`")];
  const of = (text: string) => kinds(chapter("01-x", cells, { a: { text } }));
  assert.deepEqual(of("## Ponga\n\n`x` y `baseYear: 2016`"), []);
  assert.deepEqual(of("## Ponga\n\n`equis` y `baseYear: 2016`"), [["code", "a"]]);
  assert.deepEqual(of("### Ponga\n\n`x` y `baseYear: 2016`"), [["headings", "a"]]);
  assert.deepEqual(of("`x` y `baseYear: 2016`"), [["headings", "a"]]);
});

Deno.test("code cells and empty prose need no twin", () => {
  const made = chapter("01-x", [...CELLS, prose("c", "  \n")], {
    a: { text: "# Uno\n\n2018: 1.35" },
    b: { text: "Dos" },
  });
  assert.deepEqual(kinds(made), []);
});

Deno.test("numbers are read with sign, decimals and grouping", () => {
  assert.deepEqual(numbersOf("−0.71 to 5.1, 10,000 people, 5\u00a0000, 1/3, p = -0.5"), [
    "−0.71",
    "5.1",
    "10000",
    "5000",
    "1",
    "3",
    "−0.5",
  ]);
  assert.deepEqual(numbersOf("2011-12, COVID-19, pre-2019; 4G; 2018."), [
    "2011",
    "12",
    "19",
    "2019",
    "4",
    "2018",
  ]);
});

Deno.test("numbers are compared as often as they come, a decimal comma is another number", () => {
  assert.deepEqual(numberDifference("2 and 2 and 3", "3 y 2"), { missing: ["2"], added: [] });
  assert.deepEqual(numberDifference("1.5", "1,5"), { missing: ["1.5"], added: ["1,5"] });
});

Deno.test("numbers that differ on purpose are named in the marker, and only those", () => {
  const source = "seven of 9";
  const made = (numbers: string, text: string) => {
    const base = chapter("01-x", [prose("a", source)]);
    const spanish = parseSidecar(
      `<!-- cell a of ${sourceHash(source)}${numbers} -->\n\n${text}`,
      "x",
    );
    return translationProblems("x", base.notebook, spanish).map(({ message }) => message);
  };
  assert.deepEqual(made(", numbers 7", "7 de 9"), []);
  assert.match(made("", "7 de 9")[0], /adds 7/);
  assert.match(made(", numbers 7", "siete de 9")[0], /excepts 7 without need/);
  assert.match(made(", numbers 7", "7 de 8")[0], /lacks 9; adds 8/);
});

Deno.test("an update adds what is missing in the notebook's order and keeps every text", () => {
  const { notebook: _notebook, spanish } = chapter("01-x", CELLS, {
    gone: { text: "Tres" },
    b: { text: "Dos" },
  });
  const sources = CELLS.map(({ id, source }) => ({ id, source }));
  const { sidecar, added, orphans } = updateSidecar(sources, spanish, "Hello");
  assert.deepEqual(sidecar.twins.map(({ cell, of }) => [cell, of === "todo"]), [
    ["a", true],
    ["b", false],
    ["gone", false],
  ]);
  assert.deepEqual([added, orphans], [["a"], ["gone"]]);
  assert.equal(updateSidecar(sources, undefined, "Hello").sidecar.preamble, "Hello");
  assert.deepEqual(updateSidecar(sources, sidecar, "").sidecar, sidecar);
});

Deno.test("a stamp marks what was translated and refuses what is still English", () => {
  const sources = CELLS.map(({ id, source }) => ({ id, source }));
  const begun = updateSidecar(sources, undefined, "").sidecar;
  const half = {
    ...begun,
    twins: begun.twins.map((twin) => twin.cell === "b" ? { ...twin, text: "Dos" } : twin),
  };
  const { sidecar, stamped, refused } = stampSidecar(sources, half);
  assert.deepEqual([stamped, refused], [["b"], ["a"]]);
  assert.equal(sidecar.twins[1].of, sourceHash("Two"));
  assert.equal(sidecar.twins[0].of, "todo");
  assert.deepEqual(stampSidecar(sources, half, ["a"]).stamped, []);
});
