/** From the texts of a column to numbers, and the texts that are none. */
import { positions } from "../../../panel/coding.ts";
import { InputError } from "../../../panel/errors.ts";
import {
  type Cells,
  columnOf,
  countAmounts,
  distinctTexts,
  numbersOfAmounts,
  numbersOfTexts,
  rowNames,
  textAt,
} from "./cells.ts";

/** A column of few distinct numbers: row i has `numbers[codes[i]]`, NaN where it is blank. */
export interface CodedNumbers {
  readonly codes: Uint32Array;
  readonly numbers: Float64Array;
}

/**
 * The cells of a column as numbers. A decimal comma counts as a point.
 * @throws InputError when a cell holds something else, naming lines and the first such text.
 */
export function codedNumbers(cells: Cells, name: string): CodedNumbers {
  const { strange, ...coded } = parsedNumbers(cells, name);
  if (strange.length > 0) throw noNumbers(cells, name, strange);
  const doubtful = cells.shape.separator === "," ? doubtfulCommas(cells, name) : [];
  if (doubtful.length === 0) return coded;
  throw new InputError({
    problem:
      `${cells.shape.name} has cells that may be thousands or thousandths: every comma has three digits after it`,
    column: name,
    rows: rowNames(cells.shape, doubtful),
    value: textAt(cells, name, doubtful[0]),
    remedy: "write numbers with a decimal point and without marks for thousands",
  });
}

/** The number of every row, NaN where blank. @throws InputError as `codedNumbers`. */
export function numberColumn(cells: Cells, name: string): Float64Array {
  return expanded(codedNumbers(cells, name));
}

export function expanded({ codes, numbers }: CodedNumbers): Float64Array {
  const values = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = numbers[codes[i]];
  return values;
}

const NO_VALUE = /^(n\/?a|nan|null|none|\.[a-z]?)$/i;

function noNumbers(cells: Cells, name: string, strange: readonly number[]): InputError {
  const value = textAt(cells, name, strange[0]);
  return new InputError({
    problem: `${cells.shape.name} has cells that are no numbers`,
    column: name,
    rows: rowNames(cells.shape, strange),
    value,
    remedy: NO_VALUE.test(value)
      ? "write missing values as blanks (in R: write.csv with na = '')"
      : "correct the file, or download it again",
  });
}

/**
 * Rows whose comma may mark thousands: all commas of the column have three digits after and one to three before them, and
 * no number without a comma is so large that it would have one. Empty when commas are surely decimal.
 */
export function doubtfulCommas(cells: Cells, name: string): number[] {
  if (!hasCommas(cells, name)) return [];
  const sure = distinctTexts(cells, name).some((text) =>
    text.includes(",")
      ? !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text.trim())
      : Math.abs(Number(text)) >= 1000
  );
  return sure ? [] : rowsWith(cells, name, (text) => text.includes(","));
}

/** Whether cells of a column have a decimal comma. */
export function hasCommas(cells: Cells, name: string): boolean {
  const texts = cells.coded.get(name)?.texts;
  return texts?.some((text) => text.includes(",")) ??
    countAmounts(cells, name).commas > 0;
}

export interface ParsedNumbers extends CodedNumbers {
  /** Rows whose text is no number. */
  readonly strange: readonly number[];
}

/** Numbers of a column, and the rows whose text is none. */
export function parsedNumbers(cells: Cells, name: string): ParsedNumbers {
  const coded = cells.coded.get(name);
  if (coded === undefined) return parsedAmounts(cells, name);
  const { codes, texts } = coded;
  const numbers = numbersOfTexts(texts);
  const someAreStrange = texts.some((text, i) => isStrange(text, numbers[i]));
  return { codes, numbers, strange: someAreStrange ? strangeRows(cells, name, numbers) : [] };
}

function parsedAmounts(cells: Cells, name: string): ParsedNumbers {
  const numbers = numbersOfAmounts(cells, name);
  let found = 0;
  for (let i = 0; i < numbers.length; i++) if (Number.isFinite(numbers[i])) found++;
  const { filled } = countAmounts(cells, name);
  return {
    codes: new Uint32Array(positions(cells.rows)),
    numbers,
    strange: filled === found ? [] : strangeRows(cells, name, numbers),
  };
}

function strangeRows(cells: Cells, name: string, numbers: Float64Array): number[] {
  return rowsWith(cells, name, (text, i) => isStrange(text, numbers[i]));
}

function isStrange(text: string, number: number): boolean {
  return text !== "" && !Number.isFinite(number);
}

/** Rows whose text is so. */
function rowsWith(
  cells: Cells,
  name: string,
  is: (text: string, place: number) => boolean,
): number[] {
  const { codes, texts } = columnOf(cells, name);
  const wanted = texts.map(is);
  const rows: number[] = [];
  for (let row = 0; row < codes.length; row++) if (wanted[codes[row]]) rows.push(row);
  return rows;
}
