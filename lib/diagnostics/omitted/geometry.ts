import { InputError } from "../../panel/errors.ts";
import type { Estimate, RegressionBehind } from "../../estimators/estimate.ts";
import { requireEstimate } from "../../inference/refits.ts";
import { upperTimes } from "../../regression/least-squares.ts";

/**
 * A regression in as few dimensions as it has: regressors net of fixed effects (and weighted) are columns of R in the orthonormal
 * basis Q, and the outcome is Rβ with the norm of the residuals as one more coordinate. Angles and lengths are those of the data.
 */
export interface Geometry {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly outcome: Float64Array;
  /** Rows less regressors less the parameters of the fixed effects. */
  readonly degreesOfFreedom: number;
}

/** The regression behind an estimate, with the term among its regressors. */
export function regressionOf(estimate: Estimate, term: string): RegressionBehind {
  requireEstimate(estimate);
  const { regression, design } = estimate;
  if (regression === undefined) {
    throw new InputError({
      problem: `There is no single regression behind this estimate (${design.estimator})`,
      value: term,
      remedy: "use an estimate by twfe, eventStudy or another regression",
    });
  }
  estimate.term(term);
  if (!regression.fit.names.includes(term)) {
    throw new InputError({
      problem: "The term is not a coefficient of the regression, but made from its coefficients",
      value: term,
      remedy: `choose one of ${regression.fit.names.slice(0, 12).join(", ")}`,
    });
  }
  return regression;
}

export function geometryOf({ fit }: RegressionBehind): Geometry {
  const size = fit.names.length;
  const degreesOfFreedom = fit.rows - size - fit.effectParameters;
  if (!(degreesOfFreedom >= 2)) {
    throw new InputError({
      problem:
        `The regression has ${degreesOfFreedom} degrees of freedom left; a confounder takes one, and at least one must remain`,
      remedy: "use more rows, or fewer covariates and fixed effects",
    });
  }
  const r = invertUpper(fit.inverseR, size);
  const columns = fit.names.map((_, j) =>
    Float64Array.from({ length: size + 1 }, (_, i) => i < size ? r[i * size + j] : 0)
  );
  const outcome = new Float64Array(size + 1);
  outcome.set(upperTimes(r, fit.coefficients));
  outcome[size] = Math.sqrt(fit.squaredResiduals);
  return { names: fit.names, columns, outcome, degreesOfFreedom };
}

/** 1 over the diagonal of (X'WX)⁻¹: squares of the regressor net of all others. */
export function squaresNet({ fit }: RegressionBehind, term: string): number {
  const [k, size] = [fit.names.indexOf(term), fit.names.length];
  let sum = 0;
  for (let j = k; j < size; j++) sum += fit.inverseR[k * size + j] ** 2;
  return 1 / sum;
}

function invertUpper(upper: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    inverse[j * size + j] = 1 / upper[j * size + j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += upper[i * size + k] * inverse[k * size + j];
      inverse[i * size + j] = -sum / upper[i * size + i];
    }
  }
  return inverse;
}

/** Partial R² of `group` with `response`, given `given`: Gram–Schmidt in that order. */
export function partialR2(
  response: Float64Array,
  group: readonly Float64Array[],
  given: readonly Float64Array[],
): number {
  const basis: Float64Array[] = [];
  for (const column of [...given, ...group]) {
    const rest = Float64Array.from(column);
    const before = Math.hypot(...rest);
    project(rest, basis);
    project(rest, basis);
    const norm = Math.hypot(...rest);
    // Kept regressors are independent; what is left of none is rounding.
    basis.push(norm > 1e-12 * before ? rest.map((value) => value / norm) : rest.fill(0));
  }
  const rest = Float64Array.from(response);
  project(rest, basis.slice(0, given.length));
  const explained = project(rest, basis.slice(given.length));
  const left = rest.reduce((sum, value) => sum + value * value, 0);
  return explained + left === 0 ? 0 : explained / (explained + left);
}

/** Takes the basis out of the vector, in place, and returns the squares that it explained. */
function project(vector: Float64Array, basis: readonly Float64Array[]): number {
  let squares = 0;
  for (const direction of basis) {
    let c = 0;
    for (let i = 0; i < vector.length; i++) c += direction[i] * vector[i];
    for (let i = 0; i < vector.length; i++) vector[i] -= c * direction[i];
    squares += c * c;
  }
  return squares;
}
