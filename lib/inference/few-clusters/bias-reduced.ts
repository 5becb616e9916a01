import type { Coding } from "../../panel/coding.ts";
import { fromEigen, symmetricEigen } from "../../regression/eigen.ts";
import { innerProduct } from "../../regression/orthogonal.ts";
import { type ClusterBlocks, coefficientDirection, sumOfProducts } from "./blocks.ts";
import { type VarianceMoments, wishartDegrees } from "./moments.ts";
import { weightedAdjustment } from "./weighted-cr2.ts";

/** CR2 before anything is read off it: the clusters' adjusted scores, and the moments of their products. */
export interface AdjustedClusters {
  /** Q_g'W_gA_ge_g per cluster, in Q's coordinates (the first K at least). */
  readonly scores: readonly Float64Array[];
  /** Positions of the clusters whose adjustment needed a generalised inverse. */
  readonly singular: readonly number[];
  /** Moments of the variance of directions in Q's coordinates (see `coefficientDirection`). */
  moments(directions: readonly Float64Array[]): VarianceMoments;
}

/** CR2 with what its degrees of freedom need. */
export interface BiasReduced {
  /** K × K, row-major. */
  readonly matrix: Float64Array;
  /** Satterthwaite degrees of freedom, one per coefficient. */
  readonly degreesOfFreedom: Float64Array;
  /** Positions of the clusters whose adjustment needed a generalised inverse. */
  readonly singular: readonly number[];
}

/** An eigenvalue of I − Q_g'Q_g below this counts as zero. */
const VANISHING = 1e-10;

/** CR2 of a regression's coefficients (see `adjustClusters`), with Satterthwaite degrees of freedom for each. */
export function biasReduced(blocks: ClusterBlocks): BiasReduced {
  const { scores, singular, moments } = adjustClusters(blocks);
  return {
    matrix: sumOfProducts(blocks, scores),
    // Where there are none the variance is zero, which the caller refuses.
    degreesOfFreedom: Float64Array.from(
      blocks.fit.names,
      (_, k) => wishartDegrees(moments([coefficientDirection(blocks, k)])) ?? 0,
    ),
    singular,
  };
}

/**
 * Bias-reduced linearisation (CR2; Bell & McCaffrey 2002) under the working model of equal independent errors (Imbens &
 * Kolesár 2016, eqs. 10–11; Pustejovsky & Tipton 2018, section 4). Effects nested in clusters are partialled out first; in
 * Q's coordinates the adjustment (I − H_gg)^{−1/2} becomes (I − Q_g'Q_g)^{−1/2}, generalised where that is singular.
 *
 * With weights the adjustment needs the cluster's rows (see `weightedAdjustment`).
 */
export function adjustClusters(blocks: ClusterBlocks): AdjustedClusters {
  if (blocks.fit.weights !== null) return weightedAdjustment(blocks);
  const size = blocks.columns.length;
  const singular: number[] = [];
  const roots = blocks.cross.map((matrix, g) => {
    const { root, deficient } = inverseRoot(blocks, g, matrix);
    if (deficient) singular.push(g);
    return root;
  });
  return {
    scores: roots.map((root, g) => times(root, blocks.scores[g], size)),
    singular,
    moments: (directions) => momentsOf(blocks, roots, directions),
  };
}

/** What the reader of a CR2 with generalised inverses must know; nothing where there are none. */
export function singularNotes(singular: readonly number[], { name, levels }: Coding): string[] {
  return singular.length === 0 ? [] : [
    `CR2 is not bias-reduced for ${name} ${singular.map((g) => levels[g]).join(", ")}: ` +
    "leaving it out takes a direction of the regression with it, so a generalised inverse was used",
  ];
}

/**
 * (I − S)^{−1/2} for S = Q_g'Q_g with eigenvalues λ in [0, 1]; zero where λ is one. S and Q_gQ_g' share what is not zero, so
 * that the smaller of them is taken apart: with QQ' = UΛU' the root is I + Q'U h(Λ) U'Q, h = (1/√(1 − λ) − 1)/λ.
 */
