import { InputError } from "../panel/errors.ts";
import { Estimate } from "./estimate.ts";

/** Weights on terms, by name: { "year 2020": 0.5, "year 2021": 0.5 }. */
export type LinearWeights = Readonly<Record<string, number>>;

/** One row of a linear map: the name of the new term and its weights on the old ones. */
export interface LinearRow {
  readonly name: string;
  readonly weights: LinearWeights;
  /** Calendar or event time of the new term, where it has one. */
  readonly time?: number;
}

/**
 * Linear combinations Aθ of an estimate's terms as an estimate of their own, with covariance AVA' and influence
 * Aψ, so that every inference that works on the estimate works on the combinations.
 *
 * @throws InputError when a name is not a term, or there is nothing to combine.
 */
export function linearMap(estimate: Estimate, rows: readonly LinearRow[], note?: string): Estimate {
  if (rows.length === 0) {
    throw new InputError({
      problem: "There is nothing to combine",
      remedy: 'give at least one row, as in [{ name: "total", weights: { "D": 1 } }]',
    });
  }
  const size = estimate.terms.length;
  const matrix = rows.map((row) => denseWeights(estimate, row));
  const units = estimate.influence[0].length;
  const covariance = new Float64Array(rows.length ** 2);
  matrix.forEach((a, i) =>
    matrix.forEach((b, j) => {
      let sum = 0;
      for (let k = 0; k < size; k++) {
        if (a[k] !== 0) {
          for (let l = 0; l < size; l++) sum += a[k] * estimate.covariance[k][l] * b[l];
        }
      }
      covariance[i * rows.length + j] = sum;
    })
  );
  return new Estimate({
    names: rows.map((row) => row.name),
    estimates: matrix.map((a) =>
      a.reduce((sum, weight, k) => sum + weight * estimate.terms[k].estimate, 0)
    ),
    covariance,
    influence: matrix.map((a) => {
      const combined = new Float64Array(units);
      a.forEach((weight, k) => {
        if (weight !== 0) {
          for (let i = 0; i < units; i++) combined[i] += weight * estimate.influence[k][i];
        }
      });
      return combined;
    }),
    times: rows.map((row) => row.time),
    termDegreesOfFreedom: matrix.map((a) => fewestDegrees(estimate, a)),
    citation: estimate.citation,
    panel: estimate.panel,
    design: {
      ...estimate.design,
      effects: rows.map((row) => row.name),
      notes: note === undefined ? estimate.design.notes : [...estimate.design.notes, note],
    },
  });
}

/** The fewest degrees of freedom among the terms combined (they differ with CR2). */
function fewestDegrees({ terms }: Estimate, weights: Float64Array): number {
  return terms.reduce(
    (least, { degreesOfFreedom }, k) =>
      weights[k] === 0 ? least : Math.min(least, degreesOfFreedom),
    Infinity,
  );
}

function denseWeights(estimate: Estimate, { name, weights }: LinearRow): Float64Array {
  if (typeof weights !== "object" || weights === null || Array.isArray(weights)) {
    throw new InputError({
      problem: "The weights of a combination are not given by term",
      value: String(weights),
      remedy: 'give weights by term name, as in { "D": 1 }',
    });
  }
  const entries = Object.entries(weights);
  if (entries.length === 0) {
    throw new InputError({
      problem: "The combination has no terms",
      value: name,
      remedy: 'give weights by term name, as in { "D": 1 }',
    });
  }
  const dense = new Float64Array(estimate.terms.length);
  for (const [term, weight] of entries) {
    const k = estimate.indexOf(term);
    if (!Number.isFinite(weight)) {
      throw new InputError({
        problem: `The weight of "${term}" in "${name}" is not a finite number`,
        value: weight,
        remedy: "give every term a number",
      });
    }
    dense[k] += weight;
  }
  if (dense.some((weight) => weight !== 0)) return dense;
  throw new InputError({
    problem: `Every weight of "${name}" is zero, so there is nothing to estimate`,
    value: name,
    remedy: "give at least one term a weight",
  });
}

/**
 * One linear combination w'θ as an estimate with one term: an average over event times, a difference between
 * two halves. The note in its design spells the weights out.
 */
export function lincom(estimate: Estimate, weights: LinearWeights, name: string): Estimate {
  // The weights are checked before they are spelt out.
  denseWeights(estimate, { name, weights });
  const formula = Object.entries(weights).map(([term, weight]) =>
    `${Number(weight.toPrecision(6))}·[${term}]`
  );
  return linearMap(estimate, [{ name, weights }], `${name} = ${formula.join(" + ")}`);
}

/** The plain average of the effects whose time satisfies `include`, as one estimate. */
export function averageEffect(
  estimate: Estimate,
  include: (time: number) => boolean,
  name: string,
): Estimate {
  const chosen = estimate.effects.filter((term) => term.time !== undefined && include(term.time));
  if (chosen.length === 0) {
    const times = estimate.effects.flatMap(({ time }) => time === undefined ? [] : [time]);
    throw new InputError({
      problem: "No effect falls into the chosen times",
      value: name,
      remedy: times.length === 0
        ? "the effects have no times: use lincom(...) with weights by name"
        : `choose among the times of the effects, ${times.join(", ")}`,
    });
  }
  return lincom(
    estimate,
    Object.fromEntries(chosen.map((term) => [term.name, 1 / chosen.length])),
    name,
  );
}
