import { InputError } from "../panel/errors.ts";
import type { Coding } from "../panel/coding.ts";
import type { Panel } from "../panel/panel.ts";
import { finiteColumn, positiveWeights } from "../panel/sample.ts";
import { clusterScores, covariance } from "../regression/covariance.ts";
import type { FixedEffect } from "../regression/groups.ts";
import { leastSquares, type LeastSquaresFit } from "../regression/least-squares.ts";
import { FIXEST_RULE, type SmallSampleRule } from "../regression/small-sample.ts";
import { averageRows, type RowEffects } from "./cohort/regression-average.ts";
import {
  cellCounts,
  cellKey,
  type CohortRows,
  cohortRows,
  cohortsByLabel,
  loneCohorts,
  loneNeverNote,
} from "./cohort/rows.ts";
import type { Design } from "./design.ts";
import { Estimate } from "./estimate.ts";
import { type EtwfeDesign, etwfeDesign, requireTimeConstant } from "./etwfe/design.ts";
import { glm, LOGIT, POISSON } from "./etwfe/glm.ts";
import { averageResponses } from "./etwfe/margins.ts";
import { type Grid, makeGrid } from "./group-time/grid.ts";
import { checkKnown, checkOneOf } from "./options.ts";
import { type EffectCell, StaggeredEstimate } from "./staggered-estimate.ts";
import { partsOf } from "./sun-abraham.ts";

export interface EtwfeOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Covariates fixed over time; trends and effects may depend on them. Default none. */
  covariates?: readonly string[];
  /** "notYet" (default): all untreated rows compare; "never": the never treated only, with effects before treatment. */
  controlGroup?: "never" | "notYet";
  /** Default "linear". "poisson" and "logit" assume parallel trends of the index; effects are on the outcome's scale. */
  family?: "linear" | "poisson" | "logit";
  /** "cohort" (default; the same estimates as "unit" on balanced panels) or "unit" fixed effects (linear only). */
  fixedEffects?: "cohort" | "unit";
  /** Column of positive analytic weights. Default none. */
  weights?: string;
  /** Column, or columns, to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** Default "CR1" with fixest's small-sample rule. */
  covariance?: "CR1" | "HC1";
  /** Parts of the small-sample rule that differ from fixest's default. */
  smallSample?: Partial<SmallSampleRule>;
  /** Whether cohort shares in averages count as known (default) or estimated (linear, clustered by unit or coarser). */
  shares?: "fixed" | "estimated";
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const OPTIONS: readonly (keyof EtwfeOptions)[] = [
  "outcome",
  "cohort",
  "covariates",
  "controlGroup",
  "family",
  "fixedEffects",
  "weights",
  "cluster",
  "covariance",
  "smallSample",
  "shares",
  "confidenceLevel",
];

const LINEAR = "Wooldridge (2025), Empirical Economics 69, eqs. 5.3 and 6.33";
const NONLINEAR = "Wooldridge (2023), Econometrics Journal 26, section 3";

/**
 * Extended two-way fixed effects: a pooled regression saturated in cohorts, periods and their effects, averaged over
 * treated rows.
 *
 * Terms are "event time e" and "overall"; `aggregate` averages otherwise, and `cellEstimate` is the regression behind
 * (terms "ATT(g, t)"). Nonlinear effects are differences of fitted means, E[y(1) − y(0)], by the delta method.
 *
 * @throws InputError when nobody is treated, there is no comparison group, or an option is wrong.
 * Source: Wooldridge (2025), Two-way fixed effects, the two-way Mundlak regression, and difference-in-differences
 * estimators; Wooldridge (2023) for the nonlinear models.
 */
export function etwfe(panel: Panel, options: EtwfeOptions): EtwfeEstimate {
  checkKnown(options, OPTIONS, ["outcome", "cohort"]);
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  checkOneOf("family", options.family, ["linear", "poisson", "logit"]);
  checkOneOf("fixedEffects", options.fixedEffects, ["cohort", "unit"]);
  checkOneOf("covariance", options.covariance, ["CR1", "HC1"]);
  checkOneOf("shares", options.shares, ["fixed", "estimated"]);
  const covariates = options.covariates ?? [];
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates,
    weights: options.weights,
  }, { anticipation: 0, gaps: "keep", control: options.controlGroup ?? "notYet" });
  const rows = cohortRows(grid.panel, cohortsByLabel(grid.panel, grid.cohort));
  requireTimeConstant(rows, covariates);
  return (options.family ?? "linear") === "linear"
    ? linear(grid, rows, options)
    : nonlinear(grid, rows, options);
}

