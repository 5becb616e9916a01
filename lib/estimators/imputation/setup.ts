import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { finiteColumn, positiveWeights, type RowDrop } from "../../panel/sample.ts";
import { type CohortRows, cohortRows, cohortsByLabel, eventTimes } from "../cohort/rows.ts";
import { makeGrid } from "../group-time/grid.ts";
import { unitClusters } from "../influence.ts";
import { type ModelColumn, type UntreatedModel, untreatedModel } from "./untreated-model.ts";

/** Options that imputation and two-stage estimation share. */
export interface ImputationBase {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Columns that vary over time, in the model of untreated outcomes. Default none. */
  covariates?: readonly string[];
  /** Columns, each interacted with every period but the first. Default none. */
  covariatesByTime?: readonly string[];
  /** Column of positive analytic weights. Default none. */
  weights?: string;
  /** Column, or columns, fixed within units to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

export const BASE_OPTIONS: readonly (keyof ImputationBase)[] = [
  "outcome",
  "cohort",
  "covariates",
  "covariatesByTime",
  "weights",
  "cluster",
  "confidenceLevel",
];

/** The rows, the model of untreated outcomes and what it leaves of every row. */
export interface ImputationSetup {
  readonly rows: CohortRows;
  readonly panel: Panel;
  readonly event: Float64Array;
  readonly model: UntreatedModel;
  /** Outcome less the predicted untreated outcome, for every row. */
  readonly rest: Float64Array;
  /** True where the untreated outcome can be predicted. */
  readonly predictable: Uint8Array;
  readonly weights: Float64Array | null;
  readonly clusters: readonly Coding[];
  readonly comparison: string;
  readonly droppedRows: readonly RowDrop[];
  readonly notes: readonly string[];
  readonly covariates: readonly string[];
}

export function imputationSetup(panel: Panel, options: ImputationBase): ImputationSetup {
  const covariates = options.covariates ?? [];
  const byTime = options.covariatesByTime ?? [];
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates: [...covariates, ...byTime],
    weights: options.weights,
  }, { anticipation: 0, gaps: "keep", control: "notYet" });
  const used = grid.panel;
  const rows = cohortRows(used, cohortsByLabel(used, grid.cohort));
  const event = eventTimes(rows);
  const untreated = Uint8Array.from(event, (e) => e < 0 ? 1 : 0);
  const columns: ModelColumn[] = [
    ...covariates.map((name) => ({ name, values: used.numeric(name) })),
    ...byTime.flatMap((name) => byPeriod(used, name)),
  ];
  const weights = options.weights === undefined ? null : positiveWeights(used, options.weights);
  const model = untreatedModel(used, untreated, columns, weights);
  const outcome = finiteColumn(used, options.outcome);
  const fitted = model.predict(model.fit(outcome));
  const predictable = predictableRows(used, untreated, model.closedTimes);
  requireTreated(event, predictable, options.cohort);
  return {
    rows,
    panel: used,
    event,
    model,
    rest: outcome.map((y, i) => y - fitted[i]),
    predictable,
    weights,
    clusters: unitClusters(used, options.cluster),
    comparison: grid.lastCohort === null
      ? `treated rows against what untreated rows (${grid.neverTreated} never-treated units and the others before treatment) predict`
      : `treated rows against what untreated rows predict; the last cohort (${grid.lastCohort.cohort}) is never seen treated`,
    droppedRows: [...grid.droppedRows, ...unpredictable(used, event, predictable)],
    notes: grid.notes,
    covariates: [...covariates, ...byTime.map((name) => `${name} × ${used.timeName}`)],
  };
}

export function byPeriod(panel: Panel, name: string): ModelColumn[] {
  const column = panel.numeric(name);
  return panel.times.slice(1).map((time, k) => ({
    name: `${name} × ${time}`,
    values: column.map((value, i) => panel.time[i] === k + 1 ? value : 0),
  }));
}

/** Rows whose unit has an untreated row, in a period that has one. */
function predictableRows(
  panel: Panel,
  untreated: Uint8Array,
  closedTimes: readonly number[],
): Uint8Array {
  const seen = new Uint8Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) if (untreated[i] === 1) seen[panel.unit[i]] = 1;
  const closed = new Set(closedTimes);
  return Uint8Array.from(
    panel.unit,
    (unit, i) => seen[unit] === 1 && !closed.has(panel.times[panel.time[i]]) ? 1 : 0,
  );
}

function unpredictable(panel: Panel, event: Float64Array, predictable: Uint8Array): RowDrop[] {
  const rows: number[] = [];
  for (let i = 0; i < panel.rows; i++) if (event[i] >= 0 && predictable[i] === 0) rows.push(i);
  return rows.length === 0 ? [] : [{
    reason: "treated, with no untreated row of the same unit or period to predict from",
    count: rows.length,
    rows: panel.describeRows(rows),
  }];
}

function requireTreated(event: Float64Array, predictable: Uint8Array, column: string): void {
  if (event.some((e, i) => e >= 0 && predictable[i] === 1)) return;
  throw new InputError({
    problem: "No treated row has an untreated outcome that can be predicted",
    column,
    remedy: "include periods before treatment and units that are treated later or never",
  });
}
