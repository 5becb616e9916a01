import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkObject, checkSmallSample } from "../estimators/options.ts";
import { FIXEST_RULE, type SmallSampleRule } from "../regression/small-sample.ts";
import type { LinearWeights } from "../estimators/linear.ts";
import { requireDraws, requireSeed } from "./random.ts";
import { clusterOf, combination, hypothesesOf, restrict } from "./wild/hypothesis.ts";
import type { TieRule } from "./wild/inversion.ts";
import type { BootstrapType } from "./wild/system.ts";
import { runToEnd, type WildTest, wildTestSteps } from "./wild/bootstrap.ts";
import type { DrawProgress } from "./wild/draws.ts";
import { type WeightDistribution, weightDraw } from "./wild/weights.ts";

export type { BootstrapType, TieRule, WeightDistribution };

/** What to test and how. Give one of `term`, `weights` and `joint`. */
export interface WildBootstrapOptions {
  /** One coefficient, by name. */
  term?: string;
  /** One linear combination of coefficients, by name. */
  weights?: LinearWeights;
  /** Several hypotheses tested together (Wald statistic): names or combinations. */
  joint?: readonly (string | LinearWeights)[];
  /** The value under the null; one per hypothesis with `joint`. Default 0. */
  null?: number | readonly number[];
  /** "11" (default), "13", "31" or "33": see `BootstrapType`. */
  type?: BootstrapType;
  /** True (default): bootstrap samples obey the null (WCR). False: they do not (WCU). */
  impose?: boolean;
  /** Default "rademacher"; "webb" is advised below about ten clusters. */
  distribution?: WeightDistribution;
  /** Default 9999. With Rademacher weights and 2^G ≤ draws all sign vectors are enumerated instead. */
  draws?: number;
  /** A whole number from 0 to 2³² − 1; the same seed gives the same digits everywhere. */
  seed: number;
  /** "count" (default): |t*| ≥ |t|; "strict": |t*| > |t|, as boottest and fwildclusterboot do. */
  ties?: TieRule;
  /** Column to cluster by. Default: the estimate's own cluster. */
  cluster?: string;
  /** Default: that of the estimate. */
  confidenceLevel?: number;
  /** Invert the test for a confidence set. Default true (one restriction only). */
  confidenceSet?: boolean;
  /** Parts of CV1's small-sample rule that differ from the estimate's; it scales statistics, never p values. */
  smallSample?: Partial<SmallSampleRule>;
}

/** Outcome of a wild cluster bootstrap, with everything that defines it. */
export interface WildBootstrap extends WildTest {
  readonly procedure: string;
  /** The hypothesis in words: "D = 0". */
  readonly hypothesis: string;
  /** Estimate of the tested combination; null for a joint hypothesis. */
  readonly estimate: number | null;
  readonly statisticName: "t" | "root of F";
  readonly type: BootstrapType;
  readonly imposed: boolean;
  readonly distribution: WeightDistribution;
  readonly cluster: string;
  readonly seed: number;
  readonly ties: TieRule;
  readonly confidenceLevel: number;
  readonly citation: string;
}

const OPTIONS: readonly (keyof WildBootstrapOptions)[] = [
  "term",
  "weights",
  "joint",
  "null",
  "type",
  "impose",
  "distribution",
  "draws",
  "seed",
  "ties",
  "cluster",
  "confidenceLevel",
  "confidenceSet",
  "smallSample",
];

const CHOICES: Record<string, readonly unknown[]> = {
  type: ["11", "13", "31", "33"],
  ties: ["count", "strict"],
  impose: [true, false],
  confidenceSet: [true, false],
};

/**
 * Wild cluster bootstrap p value and confidence set (Cameron, Gelbach & Miller 2008; fast form by Roodman,
 * MacKinnon, Nielsen & Webb 2019; jackknife variants by MacKinnon, Nielsen & Webb 2023).
 *
 * Works on any estimate that comes from one regression, with weights and fixed effects. The p value is the
 * share of draws as extreme as the estimate (two-sided, symmetric).
 *
 * @throws InputError when the estimate has no regression behind it, there is one cluster, an option does not
 *   exist, or a jackknife variant needs a fit that leaving a cluster out makes impossible.
 */
