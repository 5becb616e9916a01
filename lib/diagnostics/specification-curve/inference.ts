import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { checkKnown, checkOneOf } from "../../estimators/options.ts";
import { requireDraws, requireSeed } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { tTwoSided } from "../../regression/distributions.ts";
import type { Ran } from "./families.ts";
import { describeChoices } from "./specification.ts";
import { drawOrders, permutedColumns, permutedPanel } from "./permute.ts";
import { type DrawnCurve, emptyCurve, redrawByClosedForm, redrawByRefit } from "./redraw.ts";
import { medianOf } from "./summary.ts";

/** How to deal out treatments for the test of the whole curve. */
export interface CurvePermutation {
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
  /** Default 499. */
  readonly draws?: number;
  /**
   * Columns that change hands between units, all together: every column that says who is treated when. Default: the
   * treatments of the grid. Name them when an estimator or a sample reads others (a cohort, a group).
   */
  readonly permute?: readonly string[];
  /** Column fixed within units; paths change hands within its groups only. Default: everywhere. */
  readonly strata?: string;
  /** "closedForm" (default) where there is one, or "refit" everything: the same numbers, more slowly. */
  readonly computation?: "closedForm" | "refit";
}

/** One statistic of the whole curve, as observed and under the null. */
export interface CurveTest {
  readonly statistic: "median estimate" | "share significant" | "Stouffer's Z";
  readonly observed: number;
  /** Median of the statistic's absolute value over the draws. */
  readonly expected: number;
  /** (1 + draws that reach the observed) / (1 + draws), in absolute value. */
  readonly pValue: number;
}

/** What the curve would look like if treatment did nothing. */
export interface CurveInference {
  readonly tests: readonly CurveTest[];
  /** By position in the sorted curve: where the middle 95 % of the draws lie, and their median. */
  readonly band: {
    readonly low: Float64Array;
    readonly middle: Float64Array;
    readonly high: Float64Array;
  };
  readonly draws: number;
  /** Draws in which some specification could not be computed (it is left out of these draws). */
  readonly incomplete: number;
  readonly seed: number;
  readonly permuted: readonly string[];
  readonly strata: string | null;
  readonly citation: string;
}

export const CURVE_CITATION =
  "Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4, 1208–1214";
const NAMES = ["median estimate", "share significant", "Stouffer's Z"] as const;
/** Draws from which on a specification that never moved must be one that does not read what is permuted. */
const ENOUGH_TO_MOVE = 5;
/** Half of it still has a normal quantile. */
const SMALLEST_P = 1e-300;
/** Estimates closer than this share of a standard error are the same. */
const SAME = 1e-9;

/**
 * Tests the sharp null that no choice of specification has an effect to find: treatments are dealt out anew across units and
 * every specification is run again, so the dependence between specifications is that of the data.
 *
 * @param factors what each specification's estimate is multiplied by; NaN for one without.
 */
export function curveInference(
  panel: Panel,
  ran: readonly Ran[],
  observed: DrawnCurve,
  factors: Float64Array,
  level: number,
  options: CurvePermutation,
): CurveInference {
  checkKnown(options, ["seed", "draws", "permute", "strata", "computation"], []);
  checkOneOf("computation", options.computation, ["closedForm", "refit"]);
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 499);
  const names = columnsToPermute(panel, ran, options.permute);
  const permuted = permutedColumns(panel, names, options.strata);
  const redraw = options.computation === "refit"
    ? redrawByRefit(ran, 1 - level)
    : redrawByClosedForm(panel, ran, names, 1 - level);
  const actual = statisticsOf(observed, factors, level)!;
  const positions = actual.sorted.length;
  const curves: Float64Array[] = [];
  const drawnStatistics = NAMES.map(() => [] as number[]);
  const moved = new Uint8Array(ran.length);
  const into = emptyCurve(ran.length);
  const orders = drawOrders(permuted, seed);
  let incomplete = 0;
  for (let b = 0; b < draws; b++) {
    const order = orders.next().value;
    redraw(permutedPanel(panel, permuted, order), into);
    for (let s = 0; s < moved.length; s++) {
      if (!sameEstimate(into, observed, s)) moved[s] = 1;
    }
    const drawn = statisticsOf(into, factors, level);
    if (drawn === null || drawn.sorted.length < positions) incomplete++;
    if (drawn === null) continue;
    curves.push(stretched(drawn.sorted, positions));
    drawn.values.forEach((value, k) => drawnStatistics[k].push(value));
  }
  if (draws >= ENOUGH_TO_MOVE) requireMoved(ran, moved, names);
  const empty = draws - curves.length;
  const low = new Float64Array(positions), middle = low.slice(), high = low.slice();
  for (let r = 0; r < positions && curves.length > 0; r++) {
    const column = Float64Array.from(curves, (curve) => curve[r]).sort();
    [low[r], middle[r], high[r]] = [0.025, 0.5, 0.975].map((share) => quantile(column, share));
  }
  return {
    tests: NAMES.map((statistic, k) => {
      const value = actual.values[k];
      const reached = drawnStatistics[k].filter((drawn) =>
        Math.abs(drawn) >= Math.abs(value) * (1 - 1e-10)
      ).length;
      return {
        statistic,
        observed: value,
        expected: quantile(Float64Array.from(drawnStatistics[k], Math.abs).sort(), 0.5),
        pValue: (1 + reached + empty) / (1 + draws),
      };
    }),
    band: { low, middle, high },
    draws,
    incomplete,
    seed,
    permuted: names,
    strata: options.strata ?? null,
    citation: CURVE_CITATION,
  };
}

