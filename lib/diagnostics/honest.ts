import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { tInverse } from "../regression/distributions.ts";
import type { Table } from "../tables/table.ts";
import { asEvents, type EventEffects, type EventOptions, inOrder } from "./event-effects.ts";
import { readGiven } from "./event-given.ts";
import { FARTHEST } from "./honest/conditional.ts";
import { type BoundTest, boundTests } from "./honest/intervals.ts";
import {
  type HonestMethod,
  type HonestOptions,
  type HonestRestriction,
  readOptions,
} from "./honest/options.ts";
import type { ShapeOptions } from "./honest/restrictions.ts";
import { honestNotes, honestTable } from "./honest/show.ts";
import { type Target, targetOf } from "./honest/target.ts";

/** A robust interval under one bound. */
export interface HonestInterval {
  readonly bound: number;
  /** null where the interval is open: no end was found however far it was looked for; also where it is empty. */
  readonly low: number | null;
  readonly high: number | null;
  /** True where every value is rejected. */
  readonly empty: boolean;
  /** Why an end is missing. */
  readonly reason: string | null;
  /** The affine estimator in the middle of a fixed-length interval, in units of the outcome. */
  readonly affine?: {
    readonly estimate: number;
    readonly standardError: number;
    /** Its largest bias under the restriction. */
    readonly worstBias: number;
    /** On the effects in order of time, without the base period. */
    readonly weights: Float64Array;
  };
}

export interface HonestBounds {
  readonly restriction: HonestRestriction;
  readonly shape: ShapeOptions;
  /** What is asked: the weighted effect, its estimate and conventional interval (normal quantiles). */
  readonly estimate: number;
  readonly standardError: number;
  readonly original: { readonly low: number; readonly high: number };
  readonly intervals: readonly HonestInterval[];
  readonly method: HonestMethod;
  readonly confidenceLevel: number;
  readonly base: number;
  readonly periods: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly notes: readonly string[];
  readonly citation: string;
  toTable(): Table;
}

const CITATION = "Rambachan & Roth (2023), Review of Economic Studies 90";

/**
 * Confidence intervals for an effect of an event study when trends need not be parallel: departures after treatment are
 * bounded by those before (relative magnitudes) or by how fast their slope can change (smoothness).
 *
 * Effects count as before treatment up to `treatedFrom`, wherever the base period lies among them. Times need not be one
 * apart: with uneven steps, changes are taken per period, and slopes over the distance of their midpoints (see `bends`).
 * Ends are solved for to 1e-7 of the standard error, not read off a grid; an end that is not found is null.
 *
 * @throws InputError when there is no period before or after treatment, the base period lies after treatment began, the
 * covariance is singular, or an option is wrong.
 * Source: Rambachan & Roth (2023), sections 2.3, 3 and 4; Armstrong & Kolesár (2018) for fixed lengths; Andrews, Roth & Pakes
 * (2023) for the tests.
 */
export function honestBounds(
  given: EventEffects | Estimate,
  options: HonestOptions = {},
): HonestBounds {
  const settings = readOptions(options);
  const events = readEvents(given, options);
  const target = targetOf(events, options.weights);
  const { estimate, standardError, window } = target;
  const at = boundTests(target, settings);
  const width = tInverse(0.5 + settings.confidenceLevel / 2, Infinity) * standardError;
  const bounds: HonestBounds = {
    restriction: settings.restriction,
    shape: settings.shape,
    estimate,
    standardError,
    original: { low: estimate - width, high: estimate + width },
    intervals: settings.bounds.map((bound) => intervalOf(at(bound), bound, target)),
    method: settings.method,
    confidenceLevel: settings.confidenceLevel,
    base: events.base,
    periods: {
      before: events.times.slice(0, window.pre),
      after: events.times.slice(window.pre),
    },
    notes: honestNotes(events, window, settings),
    citation: CITATION,
    toTable: () => honestTable(bounds),
  };
  return bounds;
}

/** Effects given by hand may come in any order. */
function readEvents(given: EventEffects | Estimate, options: EventOptions): EventEffects {
  const read = readGiven(given);
  return asEvents("times" in read ? inOrder(read) : read, options);
}

function intervalOf(test: BoundTest, bound: number, { standardError }: Target): HonestInterval {
  const ends = test.ends();
  if (ends === null) {
    return {
      bound,
      low: null,
      high: null,
      empty: true,
      reason: "every value is rejected: the restriction contradicts the effects before treatment",
    };
  }
  const end = (x: number) => Number.isFinite(x) ? x * standardError : null;
  const [low, high] = [end(ends.low), end(ends.high)];
  const open = [low === null ? "below" : "", high === null ? "above" : ""].filter(Boolean);
  return {
    bound,
    low,
    high,
    empty: false,
    reason: open.length === 0
      ? null
      : `open ${open.join(" and ")}: not rejected up to ${
        FARTHEST.toExponential(1)
      } standard errors away`,
    ...(test.affine === null ? {} : {
      affine: {
        estimate: test.affine.estimate * standardError,
        standardError: test.affine.standardError * standardError,
        worstBias: test.affine.worstBias * standardError,
        weights: test.affine.weights,
      },
    }),
  };
}

/** Bounds looked at between the last power of two that does not contain the value and the first that does. */
const SEARCH = 8;

/**
 * The smallest bound found at which the robust interval contains `value`: how wrong parallel trends would have to be. Looked
 * for at doubling bounds and eight steps between them, then bisected to 1e-4 of the scale (1, or for smoothness the standard
 * error).
 *
 * @param options.value default 0.
 * @param options.most the largest bound that is looked at, in units of the scale. Default 100.
 * @returns 0 when the interval contains it already without departures; null when none up to `most` does.
 */
export function breakdownValue(
  given: EventEffects | Estimate,
  options: HonestOptions & { readonly value?: number; readonly most?: number } = {},
): number | null {
  const { value = 0, most = 100 } = options;
  if (!Number.isFinite(value) || !(most > 0)) {
    throw new InputError({
      problem: "value must be a number and most above zero",
      value: `${value}, ${most}`,
      remedy: "leave them out for zero and 100",
    });
  }
  const settings = readOptions({ ...options, bounds: [0] }, ["value", "most"]);
  const target = targetOf(readEvents(given, options), options.weights);
  const at = boundTests(target, settings);
  const contains = (bound: number) => at(bound).contains(value / target.standardError);
  if (contains(0)) return 0;
  const scale = settings.restriction === "smoothness" ? target.standardError : 1;
  let [low, high] = [0, scale / SEARCH];
  while (!contains(high)) {
    if (high >= most * scale) return null;
    low = high;
    const octave = 2 ** Math.floor(Math.log2(low / scale) + 1e-9);
    high = Math.min(low + Math.max(octave, 1) * scale / SEARCH, most * scale);
  }
  while (high - low > 1e-4 * scale) {
    const middle = (low + high) / 2;
    if (contains(middle)) high = middle;
    else low = middle;
  }
  return high;
}
