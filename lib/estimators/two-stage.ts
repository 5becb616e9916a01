import type { Panel } from "../panel/panel.ts";
import {
  cellCounts,
  cellKey,
  groupName,
  groupTime,
  loneCohorts,
  nothingTreated,
  rowGroups,
} from "./cohort/rows.ts";
import { Estimate, type EstimateParts } from "./estimate.ts";
import type { Aggregation, AggregationOptions } from "./group-time/aggregate.ts";
import { imputationDesign } from "./imputation.ts";
import {
  BASE_OPTIONS,
  type ImputationBase,
  type ImputationSetup,
  imputationSetup,
} from "./imputation/setup.ts";
import { influenceCovariance } from "./influence.ts";
import { checkKnown } from "./options.ts";
import { type EffectCell, StaggeredEstimate } from "./staggered-estimate.ts";

export interface TwoStageOptions extends ImputationBase {
  /** Event time before treatment that has no term of its own. Default −1. */
  reference?: number;
}

const CITATION = "Gardner (2022), Two-stage differences in differences, section 3";

/**
 * Two-stage difference-in-differences: the outcome net of a two-way model fitted to untreated rows is regressed on
 * treatment. Standard errors are those of the joint method of moments (Newey & McFadden 1994, theorem 6.1), so that
 * the first stage counts as estimated.
 *
 * Terms are "event time e" (before treatment: mean residuals, except at the reference) and "overall". The points agree
 * with `imputation` on treated rows; the variance does not centre effects by cohort and period.
 *
 * @throws InputError when nobody is treated, nothing can be predicted, or an option is wrong.
 * Source: Gardner (2022), eqs. 6–8; no small-sample factor and normal intervals, as in R's did2s.
 */
export function twoStage(panel: Panel, options: TwoStageOptions): StaggeredEstimate {
  checkKnown(options, [...BASE_OPTIONS, "reference"], ["outcome", "cohort"]);
  const setup = imputationSetup(panel, options);
  const aggregate: StaggeredEstimate["aggregate"] = (type, choice = {}) => {
    const parts = secondStage(setup, options, type, choice);
    return new Estimate({
      ...parts,
      design: { ...parts.design, estimator: `Two-stage, ${type} average` },
    });
  };
  return new StaggeredEstimate(
    secondStage(setup, options, "dynamic", {}),
    twoStageCells(setup),
    aggregate,
  );
}

/** Mean residual over some rows, with the errors of both stages. */
function meanResidual(setup: ImputationSetup, include: (i: number) => boolean) {
  const { panel, rest, weights, model } = setup;
  const v = new Float64Array(panel.rows);
  let [total, sum] = [0, 0];
  for (let i = 0; i < panel.rows; i++) {
    if (!include(i)) continue;
    v[i] = weights === null ? 1 : weights[i];
    total += v[i];
    sum += v[i] * rest[i];
  }
  for (let i = 0; i < v.length; i++) v[i] /= total;
  const lambda = model.solve(v);
  if (lambda === null) return null;
  const effect = sum / total;
  const shares = model.predict(lambda);
  const influence = new Float64Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) {
    let value = v[i] === 0 ? 0 : v[i] * (rest[i] - effect);
    if (model.untreated[i] === 1) {
      value -= (weights === null ? 1 : weights[i]) * shares[i] * rest[i];
    }
    influence[panel.unit[i]] += value;
  }
  return { effect, influence };
}

function secondStage(
  setup: ImputationSetup,
  options: TwoStageOptions,
  type: Aggregation,
  choice: AggregationOptions,
): EstimateParts {
  const reference = options.reference ?? -1;
  const { event, predictable, model } = setup;
  const available = (i: number) =>
    predictable[i] === 1 &&
    (event[i] >= 0 || (type === "dynamic" && event[i] !== reference && event[i] !== -Infinity));
  const groups = rowGroups(setup.rows, available, type, choice);
  const dropped: { name: string; reason: string }[] = [];
  const found = groups.flatMap((group) => {
    const name = groupName(type, group.label);
    if (!setup.panel.unit.some((_, i) => group.include(i))) {
      dropped.push({ name, reason: "no treated row whose untreated outcome can be predicted" });
      return [];
    }
    const result = meanResidual(setup, group.include);
    if (result === null || result.influence.every((value) => value === 0)) {
      const reason = result === null
        ? "untreated rows do not connect to these rows"
        : "the outcome does not vary: no variance";
      dropped.push({ name, reason });
      return [];
    }
    return [{ name, time: groupTime(type, group.label), ...result }];
  });
  if (found.length === 0) throw nothingTreated(type);
  const matrix = influenceCovariance(found.map(({ influence }) => influence), setup.clusters);
  const names = found.map(({ name }) => name);
  return {
    names,
    estimates: found.map(({ effect }) => effect),
    covariance: matrix.matrix,
    influence: found.map(({ influence }) => influence),
    times: found.map(({ time }) => time),
    citation: CITATION,
    panel: model.panel,
    design: imputationDesign(setup, options, {
      estimator: "Two-stage event study",
      effects: type === "simple" ? names : names.filter((name) => name !== "overall"),
      droppedColumns: dropped,
      clusters: matrix.clusters,
      repair: matrix.repair,
      notes: [
        ...[...loneCohorts(setup.rows)].map((g) =>
          `cohort ${g} has one unit: a term that rests on it alone has too small a standard error`
        ),
        `before treatment: mean residuals of the first stage; event time ${reference} has no term`,
      ],
    }),
  };
}

function twoStageCells(setup: ImputationSetup): EffectCell[] {
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
      const result = meanResidual(setup, include);
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
