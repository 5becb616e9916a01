import type { Coding } from "../../panel/coding.ts";
import { leastSquares, type LeastSquaresFit } from "../../regression/least-squares.ts";
import type { ComparisonBlock, Horizon } from "./effects.ts";
import { span } from "./effects.ts";
import type { TreatmentPaths } from "./paths.ts";

/** What changes of the covariates predict about changes of the outcome, for each comparison group. */
export interface ControlAdjustment {
  /** Predicted change of the outcome of unit i between two periods; NaN where a covariate is missing. */
  predicted(unit: number, from: number, to: number): number;
  /** Adds the error of the estimated coefficients to a horizon's influence functions. */
  addError(
    influence: Float64Array,
    blocks: readonly ComparisonBlock[],
    horizon: Horizon,
    side: 1 | -1,
    total: number,
  ): void;
  readonly notes: readonly string[];
}

interface GroupSlopes {
  readonly slopes: Float64Array;
  /** For each covariate, what each unit contributes to its coefficient's error. */
  readonly influence: readonly Float64Array[];
}

/**
 * Coefficients of covariates, one set per comparison group: first differences of the outcome on first differences of the
 * covariates and period effects, among units that have not changed yet (de Chaisemartin & D'Haultfœuille 2024,
 * web appendix, section 1.2). Comparison groups in which nobody changes while others stay are not needed.
 */
export function controlAdjustment(
  paths: TreatmentPaths,
  names: readonly string[],
): ControlAdjustment {
  const { units: n, group, groupNames, covariates } = paths;
  const notes: string[] = [];
  const slopes = groupNames.map((label, code) => {
    const found = groupSlopes(paths, code, names);
    if (found.note !== null) notes.push(`baseline ${label}: ${found.note}`);
    return found.slopes;
  });
  return {
    notes,
    predicted(unit, from, to) {
      const own = slopes[group[unit]];
      if (own === null) return NaN;
      let sum = 0;
      for (let j = 0; j < covariates.length; j++) {
        sum += own.slopes[j] * (covariates[j][to * n + unit] - covariates[j][from * n + unit]);
      }
      return sum;
    },
    addError(influence, blocks, horizon, side, total) {
      for (const block of blocks) {
        const own = slopes[block.group];
        if (own === null) continue;
        for (let j = 0; j < covariates.length; j++) {
          const move = side * covariateChange(paths, block, horizon, j) / total;
          for (let i = 0; i < n; i++) influence[i] -= move * own.influence[j][i];
        }
      }
    },
  };
}

/** Σ over switchers of the change of a covariate, less that of their controls. */
function covariateChange(
  { units: n, weights, covariates }: TreatmentPaths,
  block: ComparisonBlock,
  horizon: Horizon,
  j: number,
): number {
  const { from, to } = span(block.t, horizon);
  const change = (i: number) =>
    weights[block.t * n + i] * (covariates[j][to * n + i] - covariates[j][from * n + i]);
  const ratio = block.treatedWeight / block.controlWeight;
  return block.treated.reduce((sum, i) => sum + change(i), 0) -
    ratio * block.controls.reduce((sum, i) => sum + change(i), 0);
}

function groupSlopes(
  paths: TreatmentPaths,
  code: number,
  names: readonly string[],
): { slopes: GroupSlopes | null; note: string | null } {
  const { units: n, periods, firstChange, group, outcome, covariates, weights } = paths;
  const rows: { unit: number; t: number }[] = [];
  const dates = new Set<number>();
  for (let i = 0; i < n; i++) {
    if (group[i] !== code) continue;
    dates.add(firstChange[i]);
    for (let t = 1; t < Math.min(firstChange[i], periods); t++) {
      const here = t * n + i;
      const complete = weights[here] > 0 && !Number.isNaN(outcome[here] - outcome[here - n]) &&
        covariates.every((values) => !Number.isNaN(values[here] - values[here - n]));
      if (complete) rows.push({ unit: i, t });
    }
  }
  if (dates.size < 2) return { slopes: null, note: null };
  if (rows.length <= covariates.length) {
    return {
      slopes: null,
      note: "too few changes before treatment for the covariates; left out",
    };
  }
  return fitSlopes(paths, rows, names);
}

function fitSlopes(
  { units: n, outcome, covariates, weights }: TreatmentPaths,
  rows: readonly { unit: number; t: number }[],
  names: readonly string[],
): { slopes: GroupSlopes; note: string | null } {
  const difference = (values: Float64Array) =>
    Float64Array.from(rows, ({ unit, t }) => values[t * n + unit] - values[(t - 1) * n + unit]);
  const period: Coding = codePeriods(rows.map(({ t }) => t));
  const fit = leastSquares({
    outcome: difference(outcome),
    names,
    regressors: covariates.map(difference),
    effects: [{ name: "period", codes: period.codes, levels: period.levels.length }],
    weights: Float64Array.from(rows, ({ unit, t }) => weights[t * n + unit]),
  });
  const slopes = new Float64Array(names.length);
  const influence: Float64Array[] = names.map(() => new Float64Array(n));
  fit.names.forEach((name, k) => {
    const j = names.indexOf(name);
    slopes[j] = fit.coefficients[k];
    influence[j] = coefficientInfluence(fit, k, rows.map(({ unit }) => unit), period, n);
  });
  return {
    slopes: { slopes, influence },
    note: fit.dropped.length === 0
      ? null
      : `${fit.dropped.map(({ name }) => name).join(", ")} collinear among untreated changes`,
  };
}

/** Each unit's part in a coefficient's error; residuals scaled by √(n/(n − 1)), n the rows of their period. */
function coefficientInfluence(
  fit: LeastSquaresFit,
  term: number,
  units: readonly number[],
  period: Coding,
  n: number,
): Float64Array {
  const size = fit.q.length;
  const counts = new Int32Array(period.levels.length);
  for (const code of period.codes) counts[code]++;
  const out = new Float64Array(n);
  units.forEach((unit, row) => {
    let direction = 0;
    for (let k = 0; k < size; k++) direction += fit.inverseR[term * size + k] * fit.q[k][row];
    const count = counts[period.codes[row]];
    const factor = count >= 2 ? Math.sqrt(count / (count - 1)) : 1;
    const w = fit.weights === null ? 1 : fit.weights[row];
    out[unit] += w * direction * factor * fit.residuals[row];
  });
  return out;
}

function codePeriods(times: readonly number[]): Coding {
  const levels = [...new Set(times)];
  const code = new Map(levels.map((t, k) => [t, k]));
  return { name: "period", levels, codes: Int32Array.from(times, (t) => code.get(t)!) };
}
