import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import type { EstimateParts } from "./estimate.ts";
import { checkDistinct, checkKnown, checkNames, checkOneOf } from "./options.ts";
import { averageEffects, type CohortFit, eventTimes } from "./synthetic/average.ts";
import {
  type BlockSettings,
  fitBlock,
  noiseLevel,
  type SyntheticMethod,
  type SyntheticSolver,
} from "./synthetic/block.ts";
import { describeComparison } from "./synthetic/comparison.ts";
import { withoutConstants } from "./synthetic/constants.ts";
import { residualise } from "./synthetic/covariates.ts";
import { jackknifeInfluence, nearestInfluence, unitContributions } from "./synthetic/influence.ts";
import {
  type Refittable,
  replicateCovariance,
  type Replicates,
  replicates,
  type SyntheticInference,
  termSupport,
} from "./synthetic/resample.ts";
import { readSetup, type SyntheticSetup, type TreatedCohort } from "./synthetic/setup.ts";
import { SyntheticEstimate } from "./synthetic/synthetic-estimate.ts";

export interface SyntheticOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of a 0/1 treatment that stays on. Give this or `cohort`. */
  treatment?: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. Give this or `treatment`. */
  cohort?: string;
  /** Synthetic difference-in-differences (default), synthetic control, or plain difference-in-differences. */
  method?: SyntheticMethod;
  /** Columns that vary over time; the outcome is residualised on them first. Default none. */
  covariates?: readonly string[];
  /** Penalty on unit weights, in units of the outcome. Default: (N₁T₁)^¼ times the noise ("sdid"), 1e-6 times it ("sc"). */
  zetaOmega?: number;
  /** Penalty on time weights, in units of the outcome. Default: 1e-6 times the noise. */
  zetaLambda?: number;
  /** "exact" (default) solves for the weights to rounding; "frank-wolfe" takes the steps of the authors' R package. */
  solver?: SyntheticSolver;
  /**
   * "placebo" (default; fewer treated than controls), "jackknife" (two treated units or more in every cohort) or "bootstrap"
   * (two or more in all): algorithms 4, 3 and 2 of the paper.
   */
  inference?: SyntheticInference;
  /** Placebo assignments or bootstrap samples. Default 200. Where there are no more placebo assignments, all are taken. */
  draws?: number;
  /** A whole number from 0 to 2³² − 1; needed wherever something is drawn. */
  seed?: number;
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const OPTIONS: readonly (keyof SyntheticOptions)[] = [
  "outcome",
  "treatment",
  "cohort",
  "method",
  "covariates",
  "zetaOmega",
  "zetaLambda",
  "solver",
  "inference",
  "draws",
  "seed",
  "confidenceLevel",
];

const NAMES: Record<SyntheticMethod, string> = {
  sdid: "Synthetic difference-in-differences",
  sc: "Synthetic control",
  did: "Difference-in-differences (uniform weights)",
};

const CITATION =
  "Arkhangelsky, Athey, Hirshberg, Imbens & Wager (2021), American Economic Review 111(12), algorithms 1–4";
const STAGGERED =
  "; Clarke, Pailañir, Athey & Imbens (2023), IZA DP 15907 (cohorts); Ciccia (2024), arXiv 2407.09565 (event times)";

/**
 * Synthetic difference-in-differences: the treated against a weighted mean of never treated units that moved as they did
 * before treatment, over time relative to a weighted mean of the times before.
 *
 * Terms are "overall" (mean effect over treated rows) and "event time e" for every time since treatment; those before it show
 * how well the weights fit. Cohorts have weights of their own and are averaged by treated rows.
 *
 * The interval is the paper's, estimate ± normal quantile × error. `influence` holds the jackknife's changes, so that their
 * squares sum to its variance; for placebo and bootstrap the unit contributions at given weights, turned by the smallest
 * rotation and stretch whose squares sum to that covariance.
 *
 * @throws InputError when rows are missing, nobody or everybody is treated, a cohort has fewer than two periods before
 *   treatment, or the inference is not defined for so few units.
 * Source: Arkhangelsky et al. (2021), eqs. 1 and 4–6, algorithms 1–4; Clarke et al. (2023); Ciccia (2024).
 */
