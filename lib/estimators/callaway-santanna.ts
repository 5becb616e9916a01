import type { Coding, Label } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import type { Design } from "./design.ts";
import {
  type AggregationCell,
  type AggregationOptions,
  type CohortSizes,
  cohortSizes,
} from "./group-time/aggregate.ts";
import {
  type BasePeriod,
  type CellOptions,
  computeCells,
  type ComputedCell,
  planCells,
  type WeightsAt,
} from "./group-time/cells.ts";
import { type Grid, makeGrid } from "./group-time/grid.ts";
import { type GroupTimeCell, GroupTimeEstimate } from "./group-time/group-time-estimate.ts";
import type { RowsInfluence } from "./group-time/two-group-rows.ts";
import type { CovariateMethod } from "./group-time/two-group.ts";
import { influenceCovariance, unitClusters } from "./influence.ts";
import { checkKnown, checkOneOf } from "./options.ts";

export type { AggregationOptions };

/** Options of `callawaySantAnna`. */
export interface CallawaySantAnnaOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Who is compared with: never-treated units, or those not yet treated as well. Default "never". */
  controlGroup?: "never" | "notYet";
  /** How covariates enter: doubly robust (default), inverse probability weighting, outcome regression. */
  method?: CovariateMethod;
  /** Columns that trends may depend on; their values in the earlier of the two periods are used. Default none. */
  covariates?: readonly string[];
  /** Periods (in units of time) by which units may react before treatment. Default 0. */
  anticipation?: number;
  /** "varying" (default): pre-periods look back one period; "universal": all effects look back to g − δ − 1. */
  basePeriod?: BasePeriod;
  /** Column of weights. Default none. */
  weights?: string;
  /** Column, or columns, fixed within units to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** "repeatedCrossSection" compares rows without following units. Default "panel". */
  panelMode?: "panel" | "repeatedCrossSection";
  /** True keeps units with holes and compares rows; false (default) leaves such units out, counted. */
  unbalanced?: boolean;
  /**
   * Whose weights a comparison of two periods uses when weights change over time: each row's own ("varying"), the
   * base period's, or the first period's. Default: the earlier of the two periods' (R's did).
   */
  weightsAt?: "varying" | "base" | "first";
  /**
   * Doubly robust comparisons of rows with covariates only: "DRDID" (default) has the standard errors of R's did;
   * "derivative" mends a sign in their influence function (see `RowsInfluence`). Effects are the same.
   */
  rowsInfluence?: RowsInfluence;
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const OPTIONS: readonly (keyof CallawaySantAnnaOptions)[] = [
  "outcome",
  "cohort",
  "controlGroup",
  "method",
  "covariates",
  "anticipation",
  "basePeriod",
  "weights",
  "cluster",
  "panelMode",
  "unbalanced",
  "weightsAt",
  "rowsInfluence",
  "confidenceLevel",
];

const CITATION =
  "Callaway & Sant'Anna (2021), Journal of Econometrics 225; Sant'Anna & Zhao (2020), Journal of Econometrics 219";

/**
 * Group-time average treatment effects ATT(g,t) under parallel trends, and their aggregates.
 *
 * Each cell compares the change of cohort g since its base period with the change of controls that are not treated
 * then, so that no treated unit is ever a control. Standard errors come from influence functions, clustered by
 * unit or by `cluster`, without a small-sample factor and with normal intervals, as in R's did with analytic errors.
 *
 * The estimate's terms are the cells that can be estimated with a variance ("ATT(2004, 2005)"); `cells` lists all
 * with the reason where one cannot be. `aggregate(type)` gives weighted averages with an `overall` term.
 *
 * @throws InputError when nobody is treated, there is no comparison group or pre-period, or an option is wrong.
 * Source: Callaway & Sant'Anna (2021), theorem 1 and section 3; comparisons by Sant'Anna & Zhao (2020).
 */
export function callawaySantAnna(
  panel: Panel,
  options: CallawaySantAnnaOptions,
): GroupTimeEstimate {
  checkCallawaySantAnna(options);
  const anticipation = options.anticipation ?? 0;
  const control = options.controlGroup ?? "never";
  const covariates = options.covariates ?? [];
  const byRow = options.panelMode === "repeatedCrossSection";
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates,
    weights: options.weights,
  }, {
    anticipation,
    control,
    gaps: byRow || options.unbalanced === true ? "keep" : "balance",
  });
  const varying = options.weightsAt === "varying" && options.weights !== undefined;
  const settings: CellOptions = {
    control,
    anticipation,
    method: options.method ?? "dr",
    basePeriod: options.basePeriod ?? "varying",
    weightsAt: (options.weightsAt ?? "earlier") satisfies WeightsAt,
    byRow: byRow || !grid.balanced || varying,
    influencePer: byRow ? "row" : "unit",
    rowsInfluence: options.rowsInfluence ?? "DRDID",
  };
  const cells = computeCells(grid, planCells(grid, settings), settings, covariates);
  return assemble(grid, cells, settings, options);
}

