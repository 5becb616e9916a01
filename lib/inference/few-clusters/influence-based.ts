import type { Estimate } from "../../estimators/estimate.ts";
import { influenceCovariance, unitClusters } from "../../estimators/influence.ts";
import { InputError } from "../../panel/errors.ts";
import type { CovarianceResult, CovarianceSpec } from "../covariance.ts";

/**
 * CR0 and CR1 from influence functions: Σ over clusters of ψψ', times G/(G − 1) for CR1, with t(G − 1).
 * @throws InputError for types that need one regression's residuals and leverages.
 * Source: Liang & Zeger (1986); Cameron, Gelbach & Miller (2011), eq. 2.11, for several dimensions.
 */
export function influenceBased(estimate: Estimate, spec: CovarianceSpec): CovarianceResult {
  const own = estimate.design.estimator;
  if (spec.type !== "CR0" && spec.type !== "CR1") {
    throw new InputError({
      problem: `"${own}" is not one regression, and ${spec.type} needs its residuals and leverages`,
      value: spec.type,
      remedy:
        "use CR0, CR1, scoreBootstrap, multiplierBand, or clusterJackknife (CV3 by refitting)",
    });
  }
  const rule = spec.type === "CR1" ? spec.rule ?? "G/(G − 1)" : null;
  if (rule !== null && rule !== "G/(G − 1)") {
    throw new InputError({
      problem:
        `"${own}" is not one regression, so the ${rule} rule has no number of regressors to count`,
      value: rule,
      remedy: 'use rule: "G/(G − 1)"',
    });
  }
  if (estimate.panel === undefined) {
    throw new InputError({
      problem: `"${own}" keeps no rows to read clusters from`,
      remedy: "make the estimate with a cluster option",
    });
  }
  const codings = unitClusters(estimate.panel, spec.cluster);
  const { matrix, clusters, repair } = influenceCovariance(estimate.influence, codings);
  const least = Math.min(...clusters.map(({ count }) => count));
  const factor = rule === null ? 1 : least / (least - 1);
  return {
    label: spec.type,
    matrix: matrix.map((value) => value * factor),
    degreesOfFreedom: new Float64Array(estimate.terms.length).fill(least - 1),
    smallSample: rule === null ? "none" : "G/(G − 1)",
    clusters,
    codings,
    repair,
    citation: "Liang & Zeger (1986)",
    notes: [],
  };
}
