import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { Estimate } from "../estimators/estimate.ts";
import { unitClusters } from "../estimators/influence.ts";
import { requireDraws, requireSeed, stream } from "./random.ts";

/** Any estimator with its options: `(panel) => callawaySantAnna(panel, { … })`. */
export type Fit = (panel: Panel) => Estimate;

/**
 * Cluster jackknife by refitting without each cluster in turn, for estimators that are not one regression:
 * V = (G − 1)/G Σ (θ̂₋g − θ̂)(θ̂₋g − θ̂)', with t(G − 1).
 *
 * Terms that some refit cannot estimate are left out, with the cluster as the reason.
 * @param cluster column fixed within units. Default: the unit.
 * @throws InputError when no term survives, or there are fewer than three clusters.
 * Source: MacKinnon, Nielsen & Webb (2023), Journal of Applied Econometrics 38, eq. 12 (CV3).
 */
export function clusterJackknife(
  panel: Panel,
  fit: Fit,
  { cluster }: { readonly cluster?: string } = {},
): Estimate {
  const full = fit(panel);
  const [coding] = unitClusters(panel, cluster);
  const count = coding.levels.length;
  if (count < 3) {
    throw new InputError({
      problem: "A jackknife needs at least three clusters",
      column: coding.name,
      value: count,
      remedy: "cluster by a finer column",
    });
  }
  const refits = coding.levels.map((level, g) => {
    const unitsOut = coding.codes;
    const rows = Int32Array.from(
      Array.from(panel.unit.keys()).filter((i) => unitsOut[panel.unit[i]] !== g),
    );
    const found = attempt(fit, panel.take(rows, `without ${coding.name} ${level}`));
    return { level, found };
  });
  const dropped: { name: string; reason: string }[] = [];
  const kept = full.terms.filter(({ name }) => {
    const missing = refits.find(({ found }) => !found.has(name));
    if (missing === undefined) return true;
    dropped.push({ name, reason: `cannot be estimated without ${coding.name} ${missing.level}` });
    return false;
  });
  if (kept.length === 0) {
    throw new InputError({
      problem: `No term can be jackknifed; ${dropped[0].name}: ${dropped[0].reason}`,
      column: coding.name,
      remedy: "use a procedure that does not refit, such as scoreBootstrap",
    });
  }
  const size = kept.length;
  const matrix = new Float64Array(size * size);
  for (const { found } of refits) {
    const moves = kept.map(({ name, estimate }) => found.get(name)! - estimate);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        matrix[a * size + b] += (count - 1) / count * moves[a] * moves[b];
      }
    }
  }
  const names = kept.map(({ name }) => name);
  return new Estimate({
    names,
    estimates: kept.map(({ estimate }) => estimate),
    covariance: matrix,
    influence: kept.map(({ name }) => full.influence[full.indexOf(name)]),
    times: kept.map(({ time }) => time),
    citation: `${full.citation}; MacKinnon, Nielsen & Webb (2023)`,
    panel: full.panel,
    design: {
      ...full.design,
      effects: full.design.effects.filter((name) => names.includes(name)),
      droppedColumns: [...full.design.droppedColumns, ...dropped],
      covariance: {
        type: "CV3 (jackknife by refit)",
        clusters: [{ name: coding.name, count }],
        smallSample: "(G − 1)/G",
        repair: null,
      },
      degreesOfFreedom: count - 1,
    },
  });
}

/** Estimates by term name; empty where the estimator refuses the panel. */
function attempt(fit: Fit, panel: Panel): Map<string, number> {
  try {
    return new Map(fit(panel).terms.map(({ name, estimate }) => [name, estimate]));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new Map();
  }
}

export interface PermutationOptions {
  /** Column that is permuted across units, path by path: the cohort, or the treatment. */
  readonly permute: string;
  /** Default: the first effect. */
  readonly term?: string;
  /** "t" (default) compares estimate over standard error; "estimate" the estimate itself. */
  readonly statistic?: "t" | "estimate";
  /** Default 999. */
  readonly draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
}

/** A test by permuting who was treated when. */
export interface PermutationTest {
  readonly term: string;
  readonly observed: number;
  readonly statistic: "t" | "estimate";
  /** (1 + draws that reach the observed) / (1 + draws), two-sided. */
  readonly pValue: number;
  readonly draws: number;
  /** Draws in which the estimator could not be computed; they count as reaching the observed statistic. */
  readonly failed: number;
  readonly citation: string;
}

/**
 * Fisher's test that treatment moved nobody's outcome, for any estimator: the treatment column is permuted across units and
 * the estimator refitted. Valid if roll-out was as good as random across units.
 *
 * @throws InputError when units are not observed at the same times, so that paths cannot change places.
 * Source: Fisher (1935); studentised as in Roth & Sant'Anna (2023), section 3.5.
 */
export function permutationTest(
  panel: Panel,
  fit: Fit,
  options: PermutationOptions,
): PermutationTest {
  const seed = requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 999);
  const statistic = options.statistic ?? "t";
  const paths = unitPaths(panel, options.permute);
  const full = fit(panel);
  const term = options.term ?? full.design.effects[0];
  const value = (estimate: Estimate) => {
    const found = estimate.term(term);
    return Math.abs(statistic === "t" ? found.statistic : found.estimate);
  };
  const observed = value(full);
  const random = stream(seed, 0);
  const order = Int32Array.from(paths, (_, i) => i);
  let [reached, failed] = [0, 0];
  for (let b = 0; b < draws; b++) {
    random.shuffle(order);
    const drawn = permuted(panel, options.permute, paths, order);
    try {
      if (value(fit(drawn)) >= observed * (1 - 1e-10)) reached++;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed++;
    }
  }
  return {
    term,
    observed,
    statistic,
    pValue: (1 + reached + failed) / (1 + draws),
    draws,
    failed,
    citation: "Fisher (1935); Roth & Sant'Anna (2023)",
  };
}

/** The column's values of each unit in order of time. */
function unitPaths(panel: Panel, column: string): Float64Array[] {
  if (!panel.balanced) {
    throw new InputError({
      problem: "Paths can change places only between units observed at the same times",
      column,
      remedy: "keep the units observed in every period, or use scoreBootstrap",
    });
  }
  const periods = panel.times.length;
  const values = panel.numeric(column);
  return panel.units.map((_, i) => values.slice(i * periods, (i + 1) * periods));
}

function permuted(
  panel: Panel,
  column: string,
  paths: readonly Float64Array[],
  order: ArrayLike<number>,
): Panel {
  const periods = panel.times.length;
  const values = new Float64Array(panel.rows);
  for (let i = 0; i < paths.length; i++) values.set(paths[order[i]], i * periods);
  return panel.with(column, values);
}