function columnsToPermute(
  panel: Panel,
  ran: readonly Ran[],
  given: readonly string[] | undefined,
): readonly string[] {
  const names = given ?? [...new Set(ran.map(({ specification }) => specification.treatment))];
  if (names.length === 0) {
    throw new InputError({
      problem: "No column is named to permute",
      column: "permute",
      remedy: "name every column that says who is treated when, or leave the option out",
    });
  }
  for (const name of names) {
    if (panel.has(name)) continue;
    throw new InputError({
      problem: given === undefined
        ? "A treatment is made by a sample function, so it is not known what to permute"
        : "There is no such column to permute",
      column: name,
      remedy: `name the columns it is made from, as in permute: ["…"]; there are ${
        panel.columnNames.join(", ")
      }`,
    });
  }
  return [...new Set(names)];
}

/** Equal but for rounding, measured by the standard error. */
function sameEstimate(drawn: DrawnCurve, observed: DrawnCurve, s: number): boolean {
  const standardError = Math.abs(observed.estimates[s] / observed.statistics[s]);
  return Math.abs(drawn.estimates[s] - observed.estimates[s]) <= SAME * standardError;
}

function requireMoved(ran: readonly Ran[], moved: Uint8Array, names: readonly string[]): void {
  const still = ran.findIndex(({ found }, s) => found !== null && moved[s] === 0);
  if (still === -1) return;
  throw new InputError({
    problem: "A specification does not change when the columns are permuted",
    column: names.join(", "),
    value: describeChoices(ran[still].specification.choices),
    remedy: "add to permute the column that it takes treatment from",
  });
}

interface Statistics {
  /** In the order of the names. */
  readonly values: readonly number[];
  /** Estimates that there are, sorted. */
  readonly sorted: Float64Array;
}

/**
 * Median; share of significant results with the sign that most estimates have; Σ Z / √k with Z signed normal scores of the
 * p values. The dominant sign is found in each draw anew, which makes the second test two-sided.
 */
function statisticsOf(curve: DrawnCurve, factors: Float64Array, level: number): Statistics | null {
  const { estimates, statistics, degreesOfFreedom } = curve;
  const found = new Float64Array(estimates.length);
  let [count, above, up, down, sum] = [0, 0, 0, 0, 0];
  for (let s = 0; s < estimates.length; s++) {
    const value = factors[s] * estimates[s];
    if (Number.isNaN(value)) continue;
    found[count++] = value;
    if (value > 0) above++;
    const p = tTwoSided(statistics[s], degreesOfFreedom[s]);
    if (p < level) value > 0 ? up++ : down++;
    sum -= Math.sign(value) * normalQuantile(Math.max(p, SMALLEST_P) / 2, 0, 1);
  }
  if (count === 0) return null;
  const sorted = found.slice(0, count).sort();
  const median = medianOf(sorted);
  const upwards = 2 * above === count ? median > 0 : 2 * above > count;
  return { values: [median, (upwards ? up : down) / count, sum / Math.sqrt(count)], sorted };
}

/** A sorted curve read at as many positions as another has. */
function stretched(sorted: Float64Array, positions: number): Float64Array {
  if (sorted.length === positions) return sorted;
  return Float64Array.from(
    { length: positions },
    (_, r) => quantile(sorted, positions === 1 ? 0.5 : r / (positions - 1)),
  );
}

/** Linear between order statistics. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
