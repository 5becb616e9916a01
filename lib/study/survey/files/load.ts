/** One file of one module as columns: found, inspected, checked, filtered. */
import { InputError } from "../../../panel/errors.ts";
import { REGION_CODES } from "../../peru/regions.ts";
import type { FlowStep, ReadOptions, SurveyColumns, SurveySource } from "../types.ts";
import {
  type Cells,
  decimalCommas,
  numberColumn,
  readCells,
  rowName,
  textColumn,
} from "./cells.ts";
import {
  checkYear,
  requireColumns,
  requireFilled,
  requireModule,
  requirePositive,
  requireRegions,
  requireUniqueKeys,
  upperHeader,
  weightColumn,
} from "./checks.ts";
import { FileFlow } from "./flow.ts";
import { type FileShape, inspectFile } from "./inspect.ts";
import { locate } from "./locate.ts";
import { regionOf, withZeros } from "./place.ts";
import {
  DESIGN_VARIABLES,
  INTERVIEWED,
  KEY_DIGITS,
  type ModuleSpec,
  type VariableSpec,
  YEAR_COLUMN,
} from "./spec.ts";
import { type Values, variableValues } from "./values.ts";

export interface Loaded {
  readonly columns: SurveyColumns;
  /** Person within the household, for modules of persons. */
  readonly codperso: readonly string[];
  /** The module's variables by field. */
  readonly fields: Readonly<Record<string, Float64Array>>;
  readonly flow: FileFlow;
  readonly notes: readonly string[];
}

/** Reads one year of a module. Nothing is returned unless every check has passed. */
export async function loadModule(
  source: SurveySource,
  year: number,
  spec: ModuleSpec,
  options: ReadOptions,
): Promise<Loaded> {
  const { path, provenance } = await locate(source, spec, year);
  const shape = await inspectFile(path);
  const wanted = wantedColumns(shape, spec, options);
  const cells = readCells(shape, wanted.all);
  const notes = shapeNotes(shape);
  const yearNote = checkYear(cells, year);
  if (yearNote !== null) notes.push(yearNote);

  const identity = identifiers(cells, spec, notes);
  const weights = numberColumn(cells, wanted.weight);
  notes.push(...weightNotes(cells, spec, wanted.weight));
  const { rows, steps } = keptRows(cells, spec, weights, wanted.weight);
  for (const [name, values] of Object.entries(identity.codes)) {
    requireFilled(shape, name, values, rows);
  }
  requirePositive(shape, wanted.weight, weights, rows);
  const keys = spec.keys.map((name) => identity.codes[name]);
  requireUniqueKeys(shape, spec.keys, keys, rows);
  const place = places(shape, identity.codes.UBIGEO, rows);
  requireRegions(shape, options.regions ?? REGION_CODES, place.region);

  const fields = moduleFields(cells, spec, rows, options, wanted.present, notes);
  const pick = (name: string) => Array.from(rows, (row) => identity.codes[name][row]);
  return {
    columns: {
      year,
      rows: rows.length,
      provenance,
      source: provenance === "simulated"
        ? `Simulated survey in the shape of INEI's ENAHO, ${shape.name}: no real household`
        : `INEI, ENAHO ${year}, ${shape.name}`,
      conglome: pick("CONGLOME"),
      vivienda: pick("VIVIENDA"),
      hogar: pick("HOGAR"),
      ubigeo: pick("UBIGEO"),
      ...place,
      dominio: fields.dominio,
      estrato: fields.estrato,
      urban: fields.estrato.map((stratum) => Number.isNaN(stratum) ? NaN : stratum <= 5 ? 1 : 0),
      weight: Float64Array.from(rows, (row) => weights[row]),
      other: otherVariables(cells, rows, options),
    },
    codperso: spec.keys.includes("CODPERSO") ? pick("CODPERSO") : [],
    fields,
    flow: new FileFlow(year, spec.module, shape.name, steps),
    notes,
  };
}

interface Wanted {
  readonly all: readonly string[];
  readonly weight: string;
  readonly present: readonly VariableSpec[];
}

