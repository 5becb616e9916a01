/** One file of one module as columns: found, inspected, checked, filtered. */
import { positions } from "../../../panel/coding.ts";
import { InputError } from "../../../panel/errors.ts";
import { REGION_CODES } from "../../peru/regions.ts";
import type { FlowStep, ReadOptions, SurveyColumns, SurveySource } from "../types.ts";
import { type Cells, type Columns, readAhead, readCells } from "./cells.ts";
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
import { byContent, commaNotes, moduleFields, otherVariables, upperCase } from "./fields.ts";
import { FileFlow } from "./flow.ts";
import { type FileHead, type FileShape, headOf, inspectFile } from "./inspect.ts";
import { locate } from "./locate.ts";
import { hasCommas, numberColumn } from "./numbers.ts";
import { sourceLine } from "./provenance.ts";
import { identifiers, places, textsOf } from "./identify.ts";
import { rowsWhere, taken } from "./rows.ts";
import {
  DESIGN_VARIABLES,
  INTERVIEWED,
  type ModuleSpec,
  type VariableSpec,
  YEAR_COLUMN,
} from "./spec.ts";

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
  const head = await headOf(path);
  const reading = readAhead(head, usableColumns(head, spec, options));
  // polars maps the file: were it saved anew after an error here, but before polars is done, the process would end.
  const shape = await inspectFile(path).finally(() => reading);
  const wanted = wantedColumns(shape, spec, options);
  const { codes: coded, amounts } = wanted.columns;
  const cells = readCells(shape, coded, amounts, await reading);
  const notes = shapeNotes(shape);
  const yearNote = checkYear(cells, year);
  if (yearNote !== null) notes.push(yearNote);

  const codes = identifiers(cells, spec, notes);
  const weights = numberColumn(cells, wanted.weight);
  notes.push(...weightNotes(cells, spec, wanted.weight));
  const { rows, steps } = keptRows(cells, spec, weights, wanted.weight);
  for (const [name, column] of Object.entries(codes)) requireFilled(shape, name, column, rows);
  requirePositive(shape, wanted.weight, weights, rows);
  const keys = spec.keys.map((name) => codes[name]);
  requireUniqueKeys(shape, spec.keys, keys, rows);
  const place = places(shape, codes.UBIGEO, rows);
  requireRegions(shape, options.regions ?? REGION_CODES, place.region);

  const fields = moduleFields(cells, spec, rows, options, wanted.present, notes);
  const pick = (name: string) => textsOf(codes[name], rows);
  return {
    columns: {
      year,
      rows: rows.length,
      provenance,
      source: sourceLine(provenance, { year, name: shape.name }),
      conglome: pick("CONGLOME"),
      vivienda: pick("VIVIENDA"),
      hogar: pick("HOGAR"),
      ubigeo: pick("UBIGEO"),
      ...place,
      dominio: fields.dominio,
      estrato: fields.estrato,
      urban: fields.estrato.map((stratum) => Number.isNaN(stratum) ? NaN : stratum <= 5 ? 1 : 0),
      weight: taken(weights, rows),
      other: otherVariables(cells, rows, options),
    },
    codperso: spec.keys.includes("CODPERSO") ? pick("CODPERSO") : [],
    fields,
    flow: new FileFlow(year, spec.module, shape.name, provenance, steps),
    notes,
  };
}

/** Every column that may turn out to be wanted; the file need not have them all. */
function usableColumns(head: FileHead, spec: ModuleSpec, options: ReadOptions): Columns {
  const variables = [...DESIGN_VARIABLES, ...spec.variables];
  const weights = options.weight === undefined ? spec.weights : upperCase([options.weight]);
  return columnsToRead(head, spec, variables, [...weights, ...upperCase(options.variables)]);
}

function columnsToRead(
  head: FileHead,
  spec: ModuleSpec,
  variables: readonly VariableSpec[],
  others: readonly string[],
): Columns {
  const { codes, amounts } = byContent(variables);
  const year = upperHeader(head).filter((name) => YEAR_COLUMN.test(name)).slice(0, 1);
  const allCodes = [...new Set([...spec.keys, "UBIGEO", ...codes, ...year])];
  const rest = [...new Set([...amounts, ...others])].filter((name) => !allCodes.includes(name));
  return { codes: allCodes, amounts: rest };
}

interface Wanted {
  readonly columns: Columns;
  readonly weight: string;
  readonly present: readonly VariableSpec[];
}

/** Which columns to read. @throws InputError when it is the wrong module, or something needed is missing. */
function wantedColumns(shape: FileShape, spec: ModuleSpec, options: ReadOptions): Wanted {
  requireModule(shape, spec);
  const columns = upperHeader(shape);
  const spared = upperCase(options.without);
  const variables = [...DESIGN_VARIABLES, ...spec.variables];
  const needed = variables.filter(({ name, needed }) => needed && !spared.includes(name));
  const others = upperCase(options.variables);
  const weight = weightColumn(shape, spec, options);
  const identifiers = [...spec.keys, "UBIGEO"];
  requireColumns(shape, spec, [...identifiers, ...needed.map(({ name }) => name), ...others]);
  const present = variables.filter(({ name }) => columns.includes(name));
  return { columns: columnsToRead(shape, spec, present, [weight, ...others]), weight, present };
}

function shapeNotes(shape: FileShape): string[] {
  const notes: string[] = [];
  if (shape.encoding === "Latin-1") notes.push("the file is Latin-1, not UTF-8");
  if (shape.separator !== ",") {
    notes.push(
      `columns are separated by ${shape.separator === "\t" ? "tabs" : `"${shape.separator}"`}`,
    );
  }
  if (shape.linesWithinCells > 0) {
    notes.push(
      `lines that are no rows of their own, as quoted cells go on in them: ${shape.linesWithinCells} ` +
        `(if that is too many, a quote is missing)`,
    );
  }
  if (shape.lastLineIsOpen) {
    notes.push("the last line has no line end: the file may be cut off in its last cell");
  }
  return notes;
}

function weightNotes(cells: Cells, spec: ModuleSpec, weight: string): string[] {
  const notes: string[] = [];
  if (hasCommas(cells, weight)) notes.push("numbers have decimal commas");
  notes.push(...commaNotes(cells, weight));
  if (weight !== "FACTOR07") notes.push(`the weight is ${weight}`);
  const columns = upperHeader(cells.shape);
  const others = spec.weights.filter((name) => name !== weight && columns.includes(name));
  if (others.length > 0) {
    notes.push(`the file has other weights, not used: ${others.join(", ")} (option "weight")`);
  }
  return notes;
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
    const kept = rowsWhere(rows, keep);
    steps.push({ step, rows: kept.length, dropped: rows.length - kept.length });
    return kept;
  };
  let rows = positions(cells.rows);
  if (spec.module === "households") {
    if (cells.coded.has("RESULT")) {
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
