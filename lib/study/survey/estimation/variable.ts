import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";

/** A variable made of a table's columns: one number a row, NaN where missing. */
export interface MadeVariable {
  readonly name: string;
  readonly values: (table: SurveyTable) => Float64Array;
}

/** A column of the table by its name (`internet`, `income`, or one asked for when reading, in upper case), or a made one. */
export type SurveyVariable = string | MadeVariable;

/** Columns of the contract that say where a row is, not what it answered. */
const NOT_ANSWERS = ["weight"];

export function variableName(variable: SurveyVariable): string {
  return typeof variable === "string" ? variable : variable.name;
}

/** @throws InputError naming the columns that there are, or the rows that are infinite. */
export function variableValues(table: SurveyTable, variable: SurveyVariable): Float64Array {
  const name = variableName(variable);
  const values = typeof variable === "string" ? column(table, variable) : variable.values(table);
  if (values.length !== table.rows) {
    throw new InputError({
      problem: `The variable has ${values.length} values but the table has ${table.rows} rows`,
      column: name,
      remedy: "return one value per row, NaN where it is missing",
    });
  }
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Infinity || values[i] === -Infinity) {
      throw new InputError({
        problem: "The variable holds infinite values",
        column: name,
        rows: [i],
        value: values[i],
        remedy: "make them NaN to have the rows counted as missing",
      });
    }
  }
  return values;
}

function column(table: SurveyTable, name: string): Float64Array {
  const found = (table as unknown as Record<string, unknown>)[name] ?? table.other[name] ??
    table.other[name.toUpperCase()];
  if (found instanceof Float64Array && !NOT_ANSWERS.includes(name)) return found;
  const numeric = Object.entries(table).flatMap(([key, value]) =>
    value instanceof Float64Array && !NOT_ANSWERS.includes(key) ? [key] : []
  );
  throw new InputError({
    problem: `The ${table.module} of ${table.year} have no such numeric variable`,
    column: name,
    remedy: `choose one of ${
      [...numeric, ...Object.keys(table.other)].join(", ")
    }, or ask for it when reading (variables)`,
  });
}
