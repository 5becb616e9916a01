import type { Label } from "../../panel/coding.ts";
import { symmetricSolver } from "../wild/leave-out.ts";
import {
  type ClusterBlocks,
  coefficientDirection,
  sumOfProducts,
  toCoefficients,
} from "./blocks.ts";

/** The estimates without each cluster, or the clusters without which a coefficient does not exist. */
export type LeaveOneOut =
  | {
    readonly ok: true;
    readonly clusters: readonly Label[];
    /** `estimates[g][k]`: coefficient k without cluster g. */
    readonly estimates: readonly Float64Array[];
    /** The same changes in Q's coordinates. */
    readonly changes: readonly Float64Array[];
  }
  | { readonly ok: false; readonly reason: string };

/**
 * Refits without each cluster by the closed form γ⁽ᵍ⁾ − γ = −(I − Q_g'W_gQ_g)⁻¹ Q_g'W_ge_g (MacKinnon, Nielsen &
 * Webb 2023, Journal of Econometrics 232, eq. 13), after partialling out effects nested in clusters.
 */
export function leaveOneOut(blocks: ClusterBlocks): LeaveOneOut {
  const { fit, clusters, cross, scores, columns } = blocks;
  const size = columns.length;
  const changes: Float64Array[] = [];
  const impossible: Label[] = [];
  const lost = new Set<string>();
  cross.forEach((matrix, g) => {
    const solver = symmetricSolver(oneMinus(matrix, size), size);
    const missing = fit.names.filter((_, k) => !solver.determines(k));
    if (missing.length === 0) changes.push(solver.solve(scores[g]).map((value) => -value));
    else {
      impossible.push(clusters.levels[g]);
      missing.forEach((name) => lost.add(name));
    }
  });
  if (impossible.length > 0) {
    const shown = impossible.slice(0, 5).join(", ") + (impossible.length > 5 ? ", …" : "");
    return {
      ok: false,
      reason:
        `without ${clusters.name} ${shown} there is no estimate of ${[...lost].join(", ")}: ` +
        "all that identifies it lies there",
    };
  }
  const estimates = changes.map((change) => {
    const moved = toCoefficients(fit, change);
    return moved.map((value, k) => fit.coefficients[k] + value);
  });
  return { ok: true, clusters: clusters.levels, estimates, changes };
}

function oneMinus(matrix: Float64Array, size: number): Float64Array {
  const out = matrix.map((value) => -value);
  for (let k = 0; k < size; k++) out[k * size + k] += 1;
  return out;
}

/**
 * The cluster jackknife covariance (G − 1)/G Σ (β⁽ᵍ⁾ − β̂)(β⁽ᵍ⁾ − β̂)' (CV3), or about the mean of the β⁽ᵍ⁾ (CV3J).
 * Source: MacKinnon, Nielsen & Webb (2023), eqs. 14 and 15.
 */
export function jackknifeCovariance(
  blocks: ClusterBlocks,
  refits: Extract<LeaveOneOut, { ok: true }>,
  about: "estimate" | "mean",
): Float64Array {
  const groups = refits.changes.length;
  const size = blocks.columns.length;
  const mean = new Float64Array(size);
  if (about === "mean") {
    for (const change of refits.changes) change.forEach((value, k) => mean[k] += value / groups);
  }
  const centred = refits.changes.map((change) => change.map((value, k) => value - mean[k]));
  return sumOfProducts(blocks, centred).map((value) => value * (groups - 1) / groups);
}

/** The lowest and highest estimate of coefficient k when any two clusters are left out. */
export interface LeaveTwoOut {
  readonly low: number;
  readonly lowWithout: readonly [Label, Label];
  readonly high: number;
  readonly highWithout: readonly [Label, Label];
  /** Pairs without which the coefficient does not exist. */
  readonly impossible: number;
}

/** Refits without every pair of clusters. */
export function leaveTwoOut(blocks: ClusterBlocks, k: number): LeaveTwoOut {
  const { fit, clusters, cross, scores, columns } = blocks;
  const size = columns.length;
  const direction = coefficientDirection(blocks, k);
  let [low, high] = [Infinity, -Infinity];
  let lowWithout: [Label, Label] = [clusters.levels[0], clusters.levels[1]];
  let highWithout = lowWithout;
  let impossible = 0;
  for (let g = 0; g < cross.length; g++) {
    for (let h = g + 1; h < cross.length; h++) {
      const both = cross[g].map((value, i) => value + cross[h][i]);
      const solver = symmetricSolver(oneMinus(both, size), size);
      if (!fit.names.every((_, j) => solver.determines(j))) {
        impossible++;
        continue;
      }
      const change = solver.solve(scores[g].map((value, i) => value + scores[h][i]));
      const estimate = fit.coefficients[k] -
        change.reduce((sum, value, i) => sum + value * direction[i], 0);
      const pair: [Label, Label] = [clusters.levels[g], clusters.levels[h]];
      if (estimate < low) [low, lowWithout] = [estimate, pair];
      if (estimate > high) [high, highWithout] = [estimate, pair];
    }
  }
  return { low, lowWithout, high, highWithout, impossible };
}
