import { InputError } from "../panel/errors.ts";
import { type FixedEffect, type GroupProjection, rowsByLevel } from "./groups.ts";
import { factorSemidefinite, type SemidefiniteFactor, solveFactored } from "./semidefinite.ts";

/** Up to here the reduced normal equations are solved directly. */
const DENSE_LIMIT = 1000;
/** Up to here they are where conjugate gradients do not converge. */
const RESCUE_LIMIT = 4000;
const TOLERANCE = 1e-13;
/** A pivot below this share of its diagonal is rounding about zero; weights far apart leave small ones that are not. */
const PIVOT = 1e-13;
const MAX_ITERATIONS = 20_000;

/** The effects besides the innermost, as columns of a sparse design Z. */
interface OuterColumns {
  readonly size: number;
  /** For each term (an intercept or a slope of one effect): the column of every row and its value. */
  readonly terms: readonly { offset: number; codes: Int32Array; slope?: Float64Array }[];
}

export interface OuterSystem {
  readonly method: string;
  /** How often to subtract: once more after a direct solve, to recover the digits that rounding took. */
  readonly passes: number;
  /** Takes Z(Z'MWZ)⁻Z'MW column out of a column already free of the inner effect, and projects again. */
  subtract(column: Float64Array): void;
}

/** Prepares the reduced system Z'W M Z γ = Z'W M x, with M the residual maker of the inner effect. */
export function outerSystem(
  outer: readonly FixedEffect[],
  inner: FixedEffect,
  projection: GroupProjection,
  weights: Float64Array | null,
): OuterSystem {
  const columns = outerColumns(outer);
  const diagonal = crossDiagonal(columns, weights);
  const dense = columns.size <= DENSE_LIMIT;
  const direct = () =>
    directSolver(
      factorSemidefinite(reducedMatrix(columns, inner, projection, weights), diagonal, PIVOT),
    );
  let rescue: Solver | null = null;
  const iterate = dense
    ? null
    : conjugateGradients(columns, diagonal, projection, weights, inner.codes.length);
  const always = dense ? direct() : null;
  const solve: Solver = (right) => {
    if (always !== null) return always(right);
    const found = rescue === null ? iterate?.solve(right) ?? null : null;
    if (found !== null) return found;
    if (columns.size > RESCUE_LIMIT) throw noConvergence(outer, inner);
    rescue ??= direct();
    return refined(rescue, iterate!.applyMatrix, right);
  };
  const right = new Float64Array(columns.size);
  return {
    get method() {
      if (dense) return `${columns.size} other effects solved by Cholesky`;
      return rescue === null
        ? `${columns.size} other effects by conjugate gradients to ${TOLERANCE}`
        : `${columns.size} other effects solved by Cholesky (conjugate gradients did not converge)`;
    },
    passes: dense ? 2 : 1,
    subtract(column) {
      transposeTimes(columns, column, weights, right);
      subtractTimes(columns, solve(right), column);
      projection.subtract(column);
    },
  };
}

function outerColumns(outer: readonly FixedEffect[]): OuterColumns {
  let size = 0;
  const terms: OuterColumns["terms"][number][] = [];
  for (const { codes, levels, slope } of outer) {
    terms.push({ offset: size, codes });
    size += levels;
    if (slope === undefined) continue;
    terms.push({ offset: size, codes, slope });
    size += levels;
  }
  return { size, terms };
}

function crossDiagonal({ size, terms }: OuterColumns, weights: Float64Array | null): Float64Array {
  const diagonal = new Float64Array(size);
  for (const { offset, codes, slope } of terms) {
    for (let i = 0; i < codes.length; i++) {
      diagonal[offset + codes[i]] += (weights === null ? 1 : weights[i]) *
        (slope === undefined ? 1 : slope[i] ** 2);
    }
  }
  return diagonal;
}

/** out = Z'W column. */
function transposeTimes(
  { terms }: OuterColumns,
  column: Float64Array,
  weights: Float64Array | null,
  out: Float64Array,
): void {
  out.fill(0);
  for (const { offset, codes, slope } of terms) {
    for (let i = 0; i < codes.length; i++) {
      let value = column[i];
      if (weights !== null) value *= weights[i];
      if (slope !== undefined) value *= slope[i];
      out[offset + codes[i]] += value;
    }
  }
}

/** column −= Z γ. */
function subtractTimes({ terms }: OuterColumns, gamma: Float64Array, column: Float64Array): void {
  for (const { offset, codes, slope } of terms) {
    for (let i = 0; i < codes.length; i++) {
      column[i] -= gamma[offset + codes[i]] * (slope === undefined ? 1 : slope[i]);
    }
  }
}

