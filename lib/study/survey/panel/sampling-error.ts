import type { Estimate } from "../../../estimators/estimate.ts";
import { checkKnown } from "../../../estimators/options.ts";
import { requireDraws, requireSeed, stream } from "../../../inference/random.ts";
import type { Fit } from "../../../inference/refits.ts";
import { InputError } from "../../../panel/errors.ts";
import { attempt } from "../../../panel/outcome.ts";
import type { Panel } from "../../../panel/panel.ts";
import type { SurveyEstimates } from "../estimation/result.ts";
import { SamplingError } from "./sampling-result.ts";

export interface SamplingErrorOptions {
  /** Column of the outcome's standard errors. Default: the outcome's name with `_se`. */
  readonly standardError?: string;
  /** The estimates behind the outcome, for the covariance of regions that share strata. Default: regions are independent. */
  readonly estimates?: SurveyEstimates;
}

/**
 * Sampling error of a regression on survey estimates, in closed form. A coefficient is linear in the outcome, β = Σ a_it y_it, so
 * that sampling adds Σ a_it² se_it² to its variance when cells are independent, and Σ_t a_t' V_t a_t with the covariance
 * V_t of regions within a year. Years are independent samples. The rest of the estimate's variance is what would remain if
 * every household had been asked: with 26 areas that is usually most of it (Donald & Lang 2007).
 *
 * @throws InputError when the estimate is not one regression, or a row has no standard error.
 * Source: Donald & Lang (2007), Review of Economics and Statistics 89(2), 221–233; Lewis & Linzer (2005),
 * Political Analysis 13(4).
 */
export function samplingError(
  estimate: Estimate,
  options: SamplingErrorOptions = {},
): SamplingError {
  checkKnown(options, ["standardError", "estimates"], []);
  const { regression, design } = estimate;
  if (regression === undefined) {
    throw new InputError({
      problem:
        `${design.estimator} is not a single regression, so its weights on the outcome are not known`,
      remedy: "use samplingErrorByRefits, which draws the outcome again and refits",
    });
  }
  const { fit, panel } = regression;
  const column = options.standardError ?? `${design.outcome}_se`;
  const errors = standardErrors(panel, column);
  const variance = options.estimates === undefined
    ? (a: Float64Array) => a.reduce((sum, weight, i) => sum + (weight * errors[i]) ** 2, 0)
    : yearlyVariance(panel, design.outcome, options.estimates);
  const rows = estimate.terms.map(({ name, estimate: value, standardError }) => {
    const sampling = Math.sqrt(variance(outcomeWeights(fit, fit.names.indexOf(name))));
    return {
      term: name,
      estimate: value,
      standardError,
      samplingError: sampling,
      share: (sampling / standardError) ** 2,
    };
  }).filter((row) => design.effects.includes(row.term));
  return new SamplingError({
    rows,
    method: options.estimates === undefined
      ? "Σ a² se² over regions and years, taken as independent"
      : "a'Va year by year, with the covariance of regions that share strata",
    notes: panel.context.notes ?? [],
    source: panel.context.source,
    simulated: panel.context.provenance?.includes("simulated"),
  });
}

/** a with coefficient k = Σ a_i y_i: row k of R⁻¹Q'W. */
export function outcomeWeights(
  { q, inverseR, weights, rows }: {
    q: readonly Float64Array[];
    inverseR: Float64Array;
    weights: Float64Array | null;
    rows: number;
  },
  k: number,
): Float64Array {
  const size = q.length;
  const a = new Float64Array(rows);
  for (let j = k; j < size; j++) {
    const factor = inverseR[k * size + j];
    for (let i = 0; i < rows; i++) a[i] += factor * q[j][i] * (weights === null ? 1 : weights[i]);
  }
  return a;
}

function standardErrors(panel: Panel, column: string): Float64Array {
  const errors = panel.numeric(column);
  const wrong: number[] = [];
  errors.forEach((error, i) => {
    if (!(error >= 0 && error < Infinity)) wrong.push(i);
  });
  if (wrong.length === 0) return errors;
  throw new InputError({
    problem: "Rows have no standard error of the outcome",
    column,
    rows: panel.describeRows(wrong),
    value: errors[wrong[0]],
    remedy: "make the panel from survey estimates (surveyPanel), or leave these rows out",
  });
}

