/**
 * Small-sample rule of a covariance, in the terms of fixest's `ssc()`; the defaults here are fixest's.
 * Source: Bergé, fixest, "On standard errors" (documentation of version 0.14).
 */
export interface SmallSampleRule {
  /** Multiply by (n − 1)/(n − K), or n/(n − K) for HC1. Default true. */
  readonly parameters: boolean;
  /** Which fixed effects count in K: none, those not nested in a cluster (default), or all. */
  readonly fixedEffects: "none" | "nonNested" | "full";
  /** Multiply by G/(G − 1). Default true. */
  readonly clusters: boolean;
  /** With several cluster dimensions, G is the smallest (default) or each dimension's own. */
  readonly clusterCount: "min" | "conventional";
  /** Degrees of freedom of t: smallest G − 1 (default) or n − K. */
  readonly degreesOfFreedom: "min" | "conventional";
}

export const FIXEST_RULE: SmallSampleRule = {
  parameters: true,
  fixedEffects: "nonNested",
  clusters: true,
  clusterCount: "min",
  degreesOfFreedom: "min",
};

/** The rule in words, as every result shows it. */
export function describeRule(rule: SmallSampleRule, clustered: boolean): string {
  if (!clustered) {
    return rule.parameters
      ? `n − K adjustment, fixed effects counted: ${rule.fixedEffects}`
      : "no adjustment";
  }
  const factors = [
    rule.clusters
      ? rule.clusterCount === "min"
        ? "G/(G − 1) with the smallest G"
        : "G/(G − 1) in each dimension"
      : "",
    rule.parameters ? `(n − 1)/(n − K) with K counting ${effectsInWords(rule.fixedEffects)}` : "",
  ].filter((factor) => factor !== "");
  const isDefault = (Object.keys(FIXEST_RULE) as (keyof SmallSampleRule)[]).every((key) =>
    rule[key] === FIXEST_RULE[key]
  );
  return (factors.length === 0 ? "no adjustment" : factors.join(" × ")) +
    (isDefault ? " (fixest's default)" : "");
}

function effectsInWords(kind: SmallSampleRule["fixedEffects"]): string {
  if (kind === "none") return "no fixed effects";
  return kind === "full" ? "all fixed effects" : "fixed effects not nested in a cluster";
}
