import type { Aggregation, AggregationOptions } from "../group-time/aggregate.ts";
import {
  type CohortRows,
  groupName,
  groupTime,
  nothingTreated,
  rowGroups,
} from "../cohort/rows.ts";
import { Estimate } from "../estimate.ts";
import type { EtwfeDesign } from "./design.ts";
import type { Family, GlmFit } from "./glm.ts";

/** A nonlinear saturated regression whose effects are averaged over treated rows. */
export interface ResponseEffects {
  /** The index regression. */
  readonly base: Estimate;
  readonly rows: CohortRows;
  readonly design: EtwfeDesign;
  readonly model: GlmFit;
  readonly family: Family;
  readonly weights: Float64Array | null;
}

/**
 * Averages of E[y(1)] − E[y(0)] over treated rows, with delta-method covariance: covariates and shares count as
 * known. Source: Wooldridge (2023), eqs. 3.19–3.21.
 */
export function averageResponses(
  effects: ResponseEffects,
  type: Aggregation,
  options: AggregationOptions,
): Estimate {
  const { base, rows, design } = effects;
  const position = new Map(base.terms.map(({ name }, k) => [name, k]));
  const available = (i: number) =>
    design.cellOf[i] !== -1 && position.has(design.cells[design.cellOf[i]].name);
  const columns = columnsByTerm(effects, position);
  const groups = rowGroups(rows, available, type, options);
  const size = base.terms.length;
  const found = groups.flatMap((group) => {
    let [total, sum] = [0, 0];
    const gradient = new Float64Array(size);
    for (let i = 0; i < rows.panel.rows; i++) {
      if (!group.include(i)) continue;
      const w = effects.weights === null ? 1 : effects.weights[i];
      total += w;
      sum += w * addRow(effects, i, w, position, columns, gradient);
    }
    return total === 0
      ? []
      : [{ label: group.label, effect: sum / total, gradient: gradient.map((g) => g / total) }];
  });
  if (found.length === 0) throw nothingTreated(type);
  const names = found.map(({ label }) => groupName(type, label));
  return new Estimate({
    names,
    estimates: found.map(({ effect }) => effect),
    covariance: quadratic(found.map(({ gradient }) => gradient), base.covariance),
    influence: found.map(({ gradient }) => combine(gradient, base.influence)),
    times: found.map(({ label }) => groupTime(type, label)),
    citation: base.citation,
    panel: base.panel,
    design: {
      ...base.design,
      effects: type === "simple" ? names : names.filter((name) => name !== "overall"),
      notes: [
        ...base.design.notes,
        "differences of fitted means over treated rows, by the delta method; covariates and shares count as known",
      ],
    },
  });
}

/** Values of every regressor, in the order of the terms. */
function columnsByTerm(
  { base, rows, design }: ResponseEffects,
  position: ReadonlyMap<string, number>,
): (Float64Array | null)[] {
  const { panel, cohort } = rows;
  const columns: (Float64Array | null)[] = base.terms.map(() => null);
  const put = (name: string, values: Float64Array) => {
    const k = position.get(name);
    if (k !== undefined) columns[k] = values;
  };
  for (const { name, values } of design.controls) put(name, values);
  put("intercept", new Float64Array(panel.rows).fill(1));
  for (const g of rows.cohorts) {
    put(`cohort ${g}`, Float64Array.from(panel.unit, (unit) => cohort[unit] === g ? 1 : 0));
  }
  panel.times.forEach((t, code) =>
    put(`time ${t}`, Float64Array.from(panel.time, (own) => own === code ? 1 : 0))
  );
  return columns;
}

/** The effect of a row; adds its gradient, times `w`, to `gradient`. */
function addRow(
  { base, design, model, family }: ResponseEffects,
  i: number,
  w: number,
  position: ReadonlyMap<string, number>,
  columns: readonly (Float64Array | null)[],
  gradient: Float64Array,
): number {
  const cell = design.cells[design.cellOf[i]];
  const own = position.get(cell.name)!;
  let shift = base.terms[own].estimate;
  const interactions = cell.interactions.flatMap((name, j) => {
    const k = position.get(name);
    if (k === undefined) return [];
    shift += base.terms[k].estimate * design.demeaned[j][i];
    return [[k, design.demeaned[j][i]] as const];
  });
  const treated = model.index[i];
  const untreated = treated - shift;
  const [slope1, slope0] = [family.variance(treated), family.variance(untreated)];
  for (let k = 0; k < columns.length; k++) {
    const column = columns[k];
    if (column !== null) gradient[k] += w * (slope1 - slope0) * column[i];
  }
  gradient[own] += w * slope1;
  for (const [k, value] of interactions) gradient[k] += w * slope1 * value;
  return family.mean(treated) - family.mean(untreated);
}

function quadratic(
  gradients: readonly Float64Array[],
  covariance: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(gradients.length ** 2);
  gradients.forEach((a, i) =>
    gradients.forEach((b, j) => {
      let sum = 0;
      for (let k = 0; k < a.length; k++) {
        if (a[k] === 0) continue;
        for (let l = 0; l < b.length; l++) sum += a[k] * covariance[k][l] * b[l];
      }
      out[i * gradients.length + j] = sum;
    })
  );
  return out;
}

function combine(gradient: Float64Array, influence: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(influence[0].length);
  gradient.forEach((g, k) => {
    if (g !== 0) { for (let i = 0; i < out.length; i++) out[i] += g * influence[k][i]; }
  });
  return out;
}