/** A Wooldridge event study with the regression that it averages. */
export class EtwfeEstimate extends StaggeredEstimate {
  /** The saturated regression: terms "ATT(g, t)", interactions and controls. */
  readonly cellEstimate: Estimate;

  constructor(parts: ConstructorParameters<typeof StaggeredEstimate>, cellEstimate: Estimate) {
    super(...parts);
    this.cellEstimate = cellEstimate;
  }
}

function linear(grid: Grid, rows: CohortRows, options: EtwfeOptions): EtwfeEstimate {
  const { panel } = rows;
  const unitEffects = options.fixedEffects === "unit";
  const weights = options.weights === undefined ? null : positiveWeights(panel, options.weights);
  const design = etwfeDesign(rows, {
    covariates: options.covariates ?? [],
    control: options.controlGroup ?? "notYet",
    unitEffects,
    weights,
  });
  const columns = [...design.effects, ...design.controls];
  const effects = [unitEffects ? unitEffect(panel) : cohortEffect(rows), timeEffect(panel)];
  const fit = leastSquares({
    outcome: finiteColumn(panel, options.outcome),
    names: columns.map(({ name }) => name),
    regressors: columns.map(({ values }) => values),
    effects,
    weights,
  });
  const base = regressionEstimate(grid, rows, fit, design, options);
  const known = new Set(fit.names);
  const rowEffects: RowEffects = {
    base,
    rows,
    available: (i) => design.cellOf[i] !== -1 && known.has(design.cells[design.cellOf[i]].name),
    add: (i, weight, terms) => {
      const cell = design.cells[design.cellOf[i]];
      if (!known.has(cell.name)) return false;
      terms.set(cell.name, (terms.get(cell.name) ?? 0) + weight);
      cell.interactions.forEach((name, j) => {
        if (known.has(name)) {
          terms.set(name, (terms.get(name) ?? 0) + weight * design.demeaned[j][i]);
        }
      });
      return true;
    },
    weights,
    shares: options.shares ?? "fixed",
    beside: [],
  };
  const note = "averages over rows; cohort shares and covariates count as known (as in R's etwfe)";
  return finish(
    base,
    rows,
    design,
    (type, choice = {}) => averageRows(rowEffects, type, choice, note),
  );
}

function nonlinear(grid: Grid, rows: CohortRows, options: EtwfeOptions): EtwfeEstimate {
  const { panel } = rows;
  if (options.fixedEffects === "unit" || options.shares === "estimated") {
    throw new InputError({
      problem: "Nonlinear models take cohort effects and known shares only",
      column: options.fixedEffects === "unit" ? "fixedEffects" : "shares",
      value: options.fixedEffects === "unit" ? "unit" : "estimated",
      remedy: "leave the option out (unit effects in a logit bias its coefficients)",
    });
  }
  const family = options.family === "poisson" ? POISSON : LOGIT;
  const outcome = finiteColumn(panel, options.outcome);
  requireRange(panel, options.outcome, outcome, family.name);
  const weights = options.weights === undefined ? null : positiveWeights(panel, options.weights);
  const design = etwfeDesign(rows, {
    covariates: options.covariates ?? [],
    control: options.controlGroup ?? "notYet",
    unitEffects: false,
    weights,
  });
  requireSomeOutcome(rows, design, outcome, family.name);
  const columns = [
    { name: "intercept", values: new Float64Array(panel.rows).fill(1) },
    ...dummies(cohortEffect(rows), rows.cohorts.map((g) => `cohort ${g}`)),
    ...dummies(timeEffect(panel), panel.times.map((t) => `time ${t}`)),
    ...design.controls,
    ...design.effects,
  ];
  const model = glm(outcome, columns, weights, family);
  const base = regressionEstimate(grid, rows, model.fit, design, options);
  const averages = { base, rows, design, model, family, weights };
  return finish(
    base,
    rows,
    design,
    (type, choice = {}) => averageResponses(averages, type, choice),
  );
}

