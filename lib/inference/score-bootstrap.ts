import { mainEffect } from "../estimators/main-effect.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import {
  groupUnits,
  multiplierDraws,
  type MultiplierOptions,
  multiplierSetup,
} from "./bands/multipliers.ts";
import { requireDraws, requireSeed } from "./random.ts";

/** A studentised bootstrap of influence functions. */
export interface ScoreBootstrap {
  readonly term: string;
  readonly estimate: number;
  /** √(G/(G − 1) Σψ²). */
  readonly standardError: number;
  readonly statistic: number;
  /** Symmetric: share of draws with |t*| ≥ |t|. */
  readonly pValue: number;
  /** Estimate ± quantile of |t*| × standard error. */
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly clusters: { readonly name: string; readonly count: number };
  /** Draws used; all 2^G sign vectors where there are no more than were asked for. */
  readonly draws: number;
  readonly exact: boolean;
  readonly citation: string;
}

/** Options of the score bootstrap: multipliers are random signs. */
export type ScoreBootstrapOptions = Omit<MultiplierOptions, "distribution"> & {
  /** Default: the only effect, else "overall". */
  readonly term?: string;
};

/**
 * Score bootstrap: cluster sums ψ_g of an influence function get random signs, and each draw is studentised by its own
 * spread, t* = Σvψ / √(G/(G − 1)(Σψ² − (Σvψ)²/G)). It needs no regression and no refits, so it serves every estimator.
 *
 * @throws InputError when there is one cluster only, or the term does not exist.
 * Source: Kline & Santos (2012), Journal of Econometric Methods 1(1), section 2 (studentised, Rademacher).
 */
export function scoreBootstrap(estimate: Estimate, options: ScoreBootstrapOptions): ScoreBootstrap {
  const { cluster: _, ...others } = options ?? {};
  checkKnown(others, ["term", "draws", "seed"], []);
  requireSeed(options?.seed);
  const draws = requireDraws(options.draws ?? 9999);
  const term = mainEffect(estimate, options.term);
  const groups = groupUnits(estimate, options.cluster);
  const influence = [estimate.influence[estimate.indexOf(term.name)]];
  const setup = multiplierSetup(influence, groups, "rademacher", draws, options.seed);
  const square = setup.influence[0].reduce((sum, value) => sum + value * value, 0);
  const [sums] = multiplierDraws(setup.influence, setup.plan);
  const factor = groups.count / (groups.count - 1);
  const drawn = sums.map((sum) => {
    const spread = factor * Math.max(square - sum * sum / groups.count, 0);
    return spread === 0 ? Infinity : Math.abs(sum) / Math.sqrt(spread);
  }).sort();
  const standardError = Math.sqrt(factor * square);
  const statistic = term.estimate / standardError;
  // Draws equal to the statistic but for rounding count as reaching it.
  const reached = drawn.filter((value) => value >= Math.abs(statistic) * (1 - 1e-10)).length;
  const level = estimate.design.confidenceLevel;
  const width = drawn[Math.min(drawn.length - 1, Math.ceil(level * drawn.length) - 1)] *
    standardError;
  return {
    term: term.name,
    estimate: term.estimate,
    standardError,
    statistic,
    pValue: reached / drawn.length,
    low: term.estimate - width,
    high: term.estimate + width,
    confidenceLevel: level,
    clusters: { name: groups.name, count: groups.count },
    draws: drawn.length,
    exact: setup.plan.enumerated,
    citation: "Kline & Santos (2012), Journal of Econometric Methods 1(1)",
  };
}
