// @ts-types="@types/d3-dsv"
import { csvParseRows } from "d3-dsv";
import { InputError } from "../panel/errors.ts";

/** A CSV file as text columns; `lines[i]` is the line of the file on which row i begins. */
export interface CsvFile {
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly lines: readonly number[];
}

/**
 * Parses a comma-separated file with a header line, from its bytes.
 *
 * @param name how messages call the file.
 * @throws InputError when it is empty, truncated or ragged, separated by something else, not UTF-8, or its
 *   header has blanks or repeats; the message names the lines.
 */
export function parseCsv(bytes: Uint8Array, name: string): CsvFile {
  const text = decode(bytes, name);
  if (text.trim() === "") {
    throw new InputError({
      problem: `${name} is empty`,
      remedy: "check that the file was saved or downloaded completely",
    });
  }
  requireClosedQuotes(text, name);
  const rows = withoutBlankEnd(csvParseRows(text));
  const [header, ...cells] = rows;
  checkHeader(header, name);
  const lines = lineNumbers(rows);
  checkRagged(header, cells, lines, name);
  if (cells.length === 0) {
    throw new InputError({
      problem: `${name} has a header but no rows`,
      remedy: "check that the file was saved or downloaded completely",
    });
  }
  return {
    name,
    columns: Object.fromEntries(
      header.map((column, j) => [column.trim(), cells.map((row) => row[j].trim())]),
    ),
    lines,
  };
}

/** A quote that is never closed would swallow the rest of the file as one cell. */
function requireClosedQuotes(text: string, name: string): void {
  let opened = -1;
  let line = 1;
  for (const letter of text) {
    if (letter === '"') opened = opened === -1 ? line : -1;
    else if (letter === "\n") line++;
  }
  if (opened === -1) return;
  throw new InputError({
    problem: `${name} has a quote that is opened and never closed`,
    rows: [`line ${opened}`],
    remedy: "close it, or write a quote inside a cell twice",
  });
}

/** Spreadsheets leave empty lines, or lines of commas only, after the last row: they are no rows. */
function withoutBlankEnd<T extends readonly string[]>(rows: readonly T[]): T[] {
  const last = rows.findLastIndex((row) => row.some((cell) => cell.trim() !== ""));
  return rows.slice(0, last + 1);
}

/** Reads and parses a file. @throws InputError also when there is no such file. */
export function readCsv(path: string | URL, name = String(path)): CsvFile {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError({ problem: `There is no file ${name}`, remedy: "check the path" });
  }
  return parseCsv(bytes, name);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const line = 1 + bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 10).length;
    throw new InputError({
      problem: `${name} is not UTF-8 (it may be Latin-1)`,
      rows: [`line ${line}`],
      remedy: "save it as UTF-8",
    });
  }
}

/** Position of the first byte that UTF-8 does not allow: the longest valid prefix, by halving. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = (length: number) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [low, high] = [0, bytes.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (valid(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function checkHeader(header: readonly string[], name: string): void {
  const [only] = header;
  const separator = header.length === 1
    ? [";", "\t", "|"].find((mark) => only.includes(mark))
    : undefined;
  if (separator !== undefined) {
    throw new InputError({
      problem: `${name} is separated by ${
        separator === "\t" ? "tabs" : `"${separator}"`
      }, not by commas`,
      rows: ["line 1"],
      remedy: "save it with commas between columns and points in numbers",
    });
  }
  const names = header.map((column) => column.trim());
  const blank = names.findIndex((column) => column === "");
  if (blank >= 0) {
    throw new InputError({
      problem: `Column ${blank + 1} of ${name} has no name`,
      rows: ["line 1"],
      remedy: "name every column in the first line",
    });
  }
  const repeated = names.find((column, j) => names.indexOf(column) !== j);
  if (repeated !== undefined) {
    throw new InputError({
      problem: `Two columns of ${name} have the same name`,
      column: repeated,
      remedy: "rename one of them",
    });
  }
}

function checkRagged(
  header: readonly string[],
  cells: readonly (readonly string[])[],
  lines: readonly number[],
  name: string,
): void {
  const wrong = cells.flatMap((row, i) => row.length === header.length ? [] : [i]);
  if (wrong.length === 0) return;
  const truncated = wrong.length === 1 && wrong[0] === cells.length - 1 &&
    cells[wrong[0]].length < header.length;
  throw new InputError({
    problem: truncated
      ? `${name} ends in the middle of a row: the file seems to be cut off`
      : `Rows of ${name} do not have ${header.length} columns like the header`,
    rows: wrong.map((i) => `line ${lines[i]} (${cells[i].length} columns)`),
    remedy: truncated
      ? "download or save it again"
      : "quote cells that contain commas, and give every row the same number of columns",
  });
}

/** The line on which each data row begins (a quoted cell may span several). */
function lineNumbers(rows: readonly (readonly string[])[]): number[] {
  const lines: number[] = [];
  let line = 1;
  for (const row of rows) {
    lines.push(line);
    line += 1 + row.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0);
  }
  return lines.slice(1);
}
