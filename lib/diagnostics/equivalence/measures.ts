import { InputError } from "../../panel/errors.ts";
import type { Estimate, Term } from "../../estimators/estimate.ts";
import { lincom } from "../../estimators/linear.ts";
import { groupUnits, multiplierDraws, multiplierSetup } from "../../inference/bands/multipliers.ts";
import { requireDraws, requireSeed } from "../../inference/random.ts";
import { tInverse } from "../../regression/distributions.ts";
import { formatSignificant } from "../../tables/format.ts";
import { boundaryBootstrap } from "./boundary-bootstrap.ts";
import type { EquivalenceMeasure, PreTrendEquivalenceOptions } from "./choices.ts";
import { foldedBelow, smallestFoldedBound } from "./folded.ts";
import { growingSubsamples } from "./growing-subsamples.ts";
import { selfNormalisedBelow, selfNormalisedQuantile } from "./self-normalised.ts";

/** One effect before treatment, tested by itself. */
export interface EquivalenceRow {
  readonly term: string;
  readonly time: number;
  readonly estimate: number;
  readonly standardError: number;
  /** p of "|effect| is at or above the bound"; null without a bound. */
  readonly pValue: number | null;
  /** The smallest bound at which this effect would be shown small. */
  readonly smallestBound: number;
  /** The same by two one-sided t tests, |estimate| + quantile · standard error: Hartman & Hidalgo's equivalence interval. */
  readonly twoOneSidedBound: number;
}

/** What a measure found. */
export interface Found {
  readonly method: string;
  readonly value: number;
  readonly pValue: number | null;
  readonly smallestBound: number;
  readonly notes: readonly string[];
}

type Measure = (
  estimate: Estimate,
  terms: readonly Term[],
  rows: readonly EquivalenceRow[],
  options: PreTrendEquivalenceOptions,
  bound: number | null,
  level: number,
) => Found;

/** One test per measure. */
export const MEASURES: Record<EquivalenceMeasure, Measure> = {
  maximum: (estimate, terms, rows, options, bound, level) =>
    options.method === "bootstrap" ? bootstrapMaximum(estimate, terms, options, bound, level) : {
      method: `intersection–union, ${referenceWords(options.reference, terms[0])}`,
      value: Math.max(...terms.map((term) => Math.abs(term.estimate))),
      pValue: bound === null ? null : Math.max(...rows.map((row) => row.pValue!)),
      smallestBound: Math.max(...rows.map((row) => row.smallestBound)),
      notes: [],
    },
  mean: (estimate, terms, _, options, bound, level) => {
    const weights = Object.fromEntries(terms.map(({ name }) => [name, 1 / terms.length]));
    const [mean] = lincom(estimate, weights, "mean").terms;
    const { pValue, smallestBound } = rowOf(mean, bound, level, options.reference);
    return {
      method: `folded distribution of the mean, ${referenceWords(options.reference, mean)}`,
      value: Math.abs(mean.estimate),
      pValue,
      smallestBound,
      notes: [
        `mean ${formatSignificant(mean.estimate)} (std. error ${
          formatSignificant(mean.standardError)
        }); departures of opposite sign cancel in it`,
      ],
    };
  },
  rootMeanSquare,
};

function referenceWords(reference: "t" | "normal" | undefined, term: Term): string {
  return reference === "normal" || term.degreesOfFreedom === Infinity
    ? "folded normal"
    : `folded t(${term.degreesOfFreedom})`;
}

/** One effect tested by itself, by the folded distribution. */
export function rowOf(
  { name, time, estimate, standardError, degreesOfFreedom }: Term,
  bound: number | null,
  level: number,
  reference: "t" | "normal" = "t",
): EquivalenceRow {
  const df = reference === "normal" ? Infinity : degreesOfFreedom;
  const size = Math.abs(estimate);
  return {
    term: name,
    time: time!,
    estimate,
    standardError,
    pValue: bound === null ? null : foldedBelow(size, bound, standardError, df),
    smallestBound: smallestFoldedBound(size, standardError, level, df),
    twoOneSidedBound: size + tInverse(1 - level, df) * standardError,
  };
}