function checkCallawaySantAnna(options: CallawaySantAnnaOptions): void {
  checkKnown(options, OPTIONS, ["outcome", "cohort"]);
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  checkOneOf("method", options.method, ["dr", "ipw", "reg"]);
  checkOneOf("basePeriod", options.basePeriod, ["varying", "universal"]);
  checkOneOf("panelMode", options.panelMode, ["panel", "repeatedCrossSection"]);
  checkOneOf("unbalanced", options.unbalanced, [true, false]);
  checkOneOf("rowsInfluence", options.rowsInfluence, ["DRDID", "derivative"]);
  checkOneOf("weightsAt", options.weightsAt, ["varying", "base", "first"]);
  const { anticipation } = options;
  if (anticipation !== undefined && !(anticipation >= 0 && anticipation < Infinity)) {
    throw new InputError({
      problem: "The option anticipation must be zero or a positive number of periods",
      value: anticipation,
      remedy: "use 1 if units may react one period before treatment",
    });
  }
  const { panelMode, weightsAt } = options;
  if (panelMode === "repeatedCrossSection" && (weightsAt === "base" || weightsAt === "first")) {
    throw new InputError({
      problem:
        "Repeated cross-sections do not follow units, so weights of another period are unknown",
      column: "weightsAt",
      value: weightsAt,
      remedy: 'leave it out, or use weightsAt: "varying"',
    });
  }
}

function assemble(
  grid: Grid,
  computed: readonly ComputedCell[],
  settings: CellOptions,
  options: CallawaySantAnnaOptions,
): GroupTimeEstimate {
  const perRow = settings.influencePer === "row";
  const clusters = perRow
    ? rowClusters(grid.panel, options.cluster)
    : unitClusters(grid.panel, options.cluster);
  const lone = loneCohorts(grid);
  const usable = computed.filter((cell) => cell.influence !== null);
  const terms = usable.filter((cell) => !lone.has(cell.plan.cohort) && varies(cell.influence!));
  if (terms.length === 0) throw nothingEstimated(computed, grid, lone);
  const covariance = influenceCovariance(terms.map((cell) => cell.influence!), clusters);
  // With several dimensions of clusters the matrix as a whole may have been repaired.
  const variances = new Map(
    clusters.length > 1
      ? []
      : terms.map((cell, k) => [cell, covariance.matrix[k * terms.length + k]]),
  );
  const design = designOfCells(grid, computed, settings, options, covariance, lone);
  const sizes = sizesOf(grid, perRow);
  return new GroupTimeEstimate({
    names: terms.map(({ plan }) => cellName(plan.cohort, grid.times[plan.time])),
    estimates: terms.map((cell) => cell.effect!),
    covariance: covariance.matrix,
    influence: terms.map((cell) => cell.influence!),
    times: terms.map(({ plan }) => grid.times[plan.time]),
    citation: CITATION,
    panel: grid.panel,
    design,
  }, {
    cells: describeCells(grid, computed, lone, cellErrors(computed, clusters, variances)),
    aggregation: usableCells(computed, grid),
    sizes,
    times: grid.times,
    clusters,
    anticipation: settings.anticipation,
    loneCohorts: [...lone],
  });
}

/** Name of a cell's term. */
export function cellName(cohort: number, time: number): string {
  return `ATT(${cohort}, ${time})`;
}

function usableCells(computed: readonly ComputedCell[], grid: Grid): AggregationCell[] {
  return computed.filter((cell) => cell.effect !== null).map(({ plan, effect, influence }) => ({
    cohort: plan.cohort,
    time: grid.times[plan.time],
    effect: effect!,
    influence,
  }));
}

function varies(influence: Float64Array): boolean {
  for (let i = 0; i < influence.length; i++) if (influence[i] !== 0) return true;
  return false;
}

/** Cohorts with a single unit: nothing tells how their own outcomes vary. */
function loneCohorts(grid: Grid): Set<number> {
  const count = new Map<number, number>();
  for (const g of grid.cohort) count.set(g, (count.get(g) ?? 0) + 1);
  return new Set(grid.cohorts.filter((g) => count.get(g) === 1));
}

