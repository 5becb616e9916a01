import type { Panel } from "../../panel/panel.ts";
import {
  factorSemidefinite,
  type SemidefiniteFactor,
  solveFactored,
} from "../../regression/semidefinite.ts";

/** Coefficients of the untreated model: one effect per unit, then periods and covariates ("dense"). */
export interface Coefficients {
  readonly unit: Float64Array;
  readonly dense: Float64Array;
}

/**
 * The model of untreated outcomes, y = αᵢ + λₜ + x'γ, estimated on untreated rows only.
 *
 * Unit effects are eliminated in closed form; the normal equations of periods and covariates are solved by Cholesky
 * with a refinement step.
 */
export interface UntreatedModel {
  readonly panel: Panel;
  readonly untreated: Uint8Array;
  /** The least-squares coefficients for an outcome; what cannot be identified is set to zero. */
  fit(outcome: Float64Array): Coefficients;
  /** Fitted values of coefficients for every row. */
  predict(coefficients: Coefficients): Float64Array;
  /**
   * Solves (Z₀'WZ₀) λ = Z'v, where v has one value per row: the weights that the sum Σ v · prediction puts on untreated
   * outcomes are w · (row of Z₀)'λ. Null when the sum cannot be predicted from untreated rows.
   */
  solve(values: Float64Array): Coefficients | null;
  /** Periods without any untreated row. */
  readonly closedTimes: readonly number[];
  /** Names of dense columns that repeat others among untreated rows. */
  readonly dropped: readonly string[];
}

/** A covariate with its name. */
export interface ModelColumn {
  readonly name: string;
  readonly values: Float64Array;
}

const IDENTIFIED = 1e-8;

export function untreatedModel(
  panel: Panel,
  untreated: Uint8Array,
  covariates: readonly ModelColumn[],
  weights: Float64Array | null,
): UntreatedModel {
  const { unit, time, rows } = panel;
  const units = panel.units.length;
  const periods = panel.times.length;
  const size = periods - 1 + covariates.length;
  const columns = covariates.map(({ values }) => values);
  const w = (i: number) => weights === null ? 1 : weights[i];
  const starts = unitStarts(panel);
  const unitWeight = new Float64Array(units);
  for (let i = 0; i < rows; i++) if (untreated[i] === 1) unitWeight[unit[i]] += w(i);

  /** Adds value · (dense part of row i) to `out`. */
  const addDense = (out: Float64Array, i: number, value: number) => {
    if (time[i] > 0) out[time[i] - 1] += value;
    for (let j = 0; j < columns.length; j++) out[periods - 1 + j] += value * columns[j][i];
  };
  const denseProduct = (dense: Float64Array, i: number) => {
    let sum = time[i] > 0 ? dense[time[i] - 1] : 0;
    for (let j = 0; j < columns.length; j++) sum += dense[periods - 1 + j] * columns[j][i];
    return sum;
  };
  const matrix = reducedMatrix(panel, starts, untreated, columns, w, unitWeight);
  const scale = denseScale(panel, untreated, columns, w);
  const factor = factorSemidefinite(matrix.slice(), scale);

  /** Unit means of untreated rows of a linear form. */
  const unitMeans = (value: (i: number) => number) => {
    const mean = new Float64Array(units);
    for (let i = 0; i < rows; i++) if (untreated[i] === 1) mean[unit[i]] += w(i) * value(i);
    for (let u = 0; u < units; u++) if (unitWeight[u] > 0) mean[u] /= unitWeight[u];
    return mean;
  };
  const fitOnce = (outcome: Float64Array): Coefficients => {
    const mean = unitMeans((i) => outcome[i]);
    const right = new Float64Array(size);
    for (let i = 0; i < rows; i++) {
      if (untreated[i] === 1) addDense(right, i, w(i) * (outcome[i] - mean[unit[i]]));
    }
    solveFactored(factor, right);
    return { dense: right, unit: unitMeans((i) => outcome[i] - denseProduct(right, i)) };
  };
  const predict = ({ unit: alpha, dense }: Coefficients) => {
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) out[i] = alpha[unit[i]] + denseProduct(dense, i);
    return out;
  };
  return {
    panel,
    untreated,
    closedTimes: panel.times.filter((_, t) => !hasUntreated(panel, untreated, t)),
    dropped: [
      ...panel.times.slice(1).map((t) => `${panel.timeName} ${t}`),
      ...covariates.map(({ name }) => name),
    ].filter((_, j) => factor.dropped[j] === 1),
    predict,
    fit(outcome) {
      const first = fitOnce(outcome);
      const left = predict(first);
      for (let i = 0; i < rows; i++) left[i] = outcome[i] - left[i];
      return add(first, fitOnce(left));
    },
    solve(values) {
      return solveNormal({
        panel,
        values,
        unitWeight,
        untreated,
        w,
        addDense,
        denseProduct,
        factor,
        matrix,
        size,
      });
    },
  };
}

interface NormalSystem {
  readonly panel: Panel;
  readonly values: Float64Array;
  readonly unitWeight: Float64Array;
  readonly untreated: Uint8Array;
  readonly w: (i: number) => number;
  readonly addDense: (out: Float64Array, i: number, value: number) => void;
  readonly denseProduct: (dense: Float64Array, i: number) => number;
  readonly factor: SemidefiniteFactor;
  readonly matrix: Float64Array;
  readonly size: number;
}

