import { codeLabels, type Label, positions } from "../../panel/coding.ts";
import { innerProduct } from "../../regression/orthogonal.ts";
import { InputError } from "../../panel/errors.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { blocksOf, type DrawPlan, forEachDraw, planDraws } from "../wild/draws.ts";
import { FEW_CLUSTERS, linearKernel } from "../wild/kernel.ts";
import { twoPointDraw, type WeightDistribution } from "../wild/weights.ts";
import { twoPointDraws } from "./two-point-draws.ts";

/** Options of every multiplier bootstrap. */
export interface MultiplierOptions {
  /** Default "rademacher" (as R's did); all 2^G sign vectors are used when there are no more than draws. */
  distribution?: WeightDistribution;
  /** One multiplier per group of units: a column fixed within units, or one label per unit. Default: per unit. */
  cluster?: string | readonly Label[];
  /** Default 9999. */
  draws?: number;
  /** A whole number from 0 to 2³² − 1. */
  seed: number;
}

/**
 * Σ over groups of v_g ψ_g for every influence function and draw: how far estimates would have fallen from
 * the truth. One array of draws per influence function.
 *
 * @param influence one array per estimate, one value per group.
 */
export function multiplierDraws(
  influence: readonly Float64Array[],
  plan: DrawPlan,
): Float64Array[] {
  const groups = influence[0].length;
  const twoPoints = groups > FEW_CLUSTERS ? twoPointDraw(plan.distribution) : null;
  if (twoPoints !== null) return twoPointDraws(influence, plan, twoPoints);
  const map = new Float64Array(influence.length * groups);
  influence.forEach((values, k) => map.set(values, k * groups));
  const kernel = linearKernel(map, groups);
  const out = new Float64Array(kernel.rows);
  const drawn = influence.map(() => new Float64Array(plan.draws));
  forEachDraw(plan, groups, 0, blocksOf(plan), kernel, out, (b) => {
    for (let k = 0; k < drawn.length; k++) drawn[k][b] = out[k];
  });
  return drawn;
}

/** Influence functions summed by group, and the plan of the draws. */
export function multiplierSetup(
  influence: readonly Float64Array[],
  groups: Omit<GroupedUnits, "labels">,
  distribution: WeightDistribution,
  draws: number,
  seed: number,
): { influence: Float64Array[]; plan: DrawPlan } {
  if (groups.count < 2) {
    throw new InputError({
      problem: "There is only one group of units, so multipliers cannot vary",
      column: groups.name,
      remedy: "use the units themselves, or a column with at least two groups",
    });
  }
  const summed = influence.map((values) => {
    const sums = new Float64Array(groups.count);
    for (let i = 0; i < values.length; i++) sums[groups.codes[i]] += values[i];
    requireSpread(values, sums, groups.name);
    return sums;
  });
  return { influence: summed, plan: planDraws(groups.count, draws, distribution, seed) };
}

/** A sum of squares by group below this share of that by unit is rounding error about zero. */
const CANCELLED = 1e-20;

function requireSpread(values: Float64Array, sums: Float64Array, column: string): void {
  const squares = (of: Float64Array) => innerProduct(of, of, null);
  if (squares(sums) > CANCELLED * squares(values)) return;
  throw new InputError({
    problem: "The bootstrap does not vary: the influence of units sums to zero in every group",
    column,
    remedy: "use groups that do not determine the treatment (the units, say)",
  });
}

/** Which multiplier each unit shares. */
export interface GroupedUnits {
  readonly name: string;
  /** The group of each unit, as labels and as codes 0 … count − 1. */
  readonly labels: readonly Label[];
  readonly codes: Int32Array;
  readonly count: number;
}

/** The groups that `cluster` makes of an estimate's units. @throws InputError when it varies within units. */
export function groupUnits(
  estimate: Estimate,
  cluster: string | readonly Label[] | undefined,
): GroupedUnits {
  const { unitLabels, unitName } = estimate.design;
  if (cluster === undefined || cluster === unitName) {
    const count = unitLabels.length;
    return { name: unitName, labels: unitLabels, codes: positions(count), count };
  }
  const labels = typeof cluster === "string" ? labelsFromPanel(estimate, cluster) : cluster;
  if (!Array.isArray(labels)) {
    throw new InputError({
      problem: "The option cluster must name a column or give one label per unit",
      column: "cluster",
      value: labels,
      remedy: "name a column fixed within units, or leave it out for the unit",
    });
  }
  if (labels.length !== unitLabels.length) {
    throw new InputError({
      problem: `There are ${labels.length} cluster labels for ${unitLabels.length} units`,
      column: "cluster",
      remedy: "give one label per unit, in the order of design.unitLabels",
    });
  }
  const name = typeof cluster === "string" ? cluster : `groups of ${unitName}`;
  const { codes, levels } = codeLabels(name, labels);
  return { name, labels, codes, count: levels.length };
}

function labelsFromPanel({ panel, design }: Estimate, column: string): Label[] {
  if (panel === undefined) {
    throw new InputError({
      problem: "The estimate keeps no rows to read the cluster column from",
      column,
      remedy: "pass one label per unit instead, in the order of design.unitLabels",
    });
  }
  const { codes, levels } = panel.groups(column);
  const found = new Int32Array(design.unitLabels.length).fill(-1);
  const changes: number[] = [];
  codes.forEach((code, i) => {
    const unit = panel.unit[i];
    if (found[unit] === -1) found[unit] = code;
    else if (found[unit] !== code) changes.push(i);
  });
  if (changes.length > 0) {
    throw new InputError({
      problem: "A unit lies in more than one cluster",
      column,
      rows: panel.describeRows(changes),
      remedy: "use a column fixed within units",
    });
  }
  return Array.from(found, (code) => levels[code]);
}

/** The smallest value that at least a share `p` of the values do not exceed (R's quantile type 1). */
export function empiricalQuantile(values: Float64Array, p: number): number {
  const sorted = values.slice().sort();
  const position = Math.ceil(p * sorted.length - 1e-9) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, position))];
}
