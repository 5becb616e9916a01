/** From the numbers of a file to the values of a column: codes checked, "no answer" made missing. */
import { InputError } from "../../../panel/errors.ts";
import type { ReadOptions } from "../types.ts";
import { type Cells, numberColumn, rowName } from "./cells.ts";
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
  const numbers = numberColumn(cells, spec.name);
  const recode = new Map(
    Object.entries(byName(options.recode, spec.name) ?? {}).map(([from, to]) => [Number(from), to]),
  );
  const silent = new Set([...spec.noAnswer, ...byName(options.noAnswer, spec.name) ?? []]);
  const values = new Float64Array(rows.length);
  const strange: number[] = [];
  let noAnswer = 0;
  let missing = 0;
  for (let i = 0; i < rows.length; i++) {
    const given = numbers[rows[i]];
    const recoded = recode.size > 0 && recode.has(given) ? recode.get(given) ?? NaN : given;
    const unanswered = silent.has(recoded);
    const value = unanswered ? NaN : recoded;
    if (unanswered) noAnswer++;
    if (Number.isNaN(value)) missing++;
    else if (!isAllowed(value, spec)) strange.push(rows[i]);
    values[i] = spec.kind === "yesNo" && value === 2 ? 0 : value;
  }
  if (strange.length > 0) throw unexpected(cells, spec, numbers, strange);
  return { values, noAnswer, missing };
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
  numbers: Float64Array,
  strange: readonly number[],
): InputError {
  return new InputError({
    problem: `Rows of ${cells.shape.name} have a value that ${spec.label} cannot have (allowed: ${
      allowedValues(spec)
    })`,
    column: spec.name,
    rows: strange.map((row) => rowName(cells.shape, row)),
    value: numbers[strange[0]],
    remedy:
      `look it up in the year's codebook and say what it means in the option "recode", e.g. ` +
      `{ ${spec.name}: { ${numbers[strange[0]]}: null } } for missing`,
  });
}
