import type { Coding } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import { Estimate, type RegressionBehind } from "../estimators/estimate.ts";
import {
  covariance as clusterCovariance,
  repairNegative,
  requireVariance,
} from "../regression/covariance.ts";
import { FIXEST_RULE, type SmallSampleRule } from "../regression/small-sample.ts";
import { biasReduced, singularNotes } from "./few-clusters/bias-reduced.ts";
import { clusterBlocks, sumOfProducts } from "./few-clusters/blocks.ts";
import { jackknifeCovariance, leaveOneOut } from "./few-clusters/jackknife.ts";
import { influenceBased } from "./few-clusters/influence-based.ts";
import { conley, type ConleyOptions, driscollKraay, neweyWest } from "./few-clusters/kernels.ts";
import { robustCovariance, type RobustType } from "./few-clusters/robust.ts";

/** Kernels sum products of scores: sums that should be zero keep the rounding of single products, not its square. */
const ZERO_OF_PRODUCTS = 1e-12;

/** Which covariance to put on an estimate. Clustered ones default to the estimate's own cluster. */
export type CovarianceSpec =
  | { readonly type: RobustType | "iid" | "HC1" }
  | {
    readonly type: "CR0" | "CR2" | "CR3" | "CV3" | "CV3J";
    readonly cluster?: string;
  }
  | {
    readonly type: "CR1";
    readonly cluster?: string | readonly string[];
    /** Default "fixest". "G/(G − 1)" is that factor alone; "Stata" counts every regressor in K. */
    readonly rule?: "fixest" | "Stata" | "G/(G − 1)";
  }
  | { readonly type: "Newey–West" | "Driscoll–Kraay"; readonly lags: number }
  | ({ readonly type: "Conley" } & ConleyOptions);

/** A covariance of an estimate's terms with everything that defines it. */
export interface CovarianceResult {
  readonly label: string;
  /** K × K, row-major, in the order of the terms. */
  readonly matrix: Float64Array;
  /** Degrees of freedom of each term's t. */
  readonly degreesOfFreedom: Float64Array;
  readonly smallSample: string;
  readonly clusters: readonly { readonly name: string; readonly count: number }[];
  /** The groupings themselves; empty unless clustered. */
  readonly codings: readonly Coding[];
  readonly repair: string | null;
  readonly citation: string;
  readonly notes: readonly string[];
}

/**
 * Computes another covariance for an estimate: every type for one regression; CR0 and CR1 with any clusters fixed
 * within units for estimators known by their influence functions.
 * @throws InputError when the covariance cannot be computed, with the reason.
 */
export function covarianceOf(estimate: Estimate, spec: CovarianceSpec): CovarianceResult {
  const { regression } = estimate;
  if (regression === undefined) {
    checkSpec(spec);
    return influenceBased(estimate, spec);
  }
  return regressionCovariance(regression, spec);
}

/** The same estimate with another covariance: standard errors, intervals and design text change with it. */
export function withCovariance(estimate: Estimate, spec: CovarianceSpec): Estimate {
  const result = covarianceOf(estimate, spec);
  const { design, regression } = estimate;
  return new Estimate({
    names: estimate.terms.map(({ name }) => name),
    estimates: estimate.terms.map((term) => term.estimate),
    covariance: result.matrix,
    influence: estimate.influence,
    citation: `${estimate.citation}; ${result.citation}`,
    times: estimate.terms.map(({ time }) => time),
    panel: estimate.panel,
    ...(regression === undefined ? {} : {
      regression: result.codings.length === 0
        ? regression
        : { ...regression, clusters: result.codings },
    }),
    termDegreesOfFreedom: result.degreesOfFreedom,
    design: {
      ...design,
      covariance: {
        type: result.label,
        clusters: result.clusters,
        smallSample: result.smallSample,
        repair: result.repair,
      },
      degreesOfFreedom: Math.min(...result.degreesOfFreedom),
      notes: [...design.notes, ...result.notes],
    },
  });
}

/** Options that each type takes besides `type`, and the values allowed where they are few. */
const SPEC_OPTIONS: Readonly<Record<string, Readonly<Record<string, readonly unknown[] | null>>>> =
  {
    iid: {},
    HC0: {},
    HC1: {},
    HC2: {},
    HC3: {},
    CR0: { cluster: null },
    CR1: { cluster: null, rule: ["fixest", "Stata", "G/(G − 1)"] },
    CR2: { cluster: null },
    CR3: { cluster: null },
    CV3: { cluster: null },
    CV3J: { cluster: null },
    "Newey–West": { lags: null },
    "Driscoll–Kraay": { lags: null },
    Conley: {
      latitude: null,
      longitude: null,
      cutoff: null,
      lags: null,
      kernel: ["uniform", "bartlett"],
      distance: ["spherical", "triangular"],
    },
  };

