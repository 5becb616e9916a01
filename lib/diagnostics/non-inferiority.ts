import { InputError } from "../panel/errors.ts";
import type { Estimate, Term } from "../estimators/estimate.ts";
import { linearMap } from "../estimators/linear.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { groupUnits } from "../inference/bands/multipliers.ts";
import { tInverse, tTwoSided } from "../regression/distributions.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { baseOf, preEffects, type PreTrendOptions } from "./pre-trends.ts";

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

export interface TwoModelOptions extends NonInferiorityOptions {
  /** Name of the effect in the simple model. Default: the only one. */
  readonly term?: string;
  /** Name of the effect in the flexible model. Default: as in the simple one, or the only one. */
  readonly flexibleTerm?: string;
  /** Column to cluster by, fixed within units. Default: the unit. */
  readonly cluster?: string;
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
const OWN: readonly (keyof NonInferiorityOptions)[] = ["threshold", "level", "side"];

/**
 * Does a model that allows for a difference in trends give about the same effect? The test's null is that the effects of the
 * two models differ by at least the threshold, so that rejecting it is evidence *for* the simple model, on the scale of the
 * effect.
 *
 * The variance of the difference is G/(G − 1) Σ (ψ_simple − ψ_flexible)² over clusters, with t(G − 1): both models are fitted
 * to the same data, so their errors are far from independent.
 *
 * @param simple one effect under parallel trends: `twfe(panel, …)`.
 * @param flexible the same effect one step up: `twfe(panel, { …, trends: "unit" })`.
 * @throws InputError when the models have other units, a term does not exist, or the models agree exactly.
 * Source: Bilinski & Hatfield (2018, arXiv 1805.03273; 2026), the "one step up" comparison; Clogg, Petkova & Haritou (1995),
 * American Journal of Sociology 100, for the covariance of two models' coefficients.
 */
export function nonInferiority(
  simple: Estimate,
  flexible: Estimate,
  options: TwoModelOptions = {},
): NonInferiority {
  checkKnown(options, [...OWN, "term", "flexibleTerm", "cluster"], []);
  checkChoices(options);
  const first = chosenTerm(simple, options.term);
  const sameName = flexible.terms.some(({ name }) => name === first.name) ? first.name : undefined;
  const second = chosenTerm(flexible, options.flexibleTerm ?? sameName);
  const influence = differenceOfInfluence(simple, first.name, flexible, second.name);
  const groups = groupUnits(simple, options.cluster);
  const sums = new Float64Array(groups.count);
  influence.forEach((value, i) => sums[groups.codes[i]] += value);
  const square = sums.reduce((sum, value) => sum + value * value, 0);
  return conclude(first, second, {
    standardError: Math.sqrt(square * groups.count / (groups.count - 1)),
    degreesOfFreedom: groups.count - 1,
    notes: [
      `simple: ${simple.design.formula}; flexible: ${flexible.design.formula}`,
      `variance of the difference from the joint influence functions, clustered by ${groups.name} (${groups.count}), G/(G − 1)`,
    ],
  }, options);
}

/**
 * The same from an event study alone. Simple: the average of the effects after treatment less the average of those before it
 * (the base period's zero among them). Flexible: the average departure after treatment from the least-squares line through
 * the effects before. With every period in the event study, no weights and a balanced panel these are the two regressions of
 * outcome on exposure × after, without and with exposure × time; with any event study they are the same combinations.
 *
 * @throws InputError when there is no effect before treatment beside the base period, or none after.
 * Source: Bilinski & Hatfield (2018, 2026), on event studies.
 */
export function trendNonInferiority(
  events: Estimate,
  options: NonInferiorityOptions & PreTrendOptions = {},
): NonInferiority {
  checkKnown(options, [...OWN, "base", "treatedFrom"], []);
  checkChoices(options);
  const pre = preEffects(events, options);
  const base = baseOf(events, options);
  const after = events.effects.filter(({ time, name }) =>
    time !== undefined && time !== base && !pre.some((term) => term.name === name)
  );
  requireAfter(after, base);
  const times = [base, ...pre.map(({ time }) => time!)];
  const middle = average(times);
  const spread = times.reduce((sum, time) => sum + (time - middle) ** 2, 0);
  const reach = average(after.map(({ time }) => time!)) - middle;
  const row = (name: string, ofPre: (time: number) => number) => ({
    name,
    weights: Object.fromEntries([
      ...after.map((term) => [term.name, 1 / after.length] as const),
      ...pre.map((term) => [term.name, ofPre(term.time!)] as const),
    ]),
  });
  // The line through the effects before treatment, at the average time after it: mean + slope · reach.
  const simple = (_: number) => -1 / times.length;
  const flexible = (time: number) => -1 / times.length - reach * (time - middle) / spread;
  const both = linearMap(events, [
    row("parallel trends", simple),
    row("linear difference in trends", flexible),
  ]);
  const gap = linearMap(events, [{
    name: "difference",
    weights: Object.fromEntries(
      pre.map((term) => [term.name, reach * (term.time! - middle) / spread]),
    ),
  }]).terms[0];
  const window = (terms: readonly { readonly time?: number }[]) =>
    `${terms.map(({ time }) => time).join(", ")}`;
  return conclude(both.terms[0], both.terms[1], {
    standardError: gap.standardError,
    degreesOfFreedom: gap.degreesOfFreedom,
    notes: [
      `before treatment: ${window(pre)} and the base period ${base}; after: ${window(after)}`,
      "flexible: average departure from the line through the effects before treatment",
      ...(pre.length === 1
        ? ["the line goes through two points: it carries on whatever happened between them"]
        : []),
    ],
  }, options);
}

function requireAfter(after: readonly Term[], base: number): void {
  if (after.length >= 1) return;
  throw new InputError({
    problem: "There is no effect after treatment, so two models of it cannot be compared",
    column: "treatedFrom",
    value: base,
    remedy: "use an event study with at least one effect before treatment and one after",
  });
}

interface Gap {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly notes: readonly string[];
}

function conclude(
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

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function chosenTerm(estimate: Estimate, name: string | undefined): Term {
  if (name !== undefined) return estimate.term(name);
  if (estimate.effects.length === 1) return estimate.effects[0];
  throw new InputError({
    problem: `The estimate has ${estimate.effects.length} effects and none is named`,
    column: "term",
    remedy: `choose one of ${estimate.effects.map(({ name }) => name).join(", ")}`,
  });
}

/** ψ_simple − ψ_flexible by unit, matched by label. */
function differenceOfInfluence(
  simple: Estimate,
  simpleTerm: string,
  flexible: Estimate,
  flexibleTerm: string,
): Float64Array {
  const place = new Map(flexible.design.unitLabels.map((label, i) => [label, i]));
  const { unitLabels } = simple.design;
  const only = unitLabels.filter((label) => !place.has(label));
  if (only.length > 0 || place.size !== unitLabels.length) {
    const labels = new Set(unitLabels);
    const other = [...place.keys()].filter((label) => !labels.has(label));
    throw new InputError({
      problem: "The two models use other units, so their errors cannot be set against each other",
      value: [...only, ...other].slice(0, 5).join(", "),
      remedy: "fit both on the rows that the flexible model can use",
    });
  }
  const second = flexible.influence[flexible.indexOf(flexibleTerm)];
  return simple.influence[simple.indexOf(simpleTerm)].map((value, i) =>
    value - second[place.get(unitLabels[i])!]
  );
}

function checkChoices({ threshold, level, side }: NonInferiorityOptions): void {
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
      } at level ${level}; t(${found.degreesOfFreedom})`,
      ...found.notes,
      CITATION,
    ],
  });
}

const numbers = ({ estimate, standardError }: { estimate: number; standardError: number }) => ({
  estimate,
  standardError,
});
