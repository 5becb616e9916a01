/** Made notebooks for the tests of the book, with outputs as a run would have left them. */
import type { Output } from "../../../tools/notebooks/nbformat.ts";
import { parseNotebook } from "../../../tools/notebooks/nbformat.ts";
import { parseReferences, type Reference } from "../../../tools/book/references.ts";
import type { Chapter, Source } from "../../../tools/book/source.ts";
import { parseSidecar, sourceHash } from "../../../tools/book/translation/sidecar.ts";

/** A cell of prose. */
export function prose(id: string, source: string) {
  return { cell_type: "markdown", id, metadata: {}, source };
}

/** A cell of code that was run, with what it showed: one MIME bundle for each output. */
export function code(id: string, source: string, ...outputs: Record<string, string>[]) {
  return {
    cell_type: "code",
    id,
    metadata: {},
    source,
    execution_count: 1,
    outputs: outputs.map((data) => ({ output_type: "display_data", data, metadata: {} })),
  };
}

/** The text of a notebook file. */
export function fileText(...cells: object[]): string {
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

/** A chapter of these cells; `spanish` gives the twins by cell. */
export function chapter(
  name: string,
  cells: object[],
  spanish?: Record<string, { of?: string; text: string }>,
): Chapter {
  const content = fileText(...cells);
  const notebook = parseNotebook(content, name);
  const twins = Object.entries(spanish ?? {}).map(([cell, { of, text }]) => {
    const source = notebook.cells.find(({ id }) => id === cell)?.source ?? "";
    return `<!-- cell ${cell} of ${of ?? sourceHash(source)} -->\n\n${text}\n`;
  });
  return {
    name,
    number: String(Number.parseInt(name)),
    content,
    notebook,
    ...(spanish === undefined ? {} : { spanish: parseSidecar(twins.join("\n"), name) }),
  };
}

/** What a book of these chapters is made from. */
export function sourceOf(...chapters: Chapter[]): Source {
  return { chapters, references: REFERENCES, orphans: [] };
}

const entry = (id: string, families: string[], year: number, withoutYear = false) => ({
  id,
  type: "article-journal",
  author: families.map((family) => ({ family, given: "Ann B." })),
  issued: { "date-parts": [[year]] },
  title: `Title of ${id} <i>`,
  "container-title": "Journal",
  volume: "1",
  DOI: `10.1000/${id}`,
  ...(withoutYear ? { custom: { withoutYear } } : {}),
});

/** A small bibliography. */
export const REFERENCES: Reference[] = parseReferences(
  JSON.stringify([
    entry("roth", ["Roth"], 2022),
    entry("rr", ["Rambachan", "Roth"], 2023, true),
    entry("bjs", ["Borusyak", "Jaravel", "Spiess"], 2024, true),
    entry("dcdh", ["de Chaisemartin", "D'Haultfœuille"], 2020),
    entry("mjk", ["Montesinos Vidal", "Jung", "Katz"], 2026),
    entry("dk", ["Driscoll", "Kraay"], 1998, true),
    entry("gb", ["Goodman-Bacon"], 2021),
  ]),
  "references.json",
);

/** One output of a notebook. */
export function output(data: Record<string, string>): Output {
  return { output_type: "display_data", data, metadata: {} };
}
