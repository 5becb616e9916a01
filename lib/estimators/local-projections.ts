import { InputError } from "../panel/errors.ts";
import type { Coding } from "../panel/coding.ts";
import type { Panel } from "../panel/panel.ts";
import { clusterScores, covariance } from "../regression/covariance.ts";
import { leastSquares } from "../regression/least-squares.ts";
import { FIXEST_RULE } from "../regression/small-sample.ts";
import { Estimate } from "./estimate.ts";
import { type Grid, makeGrid } from "./group-time/grid.ts";
import { influenceCovariance, unitClusters } from "./influence.ts";
import { loneNotes } from "./cohort/rows.ts";
import { checkKnown, checkOneOf } from "./options.ts";

export interface LocalProjectionOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Horizons from … to, in units of time. Default: all that occur. −1 is the base. */
  window?: { readonly from: number; readonly to: number };
  /**
   * True (default) weights cohorts by their number of treated units; false leaves the regression's own weights, which
   * favour periods with as many treated as control units (variance-weighted).
   */
  reweight?: boolean;
  /** Clean controls: units not treated by t + h ("notYet", default) or never treated. */
  controlGroup?: "never" | "notYet";
  /** "last" (default): changes since the last period before treatment; "mean": since the mean of all periods before. */
  baseline?: "last" | "mean";
  /** Columns whose value in the base period is controlled for. Default none. */
  covariates?: readonly string[];
  /** Column of positive analytic weights (those of the base period count). Default none. */
  weights?: string;
  /** Column, or columns, fixed within units to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const CITATION =
  "Dube, Girardi, Jordà & Taylor (2025), Journal of Applied Econometrics 40, eqs. 10–14";

/**
 * Local-projections difference-in-differences: for each horizon h one regression of y(t + h) − y(t − 1) on being newly
 * treated at t with period effects, among newly treated units and clean controls.
 *
 * Terms are "event time h" and "overall" (plain mean of the horizons from 0 on). Errors across horizons are joined through
 * influence functions, each with fixest's small-sample factor, so that the covariance is that of all horizons.
 *
 * @throws InputError when no horizon has newly treated units with clean controls, or an option is wrong.
 * Source: Dube, Girardi, Jordà & Taylor (2025): eq. 10 (clean controls), section 3.4 (reweighting), 4.2 (pre-mean base).
 */
export function localProjections(panel: Panel, options: LocalProjectionOptions): Estimate {
  checkKnown(
    options,
    [
      "outcome",
      "cohort",
      "window",
      "reweight",
      "controlGroup",
      "baseline",
      "covariates",
      "weights",
      "cluster",
      "confidenceLevel",
    ],
    ["outcome", "cohort"],
  );
  checkOneOf("reweight", options.reweight, [true, false]);
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  checkOneOf("baseline", options.baseline, ["last", "mean"]);
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates: options.covariates ?? [],
    weights: options.weights,
  }, { anticipation: 0, gaps: "keep", control: "notYet" });
  const clusters = unitClusters(grid.panel, options.cluster);
  const fits: HorizonFit[] = [];
  const dropped: { name: string; reason: string }[] = [];
  for (const h of horizons(grid, options)) {
    const fit = fitHorizon(grid, h, options, clusters);
    if ("reason" in fit) dropped.push({ name: `event time ${h}`, reason: fit.reason });
    else fits.push(fit);
  }
  if (!fits.some(({ horizon }) => horizon >= 0)) {
    throw new InputError({
      problem: `No horizon from 0 on can be estimated${
        dropped.length === 0 ? "" : `: ${dropped[0].name}: ${dropped[0].reason}`
      }`,
      column: options.cohort,
      remedy: "use horizons at which treated units and clean controls are observed",
    });
  }
  return assemble(grid, fits, dropped, clusters, options);
}

/** One horizon's coefficient, with the influence of each unit scaled to fixest's variance. */
interface HorizonFit {
  readonly horizon: number;
  readonly effect: number;
  readonly influence: Float64Array;
  readonly treated: number;
  readonly controls: number;
}

function horizons(grid: Grid, { window }: LocalProjectionOptions): number[] {
  const found = new Set<number>();
  for (const g of grid.cohorts) for (const t of grid.times) found.add(t - g);
  return [...found].filter((h) =>
    h !== -1 && (window === undefined || (h >= window.from && h <= window.to))
  ).sort((a, b) => a - b);
}

