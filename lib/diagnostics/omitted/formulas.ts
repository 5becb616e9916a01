/** The algebra of omitted-variable bias in partial R², without data: Cinelli & Hazlett (2020), JRSS B 82, 39–67, sections 3 and 4. */

/** How strong a confounder is supposed to be. */
export interface Confounder {
  /** R²_{D~Z|X}: share of the treatment's residual variance that it explains. */
  readonly treatment: number;
  /** R²_{Y~Z|D,X}: share of the outcome's residual variance that it explains. */
  readonly outcome: number;
}

/** Cohen's f² of a partial R². */
export function cohensF2(partialR2: number): number {
  return partialR2 / (1 - partialR2);
}

/**
 * |bias| of a coefficient: SE √df √(R²_Y R²_D / (1 − R²_D)).
 * @param standardError the classical one; no other satisfies the equation.
 */
export function biasOf(
  { treatment, outcome }: Confounder,
  standardError: number,
  degreesOfFreedom: number,
): number {
  return standardError * Math.sqrt(degreesOfFreedom * outcome * cohensF2(treatment));
}

/** Standard error with the confounder over the one without; exact for the classical one. */
export function errorRatio({ treatment, outcome }: Confounder, degreesOfFreedom: number): number {
  return Math.sqrt(
    (1 - outcome) / (1 - treatment) * degreesOfFreedom / (degreesOfFreedom - 1),
  );
}

/**
 * The smallest R² such that a confounder with that much of both the treatment's and the outcome's residual variance brings f
 * down to f* (0: the estimate to nothing; the critical f: to the edge of significance). Where the outcome's share need not be at
 * the bound (f > 1/f*), less of it does more harm, as it makes the standard error smaller.
 *
 * Source: Cinelli & Hazlett (2020), robustness values; the second case as in their package sensemakr (by search in the tests).
 */
export function robustness(f: number, critical: number): number {
  const excess = f - critical;
  if (!(excess > 0)) return 0;
  if (f * critical > 1) return (f * f - critical * critical) / (1 + f * f);
  const square = excess * excess;
  // ½(√(x² + 4x) − x) without cancellation for large x.
  return 2 * square / (Math.sqrt(square * square + 4 * square) + square);
}

/** A hypothesised strength, or why it is impossible. */
export type BenchmarkStrength =
  | (Confounder & { readonly capped: boolean })
  | { readonly reason: string };

/**
 * What a confounder explains that is k times as strong as observed covariates, given what they explain themselves.
 *
 * @param own partial R² of the benchmark with the treatment given the other covariates, and with the outcome given treatment and
 *   other covariates.
 * @returns a bound; `capped` where the outcome's share exceeds one and is set to one.
 * Source: Cinelli & Hazlett (2020), section 4.4 and its appendix.
 */
export function strengthOf(own: Confounder, kd: number, ky: number): BenchmarkStrength {
  const treatment = kd * cohensF2(own.treatment);
  if (!(treatment < 1)) {
    return {
      reason: `a confounder ${kd} times as strong would explain all of the treatment`,
    };
  }
  const common = kd * own.treatment ** 2 / ((1 - kd * own.treatment) * (1 - own.treatment));
  if (!(common < 1)) {
    return { reason: `a confounder ${kd} times as strong would be the benchmark itself` };
  }
  const eta = (Math.sqrt(ky) + Math.sqrt(common)) / Math.sqrt(1 - common);
  const outcome = eta * eta * cohensF2(own.outcome);
  return { treatment, outcome: Math.min(outcome, 1), capped: outcome > 1 };
}
