import type { Coding } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import {
  completeSample,
  finiteColumn,
  positiveWeights,
  type Sample,
  withoutSingletons,
} from "../panel/sample.ts";
import { clusterScores, covariance } from "../regression/covariance.ts";
import type { FixedEffect } from "../regression/groups.ts";
import { leastSquares, type LeastSquaresFit } from "../regression/least-squares.ts";
import { FIXEST_RULE } from "../regression/small-sample.ts";
import { Estimate } from "./estimate.ts";
import type { RegressionOptions } from "./options.ts";

/** A regressor that is a treatment effect, made from the rows that are used. */
export interface EffectRegressor {
  readonly name: string;
  readonly values: (panel: Panel) => Float64Array;
  /** Calendar or event time of the effect, where it has one. */
  readonly time?: number;
}

/** A two-way regression: what is special to the estimator, on top of the common options. */
export interface TwoWaySpec {
  readonly estimator: string;
  readonly citation: string;
  /** Columns that the effects are made from; rows in which one is missing are dropped. */
  readonly columns: readonly string[];
  /** The effects, given the rows used; checks on the design belong here. */
  readonly effects: (panel: Panel) => readonly EffectRegressor[];
  /** The effects in the formula: "β·D". */
  readonly effectFormula: string;
  readonly comparison: string;
  readonly basePeriod: number | null;
  readonly treatedFrom?: number;
  /** What else the reader must know, given the rows used. */
  readonly notes?: (panel: Panel) => readonly string[];
}

/** Fits outcome ~ effects + covariates | unit + time and returns the estimate. */
export function estimateTwoWay(
  panel: Panel,
  options: RegressionOptions,
  spec: TwoWaySpec,
): Estimate {
  const covariates = options.covariates ?? [];
  const byTime = options.covariatesByTime ?? [];
  const { panel: used, drops } = regressionSample(panel, options, spec.columns);
  const weights = options.weights === undefined ? null : positiveWeights(used, options.weights);
  const effects = spec.effects(used);
  const controls = controlColumns(used, options);
  const fixed = fixedEffects(used, options);
  const fit = leastSquares({
    outcome: finiteColumn(used, options.outcome),
    names: [...effects, ...controls].map(({ name }) => name),
    regressors: [
      ...effects.map(({ values }) => values(used)),
      ...controls.map(({ values }) => values),
    ],
    effects: fixed,
    weights,
  });
  requireEffect(fit, effects);

  const type = options.covariance ?? "CR1";
  const clusters = type === "CR1" ? clusterCodings(used, options.cluster) : [];
  const rule = { ...FIXEST_RULE, ...options.smallSample };
  const variance = covariance(fit, type, clusters, rule);
  const times = new Map(effects.map(({ name, time }) => [name, time]));
  return new Estimate({
    names: fit.names,
    estimates: fit.coefficients,
    covariance: variance.matrix,
    influence: unitInfluence(fit, used),
    citation: spec.citation,
    times: fit.names.map((name) => times.get(name)),
    regression: { fit, panel: used, clusters, rule },
    design: {
      estimator: spec.estimator,
      formula: formula(options, spec, used),
      outcome: options.outcome,
      effects: effects.map(({ name }) => name).filter((name) => fit.names.includes(name)),
      covariates: [...covariates, ...byTime.map((name) => `${name} × ${used.timeName}`)],
      fixedEffects: fixed.map(({ name }) => name),
      weights: options.weights ?? null,
      comparison: spec.comparison,
      basePeriod: spec.basePeriod,
      ...(spec.treatedFrom === undefined ? {} : { treatedFrom: spec.treatedFrom }),
      observations: used.rows,
      units: used.units.length,
      times: used.times.length,
      unitName: used.unitName,
      unitLabels: used.units,
      droppedRows: drops,
      droppedColumns: fit.dropped,
      covariance: {
        type: variance.type,
        clusters: variance.clusters,
        smallSample: variance.smallSample,
        repair: variance.repair,
      },
      degreesOfFreedom: variance.degreesOfFreedom,
      confidenceLevel: options.confidenceLevel ?? 0.95,
      computation: fit.absorption,
      notes: [...(used.context.notes ?? []), ...(spec.notes?.(used) ?? [])],
      context: used.context,
    },
  });
}

/**
 * The rows that a two-way regression uses: those with every column (`columns` are the effects' own), less those alone in
 * a fixed effect.
 */