/** Rows of a horizon: for each cohort g its units, and clean controls, with their change from before g to g + h. */
function horizonRows(grid: Grid, horizon: number, options: LocalProjectionOptions) {
  const { units, times, outcome, cohort } = grid;
  const rows: HorizonRow[] = [];
  grid.cohorts.forEach((g) => {
    const base = times.findLastIndex((time) => time < g);
    const target = times.indexOf(g + horizon);
    if (base === -1 || target === -1 || target === base) return;
    for (let i = 0; i < units; i++) {
      const treated = cohort[i] === g;
      const clean = options.controlGroup === "never"
        ? cohort[i] === Infinity
        : cohort[i] > Math.max(g, g + horizon);
      if (!treated && !clean) continue;
      const from = options.baseline === "mean"
        ? meanBefore(grid, i, base + 1)
        : outcome[base * units + i];
      const change = outcome[target * units + i] - from;
      if (Number.isNaN(change)) continue;
      const mass = grid.weights === null ? 1 : grid.weights[base * units + i];
      rows.push({ unit: i, time: g, change, treated: treated ? 1 : 0, base, mass });
    }
  });
  return rows;
}

/** A change of one unit, dated by the cohort that it is compared for. */
interface HorizonRow {
  readonly unit: number;
  readonly time: number;
  readonly change: number;
  readonly treated: 0 | 1;
  /** Period code of the base. */
  readonly base: number;
  /** Weight in the base period; 1 without weights. */
  readonly mass: number;
}

function meanBefore({ outcome, units }: Grid, unit: number, code: number): number {
  let [sum, count] = [0, 0];
  for (let t = 0; t < code; t++) {
    const value = outcome[t * units + unit];
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? NaN : sum / count;
}

function fitHorizon(
  grid: Grid,
  horizon: number,
  options: LocalProjectionOptions,
  clusters: readonly Coding[],
): HorizonFit | { reason: string } {
  const all = horizonRows(grid, horizon, options);
  const { share, codes, levels, rows } = withBothGroups(all);
  if (rows.length === 0) return { reason: "no period has newly treated units and clean controls" };
  const covariates = (options.covariates ?? []).map((name, j) => ({
    name,
    values: Float64Array.from(
      rows,
      ({ unit, base }) => grid.covariates[j][base * grid.units + unit],
    ),
  }));
  const complete = rows.flatMap((_, k) =>
    covariates.every(({ values }) => !Number.isNaN(values[k])) ? [k] : []
  );
  if (complete.length < rows.length) return { reason: "a covariate is missing in a base period" };
  const reweight = options.reweight ?? true;
  const weights = grid.weights === null && !reweight
    ? null
    : Float64Array.from(rows, ({ mass }, k) => (reweight ? 1 / (1 - share[codes[k]]) : 1) * mass);
  const fit = leastSquares({
    outcome: Float64Array.from(rows, ({ change }) => change),
    names: ["newly treated", ...covariates.map(({ name }) => name)],
    regressors: [
      Float64Array.from(rows, ({ treated }) => treated),
      ...covariates.map(({ values }) => values),
    ],
    effects: [{ name: grid.panel.timeName, codes, levels }],
    weights,
  });
  if (fit.names[0] !== "newly treated") return { reason: fit.dropped[0].reason };
  const unitCodes = Int32Array.from(rows, ({ unit }) => unit);
  const own = clusters.map((cluster) => restrict(cluster, unitCodes));
  if (own.some(({ levels }) => levels.length < 2)) {
    return { reason: "only one cluster is observed" };
  }
  if (fit.squaredResiduals <= 1e-18 * fit.squaredOutcome) {
    return { reason: "the regression fits perfectly: no variance" };
  }
  const variance = covariance(fit, "CR1", own, FIXEST_RULE).matrix[0];
  const influence = horizonInfluence(fit, unitCodes, grid.units);
  const plain = influenceCovariance([influence], clusters).matrix[0];
  if (!(plain > 0)) return { reason: "scores sum to zero in every cluster: no variance" };
  const factor = Math.sqrt(variance / plain);
  return {
    horizon,
    effect: fit.coefficients[0],
    influence: influence.map((value) => value * factor),
    treated: rows.reduce((n, { treated }) => n + treated, 0),
    controls: rows.reduce((n, { treated }) => n + 1 - treated, 0),
  };
}

/** The rows of cohorts with both groups (others say nothing), their codes, and the treated's share of the weights. */
function withBothGroups(all: readonly HorizonRow[]) {
  const masses = new Map<number, [number, number]>();
  for (const { time, treated, mass } of all) {
    const own = masses.get(time) ?? [0, 0];
    own[treated] += mass;
    masses.set(time, own);
  }
  const kept = [...masses].filter(([, [controls, treated]]) => controls > 0 && treated > 0);
  const code = new Map(kept.map(([time], k) => [time, k]));
  const rows = all.filter(({ time }) => code.has(time));
  return {
    rows,
    codes: Int32Array.from(rows, ({ time }) => code.get(time)!),
    levels: kept.length,
    share: kept.map(([, [controls, treated]]) => treated / (controls + treated)),
  };
}

function restrict(cluster: Coding, units: Int32Array): Coding {
  const seen = new Map<number, number>();
  const codes = units.map((unit) => {
    const code = cluster.codes[unit];
    if (!seen.has(code)) seen.set(code, seen.size);
    return seen.get(code)!;
  });
  return {
    name: cluster.name,
    levels: [...seen.keys()].map((code) => cluster.levels[code]),
    codes,
  };
}

function horizonInfluence(
  fit: ReturnType<typeof leastSquares>,
  unitCodes: Int32Array,
  units: number,
): Float64Array {
  const size = fit.q.length;
  const scores = clusterScores(fit, unitCodes, units);
  const influence = new Float64Array(units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < size; j++) influence[i] += fit.inverseR[j] * scores[i * size + j];
  }
  return influence;
}

