import { InputError } from "../../panel/errors.ts";
import { leastSquares, type LeastSquaresFit } from "../../regression/least-squares.ts";

/** A family with its canonical link. */
export interface Family {
  readonly name: "poisson" | "logit";
  /** Mean of the outcome at an index. */
  readonly mean: (index: number) => number;
  /** Its derivative, which is the variance. */
  readonly variance: (index: number) => number;
  /** Contribution to twice the deviance from the saturated model. */
  readonly deviance: (outcome: number, mean: number) => number;
  /** A mean to start from. */
  readonly start: (outcome: number, average: number) => number;
  readonly link: (mean: number) => number;
}

const term = (y: number, ratio: number) => y === 0 ? 0 : y * Math.log(ratio);
const logistic = (index: number) => 1 / (1 + Math.exp(-index));

export const POISSON: Family = {
  name: "poisson",
  mean: Math.exp,
  variance: Math.exp,
  deviance: (y, mean) => 2 * (term(y, y / mean) - (y - mean)),
  start: (y, average) => (y + average) / 2,
  link: Math.log,
};

export const LOGIT: Family = {
  name: "logit",
  mean: logistic,
  variance: (index) => logistic(index) * (1 - logistic(index)),
  deviance: (y, mean) => 2 * (term(y, y / mean) + term(1 - y, (1 - y) / (1 - mean))),
  start: (y) => (y + 0.5) / 2,
  link: (mean) => Math.log(mean / (1 - mean)),
};

/** A fitted generalised linear model. */
export interface GlmFit {
  /** The last weighted regression: its scores w q e are those of the likelihood. */
  readonly fit: LeastSquaresFit;
  /** Linear index of each row. */
  readonly index: Float64Array;
  readonly iterations: number;
}

const STEPS = 100;
const CONVERGED = 1e-12;

/**
 * Maximum quasi-likelihood by iteratively reweighted least squares, with step halving (McCullagh & Nelder 1989,
 * section 2.5). The covariance estimators for regressions apply to `fit` unchanged.
 *
 * @throws InputError when the outcome is outside the family's range or the iterations do not settle.
 */
export function glm(
  outcome: Float64Array,
  columns: readonly { readonly name: string; readonly values: Float64Array }[],
  weights: Float64Array | null,
  family: Family,
): GlmFit {
  const n = outcome.length;
  const prior = (i: number) => weights === null ? 1 : weights[i];
  let average = 0;
  for (let i = 0; i < n; i++) average += outcome[i] / n;
  let index = Float64Array.from(outcome, (y) => family.link(family.start(y, average)));
  let deviance = Infinity;
  const working = new Float64Array(n);
  const response = new Float64Array(n);
  for (let step = 1; step <= STEPS; step++) {
    for (let i = 0; i < n; i++) {
      const v = Math.max(family.variance(index[i]), 1e-300);
      working[i] = prior(i) * v;
      response[i] = index[i] + (outcome[i] - family.mean(index[i])) / v;
    }
    const fit = leastSquares({
      outcome: response,
      names: columns.map(({ name }) => name),
      regressors: columns.map(({ values }) => values),
      effects: [],
      weights: working.slice(),
    });
    let next: Float64Array<ArrayBuffer> = response.map((z, i) => z - fit.residuals[i]);
    let value = devianceOf(outcome, next, prior, family);
    for (let halving = 0; !(value <= deviance * (1 + 1e-9) + 1e-9) && halving < 30; halving++) {
      next = next.map((eta, i) => (eta + index[i]) / 2);
      value = devianceOf(outcome, next, prior, family);
    }
    const change = largestChange(index, next);
    index = next;
    deviance = value;
    if (step > 2 && change < CONVERGED) return { fit, index, iterations: step };
  }
  throw new InputError({
    problem: `The ${family.name} regression did not settle in ${STEPS} steps`,
    remedy: 'some cell has only zeros (or only ones): leave it out, or use family: "linear"',
  });
}

function devianceOf(
  outcome: Float64Array,
  index: Float64Array,
  prior: (i: number) => number,
  family: Family,
): number {
  let sum = 0;
  for (let i = 0; i < outcome.length; i++) {
    sum += prior(i) * family.deviance(outcome[i], family.mean(index[i]));
  }
  return sum;
}

function largestChange(before: Float64Array, after: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < before.length; i++) {
    largest = Math.max(largest, Math.abs(after[i] - before[i]) / (1 + Math.abs(after[i])));
  }
  return largest;
}
