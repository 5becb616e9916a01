import { checkKnown, checkOneOf } from "../../estimators/options.ts";
import { requireDraws, requireSeed } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import type { EventOptions } from "../event-effects.ts";
import type { ShapeOptions } from "./restrictions.ts";

/** What is assumed about departures from parallel trends after treatment. */
export type HonestRestriction =
  /** Changes after treatment are at most M̄ times the largest before. */
  | "relative magnitudes"
  /** Changes of slope after treatment are at most M̄ times the largest before. */
  | "relative slopes"
  /** The slope changes by at most M from one period to the next. */
  | "smoothness";

/** How the interval is made. */
export type HonestMethod =
  /** Fixed-length about the best affine estimator (FLCI); smoothness without sign or monotone only. */
  | "flci"
  /** Conditional test after a least-favourable first stage (C-LF). */
  | "hybrid"
  /** Conditional test after a fixed-length first stage (C-F); smoothness only. */
  | "hybrid flci"
  /** Conditional test alone. */
  | "conditional";

export interface HonestOptions extends ShapeOptions, EventOptions {
  /** Default "relative magnitudes". */
  readonly restriction?: HonestRestriction;
  /**
   * Values of M̄ (relative restrictions) or M (smoothness, in units of the outcome per period and period). Default 0, 0.5, 1,
   * 1.5, 2; for smoothness they must be given.
   */
  readonly bounds?: readonly number[];
  /** Weights on the periods after treatment, in order of time. Default: all on the first. */
  readonly weights?: readonly number[];
  /** Default "flci" for smoothness without sign or monotone, "hybrid" for everything else. */
  readonly method?: HonestMethod;
  /** Default 0.95. */
  readonly confidenceLevel?: number;
  /** Draws of the least-favourable first stage. Default 1000. */
  readonly draws?: number;
  /** Default 1. */
  readonly seed?: number;
}

export interface Settings {
  readonly restriction: HonestRestriction;
  readonly bounds: readonly number[];
  readonly method: HonestMethod;
  readonly shape: ShapeOptions;
  readonly confidenceLevel: number;
  readonly alpha: number;
  /** Share of α spent on the first stage. */
  readonly kappa: number;
  readonly draws: number;
  readonly seed: number;
}

const OPTIONS = [
  "restriction",
  "bounds",
  "weights",
  "method",
  "sign",
  "monotone",
  "base",
  "treatedFrom",
  "confidenceLevel",
  "draws",
  "seed",
];

/** @throws InputError naming the option. @param own options of the caller besides. */
export function readOptions(options: HonestOptions, own: readonly string[] = []): Settings {
  checkKnown(options, [...OPTIONS, ...own], []);
  const restriction = options.restriction ?? "relative magnitudes";
  checkOneOf("restriction", restriction, ["relative magnitudes", "relative slopes", "smoothness"]);
  checkOneOf("method", options.method, ["flci", "hybrid", "hybrid flci", "conditional"]);
  checkOneOf("sign", options.sign, ["positive", "negative"]);
  checkOneOf("monotone", options.monotone, ["increasing", "decreasing"]);
  const shaped = options.sign !== undefined || options.monotone !== undefined;
  const plain = restriction === "smoothness" && !shaped;
  const method = options.method ?? (plain ? "flci" : "hybrid");
  const confidenceLevel = options.confidenceLevel ?? 0.95;
  checkMethod(method, restriction, shaped, confidenceLevel);
  const alpha = 1 - confidenceLevel;
  return {
    restriction,
    bounds: readBounds(restriction, options.bounds),
    method,
    shape: { sign: options.sign, monotone: options.monotone },
    confidenceLevel,
    alpha,
    kappa: method === "hybrid" || method === "hybrid flci" ? alpha / 10 : 0,
    draws: requireDraws(options.draws ?? 1000),
    seed: requireSeed(options.seed ?? 1),
  };
}

function readBounds(
  restriction: HonestRestriction,
  given: readonly number[] | undefined,
): readonly number[] {
  if (restriction === "smoothness" && given === undefined) {
    throw new InputError({
      problem: "Smoothness has no natural scale, so its bounds must be given",
      column: "bounds",
      remedy: "give values of M in units of the outcome per period, for example [0, 0.5, 1]",
    });
  }
  const bounds = given ?? [0, 0.5, 1, 1.5, 2];
  if (!Array.isArray(bounds) || bounds.length === 0) {
    throw new InputError({
      problem: "The bounds must be a list of at least one number",
      column: "bounds",
      value: JSON.stringify(bounds),
      remedy: "use for example [0, 0.5, 1]",
    });
  }
  for (const bound of bounds) {
    if (bound >= 0 && Number.isFinite(bound)) continue;
    throw new InputError({
      problem: "Bounds must be numbers of at least 0",
      column: "bounds",
      value: bound,
      remedy: "use for example [0, 0.5, 1]",
    });
  }
  return bounds;
}

function checkMethod(
  method: HonestMethod,
  restriction: HonestRestriction,
  shaped: boolean,
  confidenceLevel: number,
): void {
  const fixedLength = method === "flci" || method === "hybrid flci";
  if (!fixedLength) return;
  if (restriction !== "smoothness") {
    throw new InputError({
      problem:
        `Intervals of fixed length are for smoothness: under "${restriction}" no affine estimator has a bounded bias`,
      column: "method",
      value: method,
      remedy: 'use method: "hybrid", or restriction: "smoothness"',
    });
  }
  if (method === "flci" && shaped) {
    throw new InputError({
      problem: "Intervals of fixed length make no use of sign or monotone",
      column: "method",
      value: method,
      remedy: 'use method: "hybrid flci" or "hybrid", or leave sign and monotone out',
    });
  }
  if (confidenceLevel >= 0.5) return;
  throw new InputError({
    problem: "Intervals of fixed length need a confidence level of at least one half",
    value: confidenceLevel,
    remedy: "use for example 0.95",
  });
}