export function wildClusterBootstrap(
  estimate: Estimate,
  options: WildBootstrapOptions,
): WildBootstrap {
  return runToEnd(wildClusterBootstrapSteps(estimate, options));
}

/** `wildClusterBootstrap` in steps: yields how many draws are done, for a progress bar, and returns the same result. */
export function* wildClusterBootstrapSteps(
  estimate: Estimate,
  options: WildBootstrapOptions,
): Generator<DrawProgress, WildBootstrap> {
  checkOptions(options);
  const { regression } = estimate;
  if (regression === undefined) {
    throw new InputError({
      problem: `"${estimate.design.estimator}" has no single regression behind it to bootstrap`,
      remedy:
        "bootstrap the regression that the estimate was made from (a combination of its terms is given " +
        "with weights: {…}), or use multiplierBand, which needs influence functions only",
    });
  }
  const hypotheses = hypothesesOf(options);
  const restrictions = restrict(estimate, regression, hypotheses, options.null);
  const clusters = clusterOf(regression, options.cluster);
  const choices = {
    type: options.type ?? "11",
    impose: options.impose ?? true,
    distribution: options.distribution ?? "rademacher",
    draws: requireDraws(options.draws ?? 9999),
    seed: requireSeed(options.seed),
    ties: options.ties ?? "count",
    confidenceLevel: options.confidenceLevel ?? estimate.design.confidenceLevel,
    confidenceSet: options.confidenceSet ?? true,
    smallSample: { ...(regression.rule ?? FIXEST_RULE), ...options.smallSample },
  } as const;
  weightDraw(choices.distribution);
  const test = yield* wildTestSteps(regression.fit, clusters, restrictions, choices);
  const joint = restrictions.rows.length > 1;
  return {
    ...test,
    procedure: describeProcedure(choices.type, choices.impose, choices.distribution),
    hypothesis: restrictions.labels.map((label, j) => `${label} = ${restrictions.values[j]}`)
      .join(", "),
    estimate: joint ? null : combination(regression, restrictions.rows[0]),
    statisticName: joint ? "root of F" : "t",
    type: choices.type,
    imposed: choices.impose,
    distribution: choices.distribution,
    cluster: clusters.name,
    seed: choices.seed,
    ties: choices.ties,
    confidenceLevel: choices.confidenceLevel,
    notes: [...test.notes, describeTies(choices.ties)],
    citation: citationOf(choices.type),
  };
}

function checkOptions(options: WildBootstrapOptions): void {
  checkObject(options, OPTIONS);
  const given = options as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (!OPTIONS.includes(name as keyof WildBootstrapOptions)) {
      throw new InputError({
        problem: "There is no such option",
        value: name,
        remedy: `choose among ${OPTIONS.join(", ")}`,
      });
    }
    const choices = CHOICES[name];
    if (value === undefined || choices === undefined || choices.includes(value)) continue;
    throw new InputError({
      problem: `The option ${name} does not take this value`,
      value,
      remedy: `use one of ${choices.join(", ")}`,
    });
  }
  checkSmallSample(options.smallSample);
  const level = options.confidenceLevel;
  if (level !== undefined && !(typeof level === "number" && level > 0 && level < 1)) {
    throw new InputError({
      problem: "confidenceLevel must lie between 0 and 1",
      value: level,
      remedy: "use for example 0.95",
    });
  }
}

const VARIANTS: Record<BootstrapType, string> = { "11": "C", "31": "S", "13": "V", "33": "B" };

function describeProcedure(
  type: BootstrapType,
  impose: boolean,
  distribution: WeightDistribution,
): string {
  return `wild cluster bootstrap ${impose ? "WCR" : "WCU"}-${
    VARIANTS[type]
  } (type ${type}), ${distribution} weights`;
}

function describeTies(ties: TieRule): string {
  return ties === "count"
    ? "p counts draws with |t*| ≥ |t| (equal up to rounding counts)"
    : "p counts draws with |t*| > |t| only (equal up to rounding does not count)";
}

function citationOf(type: BootstrapType): string {
  const classic = "Cameron, Gelbach & Miller (2008); Roodman, MacKinnon, Nielsen & Webb (2019)";
  return type === "11" ? classic : `${classic}; MacKinnon, Nielsen & Webb (2023)`;
}