function sizesOf(grid: Grid, perRow: boolean): CohortSizes {
  const { panel, units, weights, cohort, times } = grid;
  if (perRow) {
    const weight = new Float64Array(panel.rows).fill(1);
    if (weights !== null) {
      grid.rowAt.forEach((row, at) => {
        if (row !== -1) weight[row] = weights[at];
      });
    }
    return cohortSizes(weight, Float64Array.from(panel.unit, (unit) => cohort[unit]));
  }
  if (weights === null) return cohortSizes(new Float64Array(units).fill(1), cohort);
  if (grid.balanced) return cohortSizes(weights.slice(0, units), cohort);
  const weight = new Float64Array(units);
  const seen = new Int32Array(units);
  for (let at = 0; at < units * times.length; at++) {
    if (Number.isNaN(weights[at])) continue;
    weight[at % units] += weights[at];
    seen[at % units]++;
  }
  return cohortSizes(weight.map((sum, i) => sum / seen[i]), cohort);
}

function rowClusters(panel: Panel, cluster: CallawaySantAnnaOptions["cluster"]): Coding[] {
  const names = cluster === undefined ? [] : [cluster].flat();
  if (names.length > 0) return names.map((name) => panel.groups(name));
  const levels = rowLabels(panel);
  return [{ name: "row", levels, codes: Int32Array.from(levels, (_, i) => i) }];
}

function rowLabels(panel: Panel): Label[] {
  if (panel.units.length === panel.rows) return [...panel.units];
  return Array.from(
    panel.unit,
    (unit, i) => `${panel.units[unit]}, ${panel.times[panel.time[i]]}`,
  );
}

function nothingEstimated(
  computed: readonly ComputedCell[],
  grid: Grid,
  lone: ReadonlySet<number>,
): InputError {
  const first = computed.find((cell) => cell.reason !== null && cell.plan.base !== cell.plan.time);
  const why = first === undefined
    ? `every cohort has one unit only (${[...lone].join(", ")}), or outcomes do not vary`
    : `${cellName(first.plan.cohort, grid.times[first.plan.time])}: ${first.reason}`;
  return new InputError({
    problem: `No group-time effect can be estimated with a variance; ${why}`,
    remedy: "use fewer covariates, another control group, or coarser cohorts",
  });
}

function describeCells(
  grid: Grid,
  computed: readonly ComputedCell[],
  lone: ReadonlySet<number>,
  errors: readonly (number | null)[],
): GroupTimeCell[] {
  const cells = computed.map((cell, k): GroupTimeCell => {
    const { plan, nTreated, nControl, effect, reason, notes } = cell;
    const alone = effect !== null && reason === null && lone.has(plan.cohort);
    const flat = errors[k] !== null && !(errors[k]! > 0);
    return {
      cohort: plan.cohort,
      time: grid.times[plan.time],
      baseTime: grid.times[plan.base],
      estimate: effect,
      standardError: alone || flat ? null : errors[k],
      influenceStandardError: errors[k],
      nTreated,
      nControl,
      ...(alone
        ? {
          reason:
            `cohort ${plan.cohort} has one unit: how its own outcome varies cannot be estimated`,
        }
        : flat
        ? { reason: "the outcome changes by the same amount in every unit: no variance" }
        : reason === null
        ? {}
        : { reason }),
      notes,
    };
  });
  return [...cells, ...closedCells(grid)].sort((a, b) => a.cohort - b.cohort || a.time - b.time);
}

/** Root of each cell's variance, where it is not known yet from its own influence. */
function cellErrors(
  computed: readonly ComputedCell[],
  clusters: readonly Coding[],
  variances: ReadonlyMap<ComputedCell, number>,
): (number | null)[] {
  return computed.map((cell) => {
    if (cell.influence === null) return null;
    const known = variances.get(cell);
    return Math.sqrt(known ?? influenceCovariance([cell.influence], clusters).matrix[0]);
  });
}

/** Cells that do not exist because the last cohort is the comparison group. */
function closedCells(grid: Grid): GroupTimeCell[] {
  const { lastCohort } = grid;
  if (lastCohort === null) return [];
  const none = {
    baseTime: null,
    estimate: null,
    standardError: null,
    influenceStandardError: null,
  };
  const closed = grid.cohorts.flatMap((cohort) =>
    lastCohort.closedTimes.map((time) => ({
      ...none,
      cohort,
      time,
      nTreated: grid.cohort.reduce((n, g) => n + (g === cohort ? 1 : 0), 0),
      nControl: 0,
      reason: `no control: no unit is untreated in ${time}`,
      notes: [],
    }))
  );
  const own = [...grid.times, ...lastCohort.closedTimes].map((time) => ({
    ...none,
    cohort: lastCohort.cohort,
    time,
    nTreated: grid.neverTreated,
    nControl: 0,
    reason: "the last cohort is the comparison group: there is nobody to compare it with",
    notes: [],
  }));
  return [...closed, ...own];
}

