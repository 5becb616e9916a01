import { InputError } from "../panel/errors.ts";
import { Estimate } from "../estimators/estimate.ts";

/** Weights on terms, by name: { "year 2020": 0.5, "year 2021": 0.5 }. */
export type LinearWeights = Readonly<Record<string, number>>;

/**
 * A linear combination w'θ of an estimate's terms as an estimate of its own, with variance w'Vw and influence
 * w'ψ: an average over event times, a difference between two halves.
 *
 * @param name the name of the combination's one term.
 * @throws InputError when a name is not a term.
 */
export function lincom(estimate: Estimate, weights: LinearWeights, name: string): Estimate {
  const entries = Object.entries(weights).map(([term, weight]) => ({
    k: estimate.indexOf(term),
    weight,
  }));
  if (entries.length === 0) {
    throw new InputError({
      problem: "The combination has no terms",
      remedy: 'give weights, as in { "D": 1 }',
    });
  }
  let value = 0;
  let variance = 0;
  const influence = new Float64Array(estimate.influence[0].length);
  for (const a of entries) {
    value += a.weight * estimate.terms[a.k].estimate;
    for (const b of entries) variance += a.weight * b.weight * estimate.covariance[a.k][b.k];
    for (let i = 0; i < influence.length; i++) {
      influence[i] += a.weight * estimate.influence[a.k][i];
    }
  }
  const formula = Object.entries(weights).map(([term, weight]) =>
    `${Number(weight.toPrecision(6))}·[${term}]`
  );
  return new Estimate({
    names: [name],
    estimates: [value],
    covariance: Float64Array.of(variance),
    influence: [influence],
    citation: estimate.citation,
    design: {
      ...estimate.design,
      effects: [name],
      notes: [...estimate.design.notes, `${name} = ${formula.join(" + ")}`],
    },
  });
}

/** The plain average of the effects whose time satisfies `include`, as one estimate. */
export function averageEffect(
  estimate: Estimate,
  include: (time: number) => boolean,
  name: string,
): Estimate {
  const chosen = estimate.effects.filter((term) => term.time !== undefined && include(term.time));
  if (chosen.length === 0) {
    throw new InputError({
      problem: "No effect falls into the chosen times",
      value: name,
      remedy: `the effects have times ${estimate.effects.map((term) => term.time).join(", ")}`,
    });
  }
  return lincom(
    estimate,
    Object.fromEntries(chosen.map((term) => [term.name, 1 / chosen.length])),
    name,
  );
}