function bootstrapMaximum(
  estimate: Estimate,
  terms: readonly Term[],
  options: PreTrendEquivalenceOptions,
  bound: number | null,
  level: number,
): Found {
  const seed = requireSeed(options.seed);
  const groups = groupUnits(estimate, clusterOf(estimate));
  const index = terms.map(({ name }) => estimate.indexOf(name));
  const setup = multiplierSetup(
    index.map((k) => estimate.influence[k]),
    groups,
    "rademacher",
    requireDraws(options.draws ?? 9999),
    seed,
  );
  // Draws get the estimate's own variances, with its small-sample factor.
  const noise = multiplierDraws(setup.influence, setup.plan).map((drawn, k) => {
    const square = setup.influence[k].reduce((sum, value) => sum + value * value, 0);
    const scale = terms[k].standardError / Math.sqrt(square);
    return drawn.map((value) => value * scale);
  });
  const size = terms.length;
  const covariance = new Float64Array(size * size);
  index.forEach((i, a) =>
    index.forEach((j, b) => covariance[a * size + b] = estimate.covariance[i][j])
  );
  const estimates = terms.map((term) => term.estimate);
  const test = boundaryBootstrap(estimates, covariance, noise);
  const value = Math.max(...estimates.map(Math.abs));
  const error = Math.max(...terms.map((term) => term.standardError));
  return {
    method: "bootstrap on the boundary, by influence functions",
    value,
    pValue: bound === null ? null : test.pValue(bound),
    smallestBound: smallestBootstrapBound(test.pValue, value, error, level),
    notes: [
      `one random sign per ${groups.name} (${groups.count}); ${
        setup.plan.enumerated
          ? `all ${setup.plan.draws} sign vectors used`
          : `${setup.plan.draws} draws, seed ${seed}`
      }`,
      "a bound at or below the largest |estimate| is never rejected",
    ],
  };
}

function smallestBootstrapBound(
  pValue: (bound: number) => number,
  value: number,
  error: number,
  level: number,
): number {
  let [low, high] = [value, value + error];
  while (pValue(high) >= level) {
    [low, high] = [high, high + 2 * (high - value)];
    if (high > value + 1e3 * error) {
      throw new InputError({
        problem: `No bound is rejected at level ${level} by these draws`,
        column: "level",
        value: level,
        remedy: "use more clusters, or the intersection–union test",
      });
    }
  }
  for (let k = 0; k < 50 && high - low > 1e-9 * high; k++) {
    const middle = (low + high) / 2;
    if (pValue(middle) >= level) low = middle;
    else high = middle;
  }
  return high;
}

/** The clusters that the estimate's covariance has, when they are columns of its own panel. */
function clusterOf(estimate: Estimate): string | undefined {
  const { clusters } = estimate.design.covariance;
  const coarser = clusters.filter(({ name }) => name !== estimate.design.unitName);
  if (coarser.length === 0) return undefined;
  if (clusters.length === 1) return coarser[0].name;
  throw new InputError({
    problem: "The estimate is clustered in several ways, and one is drawn at a time",
    column: "cluster",
    value: clusters.map(({ name }) => name).join(", "),
    remedy: 'estimate with one cluster, or use measure: "maximum" with the intersection–union test',
  });
}

function rootMeanSquare(
  estimate: Estimate,
  terms: readonly Term[],
  _: readonly EquivalenceRow[],
  options: PreTrendEquivalenceOptions,
  bound: number | null,
  level: number,
): Found {
  const steps = options.subsamples ?? 5;
  const seed = requireSeed(options.seed);
  const { fit } = options;
  const cluster = clusterOf(estimate);
  const paths = growingSubsamples(estimate, terms.map(({ name }) => name), {
    steps,
    seed,
    ...(cluster === undefined ? {} : { cluster }),
    ...(fit === undefined ? {} : { fit }),
  });
  const squares = paths.map((values) =>
    values.reduce((sum, value) => sum + value * value, 0) / values.length
  );
  const whole = squares[steps - 1];
  const spread = Math.sqrt(
    squares.slice(0, -1).reduce((sum, value) => sum + (value - whole) ** 2, 0) / (steps - 1),
  );
  if (!(spread > 0)) {
    throw new InputError({
      problem: "The subsamples do not differ, so the spread of the root mean square is not known",
      column: "subsamples",
      value: steps,
      remedy: 'use measure: "maximum"',
    });
  }
  const critical = selfNormalisedQuantile(level, steps);
  return {
    method: `self-normalised over ${steps} growing subsamples, ${
      fit === undefined ? "by influence functions" : "refitted"
    }`,
    value: Math.sqrt(whole),
    pValue: bound === null ? null : selfNormalisedBelow((whole - bound ** 2) / spread, steps),
    smallestBound: Math.sqrt(whole - critical * spread),
    notes: [
      `units enter in a random order (seed ${seed}), on which the result depends; ` +
      `critical value ${critical.toFixed(4)}`,
    ],
  };
}
