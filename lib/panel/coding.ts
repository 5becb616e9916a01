import { InputError } from "./errors.ts";

/** A label of a unit or of a group, as the reader wrote it. */
export type Label = string | number;

/** Values coded once: `levels[codes[i]]` is the value of row i; levels are sorted and used at least once. */
export interface Coding {
  readonly name: string;
  readonly levels: readonly Label[];
  readonly codes: Int32Array;
}

function compareLabels(a: Label, b: Label): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True for the values that mean "nothing here": null, undefined, NaN and blank text. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined ||
    (typeof value === "number" && Number.isNaN(value)) ||
    (typeof value === "string" && value.trim() === "");
}

function toLabel(value: unknown): Label {
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  return String(value);
}

/** Codes labels of units or groups. Throws when a label is missing, naming the rows. */
export function codeLabels(name: string, values: ArrayLike<unknown>): Coding {
  const seen = new Map<Label, number>();
  const codes = new Int32Array(values.length);
  const missing: number[] = [];
  for (let i = 0; i < values.length; i++) {
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
      rows: missing,
      remedy: "fill it in, or remove these rows before building the panel",
    });
  }
  return sortCoding(name, [...seen.keys()], codes);
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
  for (const row of rows) used[coding.codes[row]] = 0;
  const levels: Label[] = [];
  for (let k = 0; k < used.length; k++) {
    if (used[k] === 0) used[k] = levels.push(coding.levels[k]) - 1;
  }
  return { name: coding.name, levels, codes: rows.map((row) => used[coding.codes[row]]) };
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
