import { fromEigen, symmetricEigen } from "../../regression/eigen.ts";
import { crossingColumns } from "../wild/basis.ts";
import { type AdjustedClusters, products, rowsOf, stacked, times } from "./bias-reduced.ts";
import type { ClusterBlocks } from "./blocks.ts";
import type { VarianceMoments } from "./moments.ts";

/** An eigenvalue of B_g this small relative to the largest counts as zero. */
const VANISHING = 1e-10;

/**
 * CR2 for weighted least squares with errors of equal variance as the working model: A_g = B_g^{+1/2} with
 * B_g = [(I − H)(I − H)']_gg and H = QQ'W (Pustejovsky & Tipton 2018, eq. 6 with Φ = I; clubSandwich's default
 * for weighted lm). Nested effects do not drop out of B_g here, so every effect becomes an explicit column.
 */
export function weightedAdjustment(blocks: ClusterBlocks): AdjustedClusters {
  const { fit, order, start } = blocks;
  const columns = [...fit.q, ...crossingColumns(fit, fit.effects, [], blocks.clusters)];
  const weights = fit.weights!;
  const omega = weightedSquares(columns, weights);
  const singular: number[] = [];
  const parts = blocks.cross.map((_, g) => {
    const rows = order.subarray(start[g], start[g + 1]);
    const q = rowsOf(columns, rows);
    const { root, deficient } = adjustment(rows, q, fit.q, weights, omega);
    if (deficient) singular.push(g);
    return { rows, q, root };
  });
  const scores = parts.map(({ rows, root }) => {
    const residuals = Float64Array.from(rows, (i) => fit.residuals[i]);
    const moved = times(root, residuals, rows.length);
    return Float64Array.from(
      fit.q,
      (q) => moved.reduce((sum, e, r) => sum + weights[rows[r]] * q[rows[r]] * e, 0),
    );
  });
  return {
    scores,
    singular,
    moments: (directions) => momentsOf(weights, omega, parts, directions),
  };
}

/** Q'W²Q, P × P. */
function weightedSquares(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const size = columns.length;
  const out = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) {
        sum += weights[i] ** 2 * columns[a][i] * columns[b][i];
      }
      out[a * size + b] = out[b * size + a] = sum;
    }
  }
  return out;
}

/** B_g^{+1/2} over the cluster's rows Q_g (n × P); deficient where the inverse leaves out what the regressors have there. */
function adjustment(
  rows: Int32Array,
  q: Float64Array,
  own: readonly Float64Array[],
  weights: Float64Array,
  omega: Float64Array,
): { root: Float64Array; deficient: boolean } {
  const size = q.length / rows.length;
  const n = rows.length;
  const spread = new Float64Array(n * size);
  for (let r = 0; r < n; r++) {
    for (let a = 0; a < size; a++) {
      const value = q[r * size + a];
      for (let c = 0; c < size; c++) spread[r * size + c] += value * omega[a * size + c];
    }
  }
  const b = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let s = 0; s <= r; s++) {
      let [overlap, product] = [0, 0];
      for (let k = 0; k < size; k++) {
        overlap += q[r * size + k] * q[s * size + k];
        product += spread[r * size + k] * q[s * size + k];
      }
      b[r * n + s] = b[s * n + r] = (r === s ? 1 : 0) -
        overlap * (weights[rows[r]] + weights[rows[s]]) + product;
    }
  }
  const eigen = symmetricEigen(b, n);
  const largest = Math.max(...eigen.values);
  const isZero = (value: number) => value <= VANISHING * largest;
  return {
    root: fromEigen(eigen, (value) => isZero(value) ? 0 : 1 / Math.sqrt(value)),
    deficient: eigen.values.some((value, k) =>
      isZero(value) &&
      own.some((column) => hasPart(column, rows, weights, (r) => eigen.vector(r, k)))
    ),
  };
}

/** A part of W_gq_g this small beside it is rounding about zero. */
const NO_PART = 1e-7;

/** Whether W_gq_g has a part along a direction of the cluster's rows. */
function hasPart(
  column: Float64Array,
  rows: Int32Array,
  weights: Float64Array,
  direction: (r: number) => number,
): boolean {
  let [along, total] = [0, 0];
  rows.forEach((i, r) => {
    const value = weights[i] * column[i];
    along += value * direction(r);
    total += value ** 2;
  });
  return along ** 2 > NO_PART ** 2 * total;
}

/**
 * With v_gs = A_gW_gQ_gr_s, its share p_gs = v_gs − WQ(Q_g'v_gs) of the errors gives P_gh(s, t) = p_gs'p_ht =
 * δ_gh v_gs'v_gt − c_gs'a_ht − a_gs'c_ht, where a = Q_g'v and c = Q_g'W_gv − ½(Q'W²Q)a.
 */
function momentsOf(
  weights: Float64Array,
  omega: Float64Array,
  parts: readonly { rows: Int32Array; q: Float64Array; root: Float64Array }[],
  directions: readonly Float64Array[],
): VarianceMoments {
  const own: Float64Array[] = [];
  const left: Float64Array[] = [];
  const right: Float64Array[] = [];
  for (const { rows, q, root } of parts) {
    const width = q.length / rows.length;
    const w = Float64Array.from(rows, (i) => weights[i]);
    const v = directions.map((r) => times(root, scaled(combined(q, r, w.length), w), w.length));
    own.push(products(v, v));
    const pairs = v.map((vector) => {
      const a = projected(q, vector, width);
      const spread = times(omega, a, width);
      const b = projected(q, scaled(vector, w), width);
      return { a, c: b.map((value, i) => value - spread[i] / 2) };
    });
    left.push(stacked(pairs.flatMap(({ a, c }) => [c, a])));
    right.push(stacked(pairs.flatMap(({ a, c }) => [a, c])));
  }
  return { size: directions.length, own, left, right };
}

function scaled(vector: Float64Array, by: Float64Array): Float64Array {
  return vector.map((value, r) => value * by[r]);
}

/** Q_gr for a direction that may be shorter than Q_g is wide (n values). */
function combined(q: Float64Array, direction: Float64Array, n: number): Float64Array {
  const width = q.length / n;
  const out = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let sum = 0;
    for (let j = 0; j < direction.length && j < width; j++) sum += q[r * width + j] * direction[j];
    out[r] = sum;
  }
  return out;
}

/** Q_g'v. */
function projected(q: Float64Array, vector: Float64Array, width: number): Float64Array {
  const out = new Float64Array(width);
  for (let r = 0; r < vector.length; r++) {
    for (let j = 0; j < width; j++) out[j] += vector[r] * q[r * width + j];
  }
  return out;
}
