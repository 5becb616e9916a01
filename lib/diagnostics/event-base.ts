import { InputError } from "../panel/errors.ts";
import { Estimate, type Term } from "../estimators/estimate.ts";
import { linearMap } from "../estimators/linear.ts";

/** The effects that have a time, in its order. */
export function timedEffects(estimate: Estimate): (Term & { readonly time: number })[] {
  return estimate.effects.flatMap((term) =>
    term.time === undefined ? [] : [{ ...term, time: term.time }]
  ).sort((a, b) => a.time - b.time);
}

/**
 * Refuses effects that are not all measured against one period. An effect at the estimate's own base period says that the
 * effects before treatment look back to other periods.
 * @param asked the base period that is asked for; it counts where the estimate has none of its own.
 */
export function requireCommonBase(estimate: Estimate, asked: number): void {
  const { basePeriod: own, estimator } = estimate.design;
  const at = own ?? asked;
  if (!timedEffects(estimate).some(({ time }) => time === at)) return;
  throw new InputError({
    problem: own === null
      ? `The estimate has no base period of its own and an effect at ${at}: its effects are not measured against that period`
      : `The estimate has an effect at ${at}, its base period: its effects are not all measured against that period`,
    value: estimator,
    remedy:
      'estimate with one base for all periods (callawaySantAnna: basePeriod "universal"), or use an event study by regression',
  });
}

/** The effect that becomes the base period. @throws InputError when there is none at that time. */
export function newBase(estimate: Estimate, own: number, asked: number): Term {
  const timed = timedEffects(estimate);
  const found = timed.find(({ time }) => time === asked);
  if (found !== undefined) return found;
  throw new InputError({
    problem: `There is no effect at ${asked} that could become the base period`,
    value: asked,
    remedy: `choose ${own} or one of ${timed.map(({ time }) => time).join(", ")}`,
  });
}

/**
 * An event study against another base period: differences from the effect at `base`, with their covariance and influence.
 * The former base period, an exact zero, becomes an effect of its own. Terms get names of their own ("g × 5 − g × 3"), so that
 * nothing takes them for terms of the estimate that they came from.
 *
 * @throws InputError when there is no effect at `base`, or effects are not all measured against one period.
 */
export function againstBase(estimate: Estimate, base: number): Estimate {
  const own = estimate.design.basePeriod;
  if (own === null) requireCommonBase(estimate, base);
  if (own === null || own === base) return estimate;
  requireCommonBase(estimate, base);
  const zero = newBase(estimate, own, base);
  const moved = linearMap(
    estimate,
    [
      ...timedEffects(estimate).filter(({ time }) => time !== base).map(({ name, time }) => ({
        name: `${name} − ${zero.name}`,
        weights: { [name]: 1, [zero.name]: -1 },
        time,
      })),
      { name: `base ${own} − ${zero.name}`, weights: { [zero.name]: -1 }, time: own },
    ].sort((a, b) => a.time - b.time),
  );
  const { terms, design } = moved;
  return new Estimate({
    names: terms.map(({ name }) => name),
    estimates: terms.map((term) => term.estimate),
    covariance: Float64Array.from(moved.covariance.flatMap((row) => [...row])),
    influence: moved.influence,
    times: terms.map(({ time }) => time),
    citation: moved.citation,
    panel: moved.panel,
    design: {
      ...design,
      basePeriod: base,
      notes: [...design.notes, `effects re-expressed against ${base} (estimated against ${own})`],
    },
  });
}
