/**
 * Cells of a survey file through polars, only the columns that are needed. Codes are few distinct texts: whatever depends
 * on the text is then found out once for each text, not for each row. Amounts may differ in every row and stay in polars.
 */
import pl from "nodejs-polars";
import type { DataFrame, LazyDataFrame } from "nodejs-polars";
import { positions } from "../../../panel/coding.ts";
import { InputError } from "../../../panel/errors.ts";
import { type CodedColumn, denseCodes, recoded } from "./coded.ts";
import type { FileHead, FileShape } from "./inspect.ts";

/** Names of columns in upper case. */
export interface Columns {
  readonly codes: readonly string[];
  readonly amounts: readonly string[];
}

/** Text cells of some columns of a file, blanks trimmed; every column by its name in upper case. */
export interface Cells {
  readonly shape: FileShape;
  readonly rows: number;
  readonly coded: ReadonlyMap<string, CodedColumn>;
  /** Columns of amounts: each as its text, and as the number that the text is, NaN where it is none. */
  readonly amounts: DataFrame;
}

/** How the number of an amount is called in `Cells.amounts`. */
const numberOf = (name: string) => `number of ${name}`;

/**
 * Has polars read columns on its own threads, so that the file can be inspected meanwhile. null when that failed: only an
 * inspected file can say why.
 *
 * @param columns those that the file lacks are left out.
 */
export async function readAhead(head: FileHead, columns: Columns): Promise<DataFrame | null> {
  const present = (names: readonly string[]) => names.filter((name) => placeOf(head, name) !== -1);
  const placed = placesOf(head, {
    codes: present(columns.codes),
    amounts: present(columns.amounts),
  });
  return await asCategories(head, placed).collect().catch(() => null);
}

/**
 * Columns are taken by their place, so neither a byte order mark nor an odd spelling of a name matters. Latin-1 files
 * are read as they are, with letters outside ASCII lost: codes and numbers have none.
 *
 * @param codes each of them a column of the file, as are
 * @param amounts none of which is among the codes.
 * @param ahead what `readAhead` gave for these columns or more.
 */
export function readCells(
  shape: FileShape,
  codes: readonly string[],
  amounts: readonly string[] = [],
  ahead: DataFrame | null = null,
): Cells {
  const columns = { codes, amounts };
  const places = placesOf(shape, columns);
  // polars makes categories of badly quoted cells, without a word; of them as texts it says that they are bad.
  const frame = shape.quoteInCell
    ? null
    : holds(ahead, places)
    ? ahead
    : categoriesOrNull(shape, places);
  const complete = frame !== null && frame.height >= shape.rows;
  return cellsOf(shape, columns, complete ? frame : collectedAsText(shape, places));
}

function holds(frame: DataFrame | null, { codes, amounts }: Places): boolean {
  const names = new Set(frame?.columns);
  return [...codes, ...amounts].every((place) => names.has(numbersAt(place)));
}

function cellsOf(shape: FileShape, { codes, amounts }: Columns, read: DataFrame): Cells {
  const places = placesOf(shape, { codes, amounts });
  // polars makes rows of blank lines; after the last row they are none.
  const frame = read.head(shape.rows);
  if (frame.height !== shape.rows) {
    throw new InputError({
      problem: `${shape.name} has ${shape.rows} rows, of which only ${frame.height} could be read`,
      remedy: "download the file again, or save it as CSV anew",
    });
  }
  return {
    shape,
    rows: frame.height,
    coded: new Map(codes.map((name, i) => [name, coded(frame, places.codes[i])])),
    amounts: frame.select(
      ...amounts.flatMap((name, i) => [
        pl.col(columnAt(places.amounts[i])).alias(name),
        pl.col(numbersAt(places.amounts[i])).alias(numberOf(name)),
      ]),
    ),
  };
}

/** Columns by their place in the file. */
interface Places {
  readonly codes: readonly number[];
  readonly amounts: readonly number[];
}

function placesOf(head: FileHead, { codes, amounts }: Columns): Places {
  const places = (names: readonly string[]) => names.map((name) => placeOf(head, name));
  return { codes: places(codes), amounts: places(amounts) };
}

function placeOf({ header }: FileHead, name: string): number {
  return header.findIndex((column) => column.toUpperCase() === name);
}

function categoriesOrNull(shape: FileShape, places: Places): DataFrame | null {
  try {
    return asCategories(shape, places).collectSync();
  } catch {
    return null;
  }
}

/** While it reads, polars refuses to make a category of a text that is not UTF-8; of texts that it has read it makes them. */
function collectedAsText(shape: FileShape, places: Places): DataFrame {
  const categories = places.codes.map((place) => pl.col(columnAt(place)).cast(pl.Categorical));
  const scan = scanned(shape, () => pl.String);
  try {
    return numbered(categories.length === 0 ? scan : scan.withColumns(...categories), places)
      .collectSync();
  } catch (error) {
    throw new InputError({
      problem: `${shape.name} cannot be split into cells (${
        error instanceof Error ? error.message.split("\n")[0] : error
      })`,
      remedy: "look for quotes in the middle of a cell, or save the file as CSV anew",
    });
  }
}

