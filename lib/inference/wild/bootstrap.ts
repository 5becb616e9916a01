import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { countParameters } from "../../regression/covariance.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { describeRule, type SmallSampleRule } from "../../regression/small-sample.ts";
import { type ClusterBasis, clusterBasis, type Restrictions } from "./basis.ts";
import {
  definedDraws,
  type DrawnStatistics,
  type DrawPlan,
  type DrawProgress,
  drawSteps,
  planDraws,
  quadraticForm,
} from "./draws.ts";
import {
  countExtreme,
  type InvertedSet,
  invertTest,
  noSet,
  statisticsAt,
  type TieRule,
} from "./inversion.ts";
import { type BootstrapSystem, bootstrapSystem, type BootstrapType } from "./system.ts";
import type { WeightDistribution } from "./weights.ts";

/** Every choice of a wild cluster bootstrap test; see `WildBootstrapOptions` for what each means. */
export interface WildTestChoices {
  readonly type: BootstrapType;
  readonly impose: boolean;
  readonly distribution: WeightDistribution;
  readonly draws: number;
  readonly seed: number;
  readonly ties: TieRule;
  readonly confidenceLevel: number;
  readonly confidenceSet: boolean;
  readonly smallSample: SmallSampleRule;
}

/** The numbers of a wild cluster bootstrap test. */
export interface WildTest extends InvertedSet {
  /** t of the estimate against the null; √F (the root of Wald over m) with several restrictions. */
  readonly statistic: number;
  readonly pValue: number;
  /** True when every sign vector was used once, so that the p value has no sampling error. */
  readonly enumerated: boolean;
  /** Draws used: those whose statistic exists. */
  readonly draws: number;
  readonly bootstrapStatistics: Float64Array;
  readonly clusterCount: number;
  readonly smallSample: string;
  readonly notes: readonly string[];
}

/**
 * Wild cluster bootstrap test on a fitted regression, draw by draw: the core of `wildClusterBootstrap`, for any fit and
 * any grouping of its rows. It yields after every block of draws, so that a caller can show progress or stop.
 */
export function* wildTestSteps(
  fit: LeastSquaresFit,
  clusters: Coding,
  restrictions: Restrictions,
  choices: WildTestChoices,
): Generator<DrawProgress, WildTest> {
  const m = restrictions.rows.length;
  const groups = clusters.levels.length;
  requireClusters(clusters, m);
  const basis = clusterBasis(fit, clusters, restrictions);
  const system = bootstrapSystem(basis, choices.type, choices.impose);
  const sample = smallSampleFactor(fit, clusters, choices);
  const observed = observedStatistic(system, fit, basis);
  const plan = planDraws(groups, choices.draws, choices.distribution, choices.seed);
  const withSet = choices.confidenceSet && m === 1;
  const drawn = yield* drawSteps(system, plan, withSet);
  const defined = definedDraws(drawn);
  const count = defined.numerator.length;
  if (count === 0) {
    throw new InputError({
      problem: "No bootstrap draw has a statistic: the variance is zero in every one",
      column: clusters.name,
      remedy: "test fewer restrictions, or use more clusters",
    });
  }
  const share = (distance: number) =>
    countExtreme(defined, observed, distance, choices.ties) / count;
  const set = withSet
    ? scaledSet(
      share,
      Math.sqrt(observed.variance),
      choices.confidenceLevel,
      fit,
      restrictions,
      basis,
    )
    : noSet(
      m > 1
        ? "not computed: a joint hypothesis has a region, not an interval"
        : "not computed: confidenceSet is false",
    );
  const scale = Math.sqrt(sample.factor * m);
  return {
    statistic: observed.distance / Math.sqrt(observed.variance) / scale,
    pValue: share(observed.distance),
    enumerated: plan.enumerated,
    draws: count,
    bootstrapStatistics: statisticsAt(defined, drawn.center, scale),
    clusterCount: groups,
    smallSample: sample.words,
    notes: testNotes(plan, drawn, defined, basis, share(observed.distance)),
    ...set,
  };
}

