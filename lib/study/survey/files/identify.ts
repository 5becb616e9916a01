/** Who a row is, and where. */
import { InputError } from "../../../panel/errors.ts";
import { type Cells, rowName, textColumn } from "./cells.ts";
import type { FileShape } from "./inspect.ts";
import { regionOf, withZeros } from "./place.ts";
import { KEY_DIGITS, type ModuleSpec } from "./spec.ts";

/** Identifiers with their zeros, and a note for each that had lost them. */
export function identifiers(
  cells: Cells,
  spec: ModuleSpec,
  notes: string[],
): Record<string, string[]> {
  const codes: Record<string, string[]> = {};
  for (const name of [...spec.keys, "UBIGEO"]) {
    const texts = textColumn(cells, name);
    const known = new Map<string, string>();
    let repaired = 0;
    codes[name] = texts.map((text) => {
      let code = known.get(text);
      if (code === undefined) known.set(text, code = withZeros(text, KEY_DIGITS[name]));
      if (code !== text) repaired++;
      return code;
    });
    if (repaired > 0) {
      notes.push(`${name}: leading zeros restored in ${repaired} of ${texts.length} rows`);
    }
  }
  return codes;
}

/** Province and area of every kept row. @throws InputError when a UBIGEO is of no department. */
export function places(
  shape: FileShape,
  ubigeo: readonly string[],
  rows: Int32Array,
): { province: string[]; region: string[] } {
  const known = new Map<string, { province: string; region: string | null }>();
  const strange: number[] = [];
  const province: string[] = [];
  const region: string[] = [];
  for (const row of rows) {
    const code = ubigeo[row];
    let place = known.get(code);
    if (place === undefined) {
      known.set(code, place = { province: code.slice(0, 4), region: regionOf(code) });
    }
    if (place.region === null) strange.push(row);
    province.push(place.province);
    region.push(place.region ?? "");
  }
  if (strange.length === 0) return { province, region };
  throw new InputError({
    problem: `Rows of ${shape.name} have a UBIGEO of no department of Peru`,
    column: "UBIGEO",
    rows: strange.map((row) => rowName(shape, row)),
    value: ubigeo[strange[0]],
    remedy: "a UBIGEO is six digits, the first two from 01 to 25",
  });
}
