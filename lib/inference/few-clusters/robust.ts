import { InputError } from "../../panel/errors.ts";
import { groupProjection } from "../../regression/groups.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { sandwich } from "../../regression/covariance.ts";
import { crossingColumns } from "../wild/basis.ts";

export type RobustType = "HC0" | "HC2" | "HC3";

/** The leverage of every row, absorbed fixed effects included. */
export function leverages(fit: LeastSquaresFit): Float64Array {
  const n = fit.rows;
  const h = new Float64Array(n);
  const [inner, ...others] = [...fit.effects].sort((a, b) => b.levels - a.levels);
  const rows = { name: "row", codes: Int32Array.from({ length: n }, (_, i) => i), levels: [] };
  const crossing = others.length === 0 ? [] : crossingColumns(fit, others, [inner], rows);
  for (const column of [...fit.q, ...crossing]) for (let i = 0; i < n; i++) h[i] += column[i] ** 2;
  if (inner !== undefined) {
    const { basisOf } = groupProjection(inner, fit.weights);
    for (let i = 0; i < n; i++) {
      const [constant, line] = basisOf(i);
      h[i] += constant ** 2 + line ** 2;
    }
  }
  return fit.weights === null ? h : h.map((value, i) => value * fit.weights![i]);
}

/** A row whose leverage is this close to one fits itself. */
const FITS_ITSELF = 1e-10;

/**
 * Heteroskedasticity-robust covariance: White's (HC0), or with squared residuals over 1 − h
 * (HC2) or (1 − h)² (HC3); h counts the absorbed fixed effects. Source: MacKinnon & White (1985).
 * @throws InputError when a row has leverage one and HC2 or HC3 is asked for.
 */
export function robustCovariance(fit: LeastSquaresFit, type: RobustType): Float64Array {
  const h = type === "HC2" || type === "HC3" ? leverages(fit) : null;
  const itself = h === null ? -1 : h.findIndex((value) => value > 1 - FITS_ITSELF);
  if (itself >= 0) {
    throw new InputError({
      problem: `${type} cannot be computed: row ${itself} of the sample has leverage one`,
      value: h![itself],
      remedy: "use HC1, or drop what fits that row alone",
    });
  }
  const size = fit.q.length;
  const meat = new Float64Array(size * size);
  for (let i = 0; i < fit.rows; i++) {
    const w = fit.weights === null ? 1 : fit.weights[i];
    const shrink = h === null ? 1 : type === "HC2" ? 1 - h[i] : (1 - h[i]) ** 2;
    const square = (w * fit.residuals[i]) ** 2 / shrink;
    for (let a = 0; a < size; a++) {
      const value = square * fit.q[a][i];
      for (let b = 0; b <= a; b++) meat[a * size + b] += value * fit.q[b][i];
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      meat[b * size + a] = meat[a * size + b];
    }
  }
  return sandwich(fit, meat);
}
