/**
 * Notebook files: what is in them, reading, writing. Source: the nbformat 4.5 JSON schema and Jupyter's own writer
 * (keys sorted, one space of indentation, texts as lists of lines), so that Jupyter and this tool agree on the bytes.
 */
import { z } from "zod";
import { InputError } from "../../lib/panel/errors.ts";

const FORMAT = 4;
const FORMAT_MINOR = 5;

/** Outputs by MIME type; texts are whole strings here and lists of lines in the file. */
export type MimeBundle = Record<string, unknown>;
/** Free data of the notebook, a cell or an output. */
export type Metadata = Record<string, unknown>;

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);
const metadata = z.record(z.string(), z.unknown());
const bundle = z.record(z.string(), z.unknown()).transform(joinBundle);

const outputSchema = z.discriminatedUnion("output_type", [
  z.looseObject({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.looseObject({ output_type: z.literal("display_data"), data: bundle, metadata }),
  z.looseObject({
    output_type: z.literal("execute_result"),
    data: bundle,
    metadata,
    execution_count: z.int().nullable(),
  }),
  z.looseObject({
    output_type: z.literal("error"),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
]);

// A missing id is filled in after reading; a missing metadata is an empty one.
const cellBase = { id: z.string().default(""), metadata: metadata.default({}), source: text };
const attachments = z.record(z.string(), bundle).optional();

const cellSchema = z.discriminatedUnion("cell_type", [
  z.looseObject({
    ...cellBase,
    cell_type: z.literal("code"),
    execution_count: z.int().nullable().default(null),
    outputs: z.array(outputSchema).default([]),
  }),
  z.looseObject({ ...cellBase, cell_type: z.literal("markdown"), attachments }),
  z.looseObject({ ...cellBase, cell_type: z.literal("raw"), attachments }),
]);

const notebookSchema = z.looseObject({
  nbformat: z.literal(FORMAT, { error: "only notebooks of format 4 are read" }),
  nbformat_minor: z.int(),
  metadata: metadata.default({}),
  cells: z.array(cellSchema),
});

/** One output of a code cell. */
export type Output = z.infer<typeof outputSchema>;
/** One cell. */
export type Cell = z.infer<typeof cellSchema>;
/** A cell that is run. */
export type CodeCell = Extract<Cell, { cell_type: "code" }>;
/** A notebook. */
export type Notebook = z.infer<typeof notebookSchema>;

/** A code cell that has code, and the number the reader sees in its brackets: 1, 2, ... over such cells. */
export interface NumberedCell {
  number: number;
  cell: CodeCell;
}

/** The cells that are run, in order. A code cell without code is not run and has no number, as in Jupyter. */
export function numberedCells(notebook: Notebook): NumberedCell[] {
  return notebook.cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code" && cell.source.trim() !== "")
    .map((cell, index) => ({ number: index + 1, cell }));
}

/**
 * Reads the text of a notebook file. Notebooks of formats 4.0 to 4.4 become 4.5: cells without an id get one
 * made from their position. `name` is used in errors only.
 *
 * Throws InputError when the text is not JSON, not a notebook of format 4, or has two cells of the same id.
 */
export function parseNotebook(content: string, name: string): Notebook {
  const parsed = notebookSchema.safeParse(parseJson(content, name));
  if (!parsed.success) {
    throw new InputError({
      problem: `${name} is not a notebook: ${z.prettifyError(parsed.error)}`,
      remedy: "open it in an editor for notebooks and save it again, or restore it with git",
    });
  }
  const notebook = parsed.data;
  fillIds(notebook.cells, name);
  return { ...notebook, nbformat_minor: Math.max(notebook.nbformat_minor, FORMAT_MINOR) };
}

/** The text of a notebook file, byte for byte the same for the same notebook. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...("outputs" in cell ? { outputs: (cell.outputs as Output[]).map(splitOutput) } : {}),
    ...(isAttached(cell) ? { attachments: mapValues(cell.attachments, splitBundle) } : {}),
  }));
  return JSON.stringify(sortKeys({ ...notebook, cells }), null, 1) + "\n";
}

/** One output as it stands in the file, one line of JSON per line of text. */
export function formatOutput(output: Output): string {
  return JSON.stringify(sortKeys(splitOutput(output)), null, 1);
}

function parseJson(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new InputError({
      problem: `${name} is not JSON: ${(error as Error).message}`,
      remedy: "restore the file with git",
    });
  }
}

function fillIds(cells: Cell[], name: string): void {
  const taken = new Set<string>();
  for (const { id } of cells) {
    if (id !== "" && taken.has(id)) {
      throw new InputError({
        problem: `${name} has two cells with the same id`,
        value: id,
        remedy: "delete the id of one of them in the file; it gets a new one at the next run",
      });
    }
    taken.add(id);
  }
  cells.forEach((cell, index) => {
    if (cell.id !== "") return;
    let id = `cell-${index + 1}`;
    while (taken.has(id)) id += "-x";
    taken.add(id);
    cell.id = id;
  });
}

function isAttached(cell: Cell): cell is Cell & { attachments: Record<string, MimeBundle> } {
  return "attachments" in cell && cell.attachments !== undefined;
}

function splitOutput(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: splitBundle(output.data) };
}

/** Whether Jupyter stores this MIME type as a list of lines. */
export function isTextMime(mime: string): boolean {
  return mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
}

function joinBundle(data: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => {
      const lines = !isJsonMime(mime) && Array.isArray(value) &&
        value.every((v) => typeof v === "string");
      return [mime, lines ? value.join("") : value];
    }),
  );
}

function isJsonMime(mime: string): boolean {
  return mime === "application/json" || (mime.startsWith("application/") && mime.endsWith("+json"));
}

function splitBundle(data: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [
      mime,
      isTextMime(mime) && typeof value === "string" ? splitLines(value) : value,
    ]),
  );
}

function splitLines(whole: string): string[] {
  return whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function mapValues<T, U>(object: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => a < b ? -1 : 1).map(([key, item]) => [key, sortKeys(item)]),
  );
}