/** `wildTestSteps` in one go. */
export function wildTest(...given: Parameters<typeof wildTestSteps>): WildTest {
  return runToEnd(wildTestSteps(...given));
}

/** Runs a computation that works in steps, without looking at them. */
export function runToEnd<T>(steps: Iterator<unknown, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function requireClusters({ name, levels }: Coding, restrictions: number): void {
  if (levels.length < 2) {
    throw new InputError({
      problem: "There is only one cluster, so nothing can be bootstrapped by cluster",
      column: name,
      value: levels[0],
      remedy: "cluster by a column with at least two groups",
    });
  }
  if (restrictions < levels.length) return;
  throw new InputError({
    problem: `${restrictions} restrictions cannot be told apart with ${levels.length} clusters`,
    column: name,
    remedy: `test at most ${levels.length - 1} restrictions together`,
  });
}

/** A variance this much smaller than the classical one (1 in these coordinates, times σ²) is rounding error. */
const NUMERICALLY_ZERO = 1e-18;

function observedStatistic(
  { distance, variance, restrictions: m }: BootstrapSystem,
  fit: LeastSquaresFit,
  { clusters }: ClusterBasis,
): { distance: number; variance: number } {
  const sigma2 = fit.squaredResiduals / fit.rows;
  const zero = distance.some((_, j) => variance[j * m + j] <= NUMERICALLY_ZERO * sigma2);
  const wald = m === 1 || zero ? null : quadraticForm(variance.slice(), distance);
  if (zero || (m > 1 && wald === null)) {
    throw new InputError({
      problem: "The clustered variance of the tested effect is zero or singular",
      column: clusters.name,
      remedy: "cluster by a grouping that does not determine the regressor, or test less at once",
    });
  }
  return wald === null
    ? { distance: distance[0], variance: variance[0] }
    : { distance: Math.sqrt(wald), variance: 1 };
}

function smallSampleFactor(
  fit: LeastSquaresFit,
  clusters: Coding,
  { type, smallSample: rule }: WildTestChoices,
): { factor: number; words: string } {
  const groups = clusters.levels.length;
  if (type[1] === "3") {
    return {
      factor: (groups - 1) / groups,
      words: "(G − 1)/G, jackknife about the estimate (CV3)",
    };
  }
  const left = fit.rows - countParameters(fit, [clusters], rule);
  if (left <= 0) {
    throw new InputError({
      problem: `The regression has ${fit.rows} rows for ${fit.rows - left} parameters`,
      remedy: "use more rows, or fewer covariates and fixed effects",
    });
  }
  const factor = (rule.parameters ? (fit.rows - 1) / left : 1) *
    (rule.clusters ? groups / (groups - 1) : 1);
  return { factor, words: describeRule(rule, true) };
}

function scaledSet(
  share: (distance: number) => number,
  deviation: number,
  confidenceLevel: number,
  fit: LeastSquaresFit,
  { rows }: Restrictions,
  { unit }: ClusterBasis,
): InvertedSet {
  const estimate = rows[0].reduce((sum, weight, k) => sum + weight * fit.coefficients[k], 0);
  const set = invertTest((x) => share(x * deviation), confidenceLevel);
  const end = (x: number | null) => x === null ? null : estimate + x * deviation * unit;
  return { ...set, low: end(set.low), high: end(set.high) };
}

function testNotes(
  plan: DrawPlan,
  drawn: DrawnStatistics,
  defined: DrawnStatistics,
  { effects }: ClusterBasis,
  pValue: number,
): string[] {
  const lost = drawn.numerator.length - defined.numerator.length;
  const count = defined.numerator.length;
  return [
    effects,
    plan.enumerated
      ? `all ${plan.draws} sign vectors used, the original one and its mirror image among them`
      : `${plan.draws} draws, seed ${plan.seed}`,
    lost === 0 ? "" : `${lost} draws have no statistic (zero over zero) and are left out`,
    pValue > 0
      ? ""
      : plan.enumerated
      ? "no other sign vector is more extreme: the p value is zero by the strict tie rule alone"
      : `no draw is as extreme as the estimate: read p < 1/${count}`,
  ].filter((note) => note !== "");
}
