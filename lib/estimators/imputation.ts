import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { clusterScores, covariance } from "../regression/covariance.ts";
import { leastSquares } from "../regression/least-squares.ts";
import { FIXEST_RULE } from "../regression/small-sample.ts";
import {
  cellCounts,
  cellKey,
  groupName,
  groupTime,
  loneCohorts,
  nothingTreated,
  type RowGroup,
  rowGroups,
} from "./cohort/rows.ts";
import type { Design } from "./design.ts";
import { Estimate, type EstimateParts } from "./estimate.ts";
import type { Aggregation, AggregationOptions } from "./group-time/aggregate.ts";
import {
  BASE_OPTIONS,
  byPeriod,
  type ImputationBase,
  type ImputationSetup,
  imputationSetup,
} from "./imputation/setup.ts";
import { influenceCovariance } from "./influence.ts";
import { checkKnown, checkOneOf } from "./options.ts";
import { type EffectCell, StaggeredEstimate } from "./staggered-estimate.ts";

export interface ImputationOptions extends ImputationBase {
  /**
   * True centres each treated row on the mean effect of the other units of its cohort and period, which is less
   * optimistic with few units. Default false, as in didimputation.
   */
  leaveOut?: boolean;
  /** True adds the effects before treatment, from a regression on untreated rows (base: event time −1). Default false. */
  preTrends?: boolean;
}

const CITATION = "Borusyak, Jaravel & Spiess (2024), Review of Economic Studies 91, theorems 1–3";

/**
 * Imputation estimator: untreated outcomes of treated rows are predicted from a two-way model fitted to untreated rows
 * only; effects are what is left, averaged.
 *
 * Terms are "event time e" and "overall" (all treated rows); `aggregate` averages otherwise. The conservative variance
 * counts the estimation of all fixed effects; the effects of treated rows are centred on the mean of their cohort and
 * period. No small-sample factor, normal intervals (as in didimputation).
 *
 * @throws InputError when nobody is treated, nothing can be predicted, or an option is wrong.
 * Source: Borusyak, Jaravel & Spiess (2024), theorem 2 (estimator), eqs. 7–8 (variance), appendix A.9 (leave-out);
 * proposition 9 for the test before treatment.
 */
export function imputation(panel: Panel, options: ImputationOptions): StaggeredEstimate {
  checkKnown(options, [...BASE_OPTIONS, "leaveOut", "preTrends"], ["outcome", "cohort"]);
  checkOneOf("leaveOut", options.leaveOut, [true, false]);
  checkOneOf("preTrends", options.preTrends, [true, false]);
  const setup = imputationSetup(panel, options);
  const aggregate: StaggeredEstimate["aggregate"] = (type, choice = {}) => {
    const parts = averageEffects(setup, options, type, choice, []);
    return new Estimate({
      ...parts,
      design: { ...parts.design, estimator: `Imputation, ${type} average` },
    });
  };
  const before = options.preTrends === true ? preTrendTerms(setup, options) : [];
  return new StaggeredEstimate(
    averageEffects(setup, options, "dynamic", {}, before),
    effectCells(setup, options),
    aggregate,
  );
}

/** One averaged effect. */
interface AveragedEffect {
  readonly name: string;
  readonly time: number | undefined;
  readonly effect: number;
  readonly influence: Float64Array;
}

function treatedRow(setup: ImputationSetup): (i: number) => boolean {
  return (i) => setup.event[i] >= 0 && setup.predictable[i] === 1;
}

/** A weighted mean of effects over rows; null when it cannot be predicted from untreated rows. */
function averageOver(
  setup: ImputationSetup,
  include: (i: number) => boolean,
  leaveOut: boolean,
): { effect: number; influence: Float64Array; alone: number } | null {
  const { panel, rest, weights, model } = setup;
  const v = new Float64Array(panel.rows);
  let total = 0;
  for (let i = 0; i < panel.rows; i++) {
    if (!include(i)) continue;
    v[i] = weights === null ? 1 : weights[i];
    total += v[i];
  }
  for (let i = 0; i < v.length; i++) v[i] /= total;
  const lambda = model.solve(v);
  if (lambda === null) return null;
  let effect = 0;
  for (let i = 0; i < v.length; i++) if (v[i] !== 0) effect += v[i] * rest[i];
  const shares = model.predict(lambda);
  const { centred, alone } = centredEffects(setup, v, leaveOut);
  const influence = new Float64Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) {
    const weight = model.untreated[i] === 1
      ? -(weights === null ? 1 : weights[i]) * shares[i]
      : v[i];
    const error = model.untreated[i] === 1 ? rest[i] : v[i] === 0 ? 0 : centred[i];
    influence[panel.unit[i]] += weight * error;
  }
  return { effect, influence, alone };
}

/**
 * Effects about the mean of their cohort and period, Σ v² τ / Σ v²; with `leaveOut` about that of the other units.
 * `alone` counts cells of one row, whose own noise cannot be seen.
 */
