import { InputError } from "../../panel/errors.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { groupUnits } from "../../inference/bands/multipliers.ts";
import { stream } from "../../inference/random.ts";
import type { Fit } from "../../inference/refits.ts";
import type { Label } from "../../panel/coding.ts";

export interface GrowingOptions {
  /** Groups of units that enter together. */
  readonly cluster?: string;
  /** Subsamples i/steps, i = 1 … steps; the last is the whole sample. */
  readonly steps: number;
  /** Order in which the groups enter. */
  readonly seed: number;
  /** Refits the estimator on the units of a subsample. Default: the estimate's influence functions. */
  readonly fit?: Fit;
}

/**
 * The named terms on growing subsamples of the units, in a random order: one array per subsample.
 *
 * With `fit` by refitting, as the paper does. Without it by the first-order expansion: θ̂ + Σψ over the subsample, divided by
 * its share of the groups, with ψ about its mean; it needs no treated unit in the smallest subsample.
 */
export function growingSubsamples(
  estimate: Estimate,
  names: readonly string[],
  { cluster, steps, seed, fit }: GrowingOptions,
): Float64Array[] {
  const groups = groupUnits(estimate, cluster);
  if (groups.count < 2 * steps) {
    throw new InputError({
      problem: `${groups.count} groups of ${groups.name} are too few for ${steps} subsamples`,
      column: "subsamples",
      value: steps,
      remedy: `use at most ${
        Math.max(2, Math.floor(groups.count / 2))
      } subsamples, or measure: "mean"`,
    });
  }
  const order = Int32Array.from({ length: groups.count }, (_, g) => g);
  stream(seed, 0).shuffle(order);
  const place = new Int32Array(groups.count);
  order.forEach((g, position) => place[g] = position);
  const full = Float64Array.from(names, (name) => estimate.term(name).estimate);
  const sizes = Array.from(
    { length: steps },
    (_, i) => Math.floor(groups.count * (i + 1) / steps + 1e-9),
  );
  if (fit !== undefined) {
    return sizes.map((size) =>
      size === groups.count
        ? full
        : refit(estimate, names, fit, (unit) => place[groups.codes[unit]] < size)
    );
  }
  const sums = names.map((name) => {
    const own = new Float64Array(groups.count);
    estimate.influence[estimate.indexOf(name)].forEach((value, i) => own[groups.codes[i]] += value);
    const mean = own.reduce((total, value) => total + value, 0) / groups.count;
    return own.map((value) => value - mean);
  });
  return sizes.map((size) =>
    full.map((value, k) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += sums[k][order[i]];
      return value + sum * groups.count / size;
    })
  );
}

function refit(
  estimate: Estimate,
  names: readonly string[],
  fit: Fit,
  inside: (unit: number) => boolean,
): Float64Array {
  const { panel, design } = estimate;
  if (panel === undefined) {
    throw new InputError({
      problem: "The estimate keeps no rows to refit on",
      value: design.estimator,
      remedy: "leave fit out: the influence functions are used then",
    });
  }
  const kept = new Set<Label>(design.unitLabels.filter((_, i) => inside(i)));
  const rows = Int32Array.from(
    Array.from(panel.unit.keys()).filter((i) => kept.has(panel.units[panel.unit[i]])),
  );
  const reason = `${kept.size} of ${design.units} units`;
  try {
    const found = fit(panel.take(rows, reason));
    return Float64Array.from(names, (name) => found.term(name).estimate);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({
      problem: `The estimator cannot be fitted on ${reason}: ${error.problem}`,
      column: "subsamples",
      remedy: "use fewer subsamples or another seed, or leave fit out",
    });
  }
}
