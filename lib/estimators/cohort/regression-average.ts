import type { Aggregation, AggregationOptions } from "../group-time/aggregate.ts";
import { Estimate } from "../estimate.ts";
import { influenceCovariance, unitClusters } from "../influence.ts";
import { InputError } from "../../panel/errors.ts";
import { linearMap, type LinearRow } from "../linear.ts";
import {
  type CohortRows,
  groupName,
  groupTime,
  nothingTreated,
  type RowGroup,
  rowGroups,
} from "./rows.ts";

/** A regression's effects as weights on its terms, row by row. */
export interface RowEffects {
  /** The regression whose terms the effects are made of. */
  readonly base: Estimate;
  readonly rows: CohortRows;
  /** Adds `weight` times the effect of a row to `terms` (by term name); false where the row has no effect. */
  readonly add: (row: number, weight: number, terms: Map<string, number>) => boolean;
  readonly available: (row: number) => boolean;
  /** Weight of each row; null for one each. */
  readonly weights: Float64Array | null;
  /** Whether the shares of the cells in an average count as known or as estimated. */
  readonly shares: "fixed" | "estimated";
  /** Terms shown beside the averages (covariates). */
  readonly beside: readonly string[];
}

/** Averages of a regression's effects over treated rows, with their covariance. */
export function averageRows(
  effects: RowEffects,
  type: Aggregation,
  options: AggregationOptions,
  note: string,
): Estimate {
  const groups = rowGroups(effects.rows, effects.available, type, options);
  const rows: LinearRow[] = [];
  const kept: RowGroup[] = [];
  for (const group of groups) {
    const weights = groupWeights(effects, group);
    if (weights === null) continue;
    kept.push(group);
    const time = groupTime(type, group.label);
    rows.push({
      name: groupName(type, group.label),
      weights,
      ...(time === undefined ? {} : { time }),
    });
  }
  if (rows.length === 0) throw nothingTreated(type);
  const beside = effects.beside.map((name): LinearRow => ({ name, weights: { [name]: 1 } }));
  const mapped = linearMap(effects.base, [...rows, ...beside], note);
  const parts = rows.map(({ name }) => name);
  const design = {
    ...mapped.design,
    effects: type === "simple" ? parts : parts.filter((name) => name !== "overall"),
  };
  const fixed = rebuild(mapped, design, mapped.influence, null);
  return effects.shares === "fixed" ? fixed : withShareError(effects, fixed, kept, parts);
}

function rebuild(
  estimate: Estimate,
  design: Estimate["design"],
  influence: readonly Float64Array[],
  covariance: Float64Array | null,
): Estimate {
  const size = estimate.terms.length;
  const flat = new Float64Array(size * size);
  estimate.covariance.forEach((row, k) => flat.set(row, k * size));
  return new Estimate({
    names: estimate.terms.map(({ name }) => name),
    estimates: estimate.terms.map((term) => term.estimate),
    covariance: covariance ?? flat,
    influence,
    times: estimate.terms.map(({ time }) => time),
    citation: estimate.citation,
    panel: estimate.panel,
    design,
  });
}

function groupWeights(effects: RowEffects, group: RowGroup): Record<string, number> | null {
  const terms = new Map<string, number>();
  let total = 0;
  for (let i = 0; i < effects.rows.panel.rows; i++) {
    if (!group.include(i)) continue;
    const w = effects.weights === null ? 1 : effects.weights[i];
    if (effects.add(i, w, terms)) total += w;
  }
  if (total === 0) return null;
  return Object.fromEntries([...terms].map(([name, weight]) => [name, weight / total]));
}

/** Adds the error of estimated shares: each treated row moves the mean by its effect's distance from it. */
function withShareError(
  effects: RowEffects,
  estimate: Estimate,
  groups: readonly RowGroup[],
  parts: readonly string[],
): Estimate {
  const { base, rows, weights } = effects;
  const { panel } = rows;
  const type = base.regression === undefined ? "" : base.design.covariance.type;
  if (type !== "CR1") {
    throw new InputError({
      problem: "The error of estimated shares is known for a clustered covariance only",
      column: "shares",
      value: type,
      remedy: 'use covariance: "CR1", or shares: "fixed"',
    });
  }
  const byName = new Map(base.terms.map((term) => [term.name, term.estimate]));
  const influence = estimate.influence.map((values) => values.slice());
  groups.forEach((group, k) => {
    const mean = estimate.term(parts[k]).estimate;
    let total = 0;
    const own = new Float64Array(panel.units.length);
    for (let i = 0; i < panel.rows; i++) {
      if (!group.include(i)) continue;
      const terms = new Map<string, number>();
      const w = weights === null ? 1 : weights[i];
      if (!effects.add(i, w, terms)) continue;
      total += w;
      let value = 0;
      for (const [name, weight] of terms) value += weight * byName.get(name)!;
      own[panel.unit[i]] += value - w * mean;
    }
    const target = influence[estimate.indexOf(parts[k])];
    for (let i = 0; i < own.length; i++) target[i] += own[i] / total;
  });
  const clusters = unitClusters(panel, base.regression!.clusters.map(({ name }) => name));
  const plain = influenceCovariance(estimate.influence, clusters).matrix[0];
  const factor = estimate.covariance[0][0] / plain;
  const covariance = influenceCovariance(influence, clusters).matrix.map((v) => v * factor);
  return rebuild(
    estimate,
    {
      ...estimate.design,
      notes: [...estimate.design.notes, "cohort shares count as estimated"],
    },
    influence,
    covariance,
  );
}
