/** The variables of a module as columns; what the file lacks is missing, and said. */
import { InputError } from "../../../panel/errors.ts";
import type { ReadOptions } from "../types.ts";
import type { Cells, Columns } from "./cells.ts";
import { doubtfulCommas } from "./numbers.ts";
import { DESIGN_VARIABLES, type ModuleSpec, type VariableSpec } from "./spec.ts";
import { type Values, variableValues } from "./values.ts";

/** Options may name variables in any case. */
export function upperCase(names: readonly string[] | undefined): string[] {
  return (names ?? []).map((name) => name.toUpperCase());
}

/** Names of variables that hold one of few codes, and of those that may differ in every row. */
export function byContent(variables: readonly VariableSpec[]): Columns {
  const isCode = ({ codes, range }: VariableSpec) => codes !== undefined || range !== undefined;
  const names = (some: readonly VariableSpec[]) => some.map(({ name }) => name);
  return {
    codes: names(variables.filter(isCode)),
    amounts: names(variables.filter((variable) => !isCode(variable))),
  };
}

/** The module's variables by field; those that the file lacks are missing throughout, and a note says so. */
export function moduleFields(
  cells: Cells,
  spec: ModuleSpec,
  rows: Int32Array,
  options: ReadOptions,
  present: readonly VariableSpec[],
  notes: string[],
): Record<string, Float64Array> {
  const spared = upperCase(options.without);
  const fields: Record<string, Float64Array> = {};
  for (const variable of [...DESIGN_VARIABLES, ...spec.variables]) {
    if (!present.includes(variable)) {
      fields[variable.field] = new Float64Array(rows.length).fill(NaN);
      notes.push(`${variable.name} (${variable.label}) is not in the file`);
      continue;
    }
    const read = variableValues(cells, variable, rows, options);
    if (read.missing === rows.length) {
      if (variable.needed && !spared.includes(variable.name)) throw allMissing(cells, variable);
      notes.push(`${variable.name} (${variable.label}) is blank throughout`);
    }
    notes.push(...commaNotes(cells, variable.name), ...missingNotes(variable, read));
    fields[variable.field] = read.values;
  }
  return fields;
}

/** Said where a comma might as well mark thousands. */
export function commaNotes(cells: Cells, name: string): string[] {
  // Between commas they were refused when the numbers were read.
  if (cells.shape.separator === "," || doubtfulCommas(cells, name).length === 0) return [];
  return [`${name}: every comma has three digits after it; it was read as a decimal mark`];
}

function missingNotes({ name }: VariableSpec, { noAnswer, missing, values }: Values): string[] {
  if (missing === 0 || missing === values.length) return [];
  return [
    `${name}: ${missing} of ${values.length} missing` +
    (noAnswer === 0 ? "" : `, ${noAnswer} of them a code for no answer`),
  ];
}

function allMissing(cells: Cells, { name, label }: VariableSpec): InputError {
  return new InputError({
    problem: `Every row of ${cells.shape.name} lacks an answer: ${label}`,
    column: name,
    remedy: 'download the file again; if you can do without it, name it in the option "without"',
  });
}

export function otherVariables(
  cells: Cells,
  rows: Int32Array,
  options: ReadOptions,
): Record<string, Float64Array> {
  return Object.fromEntries(
    upperCase(options.variables).map((name) => {
      const spec: VariableSpec = {
        name,
        field: name,
        label: name,
        kind: "number",
        noAnswer: [],
        needed: false,
      };
      return [name, variableValues(cells, spec, rows, options).values];
    }),
  );
}