function centredEffects(setup: ImputationSetup, v: Float64Array, leaveOut: boolean) {
  const { panel, rows, rest } = setup;
  const sums = new Map<string, { square: number; product: number; count: number }>();
  const key = (i: number) => cellKey(rows.cohort[panel.unit[i]], panel.times[panel.time[i]]);
  for (let i = 0; i < v.length; i++) {
    if (v[i] === 0) continue;
    const cell = sums.get(key(i)) ?? { square: 0, product: 0, count: 0 };
    cell.square += v[i] ** 2;
    cell.product += v[i] ** 2 * rest[i];
    cell.count++;
    sums.set(key(i), cell);
  }
  const centred = new Float64Array(v.length);
  for (let i = 0; i < v.length; i++) {
    if (v[i] === 0) continue;
    const { square, product, count } = sums.get(key(i))!;
    const error = rest[i] - product / square;
    centred[i] = leaveOut && count > 1 ? error / (1 - v[i] ** 2 / square) : error;
  }
  return { centred, alone: [...sums.values()].filter(({ count }) => count === 1).length };
}

function averageEffects(
  setup: ImputationSetup,
  options: ImputationOptions,
  type: Aggregation,
  choice: AggregationOptions,
  before: readonly AveragedEffect[],
): EstimateParts {
  const groups = rowGroups(setup.rows, treatedRow(setup), type, choice);
  const lone = loneCohorts(setup.rows);
  const found: AveragedEffect[] = [];
  const dropped: { name: string; reason: string }[] = [];
  for (const group of groups) {
    const name = groupName(type, group.label);
    const reason = refusal(setup, group, lone);
    if (reason !== null) {
      dropped.push({ name, reason });
      continue;
    }
    const result = averageOver(setup, group.include, options.leaveOut === true);
    if (result === null) {
      dropped.push({ name, reason: "untreated rows do not connect to these treated rows" });
    } else if (result.influence.every((value) => value === 0)) {
      dropped.push({ name, reason: "the outcome does not vary: no variance" });
    } else found.push({ name, time: groupTime(type, group.label), ...result });
  }
  if (found.length === 0) throw refusedAll(type, dropped);
  const all = [...before, ...found];
  const matrix = influenceCovariance(all.map(({ influence }) => influence), setup.clusters);
  const names = all.map(({ name }) => name);
  return {
    names,
    estimates: all.map(({ effect }) => effect),
    covariance: matrix.matrix,
    influence: all.map(({ influence }) => influence),
    times: all.map(({ time }) => time),
    citation: CITATION,
    panel: setup.panel,
    design: imputationDesign(setup, options, {
      estimator: "Imputation event study",
      effects: type === "simple" ? names : names.filter((name) => name !== "overall"),
      droppedColumns: dropped,
      clusters: matrix.clusters,
      repair: matrix.repair,
      notes: [
        ...[...lone].map((g) =>
          `cohort ${g} has one unit: its own noise is not in the standard errors of averages that include it`
        ),
        options.leaveOut === true
          ? "effects centred on the mean of the other units of their cohort and period (leave-out)"
          : "effects centred on the mean of their cohort and period",
        ...(before.length === 0 ? [] : [
          "effects before treatment: a regression on untreated rows with event time −1 as base, fixest's rule",
        ]),
      ],
    }),
  };
}

/** Why an average has no variance: it rests on cohorts of one unit only. */
function refusal(
  setup: ImputationSetup,
  group: RowGroup,
  lone: ReadonlySet<number>,
): string | null {
  const { panel, rows } = setup;
  const cohorts = new Set<number>();
  for (let i = 0; i < panel.rows; i++) {
    if (group.include(i)) cohorts.add(rows.cohort[panel.unit[i]]);
  }
  if (cohorts.size === 0) return "no treated row whose untreated outcome can be predicted";
  return [...cohorts].every((g) => lone.has(g))
    ? `only the cohort of one unit (${[...cohorts].join(", ")}) is observed there: no variance`
    : null;
}

function refusedAll(
  type: Aggregation,
  dropped: readonly { name: string; reason: string }[],
): InputError {
  if (dropped.length === 0) return nothingTreated(type);
  return new InputError({
    problem: `No effect has a variance; ${dropped[0].name}: ${dropped[0].reason}`,
    remedy: "merge cohorts so that each has at least two units, or widen the window",
  });
}

/** What a design of these estimators says beyond the set-up. */
export interface DesignOwn {
  readonly estimator: string;
  readonly effects: readonly string[];
  readonly droppedColumns: Design["droppedColumns"];
  readonly clusters: Design["covariance"]["clusters"];
  readonly repair: string | null;
  readonly notes: readonly string[];
}

