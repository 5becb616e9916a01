/** Who a row is, and where. */
import { InputError } from "../../../panel/errors.ts";
import { type Cells, codedColumn, rowNames } from "./cells.ts";
import type { CodedColumn } from "./coded.ts";
import type { FileShape } from "./inspect.ts";
import { regionOf, withZeros } from "./place.ts";
import { rowsWhere } from "./rows.ts";
import { KEY_DIGITS, type ModuleSpec } from "./spec.ts";

/** Identifiers with their zeros, and a note for each that had lost them. */
export function identifiers(
  cells: Cells,
  spec: ModuleSpec,
  notes: string[],
): Record<string, CodedColumn> {
  return Object.fromEntries([...spec.keys, "UBIGEO"].map((name) => {
    let [written, repaired] = [0, 0];
    const column = codedColumn(cells, name, (text) => {
      const code = withZeros(text, KEY_DIGITS[name]);
      if (text !== "") written++;
      if (code !== text) repaired++;
      return code;
    });
    if (repaired > 0) {
      notes.push(
        `${name}: leading zeros restored in ${repaired} of its ${written} codes`,
      );
    }
    return [name, column];
  }));
}

/** The texts of some rows. */
export function textsOf({ codes, texts }: CodedColumn, rows: Int32Array): string[] {
  const result: string[] = new Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = texts[codes[rows[i]]];
  return result;
}

/** Province and area of every kept row. @throws InputError when a UBIGEO is of no department. */
export function places(
  shape: FileShape,
  ubigeo: CodedColumn,
  rows: Int32Array,
): { province: string[]; region: string[] } {
  const { codes, texts } = ubigeo;
  const provinces = texts.map((text) => text.slice(0, 4));
  const regions = texts.map(regionOf);
  if (regions.includes(null)) {
    const strange = rowsWhere(rows, (row) => regions[codes[row]] === null);
    if (strange.length > 0) throw noDepartment(shape, strange, texts[codes[strange[0]]]);
  }
  return {
    province: textsOf({ codes, texts: provinces }, rows),
    region: textsOf({ codes, texts: regions.map((region) => region ?? "") }, rows),
  };
}

function noDepartment(shape: FileShape, rows: Int32Array, value: string): InputError {
  return new InputError({
    problem: `Rows of ${shape.name} have a UBIGEO of no department of Peru`,
    column: "UBIGEO",
    rows: rowNames(shape, rows),
    value,
    remedy: "a UBIGEO is six digits, the first two from 01 to 25",
  });
}
