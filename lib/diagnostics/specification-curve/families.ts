import type { Estimate } from "../../estimators/estimate.ts";
import type { Panel } from "../../panel/panel.ts";
import { type Annihilator, annihilatorOf } from "./annihilator.ts";
import type { Specification } from "./specification.ts";
import { positionsIn, type Refitter, refitterOf, spread } from "./refit.ts";
import { functionKeys, sampler } from "./run.ts";
import { fixedSamples } from "./samples.ts";

/** A specification as it was run on the panel itself; null where it could not be. */
export interface Ran {
  readonly specification: Specification;
  readonly found: Estimate | null;
}

/** A specification with its place among all. */
export interface Placed {
  readonly index: number;
  readonly specification: Specification;
}

export interface Member extends Placed {
  readonly refitter: Refitter;
  /** Columns that its regression reads, but for the treatment. */
  readonly columns: readonly string[];
}

/** Regressions of one treatment, on one sample, with one set of fixed effects, weights and covariates. */
export interface Family {
  readonly sample: Panel;
  /** Rows of the sample in the panel, where they do not depend on what is permuted; null where they may. */
  readonly fixed: Int32Array | null;
  readonly treatment: string;
  /** Rows used, as positions in the sample. */
  readonly positions: Int32Array;
  readonly weights: Float64Array | null;
  readonly residualise: Annihilator;
  /** Spread of the treatment as observed. */
  readonly spread: number;
  readonly members: Member[];
}

/** Sorts specifications into families; those without a closed form are the rest. */
export function familiesOf(
  panel: Panel,
  ran: readonly Ran[],
  permuted: readonly string[],
): { readonly families: readonly Family[]; readonly rest: readonly Placed[] } {
  const families = new Map<string, Family>();
  const annihilators = new Map<string, Annihilator>();
  const rest: Placed[] = [];
  const sample = sampler(panel);
  const sampleKey = functionKeys();
  const fixed = fixedSamples(panel, permuted);

  const place = ({ specification, found }: Ran, index: number): boolean => {
    const columns = columnsBeside(specification);
    const { treatment } = specification;
    if (found?.regression === undefined || specification.fit !== undefined) return false;
    if (columns.some((name) => permuted.includes(name))) return false;
    const { fit, panel: used } = found.regression;
    const sampled = sample(specification);
    const positions = positionsIn(sampled, used);
    // Rows that lack the treatment would be other rows in every draw.
    if (positions === null || !allFinite(sampled.numeric(treatment))) {
      return false;
    }
    const { weights, covariates, covariatesByTime, trends, timeEffectsBy } = specification;
    const rows = used.rows === sampled.rows ? "all" : used.inputRow.join();
    const regression = [weights, covariates, covariatesByTime, trends, timeEffectsBy];
    const shared = JSON.stringify([sampleKey(specification.samples), regression, rows]);
    const residualise = annihilators.get(shared) ?? annihilatorOf(fit, used, specification);
    annihilators.set(shared, residualise);
    const refitter = refitterOf(found, specification, residualise);
    if (refitter === null) return false;
    const key = JSON.stringify([treatment, shared]);
    const family = families.get(key) ?? {
      sample: sampled,
      fixed: permuted.includes(treatment) ? fixed(specification, sampled) : null,
      treatment,
      positions,
      weights: fit.weights,
      residualise,
      spread: spread(used.numeric(treatment), fit.weights),
      members: [],
    };
    family.members.push({ index, specification, refitter, columns });
    families.set(key, family);
    return true;
  };

  ran.forEach((each, index) => {
    if (!place(each, index)) rest.push({ index, specification: each.specification });
  });
  return { families: [...families.values()], rest };
}

function columnsBeside(specification: Specification): string[] {
  const { outcome, covariates, covariatesByTime, weights, cluster, timeEffectsBy } = specification;
  return [
    outcome,
    ...covariates ?? [],
    ...covariatesByTime ?? [],
    ...[weights, cluster, timeEffectsBy].flatMap((name) => name ?? []),
  ];
}

/** True when no value is missing or infinite. */
export function allFinite(column: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i];
  // A sum of finite numbers can overflow: then, and only then, one looks at each.
  return Number.isFinite(sum) || column.every(Number.isFinite);
}
