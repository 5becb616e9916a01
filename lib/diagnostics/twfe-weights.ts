import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { cohortDesign, dosePath, pathFromCohorts } from "../panel/treatment.ts";
import { completeSample, positiveWeights } from "../panel/sample.ts";
import { checkDistinct, checkKnown, checkNames, checkOneOf } from "../estimators/options.ts";
import {
  type RowWeights,
  rowWeights,
  WEIGHTS_TYPES,
  type WeightsType,
} from "./twfe-weights/rows.ts";
import { weightSensitivity } from "./twfe-weights/sensitivity.ts";
import { cohortTable, unitTable } from "./twfe-weights/table.ts";
import type { TwfeUnitWeights, TwfeWeight, TwfeWeights, UnitWeight } from "./twfe-weights/types.ts";

export type { WeightsType } from "./twfe-weights/rows.ts";
export type {
  TwfeUnitWeights,
  TwfeWeight,
  TwfeWeights,
  UnitWeight,
  WeightsSummary,
} from "./twfe-weights/types.ts";

interface CommonOptions {
  /** Column of the outcome. */
  readonly outcome: string;
  /** Columns of the regression that vary over time (first differences: they are differenced too). Default none. */
  readonly covariates?: readonly string[];
  /** Column of positive weights. Default none. */
  readonly weights?: string;
  /** Regression and average (see `WeightsType`). Default "feTR". */
  readonly type?: WeightsType;
}

export interface CohortWeightsOptions extends CommonOptions {
  /** Column of the first treated time; missing, 0 and Infinity mean never. */
  readonly cohort: string;
}

export interface TreatmentWeightsOptions extends CommonOptions {
  /** Column of the treatment: 0/1, or a dose of zero and more (with stable effects, of any sign). */
  readonly treatment: string;
}

/**
 * The weights with which a regression averages effects: the treatment net of unit and period effects (and covariates), times
 * the treatment, over their sum. By cohort and period (`cohort`), or by unit and period for any treatment (`treatment`; the
 * effects are then per unit of treatment).
 *
 * With `cohort`, "feTR" and no covariates the estimate equals Σ weight × the cell's effect by imputation (Borusyak, Jaravel &
 * Spiess): the residual treatment of untreated rows is a sum of unit and period effects, and residuals of the untreated model are
 * orthogonal to those. With stable effects ("feS", "fdS") a row counts by how its treatment changed since the unit's row before.
 * TwoWayFEWeights 2.0.4 (R) has the mean of later residuals in "feS" where the algebra has their sum; only the sum adds up to the
 * estimate, so these weights differ from R's unless units switch in one period.
 *
 * Rows with a missing outcome, treatment, covariate or weight are dropped and counted in `droppedRows`.
 *
 * @throws InputError when the treatment has no variation net of everything else, is negative (treated rows), or weights are not
 *   above zero.
 * Source: de Chaisemartin & D'Haultfœuille (2020), American Economic Review 110: theorems 1 and 2, corollary 1; its web appendix
 *   for treatments that are not binary, stable effects and covariates.
 */
