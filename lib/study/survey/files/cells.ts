/** Cells of a survey file through polars: only the columns that are needed, lazily, as text first. */
import pl from "nodejs-polars";
import type { DataFrame, LazyDataFrame } from "nodejs-polars";
import { InputError } from "../../../panel/errors.ts";
import type { FileShape } from "./inspect.ts";

/** Text cells of some columns of a file, blanks trimmed; every column by its name in upper case. */
export interface Cells {
  readonly shape: FileShape;
  readonly rows: number;
  readonly frame: DataFrame;
}

/**
 * Columns are taken by their place, so neither a byte order mark nor an odd spelling of a name matters. Latin-1 files
 * are read as they are, with letters outside ASCII lost: codes and numbers have none.
 *
 * @param names in upper case, each of them a column of the file.
 */
export function readCells(shape: FileShape, names: readonly string[]): Cells {
  const places = names.map((name) => placeOf(shape, name));
  const scan = pl.scanCSV(shape.path, {
    sep: shape.separator,
    hasHeader: false,
    skipRows: 1,
    inferSchemaLength: 0,
    encoding: "utf8-lossy",
    glob: false,
    raiseIfEmpty: false,
    cache: false,
  });
  const read = collected(
    scan.select(
      ...names.map((name, i) => pl.col(`column_${places[i] + 1}`).str.strip().alias(name)),
    ),
    shape,
  );
  // polars makes rows of blank lines; after the last row they are none.
  const frame = read.head(shape.rows);
  if (frame.height !== shape.rows) {
    throw new InputError({
      problem: `${shape.name} has ${shape.rows} rows, of which only ${frame.height} could be read`,
      remedy: "download the file again, or save it as CSV anew",
    });
  }
  return { shape, rows: frame.height, frame };
}

function collected(scan: LazyDataFrame, shape: FileShape): DataFrame {
  try {
    return scan.collectSync();
  } catch (error) {
    throw new InputError({
      problem: `${shape.name} cannot be split into cells (${
        error instanceof Error ? error.message.split("\n")[0] : error
      })`,
      remedy: "look for quotes in the middle of a cell, or save the file as CSV anew",
    });
  }
}

function placeOf(shape: FileShape, name: string): number {
  return shape.header.findIndex((column) => column.toUpperCase() === name);
}

/** A column of few distinct texts: row i has `texts[codes[i]]`. */
export interface CodedColumn {
  readonly codes: Uint32Array;
  readonly texts: readonly string[];
}

/** The cells of a column, "" where blank, each distinct text once and after `change`. */
export function codedColumn(
  cells: Cells,
  name: string,
  change: (text: string) => string,
): CodedColumn {
  // The codes of polars are shared by all columns of the process, so they are made dense here.
  const coded = cells.frame.select(
    pl.col(name).fillNull(pl.lit("")).alias("text"),
    pl.col(name).fillNull(pl.lit("")).cast(pl.Categorical).cast(pl.UInt32).alias("code"),
  );
  const distinct = coded.unique();
  const found = distinct.getColumn("text").toArray() as string[];
  const numbers = distinct.getColumn("code").toTypedArray() as Uint32Array;
  const codes = coded.getColumn("code").toTypedArray() as Uint32Array;
  const least = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const most = numbers.reduce((a, b) => Math.max(a, b), 0);
  const dense = new Uint32Array(most - least + 1);
  const places = new Map<string, number>();
  found.forEach((text, i) => {
    const changed = change(text);
    const place = places.get(changed) ?? places.size;
    places.set(changed, place);
    dense[numbers[i] - least] = place;
  });
  const result = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i++) result[i] = dense[codes[i] - least];
  return { codes: result, texts: [...places.keys()] };
}

/** Distinct texts of a column, blanks left out, sorted. */
export function distinctTexts(cells: Cells, name: string): string[] {
  const found = cells.frame.select(pl.col(name)).unique().getColumn(name).toArray() as (
    | string
    | null
  )[];
  return found.filter((text): text is string => text !== null && text !== "").sort();
}

