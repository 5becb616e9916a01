import { fromEigen, symmetricEigen } from "../../regression/eigen.ts";
import { type ClusterBlocks, coefficientDirection, sumOfProducts } from "./blocks.ts";
import { weightedAdjustment } from "./weighted-cr2.ts";

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

/**
 * Bias-reduced linearisation (CR2; Bell & McCaffrey 2002) under the working model of equal independent errors,
 * with Satterthwaite degrees of freedom per coefficient (Imbens & Kolesár 2016, eqs. 10–11; Pustejovsky & Tipton
 * 2018, section 4). Effects nested in clusters are partialled out first; in Q's coordinates the adjustment
 * (I − H_gg)^{−1/2} becomes (I − Q_g'Q_g)^{−1/2}, generalised where that is singular.
 *
 * With weights the adjustment needs the cluster's rows (see `weightedAdjustment`).
 */
export function biasReduced(blocks: ClusterBlocks): BiasReduced {
  if (blocks.fit.weights !== null) return weightedAdjustment(blocks);
  const size = blocks.columns.length;
  const singular: number[] = [];
  const roots = blocks.cross.map((matrix, g) => {
    const { root, deficient } = inverseRoot(matrix, size);
    if (deficient) singular.push(g);
    return root;
  });
  const adjusted = roots.map((root, g) => times(root, blocks.scores[g], size));
  return {
    matrix: sumOfProducts(blocks, adjusted),
    degreesOfFreedom: Float64Array.from(
      blocks.fit.names,
      (_, k) => satterthwaite(blocks, roots, k),
    ),
    singular,
  };
}

/** (I − S)^{−1/2} for a symmetric S with eigenvalues in [0, 1]; zero where the eigenvalue is one. */
function inverseRoot(
  matrix: Float64Array,
  size: number,
): { root: Float64Array; deficient: boolean } {
  const eigen = symmetricEigen(matrix, size);
  const factor = (value: number) => 1 - value > VANISHING ? 1 / Math.sqrt(1 - value) : 0;
  return {
    root: fromEigen(eigen, factor),
    deficient: eigen.values.some((value) => factor(value) === 0),
  };
}

/** Matrix (size × size, row-major) times vector. */
export function times(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i] += matrix[i * size + j] * vector[j];
  }
  return out;
}

/** (tr P)² / tr P² for P_gh = δ_gh |v_g|² − a_g'a_h, with v_g = Q_g(I − S_g)^{−1/2}r and a_g = Q_g'v_g. */
function satterthwaite(blocks: ClusterBlocks, roots: readonly Float64Array[], k: number): number {
  const size = blocks.columns.length;
  const direction = coefficientDirection(blocks, k);
  const inner = roots.map((root) => times(root, direction, size));
  const a = inner.map((vector, g) => times(blocks.cross[g], vector, size));
  const squares = inner.map((vector, g) => dot(vector, a[g]));
  return ratioOfTraces(a.length, (g, h) => (g === h ? squares[g] : 0) - dot(a[g], a[h]));
}

/** (Σ P_gg)² / Σ P_gh². */
export function ratioOfTraces(groups: number, p: (g: number, h: number) => number): number {
  let [trace, square] = [0, 0];
  for (let g = 0; g < groups; g++) {
    for (let h = 0; h <= g; h++) {
      const value = p(g, h);
      if (g === h) trace += value;
      square += (g === h ? 1 : 2) * value ** 2;
    }
  }
  return trace ** 2 / square;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
