import {
  codeLabels,
  type Coding,
  crossCoding,
  type Label,
  positions,
  subsetCoding,
} from "./coding.ts";
import {
  codeColumn,
  type Column,
  columnInOrder,
  commonLength,
  nonNumericRows,
  parseNumber,
  takeRows,
  toColumn,
} from "./columns.ts";
import { InputError } from "./errors.ts";

/** Which columns identify a row. */
export interface PanelKeys {
  /** Column of the unit (text or number): a region, a state, a county. */
  unit: string;
  /** Column of the time (a number, or text that reads as one): a year. */
  time: string;
}

/** One step from the reader's rows to this panel. */
export interface SampleStep {
  readonly step: string;
  readonly rows: number;
  readonly units: number;
  readonly times: number;
}

/** What a panel remembers about where it came from; carried into every estimate made from it. */
export interface PanelContext {
  /** Where the figures come from, one line. */
  readonly source?: string;
  /** "simulated" or "assumed" where some or all figures are; shown in every table and figure. */
  readonly provenance?: string;
  /** The assumptions the panel was built under, in words. */
  readonly assumptions?: readonly string[];
  /** How columns that were made from others are to be read. */
  readonly notes?: readonly string[];
}

interface PanelParts {
  unit: Coding;
  time: Coding;
  columns: ReadonlyMap<string, Column>;
  /** Position of each row in the reader's input. */
  inputRow: Int32Array;
  flow: readonly SampleStep[];
  context: PanelContext;
}

/** One cell of the panel, as a function that makes or keeps rows sees it. */
export interface PanelRow {
  readonly unit: Label;
  readonly time: number;
  /** The value of a numeric column in this row (NaN where missing). */
  value(column: string): number;
  /** The value of a text column in this row ("" where missing). */
  text(column: string): string;
}

/**
 * Units observed over time: typed columns, units and times coded once.
 *
 * Rows are kept sorted by unit, then time, whatever order they came in, so that results never depend on it.
 * A panel is immutable: `with`, `where` and `about` return a new one. Missing values are NaN; an estimator
 * drops the rows it cannot use and says how many.
 */
export class Panel {
  /** Number of rows. */
  readonly rows: number;
  readonly unitName: string;
  readonly timeName: string;
  /** Unit labels, sorted; `unit[i]` indexes them. */
  readonly units: readonly Label[];
  /** Times, sorted; `time[i]` indexes them. */
  readonly times: readonly number[];
  readonly unit: Int32Array;
  readonly time: Int32Array;
  /** 0-based position of each row in the reader's input, for messages. */
  readonly inputRow: Int32Array;
  /** True when every unit is observed at every time. */
  readonly balanced: boolean;
  /** How the sample came about, one line per step. */
  readonly flow: readonly SampleStep[];
  readonly context: PanelContext;
  readonly #parts: PanelParts;

  private constructor(parts: PanelParts) {
    this.#parts = parts;
    this.unitName = parts.unit.name;
    this.timeName = parts.time.name;
    this.units = parts.unit.levels;
    this.times = parts.time.levels as readonly number[];
    this.unit = parts.unit.codes;
    this.time = parts.time.codes;
    this.inputRow = parts.inputRow;
    this.rows = parts.inputRow.length;
    this.balanced = this.rows === this.units.length * this.times.length;
    this.flow = parts.flow;
    this.context = parts.context;
  }

  /**
   * A panel from one record per unit and time.
   * @throws InputError on missing or duplicate keys, or a key column that does not exist.
   */
  static fromRows(rows: readonly Readonly<Record<string, unknown>>[], keys: PanelKeys): Panel {
    requireRows(rows);
    const names = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    const columns: Record<string, unknown[]> = {};
    for (const name of names) columns[name] = rows.map((row) => row[name]);
    return Panel.fromColumns(columns, keys);
  }

  /**
   * A panel from columns of one length (arrays or typed arrays). The columns are copied.
   * @throws InputError on missing or duplicate keys, unequal lengths, or a key column that does not exist.
   */
  static fromColumns(
    columns: Readonly<Record<string, ArrayLike<unknown>>>,
    keys: PanelKeys,
  ): Panel {
    requireColumns(columns);
    requireKeys(Object.keys(columns), keys);
    if (commonLength(columns) === 0) {
      throw new InputError({
        problem: "There are no rows",
        remedy: "pass at least one row per unit and time",
      });
    }
    const unit = codeLabels(keys.unit, columns[keys.unit]);
    const time = codeTimes(keys.time, columns[keys.time]);
    const { order, unchanged } = sortedOrder(unit, time);
    rejectDuplicates(unit, time, order);
    const sorted = new Map<string, Column>();
    for (const [name, values] of Object.entries(columns)) {
      sorted.set(name, unchanged ? toColumn(values) : columnInOrder(values, order));
    }
    return new Panel({
      unit: unchanged ? unit : subsetCoding(unit, order),
      time: unchanged ? time : subsetCoding(time, order),
      columns: sorted,
      inputRow: order,
      flow: [{
        step: "rows read",
        rows: order.length,
        units: unit.levels.length,
        times: time.levels.length,
      }],
      context: {},
    });
  }

