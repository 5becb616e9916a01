/** A bootstrap of the largest |effect| when it lies on the boundary of "too large". */
export interface BoundaryBootstrap {
  /** Share of draws at or below the estimate's own largest |effect|, under the nearest effects whose largest is `bound`. */
  pValue(bound: number): number;
}

/**
 * The bootstrap test of the largest |effect|: draws scatter about the point nearest to the estimates (in the metric of their
 * covariance) whose largest |effect| is the bound, and the test rejects when few of them come out as small as the estimate.
 * That point lies on a face |β_k| = bound of the cube, so it has a closed form: the face with the smallest
 * (bound − |β_k|)/σ_k, and along it the other effects follow their regression on β_k.
 *
 * Source: Dette & Schumann (2024), Journal of Business & Economic Statistics 42, algorithm 1, on influence functions in place
 * of residuals, so that it serves every estimator.
 * @param noise one array of draws per effect: how far the estimates fall from the truth.
 */
export function boundaryBootstrap(
  estimates: ArrayLike<number>,
  covariance: Float64Array,
  noise: readonly Float64Array[],
): BoundaryBootstrap {
  const size = estimates.length;
  const largest = Math.max(...Array.from(estimates, Math.abs));
  const draws = noise[0].length;
  return {
    pValue(bound) {
      // The estimate itself lies in "too large": nothing can be shown.
      if (bound <= largest) return 1;
      const centre = nearestOnBoundary(estimates, covariance, bound);
      let reached = 0;
      for (let b = 0; b < draws; b++) {
        let most = 0;
        for (let k = 0; k < size; k++) most = Math.max(most, Math.abs(centre[k] + noise[k][b]));
        if (most <= largest * (1 + 1e-12)) reached++;
      }
      return reached / draws;
    },
  };
}

/** The point nearest to estimates inside the cube (in the covariance's metric) whose largest |coordinate| is the bound. */
export function nearestOnBoundary(
  estimates: ArrayLike<number>,
  covariance: Float64Array,
  bound: number,
): Float64Array {
  const size = estimates.length;
  let [face, least] = [0, Infinity];
  for (let k = 0; k < size; k++) {
    const distance = (bound - Math.abs(estimates[k])) / Math.sqrt(covariance[k * size + k]);
    if (distance < least) [face, least] = [k, distance];
  }
  const side = estimates[face] < 0 ? -bound : bound;
  const move = (side - estimates[face]) / covariance[face * size + face];
  return Float64Array.from(
    { length: size },
    (_, j) => estimates[j] + covariance[j * size + face] * move,
  );
}
