import { InputError } from "../../panel/errors.ts";
import type { Estimate, RegressionBehind } from "../../estimators/estimate.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { innerProduct, orthogonalise } from "../../regression/orthogonal.ts";
import type { Assignment } from "./assignment.ts";
import type { RefitProblem, Studentiser } from "./statistics.ts";

/** Sets up the refits of a regression under other assignments of its treatment. */
export function refitProblem(
  estimate: Estimate,
  treatment: string,
  assignment: Assignment,
  statistic: "t" | "coefficient",
): RefitProblem {
  const { regression } = estimate;
  if (regression === undefined) {
    throw new InputError({
      problem: `"${estimate.design.estimator}" has no single regression behind it to refit`,
      remedy: "use a two-way regression",
    });
  }
  const lost = estimate.design.droppedColumns.find(({ repeats }) => repeats?.includes(treatment));
  if (lost !== undefined) {
    throw new InputError({
      problem: `A covariate was dropped (${lost.reason}); under another schedule it might not be`,
      column: lost.name,
      remedy: "leave it out of the covariates",
    });
  }
  const { fit, panel } = regression;
  return {
    panel,
    fit,
    assignment,
    ...splitTreatment(fit, fit.names.indexOf(treatment)),
    studentiser: statistic === "t" ? studentiserOf(estimate, regression) : { kind: "none" },
  };
}

/**
 * The treatment net of everything else, and an orthonormal basis of the covariates. Row k of R⁻¹Q' is the
 * treatment's residual over its squared norm (Frisch & Waugh 1933), and what is left of Q's span is the
 * covariates'.
 */
function splitTreatment(
  fit: LeastSquaresFit,
  k: number,
): { treatment: Float64Array; covariates: readonly Float64Array[] } {
  const { q, inverseR, weights } = fit;
  const size = q.length;
  const treatment = new Float64Array(fit.rows);
  for (let j = k; j < size; j++) {
    const c = inverseR[k * size + j];
    for (let i = 0; i < treatment.length; i++) treatment[i] += c * q[j][i];
  }
  const norm = innerProduct(treatment, treatment, weights);
  for (let i = 0; i < treatment.length; i++) treatment[i] /= norm;
  const columns = [treatment.slice(), ...q.map((column) => column.slice())];
  const sizes = columns.map((column) => Math.sqrt(innerProduct(column, column, weights)));
  const basis = orthogonalise(columns.map((_, j) => `column ${j}`), columns, sizes, weights);
  return { treatment, covariates: basis.q.slice(1) };
}

function studentiserOf(
  { design }: Estimate,
  { clusters, fit }: RegressionBehind,
): Studentiser {
  const { type } = design.covariance;
  if (type === "iid") return { kind: "iid" };
  if (type === "HC1") {
    const codes = Int32Array.from({ length: fit.rows }, (_, i) => i);
    return { kind: "cluster", codes, count: fit.rows };
  }
  if (type === "CR1" && clusters.length === 1) {
    return { kind: "cluster", codes: clusters[0].codes, count: clusters[0].levels.length };
  }
  throw new InputError({
    problem: "The t statistic of a randomisation test is not available with this covariance",
    value: clusters.length > 1 ? `${type}, clustered in ${clusters.length} dimensions` : type,
    remedy: 'cluster in one dimension, or use statistic: "coefficient"',
  });
}
