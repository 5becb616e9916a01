import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";

/** The top that a share can reach, when it is one. */
export function requireTop(shareOf: number): number {
  if (shareOf > 0 && Number.isFinite(shareOf)) return shareOf;
  throw new InputError({
    problem: "The top of a share must be above zero",
    column: "shareOf",
    value: shareOf,
    remedy: "use 100 for percent or 1 for proportions",
  });
}

/** Mean outcome of the cells marked 1. @throws InputError when marks are not 0 or 1, or no marked cell has an outcome. */
export function meanOfTreated(panel: Panel, outcome: string, column: string): number {
  const [values, treated] = [panel.numeric(outcome), panel.numeric(column)];
  const wrong: number[] = [];
  let [sum, count] = [0, 0];
  treated.forEach((value, i) => {
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) wrong.push(i);
    if (value !== 1 || Number.isNaN(values[i])) return;
    sum += values[i];
    count++;
  });
  if (wrong.length === 0 && count > 0) return sum / count;
  throw new InputError({
    problem: wrong.length > 0
      ? "The column of treated cells must be 0 or 1"
      : "No treated cell has an outcome",
    column,
    rows: panel.describeRows(wrong),
    value: wrong.length > 0 ? treated[wrong[0]] : undefined,
    remedy: "mark the cells that are treated with 1 and all others with 0",
  });
}
