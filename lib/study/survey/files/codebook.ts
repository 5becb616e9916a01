/** Which variables changed from year to year: missing, renamed, coded otherwise, or blank. Never stops at the first. */
import { InputError } from "../../../panel/errors.ts";
import type { SurveyModule, SurveyProvenance, SurveySource } from "../types.ts";
import { type Cells, readCells, textAt } from "./cells.ts";
import { upperHeader } from "./checks.ts";
import { Codebook, type CodebookCell, type ColumnChange } from "./codebook-report.ts";
import { byContent } from "./fields.ts";
import { inspectFile } from "./inspect.ts";
import { locate } from "./locate.ts";
import { expanded, parsedNumbers } from "./numbers.ts";
import {
  DESIGN_VARIABLES,
  moduleOfColumns,
  MODULES,
  type ModuleSpec,
  type VariableSpec,
} from "./spec.ts";
import { allowedValues, isAllowed } from "./values.ts";

export interface CodebookOptions {
  /** Default: all three. */
  readonly modules?: readonly SurveyModule[];
  /** A rise of the share of missing answers by more than this is a finding. Default 0.2. */
  readonly missingRise?: number;
}

/** More distinct values than this are not compared one by one. */
const FEW_VALUES = 20;

/**
 * Reads every year's files and compares each variable that is used with what it should be and with the year before.
 *
 * @param source a folder with files under INEI's names.
 * @returns one cell for each variable, module and year; a file that cannot be read is a finding, not an error.
 */
export async function codebookCheck(
  source: SurveySource,
  years: readonly number[],
  options: CodebookOptions = {},
): Promise<Codebook> {
  const { modules = ["households", "persons", "summary"], missingRise = 0.2 } = options;
  const cells: CodebookCell[] = [];
  const changes: ColumnChange[] = [];
  const provenances: SurveyProvenance[] = [];
  for (const module of modules) {
    let before: YearOfModule | null = null;
    for (const year of [...years].sort((a, b) => a - b)) {
      const now = await readYear(source, MODULES[module], year);
      if (now.provenance !== null) provenances.push(now.provenance);
      const previous: YearOfModule | null = before;
      cells.push(
        ...now.cells.map((cell) =>
          comparedWith(
            cell,
            previous?.cells.find((old) => old.variable === cell.variable),
            missingRise,
          )
        ),
      );
      if (previous !== null && now.columns.length > 0) changes.push(columnChange(now, previous));
      if (now.columns.length > 0) before = now;
    }
  }
  return new Codebook(cells, changes, provenances);
}

interface YearOfModule {
  readonly year: number;
  readonly module: SurveyModule;
  readonly columns: readonly string[];
  readonly cells: readonly CodebookCell[];
  /** null where there is no such file, or it cannot be read. */
  readonly provenance: SurveyProvenance | null;
}

