import { mainEffect } from "../estimators/main-effect.ts";
import { InputError } from "../panel/errors.ts";
import { attempt } from "../panel/outcome.ts";
import type { Panel } from "../panel/panel.ts";
import { Estimate } from "../estimators/estimate.ts";
import { unitClusters } from "../estimators/influence.ts";
import { checkFunction, checkKnown, checkOneOf, FIT_EXAMPLE } from "../estimators/options.ts";
import { requireDraws, requireSeed } from "./random.ts";
import { type PathAssignment, pathAssignment } from "./randomisation/assignment.ts";
import { forEachSchedule, planSchedules } from "./randomisation/schedules.ts";

/** Any estimator with its options: `(panel) => callawaySantAnna(panel, { … })`. */
export type Fit = (panel: Panel) => Estimate;

/** Rejects an estimator that is none. */
export function requireFit(fit: unknown): void {
  checkFunction("fit", fit, FIT_EXAMPLE);
}

/** Rejects what is no estimate, such as what a function gives back that forgets to return. */
export function requireEstimate(found: unknown): void {
  if (typeof found === "object" && found !== null && "terms" in found && "design" in found) return;
  throw new InputError({
    problem: "This is no estimate",
    value: typeof found === "object" && found !== null
      ? `{ ${Object.keys(found).join(", ")} }`
      : String(found),
    remedy: `pass what an estimator returns; a function must return it: ${FIT_EXAMPLE}`,
  });
}

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
  requireFit(fit);
  const full = fit(panel);
  requireEstimate(full);
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
    const found = estimatesByName(fit, panel.take(rows, `without ${coding.name} ${level}`));
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
function estimatesByName(fit: Fit, panel: Panel): Map<string, number> {
  const found = attempt(() => fit(panel));
  return new Map(found.ok ? found.value.terms.map(({ name, estimate }) => [name, estimate]) : []);
}

export interface PermutationOptions {
  /** Columns whose whole paths are permuted across units, together: the cohort, the treatment, the dose. */
  readonly permute: string | readonly string[];
  /** Default: the only effect, else "overall". */
  readonly term?: string;
  /** "t" (default) compares estimate over standard error; "estimate" the estimate itself. */
  readonly statistic?: "t" | "estimate";
  /** Column fixed within units; paths change hands within its groups only. Default: everywhere. */
  readonly strata?: string;
  /** Default 999. When there are no more distinct schedules than draws, all are used, each once. */
  readonly draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
}

/** A test by permuting who was treated when. */
export interface PermutationTest {
  readonly term: string;
  /** The statistic of the data as they are, with its sign. */
  readonly observed: number;
  readonly statistic: "t" | "estimate";
  /** Two-sided: the exact share of schedules that reach the observed, or (1 + reached) / (1 + draws). */
  readonly pValue: number;
  /** True when every distinct schedule was used once, the observed one among them. */
  readonly enumerated: boolean;
  /** Distinct schedules that there are; null when too many to count exactly. */
  readonly distinct: number | null;
  readonly draws: number;
  /** Draws in which the estimator could not be computed; they count as reaching the observed statistic. */
  readonly failed: number;
  /** The statistic in every draw that could be computed, with its sign. */
  readonly distribution: Float64Array;
  readonly seed: number;
  readonly citation: string;
}

/**
 * Fisher's test that treatment moved nobody's outcome, for any estimator: the treatment columns are permuted across
 * units and the estimator refitted. Valid if roll-out was as good as random across units (within strata).
 *
 * @throws InputError when units are not observed at the same times, so that paths cannot change places, or there is only
 *   one schedule.
 * Source: Fisher (1935); studentised as in Roth & Sant'Anna (2023), section 3.5.
 */
export function permutationTest(
  panel: Panel,
  fit: Fit,
  options: PermutationOptions,
): PermutationTest {
  const names = ["permute", "term", "statistic", "strata", "draws", "seed"];
  checkKnown(options, names, []);
  checkOneOf("statistic", options.statistic, ["t", "estimate"]);
  requireFit(fit);
  const seed = requireSeed(options.seed);
  const statistic = options.statistic ?? "t";
  const columns = [options.permute].flat();
  if (columns.length === 0 || columns.some((column) => typeof column !== "string")) {
    throw new InputError({
      problem: "The columns to permute are not given",
      column: "permute",
      value: columns.join(", "),
      remedy: 'name the treatment: { permute: "…" }, or several columns that go together',
    });
  }
  const assignment = pathAssignment(panel, columns, options.strata ?? null);
  const plan = planSchedules(assignment, requireDraws(options.draws ?? 999), seed);
  if (plan.distinct <= 1) {
    throw new InputError({
      problem: "There is only one schedule: exchanging units changes nothing",
      column: columns.join(", "),
      remedy: "permute a column that differs between units (of one stratum)",
    });
  }
  const full = fit(panel);
  requireEstimate(full);
  const term = mainEffect(full, options.term).name;
  const value = (estimate: Estimate) => {
    const found = estimate.term(term);
    return statistic === "t" ? found.statistic : found.estimate;
  };
  const observed = value(full);
  const bar = Math.abs(observed) * (1 - 1e-10);
  const found: number[] = [];
  const order = Int32Array.from(panel.units, (_, i) => i);
  forEachSchedule(assignment, plan, order, (types) => {
    const drawn = attempt(() => value(fit(permuted(panel, columns, assignment, types))));
    if (drawn.ok) found.push(drawn.value);
  });
  const failed = plan.draws - found.length;
  const reached = failed + found.filter((drawn) => Math.abs(drawn) >= bar).length;
  const extra = plan.enumerated ? 0 : 1;
  return {
    term,
    observed,
    statistic,
    pValue: (extra + reached) / (extra + plan.draws),
    enumerated: plan.enumerated,
    distinct: plan.distinct === Infinity ? null : plan.distinct,
    draws: plan.draws,
    failed,
    distribution: Float64Array.from(found),
    seed,
    citation: "Fisher (1935); Roth & Sant'Anna (2023)",
  };
}

/** The panel in which every unit has the paths of the type that it was dealt. */
function permuted(
  panel: Panel,
  columns: readonly string[],
  { examples }: PathAssignment,
  types: Int32Array,
): Panel {
  const periods = panel.times.length;
  let drawn = panel;
  for (const column of columns) {
    const from = panel.numeric(column);
    const values = new Float64Array(panel.rows);
    types.forEach((type, i) => {
      const start = examples[type] * periods;
      values.set(from.subarray(start, start + periods), i * periods);
    });
    drawn = drawn.with(column, values);
  }
  return drawn;
}