function yearlyVariance(
  panel: Panel,
  outcome: string,
  estimates: SurveyEstimates,
): (a: Float64Array) => number {
  const scale = estimates.kind === "share" ? 100 : 1;
  const years = new Map(estimates.covariances.map((part) => [part.year, part]));
  const position = panel.map(({ unit, time }) => {
    const part = years.get(time);
    const domain = part?.domains.findIndex((item) => item.region === String(unit)) ?? -1;
    if (part !== undefined && domain >= 0) return { part, domain };
    throw new InputError({
      problem: "A row of the panel has no estimate in the survey",
      rows: [`${unit}, ${time}`],
      remedy: "pass the estimates from which the panel was made",
    });
  });
  requireSameNumbers(panel, outcome, estimates, scale);
  return (a) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      for (let j = 0; j < a.length; j++) {
        const [one, other] = [position[i], position[j]];
        if (one.part !== other.part) continue;
        sum += a[i] * a[j] * one.part.matrix[one.domain * one.part.domains.length + other.domain];
      }
    }
    return scale * scale * sum;
  };
}

/** The outcome is the estimates themselves: their covariance says nothing of another variable, or of logarithms. */
function requireSameNumbers(
  panel: Panel,
  outcome: string,
  estimates: SurveyEstimates,
  scale: number,
): void {
  const values = panel.numeric(outcome);
  const rows = new Map(estimates.rows.map((row) => [`${row.domain.region} ${row.year}`, row]));
  const other = panel.map(({ unit, time }) => rows.get(`${unit} ${time}`)).flatMap((row, i) => {
    const estimate = scale * (row?.estimate ?? NaN);
    return Math.abs(values[i] - estimate) <= 1e-9 * Math.max(1, Math.abs(estimate)) ? [] : [i];
  });
  if (other.length === 0) return;
  throw new InputError({
    problem: `The outcome is not what the estimates say (${estimates.variable})`,
    column: outcome,
    rows: panel.describeRows(other.slice(0, 5)),
    value: values[other[0]],
    remedy: "pass the estimates from which this column was made, or leave them out",
  });
}

export interface RefitSamplingOptions {
  readonly outcome: string;
  /** Default: the outcome's name with `_se`. */
  readonly standardError?: string;
  /** Default 499. */
  readonly draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
}

/**
 * The same for any estimator: every cell is drawn again as y ~ N(ŷ, se²), the estimator refitted, and the standard deviation of
 * each effect over the draws is its sampling error. (The outcome already holds one such error; the draws add another of the
 * same size, which is what their spread measures.)
 */
export function samplingErrorByRefits(
  panel: Panel,
  fit: Fit,
  options: RefitSamplingOptions,
): SamplingError {
  checkKnown(options, ["outcome", "standardError", "draws", "seed"], ["outcome"]);
  const { outcome } = options;
  const draws = requireDraws(options.draws ?? 499, 100_000);
  const random = stream(requireSeed(options.seed), 0);
  const errors = standardErrors(panel, options.standardError ?? `${outcome}_se`);
  const found = panel.numeric(outcome);
  const full = fit(panel);
  const sums = full.effects.map(() => ({ n: 0, mean: 0, squares: 0 }));
  for (let draw = 0; draw < draws; draw++) {
    const drawn = found.map((value, i) => value + errors[i] * random.normal());
    const again = attempt(() => fit(panel.with(outcome, drawn)));
    if (!again.ok) continue;
    full.effects.forEach(({ name }, k) => {
      const term = again.value.terms.find((item) => item.name === name);
      if (term === undefined) return;
      const sum = sums[k];
      sum.n++;
      const step = term.estimate - sum.mean;
      sum.mean += step / sum.n;
      sum.squares += step * (term.estimate - sum.mean);
    });
  }
  const few = full.effects.filter((_, k) => sums[k].n < 2);
  if (few.length > 0) {
    throw new InputError({
      problem: "The estimator could be computed in fewer than two draws",
      value: few.map((term) => term.name).join(", "),
      remedy: "use more draws, or check the estimator on the panel itself",
    });
  }
  const failed = draws - Math.min(...sums.map((sum) => sum.n));
  return new SamplingError({
    rows: full.effects.map((term, k) => {
      const sampling = Math.sqrt(sums[k].squares / (sums[k].n - 1));
      return {
        term: term.name,
        estimate: term.estimate,
        standardError: term.standardError,
        samplingError: sampling,
        share: (sampling / term.standardError) ** 2,
      };
    }),
    method: `${draws} draws of y ~ N(ŷ, se²), seed ${options.seed}` +
      (failed === 0 ? "" : `; in ${failed} the estimator could not be computed`),
    notes: panel.context.notes ?? [],
    source: panel.context.source,
    simulated: panel.context.provenance?.includes("simulated"),
  });
}
