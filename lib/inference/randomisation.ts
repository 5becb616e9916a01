import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { twfe, type TwfeOptions } from "../estimators/twfe.ts";
import { requireDraws, requireSeed } from "./random.ts";
import { assignmentOf, type TreatmentFrom } from "./randomisation/assignment.ts";
import { planSchedules, type SchedulePlan } from "./randomisation/schedules.ts";
import { refitProblem } from "./randomisation/refit.ts";
import { observedSquare, refitAll } from "./randomisation/statistics.ts";
import { definedDraws } from "./wild/draws.ts";
import {
  countExtreme,
  type InvertedSet,
  invertTest,
  noSet,
  statisticsAt,
} from "./wild/inversion.ts";

export type { TreatmentFrom };

/** How to deal out schedules. */
export interface RandomisationOptions {
  /**
   * Columns fixed within units (adoption date, dose, group) to exchange between units; needs `treatmentFrom`.
   * Default: units exchange the whole path of the treatment column (balanced panels).
   */
  permute?: string | readonly string[];
  /** Makes the treatment of a unit at a time from what it was assigned. */
  treatmentFrom?: TreatmentFrom;
  /** Column fixed within units; schedules change hands within its groups only. Default: everywhere. */
  strata?: string;
  /** Default 9999. When there are no more distinct schedules than draws, all are used, each once. */
  draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  seed: number;
  /** "t" (default, studentised by the regression's covariance) or "coefficient". */
  statistic?: "t" | "coefficient";
  /** Effect per unit of treatment under the null, the same everywhere. Default 0. */
  null?: number;
  /** Invert the test for a confidence set of a constant effect. Default true. */
  confidenceSet?: boolean;
}

/** Outcome of a randomisation test, with everything that defines it. */
export interface RandomisationTest extends InvertedSet {
  readonly procedure: string;
  readonly hypothesis: string;
  readonly estimate: number;
  readonly statistic: number;
  readonly statisticName: "t" | "coefficient";
  readonly pValue: number;
  readonly enumerated: boolean;
  /** Schedules compared with (those in which the effect can be estimated). */
  readonly draws: number;
  /** Distinct schedules that there are; null when too many to count exactly. */
  readonly distinct: number | null;
  readonly seed: number;
  readonly confidenceLevel: number;
  /** The statistic under each schedule, at the null, on the scale of `statistic`. */
  readonly randomisationStatistics: Float64Array;
  readonly citation: string;
  readonly notes: readonly string[];
}

const OPTIONS: readonly (keyof RandomisationOptions)[] = [
  "permute",
  "treatmentFrom",
  "strata",
  "draws",
  "seed",
  "statistic",
  "null",
  "confidenceSet",
];

/**
 * Randomisation inference over roll-out schedules: how often a schedule drawn at random would give a statistic
 * as large as the one observed, in the two-way regression `twfe(panel, regression)`.
 *
 * Exact under the sharp null that every outcome would be what it is but for the stated effect, if schedules
 * could have changed hands (within strata). p is the exact share of schedules when they can be enumerated,
 * else (1 + extreme) / (1 + draws); draws equal to the observed statistic count.
 *
 * @throws InputError when there is more than one treatment, only one schedule exists, paths cannot change hands
 *   in an unbalanced panel, or a covariate was dropped because of the treatment.
 * Source: Fisher (1935); Young (2019), QJE 134; MacKinnon & Webb (2020), Journal of Econometrics 218 (RI-t).
 */
