import { InputError } from "../panel/errors.ts";
import type { Estimate, Term } from "../estimators/estimate.ts";
import { readGiven } from "./event-given.ts";
import { newBase, requireCommonBase, timedEffects } from "./event-base.ts";

/** Effects with their covariance about a base period: an event study, however it was estimated. */
export interface EventEffects {
  /** Time of each effect, ascending; the base period is not among them. */
  readonly times: readonly number[];
  readonly effects: Float64Array;
  /** K × K, row-major. */
  readonly covariance: Float64Array;
  readonly base: number;
  /** First treated time: effects before it, on either side of the base period, are pre-trends. Default: the first after the base. */
  readonly treatedFrom?: number;
  /** Degrees of freedom of the estimate's own intervals, where there are any. */
  readonly degreesOfFreedom?: number;
}

/** How an estimate is to be read as an event study. */
export interface EventOptions {
  /** Base period. Default: the estimate's own. Another period of the estimate re-expresses all effects against it. */
  readonly base?: number;
  /** First time at which treatment can have had an effect. Default: the estimate's own, or the first after the base. */
  readonly treatedFrom?: number;
}

/**
 * The effects of an event study by time, with the base period.
 * @param base default: the estimate's own base period. Where it is another one that has an effect, all effects become
 * differences from that effect, with the covariance of the differences.
 * @param treatedFrom first treated time; default: the estimate's own, or the first time after the base. Name it when the base period is not the
 * last one before treatment, or the periods between the two would be taken for treated ones.
 * @throws InputError when the estimate has no times, no base period is known, it lies in the treated window, or effects are
 * not all measured against it.
 */
export function eventEffects(
  estimate: Estimate,
  base?: number,
  treatedFrom?: number,
): EventEffects {
  const own = estimate.design.basePeriod ?? null;
  const reference = base ?? own;
  const found = timedEffects(estimate);
  if (found.length === 0 || reference === null) {
    throw new InputError({
      problem: found.length === 0
        ? "The estimate is not an event study: its effects have no times"
        : "The estimate has no single base period",
      value: estimate.design.estimator,
      remedy: "pass an event study, or name the base period",
    });
  }
  requireCommonBase(estimate, reference);
  const start = treatedFrom ?? estimate.design.treatedFrom;
  return checkEvents({
    ...inOrder(rebased(estimate, found, own, reference)),
    base: reference,
    ...(start === undefined ? {} : { treatedFrom: start }),
    degreesOfFreedom: estimate.design.degreesOfFreedom,
  });
}

/** Differences from the effect at `reference`; the former base period, an exact zero, becomes an effect of its own. */
function rebased(
  estimate: Estimate,
  found: readonly Term[],
  own: number | null,
  reference: number,
): Pick<EventEffects, "times" | "effects" | "covariance"> {
  const index = found.map(({ name }) => estimate.indexOf(name));
  const shift = found.findIndex(({ time }) => time === reference);
  if (shift === -1 && own !== null && own !== reference) newBase(estimate, own, reference);
  const entry = (a: number, b: number) =>
    a === -1 || b === -1 ? 0 : estimate.covariance[index[a]][index[b]];
  const value = (a: number) => a === -1 ? 0 : found[a].estimate;
  // Positions of the new effects among the old ones; −1 is the former base.
  const kept = [...found.keys()].filter((k) => k !== shift);
  if (shift !== -1) kept.push(-1);
  const covariance = new Float64Array(kept.length ** 2);
  kept.forEach((i, a) =>
    kept.forEach((j, b) => {
      covariance[a * kept.length + b] = entry(i, j) - entry(i, shift) - entry(shift, j) +
        entry(shift, shift);
    })
  );
  return {
    times: kept.map((k) => k === -1 ? own! : found[k].time!),
    effects: Float64Array.from(kept, (k) => value(k) - value(shift)),
    covariance,
  };
}

/** The same effects in the order of time. */
export function inOrder<Effects extends Pick<EventEffects, "times" | "effects" | "covariance">>(
  events: Effects,
): Effects {
  const { times, effects, covariance } = events;
  const order = [...times.keys()].sort((a, b) => times[a] - times[b]);
  const size = order.length;
  const fits = effects.length === size && covariance.length === size * size;
  if (!fits || order.every((k, i) => k === i)) return events;
  return {
    ...events,
    times: order.map((k) => times[k]),
    effects: Float64Array.from(order, (k) => effects[k]),
    covariance: Float64Array.from(order.flatMap((i) => order.map((j) => covariance[i * size + j]))),
  };
}

