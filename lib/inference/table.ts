import { mainEffect } from "../estimators/main-effect.ts";
import { InputError } from "../panel/errors.ts";
import type { Label } from "../panel/coding.ts";
import type { Panel } from "../panel/panel.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import type { TwfeOptions } from "../estimators/twfe.ts";
import { type CovarianceSpec, withCovariance } from "./covariance.ts";
import { clusterBlocks } from "./few-clusters/blocks.ts";
import { leaveOneOut, leaveTwoOut } from "./few-clusters/jackknife.ts";
import { clusterLeverage } from "./few-clusters/leverage.ts";
import { multiplierBand } from "./bands.ts";
import { randomisationTest } from "./randomisation.ts";
import { scoreBootstrap } from "./score-bootstrap.ts";
import { wildClusterBootstrap } from "./wild.ts";
import type { InvertedSet } from "./wild/inversion.ts";

/** One procedure's answer, or why it has none. */
export interface InferenceRow {
  readonly procedure: string;
  readonly family: "analytic" | "jackknife" | "bootstrap" | "randomisation";
  readonly standardError: number | null;
  readonly degreesOfFreedom: number | null;
  readonly pValue: number | null;
  /** Ends of the interval; null where it is open or cannot be computed (see `reason`). */
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
}

/** How far one estimate hangs on single clusters. */
export interface ClusterDependence {
  readonly cluster: string;
  readonly effectiveClusters: number;
  /** Clusters by how much the estimate moves without them, most first. */
  readonly withoutOne: readonly {
    readonly cluster: Label;
    readonly estimate: number;
    readonly partialLeverage: number;
  }[];
  readonly withoutTwo: {
    readonly low: number;
    readonly high: number;
    readonly pairs: readonly [Label, Label][];
  };
}

/** One effect under every procedure. */
export interface InferenceTable {
  readonly term: string;
  readonly estimate: number;
  readonly confidenceLevel: number;
  /** Fixed before the numbers were seen. */
  readonly rule: string;
  readonly rows: readonly InferenceRow[];
  readonly dependence: ClusterDependence | { readonly reason: string };
  readonly seed: number;
  readonly draws: number;
}

export interface InferenceTableOptions {
  /** Default: the only effect, else "overall". */
  term?: string;
  /** A whole number from 0 to 2³² − 1. */
  seed: number;
  /** Draws of the wild bootstrap; the multiplier bootstrap and randomisation take 9,999 of them at most. Default 99,999. */
  draws?: number;
  /** Panel and options of the regression, to permute its treatment across units. Default: no randomisation rows. */
  randomise?: { readonly panel: Panel; readonly options: TwfeOptions };
  /** Columns of latitude and longitude and a cutoff in km, for Conley. Default: no such row. */
  spatial?: { readonly latitude: string; readonly longitude: string; readonly cutoff: number };
}

/** Draws of the multiplier bootstrap and of randomisation, at most. */
export const SLOWER_DRAWS = 9999;

/** The rule that the notebooks follow; the coverage study is why. */
export const DECISION_RULE =
  "Report the restricted wild bootstrap with jackknifed scores (WCR-S) and its interval; " +
  "beside it the cluster jackknife (CV3). If the two disagree at 5 %, say that the data do not settle it.";

/**
 * Puts one effect under every procedure for few clusters. A procedure that cannot be computed keeps its row, with
 * the reason.
 */
export function inferenceTable(estimate: Estimate, options: InferenceTableOptions): InferenceTable {
  checkKnown(options, ["term", "seed", "draws", "randomise", "spatial"], []);
  const { seed, draws = 99_999 } = options;
  const { name: term, estimate: value } = mainEffect(estimate, options.term);
  return {
    term,
    estimate: value,
    confidenceLevel: estimate.design.confidenceLevel,
    rule: DECISION_RULE,
    rows: [
      ...analyticRows(estimate, term, options),
      ...wildRows(estimate, term, seed, draws),
      bandRow(estimate, term, seed, Math.min(draws, SLOWER_DRAWS)),
      scoreRow(estimate, term, seed, Math.min(draws, SLOWER_DRAWS)),
      ...randomisationRows(options, seed, Math.min(draws, SLOWER_DRAWS)),
    ],
    dependence: dependenceOn(estimate, term),
    seed,
    draws,
  };
}

function reasoned(
  procedure: string,
  family: InferenceRow["family"],
  make: () => Partial<InferenceRow>,
): InferenceRow {
  const empty = {
    standardError: null,
    degreesOfFreedom: null,
    pValue: null,
    low: null,
    high: null,
    reason: null,
  };
  try {
    return { ...empty, procedure, family, ...make() };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...empty, procedure, family, reason: error.problem };
  }
}