/** Which columns to read. @throws InputError when it is the wrong module, or something needed is missing. */
function wantedColumns(shape: FileShape, spec: ModuleSpec, options: ReadOptions): Wanted {
  requireModule(shape, spec);
  const columns = upperHeader(shape);
  const spared = upper(options.without);
  const variables = [...DESIGN_VARIABLES, ...spec.variables];
  const needed = variables.filter(({ name, needed }) => needed && !spared.includes(name));
  const others = upper(options.variables);
  const weight = weightColumn(shape, spec, options);
  const identifiers = [...spec.keys, "UBIGEO"];
  requireColumns(shape, spec, [...identifiers, ...needed.map(({ name }) => name), ...others]);
  const present = variables.filter(({ name }) => columns.includes(name));
  const year = columns.filter((name) => YEAR_COLUMN.test(name)).slice(0, 1);
  const all = [
    ...identifiers,
    ...present.map(({ name }) => name),
    ...others,
    weight,
    ...year,
  ];
  return { all: [...new Set(all)], weight, present };
}

function upper(names: readonly string[] | undefined): string[] {
  return (names ?? []).map((name) => name.toUpperCase());
}

function shapeNotes(shape: FileShape): string[] {
  const notes: string[] = [];
  if (shape.encoding === "Latin-1") notes.push("the file is Latin-1, not UTF-8");
  if (shape.separator !== ",") {
    notes.push(
      `columns are separated by ${shape.separator === "\t" ? "tabs" : `"${shape.separator}"`}`,
    );
  }
  return notes;
}

function weightNotes(cells: Cells, spec: ModuleSpec, weight: string): string[] {
  const notes: string[] = [];
  if (decimalCommas(cells, weight) > 0) notes.push("numbers have decimal commas");
  if (weight !== "FACTOR07") notes.push(`the weight is ${weight}`);
  const columns = upperHeader(cells.shape);
  const others = spec.weights.filter((name) => name !== weight && columns.includes(name));
  if (others.length > 0) {
    notes.push(`the file has other weights, not used: ${others.join(", ")} (option "weight")`);
  }
  return notes;
}

/** Identifiers with their zeros, and a note for each that had lost them. */
function identifiers(
  cells: Cells,
  spec: ModuleSpec,
  notes: string[],
): { codes: Record<string, string[]> } {
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
  return { codes };
}

/** Interviews that count and have a weight. */
function keptRows(
  cells: Cells,
  spec: ModuleSpec,
  weights: Float64Array,
  weight: string,
): { rows: Int32Array; steps: FlowStep[] } {
  const steps: FlowStep[] = [{ step: "read", rows: cells.rows, dropped: 0 }];
  const narrow = (rows: Int32Array, step: string, keep: (row: number) => boolean) => {
    const kept = rows.filter(keep);
    steps.push({ step, rows: kept.length, dropped: rows.length - kept.length });
    return kept;
  };
  let rows = Int32Array.from({ length: cells.rows }, (_, row) => row);
  if (spec.module === "households") {
    if (cells.frame.columns.includes("RESULT")) {
      const result = numberColumn(cells, "RESULT");
      rows = narrow(
        rows,
        "RESULT 1 or 2 (complete or incomplete interview)",
        (row) => INTERVIEWED.includes(result[row]),
      );
    } else {
      steps.push({
        step: "no RESULT in the file: no interview could be left out",
        rows: rows.length,
        dropped: 0,
      });
    }
  }
  rows = narrow(rows, `with a weight (${weight})`, (row) => !Number.isNaN(weights[row]));
  if (rows.length > 0) return { rows, steps };
  throw new InputError({
    problem: `No row of ${cells.shape.name} is left: ${
      steps.map(({ step, rows }) => `${step} ${rows}`).join(", ")
    }`,
    column: weight,
    remedy: "download the file again, or check RESULT and the weight",
  });
}

function places(
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

/** The module's variables by field; those that the file lacks are missing throughout, and a note says so. */
function moduleFields(
  cells: Cells,
  spec: ModuleSpec,
  rows: Int32Array,
  options: ReadOptions,
  present: readonly VariableSpec[],
  notes: string[],
): Record<string, Float64Array> {
  const spared = upper(options.without);
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
    notes.push(...missingNotes(variable, read));
    fields[variable.field] = read.values;
  }
  return fields;
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

function otherVariables(
  cells: Cells,
  rows: Int32Array,
  options: ReadOptions,
): Record<string, Float64Array> {
  return Object.fromEntries(
    upper(options.variables).map((name) => {
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
