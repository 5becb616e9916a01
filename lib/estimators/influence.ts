import { type Coding, crossCoding } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { repairNegative } from "../regression/covariance.ts";

/** A covariance made from influence functions. */
export interface InfluenceCovariance {
  /** K × K, row-major. */
  readonly matrix: Float64Array;
  readonly clusters: readonly { readonly name: string; readonly count: number }[];
  readonly repair: string | null;
}

const BLOCK = 512;
/** Products summed side by side, so that their additions do not wait for each other. */
const SIDE_BY_SIDE = 4;
/** A clustered variance below this share of the sum of squares by unit is rounding error about zero. */
const CANCELLED = 1e-20;

/** Σ over units of ψψ' (K × K, row-major), in blocks that stay in the cache. */
export function influenceProduct(influence: readonly Float64Array[]): Float64Array {
  const size = influence.length;
  const out = new Float64Array(size * size);
  const n = size === 0 ? 0 : influence[0].length;
  const sums = new Float64Array(SIDE_BY_SIDE);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b += SIDE_BY_SIDE) {
        const others = [0, 1, 2, 3].map((j) => influence[Math.min(b + j, a)]);
        addProducts(influence[a], others, start, end, sums);
        const some = Math.min(SIDE_BY_SIDE, a + 1 - b);
        for (let j = 0; j < some; j++) out[a * size + b + j] += sums[j];
      }
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) out[b * size + a] = out[a * size + b];
  return out;
}

/** Products of one array with four others over a range. */
function addProducts(
  left: Float64Array,
  [first, second, third, fourth]: readonly Float64Array[],
  start: number,
  end: number,
  sums: Float64Array,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = start; i < end; i++) {
    const value = left[i];
    s0 += value * first[i];
    s1 += value * second[i];
    s2 += value * third[i];
    s3 += value * fourth[i];
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/** Sums of influence functions within groups of units. */
export function sumByGroup(
  influence: readonly Float64Array[],
  codes: Int32Array,
  groups: number,
): Float64Array[] {
  return influence.map((values) => {
    const sums = new Float64Array(groups);
    for (let i = 0; i < values.length; i++) sums[codes[i]] += values[i];
    return sums;
  });
}

/**
 * Covariance of estimates from their influence functions: Σ over clusters of (Σψ)(Σψ)', without a small-sample
 * factor; with several dimensions by inclusion and exclusion (Cameron, Gelbach & Miller 2011, eq. 2.11). A variance
 * that clusters cancel, but for rounding, is returned as exactly zero.
 *
 * @param clusters one coding of the units per dimension.
 */
export function influenceCovariance(
  influence: readonly Float64Array[],
  clusters: readonly Coding[],
): InfluenceCovariance {
  const size = influence.length;
  const total = new Float64Array(size * size);
  for (const subset of subsets(clusters)) {
    const { codes, levels } = subset.reduce(crossCoding);
    const summed = levels.length === codes.length
      ? influence
      : sumByGroup(influence, codes, levels.length);
    const part = influenceProduct(summed);
    const sign = subset.length % 2 === 1 ? 1 : -1;
    for (let i = 0; i < total.length; i++) total[i] += sign * part[i];
  }
  influence.forEach((values, k) => {
    let apart = 0;
    for (let i = 0; i < values.length; i++) apart += values[i] * values[i];
    if (Math.abs(total[k * size + k]) > CANCELLED * apart) return;
    for (let j = 0; j < size; j++) total[k * size + j] = total[j * size + k] = 0;
  });
  return {
    matrix: total,
    clusters: clusters.map(({ name, levels }) => ({ name, count: levels.length })),
    repair: clusters.length > 1 ? repairNegative(total, size) : null,
  };
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]])
    .slice(1);
}

/**
 * Clusters of the units of a panel from columns fixed within units. The unit itself adds nothing beside a
 * coarser column and is left out then.
 *
 * @throws InputError when a column varies within a unit, or there is one cluster only.
 */
export function unitClusters(
  panel: Panel,
  cluster: string | readonly string[] | undefined,
): Coding[] {
  const names = cluster === undefined ? [] : [cluster].flat();
  const coarser = names.filter((name) => name !== panel.unitName);
  if (coarser.length === 0) {
    const codes = new Int32Array(panel.units.length);
    for (let i = 0; i < codes.length; i++) codes[i] = i;
    return [{ name: panel.unitName, levels: panel.units, codes }];
  }
  return coarser.map((name) => unitCoding(panel, name));
}

function unitCoding(panel: Panel, name: string): Coding {
  const { codes, levels } = panel.groups(name);
  const own = new Int32Array(panel.units.length).fill(-1);
  const changes: number[] = [];
  for (let i = 0; i < panel.rows; i++) {
    if (own[panel.unit[i]] === -1) own[panel.unit[i]] = codes[i];
    else if (own[panel.unit[i]] !== codes[i]) changes.push(i);
  }
  if (changes.length > 0) {
    throw new InputError({
      problem: "A unit lies in more than one cluster",
      column: name,
      rows: panel.describeRows(changes),
      remedy: "cluster by a column fixed within units",
    });
  }
  if (levels.length < 2) {
    throw new InputError({
      problem: "There is only one cluster, so a clustered variance cannot be computed",
      column: name,
      value: levels[0],
      remedy: "cluster by a column with at least two groups",
    });
  }
  return { name, levels, codes: own };
}
