import { controlColumns } from "../../estimators/two-way.ts";
import type { Panel } from "../../panel/panel.ts";
import { absorber } from "../../regression/absorb.ts";
import { leastSquares, type LeastSquaresFit } from "../../regression/least-squares.ts";
import { innerProduct, orthogonalise } from "../../regression/orthogonal.ts";
import type { Specification } from "./specification.ts";

/** Takes fixed effects and covariates out of a column (Frisch & Waugh 1933; Lovell 1963). */
export type Annihilator = (column: Float64Array) => Float64Array;

/** Below this share of its sum of squares a second pass recovers the digits that the first has lost. */
const SECOND_PASS = 0.25;

/** What a fitted specification takes out of its treatment: everything else on the right-hand side. */
export function annihilatorOf(
  fit: LeastSquaresFit,
  panel: Panel,
  specification: Specification,
): Annihilator {
  return separable(fit, panel, specification) ?? general(fit, panel, specification);
}

/** Fixed effects by their absorber, then covariates by an orthonormal basis. */
function general(
  { weights, effects }: LeastSquaresFit,
  panel: Panel,
  specification: Specification,
): Annihilator {
  const controls = controlColumns(panel, specification);
  const { q } = leastSquares({
    outcome: panel.numeric(specification.outcome),
    names: controls.map(({ name }) => name),
    regressors: controls.map(({ values }) => values),
    effects,
    weights,
  });
  const { residualise } = absorber(effects, weights);
  const project = (column: Float64Array) => {
    for (const basis of q) subtractProjection(column, basis, weights);
    return innerProduct(column, column, weights);
  };
  return (column) => {
    const net = residualise(column);
    if (q.length === 0) return net;
    const before = innerProduct(net, net, weights);
    if (project(net) < SECOND_PASS * before) project(net);
    return net;
  };
}

function subtractProjection(
  column: Float64Array,
  basis: Float64Array,
  weights: Float64Array | null,
): void {
  const c = innerProduct(basis, column, weights);
  for (let i = 0; i < column.length; i++) column[i] -= c * basis[i];
}

/**
 * The closed form for balanced panels whose weights and covariates are fixed within units: everything taken out is
 * either a function of time for every unit (1, and its trend) or a function of the unit for every time (1, and the
 * baselines). The projections commute, so the residual of a matrix D of units × times is M_Z D M_S. Null where the
 * conditions do not hold.
 */
function separable(
  { weights, effects }: LeastSquaresFit,
  panel: Panel,
  { covariates = [], covariatesByTime = [], timeEffectsBy }: Specification,
): Annihilator | null {
  const [N, T] = [panel.units.length, panel.times.length];
  if (!panel.balanced || covariates.length > 0 || timeEffectsBy !== undefined) return null;
  const perUnit = covariatesByTime.map((name) => panel.numeric(name));
  if (![...perUnit, ...(weights === null ? [] : [weights])].every((x) => isFixed(x, N, T))) {
    return null;
  }
  const ofUnit = (column: Float64Array) =>
    Float64Array.from({ length: N }, (_, i) => column[i * T]);
  const unitWeights = weights === null ? null : ofUnit(weights);
  const across = basisOf(
    [new Float64Array(N).fill(1), ...perUnit.map(ofUnit)],
    unitWeights,
  );
  const slope = effects[0].slope;
  const along = basisOf(
    [new Float64Array(T).fill(1), ...(slope === undefined ? [] : [slope.slice(0, T)])],
    null,
  );
  return (column) => {
    const net = column.slice();
    const sums = new Float64Array(T);
    for (const basis of across) {
      sums.fill(0);
      for (let i = 0; i < N; i++) {
        const c = unitWeights === null ? basis[i] : unitWeights[i] * basis[i];
        for (let t = 0; t < T; t++) sums[t] += c * net[i * T + t];
      }
      for (let i = 0; i < N; i++) {
        for (let t = 0; t < T; t++) net[i * T + t] -= basis[i] * sums[t];
      }
    }
    for (const basis of along) {
      for (let start = 0; start < net.length; start += T) {
        let c = 0;
        for (let t = 0; t < T; t++) c += basis[t] * net[start + t];
        for (let t = 0; t < T; t++) net[start + t] -= c * basis[t];
      }
    }
    return net;
  };
}

function isFixed(column: Float64Array, N: number, T: number): boolean {
  for (let i = 0; i < N; i++) {
    for (let t = 1; t < T; t++) if (column[i * T + t] !== column[i * T]) return false;
  }
  return true;
}

/** An orthonormal basis of a few short columns. */
function basisOf(columns: Float64Array[], weights: Float64Array | null): readonly Float64Array[] {
  const sizes = columns.map((column) => Math.sqrt(innerProduct(column, column, weights)));
  return orthogonalise(columns.map((_, k) => String(k)), columns, sizes, weights).q;
}
