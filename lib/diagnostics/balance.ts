import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";

/** How two groups of units differ in one characteristic. */
export interface BalanceRow {
  readonly column: string;
  readonly treatedMean: number;
  readonly controlMean: number;
  /** Difference of means over the root of the mean of the two variances (Imbens & Rubin 2015, eq. 14.1). */
  readonly standardisedDifference: number;
  readonly treatedUnits: number;
  readonly controlUnits: number;
  /** Units left out because the characteristic is missing. */
  readonly missing: number;
  /** Treated units whose value lies within the range of the controls': the room for comparison. */
  readonly treatedWithinControlRange: number;
}

/**
 * Compares characteristics that are fixed over time between units with group = 1 and group = 0.
 * @throws InputError when a group has fewer than two units with a value.
 */
export function balance(panel: Panel, group: string, columns: readonly string[]): BalanceRow[] {
  const arm = firstByUnit(panel, group);
  return columns.map((column) => {
    const values = firstByUnit(panel, column);
    const pick = (value: number) =>
      [...values].filter((v, u) => arm[u] === value && !Number.isNaN(v));
    const [treated, control] = [pick(1), pick(0)];
    if (treated.length < 2 || control.length < 2) {
      throw new InputError({
        problem: `Only ${treated.length} treated and ${control.length} control units have a value`,
        column,
        remedy: "choose a characteristic that at least two units of each group have",
      });
    }
    const [t, c] = [moments(treated), moments(control)];
    const [lowest, highest] = [Math.min(...control), Math.max(...control)];
    return {
      column,
      treatedMean: t.mean,
      controlMean: c.mean,
      standardisedDifference: (t.mean - c.mean) / Math.sqrt((t.variance + c.variance) / 2),
      treatedUnits: treated.length,
      controlUnits: control.length,
      missing: values.length - treated.length - control.length,
      treatedWithinControlRange: treated.filter((v) => v >= lowest && v <= highest).length,
    };
  });
}

function firstByUnit(panel: Panel, column: string): Float64Array {
  const values = panel.numeric(column);
  const first = new Float64Array(panel.units.length).fill(NaN);
  for (let i = 0; i < panel.rows; i++) {
    if (Number.isNaN(first[panel.unit[i]])) first[panel.unit[i]] = values[i];
  }
  return first;
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