function assemble(
  grid: Grid,
  fits: readonly HorizonFit[],
  dropped: readonly { name: string; reason: string }[],
  clusters: readonly Coding[],
  options: LocalProjectionOptions,
): Estimate {
  const { panel } = grid;
  const after = fits.filter(({ horizon }) => horizon >= 0);
  const overall = new Float64Array(grid.units);
  for (const { influence } of after) {
    for (let i = 0; i < overall.length; i++) overall[i] += influence[i] / after.length;
  }
  const influence = [...fits.map((fit) => fit.influence), overall];
  const matrix = influenceCovariance(influence, clusters);
  const reweight = options.reweight ?? true;
  const base = options.baseline === "mean" ? "the mean of all periods before" : "t − 1";
  return new Estimate({
    names: [...fits.map(({ horizon }) => `event time ${horizon}`), "overall"],
    estimates: [
      ...fits.map(({ effect }) => effect),
      after.reduce((sum, { effect }) => sum + effect / after.length, 0),
    ],
    covariance: matrix.matrix,
    influence,
    times: [...fits.map(({ horizon }) => horizon), undefined],
    citation: CITATION,
    panel,
    design: {
      estimator: `Local projections (${reweight ? "reweighted" : "variance-weighted"})`,
      formula: `change of ${options.outcome} since ${base} ~ newly treated${
        (options.covariates ?? []).map((name) => ` + ${name}`).join("")
      } | ${panel.timeName}, one regression per horizon`,
      outcome: options.outcome,
      effects: fits.map(({ horizon }) => `event time ${horizon}`),
      covariates: options.covariates ?? [],
      fixedEffects: [panel.timeName],
      weights: options.weights ?? null,
      comparison: `units newly treated at t against ${
        options.controlGroup === "never" ? "never-treated units" : "units not treated by t + h"
      }`,
      basePeriod: -1,
      observations: panel.rows,
      units: panel.units.length,
      times: panel.times.length,
      unitName: panel.unitName,
      unitLabels: panel.units,
      droppedRows: grid.droppedRows,
      droppedColumns: dropped,
      covariance: {
        type: "CR1",
        clusters: matrix.clusters,
        smallSample: "each horizon's own G/(G − 1) × (n − 1)/(n − K) (fixest's default)",
        repair: matrix.repair,
      },
      degreesOfFreedom: Math.min(...matrix.clusters.map(({ count }) => count)) - 1,
      confidenceLevel: options.confidenceLevel ?? 0.95,
      computation: `${fits.length} regressions`,
      notes: [
        ...(panel.context.notes ?? []),
        ...grid.notes,
        "overall: plain mean of the horizons from 0 on",
        reweight
          ? "rows weighted so that every cohort counts by its number of treated units"
          : "cohorts count by the variance of treatment in their period",
        ...loneNotes(grid.cohort),
        ...fits.map(({ horizon, treated, controls }) =>
          `event time ${horizon}: ${treated} newly treated, ${controls} control rows`
        ),
      ],
      context: panel.context,
    },
  });
}