const METHODS: Record<CovariateMethod, string> = {
  dr: "doubly robust (logit and least squares)",
  ipw: "inverse probability weighting (logit)",
  reg: "outcome regression",
};

function designOfCells(
  grid: Grid,
  computed: readonly ComputedCell[],
  settings: CellOptions,
  options: CallawaySantAnnaOptions,
  covariance: { clusters: Design["covariance"]["clusters"]; repair: string | null },
  lone: ReadonlySet<number>,
): Design {
  const { panel } = grid;
  const covariates = options.covariates ?? [];
  const perRow = settings.influencePer === "row";
  const shown = computed.filter((cell) =>
    cell.influence !== null && !lone.has(cell.plan.cohort) && varies(cell.influence)
  );
  const failed = computed.filter((cell) => cell.effect === null);
  const cellNotes = computed.flatMap(({ plan, notes }) =>
    notes.map((note) => `${cellName(plan.cohort, grid.times[plan.time])}: ${note}`)
  );
  return {
    estimator: "Callaway & Sant'Anna group-time effects",
    formula: `ATT(g, t) of ${options.outcome}` +
      (covariates.length === 0
        ? ""
        : `, trends conditional on ${covariates.join(", ")}: ${METHODS[settings.method]}`),
    outcome: options.outcome,
    effects: shown.map(({ plan }) => cellName(plan.cohort, grid.times[plan.time])),
    covariates,
    fixedEffects: [],
    weights: options.weights ?? null,
    comparison: `each cohort against ${
      settings.control === "never"
        ? `${grid.neverTreated} never-treated units`
        : "units not yet treated through the later of the two periods (as R's did; Stata's csdid differs before treatment)"
    }; ${
      settings.basePeriod === "universal"
        ? "all effects since the last period before treatment"
        : "effects since the last period before treatment, pre-periods since the period before"
    }${settings.anticipation === 0 ? "" : ` less ${settings.anticipation} of anticipation`}`,
    basePeriod: null,
    observations: panel.rows,
    units: panel.units.length,
    times: panel.times.length,
    unitName: perRow ? "row" : panel.unitName,
    unitLabels: perRow ? rowLabels(panel) : panel.units,
    droppedRows: grid.droppedRows,
    droppedColumns: failed.map(({ plan, reason }) => ({
      name: cellName(plan.cohort, grid.times[plan.time]),
      reason: reason!,
    })),
    covariance: {
      type: "from influence functions,",
      clusters: covariance.clusters,
      smallSample: "none (as R's did)",
      repair: covariance.repair,
    },
    degreesOfFreedom: Infinity,
    confidenceLevel: options.confidenceLevel ?? 0.95,
    computation: settings.byRow ? "comparisons of rows" : "comparisons of changes",
    notes: [
      ...(panel.context.notes ?? []),
      ...grid.notes,
      ...(perRow ? ["repeated cross-sections: rows are treated as independent of each other"] : []),
      ...(settings.byRow && !perRow && !grid.balanced
        ? ["the panel has holes: rows are compared, and errors summed by unit"]
        : []),
      ...(settings.byRow && settings.method === "dr" && covariates.length > 0
        ? [
          settings.rowsInfluence === "DRDID"
            ? 'influence functions as in R\'s DRDID; rowsInfluence: "derivative" mends the sign of one term'
            : "influence functions with the sign that the derivative has, unlike R's DRDID",
        ]
        : []),
      ...(options.weights === undefined ? [] : [weightsNote(settings)]),
      ...[...lone].map((g) =>
        `cohort ${g} has one unit: its cells have an estimate and no variance; where an average includes it, ` +
        "the standard error leaves its own noise out and is too small"
      ),
      ...cellNotes,
    ],
    context: panel.context,
  };
}

function weightsNote({ weightsAt, byRow }: CellOptions): string {
  if (weightsAt === "first") return "weights of the first period throughout";
  if (weightsAt === "base") return "weights of each cell's base period";
  return byRow ? "each row's own weight" : "weights of the earlier of a cell's two periods";
}
