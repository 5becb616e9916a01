/** What is wrong with a translation: the same answer for the check, the test and the book. */
import type { Notebook } from "../../notebooks/nbformat.ts";
import { headingLevels } from "../render/markdown.ts";
import { numberDifference, numbersOf, without } from "./numbers.ts";
import { type Sidecar, sourceHash, TODO, type Twin } from "./sidecar.ts";

/** How a cell's prose stands in the other language. */
export type Standing = "translated" | "stale" | "todo" | "missing";

/** A reason for the check to fail. */
export interface Problem {
  kind:
    | "no sidecar"
    | "no notebook"
    | "missing"
    | "todo"
    | "stale"
    | "orphan"
    | "empty"
    | "numbers"
    | "code"
    | "headings";
  notebook: string;
  /** Absent when the whole notebook is meant. */
  cell?: string;
  message: string;
}

/** A cell of prose. */
export interface Prose {
  id: string;
  source: string;
}

/** The cells that have a twin: Markdown with something in it. */
export function proseCells(notebook: Notebook): Prose[] {
  return notebook.cells
    .filter((cell) => cell.cell_type === "markdown" && cell.source.trim() !== "")
    .map(({ id, source }) => ({ id, source }));
}

/** Whether a twin still says what the English says. */
export function standing(source: string, twin: Twin | undefined): Standing {
  if (twin === undefined || twin.text === "") return "missing";
  if (twin.of === TODO) return "todo";
  return twin.of === sourceHash(source) ? "translated" : "stale";
}

/** Everything that keeps a notebook's sidecar from being its translation. */
export function translationProblems(
  name: string,
  notebook: Notebook,
  sidecar: Sidecar | undefined,
): Problem[] {
  if (sidecar === undefined) {
    return [{
      kind: "no sidecar",
      notebook: name,
      message: `${name}.ipynb has no translation (begin one: deno task book:translate -- ${name})`,
    }];
  }
  const prose = proseCells(notebook);
  const known = new Set(prose.map(({ id }) => id));
  return [
    ...prose.flatMap((cell) =>
      cellProblems(name, cell, sidecar.twins.find((twin) => twin.cell === cell.id))
    ),
    ...sidecar.twins.filter(({ cell }) => !known.has(cell)).map(({ cell }): Problem => ({
      kind: "orphan",
      notebook: name,
      cell,
      message: `${name}, cell ${cell}: translated, but the notebook has no such cell of prose`,
    })),
  ];
}

function cellProblems(notebook: string, prose: Prose, twin: Twin | undefined): Problem[] {
  const problem = (kind: Problem["kind"], message: string): Problem => ({
    kind,
    notebook,
    cell: prose.id,
    message: `${notebook}, cell ${prose.id}: ${message}`,
  });
  if (twin === undefined) return [problem("missing", "not in the translation")];
  if (twin.text === "") return [problem("empty", "its translation is empty")];
  switch (standing(prose.source, twin)) {
    case "todo":
      return [problem("todo", "waits for its translation")];
    case "stale":
      return [problem("stale", "the English text changed after it was translated")];
  }
  const numbers = numberProblem(prose.source, twin);
  const code = codeProblem(prose.source, twin.text);
  const headings = headingProblem(prose.source, twin.text);
  return [
    ...numbers === undefined ? [] : [problem("numbers", numbers)],
    ...code === undefined ? [] : [problem("code", code)],
    ...headings === undefined ? [] : [problem("headings", headings)],
  ];
}

/** Code is the same in both languages: says which pieces between backticks only one of them has. */
function codeProblem(source: string, translation: string): string | undefined {
  const pieces = (text: string) => text.match(/`[^`]+`/g) ?? [];
  const missing = without(pieces(source), pieces(translation));
  const added = without(pieces(translation), pieces(source));
  if (missing.length + added.length === 0) return undefined;
  return `its translation has other code: ${
    [...missing.map((piece) => `lacks ${piece}`), ...added.map((piece) => `adds ${piece}`)].join(
      ", ",
    )
  }`;
}

/** Anchors go by the order of headings: says when these differ in number or level. */
function headingProblem(source: string, translation: string): string | undefined {
  const levels = (text: string) => headingLevels(text).map((level) => "#".repeat(level)).join(" ");
  const [ours, theirs] = [levels(source), levels(translation)];
  return ours === theirs
    ? undefined
    : `its translation has the headings "${theirs}", the English has "${ours}"`;
}

/** Says which numbers differ, apart from those that the marker excepts; undefined when all is well. */
export function numberProblem(source: string, twin: Twin): string | undefined {
  const { missing, added } = numberDifference(source, twin.text);
  const excepted = new Set(twin.numbers.flatMap(numbersOf));
  const lacks = missing.filter((number) => !excepted.has(number));
  const adds = added.filter((number) => !excepted.has(number));
  const needless = [...excepted].filter((number) => ![...missing, ...added].includes(number));
  const said = [
    lacks.length > 0 && `lacks ${lacks.join(", ")}`,
    adds.length > 0 && `adds ${adds.join(", ")}`,
    needless.length > 0 && `excepts ${needless.join(", ")} without need`,
  ].filter((part) => part !== false);
  if (said.length === 0) return undefined;
  return `its translation ${said.join("; ")} (numbers that differ on purpose go into the marker: ` +
    `<!-- cell ${twin.cell} of ${twin.of}, numbers … -->)`;
}
