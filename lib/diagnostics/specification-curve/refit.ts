import type { Estimate } from "../../estimators/estimate.ts";
import type { Panel } from "../../panel/panel.ts";
import { innerProduct } from "../../regression/orthogonal.ts";
import type { Annihilator } from "./annihilator.ts";
import type { Specification } from "./specification.ts";
import { effectOf } from "./run.ts";

/**
 * Below this share of its sum of squares a treatment is nearly explained by fixed effects and covariates: which column
 * would be dropped then is for the full regression to say.
 */
const NEARLY_EXPLAINED = 1e-10;
/** True when something is left of a treatment, net of fixed effects and covariates, beside its spread as observed. */
export function hasOwnVariation(
  net: Float64Array,
  weights: Float64Array | null,
  observedSpread: number,
): boolean {
  return innerProduct(net, net, weights) > NEARLY_EXPLAINED * observedSpread;
}

/** Weighted sum of squares about the weighted mean. */
export function spread(column: Float64Array, weights: Float64Array | null): number {
  let [sum, total, squares] = [0, 0, 0];
  for (let i = 0; i < column.length; i++) {
    const w = weights === null ? 1 : weights[i];
    sum += w * column[i];
    total += w;
  }
  const mean = sum / total;
  for (let i = 0; i < column.length; i++) {
    squares += (weights === null ? 1 : weights[i]) * (column[i] - mean) ** 2;
  }
  return squares;
}

/** An estimate and its t statistic. */
export interface Refit {
  readonly estimate: number;
  readonly statistic: number;
}

/** One regression under any treatment: coefficient D'We / D'WD, with D and e net of everything else. */
export interface Refitter {
  readonly degreesOfFreedom: number;
  /** @param net the treatment as the annihilator leaves it. Null where no variance can be computed. */
  refit(net: Float64Array): Refit | null;
}

/** Agreement asked of the closed form with the regression that it stands for, in standard errors. */
const AGREEMENT = 1e-9;
/** A variance below this share of the classical one may be zero but for rounding. */
const NO_VARIANCE = 1e-12;

/**
 * The closed form of a specification's regression, or null where there is none: another estimator, errors clustered in
 * several dimensions, or numbers that do not agree.
 */
export function refitterOf(
  found: Estimate,
  specification: Specification,
  residualise: Annihilator,
): Refitter | null {
  const { fit, panel, clusters } = found.regression!;
  const { weights } = fit;
  const { type } = found.design.covariance;
  if (type === "CR1" && clusters.length !== 1) return null;
  const rows = panel.rows;
  const kind = type === "iid" ? "iid" : "clustered";
  const codes = type === "CR1" ? clusters[0].codes : Int32Array.from({ length: rows }, (_, i) => i);
  const count = type === "CR1" ? clusters[0].levels.length : rows;
  const outcome = residualise(panel.numeric(specification.outcome));
  const squares = innerProduct(outcome, outcome, weights);
  const weighted = weights === null ? outcome : outcome.map((value, i) => value * weights[i]);
  const cross = new Float64Array(count);
  const own = new Float64Array(count);

  const raw = (net: Float64Array): { estimate: number; variance: number } | null => {
    let [de, dd, variance] = [0, 0, 0];
    cross.fill(0);
    own.fill(0);
    for (let i = 0; i < rows; i++) {
      const square = weights === null ? net[i] * net[i] : weights[i] * net[i] * net[i];
      cross[codes[i]] += net[i] * weighted[i];
      own[codes[i]] += square;
    }
    for (let g = 0; g < count; g++) {
      de += cross[g];
      dd += own[g];
    }
    const estimate = de / dd;
    const classical = (squares / dd - estimate * estimate) / rows;
    if (kind === "iid") variance = classical;
    else {
      for (let g = 0; g < count; g++) variance += (cross[g] - estimate * own[g]) ** 2;
      variance /= dd * dd;
    }
    return variance > NO_VARIANCE * Math.abs(classical) && classical > NO_VARIANCE * squares / dd
      ? { estimate, variance }
      : null;
  };

  const term = effectOf(found, specification);
  const treatment = panel.numeric(specification.treatment);
  const net = residualise(treatment);
  const observed = hasOwnVariation(net, weights, spread(treatment, weights)) ? raw(net) : null;
  if (observed === null) return null;
  if (!(Math.abs(observed.estimate - term.estimate) <= AGREEMENT * term.standardError)) return null;
  // The small-sample factor is that of the observed regression: it depends on counts that no draw changes.
  const factor = term.standardError / Math.sqrt(observed.variance);
  return {
    degreesOfFreedom: term.degreesOfFreedom,
    refit(net) {
      const drawn = raw(net);
      if (drawn === null) return null;
      const { estimate, variance } = drawn;
      return { estimate, statistic: estimate / (factor * Math.sqrt(variance)) };
    },
  };
}

/** Rows of `used` as positions in the panel that it was taken from; null when it was not. */
export function positionsIn(whole: Panel, used: Panel): Int32Array | null {
  const positions = new Int32Array(used.rows);
  let at = 0;
  for (let i = 0; i < used.rows; i++) {
    while (at < whole.rows && whole.inputRow[at] !== used.inputRow[i]) at++;
    if (at === whole.rows) return null;
    positions[i] = at++;
  }
  return positions;
}