function inverseRoot(
  { columns, order, start }: ClusterBlocks,
  g: number,
  matrix: Float64Array,
): { root: Float64Array; deficient: boolean } {
  const size = columns.length;
  const rows = order.subarray(start[g], start[g + 1]);
  const isZero = (value: number) => 1 - value <= VANISHING;
  if (rows.length >= size) {
    const eigen = symmetricEigen(matrix, size);
    return {
      root: fromEigen(eigen, (value) => isZero(value) ? 0 : 1 / Math.sqrt(1 - value)),
      deficient: eigen.values.some(isZero),
    };
  }
  const q = rowsOf(columns, rows);
  const eigen = symmetricEigen(outerProducts(q, rows.length, size), rows.length);
  const inner = fromEigen(eigen, (value) => {
    if (isZero(value)) return -1;
    const root = Math.sqrt(1 - value);
    return 1 / (root * (1 + root));
  });
  return { root: onePlus(q, inner, rows.length, size), deficient: eigen.values.some(isZero) };
}

/** A cluster's rows of the columns: n × P, row-major. */
export function rowsOf(columns: readonly Float64Array[], rows: Int32Array): Float64Array {
  const size = columns.length;
  const out = new Float64Array(rows.length * size);
  rows.forEach((i, r) => columns.forEach((column, a) => out[r * size + a] = column[i]));
  return out;
}

/** QQ', n × n. */
function outerProducts(q: Float64Array, n: number, size: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let s = 0; s <= r; s++) {
      let sum = 0;
      for (let a = 0; a < size; a++) sum += q[r * size + a] * q[s * size + a];
      out[r * n + s] = out[s * n + r] = sum;
    }
  }
  return out;
}

/** I + Q'MQ, P × P, for a symmetric M of n × n. */
function onePlus(q: Float64Array, middle: Float64Array, n: number, size: number): Float64Array {
  const half = new Float64Array(n * size);
  for (let r = 0; r < n; r++) {
    for (let s = 0; s < n; s++) {
      const factor = middle[r * n + s];
      for (let a = 0; a < size; a++) half[r * size + a] += factor * q[s * size + a];
    }
  }
  const out = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = a === b ? 1 : 0;
      for (let r = 0; r < n; r++) sum += q[r * size + a] * half[r * size + b];
      out[a * size + b] = out[b * size + a] = sum;
    }
  }
  return out;
}

/** Matrix (size × size, row-major) times vector. */
export function times(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j] * vector[j];
    out[i] = sum;
  }
  return out;
}

/** P_gh(s, t) = δ_gh v_gs'v_gt − a_gs'a_ht, with v_gs = Q_g(I − S_g)^{−1/2}r_s and a_gs = Q_g'v_gs. */
function momentsOf(
  { columns, cross }: ClusterBlocks,
  roots: readonly Float64Array[],
  directions: readonly Float64Array[],
): VarianceMoments {
  const width = columns.length;
  const own: Float64Array[] = [];
  const left = roots.map((root, g) => {
    const inner = directions.map((direction) => times(root, direction, width));
    const a = inner.map((vector) => times(cross[g], vector, width));
    own.push(products(inner, a));
    return stacked(a);
  });
  return { size: directions.length, own, left, right: left };
}

/** x_s'y_t, q × q. */
export function products(
  x: readonly Float64Array[],
  y: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(x.length * y.length);
  x.forEach((a, s) => y.forEach((b, t) => out[s * y.length + t] = innerProduct(a, b, null)));
  return out;
}

/** Vectors one below the other, row-major. */
export function stacked(vectors: readonly Float64Array[]): Float64Array {
  const width = vectors[0].length;
  const out = new Float64Array(vectors.length * width);
  vectors.forEach((vector, s) => out.set(vector, s * width));
  return out;
}