export function randomisationTest(
  panel: Panel,
  regression: TwfeOptions,
  options: RandomisationOptions,
): RandomisationTest {
  checkOptions(options);
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 9999);
  const treatment = oneTreatment(regression);
  const estimate = twfe(panel, regression);
  const names = options.permute === undefined ? null : [options.permute].flat();
  const statistic = options.statistic ?? "t";
  const used = estimate.regression?.panel ?? panel;
  const assignment = assignmentOf(
    used,
    treatment,
    names,
    options.treatmentFrom ?? null,
    options.strata ?? null,
  );
  const plan = planSchedules(assignment, draws, seed);
  requireSchedules(plan, treatment, options.strata);
  const problem = refitProblem(estimate, treatment, assignment, statistic);
  const drawn = definedDraws(refitAll(problem, plan));
  const term = estimate.term(treatment);
  const distance = term.estimate - (options.null ?? 0);
  const observed = { variance: observedSquare(problem) };
  const count = drawn.numerator.length;
  const extra = plan.enumerated ? 0 : 1;
  const share = (d: number) =>
    (countExtreme(drawn, observed, d, "count") + extra) / (count + extra);
  const reach = statistic === "t" ? Math.sqrt(observed.variance) : term.standardError;
  const scale = statistic === "t" ? term.standardError / Math.sqrt(observed.variance) : 1;
  return {
    procedure: `randomisation test, ${statistic === "t" ? "studentised" : "coefficient"}`,
    hypothesis: `${treatment} = ${options.null ?? 0}`,
    estimate: term.estimate,
    statistic: statistic === "t" ? distance / term.standardError : distance,
    statisticName: statistic,
    pValue: share(distance),
    enumerated: plan.enumerated,
    draws: count,
    distinct: plan.distinct === Infinity ? null : plan.distinct,
    seed,
    confidenceLevel: estimate.design.confidenceLevel,
    randomisationStatistics: statisticsAt(drawn, distance, scale),
    citation: "Fisher (1935); Young (2019); MacKinnon & Webb (2020)",
    notes: notesOf(plan, count, options, names ?? [treatment]),
    ...(options.confidenceSet === false
      ? noSet("not computed: confidenceSet is false")
      : confidenceSet(share, reach, term.estimate, estimate.design.confidenceLevel)),
  };
}

function confidenceSet(
  share: (distance: number) => number,
  reach: number,
  estimate: number,
  level: number,
): InvertedSet {
  const set = invertTest((x) => share(x * reach), level);
  const end = (x: number | null) => x === null ? null : estimate + x * reach;
  return { ...set, low: end(set.low), high: end(set.high) };
}

function checkOptions(options: RandomisationOptions): void {
  checkKnown(options, OPTIONS, []);
  checkOneOf("statistic", options.statistic, ["t", "coefficient"]);
  checkOneOf("confidenceSet", options.confidenceSet, [true, false]);
  const { treatmentFrom } = options;
  if (treatmentFrom !== undefined && typeof treatmentFrom !== "function") {
    throw new InputError({
      problem: "treatmentFrom must be a function of what a unit was assigned and the time",
      value: treatmentFrom,
      remedy: 'write for example (unit, year) => year >= unit["cohort"] ? 1 : 0',
    });
  }
  if (treatmentFrom !== undefined && options.permute === undefined) {
    throw new InputError({
      problem: "treatmentFrom is given, but not the columns that it makes the treatment from",
      column: "permute",
      remedy: "name them with permute, or leave treatmentFrom out to exchange whole paths",
    });
  }
  if (options.null === undefined || Number.isFinite(options.null)) return;
  throw new InputError({
    problem: "The option null must be a finite number",
    value: options.null,
    remedy: "give the constant effect to test, for example 0",
  });
}

function oneTreatment({ treatment }: TwfeOptions): string {
  const names = [treatment].flat();
  if (names.length === 1 && typeof names[0] === "string") return names[0];
  throw new InputError({
    problem: "Schedules can be dealt out for one treatment column at a time",
    column: "treatment",
    value: names.join(", "),
    remedy: "test the main treatment, or pass the others as covariates (they then stay in place)",
  });
}

function requireSchedules(plan: SchedulePlan, treatment: string, strata?: string): void {
  if (plan.distinct > 1) return;
  throw new InputError({
    problem: "There is only one schedule: exchanging units changes nothing",
    column: treatment,
    value: strata === undefined ? undefined : `within ${strata}`,
    remedy: strata === undefined
      ? "units must differ in treatment for a randomisation test"
      : "use coarser strata, so that units in one stratum differ in treatment",
  });
}

function notesOf(
  plan: SchedulePlan,
  defined: number,
  { strata }: RandomisationOptions,
  moved: readonly string[],
): string[] {
  const lost = plan.draws - defined;
  return [
    `${moved.join(", ")} exchanged between units${strata === undefined ? "" : ` within ${strata}`}`,
    plan.enumerated
      ? `all ${plan.distinct} distinct schedules used, the observed one among them; ties count`
      : `${plan.draws} schedules drawn, seed ${plan.seed}; p = (1 + extreme) / (1 + draws), ties count`,
    lost === 0
      ? ""
      : `${lost} schedules leave no variation to estimate the effect from and are left out`,
    "exact if schedules could have changed hands like this and the effect is the stated constant",
  ].filter((note) => note !== "");
}