  get columnNames(): readonly string[] {
    return [...this.#parts.columns.keys()];
  }

  has(name: string): boolean {
    return this.#parts.columns.has(name);
  }

  /** True when the column exists and holds numbers. */
  isNumeric(name: string): boolean {
    return this.#parts.columns.get(name)?.kind === "numeric";
  }

  /**
   * A numeric column in panel order, NaN where missing. Treat it as read-only.
   * @throws InputError when there is no such column or it holds text.
   */
  numeric(name: string): Float64Array {
    const column = this.#column(name);
    if (column.kind === "numeric") return column.values;
    const rows = nonNumericRows(column);
    throw new InputError({
      problem: "The column must be numeric but holds text",
      column: name,
      rows: rows.map((i) => this.inputRow[i]),
      value: column.values[rows[0]],
      remedy: "write numbers with a decimal point and no units, and leave missing values blank",
    });
  }

  /** A column's values as text ("" where missing; numbers as written by String). */
  text(name: string): readonly string[] {
    const column = this.#column(name);
    if (column.kind === "text") return column.values;
    return Array.from(column.values, (value) => Number.isNaN(value) ? "" : String(value));
  }

  /** A column coded as groups, for clusters and fixed effects. Missing values are an error. */
  groups(name: string): Coding {
    if (name === this.unitName) return this.#parts.unit;
    if (name === this.timeName) return this.#parts.time;
    return codeColumn(name, this.#column(name), (rows) => this.describeRows(rows));
  }

  /** Groups from several columns crossed ("region × year"). */
  crossedGroups(names: readonly string[]): Coding {
    return names.map((name) => this.groups(name)).reduce(crossCoding);
  }

  /** The panel with one column added or replaced: values in panel order, or a function of the row. */
  with(name: string, values: ArrayLike<unknown> | ((row: PanelRow) => unknown)): Panel {
    if (name === this.unitName || name === this.timeName) {
      throw new InputError({
        problem: "The unit and time columns cannot be replaced",
        column: name,
        remedy: "build a new panel, or choose another name",
      });
    }
    const array = typeof values === "function" ? this.map(values) : values ?? [];
    if (array.length !== this.rows) {
      throw new InputError({
        problem: `The new column has ${array.length} values but the panel has ${this.rows} rows`,
        column: name,
        remedy: "give one value per row, in the panel's order, or a function of the row",
      });
    }
    return new Panel({
      ...this.#parts,
      columns: new Map(this.#parts.columns).set(name, toColumn(array)),
    });
  }

  /** The rows for which `keep` is true, with the step recorded in `flow` under `reason`. */
  where(reason: string, keep: (row: PanelRow) => boolean): Panel {
    if (typeof keep !== "function") {
      throw new InputError({
        problem: "How rows are chosen is not given",
        value: typeof reason === "string" ? reason : undefined,
        remedy:
          'give a reason and a function: panel.where("from 2015 on", (row) => row.time >= 2015)',
      });
    }
    const mask = this.map(keep);
    return this.take(Int32Array.from(mask.flatMap((kept, i) => kept ? [i] : [])), reason);
  }

  /** Some rows by position, in panel order, with the step recorded in `flow`. */
  take(rows: Int32Array, reason: string): Panel {
    if (rows.length === 0) {
      throw new InputError({
        problem: `No row is left after "${reason}"`,
        remedy: "widen the window, or check the column that selects the rows",
      });
    }
    const unit = subsetCoding(this.#parts.unit, rows);
    const time = subsetCoding(this.#parts.time, rows);
    const columns = new Map<string, Column>();
    for (const [name, column] of this.#parts.columns) columns.set(name, takeRows(column, rows));
    const step = {
      step: reason,
      rows: rows.length,
      units: unit.levels.length,
      times: time.levels.length,
    };
    const inputRow = rows.map((i) => this.inputRow[i]);
    return new Panel({ ...this.#parts, unit, time, columns, inputRow, flow: [...this.flow, step] });
  }

  /** The panel with more said about where it comes from. */
  about(context: PanelContext): Panel {
    return new Panel({ ...this.#parts, context: { ...this.context, ...context } });
  }

  /** One value per row, in panel order. */
  map<T>(f: (row: PanelRow) => T): T[] {
    return Array.from({ length: this.rows }, (_, i) => f(this.row(i)));
  }

  /** One row, by position. */
  row(i: number): PanelRow {
    return {
      unit: this.units[this.unit[i]],
      time: this.times[this.time[i]],
      value: (column) => this.numeric(column)[i],
      text: (column) => this.text(column)[i],
    };
  }

  /** Names rows for an error message: position in the input with unit and time. */
  describeRows(rows: readonly number[]): string[] {
    return rows.map((i) =>
      `${this.inputRow[i]} (${this.units[this.unit[i]]}, ${this.times[this.time[i]]})`
    );
  }

  #column(name: string): Column {
    const column = this.#parts.columns.get(name);
    if (column !== undefined) return column;
    throw new InputError({
      problem: "There is no such column",
      column: name,
      remedy: `choose one of ${this.columnNames.join(", ")}`,
    });
  }
}

function requireRows(rows: unknown): void {
  const wrong = Array.isArray(rows)
    ? [...rows.keys()].filter((i) => typeof rows[i] !== "object" || rows[i] === null)
    : [];
  if (Array.isArray(rows) && wrong.length === 0) return;
  throw new InputError({
    problem: Array.isArray(rows) ? "A row is not a record" : "The rows are not a list",
    rows: wrong,
    value: Array.isArray(rows) ? String(rows[wrong[0]]) : rows === undefined ? "nothing" : rows,
    remedy: 'pass one record per unit and time, as in [{ region: "Lima", year: 2011, y: 1 }, …]',
  });
}

function requireColumns(columns: unknown): void {
  const isRecord = typeof columns === "object" && columns !== null && !Array.isArray(columns);
  const wrong = isRecord
    ? Object.entries(columns).find(([, values]) =>
      typeof (values as ArrayLike<unknown> | null)?.length !== "number" ||
      typeof values === "string"
    )
    : undefined;
  if (isRecord && wrong === undefined) return;
  throw new InputError({
    problem: isRecord ? "A column is not a list" : "The columns are not a record of lists",
    column: wrong?.[0],
    value: isRecord ? wrong?.[1] : columns === undefined ? "nothing" : columns,
    remedy: "pass { region: […], year: […], … }, or use Panel.fromRows for a list of records",
  });
}

function requireKeys(names: readonly string[], keys: PanelKeys): void {
  if (typeof keys !== "object" || keys === null) {
    throw new InputError({
      problem: "The unit and time columns are not given",
      remedy: 'name them: { unit: "…", time: "…" }',
    });
  }
  if (keys.unit === keys.time && names.includes(keys.unit)) {
    throw new InputError({
      problem: "The unit and the time are the same column",
      column: keys.unit,
      remedy: "name one column for each",
    });
  }
  for (const role of ["unit", "time"] as const) {
    if (names.includes(keys[role])) continue;
    throw new InputError({
      problem: `The ${role} column does not exist`,
      column: keys[role],
      remedy: names.length === 0
        ? "pass rows that have columns"
        : `choose one of ${names.join(", ")}`,
    });
  }
}

function codeTimes(name: string, values: ArrayLike<unknown>): Coding {
  const wrong: number[] = [];
  const times = new Float64Array(values.length);
  for (let i = 0; i < times.length; i++) {
    const time = parseNumber(values[i]);
    if (time === undefined || time === Infinity || time === -Infinity) wrong.push(i);
    times[i] = time ?? 0;
  }
  if (wrong.length > 0) {
    throw new InputError({
      problem: "Times must be finite numbers",
      column: name,
      rows: wrong,
      value: values[wrong[0]],
      remedy: "use years or another numeric count of periods",
    });
  }
  return codeLabels(name, times);
}

/** Rows by unit, then time; most panels come so already. */
function sortedOrder(unit: Coding, time: Coding): { order: Int32Array; unchanged: boolean } {
  const width = time.levels.length;
  const key = (i: number) => unit.codes[i] * width + time.codes[i];
  const order = positions(unit.codes.length);
  for (let i = 1; i < order.length; i++) {
    if (key(i) >= key(i - 1)) continue;
    return { order: order.sort((a, b) => key(a) - key(b) || a - b), unchanged: false };
  }
  return { order, unchanged: true };
}

function rejectDuplicates(unit: Coding, time: Coding, order: Int32Array): void {
  const rows: number[] = [];
  let first = "";
  for (let i = 1; i < order.length; i++) {
    const a = order[i - 1];
    const b = order[i];
    if (unit.codes[a] !== unit.codes[b] || time.codes[a] !== time.codes[b]) continue;
    if (rows.length === 0) first = `${unit.levels[unit.codes[a]]}, ${time.levels[time.codes[a]]}`;
    if (rows.at(-1) !== a) rows.push(a);
    rows.push(b);
  }
  if (rows.length === 0) return;
  throw new InputError({
    problem: "A unit appears more than once at one time",
    column: `${unit.name}, ${time.name}`,
    rows,
    value: first,
    remedy: "keep one row per unit and time, or aggregate the duplicates first",
  });
}
