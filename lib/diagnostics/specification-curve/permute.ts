import { unitClusters } from "../../estimators/influence.ts";
import { streams } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";

/** Whose treatment each unit receives: `order[i]` is the unit whose path unit i is dealt. */
export type Order = Int32Array;

/** Columns whose paths change hands between units, all of them together. */
export interface PermutedColumns {
  readonly columns: readonly string[];
  readonly values: readonly Float64Array[];
  /** First row of each unit, and one past the last. */
  readonly start: Int32Array;
  /** Units that exchange paths with each other. */
  readonly groups: readonly Int32Array[];
}

/**
 * Checks that the columns' paths can change hands.
 * @throws InputError when units are not observed at the same times and a column varies within units.
 */
export function permutedColumns(
  panel: Panel,
  columns: readonly string[],
  strata: string | undefined,
): PermutedColumns {
  const values = columns.map((name) => panel.numeric(name));
  const start = new Int32Array(panel.units.length + 1).fill(panel.rows);
  for (let i = panel.rows - 1; i >= 0; i--) start[panel.unit[i]] = i;
  values.forEach((column, k) => {
    if (panel.balanced) return;
    const varies = Array.from(panel.unit.keys()).filter((i) =>
      !Object.is(column[i], column[start[panel.unit[i]]])
    );
    if (varies.length === 0) return;
    throw new InputError({
      problem: "Paths can change places only between units observed at the same times",
      column: columns[k],
      rows: panel.describeRows(varies),
      remedy:
        "keep the units observed in every period, or permute a column fixed within units (the cohort)",
    });
  });
  return { columns, values, start, groups: strataOf(panel, strata) };
}

function strataOf(panel: Panel, strata: string | undefined): Int32Array[] {
  if (strata === undefined) return [Int32Array.from(panel.units, (_, i) => i)];
  const [{ codes, levels }] = unitClusters(panel, strata);
  return levels.map((_, g) =>
    Int32Array.from(Array.from(codes.keys()).filter((i) => codes[i] === g))
  );
}

/** Orders number 0, 1, … of a seed; each depends on the seed and its number only. */
export function* drawOrders({ groups }: PermutedColumns, seed: number): Generator<Order, never> {
  const units = groups.reduce((total, group) => total + group.length, 0);
  for (const random of streams(seed)) {
    const order = new Int32Array(units);
    for (const group of groups) {
      const dealt = group.slice();
      random.shuffle(dealt);
      group.forEach((unit, k) => order[unit] = dealt[k]);
    }
    yield order;
  }
  throw new Error("streams never end");
}

/** The panel in which every unit has the path of the unit that `order` names. */
export function permutedPanel(panel: Panel, permuted: PermutedColumns, order: Order): Panel {
  const { columns, values, start } = permuted;
  return columns.reduce((current, name, k) => {
    const moved = new Float64Array(panel.rows);
    for (let i = 0; i < order.length; i++) {
      const from = start[order[i]];
      // In an unbalanced panel the column is fixed within units, so its first row stands for all.
      for (let row = start[i]; row < start[i + 1]; row++) {
        moved[row] = values[k][panel.balanced ? from + row - start[i] : from];
      }
    }
    return current.with(name, moved);
  }, panel);
}