export function twfeWeights(panel: Panel, options: CohortWeightsOptions): TwfeWeights;
export function twfeWeights(panel: Panel, options: TreatmentWeightsOptions): TwfeUnitWeights;
export function twfeWeights(
  panel: Panel,
  options: CohortWeightsOptions | TreatmentWeightsOptions,
): TwfeWeights | TwfeUnitWeights {
  checkKnown(
    options,
    ["outcome", "cohort", "treatment", "covariates", "weights", "type"],
    ["outcome"],
  );
  checkOneOf("type", options.type, WEIGHTS_TYPES);
  const covariates = checkNames("covariates", options.covariates);
  const { cohort, treatment } = oneOfTwo(options);
  checkDistinct(covariates, [options.outcome, treatment]);
  const type = options.type ?? "feTR";
  const sample = completeSample(panel, [
    options.outcome,
    ...(treatment === undefined ? [] : [treatment]),
    ...covariates,
    ...(options.weights === undefined ? [] : [options.weights]),
  ]);
  const rows = sample.panel;
  const path = treatment === undefined
    ? treatedPath(rows, cohort)
    : type.endsWith("TR")
    ? dosePath(rows, treatment)
    : rows.numeric(treatment);
  const found = rowWeights(rows, {
    type,
    outcome: options.outcome,
    name: treatment ?? cohort,
    treatment: path,
    covariates,
    weights: options.weights === undefined ? null : positiveWeights(rows, options.weights),
  });
  const common = {
    type,
    estimate: found.estimate,
    ...weightSensitivity(found),
    covariates,
    droppedRows: sample.drops,
  };
  if (treatment === undefined) {
    const cells = cohortCells(rows, cohort, found);
    const all = { ...common, ...negatives(cells), cells };
    return { ...all, toTable: () => cohortTable(all, panel.context) };
  }
  const cells = unitCells(rows, path, found);
  const all = { ...common, ...negatives(cells), cells, unitName: panel.unitName };
  return { ...all, toTable: () => unitTable(all, panel.context, panel.unitName) };
}

/** The column that says who is treated: one of two, not both. */
function oneOfTwo(
  options: { cohort?: unknown; treatment?: unknown },
): { cohort: string; treatment?: undefined } | { cohort?: undefined; treatment: string } {
  const { cohort, treatment } = options;
  if (typeof cohort === "string" && treatment === undefined) return { cohort };
  if (typeof treatment === "string" && cohort === undefined) return { treatment };
  throw new InputError({
    problem: "Give the treatment once: by its cohort or by its column",
    value: Object.entries({ cohort, treatment }).filter(([, column]) => column !== undefined)
      .map(([name, column]) => `${name}: ${column}`).join(", ") || "neither",
    remedy: 'write { cohort: "…" } (first treated time) or { treatment: "…" } (0/1 or a dose)',
  });
}

function negatives(cells: readonly { readonly weight: number }[]) {
  const below = cells.filter(({ weight }) => weight < 0);
  return {
    negative: below.reduce((sum, { weight }) => sum + weight, 0),
    negativeCells: below.length,
  };
}

function cohortCells(panel: Panel, column: string, { weight, share }: RowWeights): TwfeWeight[] {
  const { cohort } = cohortDesign(panel, column);
  const cells = new Map<string, { -readonly [K in keyof TwfeWeight]: TwfeWeight[K] }>();
  for (let i = 0; i < panel.rows; i++) {
    if (share[i] === 0) continue;
    const [g, time] = [cohort[panel.unit[i]], panel.times[panel.time[i]]];
    const key = `${g} ${time}`;
    const cell = cells.get(key) ?? { cohort: g, time, rows: 0, weight: 0, share: 0 };
    cell.rows++;
    cell.weight += weight[i];
    cell.share += share[i];
    cells.set(key, cell);
  }
  return [...cells.values()].sort((a, b) => a.cohort - b.cohort || a.time - b.time);
}

function unitCells(
  panel: Panel,
  treatment: Float64Array,
  { weight, share }: RowWeights,
): UnitWeight[] {
  const cells: UnitWeight[] = [];
  for (let i = 0; i < panel.rows; i++) {
    if (share[i] === 0) continue;
    cells.push({
      unit: panel.units[panel.unit[i]],
      time: panel.times[panel.time[i]],
      treatment: treatment[i],
      weight: weight[i],
      share: share[i],
    });
  }
  return cells;
}

/** The 0/1 path of a cohort column. */
function treatedPath(panel: Panel, cohort: string): Float64Array {
  const path = pathFromCohorts(panel, cohortDesign(panel, cohort));
  if (path.includes(1)) return path;
  throw new InputError({
    problem: "Nobody is treated within the panel",
    column: cohort,
    remedy: "give the first treated time of each unit",
  });
}

/** A column name that the panel does not have yet. */
export function freshName(panel: Panel, wish: string): string {
  let name = wish;
  while (panel.has(name) || name === panel.unitName || name === panel.timeName) name += "′";
  return name;
}
