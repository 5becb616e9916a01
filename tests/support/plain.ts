import type { RegressionBehind } from "../../lib/estimators/estimate.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { leastSquares } from "../../lib/regression/least-squares.ts";

/** A plain regression on a constant and columns of a panel, without fixed effects: what R's lm fits. */
export function plainRegression(
  panel: Panel,
  outcome: string,
  columns: readonly string[],
  weights?: string,
): RegressionBehind {
  const fit = leastSquares({
    outcome: panel.numeric(outcome),
    names: ["constant", ...columns],
    regressors: [
      new Float64Array(panel.rows).fill(1),
      ...columns.map((name) => panel.numeric(name)),
    ],
    effects: [],
    weights: weights === undefined ? null : panel.numeric(weights),
  });
  return { fit, panel, clusters: [] };
}

/** The block of a covariance that belongs to some terms, in their order. */
export function blockOf(
  regression: RegressionBehind,
  matrix: Float64Array,
  terms: readonly string[],
): number[][] {
  const size = regression.fit.names.length;
  const index = terms.map((name) => regression.fit.names.indexOf(name));
  return index.map((i) => index.map((j) => matrix[i * size + j]));
}
