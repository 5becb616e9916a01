import { symmetricEigen } from "../../regression/eigen.ts";

/**
 * P(W ≤ w) for W = B(1) / √(mean over i < L of (B(λᵢ)/λᵢ − B(1))²), λᵢ = i/L, B a Brownian motion: what the self-normalised
 * test of a root mean square compares with.
 *
 * B(1) is independent of the differences below the root, whose covariances are 1/max(λᵢ, λⱼ) − 1. So W ≤ w < 0 says that
 * B(1) < 0 and that the quadratic form B(1)² − w²·(mean of squares) is positive, which Imhof's integral gives.
 *
 * Source: Dette & Schumann (2024), Journal of Business & Economic Statistics 42, section 3.3; Imhof (1961), Biometrika 48,
 * eq. 3.2.
 * @param steps L, at least 2.
 */
export function selfNormalisedBelow(w: number, steps: number): number {
  if (w === 0) return 0.5;
  if (w > 0) return 1 - selfNormalisedBelow(-w, steps);
  const scales = [1, ...squareScales(steps).map((value) => -w * w * value)];
  return 0.5 * positiveForm(scales);
}

/** The w with P(W ≤ w) = p, for p below one half. */
export function selfNormalisedQuantile(p: number, steps: number): number {
  const scales = squareScales(steps);
  const at = (w: number) => 0.5 * positiveForm([1, ...scales.map((value) => -w * w * value)]);
  let [low, high] = [-1, 0];
  while (at(low) > p) [low, high] = [2 * low, low];
  for (let k = 0; k < 60 && high - low > 1e-10 * -low; k++) {
    const middle = (low + high) / 2;
    if (at(middle) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The mean of squares as a sum of these multiples of independent χ²(1) numbers. */
function squareScales(steps: number): number[] {
  const size = steps - 1;
  const matrix = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      matrix[a * size + b] = (steps / (Math.max(a, b) + 1) - 1) / size;
    }
  }
  return [...symmetricEigen(matrix, size).values];
}

/**
 * P(Σ scaleᵣ χ²ᵣ(1) > 0) by Imhof's integral in ln u, where the integrand is analytic and falls off exponentially on either
 * side, so that the trapezoidal rule converges fast.
 */
function positiveForm(scales: readonly number[]): number {
  const step = 0.04;
  let sum = 0;
  for (let t = -40; t <= 40; t += step) {
    const u = Math.exp(t);
    let [angle, decay] = [0, 0];
    for (const scale of scales) {
      angle += 0.5 * Math.atan(scale * u);
      decay += 0.25 * Math.log1p((scale * u) ** 2);
    }
    sum += Math.sin(angle) * Math.exp(-decay);
  }
  return 0.5 + sum * step / Math.PI;
}
