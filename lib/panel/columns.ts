import { codeLabels, type Coding, isMissing } from "./coding.ts";
import { InputError } from "./errors.ts";

/** A numeric column: one value a row, NaN where the reader gave nothing. */
export interface NumericColumn {
  readonly kind: "numeric";
  readonly values: Float64Array;
}

/** A text column, kept as the reader wrote it ("" where missing). */
export interface TextColumn {
  readonly kind: "text";
  readonly values: readonly string[];
}

export type Column = NumericColumn | TextColumn;

/** The number a value stands for: NaN when missing, undefined when it is not a number at all. */
export function parseNumber(value: unknown): number | undefined {
  if (isMissing(value)) return NaN;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return undefined;
  const number = Number(value.trim());
  return Number.isNaN(number) ? undefined : number;
}

/** Reads values into a column: numeric when every value that is not missing is a number, text otherwise. */
export function toColumn(values: ArrayLike<unknown>): Column {
  if (values instanceof Float64Array) return { kind: "numeric", values: values.slice() };
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const number = parseNumber(values[i]);
    if (number === undefined) return toText(values);
    numbers[i] = number;
  }
  return { kind: "numeric", values: numbers };
}

function toText(values: ArrayLike<unknown>): TextColumn {
  return {
    kind: "text",
    values: Array.from(values, (value) => isMissing(value) ? "" : String(value)),
  };
}

/** The rows of a text column that are not numbers, for an error message. */
export function nonNumericRows(column: TextColumn): number[] {
  return column.values.flatMap((value, i) => parseNumber(value) === undefined ? [i] : []);
}

/** The column restricted to some rows, in their order. */
export function takeRows(column: Column, rows: Int32Array): Column {
  if (column.kind === "text") {
    return { kind: "text", values: Array.from(rows, (row) => column.values[row]) };
  }
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]];
  return { kind: "numeric", values };
}

/** Reads values into a column in another order, without a copy between. */
export function columnInOrder(values: ArrayLike<unknown>, order: Int32Array): Column {
  const column: Column = values instanceof Float64Array
    ? { kind: "numeric", values }
    : toColumn(values);
  return takeRows(column, order);
}

/** Codes a column's values as groups (clusters, fixed effects). Missing values are an error. */
export function codeColumn(
  name: string,
  column: Column,
  describe: (rows: number[]) => readonly (number | string)[],
): Coding {
  return codeLabels(name, column.values, describe);
}

/** Checks that all columns have one length, and returns it. */
export function commonLength(columns: Readonly<Record<string, ArrayLike<unknown>>>): number {
  const [first, ...others] = Object.entries(columns);
  if (first === undefined) {
    throw new InputError({
      problem: "There are no columns",
      remedy: "pass at least a unit and a time column",
    });
  }
  for (const [name, values] of others) {
    if (values.length !== first[1].length) {
      throw new InputError({
        problem: `Columns differ in length: "${first[0]}" has ${
          first[1].length
        } rows and this one ${values.length}`,
        column: name,
        remedy: "give every column one value per row (null where missing)",
      });
    }
  }
  return first[1].length;
}
