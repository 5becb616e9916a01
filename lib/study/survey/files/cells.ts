/**
 * Cells of a survey file through polars: only the columns that are needed, each as codes and its distinct texts. Whatever
 * depends on the text of a cell is then found out once for each text, not for each row.
 */
import pl from "nodejs-polars";
import type { DataFrame, LazyDataFrame } from "nodejs-polars";
import { InputError } from "../../../panel/errors.ts";
import type { FileHead, FileShape } from "./inspect.ts";

/** A column of few distinct texts: row i has `texts[codes[i]]`, "" where it is blank. */
export interface CodedColumn {
  readonly codes: Uint32Array;
  readonly texts: readonly string[];
}

/** Text cells of some columns of a file, blanks trimmed; every column by its name in upper case. */
export interface Cells {
  readonly shape: FileShape;
  readonly rows: number;
  readonly columns: ReadonlyMap<string, CodedColumn>;
}

/**
 * Has polars read columns on its own threads, so that the file can be inspected meanwhile. null when that failed: only an
 * inspected file can say why.
 *
 * @param names in upper case; those that the file lacks are left out.
 */
export async function readAhead(
  head: FileHead,
  names: readonly string[],
): Promise<DataFrame | null> {
  const places = names.map((name) => placeOf(head, name)).filter((place) => place !== -1);
  return await asCategories(head, places).collect().catch(() => null);
}

/**
 * Columns are taken by their place, so neither a byte order mark nor an odd spelling of a name matters. Latin-1 files
 * are read as they are, with letters outside ASCII lost: codes and numbers have none.
 *
 * @param names in upper case, each of them a column of the file.
 * @param ahead what `readAhead` gave.
 */
export function readCells(
  shape: FileShape,
  names: readonly string[],
  ahead: DataFrame | null = null,
): Cells {
  // polars makes rows of blank lines; after the last row they are none.
  const places = names.map((name) => placeOf(shape, name));
  const frame = (ahead ?? collected(shape, places)).head(shape.rows);
  if (frame.height !== shape.rows) {
    throw new InputError({
      problem: `${shape.name} has ${shape.rows} rows, of which only ${frame.height} could be read`,
      remedy: "download the file again, or save it as CSV anew",
    });
  }
  const columns = new Map(
    names.map((name, i) => [name, coded(frame, places[i])]),
  );
  return { shape, rows: frame.height, columns };
}

function collected(shape: FileShape, places: readonly number[]): DataFrame {
  try {
    return asCategories(shape, places).collectSync();
  } catch {
    return collectedAsText(shape, places);
  }
}

/** While it reads, polars refuses to make a category of a text that is not UTF-8; of texts that it has read it makes them. */
function collectedAsText(shape: FileShape, places: readonly number[]): DataFrame {
  const scan = scanned(shape, () => pl.String);
  try {
    return scan.withColumns(
      ...places.map((place) => pl.col(columnAt(place)).cast(pl.Categorical)),
    ).select(...coding(places)).collectSync();
  } catch (error) {
    throw new InputError({
      problem: `${shape.name} cannot be split into cells (${
        error instanceof Error ? error.message.split("\n")[0] : error
      })`,
      remedy: "look for quotes in the middle of a cell, or save the file as CSV anew",
    });
  }
}

function asCategories(head: FileHead, places: readonly number[]): LazyDataFrame {
  return scanned(head, (place) => places.includes(place) ? pl.Categorical : pl.String)
    .select(...coding(places));
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

/** Every category, and its number: 0 where the cell is blank, otherwise polars' own and one more. */
function coding(places: readonly number[]) {
  return places.flatMap((place) => {
    const column = pl.col(columnAt(place));
    return [column, column.cast(pl.UInt32).add(1).fillNull(0).alias(numbersAt(place))];
  });
}

const numbersAt = (place: number) => `number_${place + 1}`;
const columnAt = (place: number) => `column_${place + 1}`;

function placeOf({ header }: FileHead, name: string): number {
  return header.findIndex((column) => column.toUpperCase() === name);
}

/** A column as `coding` made it: the codes of polars, which all columns of the process share, become its own. */
function coded(frame: DataFrame, place: number): CodedColumn {
  const numbers = frame.getColumn(numbersAt(place)).toTypedArray() as Uint32Array;
  const codes = new Uint32Array(numbers.length);
  const firstRows: number[] = [];
  const codeOf = new Int32Array(largest(numbers) + 1).fill(-1);
  for (let row = 0; row < codes.length; row++) {
    const number = numbers[row];
    if (codeOf[number] === -1) codeOf[number] = firstRows.push(row) - 1;
    codes[row] = codeOf[number];
  }
  const distinct = frame.getColumn(columnAt(place)).gather(firstRows);
  const texts = distinct.cast(pl.String).toArray() as (string | null)[];
  return changed({ codes, texts: texts.map((text) => text ?? "") }, trimmed);
}

const trimmed = (text: string) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

function largest(numbers: Uint32Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > most) most = numbers[i];
  return most;
}

/** The same column with other texts, each distinct text once. */
function changed(
  { codes, texts }: CodedColumn,
  change: (text: string) => string,
): CodedColumn {
  const places = new Map<string, number>();
  const placeOfCode = texts.map((text) => {
    const after = change(text);
    const place = places.get(after) ?? places.size;
    places.set(after, place);
    return place;
  });
  return {
    codes: places.size === texts.length ? codes : codes.map((code) => placeOfCode[code]),
    texts: [...places.keys()],
  };
}

export function columnOf(cells: Cells, name: string): CodedColumn {
  const column = cells.columns.get(name);
  if (column === undefined) throw new Error(`column ${name} was not read`);
  return column;
}

/** The cells of a column after `change`, each distinct text once. */
export function codedColumn(
  cells: Cells,
  name: string,
  change: (text: string) => string,
): CodedColumn {
  return changed(columnOf(cells, name), change);
}

/** Distinct texts of a column, blanks left out, sorted. */
export function distinctTexts(cells: Cells, name: string): string[] {
  return columnOf(cells, name).texts.filter((text) => text !== "").sort();
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
