/** What stops a file from becoming a table, each with the way out. */
import { InputError } from "../../../panel/errors.ts";
import { REGION_NAMES } from "../../peru/regions.ts";
import type { ReadOptions } from "../types.ts";
import { type Cells, distinctTexts, rowName, rowNames } from "./cells.ts";
import type { CodedColumn } from "./coded.ts";
import type { FileHead, FileShape } from "./inspect.ts";
import { areDifferent, rowsWhere } from "./rows.ts";
import { moduleOfColumns, type ModuleSpec, YEAR_COLUMN } from "./spec.ts";

/** Names of the columns in upper case. */
export function upperHeader({ header }: FileHead): string[] {
  return header.map((column) => column.toUpperCase());
}

/** @throws InputError when the columns are those of another module, or of none that is known. */
export function requireModule(shape: FileShape, spec: ModuleSpec): void {
  const columns = upperHeader(shape);
  if (spec.signature.some((name) => columns.includes(name))) return;
  const other = moduleOfColumns(columns);
  throw new InputError({
    problem: other === null
      ? `${shape.name} has none of the columns ${spec.signature.join(", ")} of ${spec.title}`
      : `${shape.name} is not ${spec.title}: its columns are those of ${other.title}`,
    remedy: `use the file of ${spec.title}`,
  });
}

/** @throws InputError when identifiers or needed variables are not among the columns. */
export function requireColumns(
  shape: FileShape,
  spec: ModuleSpec,
  needed: readonly string[],
): void {
  const columns = upperHeader(shape);
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  throw new InputError({
    problem: `${shape.name} lacks ${
      missing.length === 1 ? "a column" : "columns"
    } of ${spec.title}`,
    column: missing.join(", "),
    remedy:
      "see codebookCheck for what the file has; name variables that you can do without in the option " +
      `"without"`,
  });
}

/** The column that holds the weight. @throws InputError when there is none, or not the one asked for. */
export function weightColumn(shape: FileShape, spec: ModuleSpec, options: ReadOptions): string {
  const columns = upperHeader(shape);
  const asked = options.weight?.toUpperCase();
  const found = (asked === undefined ? spec.weights : [asked]).find((name) =>
    columns.includes(name)
  );
  if (found !== undefined) return found;
  throw new InputError({
    problem: `${shape.name} has no weight: without ${
      asked ?? "FACTOR07"
    } a row stands for nobody but itself`,
    column: asked ?? spec.weights.join(", "),
    remedy: 'download the file again, or name its weight in the option "weight"',
  });
}

/** @throws InputError when the file's own AÑO is another year. Returns a note when the file has none. */
export function checkYear(cells: Cells, year: number): string | null {
  const column = upperHeader(cells.shape).find((name) => YEAR_COLUMN.test(name));
  if (column === undefined) return "the file has no column AÑO: its year is taken from its name";
  const years = distinctTexts(cells, column).sort().map((text) => text.replace(/\.0+$/, ""));
  const others = years.filter((text) => Number(text) !== year);
  if (others.length === 0) return null;
  throw new InputError({
    problem: `${cells.shape.name} was taken for ${year}, but its rows say ${others.join(", ")}`,
    column: "AÑO",
    value: others[0],
    remedy: "rename the file to its year, or download the right one",
  });
}

/** @throws InputError when an identifier is blank in some rows. */
export function requireFilled(
  shape: FileShape,
  name: string,
  { codes, texts }: CodedColumn,
  rows: Int32Array,
): void {
  const none = texts.indexOf("");
  if (none === -1) return;
  const blank = rowsWhere(rows, (row) => codes[row] === none);
  if (blank.length === 0) return;
  throw new InputError({
    problem: `${shape.name} has rows without an identifier`,
    column: name,
    rows: rowNames(shape, blank),
    remedy: "download the file again",
  });
}

/** @throws InputError when a weight is zero or negative: such a row cannot stand for anybody. */
export function requirePositive(
  shape: FileShape,
  column: string,
  weights: Float64Array,
  rows: Int32Array,
): void {
  const wrong = rowsWhere(rows, (row) => weights[row] <= 0);
  if (wrong.length === 0) return;
  throw new InputError({
    problem: `Weights of ${shape.name} are zero or negative`,
    column,
    rows: rowNames(shape, wrong),
    value: weights[wrong[0]],
    remedy: "correct them or blank them out: rows with a blank weight are dropped and counted",
  });
}

/** @throws InputError when a key occurs twice. */
export function requireUniqueKeys(
  shape: FileShape,
  keys: readonly string[],
  columns: readonly CodedColumn[],
  rows: Int32Array,
): void {
  const numbers = keyNumbers(columns, rows);
  if (areDifferent(numbers)) return;
  const seen = new Map<number, number>();
  const repeated: string[] = [];
  rows.forEach((row, i) => {
    const before = seen.get(numbers[i]);
    if (before === undefined) return seen.set(numbers[i], row);
    const key = columns.map(({ codes, texts }) => texts[codes[row]]).join("-");
    repeated.push(`${key} (${rowName(shape, before)} and ${rowName(shape, row)})`);
  });
  throw new InputError({
    problem: `Rows of ${shape.name} repeat a key that should be unique`,
    column: keys.join(", "),
    rows: repeated,
    remedy: "remove the repeated rows, or download the file again",
  });
}

/** One whole number for every combination of codes: far below 2⁵³ for any survey. */
function keyNumbers(columns: readonly CodedColumn[], rows: Int32Array): Float64Array {
  const numbers = new Float64Array(rows.length);
  for (const { codes, texts } of columns) {
    for (let i = 0; i < rows.length; i++) {
      numbers[i] = numbers[i] * texts.length + codes[rows[i]];
    }
  }
  return numbers;
}

/** @throws InputError when an area that must occur has no cluster. */
export function requireRegions(
  shape: FileShape,
  regions: readonly string[],
  found: readonly string[],
): void {
  const present = new Set(found);
  const absent = regions.filter((region) => !present.has(region));
  if (absent.length === 0) return;
  throw new InputError({
    problem: `${shape.name} has no cluster in ${absent.length} of ${regions.length} areas: ${
      absent.map((code) => `${code} ${REGION_NAMES[code] ?? "(unknown)"}`).join(", ")
    }`,
    column: "UBIGEO",
    remedy: 'download the file again, or list the areas that must occur in the option "regions"',
  });
}
