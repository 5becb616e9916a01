/** What an input error says: what is wrong, where, and how to mend it. */
export interface InputProblem {
  /** What is wrong, one clause, naming what was found. */
  problem: string;
  /** The column (or option) at fault. */
  column?: string;
  /** Rows at fault, as the reader counts them in the input (0-based for arrays, file lines for files). */
  rows?: readonly (number | string)[];
  /** The offending value. */
  value?: unknown;
  /** What the reader can do about it. */
  remedy: string;
}

const SHOWN_ROWS = 5;

/** Names at most five rows and says how many more there are. */
export function listRows(rows: readonly (number | string)[]): string {
  const shown = rows.slice(0, SHOWN_ROWS).join(", ");
  const more = rows.length - SHOWN_ROWS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function describe({ problem, column, rows, value, remedy }: InputProblem): string {
  const where = [
    column === undefined ? "" : `column "${column}"`,
    rows === undefined || rows.length === 0
      ? ""
      : `${rows.length === 1 ? "row" : "rows"} ${listRows(rows)}`,
    value === undefined ? "" : `value ${typeof value === "string" ? `"${value}"` : String(value)}`,
  ].filter((part) => part !== "").join(", ");
  return `${problem}${where === "" ? "" : ` (${where})`}. Remedy: ${remedy}.`;
}

/**
 * Bad input from a reader: data, an option or an assumption. The message names the column, the rows or the
 * value, and the remedy; the same parts are kept as fields so that a caller can show them its own way.
 */
export class InputError extends Error implements InputProblem {
  override readonly name = "InputError";
  readonly problem: string;
  readonly column?: string;
  readonly rows?: readonly (number | string)[];
  readonly value?: unknown;
  readonly remedy: string;

  constructor(problem: InputProblem) {
    super(describe(problem));
    this.problem = problem.problem;
    this.column = problem.column;
    this.rows = problem.rows;
    this.value = problem.value;
    this.remedy = problem.remedy;
  }
}