function requireRange(panel: Panel, name: string, outcome: Float64Array, family: string): void {
  const wrong: number[] = [];
  for (let i = 0; i < outcome.length; i++) {
    if (outcome[i] < 0 || (family === "logit" && outcome[i] > 1)) wrong.push(i);
  }
  if (wrong.length === 0) return;
  throw new InputError({
    problem: family === "logit"
      ? "The logit model needs an outcome between 0 and 1"
      : "The Poisson model needs an outcome that is not negative",
    column: name,
    rows: panel.describeRows(wrong),
    value: outcome[wrong[0]],
    remedy: family === "logit"
      ? 'use a share as a proportion (percent divided by 100), or family: "linear"'
      : 'use a count or an amount, or family: "linear"',
  });
}

/** A cell with only zeros (or only ones) has an infinite effect on the index. */
function requireSomeOutcome(
  rows: CohortRows,
  design: EtwfeDesign,
  outcome: Float64Array,
  family: string,
): void {
  const low = new Float64Array(design.cells.length).fill(Infinity);
  const high = new Float64Array(design.cells.length).fill(-Infinity);
  design.cellOf.forEach((c, i) => {
    if (c === -1) return;
    low[c] = Math.min(low[c], outcome[i]);
    high[c] = Math.max(high[c], outcome[i]);
  });
  const extreme = design.cells.findIndex((_, c) =>
    high[c] === 0 || (family === "logit" && low[c] === 1)
  );
  if (extreme === -1) return;
  throw new InputError({
    problem: `The outcome is ${high[extreme]} throughout ${
      design.cells[extreme].name
    }, so its effect on the index is infinite`,
    value: rows.panel.times[design.cells[extreme].time],
    remedy: 'leave that cohort or period out, or use family: "linear"',
  });
}

function dummies(effect: FixedEffect, names: readonly string[]) {
  // The last level of a cohort effect (never treated) and the first period are the base.
  const skip = names.length < effect.levels ? names.length : 0;
  return Array.from({ length: effect.levels }, (_, level) => level)
    .filter((level) => level !== skip)
    .map((level) => ({
      name: names[level],
      values: Float64Array.from(effect.codes, (code) => code === level ? 1 : 0),
    }));
}

function cohortEffect({ panel, cohort, cohorts }: CohortRows): FixedEffect {
  const place = new Map<number, number>(cohorts.map((g, k) => [g, k]));
  const codes = Int32Array.from(
    panel.unit,
    (unit) => place.get(cohort[unit]) ?? cohorts.length,
  );
  return { name: "cohort", codes, levels: cohorts.length + 1 };
}

function unitEffect(panel: Panel): FixedEffect {
  return { name: panel.unitName, codes: panel.unit, levels: panel.units.length };
}

function timeEffect(panel: Panel): FixedEffect {
  return { name: panel.timeName, codes: panel.time, levels: panel.times.length };
}

function clusterCodings(panel: Panel, options: EtwfeOptions): Coding[] {
  if (options.covariance === "HC1") return [];
  return (options.cluster === undefined ? [panel.unitName] : [options.cluster].flat())
    .map((name) => panel.groups(name));
}

function regressionEstimate(
  grid: Grid,
  rows: CohortRows,
  fit: LeastSquaresFit,
  design: EtwfeDesign,
  options: EtwfeOptions,
): Estimate {
  const { panel } = rows;
  const family = options.family ?? "linear";
  const names = design.cells.map(({ name }) => name).filter((name) => fit.names.includes(name));
  if (names.length === 0) {
    throw new InputError({
      problem: "No cohort × period effect can be estimated",
      column: options.cohort,
      remedy: "include untreated rows in the periods of treatment, and use fewer covariates",
    });
  }
  const clusters = clusterCodings(panel, options);
  const rule = { ...FIXEST_RULE, ...options.smallSample };
  const variance = covariance(fit, options.covariance ?? "CR1", clusters, rule);
  const times = new Map(design.cells.map(({ name, time }) => [name, panel.times[time]]));
  return new Estimate({
    names: fit.names,
    estimates: fit.coefficients,
    covariance: variance.matrix,
    influence: unitInfluence(fit, panel),
    citation: family === "linear" ? LINEAR : NONLINEAR,
    times: fit.names.map((name) => times.get(name)),
    panel,
    ...(family === "linear" ? { regression: { fit, panel, clusters, rule } } : {}),
    design: designOf(grid, rows, fit, options, names, variance),
  });
}

