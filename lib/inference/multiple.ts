import { codeLabels, type Label } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import {
  groupUnits,
  multiplierDraws,
  type MultiplierOptions,
  multiplierSetup,
} from "./bands/multipliers.ts";
import { requireDraws, requireSeed } from "./random.ts";

/**
 * Holm's step-down adjustment, which bounds the chance of any false rejection. Holm (1979), Scandinavian
 * Journal of Statistics 6.
 */
export function holm(pValues: readonly number[]): number[] {
  requireProbabilities(pValues);
  const count = pValues.length;
  let running = 0;
  return inOrder(pValues, ascending(pValues), (p, rank) => {
    running = Math.max(running, Math.min(1, (count - rank) * p));
    return running;
  });
}

/**
 * Benjamini and Hochberg's adjustment, which bounds the expected share of false rejections. Benjamini & Hochberg
 * (1995), Journal of the Royal Statistical Society B 57.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  requireProbabilities(pValues);
  const count = pValues.length;
  let running = 1;
  return inOrder(pValues, ascending(pValues).reverse(), (p, rank) => {
    running = Math.min(running, p * count / (count - rank));
    return running;
  });
}

function ascending(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
}

function inOrder(
  values: readonly number[],
  order: readonly number[],
  adjust: (value: number, rank: number) => number,
): number[] {
  const out = new Array<number>(values.length);
  order.forEach((i, rank) => out[i] = adjust(values[i], rank));
  return out;
}

function requireProbabilities(pValues: readonly number[]): void {
  const list = Array.isArray(pValues) ? pValues : [];
  const wrong = list.findIndex((p) => !(typeof p === "number" && p >= 0 && p <= 1));
  if (list.length > 0 && wrong < 0) return;
  throw new InputError({
    problem: list.length === 0
      ? "There are no p values to adjust"
      : "A p value is not a probability",
    rows: wrong < 0 ? undefined : [wrong],
    value: list[wrong],
    remedy: "pass numbers from 0 to 1, one per hypothesis",
  });
}

/** p values from a bootstrap, on their own and adjusted. */
export interface StepdownPValues {
  readonly pValues: number[];
  readonly adjusted: number[];
}

/**
 * Romano and Wolf's step-down: the k-th largest |statistic| is compared with the largest |draw| among the
 * hypotheses not yet passed; p = (1 + draws at least as large) / (1 + draws), made monotone.
 * Source: Romano & Wolf (2005), Econometrica 73; (2016), Statistics & Probability Letters 113.
 *
 * @param draws one array of bootstrap statistics, centred at zero, per hypothesis; all of one length.
 * @throws InputError when there is nothing to adjust, a statistic is not a number, or draws are missing.
 */
export function stepdown(
  statistics: ArrayLike<number>,
  draws: readonly Float64Array[],
): StepdownPValues {
  requireStatistics(statistics, draws);
  const order = ascending(Float64Array.from(statistics, (t) => -Math.abs(t)));
  const total = draws[0].length;
  const largest = new Float64Array(total);
  const stepped = new Array<number>(order.length);
  const pValues = new Array<number>(order.length);
  // From the smallest statistic up, so that the running maximum always covers those not yet passed.
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const k = order[rank];
    const bound = Math.abs(statistics[k]);
    let own = 0;
    let joint = 0;
    for (let b = 0; b < total; b++) {
      const size = Math.abs(draws[k][b]);
      if (size > largest[b]) largest[b] = size;
      if (size >= bound) own++;
      if (largest[b] >= bound) joint++;
    }
    pValues[k] = (1 + own) / (1 + total);
    stepped[rank] = (1 + joint) / (1 + total);
  }
  const adjusted = new Array<number>(order.length);
  let running = 0;
  order.forEach((k, rank) => adjusted[k] = running = Math.max(running, stepped[rank]));
  return { pValues, adjusted };
}

function requireStatistics(statistics: ArrayLike<number>, draws: readonly Float64Array[]): void {
  const fail = (problem: string, rows: number[], value: unknown) => {
    throw new InputError({
      problem,
      rows,
      value,
      remedy: "pass one finite statistic and one array of draws, all of one length, per hypothesis",
    });
  };
  const count = statistics.length;
  if (count === 0 || draws.length !== count) {
    fail(`There are ${count} statistics and ${draws.length} arrays of draws`, [], undefined);
  }
  for (let k = 0; k < count; k++) {
    if (Number.isNaN(statistics[k])) fail("A statistic is not a number", [k], statistics[k]);
    if (draws[k].length === 0 || draws[k].length !== draws[0].length) {
      fail("The draws of the hypotheses differ in number, or there are none", [k], draws[k].length);
    }
    if (draws[k].some(Number.isNaN)) fail("A draw is not a number", [k], NaN);
  }
}

