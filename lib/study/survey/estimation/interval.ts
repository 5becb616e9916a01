import { tInverse } from "../../../regression/distributions.ts";

/** "logit": made on the scale log p/(1 − p), so that it stays between 0 and 1; "normal": estimate ± t · error. */
export type IntervalKind = "logit" | "normal";

export type Interval = { readonly low: number; readonly high: number } | {
  readonly reason: string;
};

/**
 * Confidence interval of a survey estimate with t quantiles of the design's degrees of freedom.
 *
 * The logit interval is logit⁻¹(logit p ± t · se/(p(1 − p))): Korn & Graubard (1998), Survey Methodology 24(2);
 * R's svyciprop with method "logit" or "xlogit".
 */
export function surveyInterval(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  level: number,
  kind: IntervalKind,
): Interval {
  if (degreesOfFreedom < 1) {
    return { reason: "no interval: as many strata as clusters leave no degrees of freedom" };
  }
  const t = tInverse(0.5 + level / 2, degreesOfFreedom);
  if (kind === "normal") {
    return { low: estimate - t * standardError, high: estimate + t * standardError };
  }
  if (!(estimate > 0 && estimate < 1)) {
    return { reason: `no interval: every answer is ${estimate}, so the sample shows no variation` };
  }
  const centre = Math.log(estimate / (1 - estimate));
  const width = t * standardError / (estimate * (1 - estimate));
  return { low: inverseLogit(centre - width), high: inverseLogit(centre + width) };
}

function inverseLogit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
