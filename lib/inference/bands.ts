import { InputError } from "../panel/errors.ts";
import type { Estimate, Term } from "../estimators/estimate.ts";
import { checkKnown, checkNames, checkOneOf } from "../estimators/options.ts";
import { tInverse, tTwoSided } from "../regression/distributions.ts";
import { factorSemidefinite } from "../regression/semidefinite.ts";
import {
  empiricalQuantile,
  groupUnits,
  multiplierDraws,
  type MultiplierOptions,
  multiplierSetup,
} from "./bands/multipliers.ts";
import { requireDraws, requireSeed, streams } from "./random.ts";
import { BLOCK } from "./wild/draws.ts";

export type { MultiplierOptions };

/** One term with its place in a band. */
export interface BandTerm {
  readonly name: string;
  readonly time?: number;
  readonly estimate: number;
  readonly standardError: number;
  /** Ends of the simultaneous band. */
  readonly low: number;
  readonly high: number;
  /** Ends of the term's own interval. */
  readonly pointwiseLow: number;
  readonly pointwiseHigh: number;
}

/** A band that covers all its terms together with the stated probability. */
export interface Band {
  readonly procedure: string;
  readonly terms: readonly BandTerm[];
  /** Half-width of the band in standard errors. */
  readonly criticalValue: number;
  /** Half-width of the terms' own intervals in standard errors (the widest, where degrees of freedom differ). */
  readonly pointwiseCriticalValue: number;
  readonly confidenceLevel: number;
  readonly draws: number;
  readonly seed: number;
  readonly citation: string;
  readonly notes: readonly string[];
}

/** Options of a sup-t band. */
export interface SupTOptions {
  /** Names of the terms that the band covers together. Default: all effects. */
  terms?: readonly string[];
  /** Default: that of the estimate. */
  confidenceLevel?: number;
  /** Default 99,999. */
  draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  seed: number;
  /**
   * "t" (default): the band's tail probability, found with normal draws, is read off the estimate's own t
   * distribution, so that a band of one term is its interval; "normal": the paper's critical value as it is.
   */
  reference?: "t" | "normal";
}

/**
 * Simultaneous sup-t band from a covariance: estimates ± c · standard error, c the quantile of the largest
 * |z| of draws from the normal distribution with the estimates' correlation.
 *
 * Source: Montiel Olea & Plagborg-Møller (2019), Journal of Applied Econometrics 34, algorithm 1 (plug-in).
 */
export function supTBand(estimate: Estimate, options: SupTOptions): Band {
  checkKnown(options, ["terms", "confidenceLevel", "draws", "seed", "reference"], []);
  checkOneOf("reference", options.reference, ["t", "normal"]);
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 99_999);
  const reference = options.reference ?? "t";
  const level = options.confidenceLevel ?? estimate.design.confidenceLevel;
  const terms = chosenTerms(estimate, options.terms);
  const normal = terms.length === 1
    ? tInverse(0.5 + level / 2, Infinity)
    : empiricalQuantile(largestNormals(estimate, terms, draws, seed), level);
  const df = fewestDegrees(terms);
  const own = reference === "t" ? df : Infinity;
  const critical = own === Infinity ? normal : tInverse(1 - tTwoSided(normal, Infinity) / 2, own);
  return {
    procedure: "sup-t band from the covariance",
    ...drawBand(terms, terms.map((term) => term.standardError), critical, level, df),
    draws,
    seed,
    citation: "Montiel Olea & Plagborg-Møller (2019), algorithm 1",
    notes: [
      own === Infinity
        ? `normal critical value ${normal.toFixed(4)}`
        : `normal critical value ${
          normal.toFixed(4)
        }, carried to t(${own}) at the same probability`,
      `${draws} draws, seed ${seed}`,
    ],
  };
}

/** The largest |z| of each draw from N(0, correlation of the terms). */
function largestNormals(
  estimate: Estimate,
  terms: readonly Term[],
  draws: number,
  seed: number,
): Float64Array {
  const size = terms.length;
  const index = terms.map(({ name }) => estimate.indexOf(name));
  const correlation = new Float64Array(size * size);
  index.forEach((i, a) =>
    index.forEach((j, b) => {
      correlation[a * size + b] = estimate.covariance[i][j] /
        (terms[a].standardError * terms[b].standardError);
    })
  );
  const { lower } = factorSemidefinite(correlation, new Float64Array(size).fill(1));
  const largest = new Float64Array(draws);
  const z = new Float64Array(size);
  const random = streams(seed);
  for (let start = 0; start < draws; start += BLOCK) {
    const source = random.next().value;
    for (let b = start; b < Math.min(start + BLOCK, draws); b++) {
      for (let k = 0; k < size; k++) z[k] = source.normal();
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let k = 0; k <= i; k++) sum += lower[i * size + k] * z[k];
        largest[b] = Math.max(largest[b], Math.abs(sum));
      }
    }
  }
  return largest;
}