/** λ with unit part (v̄ᵤ − Σ w z'λ_d)/Wᵤ and dense part from the reduced system. */
function solveNormal(system: NormalSystem): Coefficients | null {
  const { panel, values, unitWeight, untreated, w, addDense, denseProduct, factor, size } = system;
  const { unit, rows } = panel;
  const total = new Float64Array(unitWeight.length);
  const right = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    if (values[i] === 0) continue;
    total[unit[i]] += values[i];
    addDense(right, i, values[i]);
  }
  for (let u = 0; u < total.length; u++) if (total[u] !== 0 && unitWeight[u] === 0) return null;
  for (let i = 0; i < rows; i++) {
    if (untreated[i] === 1 && total[unit[i]] !== 0) {
      addDense(right, i, -w(i) * total[unit[i]] / unitWeight[unit[i]]);
    }
  }
  const dense = right.slice();
  solveFactored(factor, dense);
  if (!reproduces(system, dense, right)) return null;
  const alpha = total.slice();
  for (let i = 0; i < rows; i++) {
    if (untreated[i] === 1) alpha[unit[i]] -= w(i) * denseProduct(dense, i);
  }
  for (let u = 0; u < alpha.length; u++) if (unitWeight[u] > 0) alpha[u] /= unitWeight[u];
  return { unit: alpha, dense };
}

/** Whether the solution satisfies the equations of the coordinates that were dropped as well. */
function reproduces(
  { factor, matrix, size }: NormalSystem,
  dense: Float64Array,
  right: Float64Array,
): boolean {
  if (factor.rank === size) return true;
  let [largest, worst] = [0, 0];
  for (let a = 0; a < size; a++) {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += matrix[a * size + b] * dense[b];
    largest = Math.max(largest, Math.abs(right[a]));
    if (factor.dropped[a] === 1) worst = Math.max(worst, Math.abs(sum - right[a]));
  }
  return worst <= IDENTIFIED * Math.max(largest, 1e-300);
}

function add(a: Coefficients, b: Coefficients): Coefficients {
  return {
    unit: a.unit.map((value, i) => value + b.unit[i]),
    dense: a.dense.map((value, i) => value + b.dense[i]),
  };
}

function hasUntreated(panel: Panel, untreated: Uint8Array, code: number): boolean {
  for (let i = 0; i < panel.rows; i++) {
    if (panel.time[i] === code && untreated[i] === 1) return true;
  }
  return false;
}

/** First row of each unit, and the end: rows are sorted by unit. */
function unitStarts(panel: Panel): Int32Array {
  const starts = new Int32Array(panel.units.length + 1);
  for (let i = 0; i < panel.rows; i++) starts[panel.unit[i] + 1]++;
  for (let u = 0; u < panel.units.length; u++) starts[u + 1] += starts[u];
  return starts;
}

/** Z_d'WZ_d net of unit means, over untreated rows: one sparse outer product per unit. */
function reducedMatrix(
  panel: Panel,
  starts: Int32Array,
  untreated: Uint8Array,
  columns: readonly Float64Array[],
  w: (i: number) => number,
  unitWeight: Float64Array,
): Float64Array {
  const periods = panel.times.length;
  const k = columns.length;
  const size = periods - 1 + k;
  const out = new Float64Array(size * size);
  const at = new Int32Array(periods + k);
  const sum = new Float64Array(periods + k);
  for (let u = 0; u < unitWeight.length; u++) {
    if (unitWeight[u] === 0) continue;
    let used = 0;
    for (let j = 0; j < k; j++) {
      at[used] = periods - 1 + j;
      sum[used++] = 0;
    }
    for (let i = starts[u]; i < starts[u + 1]; i++) {
      if (untreated[i] !== 1) continue;
      const weight = w(i);
      const t = panel.time[i] - 1;
      if (t >= 0) {
        out[t * size + t] += weight;
        at[used] = t;
        sum[used++] = weight;
      }
      for (let a = 0; a < k; a++) {
        const row = periods - 1 + a;
        const value = weight * columns[a][i];
        sum[a] += value;
        if (t >= 0) {
          out[row * size + t] += value;
          out[t * size + row] += value;
        }
        for (let b = 0; b < k; b++) out[row * size + periods - 1 + b] += value * columns[b][i];
      }
    }
    for (let a = 0; a < used; a++) {
      const share = sum[a] / unitWeight[u];
      for (let b = 0; b < used; b++) out[at[a] * size + at[b]] -= share * sum[b];
    }
  }
  return out;
}

/** What each dense column's pivot is measured against: its own weighted sum of squares. */
function denseScale(
  panel: Panel,
  untreated: Uint8Array,
  columns: readonly Float64Array[],
  w: (i: number) => number,
): Float64Array {
  const periods = panel.times.length;
  const scale = new Float64Array(periods - 1 + columns.length);
  for (let i = 0; i < panel.rows; i++) {
    if (untreated[i] !== 1) continue;
    if (panel.time[i] > 0) scale[panel.time[i] - 1] += w(i);
    columns.forEach((column, j) => scale[periods - 1 + j] += w(i) * column[i] ** 2);
  }
  return scale;
}