function asCategories(head: FileHead, places: Places): LazyDataFrame {
  const codes = new Set(places.codes);
  return numbered(scanned(head, (place) => codes.has(place) ? pl.Categorical : pl.String), places);
}

function scanned(
  head: FileHead,
  typeOf: (place: number) => typeof pl.Categorical | typeof pl.String,
): LazyDataFrame {
  return pl.scanCSV(head.path, {
    sep: head.separator,
    hasHeader: false,
    skipRows: 1,
    schema: Object.fromEntries(head.header.map((_, place) => [columnAt(place), typeOf(place)])),
    encoding: "utf8-lossy",
    glob: false,
    raiseIfEmpty: false,
    cache: false,
  });
}

const columnAt = (place: number) => `column_${place + 1}`;
const numbersAt = (place: number) => `number_${place + 1}`;

/** Every column and its numbers: for categories polars' own and one more, 0 where the cell is blank. */
function numbered(scan: LazyDataFrame, { codes, amounts }: Places): LazyDataFrame {
  return scan.select(
    ...codes.flatMap((place) => {
      const category = pl.col(columnAt(place));
      return [category, category.cast(pl.UInt32).add(1).fillNull(0).alias(numbersAt(place))];
    }),
    ...amounts.flatMap((place) => {
      const text = pl.col(columnAt(place)).str.strip();
      return [text, parsed(text).alias(numbersAt(place))];
    }),
  );
}

/** The number that a trimmed text is, NaN where it is none. A decimal comma counts as a point. */
function parsed(text: ReturnType<typeof pl.col>): ReturnType<typeof pl.col> {
  return text.str.replace(",", ".").cast(pl.Float64, false).fillNull(pl.lit(NaN));
}

/** A column of codes: the numbers of polars, which all columns of the process share, become its own. */
function coded(frame: DataFrame, place: number): CodedColumn {
  const { codes, firstRows } = denseCodes(frame.getColumn(numbersAt(place)).toTypedArray());
  const distinct = frame.getColumn(columnAt(place)).gather(firstRows);
  const texts = distinct.cast(pl.String).toArray() as (string | null)[];
  return recoded({ codes, texts: texts.map((text) => text ?? "") }, trimmed);
}

/** As polars trims. */
const trimmed = (text: string) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

/** The texts of a column; of amounts all of them, which takes time. */
export function columnOf({ coded, amounts, rows }: Cells, name: string): CodedColumn {
  const column = coded.get(name);
  if (column !== undefined) return column;
  const texts = amounts.getColumn(name).toArray() as (string | null)[];
  return { codes: new Uint32Array(positions(rows)), texts: texts.map((text) => text ?? "") };
}
/** The cells of a column after `change`, each distinct text once. */
export function codedColumn(
  cells: Cells,
  name: string,
  change: (text: string) => string,
): CodedColumn {
  return recoded(columnOf(cells, name), change);
}

/** Distinct texts of a column, blanks left out. */
export function distinctTexts({ coded, amounts }: Cells, name: string): string[] {
  const texts = coded.get(name)?.texts ??
    amounts.getColumn(name).unique().toArray() as (string | null)[];
  return texts.filter((text): text is string => text !== null && text !== "");
}

/** The number that each text is, NaN where it is none. */
export function numbersOfTexts(texts: readonly string[]): Float64Array {
  const frame = pl.DataFrame({ text: pl.Series("text", [...texts], pl.String) });
  return valuesOf(frame.select(parsed(pl.col("text"))), "text");
}

/** The number of every row of a column of amounts, NaN where there is none. */
export function numbersOfAmounts({ amounts }: Cells, name: string): Float64Array {
  return valuesOf(amounts, numberOf(name));
}

/** Copied: the buffer that polars hands out is its own. */
function valuesOf(frame: DataFrame, name: string): Float64Array {
  return new Float64Array(frame.getColumn(name).toTypedArray());
}

/** How many cells of a column of amounts are not blank, and how many have a comma. */
export function countAmounts({ amounts }: Cells, name: string): { filled: number; commas: number } {
  const text = pl.col(name);
  const counted = amounts.select(
    text.isNotNull().and(text.neq(pl.lit(""))).sum().alias("filled"),
    text.str.contains(",").sum().alias("commas"),
  );
  const [filled, commas] = counted.columns.map((column) =>
    Number(counted.getColumn(column).toArray()[0] ?? 0)
  );
  return { filled, commas };
}

export function textAt(cells: Cells, name: string, row: number): string {
  const { codes, texts } = columnOf(cells, name);
  return texts[codes[row]];
}

export function rowNames(shape: FileShape, rows: Iterable<number>): string[] {
  return Array.from(rows, (row) => rowName(shape, row));
}

/** How a message calls a row. */
export function rowName(shape: FileShape, row: number): string {
  return shape.rowsAreLines ? `line ${row + 2}` : `row ${row + 1} after the header`;
}
