import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { sandwich } from "../../regression/covariance.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";

/** Scores in Q's coordinates, one row of K values per row of the fit. */
function rowScores(fit: LeastSquaresFit): Float64Array[] {
  return Array.from({ length: fit.rows }, (_, i) => {
    const w = fit.weights === null ? 1 : fit.weights[i];
    return Float64Array.from(fit.q, (q) => w * q[i] * fit.residuals[i]);
  });
}

function addProduct(meat: Float64Array, a: Float64Array, b: Float64Array, weight: number): void {
  const size = a.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) meat[i * size + j] += weight * a[i] * b[j];
  }
}

/** Weight 1 − l/(L + 1) of lag l (Bartlett). */
function bartlett(lag: number, lags: number): number {
  return 1 - lag / (lags + 1);
}

function requireLags(lags: number, periods: number): void {
  if (Number.isInteger(lags) && lags >= 0 && lags < periods) return;
  throw new InputError({
    problem: `The number of lags must be a whole number from 0 to ${periods - 1}`,
    value: lags,
    remedy: "choose fewer lags than there are periods",
  });
}

/**
 * Newey–West for panels: Σ over units of the Bartlett-weighted autocovariances of a unit's scores, lags counted
 * in periods. Source: Newey & West (1987), eq. 5, summed over units.
 */
export function neweyWest(fit: LeastSquaresFit, panel: Panel, lags: number): Float64Array {
  requireLags(lags, panel.times.length);
  const scores = rowScores(fit);
  const meat = new Float64Array(fit.q.length ** 2);
  for (let i = 0; i < panel.rows; i++) {
    addProduct(meat, scores[i], scores[i], 1);
    for (let j = i - 1; j >= 0 && panel.unit[j] === panel.unit[i]; j--) {
      const lag = panel.time[i] - panel.time[j];
      if (lag > lags) break;
      addProduct(meat, scores[i], scores[j], bartlett(lag, lags));
      addProduct(meat, scores[j], scores[i], bartlett(lag, lags));
    }
  }
  return sandwich(fit, meat);
}

/**
 * Driscoll–Kraay: Bartlett-weighted autocovariances of the scores summed over units in each period; holds under
 * any dependence between units, for many periods. Source: Driscoll & Kraay (1998), eq. 5.
 */
export function driscollKraay(fit: LeastSquaresFit, panel: Panel, lags: number): Float64Array {
  requireLags(lags, panel.times.length);
  const size = fit.q.length;
  const byTime = panel.times.map(() => new Float64Array(size));
  rowScores(fit).forEach((score, i) =>
    score.forEach((value, k) => byTime[panel.time[i]][k] += value)
  );
  const meat = new Float64Array(size * size);
  byTime.forEach((score, t) => {
    addProduct(meat, score, score, 1);
    for (let lag = 1; lag <= lags && lag <= t; lag++) {
      addProduct(meat, score, byTime[t - lag], bartlett(lag, lags));
      addProduct(meat, byTime[t - lag], score, bartlett(lag, lags));
    }
  });
  return sandwich(fit, meat);
}

export interface ConleyOptions {
  /** Columns of latitude and longitude in degrees. */
  readonly latitude: string;
  readonly longitude: string;
  /** Distance in km from which rows count as independent. */
  readonly cutoff: number;
  /** "uniform" (default): weight one within the cutoff; "bartlett": falling linearly to zero at it. */
  readonly kernel?: "uniform" | "bartlett";
  /**
   * "spherical" (default): great-circle distance. "triangular": a flat map with 111 km to the degree, longitude
   * shrunk by the cosine of the mean latitude; fixest's name for it (it is a distance, not a kernel).
   */
  readonly distance?: "spherical" | "triangular";
  /** Bartlett lags within a unit over time, added to the spatial part. Default 0: none. */
  readonly lags?: number;
}

/** fixest's radius; the mean radius is 6371 km. */
const EARTH_RADIUS_KM = 6376;

/**
 * Spatial covariance: rows of one period are correlated within a cutoff distance, by great-circle distance;
 * optionally the rows of one unit over time as well. Source: Conley (1999), eq. 3.13; Hsiang (2010) for the
 * serial part.
 */
export function conley(fit: LeastSquaresFit, panel: Panel, options: ConleyOptions): Float64Array {
  const { cutoff, kernel = "uniform", distance = "spherical", lags = 0 } = options;
  const apart = distance === "spherical" ? greatCircle : flatDistance;
  if (!(typeof cutoff === "number" && cutoff > 0)) {
    throw new InputError({
      problem: "The cutoff must be a distance above zero",
      column: "cutoff",
      value: cutoff,
      remedy: "give it in kilometres",
    });
  }
  requireLags(lags, panel.times.length);
  const latitude = coordinates(panel, options.latitude, 90);
  const longitude = coordinates(panel, options.longitude, 360);
  const scores = rowScores(fit);
  const meat = new Float64Array(fit.q.length ** 2);
  for (let i = 0; i < panel.rows; i++) {
    addProduct(meat, scores[i], scores[i], 1);
    for (let j = 0; j < i; j++) {
      const weight = panel.time[i] === panel.time[j]
        ? kernelWeight(apart(latitude[i], longitude[i], latitude[j], longitude[j]), cutoff, kernel)
        : serialWeight(panel, i, j, lags);
      if (weight === 0) continue;
      addProduct(meat, scores[i], scores[j], weight);
      addProduct(meat, scores[j], scores[i], weight);
    }
  }
  return sandwich(fit, meat);
}

function serialWeight(panel: Panel, i: number, j: number, lags: number): number {
  if (panel.unit[i] !== panel.unit[j]) return 0;
  const lag = Math.abs(panel.time[i] - panel.time[j]);
  return lag > lags ? 0 : bartlett(lag, lags);
}

function kernelWeight(distance: number, cutoff: number, kernel: "uniform" | "bartlett"): number {
  if (distance > cutoff) return 0;
  return kernel === "uniform" ? 1 : 1 - distance / cutoff;
}

function flatDistance(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const shrink = Math.cos((lat1 + lat2) / 2 * Math.PI / 180);
  return 111 * Math.hypot(lat1 - lat2, shrink * (lon1 - lon2));
}

/** Great-circle distance in km, by the haversine formula. */
export function greatCircle(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const radians = Math.PI / 180;
  const [dLat, dLon] = [(lat2 - lat1) * radians / 2, (lon2 - lon1) * radians / 2];
  const a = Math.sin(dLat) ** 2 +
    Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * Math.sin(dLon) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
}

function coordinates(panel: Panel, column: string, limit: number): Float64Array {
  const values = panel.numeric(column);
  const wrong = [...values.keys()].filter((i) => !(Math.abs(values[i]) <= limit));
  if (wrong.length === 0) return values;
  throw new InputError({
    problem: `A coordinate is missing or beyond ±${limit} degrees`,
    column,
    rows: panel.describeRows(wrong),
    value: values[wrong[0]],
    remedy: "give every row a latitude and a longitude in degrees, or leave these units out",
  });
}