/** Event effects from either form, checked. */
export function asEvents(
  given: EventEffects | Estimate,
  options: EventOptions = {},
): EventEffects {
  const { base, treatedFrom } = options;
  const events = readGiven(given);
  if (!("times" in events)) return eventEffects(events, base, treatedFrom);
  if (base !== undefined && base !== events.base) {
    throw new InputError({
      problem: `The effects are measured against ${events.base}, not against this base period`,
      column: "base",
      value: base,
      remedy: "leave base out, or estimate the effects against another base period",
    });
  }
  return checkEvents(treatedFrom === undefined ? events : { ...events, treatedFrom });
}

/** The first treated time: as given, or the first time after the base; Infinity when there is none. */
export function firstTreated({ times, base, treatedFrom }: EventEffects): number {
  return treatedFrom ?? times.find((time) => time > base) ?? Infinity;
}

/** What there is nothing of, in words: effects before treatment beside the base period. */
export function nothingBefore(base: number, treatedFrom?: number): InputError {
  return new InputError({
    problem: treatedFrom === undefined
      ? `There is no effect before the base period ${base}, so pre-trends cannot be examined`
      : `There is no effect before treatment (from ${treatedFrom}) but the base period ${base}, ` +
        "so pre-trends cannot be examined",
    column: "reference",
    value: base,
    remedy: "start the window earlier, or choose a later base period before treatment",
  });
}

/** Refuses a base period in the treated window. */
export function requireUntreatedBase(base: number, treatedFrom?: number): void {
  if (treatedFrom === undefined || treatedFrom > base) return;
  if (typeof treatedFrom !== "number" || Number.isNaN(treatedFrom)) {
    throw new InputError({
      problem: "The first treated time must be a number",
      column: "treatedFrom",
      value: treatedFrom,
      remedy: "give the time at which treatment can first have had an effect",
    });
  }
  throw new InputError({
    problem: `The base period ${base} lies in the treated window, which starts in ${treatedFrom}`,
    column: "treatedFrom",
    value: treatedFrom,
    remedy: "measure the effects against a period before treatment, then look at pre-trends",
  });
}

/** Positions in `times` of the effects before treatment. */
export function beforeTreatment(events: EventEffects): number[] {
  const from = firstTreated(events);
  return events.times.flatMap((time, k) => time < from ? [k] : []);
}

/** The events, when they can be used. @throws InputError naming what is wrong with times, base or covariance. */
export function checkEvents(events: EventEffects): EventEffects {
  const { times, effects, covariance, base, treatedFrom } = events;
  const size = times.length;
  if (effects.length !== size || covariance.length !== size ** 2) {
    throw new InputError({
      problem:
        `There are ${size} times, ${effects.length} effects and ${covariance.length} covariances`,
      remedy: `give one effect per time and ${size} × ${size} covariances, row by row`,
    });
  }
  const unordered = times.findIndex((time, k) =>
    !Number.isFinite(time) || (k > 0 && !(time > times[k - 1]))
  );
  if (unordered >= 0 || times.includes(base) || !Number.isFinite(base)) {
    throw new InputError({
      problem: unordered >= 0
        ? "The times of the effects must be finite and ascend, each once"
        : "The base period must be a number and have no effect of its own",
      column: unordered >= 0 ? "times" : "base",
      value: unordered >= 0 ? times[unordered] : base,
      remedy: unordered >= 0
        ? "sort effects and covariance by time"
        : "leave the base period out of the effects: it is zero by construction",
    });
  }
  requireUntreatedBase(base, treatedFrom);
  const wrongEffect = effects.findIndex((value) => !Number.isFinite(value));
  if (wrongEffect >= 0) {
    throw new InputError({
      problem: `The effect at time ${times[wrongEffect]} is not a finite number`,
      value: effects[wrongEffect],
      remedy: "leave out the times that have no effect",
    });
  }
  requireCovariance(covariance, size, times);
  return events;
}

/** Refuses what is no covariance matrix: not finite, not symmetric, a variance that is not above zero, |correlation| > 1. */
function requireCovariance(matrix: Float64Array, size: number, times: readonly number[]): void {
  const fail = (problem: string, a: number, b: number): never => {
    throw new InputError({
      problem,
      column: "covariance",
      value: `${matrix[a * size + b]} at times ${times[a]}, ${times[b]}`,
      remedy: "pass the covariance matrix of the effects in the order of their times",
    });
  };
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      if (!Number.isFinite(matrix[a * size + b])) fail("The covariance is not finite", a, b);
    }
    if (!(matrix[a * size + a] > 0)) fail("A variance is not above zero", a, a);
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) {
      const [value, other] = [matrix[a * size + b], matrix[b * size + a]];
      const scale = Math.sqrt(matrix[a * size + a] * matrix[b * size + b]);
      if (!(Math.abs(value - other) <= 1e-8 * scale)) fail("The covariance is not symmetric", a, b);
      if (!(Math.abs(value) <= scale * (1 + 1e-8))) fail("A correlation is above one", a, b);
    }
  }
}
