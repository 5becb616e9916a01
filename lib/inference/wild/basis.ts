import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { absorber } from "../../regression/absorb.ts";
import { isNested } from "../../regression/covariance.ts";
import { type FixedEffect, rowsByLevel } from "../../regression/groups.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import {
  innerProduct,
  type OrthogonalColumns,
  orthogonalise,
} from "../../regression/orthogonal.ts";

/** Above this many explicit columns the bootstrap or CR2 would need more memory than it is worth. */
const MOST_COLUMNS = 1500;

/** Restrictions C γ = r on a regression's coefficients: one row of weights (over `fit.names`) and one value each. */
export interface Restrictions {
  readonly rows: readonly Float64Array[];
  readonly values: readonly number[];
  /** How each restriction reads, for messages. */
  readonly labels: readonly string[];
}

/**
 * A regression as the cluster bootstrap sees it: rows grouped by cluster, and K columns, orthonormal in the
 * weighted inner product, that span the regressors and every fixed effect that crosses clusters. In these
 * coordinates X'WX is the identity and the first m coordinates are the restrictions.
 */
export interface ClusterBasis {
  readonly columns: readonly Float64Array[];
  readonly residuals: Float64Array;
  readonly weights: Float64Array | null;
  /** Row numbers by cluster, and where each cluster starts. */
  readonly order: Int32Array;
  readonly start: Int32Array;
  readonly clusters: Coding;
  /** Distance of the estimates from the restrictions, in these coordinates (m values). */
  readonly distance: Float64Array;
  /** m: how many restrictions. */
  readonly restrictions: number;
  /** For one restriction: the factor that turns a distance here into one on the coefficient's scale. */
  readonly unit: number;
  /** How fixed effects were treated, in words. */
  readonly effects: string;
}

/**
 * Prepares a fit for the bootstrap. Fixed effects nested in clusters are partialled out, which is exact: a
 * bootstrap weight is one number per cluster and passes through a within-cluster projection. Effects that
 * cross clusters (periods) would not, so they become explicit regressors.
 */
export function clusterBasis(
  fit: LeastSquaresFit,
  clusters: Coding,
  restrictions: Restrictions,
): ClusterBasis {
  const nested = fit.effects.filter((effect) => isNested(effect, clusters));
  const crossing = fit.effects.filter((effect) => !nested.includes(effect));
  const plain = [...fit.q, ...crossingColumns(fit, crossing, nested, clusters)];
  const size = plain.length;
  const { rotation, inverse } = restrictionsFirst(fit, restrictions, size);
  const m = restrictions.rows.length;
  const { order, start } = rowsByLevel(clusters.codes, clusters.levels.length);
  return {
    columns: rotation.map((direction) => combine(plain, direction)),
    residuals: fit.residuals,
    weights: fit.weights,
    order,
    start,
    clusters,
    distance: distanceFrom(fit, restrictions, inverse, size),
    restrictions: m,
    unit: 1 / inverse[0],
    effects: describeEffects(nested, crossing),
  };
}

/** Dummies (and slopes) of the crossing effects, net of the nested ones and made orthonormal. */
export function crossingColumns(
  fit: LeastSquaresFit,
  crossing: readonly FixedEffect[],
  nested: readonly FixedEffect[],
  clusters: Coding,
): readonly Float64Array[] {
  const count = crossing.reduce(
    (sum, { levels, slope }) => sum + levels * (slope === undefined ? 1 : 2),
    0,
  );
  if (count === 0) return [];
  if (count > MOST_COLUMNS) {
    throw new InputError({
      problem: `This needs ${count} explicit columns for ${
        crossing.map(({ name }) => name).join(" and ")
      } (the limit is ${MOST_COLUMNS})`,
      column: clusters.name,
      remedy: "cluster by a grouping that contains the larger fixed effect, such as the unit",
    });
  }
  const { residualise } = absorber(nested, fit.weights);
  const dummies = crossing.flatMap(effectColumns);
  const sizes = dummies.map((column) => Math.sqrt(innerProduct(column, column, fit.weights)));
  const net = dummies.map(residualise);
  return orthogonalise(dummies.map((_, j) => `column ${j}`), net, sizes, fit.weights).q;
}

function effectColumns({ codes, levels, slope }: FixedEffect): Float64Array[] {
  const columns = Array.from({ length: levels }, () => new Float64Array(codes.length));
  codes.forEach((code, i) => columns[code][i] = 1);
  if (slope === undefined) return columns;
  return [...columns, ...columns.map((column) => column.map((one, i) => one * slope[i]))];
}