/** Z'WZ − Σ_g (Z'W b_g)(Z'W b_g)' over the W-orthonormal basis b_g of every inner level. */
function reducedMatrix(
  { size, terms }: OuterColumns,
  inner: FixedEffect,
  projection: GroupProjection,
  weights: Float64Array | null,
): Float64Array {
  const matrix = new Float64Array(size * size);
  const { order, start } = rowsByLevel(inner.codes, inner.levels);
  const shared = [new Float64Array(size), new Float64Array(size)];
  const touched = new Int32Array(size);
  const isTouched = new Uint8Array(size);
  for (let g = 0; g < inner.levels; g++) {
    let count = 0;
    for (let position = start[g]; position < start[g + 1]; position++) {
      const i = order[position];
      const w = weights === null ? 1 : weights[i];
      const basis = projection.basisOf(i);
      for (const a of terms) {
        const column = a.offset + a.codes[i];
        const value = w * (a.slope === undefined ? 1 : a.slope[i]);
        if (!isTouched[column]) {
          isTouched[column] = 1;
          touched[count++] = column;
        }
        for (let k = 0; k < projection.bases; k++) shared[k][column] += value * basis[k];
        for (const b of terms) {
          matrix[column * size + b.offset + b.codes[i]] += value *
            (b.slope === undefined ? 1 : b.slope[i]);
        }
      }
    }
    for (let k = 0; k < projection.bases; k++) {
      subtractOuterProduct(matrix, size, shared[k], touched, count);
    }
    for (let t = 0; t < count; t++) {
      isTouched[touched[t]] = 0;
      shared[0][touched[t]] = shared[1][touched[t]] = 0;
    }
  }
  return matrix;
}

function subtractOuterProduct(
  matrix: Float64Array,
  size: number,
  vector: Float64Array,
  touched: Int32Array,
  count: number,
): void {
  for (let a = 0; a < count; a++) {
    const row = touched[a] * size;
    const value = vector[touched[a]];
    for (let b = 0; b < count; b++) matrix[row + touched[b]] -= value * vector[touched[b]];
  }
}

type Solver = (right: Float64Array) => Float64Array;

function directSolver(factor: SemidefiniteFactor): Solver {
  return (right) => {
    const gamma = right.slice();
    solveFactored(factor, gamma);
    return gamma;
  };
}

/** A direct solution with one step of refinement, to recover the digits that rounding took. */
function refined(
  solve: Solver,
  applyMatrix: (v: Float64Array) => Float64Array,
  right: Float64Array,
): Float64Array {
  const x = solve(right);
  const product = applyMatrix(x);
  const more = solve(right.map((value, j) => value - product[j]));
  return x.map((value, j) => value + more[j]);
}

function noConvergence(outer: readonly FixedEffect[], inner: FixedEffect): InputError {
  return new InputError({
    problem: `The fixed effects did not converge in ${MAX_ITERATIONS} iterations`,
    column: [inner, ...outer].map(({ name }) => name).join(", "),
    remedy:
      "the effects are nearly collinear, or weights too far apart: absorb fewer effects, or " +
      "bring weights closer together",
  });
}

interface Iteration {
  /** The solution, or null where it does not converge. */
  readonly solve: (right: Float64Array) => Float64Array | null;
  readonly applyMatrix: (v: Float64Array) => Float64Array;
}

/** Jacobi-preconditioned conjugate gradients; the system is singular but consistent, which they allow. */
function conjugateGradients(
  columns: OuterColumns,
  diagonal: Float64Array,
  projection: GroupProjection,
  weights: Float64Array | null,
  rows: number,
): Iteration {
  const { size } = columns;
  const work = new Float64Array(rows);
  const product = new Float64Array(size);
  const applyMatrix = (v: Float64Array) => {
    work.fill(0);
    subtractTimes(columns, v, work);
    projection.subtract(work);
    transposeTimes(columns, work, weights, product);
    for (let j = 0; j < size; j++) product[j] = -product[j];
    return product;
  };
  const solve = (right: Float64Array) => {
    const x = new Float64Array(size);
    const r = right.slice();
    const z = r.map((value, j) => value / diagonal[j]);
    const p = z.slice();
    let rz = dot(r, z);
    const goal = TOLERANCE ** 2 * rz;
    for (let iteration = 0; rz > goal && rz > 0; iteration++) {
      if (iteration === MAX_ITERATIONS) return null;
      const ap = applyMatrix(p);
      const alpha = rz / dot(p, ap);
      for (let j = 0; j < size; j++) {
        x[j] += alpha * p[j];
        r[j] -= alpha * ap[j];
        z[j] = r[j] / diagonal[j];
      }
      const next = dot(r, z);
      const beta = next / rz;
      rz = next;
      for (let j = 0; j < size; j++) p[j] = z[j] + beta * p[j];
    }
    return x;
  };
  return { solve, applyMatrix };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