export function imputationDesign(
  setup: ImputationSetup,
  options: ImputationBase,
  own: DesignOwn,
): Design {
  const { panel } = setup;
  return {
    estimator: own.estimator,
    formula: `${options.outcome} ~ ${
      [...setup.covariates, `| ${panel.unitName} + ${panel.timeName}`].join(" + ").replace(
        "+ |",
        "|",
      )
    } on untreated rows`,
    outcome: options.outcome,
    effects: own.effects,
    covariates: setup.covariates,
    fixedEffects: [panel.unitName, panel.timeName],
    weights: options.weights ?? null,
    comparison: setup.comparison,
    basePeriod: null,
    observations: panel.rows,
    units: panel.units.length,
    times: panel.times.length,
    unitName: panel.unitName,
    unitLabels: panel.units,
    droppedRows: setup.droppedRows,
    droppedColumns: [
      ...own.droppedColumns,
      ...setup.model.dropped.map((name) => ({
        name,
        reason: "collinear, or not observed, among untreated rows",
      })),
    ],
    covariance: {
      type: "from influence functions,",
      clusters: own.clusters,
      smallSample: "none",
      repair: own.repair,
    },
    degreesOfFreedom: Infinity,
    confidenceLevel: options.confidenceLevel ?? 0.95,
    computation: "unit effects in closed form, periods and covariates by Cholesky",
    notes: [...(panel.context.notes ?? []), ...setup.notes, ...own.notes],
    context: panel.context,
  };
}

function effectCells(setup: ImputationSetup, options: ImputationOptions): EffectCell[] {
  const { rows, panel } = setup;
  const counts = cellCounts(rows);
  return rows.cohorts.flatMap((cohort) =>
    panel.times.flatMap((time, code): EffectCell[] => {
      const nTreated = counts.get(cellKey(cohort, time)) ?? 0;
      if (time < cohort || nTreated === 0) return [];
      const cell = { cohort, time, nTreated };
      const include = (i: number) =>
        panel.time[i] === code && rows.cohort[panel.unit[i]] === cohort &&
        setup.predictable[i] === 1;
      const none = { ...cell, estimate: null, standardError: null };
      if (!panel.unit.some((_, i) => include(i))) {
        return [{ ...none, reason: `no untreated row in ${time} to predict from` }];
      }
      const result = averageOver(setup, include, options.leaveOut === true);
      if (result === null) {
        return [{ ...none, reason: "untreated rows do not connect to this cell" }];
      }
      if (nTreated === 1) {
        return [{
          ...cell,
          estimate: result.effect,
          standardError: null,
          reason: "one unit in the cell: how its own outcome varies cannot be estimated",
        }];
      }
      const error = Math.sqrt(influenceCovariance([result.influence], setup.clusters).matrix[0]);
      return [{ ...cell, estimate: result.effect, standardError: error > 0 ? error : null }];
    })
  );
}

/** Leads on untreated rows, with event time −1 as the base; their influence is scaled by fixest's factor. */
function preTrendTerms(setup: ImputationSetup, options: ImputationOptions): AveragedEffect[] {
  const { panel, model, event } = setup;
  const keep: number[] = [];
  for (let i = 0; i < panel.rows; i++) if (model.untreated[i] === 1) keep.push(i);
  const used = panel.take(Int32Array.from(keep), "untreated rows");
  const own = Float64Array.from(keep, (i) => event[i]);
  const leads = [...new Set(own)].filter((e) => e !== -Infinity && e !== -1).sort((a, b) => a - b);
  const byTime = (options.covariatesByTime ?? []).flatMap((name) => byPeriod(used, name));
  const columns = [
    ...leads.map((e) => ({
      name: `event time ${e}`,
      values: own.map((value) => value === e ? 1 : 0),
    })),
    ...(options.covariates ?? []).map((name) => ({ name, values: used.numeric(name) })),
    ...byTime,
  ];
  const fit = leastSquares({
    outcome: used.numeric(options.outcome),
    names: columns.map(({ name }) => name),
    regressors: columns.map(({ values }) => values),
    effects: [
      { name: used.unitName, codes: used.unit, levels: used.units.length },
      { name: used.timeName, codes: used.time, levels: used.times.length },
    ],
    weights: options.weights === undefined ? null : used.numeric(options.weights),
  });
  const names = setup.clusters.map(({ name }) => name);
  const clusters = names.map((name) => used.groups(name));
  const adjusted = covariance(fit, "CR1", clusters, FIXEST_RULE);
  const scores = clusterScores(fit, used.unit, used.units.length);
  const position = new Map(panel.units.map((label, i) => [label, i]));
  const size = fit.q.length;
  return leads.flatMap((e): AveragedEffect[] => {
    const k = fit.names.indexOf(`event time ${e}`);
    if (k === -1) return [];
    const influence = new Float64Array(panel.units.length);
    used.units.forEach((label, i) => {
      let sum = 0;
      for (let j = k; j < size; j++) sum += fit.inverseR[k * size + j] * scores[i * size + j];
      influence[position.get(label)!] = sum;
    });
    const plain = influenceCovariance([influence], setup.clusters).matrix[0];
    const factor = Math.sqrt(adjusted.matrix[k * size + k] / plain);
    return [{
      name: `event time ${e}`,
      time: e,
      effect: fit.coefficients[k],
      influence: influence.map((value) => value * factor),
    }];
  });
}
