import { stream } from "../../lib/inference/random.ts";
import { leastSquares } from "../../lib/regression/least-squares.ts";

/** Size of the panel that the columns are for, one unit after the other. */
export const [UNITS, TIMES] = [40, 5];
const ROWS = UNITS * TIMES;

/** Columns net of unit and time effects and of the columns before: sample moments are population moments. */
export function orthogonalColumns(seed: number, count: number): Float64Array[] {
  const random = stream(seed, 0);
  const columns: Float64Array[] = [];
  const effects = [
    {
      name: "unit",
      levels: UNITS,
      codes: Int32Array.from({ length: ROWS }, (_, i) => Math.floor(i / TIMES)),
    },
    { name: "t", levels: TIMES, codes: Int32Array.from({ length: ROWS }, (_, i) => i % TIMES) },
  ];
  for (let k = 0; k < count; k++) {
    const { residuals } = leastSquares({
      outcome: Float64Array.from({ length: ROWS }, () => random.normal()),
      names: columns.map((_, j) => String(j)),
      regressors: columns,
      effects,
      weights: null,
    });
    const norm = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / ROWS);
    columns.push(residuals.map((value) => value / norm));
  }
  return columns;
}
