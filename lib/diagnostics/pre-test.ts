import { InputError } from "../panel/errors.ts";
import { chiSquareInverse, nonCentralChiSquare } from "../regression/distributions.ts";
import { factorSemidefinite, type SemidefiniteFactor } from "../regression/semidefinite.ts";
import { beforeTreatment, type EventEffects, nothingBefore } from "./event-effects.ts";
import { normalBox } from "./normal-box.ts";

/** How effects before treatment are looked at before the others are believed. */
export type PreTestKind = "individual" | "joint";

/** The effects before treatment. */
export interface Before {
  readonly size: number;
  readonly times: readonly number[];
  readonly effects: Float64Array;
  /** size × size, row-major. */
  readonly covariance: Float64Array;
}

/** Chance of passing a look at pre-trends when effects have a given mean, and their mean then. */
export interface Passing {
  readonly probability: number;
  /** E[effects before treatment | passed]; null where passing is too rare for a number. */
  readonly mean: Float64Array | null;
  readonly error: number;
}

/** A look at pre-trends that an event study passes or not. */
export interface PreTest {
  /** In words. */
  readonly label: string;
  passing(mean: ArrayLike<number>): Passing;
}

/** The part of an event study before treatment. @throws InputError when there is none. */
export function before(events: EventEffects): Before {
  const { times, effects, covariance, base } = events;
  const chosen = beforeTreatment(events);
  const size = chosen.length;
  if (size === 0) throw nothingBefore(base, events.treatedFrom);
  const own = new Float64Array(size * size);
  for (const a of chosen) {
    for (const b of chosen) own[a * size + b] = covariance[a * times.length + b];
  }
  return { size, times: times.slice(0, size), effects: effects.slice(0, size), covariance: own };
}

/** "No effect before treatment has |t| above the threshold." */
export function individualTest({ size, covariance }: Before, threshold: number): PreTest {
  const ends = Array.from(
    { length: size },
    (_, k) => threshold * Math.sqrt(covariance[k * size + k]),
  );
  return {
    label: `some |t| before treatment above ${threshold}`,
    passing: (mean) => normalBox(mean, covariance, ends.map((end) => -end), ends),
  };
}

/**
 * "The Wald statistic of all effects before treatment is below its χ² critical value." In the coordinates in which the
 * covariance is the identity passing is a ball, so probability and mean are ratios of non-central χ² probabilities.
 */
export function jointTest(pre: Before, level: number): PreTest {
  const { size } = pre;
  const critical = chiSquareInverse(level, size);
  const factor = factorCovariance(pre);
  return {
    label: `joint Wald test at level ${level}`,
    passing(mean) {
      const nonCentrality = whiten(factor, mean).reduce((sum, value) => sum + value * value, 0);
      const probability = nonCentralChiSquare(critical, size, nonCentrality);
      const ratio = nonCentralChiSquare(critical, size + 2, nonCentrality) / probability;
      return {
        probability,
        mean: Number.isFinite(ratio) ? Float64Array.from(mean, (value) => ratio * value) : null,
        error: 0,
      };
    },
  };
}

/** The Cholesky factor of the covariance. @throws InputError when it is singular. */
export function factorCovariance({ size, times, covariance }: Before): SemidefiniteFactor {
  const diagonal = Float64Array.from({ length: size }, (_, k) => covariance[k * size + k]);
  const factor = factorSemidefinite(covariance.slice(), diagonal);
  if (factor.rank === size) return factor;
  const dropped = times.filter((_, k) => factor.dropped[k] === 1);
  throw new InputError({
    problem: "The covariance of the effects before treatment is singular",
    value: `${factor.rank} of ${size} can be told apart; not ${dropped.join(", ")}`,
    remedy: "use fewer effects before treatment than clusters, or another covariance",
  });
}

/** In coordinates in which the covariance is the identity. */
export function whiten({ size, lower }: SemidefiniteFactor, mean: ArrayLike<number>): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = mean[i];
    for (let j = 0; j < i; j++) sum -= lower[i * size + j] * out[j];
    out[i] = sum / lower[i * size + i];
  }
  return out;
}
