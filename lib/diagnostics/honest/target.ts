import { InputError } from "../../panel/errors.ts";
import { symmetricEigen } from "../../regression/eigen.ts";
import { beforeTreatment, type EventEffects, firstTreated } from "../event-effects.ts";

/** The periods of an event study, the base among them. */
export interface EventWindow {
  /** Ascending, the base included. */
  readonly times: readonly number[];
  /** Position of the base period in `times`. */
  readonly base: number;
  /** Number of effects before treatment; without the base. They come first. */
  readonly pre: number;
  /** Number of effects from treatment on. */
  readonly post: number;
  /** Length of one period: the smallest distance of two times. */
  readonly period: number;
  /** Whether all times are one period apart. */
  readonly regular: boolean;
}

/**
 * What is asked, in units of its own standard error so that nothing depends on the unit of the outcome: effects over the
 * error, covariance over its square.
 */
export interface Target {
  readonly window: EventWindow;
  /** Weights on the periods after treatment. */
  readonly weights: Float64Array;
  /** Scaled effects, periods before treatment first. */
  readonly effects: Float64Array;
  /** Scaled covariance, T × T, row-major. */
  readonly covariance: Float64Array;
  /** The weighted effect and its standard error, in units of the outcome. */
  readonly estimate: number;
  readonly standardError: number;
}

/** @throws InputError when a side is empty, weights do not fit, or the covariance is singular. @param events checked, in order of time. */
export function targetOf(events: EventEffects, weights?: readonly number[]): Target {
  const window = windowOf(events);
  const { pre, post } = window;
  const size = pre + post;
  requireFullRank(events.covariance, size);
  const chosen = Float64Array.from(weights ?? Array.from({ length: post }, (_, k) => +(k === 0)));
  const usable = chosen.length === post && chosen.every(Number.isFinite) &&
    chosen.some((value) => value !== 0);
  if (!usable) {
    throw new InputError({
      problem: `There are ${chosen.length} weights for ${post} periods after treatment`,
      column: "weights",
      remedy: `give one number per period after treatment (${
        window.times.slice(-post).join(", ")
      }), not all zero`,
    });
  }
  let [estimate, variance] = [0, 0];
  for (let a = 0; a < post; a++) {
    estimate += chosen[a] * events.effects[pre + a];
    for (let b = 0; b < post; b++) {
      variance += chosen[a] * chosen[b] * events.covariance[(pre + a) * size + pre + b];
    }
  }
  return {
    window,
    weights: chosen,
    effects: events.effects.map((value) => value / Math.sqrt(variance)),
    covariance: events.covariance.map((value) => value / variance),
    estimate,
    standardError: Math.sqrt(variance),
  };
}

function windowOf(events: EventEffects): EventWindow {
  const before = beforeTreatment(events).map((k) => events.times[k]);
  const after = events.times.slice(before.length);
  if (before.length === 0 || after.length === 0) {
    throw new InputError({
      problem: before.length === 0
        ? `There is no effect before treatment: none before the base period ${events.base}, none between`
        : "There is no effect after treatment began",
      value: firstTreated(events),
      remedy:
        "use an event study with at least one effect before treatment, besides its base period, and one after",
    });
  }
  const times = [...before, events.base, ...after].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, k) => time - times[k]);
  const period = Math.min(...steps);
  return {
    times,
    base: times.indexOf(events.base),
    pre: before.length,
    post: after.length,
    period,
    regular: steps.every((step) => step - period <= 1e-9 * period),
  };
}

function requireFullRank(covariance: Float64Array, size: number): void {
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, covariance[i * size + i]);
  const { values } = symmetricEigen(covariance, size);
  const least = Math.min(...values);
  if (least > 1e-12 * largest) return;
  if (least < -1e-8 * largest) {
    throw new InputError({
      problem:
        "This is no covariance matrix: some combination of the effects has a negative variance",
      column: "covariance",
      value: least,
      remedy: "pass the covariance matrix of the effects in the order of their times",
    });
  }
  throw new InputError({
    problem:
      "The covariance of the effects is singular: there are too many effects for the clusters",
    value: least,
    remedy: "use fewer effects (a shorter window) or another covariance",
  });
}
