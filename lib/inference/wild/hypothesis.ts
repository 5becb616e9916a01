import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import type { Estimate, RegressionBehind } from "../../estimators/estimate.ts";
import type { LinearWeights } from "../../estimators/linear.ts";
import type { Restrictions } from "./basis.ts";

interface HypothesisOptions {
  term?: string;
  weights?: LinearWeights;
  joint?: readonly (string | LinearWeights)[];
}

/** The hypotheses as combinations of terms. @throws InputError unless given in exactly one way. */
export function hypothesesOf(
  { term, weights, joint }: HypothesisOptions,
): readonly LinearWeights[] {
  const given = [term, weights, joint].filter((value) => value !== undefined);
  if (given.length !== 1 || (joint !== undefined && joint.length === 0)) {
    throw new InputError({
      problem: given.length > 1
        ? "Several hypotheses are given in different ways"
        : "There is nothing to test",
      column: "term, weights, joint",
      remedy: 'give one of term: "…", weights: { … } and joint: [ … ]',
    });
  }
  const all: readonly unknown[] = Array.isArray(joint) ? joint : [joint ?? term ?? weights];
  if (all.some((one) => typeof one !== "string" && !isWeights(one))) {
    throw new InputError({
      problem: "A hypothesis is neither the name of a term nor weights on terms",
      column: "term, weights, joint",
      value: JSON.stringify(all.find((one) => typeof one !== "string" && !isWeights(one))),
      remedy: 'write term: "…", weights: { "…": 1, "…": -1 } or joint: ["…", "…"]',
    });
  }
  return all.map((one) => typeof one === "string" ? { [one]: 1 } : one as LinearWeights);
}

function isWeights(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The hypotheses as restrictions on the regression's coefficients. */
export function restrict(
  estimate: Estimate,
  { fit }: RegressionBehind,
  hypotheses: readonly LinearWeights[],
  nullValue: number | readonly number[] = 0,
): Restrictions {
  const values = Array.isArray(nullValue) ? nullValue : hypotheses.map(() => nullValue as number);
  if (values.length !== hypotheses.length || !values.every(Number.isFinite)) {
    throw new InputError({
      problem: `The null needs ${hypotheses.length} finite value(s)`,
      column: "null",
      value: String(nullValue),
      remedy: "give one number, or one number per hypothesis in the same order",
    });
  }
  const rows = hypotheses.map((weights) => {
    const row = new Float64Array(fit.names.length);
    for (const [name, weight] of Object.entries(weights)) {
      estimate.indexOf(name);
      const at = fit.names.indexOf(name);
      if (at < 0 || !Number.isFinite(weight)) {
        throw new InputError({
          problem: at < 0
            ? "The term is a combination of coefficients, not one of the regression's own"
            : "The weight of a term must be a finite number",
          column: name,
          value: weight,
          remedy: `use terms of the regression: ${fit.names.join(", ")}`,
        });
      }
      row[at] += weight;
    }
    return row;
  });
  return { rows, values, labels: hypotheses.map(describeWeights) };
}

function describeWeights(weights: LinearWeights): string {
  const entries = Object.entries(weights);
  if (entries.length === 1 && entries[0][1] === 1) return entries[0][0];
  return entries.map(([term, weight]) => `${Number(weight.toPrecision(6))}·[${term}]`).join(" + ");
}

/** The clusters to test by: a named column, or the estimate's own. */
export function clusterOf(
  { panel, clusters }: RegressionBehind,
  column: string | undefined,
): Coding {
  if (typeof column === "string") return panel.groups(column);
  if (column !== undefined) {
    throw new InputError({
      problem: "This test takes one column to cluster by",
      column: "cluster",
      value: JSON.stringify(column),
      remedy: `write for example { cluster: "${panel.unitName}" }`,
    });
  }
  if (clusters.length === 1) return clusters[0];
  throw new InputError({
    problem: clusters.length === 0
      ? "The estimate is not clustered, so this test does not know its clusters"
      : "The estimate is clustered in several dimensions; this test works in one",
    column: "cluster",
    remedy: `name one column: { cluster: "${panel.unitName}" }`,
  });
}

/** The estimate of one combination of coefficients. */
export function combination({ fit }: RegressionBehind, row: Float64Array): number {
  return row.reduce((sum, weight, k) => sum + weight * fit.coefficients[k], 0);
}