function norm(column: Float64Array): number {
  return Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
}

/** An orthonormal basis of coefficient space whose first m vectors span the restrictions. */
function restrictionsFirst(
  fit: LeastSquaresFit,
  restrictions: Restrictions,
  size: number,
): { rotation: readonly Float64Array[]; inverse: Float64Array } {
  const axes = Array.from({ length: size }, (_, k) => new Float64Array(size).fill(1, k, k + 1));
  const { q, inverseR } = independent(fit, restrictions, size, axes);
  return { rotation: q, inverse: inverseR };
}

/** Restrictions C γ = r as orthonormal directions in Q's coordinates, and how far the estimates lie from them there. */
export interface RestrictionDirections {
  /** m directions, each of P values (as long as the columns of a `ClusterBasis` or `ClusterBlocks`). */
  readonly directions: readonly Float64Array[];
  /** m values: under the null, with X'WX the identity, their covariance is σ² I. */
  readonly distance: Float64Array;
}

/** @throws InputError when a restriction follows from the others. */
export function restrictionDirections(
  fit: LeastSquaresFit,
  restrictions: Restrictions,
  size: number,
): RestrictionDirections {
  const { q, inverseR } = independent(fit, restrictions, size, []);
  return { directions: q, distance: distanceFrom(fit, restrictions, inverseR, q.length) };
}

/** R⁻ᵀ(C γ̂ − r), with R⁻¹ in the first m rows and columns of `inverse` (row-major, `size` columns). */
function distanceFrom(
  fit: LeastSquaresFit,
  { rows, values }: Restrictions,
  inverse: Float64Array,
  size: number,
): Float64Array {
  const gaps = rows.map((row, j) =>
    row.reduce((sum, weight, k) => sum + weight * fit.coefficients[k], 0) - values[j]
  );
  return Float64Array.from(
    gaps,
    (_, i) => gaps.reduce((sum, gap, j) => j <= i ? sum + inverse[j * size + i] * gap : sum, 0),
  );
}

/** The restrictions' directions made orthonormal, followed by others. */
function independent(
  fit: LeastSquaresFit,
  { rows, labels }: Restrictions,
  size: number,
  others: readonly Float64Array[],
): OrthogonalColumns {
  const p = fit.names.length;
  const directions = rows.map((row) => {
    const direction = new Float64Array(size);
    for (let k = 0; k < p; k++) {
      for (let j = k; j < p; j++) direction[j] += fit.inverseR[k * p + j] * row[k];
    }
    return direction;
  });
  const all = [...directions, ...others];
  const names = [...labels, ...others.map((_, k) => `axis ${k}`)];
  const found = orthogonalise(names, all, all.map(norm), null);
  if (rows.every((_, j) => found.kept[j] === j)) return found;
  const repeated = found.dropped.find(({ name }) => labels.includes(name));
  throw new InputError({
    problem: `A restriction says nothing of its own: ${repeated?.reason}`,
    value: repeated?.name,
    remedy: "leave it out: the others already imply it, or all its weights are zero",
  });
}

function combine(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const out = new Float64Array(columns[0].length);
  weights.forEach((weight, k) => {
    if (weight === 0) return;
    const column = columns[k];
    for (let i = 0; i < out.length; i++) out[i] += weight * column[i];
  });
  return out;
}

function describeEffects(nested: readonly FixedEffect[], crossing: readonly FixedEffect[]): string {
  const names = (effects: readonly FixedEffect[]) => effects.map(({ name }) => name).join(", ");
  return [
    nested.length === 0 ? "" : `${names(nested)} partialled out (nested in clusters)`,
    crossing.length === 0 ? "" : `${names(crossing)} kept as regressors (they cross clusters)`,
  ].filter((part) => part !== "").join("; ");
}

/** Σ over a cluster's rows of w · a · b. */
export function clusterProduct(
  { order, start, weights }: ClusterBasis,
  g: number,
  a: Float64Array,
  b: Float64Array,
): number {
  let sum = 0;
  for (let position = start[g]; position < start[g + 1]; position++) {
    const i = order[position];
    sum += (weights === null ? 1 : weights[i]) * a[i] * b[i];
  }
  return sum;
}

/** One column of a cluster's cross-product matrix X_g'W_gX_g (K values). */
export function crossColumn(basis: ClusterBasis, g: number, column: Float64Array): Float64Array {
  return Float64Array.from(basis.columns, (other) => clusterProduct(basis, g, column, other));
}