async function readYear(
  source: SurveySource,
  spec: ModuleSpec,
  year: number,
): Promise<YearOfModule> {
  const variables = [...DESIGN_VARIABLES, ...spec.variables];
  const base = { year, module: spec.module };
  const blank = { ...base, detail: "", missingShare: null, codes: null };
  try {
    const { path, provenance } = await locate(source, spec, year);
    const shape = await inspectFile(path);
    const columns = upperHeader(shape);
    const present = variables.filter(({ name }) => columns.includes(name));
    const { codes, amounts } = byContent(present);
    const cells = present.length === 0 ? null : readCells(shape, codes, amounts);
    const identifiers = [...spec.keys, "UBIGEO"].map((variable): CodebookCell =>
      columns.includes(variable)
        ? { ...blank, variable, status: "as expected" }
        : { ...blank, variable, status: "missing", detail: candidates(columns, variable) }
    );
    return {
      ...base,
      provenance,
      columns,
      cells: [
        ...identifiers,
        weightCell(columns, spec, blank),
        ...variables.map((variable) =>
          cells !== null && present.includes(variable)
            ? variableCell(cells, variable, blank)
            : missingCell(columns, variable.name, spec, blank)
        ),
      ],
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const detail = error.problem;
    return {
      ...base,
      provenance: null,
      columns: [],
      cells: [{ ...blank, variable: "(file)", status: "file not readable", detail }],
    };
  }
}

type Blank = Omit<CodebookCell, "variable" | "status">;

function weightCell(columns: readonly string[], spec: ModuleSpec, blank: Blank): CodebookCell {
  const found = spec.weights.find((name) => columns.includes(name));
  const variable = "FACTOR07";
  if (found === variable) return { ...blank, variable, status: "as expected" };
  return found === undefined
    ? { ...blank, variable, status: "missing", detail: "no weight at all" }
    : { ...blank, variable, status: "renamed", detail: `is called ${found}` };
}

function missingCell(
  columns: readonly string[],
  variable: string,
  spec: ModuleSpec,
  blank: Blank,
): CodebookCell {
  const other = moduleOfColumns(columns);
  const wrong = other !== null && other !== spec &&
    !spec.signature.some((name) => columns.includes(name));
  return {
    ...blank,
    variable,
    status: "missing",
    detail: wrong ? `the file is ${other.title}` : candidates(columns, variable),
  };
}

/** Columns that may be the same variable under another name. */
function candidates(columns: readonly string[], variable: string): string {
  const plain = (name: string) => name.replace(/[^A-Z0-9]/g, "");
  const similar = columns.filter((name) =>
    plain(name).startsWith(variable) || (plain(name).length > 3 && variable.startsWith(plain(name)))
  );
  return similar.length === 0 ? "no similar name" : `perhaps ${similar.slice(0, 5).join(", ")}`;
}

function variableCell(cells: Cells, spec: VariableSpec, blank: Blank): CodebookCell {
  const { strange, ...coded } = parsedNumbers(cells, spec.name);
  const values = expanded(coded);
  const filled = values.filter((value) => !Number.isNaN(value));
  const answers = filled.filter((value) => !spec.noAnswer.includes(value));
  const distinct = [...new Set(answers)].sort((a, b) => a - b);
  const base = {
    ...blank,
    variable: spec.name,
    missingShare: 1 - answers.length / values.length,
    codes: spec.kind !== "number" && distinct.length <= FEW_VALUES ? distinct : null,
  };
  if (strange.length > 0) {
    const text = textAt(cells, spec.name, strange[0]);
    return {
      ...base,
      status: "no numbers",
      detail: `${strange.length} cells, the first "${text}"`,
    };
  }
  if (answers.length === 0) return { ...base, status: "blank throughout" };
  const other = distinct.filter((value) => !isAllowed(value, spec));
  if (other.length === 0) return { ...base, status: "as expected" };
  return {
    ...base,
    status: "other values",
    detail: `${other.slice(0, 5).join(", ")}${
      other.length > 5 ? ` and ${other.length - 5} more` : ""
    } (expected: ${allowedValues(spec)})`,
  };
}

/** A cell that is as expected may still differ from the year before. */
function comparedWith(
  cell: CodebookCell,
  old: CodebookCell | undefined,
  missingRise: number,
): CodebookCell {
  if (cell.status !== "as expected" || old === undefined || old.missingShare === null) return cell;
  const { codes, missingShare } = cell;
  if (
    codes !== null && old.codes !== null && old.codes.length > 0 &&
    codes.join() !== old.codes.join()
  ) {
    return {
      ...cell,
      status: "coded otherwise than the year before",
      detail: `codes ${codes.join(", ")}, before ${old.codes.join(", ")}`,
    };
  }
  if (missingShare !== null && missingShare - old.missingShare > missingRise) {
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
    return {
      ...cell,
      status: "more missing than the year before",
      detail: `${percent(missingShare)} missing, before ${percent(old.missingShare)}`,
    };
  }
  return cell;
}

function columnChange(now: YearOfModule, before: YearOfModule): ColumnChange {
  return {
    year: now.year,
    module: now.module,
    added: now.columns.filter((name) => !before.columns.includes(name)),
    gone: before.columns.filter((name) => !now.columns.includes(name)),
  };
}