/** One of several hypotheses: that a term of an estimate equals a value. */
export interface Hypothesis {
  readonly estimate: Estimate;
  readonly term: string;
  /** Default 0. */
  readonly null?: number;
  /** How it is shown. Default: outcome and term. */
  readonly name?: string;
}

export interface RomanoWolfRow {
  readonly name: string;
  readonly estimate: number;
  readonly standardError: number;
  readonly statistic: number;
  /** Two-sided p of the estimate itself. */
  readonly pValue: number;
  /** p of the multiplier bootstrap, for this hypothesis alone. */
  readonly bootstrapPValue: number;
  /** Adjusted for all hypotheses together. */
  readonly adjusted: number;
}

export interface RomanoWolf {
  readonly procedure: string;
  readonly rows: readonly RomanoWolfRow[];
  readonly draws: number;
  readonly seed: number;
  readonly citation: string;
  readonly notes: readonly string[];
}

/**
 * Romano–Wolf adjusted p values for several outcomes, estimators or terms. Units carry the same multipliers in
 * every estimate (matched by label), so the dependence between hypotheses is kept.
 *
 * @throws InputError when there is nothing to adjust, or the estimates' units are of different kinds.
 */
export function romanoWolf(
  hypotheses: readonly Hypothesis[],
  options: MultiplierOptions,
): RomanoWolf {
  const { cluster: _, ...others } = options;
  checkKnown(others, ["distribution", "draws", "seed"], []);
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 9999);
  const distribution = options.distribution ?? "rademacher";
  requireHypotheses(hypotheses);
  const shared = sharedUnits(hypotheses, options.cluster);
  const { influence, plan } = multiplierSetup(
    shared.influence,
    shared.groups,
    distribution,
    draws,
    seed,
  );
  const terms = hypotheses.map(({ estimate, term }) => estimate.term(term));
  const statistics = terms.map((term, k) =>
    (term.estimate - (hypotheses[k].null ?? 0)) / term.standardError
  );
  const drawn = multiplierDraws(influence, plan).map((values, k) =>
    values.map((value) => value / terms[k].standardError)
  );
  const { pValues, adjusted } = stepdown(statistics, drawn);
  return {
    procedure: `Romano–Wolf step-down, multiplier bootstrap, ${distribution} weights`,
    rows: hypotheses.map(({ estimate, term, name }, k) => ({
      name: name ?? `${estimate.design.outcome}: ${term}`,
      estimate: terms[k].estimate,
      standardError: terms[k].standardError,
      statistic: statistics[k],
      pValue: terms[k].pValue,
      bootstrapPValue: pValues[k],
      adjusted: adjusted[k],
    })),
    draws: plan.draws,
    seed,
    citation: "Romano & Wolf (2005, 2016)",
    notes: [
      `one multiplier per ${shared.groups.name} (${shared.groups.count}), the same in every hypothesis`,
      "p = (1 + draws at least as large) / (1 + draws)",
    ],
  };
}

function requireHypotheses(hypotheses: readonly Hypothesis[]): void {
  if (!Array.isArray(hypotheses) || hypotheses.length === 0) {
    throw new InputError({
      problem: "There are no hypotheses to adjust",
      remedy: "give at least one { estimate, term }",
    });
  }
  const wrong = hypotheses.findIndex((one) => one.null !== undefined && !Number.isFinite(one.null));
  if (wrong < 0) return;
  throw new InputError({
    problem: "The value under the null must be a finite number",
    rows: [wrong],
    value: hypotheses[wrong].null,
    remedy: "give a number, or leave null out for 0",
  });
}

/** Influence functions over the union of units, and the groups that share a multiplier. */
function sharedUnits(
  hypotheses: readonly Hypothesis[],
  cluster: MultiplierOptions["cluster"],
) {
  const unitName = hypotheses[0].estimate.design.unitName;
  const other = hypotheses.find(({ estimate }) => estimate.design.unitName !== unitName);
  if (other !== undefined) {
    throw new InputError({
      problem: "The estimates have units of different kinds",
      column: unitName,
      value: other.estimate.design.unitName,
      remedy: "adjust estimates from one panel together",
    });
  }
  const groupOf = new Map<Label, Label>();
  for (const { estimate } of hypotheses) {
    const { labels } = groupUnits(estimate, cluster);
    estimate.design.unitLabels.forEach((unit, i) => groupOf.set(unit, labels[i]));
  }
  const units = [...groupOf.keys()];
  const position = new Map(units.map((unit, i) => [unit, i]));
  const { codes, levels } = codeLabels(unitName, [...groupOf.values()]);
  return {
    groups: {
      name: typeof cluster === "string" ? cluster : unitName,
      codes,
      count: levels.length,
    },
    influence: hypotheses.map(({ estimate, term }) => {
      const values = new Float64Array(units.length);
      const own = estimate.influence[estimate.indexOf(term)];
      estimate.design.unitLabels.forEach((unit, i) => values[position.get(unit)!] = own[i]);
      return values;
    }),
  };
}
