import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { leastSquares, type LeastSquaresFit } from "../../regression/least-squares.ts";

/**
 * Which regression, and what its effects are assumed to be: fixed effects (fe) or first differences (fd); an average over
 * treated rows (TR), or, with effects that are stable over time, over switching rows (S). Names of de Chaisemartin & D'Haultfœuille.
 */
export type WeightsType = "feTR" | "feS" | "fdTR" | "fdS";

export const WEIGHTS_TYPES: readonly WeightsType[] = ["feTR", "feS", "fdTR", "fdS"];

export interface RowSpec {
  readonly type: WeightsType;
  readonly outcome: string;
  /** What to call the treatment in a message. */
  readonly name: string;
  /** Treatment of each row. */
  readonly treatment: Float64Array;
  readonly covariates: readonly string[];
  readonly weights: Float64Array | null;
}

/** What each row counts. Rows that the average leaves out have weight and share zero. */
export interface RowWeights {
  readonly estimate: number;
  /** Weight of the row's effect in the estimate; sums to one. */
  readonly weight: Float64Array;
  /** The row's share in the average that the estimate is read as; sums to one. */
  readonly share: Float64Array;
}

/** Weights of rows in a regression on treatment, period effects and (fe) unit effects. Rows are sorted by unit, then time. */
export function rowWeights(panel: Panel, spec: RowSpec): RowWeights {
  const { treatment, weights, type } = spec;
  const differences = type.startsWith("fd");
  const { estimate, score } = differences
    ? firstDifferences(panel, spec)
    : fixedEffects(panel, spec);
  const mass = (i: number) => weights === null ? 1 : weights[i];
  const weight = new Float64Array(panel.rows);
  const share = new Float64Array(panel.rows);
  let later = 0;
  for (let i = panel.rows - 1; i >= 0; i--) {
    if (i + 1 === panel.rows || panel.unit[i + 1] !== panel.unit[i]) later = 0;
    if (type.endsWith("TR")) {
      // Σ score Δy = Σ y (score − next score): a difference counts the row it starts from negatively.
      weight[i] = treatment[i] * (differences ? score[i] - later : score[i]);
      share[i] = treatment[i] * mass(i);
      later = score[i];
    } else {
      later = differences ? score[i] : later + score[i];
      const change = follows(panel, i, differences) ? treatment[i] - treatment[i - 1] : 0;
      weight[i] = change * later;
      share[i] = Math.abs(change) * mass(i);
    }
  }
  const total = share.reduce((sum, value) => sum + value, 0);
  for (let i = 0; i < share.length; i++) share[i] /= total;
  return { estimate, weight, share };
}

/** True where the row before is the same unit, for differences one period earlier. */
function follows(panel: Panel, i: number, adjacent: boolean): boolean {
  return i > 0 && panel.unit[i - 1] === panel.unit[i] &&
    (!adjacent || panel.time[i - 1] + 1 === panel.time[i]);
}

/** The estimate and, by row, weight × residual treatment over its sum of squares: estimate = Σ score × outcome. */
interface Scores {
  readonly estimate: number;
  readonly score: Float64Array;
}

function fixedEffects(panel: Panel, spec: RowSpec): Scores {
  const fit = leastSquares({
    outcome: panel.numeric(spec.outcome),
    // The treatment comes last, so that its orthonormal column is net of everything else.
    names: [...spec.covariates, spec.name],
    regressors: [...spec.covariates.map((name) => panel.numeric(name)), spec.treatment],
    effects: [panel.groups(panel.unitName), panel.groups(panel.timeName)]
      .map(({ name, codes, levels }) => ({ name, codes, levels: levels.length })),
    weights: spec.weights,
  });
  const [estimate, column] = lastColumn(fit, spec, "unit and period effects");
  return { estimate, score: column };
}

function firstDifferences(panel: Panel, spec: RowSpec): Scores {
  const rows = Int32Array.from(
    Array.from({ length: panel.rows }, (_, i) => i).filter((i) => follows(panel, i, true)),
  );
  if (rows.length === 0) {
    throw new InputError({
      problem: "No unit is observed in two adjacent periods, so there are no first differences",
      column: spec.outcome,
      remedy: 'use the regression with fixed effects: { type: "feTR" }',
    });
  }
  const change = (values: Float64Array) =>
    Float64Array.from(rows, (i) => values[i] - values[i - 1]);
  const { name, levels } = panel.groups(panel.timeName);
  const codes = Int32Array.from(rows, (i) => panel.time[i]);
  const fit = leastSquares({
    outcome: change(panel.numeric(spec.outcome)),
    names: [...spec.covariates, spec.name],
    regressors: [...spec.covariates.map((name) => panel.numeric(name)), spec.treatment].map(change),
    effects: [{ name, codes, levels: levels.length }],
    weights: spec.weights === null ? null : Float64Array.from(rows, (i) => spec.weights![i]),
  });
  const [estimate, column] = lastColumn(fit, spec, "period effects of the changes");
  const score = new Float64Array(panel.rows);
  rows.forEach((i, k) => score[i] = column[k]);
  return { estimate, score };
}

/** The treatment's coefficient with the scores that make it. */
function lastColumn(
  fit: LeastSquaresFit,
  { name, covariates }: RowSpec,
  effects: string,
): [number, Float64Array] {
  const last = fit.names.length - 1;
  if (fit.names[last] !== name) {
    const others = covariates.length === 0 ? "" : ` and of ${covariates.join(", ")}`;
    throw new InputError({
      problem: `The treatment is a sum of ${effects}${others}, so its weights are not defined`,
      column: name,
      remedy: "keep units or periods whose treatment differs, or use fewer covariates",
    });
  }
  const scale = fit.inverseR[last * fit.names.length + last];
  const score = fit.q[last].map((value, i) =>
    (fit.weights === null ? 1 : fit.weights[i]) * value * scale
  );
  // What is left of an estimate that is zero: the outcome's digits beyond the last.
  const rounding = 1e-13 * Math.sqrt(fit.squaredOutcome) * scale;
  const estimate = fit.coefficients[last];
  return [Math.abs(estimate) <= rounding ? 0 : estimate, score];
}
