import { InputError } from "../../panel/errors.ts";
import type { Term } from "../../estimators/estimate.ts";
import { checkOneOf } from "../../estimators/options.ts";
import { tInverse, tTwoSided } from "../../regression/distributions.ts";
import { formatP, formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";

/** Which differences between the two models would matter. */
export type NonInferioritySide = "both" | "above" | "below";

export interface NonInferiorityOptions {
  /** Differences below it do not matter, in units of the outcome; fixed before seeing the estimates. Default: none, and only
   * `smallestThreshold` is found. */
  readonly threshold?: number;
  /** Level of the test. Default 0.05. */
  readonly level?: number;
  /** "both" (default): |simple − flexible| is below the threshold; "above": the simple model does not overstate the effect by as
   * much; "below": it does not understate it. */
  readonly side?: NonInferioritySide;
}

/** Whether allowing for a difference in trends would change the effect by more than matters. */
export interface NonInferiority {
  readonly simple: Pick<Term, "name" | "estimate" | "standardError">;
  readonly flexible: Pick<Term, "name" | "estimate" | "standardError">;
  /** Simple less flexible. */
  readonly difference: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly side: NonInferioritySide;
  readonly threshold: number | null;
  readonly level: number;
  /** p of "the difference is at least the threshold"; null without one. */
  readonly pValue: number | null;
  /** True when p < level: the models are shown to agree to within the threshold. Null without one. */
  readonly nonInferior: boolean | null;
  /** The smallest threshold to within which the models are shown to agree at the level. */
  readonly smallestThreshold: number;
  /** The 1 − 2·level interval of the difference, which lies within the threshold exactly when `nonInferior`. */
  readonly interval: readonly [number, number];
  readonly notes: readonly string[];
  readonly citation: string;
  toTable(): Table;
}

const CITATION =
  "Bilinski & Hatfield (2026), Statistics in Medicine, Nothing to see here? A non-inferiority approach to parallel trends";
/** Options of every comparison. */
export const OWN: readonly (keyof NonInferiorityOptions)[] = ["threshold", "level", "side"];

/** How surely the difference is known. */
export interface Gap {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly notes: readonly string[];
}

/** The test of a difference between two effects. */
export function conclude(
  simple: Term,
  flexible: Term,
  { standardError, degreesOfFreedom, notes }: Gap,
  { threshold, level = 0.05, side = "both" }: NonInferiorityOptions,
): NonInferiority {
  const difference = simple.estimate - flexible.estimate;
  if (!(standardError > 1e-9 * simple.standardError)) {
    throw new InputError({
      problem: "The two models give the same effect for every unit: their difference has no error",
      value: difference,
      remedy: "allow for a difference in trends in the flexible model",
    });
  }
  const width = tInverse(1 - level, degreesOfFreedom) * standardError;
  const tail = (t: number) => {
    const half = tTwoSided(t, degreesOfFreedom) / 2;
    return t >= 0 ? half : 1 - half;
  };
  const above = (bound: number) => tail((bound - difference) / standardError);
  const below = (bound: number) => tail((bound + difference) / standardError);
  const pAt = { above, below, both: (bound: number) => Math.max(above(bound), below(bound)) }[side];
  const reached = { above: difference, below: -difference, both: Math.abs(difference) }[side];
  const pValue = threshold === undefined ? null : pAt(threshold);
  const parts = {
    simple: pick(simple),
    flexible: pick(flexible),
    difference,
    standardError,
    degreesOfFreedom,
    side,
    threshold: threshold ?? null,
    level,
    pValue,
    nonInferior: pValue === null ? null : pValue < level,
    smallestThreshold: Math.max(0, reached + width),
    interval: [difference - width, difference + width] as const,
    notes,
    citation: CITATION,
  };
  return { ...parts, toTable: () => comparisonTable(parts) };
}

const pick = ({ name, estimate, standardError }: Term) => ({ name, estimate, standardError });

/** Refuses a threshold, level or side that cannot be meant. */
export function checkChoices({ threshold, level, side }: NonInferiorityOptions): void {
  checkOneOf("side", side, ["both", "above", "below"]);
  if (threshold !== undefined && !(threshold > 0 && Number.isFinite(threshold))) {
    throw new InputError({
      problem: "The threshold must be above zero",
      column: "threshold",
      value: threshold,
      remedy: "name the difference that would matter, in units of the outcome, or leave it out",
    });
  }
  if (level !== undefined && !(level > 0 && level < 0.5)) {
    throw new InputError({
      problem: "The level of the test must lie between 0 and 0.5",
      column: "level",
      value: level,
      remedy: "use for example 0.05",
    });
  }
}

function comparisonTable(found: Omit<NonInferiority, "toTable">): Table {
  const { simple, flexible, difference, standardError, threshold, interval, level } = found;
  const within = formatSignificant(threshold ?? found.smallestThreshold, 3);
  const size = formatSignificant(difference, 3);
  return new Table({
    caption: threshold === null
      ? `Simple less flexible model: ${size}; shown to be within ${within}`
      : `Simple less flexible model: ${size}; ${
        found.nonInferior ? "shown" : "not shown"
      } to be within ${within} (p = ${formatP(found.pValue!)})`,
    columns: [
      { key: "model", label: "Model" },
      { key: "estimate", label: "Effect", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      { key: "low", label: `${100 * (1 - 2 * level)} % from`, format: formatSignificant },
      { key: "high", label: "to", format: formatSignificant },
    ],
    rows: [
      { model: `simple: ${simple.name}`, ...numbers(simple), low: null, high: null },
      { model: `flexible: ${flexible.name}`, ...numbers(flexible), low: null, high: null },
      {
        model: "simple less flexible",
        estimate: difference,
        standardError,
        low: interval[0],
        high: interval[1],
      },
    ],
    notes: [
      `side: ${found.side}; smallest threshold ${
        formatSignificant(found.smallestThreshold)
      } at level ${level}; ${
        found.degreesOfFreedom === Infinity ? "normal" : `t(${found.degreesOfFreedom})`
      }`,
      ...found.notes,
      CITATION,
    ],
  });
}

const numbers = ({ estimate, standardError }: { estimate: number; standardError: number }) => ({
  estimate,
  standardError,
});
