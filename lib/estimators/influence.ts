import { type Coding, crossCoding, positions } from "../panel/coding.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { repairNegative } from "../regression/covariance.ts";
import { innerProduct } from "../regression/orthogonal.ts";

/** A covariance made from influence functions. */
export interface InfluenceCovariance {
  /** K × K, row-major. */
  readonly matrix: Float64Array;
  readonly clusters: readonly { readonly name: string; readonly count: number }[];
  readonly repair: string | null;
}

const BLOCK = 512;
/** Products summed side by side, so that additions do not wait for each other. */
const ROWS = 2;
const COLUMNS = 4;
/** A clustered variance below this share of the sum of squares by unit is rounding error about zero. */
const CANCELLED = 1e-20;

/** Σ over units of ψψ' (K × K, row-major), in blocks that stay in the cache. */
export function influenceProduct(influence: readonly Float64Array[]): Float64Array {
  const size = influence.length;
  const out = new Float64Array(size * size);
  const n = size === 0 ? 0 : influence[0].length;
  const sums = new Float64Array(ROWS * COLUMNS);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let a = 0; a < size; a += ROWS) {
      const rows = Math.min(ROWS, size - a);
      for (let b = 0; b < a + rows; b += COLUMNS) {
        addProducts(influence, a, b, start, end, sums);
        for (let i = 0; i < rows; i++) {
          const columns = Math.min(COLUMNS, a + i + 1 - b);
          for (let j = 0; j < columns; j++) {
            out[(a + i) * size + b + j] += sums[i * COLUMNS + j];
          }
        }
      }
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) out[b * size + a] = out[a * size + b];
  return out;
}

/**
 * Products of two influence functions with four others over a range; written out, so that sums stay in registers. Past the
 * last function the last one is taken again.
 */
function addProducts(
  influence: readonly Float64Array[],
  a: number,
  b: number,
  start: number,
  end: number,
  sums: Float64Array,
): void {
  const last = influence.length - 1;
  const a0 = influence[a];
  const a1 = influence[Math.min(a + 1, last)];
  const b0 = influence[b];
  const b1 = influence[Math.min(b + 1, last)];
  const b2 = influence[Math.min(b + 2, last)];
  const b3 = influence[Math.min(b + 3, last)];
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let i = start; i < end; i++) {
    const x = a0[i];
    const y = a1[i];
    s00 += x * b0[i];
    s01 += x * b1[i];
    s02 += x * b2[i];
    s03 += x * b3[i];
    s10 += y * b0[i];
    s11 += y * b1[i];
    s12 += y * b2[i];
    s13 += y * b3[i];
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
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
    const apart = innerProduct(values, values, null);
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
    return [{ name: panel.unitName, levels: panel.units, codes: positions(panel.units.length) }];
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