/** Options of a multiplier band. */
export interface MultiplierBandOptions extends MultiplierOptions {
  /** Names of the terms that the band covers together. Default: all effects. */
  terms?: readonly string[];
  /** Default: that of the estimate. */
  confidenceLevel?: number;
}

const QUARTILE_RANGE = tInverse(0.75, Infinity) - tInverse(0.25, Infinity);

/**
 * Simultaneous band from the multiplier bootstrap on influence functions. Standard errors are the bootstrap's
 * interquartile range over that of the normal; the critical value is the quantile of the largest |draw| in
 * those units. Works with every estimator that has influence functions.
 *
 * Source: Callaway & Sant'Anna (2021), Journal of Econometrics 225, algorithm 1 and remark 10 (clusters), with the
 * quantiles of R's did (`mboot`).
 */
export function multiplierBand(estimate: Estimate, options: MultiplierBandOptions): Band {
  const { cluster: _, ...others } = options;
  checkKnown(others, ["terms", "confidenceLevel", "distribution", "draws", "seed"], []);
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 9999);
  const distribution = options.distribution ?? "rademacher";
  const level = options.confidenceLevel ?? estimate.design.confidenceLevel;
  const terms = chosenTerms(estimate, options.terms);
  const groups = groupUnits(estimate, options.cluster);
  const { influence, plan } = multiplierSetup(
    terms.map(({ name }) => estimate.influence[estimate.indexOf(name)]),
    groups,
    distribution,
    draws,
    seed,
  );
  const drawn = multiplierDraws(influence, plan);
  const errors = drawn.map((values, k) => {
    const range = empiricalQuantile(values, 0.75) - empiricalQuantile(values, 0.25);
    if (range > 0) return range / QUARTILE_RANGE;
    throw new InputError({
      problem: `The multiplier bootstrap of "${
        terms[k].name
      }" does not vary: its influence sums to zero in the groups`,
      column: groups.name,
      remedy: "use more or other groups, or leave this term out of the band",
    });
  });
  const largest = new Float64Array(plan.draws);
  drawn.forEach((values, k) =>
    values.forEach((value, b) => largest[b] = Math.max(largest[b], Math.abs(value) / errors[k]))
  );
  const critical = empiricalQuantile(largest, level);
  const df = fewestDegrees(terms);
  return {
    procedure: `multiplier bootstrap band, ${distribution} weights`,
    ...drawBand(terms, errors, critical, level, df),
    draws: plan.draws,
    seed,
    citation: "Callaway & Sant'Anna (2021), algorithm 1 and remark 10",
    notes: [
      `one multiplier per ${groups.name} (${groups.count})`,
      "standard errors are interquartile ranges of the draws over 1.349",
      plan.enumerated ? `all ${plan.draws} sign vectors used` : `${plan.draws} draws, seed ${seed}`,
    ],
  };
}

function drawBand(
  terms: readonly Term[],
  errors: readonly number[],
  criticalValue: number,
  confidenceLevel: number,
  degreesOfFreedom: number,
) {
  const pointwise = (df: number) => tInverse(0.5 + confidenceLevel / 2, df);
  const pointwiseCriticalValue = pointwise(degreesOfFreedom);
  return {
    criticalValue,
    pointwiseCriticalValue,
    confidenceLevel,
    terms: terms.map(({ name, time, estimate, degreesOfFreedom: own }, k) => ({
      name,
      ...(time === undefined ? {} : { time }),
      estimate,
      standardError: errors[k],
      low: estimate - criticalValue * errors[k],
      high: estimate + criticalValue * errors[k],
      pointwiseLow: estimate - pointwise(own) * errors[k],
      pointwiseHigh: estimate + pointwise(own) * errors[k],
    })),
  };
}

function chosenTerms(estimate: Estimate, names: readonly string[] | undefined): readonly Term[] {
  const terms = names === undefined
    ? estimate.effects
    : checkNames("terms", names).map((name) => estimate.term(name));
  if (terms.length > 0) return terms;
  throw new InputError({
    problem: "The band covers no term",
    column: "terms",
    remedy: `name some of ${estimate.terms.map((term) => term.name).join(", ")}`,
  });
}

/** Degrees of freedom of a band: the fewest among its terms (they differ with CR2). */
function fewestDegrees(terms: readonly Term[]): number {
  return Math.min(...terms.map(({ degreesOfFreedom }) => degreesOfFreedom));
}