function designOf(
  grid: Grid,
  rows: CohortRows,
  fit: LeastSquaresFit,
  options: EtwfeOptions,
  effects: readonly string[],
  variance: ReturnType<typeof covariance>,
): Design {
  const { panel } = rows;
  const never = (options.controlGroup ?? "notYet") === "never";
  const family = options.family ?? "linear";
  const lone = [...loneCohorts(rows)];
  return {
    estimator: `Extended two-way fixed effects (${family}), cohort × period regression`,
    formula: `${options.outcome} ~ cohort × ${panel.timeName} effects${
      (options.covariates ?? []).map((x) => ` × ${x}`).join("")
    } | ${options.fixedEffects === "unit" ? panel.unitName : "cohort"} + ${panel.timeName}`,
    outcome: options.outcome,
    effects,
    covariates: options.covariates ?? [],
    fixedEffects: fit.effects.map(({ name }) => name),
    weights: options.weights ?? null,
    comparison: never
      ? `each cohort against ${grid.neverTreated} never-treated units, since the last period before treatment`
      : "each cohort against all untreated rows, since the mean of its periods before treatment",
    basePeriod: never ? -1 : null,
    observations: panel.rows,
    units: panel.units.length,
    times: panel.times.length,
    unitName: panel.unitName,
    unitLabels: panel.units,
    droppedRows: grid.droppedRows,
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
    notes: [
      ...(panel.context.notes ?? []),
      ...grid.notes,
      ...(family === "linear" ? [] : [`parallel trends are assumed of the ${family} index`]),
      ...loneNeverNote(rows.cohort),
      ...lone.map((g) =>
        `cohort ${g} has one unit: its own noise is not in the standard errors of averages that include it`
      ),
    ],
    context: panel.context,
  };
}

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

function finish(
  base: Estimate,
  rows: CohortRows,
  design: EtwfeDesign,
  average: StaggeredEstimate["aggregate"],
): EtwfeEstimate {
  const title = base.design.estimator.replace(", cohort × period regression", "");
  const aggregate: StaggeredEstimate["aggregate"] = (type, choice = {}) => {
    const mean = average(type, choice);
    return new Estimate({
      ...partsOf(mean),
      design: { ...mean.design, estimator: `${title}, ${type} average` },
    });
  };
  const dynamic = aggregate("dynamic");
  return new EtwfeEstimate([
    { ...partsOf(dynamic), design: { ...dynamic.design, estimator: `${title} event study` } },
    etwfeEffectCells(base, rows, design),
    aggregate,
  ], base);
}

function etwfeEffectCells(base: Estimate, rows: CohortRows, design: EtwfeDesign): EffectCell[] {
  const counts = cellCounts(rows);
  const lone = loneCohorts(rows);
  const terms = new Map(base.terms.map((term) => [term.name, term]));
  return design.cells.map(({ name, cohort, time }): EffectCell => {
    const at = rows.panel.times[time];
    const cell = { cohort, time: at, nTreated: counts.get(cellKey(cohort, at)) ?? 0 };
    const term = terms.get(name);
    if (term === undefined) {
      const reason = base.design.droppedColumns.find((column) => column.name === name)?.reason;
      return { ...cell, estimate: null, standardError: null, reason: reason ?? "not estimated" };
    }
    return lone.has(cohort)
      ? {
        ...cell,
        estimate: term.estimate,
        standardError: null,
        reason: `cohort ${cohort} has one unit: how its own outcome varies cannot be estimated`,
      }
      : { ...cell, estimate: term.estimate, standardError: term.standardError };
  });
}
