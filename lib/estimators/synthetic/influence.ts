import { symmetricEigen } from "../../regression/eigen.ts";
import { contributions } from "./average.ts";
import type { Refittable, Replicates } from "./resample.ts";

const NEGLIGIBLE = 1e-10;

/**
 * What each unit moved each term by, under given weights: its own change from the λ-weighted base, less its group's, times its
 * weight. The terms are averages of unit changes; these are their parts.
 */
export function unitContributions({ setup, fits, events }: Refittable): Float64Array[] {
  const { y, periods, controls, cohorts } = setup;
  const units = setup.panel.units.length;
  const out = Array.from({ length: 1 + events.times.length }, () => new Float64Array(units));
  const change = (unit: number, period: number, lambda: Float64Array) => {
    let base = 0;
    for (let s = 0; s < lambda.length; s++) base += lambda[s] * y[unit * periods + s];
    return y[unit * periods + period] - base;
  };
  for (const { fit, k, period, share } of contributions(fits, events)) {
    const own = cohorts[fits.indexOf(fit)].units;
    const mean = (of: Int32Array, weight: (j: number) => number) =>
      of.reduce((sum, unit, j) => sum + weight(j) * change(unit, period, fit.lambda), 0);
    const level = mean(own, () => 1 / own.length);
    for (const unit of own) {
      out[k][unit] += share / own.length * (change(unit, period, fit.lambda) - level);
    }
    const other = mean(controls, (j) => fit.omega[j]);
    controls.forEach((unit, j) => {
      out[k][unit] -= share * fit.omega[j] * (change(unit, period, fit.lambda) - other);
    });
  }
  return out;
}

/** Changes of the jackknife, scaled so that their products sum to its covariance. */
export function jackknifeInfluence({ values, factor }: Replicates): Float64Array[] {
  const root = Math.sqrt(factor);
  return Array.from(values[0], (_, k) => {
    const mean = values.reduce((sum, draw) => sum + draw[k], 0) / values.length;
    return Float64Array.from(values, (draw) => -root * (draw[k] - mean));
  });
}

/**
 * The influence values nearest to `own` (in squares) whose products sum to a given covariance: Ψ* = V^½ (V^½ Ψ)'s polar
 * factor, the orthogonal Procrustes solution (Schönemann 1966, Psychometrika 31).
 *
 * @param own K rows of one value per unit. @param covariance K × K, row-major.
 * Where `own` has fewer dimensions than the covariance, the missing ones are filled with contrasts between units;
 * with fewer units than dimensions the rows are scaled so that the variances hold, and `exact` is false.
 */
export function nearestInfluence(
  own: readonly Float64Array[],
  covariance: Float64Array,
): { readonly influence: Float64Array[]; readonly exact: boolean } {
  const size = own.length;
  const units = own[0].length;
  const spectrum = symmetricEigen(covariance, size);
  const largest = spectrum.values[size - 1];
  const kept = spectrum.values.flatMap((value, k) => value > NEGLIGIBLE * largest ? [k] : [])
    .slice(-(units - 1));
  // Nothing varies: the estimate says so.
  if (kept.length === 0) return { influence: own.map(() => new Float64Array(units)), exact: true };
  const rotated = kept.map((k) => {
    const row = new Float64Array(units);
    for (let a = 0; a < size; a++) {
      const weight = Math.sqrt(spectrum.values[k]) * spectrum.vector(a, k);
      for (let i = 0; i < units; i++) row[i] += weight * own[a][i];
    }
    return row;
  });
  const basis = polarFactor(rotated, units);
  const influence = Array.from({ length: size }, (_, a) => {
    const row = new Float64Array(units);
    kept.forEach((k, m) => {
      const weight = Math.sqrt(spectrum.values[k]) * spectrum.vector(a, k);
      for (let i = 0; i < units; i++) row[i] += weight * basis[m][i];
    });
    return row;
  });
  // Dropped dimensions are rounding, unless there were too few units for them.
  const lost = spectrum.values.filter((value) => value > NEGLIGIBLE * largest).length > kept.length;
  return {
    influence: influence.map((row, a) => rescaled(row, covariance[a * size + a])),
    exact: !lost,
  };
}

function rescaled(row: Float64Array, variance: number): Float64Array {
  const squares = row.reduce((sum, value) => sum + value * value, 0);
  return squares > 0 ? row.map((value) => value * Math.sqrt(variance / squares)) : row;
}

/** The matrix with orthonormal rows nearest to M; directions that M lacks are filled in, orthogonal to the constant. */
function polarFactor(m: readonly Float64Array[], units: number): Float64Array[] {
  const size = m.length;
  const product = new Float64Array(size * size);
  m.forEach((a, i) =>
    m.forEach((b, j) => product[i * size + j] = a.reduce((sum, value, u) => sum + value * b[u], 0))
  );
  const { values, vector } = symmetricEigen(product, size);
  const largest = values[size - 1];
  const directions: Float64Array[] = [];
  const out = m.map(() => new Float64Array(units));
  for (let k = size - 1; k >= 0; k--) {
    const found = values[k] > NEGLIGIBLE * largest
      ? combination(m, (i) => vector(i, k) / Math.sqrt(values[k]))
      : newDirection(directions, units);
    directions.push(found);
    for (let i = 0; i < size; i++) {
      for (let u = 0; u < units; u++) out[i][u] += vector(i, k) * found[u];
    }
  }
  return out;
}

function combination(m: readonly Float64Array[], weight: (i: number) => number): Float64Array {
  const out = new Float64Array(m[0].length);
  m.forEach((row, i) => {
    for (let u = 0; u < out.length; u++) out[u] += weight(i) * row[u];
  });
  return out;
}

/** A unit vector orthogonal to those given and to the constant: the least represented unit against them. */
function newDirection(directions: readonly Float64Array[], units: number): Float64Array {
  const all = [new Float64Array(units).fill(1 / Math.sqrt(units)), ...directions];
  const covered = new Float64Array(units);
  for (const row of all) row.forEach((value, u) => covered[u] += value ** 2);
  const found = new Float64Array(units);
  found[covered.indexOf(Math.min(...covered))] = 1;
  for (let pass = 0; pass < 2; pass++) {
    for (const row of all) {
      const product = row.reduce((sum, value, u) => sum + value * found[u], 0);
      for (let u = 0; u < units; u++) found[u] -= product * row[u];
    }
  }
  const length = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0));
  return found.map((value) => value / length);
}
