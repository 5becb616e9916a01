import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkOneOf } from "../estimators/options.ts";
import { requireDraws, requireSeed } from "../inference/random.ts";
import { tInverse } from "../regression/distributions.ts";
import { symmetricEigen } from "../regression/eigen.ts";
import { formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { conditionalTest, type Target } from "./honest/conditional.ts";
import {
  relativeMagnitudes,
  type Restriction,
  type ShapeOptions,
  smoothness,
} from "./honest/restrictions.ts";
import { type EventEffects, eventEffects } from "./pre-trend-power.ts";

/** What is assumed about departures from parallel trends after treatment. */
export type HonestRestriction =
  /** Changes after treatment are at most M̄ times the largest before. */
  | "relative magnitudes"
  /** Changes of slope after treatment are at most M̄ times the largest before. */
  | "relative slopes"
  /** The slope changes by at most M from one period to the next. */
  | "smoothness";

export interface HonestOptions extends ShapeOptions {
  /** Default "relative magnitudes". */
  readonly restriction?: HonestRestriction;
  /** Values of M̄ (relative restrictions) or M (smoothness). Default 0, 0.5, 1, 1.5, 2; for smoothness it must be given. */
  readonly bounds?: readonly number[];
  /** Weights on the periods after treatment, in order. Default: all on the first. */
  readonly weights?: readonly number[];
  /** "hybrid" (default, C-LF): a least-favourable first stage, then conditional; "conditional" alone. */
  readonly method?: "hybrid" | "conditional";
  /** Base period. Default: the estimate's own. */
  readonly base?: number;
  /** Default 0.95. */
  readonly confidenceLevel?: number;
  /** Draws of the first stage. Default 1000. */
  readonly draws?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** A robust interval under one bound. */
export interface HonestInterval {
  readonly bound: number;
  /** null where the interval is open: no end was found however far it was looked for. */
  readonly low: number | null;
  readonly high: number | null;
  /** Why there is no interval, where every value is rejected. */
  readonly reason: string | null;
}

export interface HonestBounds {
  readonly restriction: HonestRestriction;
  readonly shape: ShapeOptions;
  /** What is asked: the weighted effect, its estimate and conventional interval. */
  readonly estimate: number;
  readonly standardError: number;
  readonly original: { readonly low: number; readonly high: number };
  readonly intervals: readonly HonestInterval[];
  readonly method: "hybrid" | "conditional";
  readonly confidenceLevel: number;
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
 * Ends are solved for to 1e-6 of the standard error, not read off a grid; the search widens by itself and an end that is not
 * found is null.
 *
 * @throws InputError when there is no period before or after treatment, the covariance is singular, times have holes, or an
 * option is wrong.
 * Source: Rambachan & Roth (2023), sections 2.3 and 3; Andrews, Roth & Pakes (2023) for the tests.
 */
export function honestBounds(
  events: EventEffects | Estimate,
  options: HonestOptions = {},
): HonestBounds {
  const settings = readOptions(options);
  const given = "covariance" in events && "times" in events
    ? events
    : eventEffects(events as Estimate, options.base);
  const { target, before, after } = targetOf(given, options.weights);
  const estimate = weighted(target, target.effects);
  const standardError = Math.sqrt(weightedVariance(target));
  const level = settings.confidenceLevel;
  const width = tInverse(0.5 + level / 2, Infinity) * standardError;
  const intervals = settings.bounds.map((bound) => {
    const sets = restrictionsFor(settings.restriction, target, bound, options);
    return intervalOf(target, sets, bound, estimate, standardError, settings);
  });
  const original = { low: estimate - width, high: estimate + width };
  return {
    restriction: settings.restriction,
    shape: { sign: options.sign, monotone: options.monotone },
    estimate,
    standardError,
    original,
    intervals,
    method: settings.method,
    confidenceLevel: level,
    periods: { before, after },
    notes: settings.method === "hybrid"
      ? [`first stage at a tenth of the level, ${settings.draws} draws, seed ${settings.seed}`]
      : [],
    citation: CITATION,
    toTable: () => honestTable(settings.restriction, original, intervals, level),
  };
}

/**
 * The bound at which the robust interval first contains `value`: how wrong parallel trends would have to be. Solved by
 * bisection to 1e-4.
 *
 * @param value default 0.
 * @returns 0 when the interval contains it already without departures; null when none up to `most` does.
 */
export function breakdownValue(
  events: EventEffects | Estimate,
  options: HonestOptions & { readonly value?: number; readonly most?: number } = {},
): number | null {
  const { value = 0, most = 100, ...rest } = options;
  const settings = readOptions({ ...rest, bounds: [0] });
  const given = "covariance" in events && "times" in events
    ? events
    : eventEffects(events as Estimate, options.base);
  const { target } = targetOf(given, options.weights);
  const contains = (bound: number) =>
    restrictionsFor(settings.restriction, target, bound, rest)
      .some((set) => !conditionalTest(target, set, settings.test).rejects(value));
  if (contains(0)) return 0;
  const scale = settings.restriction === "smoothness" ? Math.sqrt(weightedVariance(target)) : 1;
  let [low, high] = [0, scale];
  while (!contains(high)) {
    [low, high] = [high, 2 * high];
    if (high > most * scale) return null;
  }
  while (high - low > 1e-4 * scale) {
    const middle = (low + high) / 2;
    if (contains(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface Settings {
  readonly restriction: HonestRestriction;
  readonly bounds: readonly number[];
  readonly method: "hybrid" | "conditional";
  readonly confidenceLevel: number;
  readonly draws: number;
  readonly seed: number;
  readonly test: { alpha: number; kappa: number; draws: number; seed: number };
}

function readOptions(options: HonestOptions): Settings {
  const restriction = options.restriction ?? "relative magnitudes";
  checkOneOf("restriction", restriction, ["relative magnitudes", "relative slopes", "smoothness"]);
  checkOneOf("method", options.method, ["hybrid", "conditional"]);
  checkOneOf("sign", options.sign, ["positive", "negative"]);
  checkOneOf("monotone", options.monotone, ["increasing", "decreasing"]);
  if (restriction === "smoothness" && options.bounds === undefined) {
    throw new InputError({
      problem: "Smoothness has no natural scale, so its bounds must be given",
      column: "bounds",
      remedy: "give values of M in units of the outcome per period, for example [0, 0.5, 1]",
    });
  }
  const bounds = options.bounds ?? [0, 0.5, 1, 1.5, 2];
  for (const bound of bounds) {
    if (bound >= 0 && Number.isFinite(bound)) continue;
    throw new InputError({
      problem: "Bounds must be numbers of at least 0",
      column: "bounds",
      value: bound,
      remedy: "use for example [0, 0.5, 1]",
    });
  }
  const confidenceLevel = options.confidenceLevel ?? 0.95;
  if (!(confidenceLevel > 0 && confidenceLevel < 1)) {
    throw new InputError({
      problem: "confidenceLevel must lie between 0 and 1",
      value: confidenceLevel,
      remedy: "use for example 0.95",
    });
  }
  const method = options.method ?? "hybrid";
  const draws = requireDraws(options.draws ?? 1000);
  const seed = requireSeed(options.seed ?? 1);
  const alpha = 1 - confidenceLevel;
  const kappa = method === "hybrid" ? alpha / 10 : 0;
  const test = { alpha, kappa, draws, seed };
  return { restriction, bounds, method, confidenceLevel, draws, seed, test };
}

/** Effects before and after the base, one period apart, with their covariance checked. */
function targetOf({ times, effects, covariance, base }: EventEffects, weights?: readonly number[]) {
  const before = times.filter((time) => time < base);
  const after = times.filter((time) => time > base);
  const all = [...before, base, ...after];
  const steps = new Set(all.slice(1).map((time, k) => time - all[k]));
  if (before.length === 0 || after.length === 0) {
    throw new InputError({
      problem: `There is no effect ${
        before.length === 0 ? "before" : "after"
      } the base period ${base}`,
      value: base,
      remedy: "use an event study with periods on both sides of its base",
    });
  }
  if (steps.size > 1) {
    throw new InputError({
      problem:
        "The times of the effects have holes, so changes from one period to the next are not comparable",
      value: all.join(", "),
      remedy: "keep a window of effects without holes next to the base period",
    });
  }
  checkCovariance(covariance, times.length);
  const chosen = weights ?? after.map((_, k) => k === 0 ? 1 : 0);
  if (chosen.length !== after.length || chosen.every((value) => value === 0)) {
    throw new InputError({
      problem: `There are ${chosen.length} weights for ${after.length} periods after treatment`,
      column: "weights",
      remedy: "give one weight per period after the base, not all zero",
    });
  }
  const target: Target = {
    effects,
    covariance,
    pre: before.length,
    post: after.length,
    weights: Float64Array.from(chosen),
  };
  return { target, before, after };
}

function checkCovariance(covariance: Float64Array, size: number): void {
  if (covariance.length !== size * size) {
    throw new InputError({
      problem: `The covariance has ${covariance.length} entries for ${size} effects`,
      remedy: "give size × size numbers, row by row",
    });
  }
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, covariance[i * size + i]);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(covariance[i * size + j] - covariance[j * size + i]) <= 1e-9 * largest) continue;
      throw new InputError({
        problem: "The covariance is not symmetric",
        value: `entries (${i + 1}, ${j + 1}) and (${j + 1}, ${i + 1})`,
        remedy: "pass the covariance of the estimates as it is",
      });
    }
  }
  const { values } = symmetricEigen(covariance, size);
  const least = Math.min(...values);
  if (least > 1e-12 * largest) return;
  throw new InputError({
    problem:
      "The covariance of the effects is singular: there are too many effects for the clusters",
    value: least,
    remedy: "use fewer effects (a shorter window) or another covariance",
  });
}

function weighted({ pre, post, weights }: Target, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < post; k++) sum += weights[k] * values[pre + k];
  return sum;
}

function weightedVariance({ pre, post, weights, covariance }: Target): number {
  const size = pre + post;
  let sum = 0;
  for (let a = 0; a < post; a++) {
    for (let b = 0; b < post; b++) {
      sum += weights[a] * weights[b] * covariance[(pre + a) * size + pre + b];
    }
  }
  return sum;
}

function restrictionsFor(
  restriction: HonestRestriction,
  { pre, post }: Target,
  bound: number,
  shape: ShapeOptions,
): Restriction[] {
  if (restriction === "smoothness") return [smoothness(pre, post, bound, shape)];
  const of = restriction === "relative magnitudes" ? "level" : "slope";
  if (of === "slope" && pre < 2) {
    throw new InputError({
      problem: "Relative slopes need at least two effects before treatment",
      value: pre,
      remedy: 'use restriction: "relative magnitudes"',
    });
  }
  return relativeMagnitudes(pre, post, bound, of, shape);
}

/** Points scanned on each side, in standard errors from the estimate: 1/8, 1/4, … far out. */
const FARTHEST = 2 ** 14;
const SCAN = 24;

function intervalOf(
  target: Target,
  sets: readonly Restriction[],
  bound: number,
  estimate: number,
  error: number,
  settings: Settings,
): HonestInterval {
  let [low, high] = [Infinity, -Infinity];
  for (const set of sets) {
    const test = conditionalTest(target, set, settings.test);
    const accepts = (x: number) => !test.rejects(estimate + x * error);
    const inside = acceptedPoint(accepts);
    if (inside === null) continue;
    low = Math.min(low, edgeFrom(accepts, inside, -1));
    high = Math.max(high, edgeFrom(accepts, inside, 1));
  }
  if (low > high) {
    return {
      bound,
      low: null,
      high: null,
      reason: "every value is rejected: the restriction contradicts the effects before treatment",
    };
  }
  const end = (x: number) => Number.isFinite(x) ? estimate + x * error : null;
  return {
    bound,
    low: end(low),
    high: end(high),
    reason: Number.isFinite(low) && Number.isFinite(high)
      ? null
      : "open: not rejected however far it was looked for",
  };
}

/** Some accepted value, in standard errors from the estimate, nearest first; null where none is found. */
function acceptedPoint(accepts: (x: number) => boolean): number | null {
  for (let step = 0.05, x = 0; x < FARTHEST; x += step) {
    if (accepts(x)) return x;
    if (accepts(-x)) return -x;
    if (x > 20) step *= 1.1;
  }
  return null;
}

/** The outermost accepted value on one side: scanned outward, then bisected. */
function edgeFrom(accepts: (x: number) => boolean, from: number, side: 1 | -1): number {
  let last = from;
  let step = 1;
  for (;;) {
    let next = NaN;
    for (let k = 1; k <= SCAN; k++) {
      const x = last + side * step * k / 4;
      if (accepts(x)) next = x;
    }
    if (Number.isNaN(next)) break;
    last = next;
    step *= 1.5;
    if (Math.abs(last) > FARTHEST) return side * Infinity;
  }
  let [inner, outer] = [last, last + side * step / 4];
  while (Math.abs(outer - inner) > 1e-6) {
    const middle = (inner + outer) / 2;
    if (accepts(middle)) inner = middle;
    else outer = middle;
  }
  return inner;
}

function honestTable(
  restriction: HonestRestriction,
  original: { low: number; high: number },
  intervals: readonly HonestInterval[],
  level: number,
): Table {
  const end = (value: number | null, open: string) =>
    value === null ? open : formatSignificant(value);
  return new Table({
    caption: `Robust ${100 * level} % intervals, ${restriction}`,
    columns: [
      { key: "bound", label: restriction === "smoothness" ? "M" : "M̄" },
      { key: "low", label: "Low" },
      { key: "high", label: "High" },
      { key: "reason", label: "Remark" },
    ],
    rows: [
      {
        bound: "parallel trends",
        low: end(original.low, ""),
        high: end(original.high, ""),
        reason: "",
      },
      ...intervals.map(({ bound, low, high, reason }) => ({
        bound: formatSignificant(bound),
        low: end(low, "open"),
        high: end(high, "open"),
        reason: reason ?? "",
      })),
    ],
    notes: [CITATION],
  });
}