export function regressionSample(
  panel: Panel,
  options: RegressionOptions,
  columns: readonly string[],
): Sample {
  const { covariates = [], covariatesByTime = [], weights, timeEffectsBy } = options;
  const complete = completeSample(panel, [
    options.outcome,
    ...columns,
    ...covariates,
    ...covariatesByTime,
    ...(weights === undefined ? [] : [weights]),
  ]);
  const single = withoutSingletons(complete.panel, [
    panel.unitName,
    timeEffectsBy === undefined ? panel.timeName : [timeEffectsBy, panel.timeName],
  ]);
  return { panel: single.panel, drops: [...complete.drops, ...single.drops] };
}

/** The regressors beside the effects: covariates, and baselines by period. */
export function controlColumns(
  panel: Panel,
  { covariates = [], covariatesByTime = [] }: RegressionOptions,
): { readonly name: string; readonly values: Float64Array }[] {
  return [
    ...covariates.map((name) => ({ name, values: panel.numeric(name) })),
    ...covariatesByTime.flatMap((name) => interactedWithTime(panel, name)),
  ];
}

function fixedEffects(panel: Panel, options: RegressionOptions): FixedEffect[] {
  const times = options.timeEffectsBy === undefined
    ? panel.groups(panel.timeName)
    : panel.crossedGroups([options.timeEffectsBy, panel.timeName]);
  const unit = toEffect(panel.groups(panel.unitName));
  if (options.trends !== "unit") return [unit, toEffect(times)];
  const trend = { ...unit, name: `${unit.name} with own trend`, slope: centredTime(panel) };
  return [trend, toEffect(times)];
}

function toEffect({ name, codes, levels }: Coding): FixedEffect {
  return { name, codes, levels: levels.length };
}

/** Time about its mean, so that a trend is nearly orthogonal to its intercept. */
function centredTime(panel: Panel): Float64Array {
  const middle = panel.times.reduce((sum, time) => sum + time, 0) / panel.times.length;
  return Float64Array.from(panel.time, (code) => panel.times[code] - middle);
}

function interactedWithTime(panel: Panel, name: string): { name: string; values: Float64Array }[] {
  const column = panel.numeric(name);
  return panel.times.slice(1).map((time, k) => ({
    name: `${name} × ${time}`,
    values: column.map((value, i) => panel.time[i] === k + 1 ? value : 0),
  }));
}

function clusterCodings(panel: Panel, cluster: RegressionOptions["cluster"]): Coding[] {
  const names = cluster === undefined
    ? [panel.unitName]
    : typeof cluster === "string"
    ? [cluster]
    : cluster;
  return names.map((name) => panel.groups(name));
}

function requireEffect(fit: LeastSquaresFit, effects: readonly EffectRegressor[]): void {
  if (effects.some(({ name }) => fit.names.includes(name))) return;
  const reasons = fit.dropped.map(({ name, reason }) => `${name} is ${reason}`).join("; ");
  throw new InputError({
    problem: `No treatment effect can be estimated: ${reasons}`,
    column: effects.map(({ name }) => name).join(", "),
    remedy:
      "treatment must vary over time within units, and differently across units; check window and groups, " +
      "or use fewer trends and covariates",
  });
}

/** Σ over a unit's rows of R⁻¹ q w e: K rows with one value per unit. */
function unitInfluence(fit: LeastSquaresFit, panel: Panel): Float64Array[] {
  const size = fit.q.length;
  const units = panel.units.length;
  const scores = clusterScores(fit, panel.unit, units);
  return fit.names.map((_, k) => {
    const influence = new Float64Array(units);
    for (let i = 0; i < units; i++) {
      let sum = 0;
      for (let j = k; j < size; j++) sum += fit.inverseR[k * size + j] * scores[i * size + j];
      influence[i] = sum;
    }
    return influence;
  });
}

function formula(options: RegressionOptions, spec: TwoWaySpec, panel: Panel): string {
  const right = [
    spec.effectFormula,
    ...(options.covariates ?? []),
    ...(options.covariatesByTime ?? []).map((name) => `${name} × ${panel.timeName}`),
  ];
  const unit = options.trends === "unit" ? `${panel.unitName}[own trend]` : panel.unitName;
  const time = options.timeEffectsBy === undefined
    ? panel.timeName
    : `${options.timeEffectsBy} × ${panel.timeName}`;
  return `${options.outcome} ~ ${right.join(" + ")} | ${unit} + ${time}`;
}
