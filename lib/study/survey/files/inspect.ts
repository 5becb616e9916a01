/** A first pass over the bytes of a text file: what it is written in, and whether it is whole. */
import { InputError } from "../../../panel/errors.ts";
import { Scan, type ScanResult, Utf8Check } from "./scan.ts";

export type Separator = "," | ";" | "\t" | "|";

/** What the first line tells. */
export interface FileHead {
  readonly path: string;
  readonly separator: Separator;
  /** Names of the columns as they stand, without quotes and spaces. */
  readonly header: readonly string[];
}

/** How a delimited file is written. */
export interface FileShape extends FileHead {
  /** How messages call it: the last part of the path. */
  readonly name: string;
  readonly encoding: "UTF-8" | "Latin-1";
  /** Rows after the header, blank lines at the end not counted. */
  readonly rows: number;
  /** Whether line i + 2 of the file is row i (no cell has a line break in it). */
  readonly rowsAreLines: boolean;
  /** Lines that are no rows of their own, because a quoted cell goes on in them. */
  readonly linesWithinCells: number;
  readonly bytes: number;
  /** Whether a quote opens or closes in the middle of a cell. */
  readonly quoteInCell: boolean;
  /** Whether the last line has no line end, as that of a file that was cut off. */
  readonly lastLineIsOpen: boolean;
}

const CHUNK = 1 << 20;
const SEPARATORS: readonly Separator[] = [",", ";", "\t", "|"];
const [LF, CR, SPACE] = [10, 13, 32];

/**
 * A look at the first line alone, whose letters outside ASCII may be lost.
 * @throws InputError when there is no such file, it is empty, or is no text with columns.
 */
export async function headOf(path: string): Promise<FileHead> {
  const name = nameOf(path);
  using file = await open(path, name);
  const buffer = new Uint8Array(CHUNK);
  const first = buffer.subarray(0, await fill(file, buffer));
  requireText(first, name);
  const line = firstLine(first);
  const separator = separatorOf(line, name);
  return { path, separator, header: columnNames(line, separator, "UTF-8") };
}

/**
 * Reads the file once, in pieces of 1 MB: encoding (with or without a byte order mark), separator, header, number of
 * rows, and whether every row has as many cells as the header.
 * @throws InputError when there is no such file, it is empty, is no text (a zip, a Stata or SPSS file), is cut off in
 *   the middle of a row or of a quote, or rows are ragged; it names the lines.
 */
export async function inspectFile(path: string): Promise<FileShape> {
  const name = nameOf(path);
  using file = await open(path, name);
  const buffer = new Uint8Array(CHUNK);
  const first = buffer.subarray(0, await fill(file, buffer));
  requireText(first, name);
  requireLineFeed(first, name);
  const separator = separatorOf(firstLine(first), name);
  const scan = new Scan(separator.charCodeAt(0));
  const utf8 = new Utf8Check();
  const headerBytes = firstLine(first).slice();
  let [bytes, last] = [0, LF];
  for (let chunk = first; chunk.length > 0; chunk = buffer.subarray(0, await fill(file, buffer))) {
    bytes += chunk.length;
    last = chunk[chunk.length - 1];
    utf8.add(chunk, scan.add(chunk));
  }
  const encoding = utf8.finish() ? "UTF-8" : "Latin-1";
  const result = scan.finish();
  const header = columnNames(headerBytes, separator, encoding);
  requireDifferentNames(header, name);
  requireWhole(result, header.length, name);
  return {
    path,
    name,
    encoding,
    separator,
    header,
    rows: result.records - 1,
    rowsAreLines: result.records === result.lines,
    linesWithinCells: result.lines - result.records,
    bytes,
    quoteInCell: result.quoteInCell,
    lastLineIsOpen: last !== LF && last !== CR,
  };
}

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

async function open(path: string, name: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError({ problem: `There is no file ${name}`, remedy: "check the path" });
  }
}

/** A read may give less than asked for before the end. */
async function fill(file: Deno.FsFile, buffer: Uint8Array): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const read = await file.read(buffer.subarray(length));
    if (read === null) break;
    length += read;
  }
  return length;
}

function requireText(bytes: Uint8Array, name: string): void {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 16));
  const kind = start.startsWith("PK")
    ? "a zip archive: unpack it first (task data:enaho does)"
    : start.startsWith("<stata_dta>") || start.startsWith("$FL")
    ? conversion(name)
    : bytes.subarray(0, 4096).includes(0)
    ? "save it as CSV, in UTF-8 or Latin-1"
    : null;
  if (kind !== null) {
    throw new InputError({
      problem: `${name} is not a text file with rows and columns`,
      remedy: kind,
    });
  }
  if (bytes.every((byte) => byte === LF || byte === CR || byte === SPACE)) {
    throw new InputError({
      problem: `${name} is empty`,
      remedy: "check that the file was saved or downloaded completely",
    });
  }
}

