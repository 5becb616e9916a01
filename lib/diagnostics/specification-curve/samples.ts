import { InputError } from "../../panel/errors.ts";
import { Panel } from "../../panel/panel.ts";
import type { Specification } from "./specification.ts";
import { sampler } from "./run.ts";

/** What `compute` gives, or null where it refuses its input. */
export function attempt<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}

/** Columns that differ between two panels of the same rows, beside those that were permuted. */
export function changedColumns(
  before: Panel,
  after: Panel,
  permuted: readonly string[],
): Set<string> {
  const changed = new Set<string>();
  for (const name of before.columnNames) {
    if (permuted.includes(name)) continue;
    if (!after.has(name) || !sameColumn(before, after, name)) changed.add(name);
  }
  return changed;
}

function sameColumn(before: Panel, after: Panel, name: string): boolean {
  if (before.isNumeric(name) !== after.isNumeric(name)) return false;
  if (!before.isNumeric(name)) return same(before.text(name), after.text(name));
  return same(before.numeric(name), after.numeric(name));
}

/** Equal values in equal places; missing equals missing. */
export function same<T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  return true;
}

/**
 * Finds samples that cannot depend on what is permuted: made from a panel that lacks those columns, they come out the
 * same. Gives the rows of such a sample in the panel, or null for one that must be made anew in every draw.
 */
export function fixedSamples(panel: Panel, permuted: readonly string[]) {
  const bare = attempt(() => withoutColumns(panel, permuted));
  if (bare === null) return () => null;
  const sample = sampler(bare);
  const known = new Map<Panel, Int32Array | null>();
  return (specification: Specification, sampled: Panel): Int32Array | null => {
    const found = known.get(sampled);
    if (found !== undefined) return found;
    const made = attempt(() => sample(specification));
    const rows = made !== null && made.rows === sampled.rows &&
        same(made.inputRow.map((row) => panel.inputRow[row]), sampled.inputRow) &&
        changedColumns(sampled, made, permuted).size === 0 &&
        permuted.every((name) => sampled.has(name) && dealt(panel, sampled, made.inputRow, name))
      ? made.inputRow
      : null;
    known.set(sampled, rows);
    return rows;
  };
}

/** True when the sample has the column as it is in the panel. */
function dealt(panel: Panel, sampled: Panel, rows: Int32Array, name: string): boolean {
  const [whole, part] = [panel.numeric(name), attempt(() => sampled.numeric(name))];
  return part !== null && same(part, Float64Array.from(rows, (row) => whole[row]));
}

/** The panel's rows, in its order, as if they had been read without some columns. */
function withoutColumns(panel: Panel, names: readonly string[]): Panel {
  const kept = panel.columnNames.filter((name) => !names.includes(name));
  return Panel.fromColumns(
    Object.fromEntries(
      kept.map((name) => [name, panel.isNumeric(name) ? panel.numeric(name) : panel.text(name)]),
    ),
    { unit: panel.unitName, time: panel.timeName },
  );
}