export function syntheticDid(panel: Panel, options: SyntheticOptions): SyntheticEstimate {
  const problem = prepare(panel, options);
  const { setup, fits, events, settings } = problem;
  const inference = options.inference ?? "placebo";
  const drawn = replicates(problem, inference, options);
  const covariance = replicateCovariance(drawn);
  const estimates = averageEffects(fits, events);
  const spread = influenceOf(problem, drawn, covariance);
  const support = termSupport(problem);
  const names = ["overall", ...events.times.map((e) => `event time ${e}`)];
  const parts: EstimateParts = {
    names,
    estimates,
    covariance,
    influence: spread.influence,
    times: [undefined, ...events.times],
    panel: setup.panel,
    citation: CITATION + (fits.length > 1 ? STAGGERED : ""),
    design: {
      estimator: NAMES[settings[0].method],
      formula: formulaOf(options.outcome, settings[0].method),
      outcome: options.outcome,
      effects: names.slice(1),
      covariates: options.covariates ?? [],
      fixedEffects: [],
      weights: null,
      comparison: comparisonOf(problem),
      basePeriod: null,
      observations: setup.panel.rows,
      units: setup.panel.units.length,
      times: setup.periods,
      unitName: setup.panel.unitName,
      unitLabels: setup.panel.units,
      droppedRows: [],
      droppedColumns: [],
      covariance: {
        type: `${inference} (algorithm ${{ bootstrap: 2, jackknife: 3, placebo: 4 }[inference]})`,
        clusters: [{ name: setup.panel.unitName, count: setup.panel.units.length }],
        smallSample: drawn.rule,
        repair: null,
      },
      degreesOfFreedom: Infinity,
      confidenceLevel: options.confidenceLevel ?? 0.95,
      computation: settings[0].method === "did"
        ? "closed form"
        : settings[0].solver === "exact"
        ? "exact quadratic programme over the simplex"
        : "Frank–Wolfe steps and sparsification as in synthdid 0.0.9",
      notes: [
        ...setup.notes,
        ...drawn.notes,
        ...(inference === "jackknife" && settings[0].method === "sc"
          ? ["the paper advises against the jackknife for synthetic control (section 5)"]
          : []),
        ...spread.notes,
      ],
      context: setup.panel.context,
    },
  };
  return new SyntheticEstimate(
    withoutConstants(
      parts,
      (k) =>
        inference === "bootstrap" && support[k] < 2
          ? "rests on one treated unit, which a bootstrap of units cannot judge"
          : "the same in every sample, so without an error",
    ),
    setup.cohorts.map((cohort, c) => describeComparison(setup, cohort, fits[c], settings[c])),
  );
}

/** The fits that `syntheticDid` reports, ready to be repeated on other units. */
export function prepare(panel: Panel, options: SyntheticOptions): Refittable {
  checkSynthetic(options);
  const method = options.method ?? "sdid";
  const raw = readSetup(panel, options, method === "did" ? 1 : 2);
  const residual = residualise(raw, options.covariates ?? []);
  const setup = { ...raw, y: residual.y, notes: [...raw.notes, ...residual.notes] };
  const settings = setup.cohorts.map((cohort) => settingsOf(setup, cohort, options));
  const fits: CohortFit[] = setup.cohorts.map(({ cohort, before, units }, c) => ({
    ...fitBlock(setup, { controls: setup.controls, treated: units, before }, settings[c]),
    cohort,
    before,
    treatedCount: units.length,
  }));
  const events = eventTimes(setup.cohorts.map(({ cohort }) => cohort), panel.times);
  return { setup, settings, fits, events };
}

function checkSynthetic(options: SyntheticOptions): void {
  checkKnown(options, OPTIONS, ["outcome"]);
  const { outcome, treatment, cohort } = options;
  checkDistinct(checkNames("covariates", options.covariates), [outcome, treatment, cohort]);
  checkOneOf("method", options.method, ["sdid", "sc", "did"]);
  checkOneOf("solver", options.solver, ["exact", "frank-wolfe"]);
  checkOneOf("inference", options.inference, ["placebo", "jackknife", "bootstrap"]);
  for (const name of ["zetaOmega", "zetaLambda"] as const) {
    const value = options[name];
    // Its square is what counts.
    if (value === undefined || (Number.isFinite(value * value) && value >= 0)) continue;
    throw new InputError({
      problem: "A penalty must be zero or above, and finite",
      column: name,
      value,
      remedy: "leave it out for the default of the paper",
    });
  }
}

/** Penalties and stopping rule of a cohort: Arkhangelsky et al. (2021), eq. 5, and the defaults of synthdid 0.0.9. */
function settingsOf(
  setup: SyntheticSetup,
  { units, before }: TreatedCohort,
  { method = "sdid", solver = "exact", zetaOmega, zetaLambda }: SyntheticOptions,
): BlockSettings {
  const noise = noiseLevel(setup, { controls: setup.controls, treated: units, before });
  const measured = Number.isNaN(noise) ? 0 : noise;
  const eta = method === "sdid" ? (units.length * (setup.periods - before)) ** 0.25 : 1e-6;
  return {
    method,
    solver,
    zetaOmega: zetaOmega ?? eta * measured,
    zetaLambda: zetaLambda ?? 1e-6 * measured,
    minDecrease: 1e-5 * measured,
  };
}

function influenceOf(
  problem: Refittable,
  drawn: Replicates,
  covariance: Float64Array,
): { influence: Float64Array[]; notes: string[] } {
  if (drawn.kind === "jackknife") return { influence: jackknifeInfluence(drawn), notes: [] };
  const { influence, exact } = nearestInfluence(unitContributions(problem), covariance);
  return {
    influence,
    notes: [
      `influence: unit contributions at given weights, turned to the ${drawn.kind} ${
        exact ? "covariance" : "variances (too few units for all covariances)"
      }`,
    ],
  };
}

function formulaOf(outcome: string, method: SyntheticMethod): string {
  const base = { sdid: "Σλ before", sc: "0", did: "mean before" }[method];
  const controls = method === "did" ? "mean of controls" : "Σω of controls";
  return `(${outcome} of the treated − ${controls}) after − the same ${base}`.replace(
    " − the same 0",
    "",
  );
}

function comparisonOf({ setup, fits }: Refittable): string {
  const cohorts = setup.cohorts.map(({ cohort, units }, c) => {
    const inside = fits[c].omega.filter((weight) => weight > 0).length;
    return `${units.length} treated from ${cohort} against ${inside} of ${setup.controls.length} never treated`;
  });
  return cohorts.join("; ");
}