/** How to turn a Stata or SPSS file into the CSV that is read here. */
export function conversion(name: string): string {
  const stem = name.replace(/\.[^.]*$/, "");
  return `download the CSV version from INEI, or convert it: in Stata "export delimited ${stem}.csv, nolabel"; in R ` +
    `"write.csv(haven::zap_labels(haven::read_dta('${name}')), '${stem}.csv', row.names = FALSE, na = '')" ` +
    `(read_sav for SPSS); in Python "pandas.read_stata('${name}', convert_categoricals=False).to_csv('${stem}.csv', index=False)" ` +
    `(pyreadstat.read_sav for SPSS)`;
}

function firstLine(bytes: Uint8Array): Uint8Array {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const end = bytes.findIndex((byte) => byte === LF || byte === CR);
  return bytes.subarray(mark, end === -1 ? bytes.length : end);
}

/** @throws InputError when the header ends in a carriage return without a line feed: neither polars nor the scan splits there. */
function requireLineFeed(bytes: Uint8Array, name: string): void {
  const end = bytes.findIndex((byte) => byte === LF || byte === CR);
  const after = end === -1 ? undefined : bytes.subarray(end).find((byte) => byte !== CR);
  if (after === undefined || after === LF) return;
  throw new InputError({
    problem: `Lines of ${name} end in a carriage return alone, as on old Macintosh computers`,
    rows: ["line 1"],
    remedy: "save it with line ends of Windows (CRLF) or Unix (LF)",
  });
}

/** The mark that splits the header into most parts. */
function separatorOf(line: Uint8Array, name: string): Separator {
  const counts = SEPARATORS.map((mark) =>
    line.reduce((sum, byte) => sum + (byte === mark.charCodeAt(0) ? 1 : 0), 0)
  );
  const most = Math.max(...counts);
  if (most > 0) return SEPARATORS[counts.indexOf(most)];
  throw new InputError({
    problem: `${name} has only one column: it is separated by none of , ; tab |`,
    rows: ["line 1"],
    remedy: "save it as CSV",
  });
}

function columnNames(
  line: Uint8Array,
  separator: Separator,
  encoding: FileShape["encoding"],
): string[] {
  const text = new TextDecoder(encoding === "UTF-8" ? "utf-8" : "windows-1252").decode(line);
  return text.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());
}

function requireDifferentNames(names: readonly string[], name: string): void {
  const upper = names.map((column) => column.toUpperCase());
  const repeated = names.find((column, j) =>
    column !== "" && upper.indexOf(column.toUpperCase()) !== j
  );
  if (repeated === undefined) return;
  throw new InputError({
    problem: `Two columns of ${name} have the same name (upper and lower case count as one)`,
    column: repeated,
    remedy: "rename or remove one of them",
  });
}

function requireWhole(scan: ScanResult, columns: number, name: string): void {
  if (scan.swallowingQuote !== -1) {
    throw new InputError({
      problem:
        `${name} has a quote in the middle of a cell: what follows, separators and whole rows, would be taken into the cell`,
      rows: [`line ${scan.swallowingQuote}`],
      remedy:
        'remove it, or put the whole cell in quotes and the quote twice, as in "a pipe of 5"""',
    });
  }
  if (scan.openQuote !== -1) {
    throw new InputError({
      problem: `${name} has a quote that is opened and never closed: the file may be cut off`,
      rows: [`line ${scan.openQuote}`],
      remedy: "download it again, or close the quote",
    });
  }
  if (scan.raggedCount > 0) {
    const [{ cells: first }] = scan.ragged;
    const all = scan.raggedCount === scan.records - 1 && scan.records > 2 &&
      Math.abs(first - columns) === 1 && scan.ragged.every(({ cells }) => cells === first);
    if (all) throw shifted(scan, columns, name);
    const cut = scan.raggedCount === 1 && scan.lastIsRagged && scan.ragged[0].cells < columns;
    throw new InputError({
      problem: cut
        ? `${name} ends in the middle of a row: the file seems to be cut off`
        : `Rows of ${name} do not have ${columns} columns like the header`,
      rows: scan.ragged.map(({ line, cells }) => `line ${line} (${cells} columns)`),
      remedy: cut
        ? "download it again"
        : "quote cells that contain the separator, or download it again",
    });
  }
  if (scan.blankLine !== -1) {
    throw new InputError({
      problem: `${name} has a blank line between its rows`,
      rows: [`line ${scan.blankLine}`],
      remedy: "remove it, or download the file again",
    });
  }
  if (scan.records < 2) {
    throw new InputError({
      problem: `${name} has a header but no rows`,
      remedy: "check that the file was saved or downloaded completely",
    });
  }
}

/** Not one row fits: the fault is the header's, or that of whoever ended the lines. */
function shifted({ ragged }: ScanResult, columns: number, name: string): InputError {
  const [{ cells, line }] = ragged;
  const more = cells > columns;
  return new InputError({
    problem: `Every row of ${name} has one cell ${
      more ? "more" : "fewer"
    } than the header (${cells} and ${columns})`,
    rows: [`line ${line} and all after it`],
    remedy: `look for a separator at the end of ${
      more ? "every row" : "the header"
    }, or for a name of a column that ${more ? "is missing" : "has no cells"}`,
  });
}
