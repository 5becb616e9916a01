import { InputError } from "./errors.ts";

/** A label of a unit or of a group, as the reader wrote it. */
export type Label = string | number;

/** Values coded once: `levels[codes[i]]` is the value of row i; levels are sorted and used at least once. */
export interface Coding {
  readonly name: string;
  readonly levels: readonly Label[];
  readonly codes: Int32Array;
}

/** Numbers by size, then text by code unit: a total order, so that the input's order never matters. */
function compareLabels(a: Label, b: Label): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 0, 1, … up to `length`. A plain loop: `Int32Array.from` takes ten times as long. */
export function positions(length: number): Int32Array {
  const all = new Int32Array(length);
  for (let i = 0; i < length; i++) all[i] = i;
  return all;
}

/** True for the values that mean "nothing here": null, undefined, NaN and blank text. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined ||
    (typeof value === "number" && Number.isNaN(value)) ||
    (typeof value === "string" && value.trim() === "");
}

function toLabel(value: unknown): Label {
  if (typeof value === "number" || typeof value === "string") return value;
  // Beyond 2⁵³ two whole numbers could become one.
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return String(value);
}

function isLabel(value: unknown): boolean {
  return typeof value !== "object" && typeof value !== "function" || value instanceof Date;
}

/**
 * Codes labels of units or groups.
 * @param describe how rows are named in messages. Default: their position in `values`.
 * @throws InputError when a label is missing, is neither number nor text, or is written as both ("1" and 1).
 */
export function codeLabels(
  name: string,
  values: ArrayLike<unknown>,
  describe: (rows: number[]) => readonly (number | string)[] = (rows) => rows,
): Coding {
  const whole = values instanceof Float64Array ? codeWholeNumbers(name, values) : null;
  if (whole !== null) return whole;
  const seen = new Map<Label, number>();
  const codes = new Int32Array(values.length);
  const missing: number[] = [];
  const wrong: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!isLabel(values[i]) && values[i] !== null) {
      wrong.push(i);
      continue;
    }
    if (isMissing(values[i])) {
      missing.push(i);
      continue;
    }
    const label = toLabel(values[i]);
    let code = seen.get(label);
    if (code === undefined) seen.set(label, code = seen.size);
    codes[i] = code;
  }
  if (missing.length > 0) {
    throw new InputError({
      problem: "A label is missing",
      column: name,
      rows: describe(missing),
      remedy: "fill it in, or remove these rows before building the panel",
    });
  }
  if (wrong.length > 0) {
    throw new InputError({
      problem: "A label must be a number or text",
      column: name,
      rows: describe(wrong),
      value: JSON.stringify(values[wrong[0]]),
      remedy: "write a name or a code for it",
    });
  }
  rejectTwoKinds(name, values, seen, describe);
  return sortCoding(name, [...seen.keys()], codes);
}

/**
 * Codes whole numbers that lie close together by a table in place of a map, a third of the time; null where there are
 * others, which only means that the general way must be taken.
 */
function codeWholeNumbers(name: string, values: Float64Array): Coding | null {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isSafeInteger(value)) return null;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (values.length === 0 || most - least >= 4 * values.length) return null;
  const position = new Int32Array(most - least + 1);
  for (let i = 0; i < values.length; i++) position[values[i] - least] = 1;
  const levels: number[] = [];
  for (let k = 0; k < position.length; k++) {
    if (position[k] === 1) position[k] = levels.push(least + k) - 1;
  }
  const codes = new Int32Array(values.length);
  for (let i = 0; i < codes.length; i++) codes[i] = position[values[i] - least];
  return { name, levels, codes };
}

/** Refuses 1 beside "1": they look alike everywhere, but would count as two. */
function rejectTwoKinds(
  name: string,
  values: ArrayLike<unknown>,
  seen: ReadonlyMap<Label, number>,
  describe: (rows: number[]) => readonly (number | string)[],
): void {
  let texts = 0;
  for (const label of seen.keys()) if (typeof label === "string") texts++;
  if (texts === 0 || texts === seen.size) return;
  for (const label of seen.keys()) {
    if (typeof label !== "number" || !seen.has(String(label))) continue;
    const rows = Array.from(values, (_, i) => i).filter((i) =>
      toLabel(values[i]) === String(label)
    );
    throw new InputError({
      problem: "A label is written as a number in some rows and as text in others",
      column: name,
      rows: describe(rows),
      value: String(label),
      remedy: "write it the same way everywhere, for example with String(...)",
    });
  }
}

function sortCoding(name: string, found: Label[], codes: Int32Array): Coding {
  const order = found.map((_, k) => k).sort((a, b) => compareLabels(found[a], found[b]));
  const rank = new Int32Array(found.length);
  order.forEach((k, position) => rank[k] = position);
  for (let i = 0; i < codes.length; i++) codes[i] = rank[codes[i]];
  return { name, levels: order.map((k) => found[k]), codes };
}

/** The coding restricted to some rows, with unused levels removed. */
export function subsetCoding(coding: Coding, rows: Int32Array): Coding {
  const used = new Int32Array(coding.levels.length).fill(-1);
  for (let i = 0; i < rows.length; i++) used[coding.codes[rows[i]]] = 0;
  const levels: Label[] = [];
  for (let k = 0; k < used.length; k++) {
    if (used[k] === 0) used[k] = levels.push(coding.levels[k]) - 1;
  }
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < codes.length; i++) codes[i] = used[coding.codes[rows[i]]];
  return { name: coding.name, levels, codes };
}

/** Every combination of two codings that occurs, as one coding ("a × b"). */
export function crossCoding(a: Coding, b: Coding): Coding {
  const width = b.levels.length;
  const seen = new Map<number, number>();
  const codes = new Int32Array(a.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const key = a.codes[i] * width + b.codes[i];
    let code = seen.get(key);
    if (code === undefined) seen.set(key, code = seen.size);
    codes[i] = code;
  }
  const levels = [...seen.keys()].map((key) =>
    `${a.levels[Math.floor(key / width)]} × ${b.levels[key % width]}`
  );
  return { name: `${a.name} × ${b.name}`, levels, codes };
}