function analyticRows(
  estimate: Estimate,
  term: string,
  options: InferenceTableOptions,
): InferenceRow[] {
  const unit = estimate.design.unitName;
  const time = estimate.regression?.panel.timeName;
  const specs: [string, InferenceRow["family"], CovarianceSpec][] = [
    ["independent, equal variances", "analytic", { type: "iid" }],
    ["independent, unequal variances (HC1)", "analytic", { type: "HC1" }],
    ["clustered, CR1, t(G − 1)", "analytic", { type: "CR1" }],
    ["clustered, CR2, Satterthwaite", "analytic", { type: "CR2" }],
    ...(time === undefined
      ? []
      : [[`two-way, ${unit} and ${time}`, "analytic", { type: "CR1", cluster: [unit, time] }] as [
        string,
        InferenceRow["family"],
        CovarianceSpec,
      ]]),
    ["Driscoll–Kraay, 2 lags", "analytic", { type: "Driscoll–Kraay", lags: 2 }],
    ...(options.spatial === undefined
      ? []
      : [[`Conley, ${options.spatial.cutoff} km, 2 lags`, "analytic", {
        type: "Conley",
        lags: 2,
        kernel: "bartlett",
        ...options.spatial,
      }] as [string, InferenceRow["family"], CovarianceSpec]]),
    ["cluster jackknife, CV3, t(G − 1)", "jackknife", { type: "CV3" }],
  ];
  return specs.map(([label, family, spec]) =>
    reasoned(label, family, () => {
      const { standardError, degreesOfFreedom, pValue, low, high } = withCovariance(estimate, spec)
        .term(term);
      return { standardError, degreesOfFreedom, pValue, low, high };
    })
  );
}

/** The cells of a test that was inverted for its interval. */
function fromTest(test: InvertedSet & { readonly pValue: number }): Partial<InferenceRow> {
  return { pValue: test.pValue, low: test.low, high: test.high, reason: test.openReason ?? null };
}

function wildRows(estimate: Estimate, term: string, seed: number, draws: number): InferenceRow[] {
  const variants = [
    ["wild bootstrap, WCR-C, Rademacher", "11", true, "rademacher"],
    ["wild bootstrap, WCR-S, Rademacher", "31", true, "rademacher"],
    ["wild bootstrap, WCR-C, Webb", "11", true, "webb"],
    ["wild bootstrap, WCU-C, Rademacher", "11", false, "rademacher"],
  ] as const;
  return variants.map(([label, type, impose, distribution]) =>
    reasoned(label, "bootstrap", () => {
      const test = wildClusterBootstrap(estimate, {
        term,
        type,
        impose,
        distribution,
        draws,
        seed,
      });
      return fromTest(test);
    })
  );
}

/** The multiplier bootstrap of a single effect: what a band of one term is. */
function bandRow(estimate: Estimate, term: string, seed: number, draws: number): InferenceRow {
  return reasoned("multiplier bootstrap, influence functions", "bootstrap", () => {
    const { terms: [band] } = multiplierBand(estimate, { terms: [term], seed, draws });
    return { standardError: band.standardError, low: band.low, high: band.high };
  });
}

function scoreRow(estimate: Estimate, term: string, seed: number, draws: number): InferenceRow {
  return reasoned("score bootstrap, studentised", "bootstrap", () => {
    const { name } = estimate.design.covariance.clusters[0] ?? { name: estimate.design.unitName };
    return scoreBootstrap(estimate, { term, cluster: name, seed, draws });
  });
}

function randomisationRows(
  { randomise }: InferenceTableOptions,
  seed: number,
  draws: number,
): InferenceRow[] {
  if (randomise === undefined) return [];
  return (["t", "coefficient"] as const).map((statistic) =>
    reasoned(
      `randomisation, ${statistic === "t" ? "studentised" : "coefficient"}`,
      "randomisation",
      () => {
        const test = randomisationTest(randomise.panel, randomise.options, {
          seed,
          statistic,
          draws,
        });
        return fromTest(test);
      },
    )
  );
}

function dependenceOn(estimate: Estimate, term: string): InferenceTable["dependence"] {
  const { regression } = estimate;
  if (regression === undefined) {
    return { reason: "there is no single regression behind this estimate" };
  }
  const cluster = regression.clusters.length === 1
    ? regression.clusters[0]
    : regression.panel.groups(regression.panel.unitName);
  try {
    const blocks = clusterBlocks(regression.fit, cluster);
    const k = regression.fit.names.indexOf(term);
    const refits = leaveOneOut(blocks);
    if (!refits.ok) return { reason: refits.reason };
    const { partialLeverage, effectiveClusters } = clusterLeverage(blocks, k);
    const value = regression.fit.coefficients[k];
    const two = leaveTwoOut(blocks, k);
    return {
      cluster: cluster.name,
      effectiveClusters,
      withoutOne: refits.clusters
        .map((label, g) => ({
          cluster: label,
          estimate: refits.estimates[g][k],
          partialLeverage: partialLeverage[g],
        }))
        .sort((a, b) => Math.abs(b.estimate - value) - Math.abs(a.estimate - value)),
      withoutTwo: {
        low: two.low,
        high: two.high,
        pairs: [[...two.lowWithout], [...two.highWithout]],
      },
    };
  } catch (error) {
    if (error instanceof InputError) return { reason: error.problem };
    throw error;
  }
}
