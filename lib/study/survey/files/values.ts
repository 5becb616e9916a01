/** From the numbers of a file to the values of a column: codes checked, "no answer" made missing. */
import { InputError } from "../../../panel/errors.ts";
import type { ReadOptions } from "../types.ts";
import { type Cells, rowNames } from "./cells.ts";
import { codedNumbers } from "./numbers.ts";
import type { VariableSpec } from "./spec.ts";

export interface Values {
  /** One for each kept row. */
  readonly values: Float64Array;
  /** Cells that held a number for "no answer". */
  readonly noAnswer: number;
  readonly missing: number;
}

/**
 * @param rows the rows to keep.
 * @throws InputError when a value is none that the variable can have, naming lines, value and what is allowed.
 */
export function variableValues(
  cells: Cells,
  spec: VariableSpec,
  rows: Int32Array,
  options: ReadOptions,
): Values {
  const { codes, numbers } = codedNumbers(cells, spec.name);
  const recode = recoding(spec.name, byName(options.recode, spec.name) ?? {});
  const silent = new Set([...spec.noAnswer, ...byName(options.noAnswer, spec.name) ?? []]);
  const recoded = numbers.map((given) => recode.has(given) ? recode.get(given) ?? NaN : given);
  const unanswered = Uint8Array.from(recoded, (value) => silent.has(value) ? 1 : 0);
  const meant = recoded.map((value, i) =>
    unanswered[i] === 1 ? NaN : spec.kind === "yesNo" && value === 2 ? 0 : value
  );
  const isStrange = recoded.map((value, i) =>
    Number.isNaN(meant[i]) || isAllowed(value, spec) ? 0 : 1
  );
  const values = new Float64Array(rows.length);
  const strange: number[] = [];
  let noAnswer = 0;
  let missing = 0;
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i]];
    const value = meant[code];
    noAnswer += unanswered[code];
    if (Number.isNaN(value)) missing++;
    else if (isStrange[code] === 1) strange.push(rows[i]);
    values[i] = value;
  }
  if (strange.length > 0) throw unexpected(cells, spec, numbers[codes[strange[0]]], strange);
  return { values, noAnswer, missing };
}

/** @throws InputError when what is to be replaced is no number: "" would be taken for 0, a word for a blank (NaN). */
function recoding(
  name: string,
  given: Readonly<Record<string, number | null>>,
): Map<number, number | null> {
  const wrong = Object.keys(given).find((from) =>
    from.trim() === "" || (from !== "NaN" && Number.isNaN(Number(from)))
  );
  if (wrong === undefined) {
    return new Map(Object.entries(given).map(([from, to]) => [Number(from), to]));
  }
  throw new InputError({
    problem: 'The option "recode" replaces something that is no number',
    column: name,
    value: wrong,
    remedy: `name the number that stands in the file, e.g. { ${name}: { 9: null } } for missing`,
  });
}

/** Options may name a variable in any case. */
function byName<T>(options: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return Object.entries(options ?? {}).find(([key]) => key.toUpperCase() === name)?.[1];
}

export function isAllowed(value: number, { codes, range }: VariableSpec): boolean {
  if (codes !== undefined) return codes.includes(value);
  return range === undefined || (value >= range[0] && value <= range[1]);
}

/** What a variable can be, in words. */
export function allowedValues({ codes, range }: VariableSpec): string {
  if (codes !== undefined) return codes.join(", ");
  return range === undefined ? "any number" : `${range[0]} to ${range[1]}`;
}

function unexpected(
  cells: Cells,
  spec: VariableSpec,
  value: number,
  strange: readonly number[],
): InputError {
  return new InputError({
    problem: `Rows of ${cells.shape.name} have a value that ${spec.label} cannot have (allowed: ${
      allowedValues(spec)
    })`,
    column: spec.name,
    rows: rowNames(cells.shape, strange),
    value,
    remedy:
      `look it up in the year's codebook and say what it means in the option "recode", e.g. ` +
      `{ ${spec.name}: { ${value}: null } } for missing`,
  });
}