/** Rejects a type, an option or a value that does not exist, by name. */
function checkSpec(spec: CovarianceSpec): void {
  const { type, ...given } = (spec ?? {}) as { type?: unknown } & Record<string, unknown>;
  const options = typeof type === "string" && Object.hasOwn(SPEC_OPTIONS, type)
    ? SPEC_OPTIONS[type]
    : undefined;
  if (options === undefined) {
    throw new InputError({
      problem: "There is no such covariance",
      value: type,
      remedy: `use one of ${Object.keys(SPEC_OPTIONS).join(", ")}`,
    });
  }
  for (const [name, value] of Object.entries(given)) {
    const choices = options[name];
    if (choices === undefined) {
      const allowed = Object.keys(options).join(", ");
      throw new InputError({
        problem: `${type} has no such option`,
        value: name,
        remedy: allowed === "" ? "leave it out" : `choose among ${allowed}`,
      });
    }
    if (name === "cluster" && type !== "CR1" && value !== undefined && typeof value !== "string") {
      throw new InputError({
        problem: `${type} takes one column to cluster by`,
        column: "cluster",
        value: JSON.stringify(value),
        remedy: 'write { cluster: "…" }; CR1 takes several',
      });
    }
    if (choices === null || value === undefined || choices.includes(value)) continue;
    throw new InputError({
      problem: `The option ${name} of ${type} does not take this value`,
      value,
      remedy: `use one of ${choices.join(", ")}`,
    });
  }
}

function requirePositive(names: readonly string[], matrix: Float64Array): void {
  const size = names.length;
  const k = names.findIndex((_, i) => !(matrix[i * size + i] > 0));
  if (k === -1) return;
  throw new InputError({
    problem: `The variance of "${
      names[k]
    }" comes out negative: this kernel does not promise a covariance`,
    value: matrix[k * size + k],
    remedy: 'use kernel "bartlett", or another cutoff',
  });
}

/** The covariance of a regression's coefficients. */
export function regressionCovariance(
  regression: RegressionBehind,
  spec: CovarianceSpec,
): CovarianceResult {
  const { fit, panel } = regression;
  const size = fit.names.length;
  checkSpec(spec);
  const same = (value: number) => new Float64Array(size).fill(value);
  const residualDf = fit.rows - size - fit.effectParameters;
  const plain = { clusters: [], codings: [], repair: null, notes: [] };
  switch (spec.type) {
    case "iid":
    case "HC1": {
      const result = clusterCovariance(fit, spec.type, [], FIXEST_RULE);
      return {
        ...plain,
        label: spec.type,
        matrix: result.matrix,
        degreesOfFreedom: same(result.degreesOfFreedom),
        smallSample: result.smallSample,
        citation: spec.type === "iid" ? "classical least squares" : "MacKinnon & White (1985)",
      };
    }
    case "HC0":
    case "HC2":
    case "HC3":
      return {
        ...plain,
        label: spec.type,
        matrix: robustCovariance(fit, spec.type),
        degreesOfFreedom: same(residualDf),
        smallSample: { HC0: "none", HC2: "1/(1 − h)", HC3: "1/(1 − h)²" }[spec.type],
        citation: "MacKinnon & White (1985)",
      };
    case "CR0":
    case "CR2":
    case "CR3":
    case "CV3":
    case "CV3J":
      return singleCluster(regression, spec.type, oneCluster(regression, spec.cluster));
    case "CR1":
      return stataOrFixest(regression, spec);
    case "Newey–West":
    case "Driscoll–Kraay": {
      const periods = panel.times.length;
      const factor = kernelFactor(fit.rows, size + fit.effectParameters, periods);
      const matrix = (spec.type === "Newey–West" ? neweyWest : driscollKraay)(
        fit,
        panel,
        spec.lags,
      );
      const summed = spec.type === "Newey–West" ? panel.unitName : panel.timeName;
      requireVariance(fit, matrix, [{ name: summed }], ZERO_OF_PRODUCTS);
      return {
        ...plain,
        label: `${spec.type}, ${spec.lags} lags`,
        matrix: matrix.map((value) => value * factor),
        degreesOfFreedom: same(periods - 1),
        smallSample: "(n − 1)/(n − K) × T/(T − 1), as fixest",
        notes: spacingNote(panel.times),
        citation: spec.type === "Newey–West" ? "Newey & West (1987)" : "Driscoll & Kraay (1998)",
      };
    }
    case "Conley": {
      const factor = fit.rows / residualDf;
      const matrix = conley(fit, panel, spec).map((value) => value * factor);
      requireVariance(fit, matrix, [{ name: panel.timeName }], ZERO_OF_PRODUCTS);
      // A uniform kernel does not promise a positive semidefinite matrix (Conley 1999, section 3).
      const repair = repairNegative(matrix, size);
      requirePositive(fit.names, matrix);
      return {
        ...plain,
        label: `Conley, ${spec.cutoff} km, ${spec.kernel ?? "uniform"} kernel`,
        matrix,
        degreesOfFreedom: same(residualDf),
        smallSample: "n/(n − K), as fixest",
        repair,
        citation: "Conley (1999)",
      };
    }
  }
}

