import { stream } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import { conditionalTest, type FirstStage, type PointTest, weightedEffect } from "./conditional.ts";
import { type Ends, extendEnds } from "./ends.ts";
import { type AffineEstimator, biasPath, shortestInterval } from "./flci.ts";
import type { Settings } from "./options.ts";
import { relativeMagnitudes, type Restriction, smoothness } from "./restrictions.ts";
import type { Target } from "./target.ts";

/** What one method says under one bound; everything in standard errors of the target, from zero. */
export interface BoundTest {
  contains(theta: number): boolean;
  /** null where every value is rejected. */
  ends(): Ends | null;
  /** The affine estimator of a fixed-length interval. */
  readonly affine: (AffineEstimator & { readonly estimate: number }) | null;
}

/** The tests of a target by bound: what does not depend on the bound is done once. */
export function boundTests(target: Target, settings: Settings): (bound: number) => BoundTest {
  const { method, alpha, kappa } = settings;
  if (method === "flci") {
    const path = biasPath(target);
    return (bound) => fixedLength(target, shortestInterval(path, scaled(target, bound), alpha));
  }
  const firstOf = firstStages(target, settings);
  return (bound) => {
    const first = firstOf(bound);
    return unionTest(
      target,
      restrictionsFor(target, bound, settings),
      (set) => conditionalTest(target, set, { alpha, kappa, first }).at(target.effects),
    );
  };
}

/** The first stage by bound. All sets and bounds share one set of draws. */
function firstStages(
  target: Target,
  { method, kappa, draws, seed }: Settings,
): (bound: number) => FirstStage {
  if (method === "hybrid flci") {
    const path = biasPath(target);
    return (bound) => ({
      kind: "affine",
      estimator: shortestInterval(path, scaled(target, bound), kappa),
    });
  }
  if (method === "conditional") return () => ({ kind: "none" });
  const random = stream(seed, 0);
  const { pre, post } = target.window;
  const normals = Float64Array.from({ length: draws * (pre + post) }, () => random.normal());
  return () => ({ kind: "least favourable", normals });
}

/** M in standard errors of the target. */
function scaled({ standardError }: Target, bound: number): number {
  return bound / standardError;
}

function fixedLength({ effects }: Target, affine: AffineEstimator): BoundTest {
  const estimate = affine.weights.reduce((sum, weight, k) => sum + weight * effects[k], 0);
  return {
    contains: (theta) => Math.abs(theta - estimate) <= affine.halfLength,
    ends: () => ({ low: estimate - affine.halfLength, high: estimate + affine.halfLength }),
    affine: { ...affine, estimate },
  };
}

/** A value is rejected under a union of sets when it is rejected under every one. */
function unionTest(
  target: Target,
  sets: readonly Restriction[],
  testOf: (set: Restriction) => PointTest,
): BoundTest {
  const estimate = weightedEffect(target, target.effects);
  return {
    contains: (theta) => sets.some((set) => !testOf(set).rejects(theta - estimate)),
    ends: () => {
      const ends = sets.reduce<Ends | null>((known, set) => extendEnds(testOf(set), known), null);
      return ends === null ? null : { low: estimate + ends.low, high: estimate + ends.high };
    },
    affine: null,
  };
}

/** The departures that are allowed: one polyhedron, or several whose union it is; in scaled units. */
export function restrictionsFor(
  target: Target,
  bound: number,
  { restriction, shape }: Pick<Settings, "restriction" | "shape">,
): Restriction[] {
  const { window } = target;
  if (restriction === "smoothness") return [smoothness(window, scaled(target, bound), shape)];
  const of = restriction === "relative magnitudes" ? "level" : "slope";
  if (of === "slope" && window.pre < 2) {
    throw new InputError({
      problem: "Relative slopes need at least two effects before treatment",
      value: window.pre,
      remedy: 'use restriction: "relative magnitudes"',
    });
  }
  return relativeMagnitudes(window, bound, of, shape);
}