/**
 * The cells of a column as numbers, NaN where blank. A decimal comma counts as a point.
 * @throws InputError when a cell holds something else, naming lines and the first such text.
 */
export function numberColumn(cells: Cells, name: string): Float64Array {
  const { values, strange } = parsedNumbers(cells, name);
  if (strange.length > 0) throw noNumbers(cells, name, strange);
  const doubtful = cells.shape.separator === "," ? doubtfulCommas(cells, name) : [];
  if (doubtful.length === 0) return values;
  throw new InputError({
    problem:
      `${cells.shape.name} has cells that may be thousands or thousandths: every comma has three digits after it`,
    column: name,
    rows: doubtful.map((row) => rowName(cells.shape, row)),
    value: textAt(cells, name, doubtful[0]),
    remedy: "write numbers with a decimal point and without marks for thousands",
  });
}

const NO_VALUE = /^(n\/?a|nan|null|none|\.[a-z]?)$/i;

function noNumbers(cells: Cells, name: string, strange: readonly number[]): InputError {
  const value = textAt(cells, name, strange[0]);
  return new InputError({
    problem: `${cells.shape.name} has cells that are no numbers`,
    column: name,
    rows: strange.map((row) => rowName(cells.shape, row)),
    value,
    remedy: NO_VALUE.test(value)
      ? "write missing values as blanks (in R: write.csv with na = '')"
      : "correct the file, or download it again",
  });
}

function textAt(cells: Cells, name: string, row: number): string {
  return cells.frame.getColumn(name).toArray()[row] as string;
}

/**
 * Rows whose comma may mark thousands: all commas of the column have three digits after and one to three before them, and
 * no number without a comma is so large that it would have one. Empty when commas are surely decimal.
 */
export function doubtfulCommas(cells: Cells, name: string): number[] {
  if (decimalCommas(cells, name) === 0) return [];
  const sure = distinctTexts(cells, name).some((text) =>
    text.includes(",")
      ? !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text.trim())
      : Math.abs(Number(text)) >= 1000
  );
  if (sure) return [];
  const texts = cells.frame.getColumn(name).toArray() as (string | null)[];
  return texts.flatMap((text, row) => text?.includes(",") ? [row] : []);
}

export interface ParsedNumbers {
  /** NaN where blank or strange. */
  readonly values: Float64Array;
  /** Rows whose text is no number. */
  readonly strange: readonly number[];
}

/** Numbers of a column, and the rows whose text is none. */
export function parsedNumbers(cells: Cells, name: string): ParsedNumbers {
  const parsed = cells.frame.select(
    pl.col(name).str.replace(",", ".").cast(pl.Float64, false).fillNull(pl.lit(NaN)).alias(
      "number",
    ),
    pl.col(name).isNotNull().and(pl.col(name).neq(pl.lit(""))).alias("filled"),
  );
  // Copied: the buffer that polars hands out is its own.
  const values = Float64Array.from(parsed.getColumn("number").toTypedArray() as Float64Array);
  let numbers = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) numbers++;
  // Summed as an expression: the sum of a Series of booleans is a boolean here.
  const [filled] = parsed.select(pl.col("filled").sum()).getColumn("filled").toArray();
  if (Number(filled) === numbers) return { values, strange: [] };
  const isFilled = parsed.getColumn("filled").toArray() as boolean[];
  const strange: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (isFilled[i] && !Number.isFinite(values[i])) strange.push(i);
  }
  return { values, strange };
}

/** How many cells of a column have a decimal comma. */
export function decimalCommas(cells: Cells, name: string): number {
  const counted = cells.frame.select(pl.col(name).str.contains(",").sum().alias("commas"));
  return Number(counted.getColumn("commas").toArray()[0] ?? 0);
}

/** How a message calls a row. */
export function rowName(shape: FileShape, row: number): string {
  return shape.rowsAreLines ? `line ${row + 2}` : `row ${row + 1} after the header`;
}