/** Says that lags count periods observed, where periods are not evenly spaced. */
function spacingNote(times: readonly number[]): string[] {
  const steps = new Set(times.slice(1).map((time, t) => time - times[t]));
  return steps.size <= 1
    ? []
    : ["periods are not evenly spaced: lags count observed periods, not calendar time"];
}

function kernelFactor(rows: number, parameters: number, periods: number): number {
  return (rows - 1) / (rows - parameters) * periods / (periods - 1);
}

function oneCluster({ panel, clusters }: RegressionBehind, name: string | undefined): Coding {
  if (name !== undefined) return panel.groups(name);
  return clusters.length === 1 ? clusters[0] : panel.groups(panel.unitName);
}

function singleCluster(
  { fit }: RegressionBehind,
  type: "CR0" | "CR2" | "CR3" | "CV3" | "CV3J",
  cluster: Coding,
): CovarianceResult {
  const blocks = clusterBlocks(fit, cluster);
  const groups = cluster.levels.length;
  const shared = {
    label: type,
    degreesOfFreedom: new Float64Array(fit.names.length).fill(groups - 1),
    clusters: [{ name: cluster.name, count: groups }],
    codings: [cluster],
    repair: null,
    notes: [],
  };
  if (type === "CR0") {
    const matrix = sumOfProducts(blocks, blocks.scores);
    requireVariance(fit, matrix, [cluster]);
    return {
      ...shared,
      matrix,
      smallSample: "none",
      citation: "Liang & Zeger (1986)",
    };
  }
  if (type === "CR2") {
    const { matrix, degreesOfFreedom, singular } = biasReduced(blocks);
    requireVariance(fit, matrix, [cluster]);
    return {
      ...shared,
      matrix,
      degreesOfFreedom,
      smallSample: "bias-reduced, Satterthwaite degrees of freedom",
      citation: "Bell & McCaffrey (2002); Pustejovsky & Tipton (2018)",
      notes: singularNotes(singular, cluster),
    };
  }
  const refits = leaveOneOut(blocks);
  if (!refits.ok) {
    throw new InputError({
      problem: `${type} cannot be computed, because ${refits.reason}`,
      column: cluster.name,
      remedy: "use CR1, CR2 or the wild bootstrap, or a coarser comparison",
    });
  }
  const jackknife = jackknifeCovariance(blocks, refits, type === "CV3J" ? "mean" : "estimate");
  const factor = type === "CR3" ? groups / (groups - 1) : 1;
  return {
    ...shared,
    matrix: jackknife.map((value) => value * factor),
    smallSample: type === "CR3" ? "jackknife without (G − 1)/G" : "jackknife with (G − 1)/G" +
      (type === "CV3J" ? ", about the mean of the refits" : ""),
    citation: "MacKinnon, Nielsen & Webb (2023)",
  };
}

function stataOrFixest(
  regression: RegressionBehind,
  spec: Extract<CovarianceSpec, { type: "CR1" }>,
): CovarianceResult {
  const { fit, panel } = regression;
  const names = spec.cluster === undefined ? undefined : [spec.cluster].flat();
  const clusters = names?.map((name) => panel.groups(name)) ??
    (regression.clusters.length > 0 ? regression.clusters : [panel.groups(panel.unitName)]);
  const rules: Record<string, Partial<SmallSampleRule>> = {
    fixest: {},
    Stata: { fixedEffects: "full" },
    "G/(G − 1)": { parameters: false },
  };
  const rule = spec.rule ?? "fixest";
  const result = clusterCovariance(fit, "CR1", clusters, { ...FIXEST_RULE, ...rules[rule] });
  return {
    label: rule === "fixest" ? "CR1" : `CR1 (${rule})`,
    matrix: result.matrix,
    degreesOfFreedom: new Float64Array(fit.names.length).fill(result.degreesOfFreedom),
    smallSample: result.smallSample,
    clusters: result.clusters,
    codings: clusters,
    repair: result.repair,
    citation: clusters.length === 1 ? "Liang & Zeger (1986)" : "Cameron, Gelbach & Miller (2011)",
    notes: [],
  };
}
