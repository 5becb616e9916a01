import type { Panel } from "../../panel/panel.ts";
import type { Order, PermutedColumns } from "./permute.ts";
import { type Annihilator, positionsIn } from "./refit.ts";

/** The treatment of the rows used, net of everything else, in one draw. */
export type TreatmentSource = (used: Float64Array, drawn: Panel, order: Order) => Float64Array;

/** Numbers kept at most for residuals of single paths: 64 MB. */
const KEPT = 8_000_000;

/**
 * Residuals of treatments as sums over units. Taking out fixed effects and covariates is linear, so the residual of a dealt
 * treatment is the sum, over units, of the residual of the path that each was dealt; a path at a unit is
 * residualised once, the first time that it is dealt there, and units with a path of zeros cost nothing.
 */
export function pathSums(panel: Panel, permuted: PermutedColumns) {
  const types = pathTypes(panel, permuted);
  const families = new Map<string, Map<number, Float64Array>>();
  const units = panel.units.length;
  let kept = 0;
  return (
    annihilator: Annihilator,
    used: Panel,
    treatment: string,
    family: string,
  ): TreatmentSource => {
    const direct: TreatmentSource = (column) => annihilator.residualise(column);
    const k = permuted.columns.indexOf(treatment);
    const rows = positionsIn(panel, used);
    if (k === -1 || rows === null || !panel.balanced) return direct;
    const residuals = families.get(family) ?? new Map<number, Float64Array>();
    families.set(family, residuals);
    const single = (type: number, unit: number): Float64Array | null => {
      const key = type * units + unit;
      const known = residuals.get(key);
      if (known !== undefined) return known;
      if (kept + used.rows > KEPT) return null;
      const path = types.paths[type];
      const alone = Float64Array.from(
        rows,
        (row) => panel.unit[row] === unit ? path[row - permuted.start[unit]] : 0,
      );
      const net = annihilator.residualise(alone);
      residuals.set(key, net);
      kept += net.length;
      return net;
    };
    return (column, drawn, order) => {
      // A sample may have made the treatment anew: the sum would be of another column.
      const whole = drawn.numeric(treatment);
      for (let i = 0; i < rows.length; i++) if (column[i] !== whole[rows[i]]) return direct(column, drawn, order);
      const net = new Float64Array(rows.length);
      for (let unit = 0; unit < units; unit++) {
        const type = types.ofUnit[k][order[unit]];
        if (type === ZERO) continue;
        const part = single(type, unit);
        if (part === null) return direct(column, drawn, order);
        for (let i = 0; i < net.length; i++) net[i] += part[i];
      }
      return net;
    };
  };
}

const ZERO = -1;

/** Distinct paths over all columns, and which one each unit has in each. */
function pathTypes(panel: Panel, { values, start }: PermutedColumns) {
  const seen = new Map<string, number>();
  const paths: Float64Array[] = [];
  const ofUnit = values.map((column) =>
    Int32Array.from(panel.units, (_, unit) => {
      const path = column.subarray(start[unit], start[unit + 1]);
      if (path.every((value) => value === 0)) return ZERO;
      const key = path.join();
      const known = seen.get(key);
      if (known !== undefined) return known;
      seen.set(key, paths.length);
      return paths.push(path) - 1;
    })
  );
  return { paths, ofUnit };
}
