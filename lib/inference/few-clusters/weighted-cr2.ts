import { fromEigen, symmetricEigen } from "../../regression/eigen.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { crossingColumns } from "../wild/basis.ts";
import { type BiasReduced, ratioOfTraces, times } from "./bias-reduced.ts";
import { type ClusterBlocks, coefficientDirection, sumOfProducts } from "./blocks.ts";

/** An eigenvalue of B_g this small relative to the largest counts as zero. */
const VANISHING = 1e-10;

/**
 * CR2 for weighted least squares with errors of equal variance as the working model: A_g = B_g^{+1/2} with
 * B_g = [(I − H)(I − H)']_gg and H = QQ'W (Pustejovsky & Tipton 2018, eq. 6 with Φ = I; clubSandwich's default
 * for weighted lm). Nested effects do not drop out of B_g here, so every effect becomes an explicit column.
 */
export function weightedAdjustment(blocks: ClusterBlocks): BiasReduced {
  const { fit, order, start } = blocks;
  const columns = [...fit.q, ...crossingColumns(fit, fit.effects, [], blocks.clusters)];
  const weights = fit.weights!;
  const omega = weightedSquares(columns, weights);
  const singular: number[] = [];
  const parts = blocks.cross.map((_, g) => {
    const rows = order.subarray(start[g], start[g + 1]);
    const { root, deficient } = adjustment(rows, columns, weights, omega);
    if (deficient) singular.push(g);
    return { rows, root };
  });
  const adjusted = parts.map(({ rows, root }) => {
    const residuals = Float64Array.from(rows, (i) => fit.residuals[i]);
    const moved = times(root, residuals, rows.length);
    return Float64Array.from(
      fit.q,
      (q) => moved.reduce((sum, e, r) => sum + weights[rows[r]] * q[rows[r]] * e, 0),
    );
  });
  return {
    matrix: sumOfProducts(blocks, adjusted),
    degreesOfFreedom: Float64Array.from(
      fit.names,
      (_, k) => degrees(blocks, columns, omega, parts, k),
    ),
    singular,
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

/** B_g^{+1/2} over the cluster's rows. */
function adjustment(
  rows: Int32Array,
  columns: readonly Float64Array[],
  weights: Float64Array,
  omega: Float64Array,
): { root: Float64Array; deficient: boolean } {
  const size = columns.length;
  const n = rows.length;
  const q = Array.from(rows, (i) => columns.map((column) => column[i]));
  const middle = q.map((row) =>
    Float64Array.from(
      { length: size },
      (_, b) => row.reduce((sum, value, a) => sum + value * omega[a * size + b], 0),
    )
  );
  const b = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let s = 0; s < n; s++) {
      let [overlap, spread] = [0, 0];
      for (let k = 0; k < size; k++) {
        overlap += q[r][k] * q[s][k];
        spread += middle[r][k] * q[s][k];
      }
      b[r * n + s] = (r === s ? 1 : 0) - overlap * (weights[rows[r]] + weights[rows[s]]) + spread;
    }
  }
  const eigen = symmetricEigen(b, n);
  const largest = Math.max(...eigen.values);
  const factor = (value: number) => value > VANISHING * largest ? 1 / Math.sqrt(value) : 0;
  return {
    root: fromEigen(eigen, factor),
    deficient: eigen.values.some((value) => factor(value) === 0),
  };
}

/** (tr P)² / tr P² with p_g = v_g − WQ(Q_g'v_g), v_g = A_gW_gQ_gr (see the unweighted case). */
function degrees(
  blocks: ClusterBlocks,
  columns: readonly Float64Array[],
  omega: Float64Array,
  parts: readonly { rows: Int32Array; root: Float64Array }[],
  k: number,
): number {
  const weights = (blocks.fit as LeastSquaresFit).weights!;
  const size = columns.length;
  const direction = coefficientDirection(blocks, k);
  const pieces = parts.map(({ rows, root }) => {
    const target = Float64Array.from(rows, (i) => {
      let sum = 0;
      blocks.fit.q.forEach((q, j) => sum += q[i] * direction[j]);
      return weights[i] * sum;
    });
    const v = times(root, target, rows.length);
    const a = Float64Array.from(
      columns,
      (column) => v.reduce((sum, value, r) => sum + value * column[rows[r]], 0),
    );
    const b = Float64Array.from(
      columns,
      (column) => v.reduce((sum, value, r) => sum + weights[rows[r]] * value * column[rows[r]], 0),
    );
    const spread = Float64Array.from(
      { length: size },
      (_, i) => a.reduce((sum, value, j) => sum + omega[i * size + j] * value, 0),
    );
    return { a, b, spread, square: v.reduce((sum, value) => sum + value ** 2, 0) };
  });
  const dot = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, value, i) => sum + value * y[i], 0);
  return ratioOfTraces(parts.length, (g, h) => {
    const [x, y] = [pieces[g], pieces[h]];
    return (g === h ? x.square : 0) - dot(x.b, y.a) - dot(x.a, y.b) + dot(x.a, y.spread);
  });
}
