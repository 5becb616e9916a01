import { leastSquares } from "../../regression/least-squares.ts";
import type { Axis, Choices } from "./specification.ts";

/** What is needed of a specification to sum up a curve. */
export interface CurvePoint {
  readonly choices: Choices;
  readonly estimate: number;
  readonly pValue: number;
}

/** A set of specifications in a few numbers. */
export interface CurveSummary {
  readonly count: number;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** Shares of the specifications. */
  readonly positive: number;
  readonly significantPositive: number;
  readonly significantNegative: number;
}

/** One option, over all specifications that chose it. */
export interface OptionSummary extends CurveSummary {
  readonly axis: string;
  readonly option: string;
}

/** How much one axis moves the estimate. */
export interface AxisInfluence {
  readonly axis: string;
  /** Share of the variance of the estimates between the means of the axis' options. */
  readonly alone: number;
  /** Share that additive effects of all axes lose without it; equals `alone` in a complete grid. */
  readonly unique: number;
  /** Largest less smallest median over its options. */
  readonly range: number;
}

/** How much two axes explain together beyond the sum of what each adds. */
export interface Interplay {
  readonly axes: readonly [string, string];
  readonly share: number;
}

export interface Decomposition {
  readonly axes: readonly AxisInfluence[];
  /** Pairs of axes, the strongest first. */
  readonly interplay: readonly Interplay[];
  /** Share of the variance that the axes explain by adding up; the rest is their interplay. Null: nothing varies. */
  readonly additive: number | null;
}

/** Median of sorted numbers. */
export function medianOf(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function summarise(points: readonly CurvePoint[], level: number): CurveSummary {
  const sorted = Float64Array.from(points, ({ estimate }) => estimate).sort();
  const share = (is: (point: CurvePoint) => boolean) => points.filter(is).length / points.length;
  return {
    count: points.length,
    median: medianOf(sorted),
    lowest: sorted[0],
    highest: sorted[sorted.length - 1],
    positive: share(({ estimate }) => estimate > 0),
    significantPositive: share(({ estimate, pValue }) => estimate > 0 && pValue < level),
    significantNegative: share(({ estimate, pValue }) => estimate < 0 && pValue < level),
  };
}

/** Every option of every axis; options that no specification could use are left out. */
export function summariseOptions(
  points: readonly CurvePoint[],
  axes: readonly Axis[],
  level: number,
): OptionSummary[] {
  return axes.flatMap(({ name, options }) =>
    options.flatMap(({ label }) => {
      const own = points.filter(({ choices }) => choices[name] === label);
      return own.length === 0 ? [] : [{ axis: name, option: label, ...summarise(own, level) }];
    })
  );
}

/** Analysis of variance of the estimates by axis, without interactions. */
export function decompose(
  points: readonly CurvePoint[],
  axes: readonly Axis[],
  level: number,
): Decomposition {
  const estimates = Float64Array.from(points, ({ estimate }) => estimate);
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  const total = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const size = estimates.reduce((sum, value) => sum + value ** 2, 0);
  const summaries = summariseOptions(points, axes, level);
  const factors = axes.map(({ name, options }) => factorOf(points, name, options));
  const explained = (used: typeof factors) => 1 - unexplained(estimates, used) / total;
  const constant = !(total > 1e-24 * size);
  const all = constant ? 0 : explained(factors);
  return {
    axes: axes.map(({ name }, a) => {
      const medians = summaries.filter(({ axis }) => axis === name).map(({ median }) => median);
      return {
        axis: name,
        alone: constant ? 0 : explained([factors[a]]),
        unique: constant ? 0 : all - explained(factors.filter((_, b) => b !== a)),
        range: Math.max(...medians) - Math.min(...medians),
      };
    }),
    interplay: factors.flatMap((a, i) =>
      factors.slice(i + 1).map((b): Interplay => ({
        axes: [a.name, b.name],
        share: constant ? 0 : explained([crossed(a, b)]) - explained([a, b]),
      }))
    ).sort((a, b) => b.share - a.share),
    additive: constant ? null : all,
  };
}

type Factor = ReturnType<typeof factorOf>;

function crossed(a: Factor, b: Factor): Factor {
  const seen = new Map<number, number>();
  const codes = a.codes.map((code, i) => {
    const cell = code * b.levels + b.codes[i];
    const known = seen.get(cell) ?? seen.size;
    seen.set(cell, known);
    return known;
  });
  return { name: `${a.name} × ${b.name}`, codes, levels: seen.size };
}

function factorOf(points: readonly CurvePoint[], axis: string, options: Axis["options"]) {
  const labels = options.map(({ label }) => label).filter((label) =>
    points.some(({ choices }) => choices[axis] === label)
  );
  return {
    name: axis,
    codes: Int32Array.from(points, ({ choices }) => labels.indexOf(choices[axis])),
    levels: labels.length,
  };
}

function unexplained(estimates: Float64Array, factors: readonly Factor[]) {
  const effects = factors.length > 0
    ? factors
    : [{ name: "mean", codes: new Int32Array(estimates.length), levels: 1 }];
  return leastSquares({ outcome: estimates, names: [], regressors: [], effects, weights: null })
    .squaredOutcome;
}
