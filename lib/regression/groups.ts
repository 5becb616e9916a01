/** A fixed effect to absorb: one intercept per level and, with a slope, one slope per level too. */
export interface FixedEffect {
  readonly name: string;
  /** Level of each row, 0 … levels − 1, each level used. */
  readonly codes: Int32Array;
  readonly levels: number;
  /** A column whose coefficient differs by level (unit-specific linear trends: the time). */
  readonly slope?: Float64Array;
}

/** Projects columns on one fixed effect: the level's mean and, with a slope, its own line. */
export interface GroupProjection {
  /** Subtracts the projection from `column`, in place. */
  subtract(column: Float64Array): void;
  /** Adds what `column` has in common with each group's basis to `visit(group, basis, value)` (W-orthonormal). */
  readonly basisOf: (row: number) => readonly [number, number];
  readonly bases: 1 | 2;
}

const NEGLIGIBLE_SPREAD = 1e-20;

/** The weighted projection on the levels of one effect. `weights` null means one each. */
export function groupProjection(
  effect: FixedEffect,
  weights: Float64Array | null,
): GroupProjection {
  const { codes, levels, slope } = effect;
  const n = codes.length;
  const weight = new Float64Array(levels);
  for (let i = 0; i < n; i++) weight[codes[i]] += weights === null ? 1 : weights[i];
  const sum = new Float64Array(levels);
  const subtractMeans = (column: Float64Array) => {
    sum.fill(0);
    if (weights === null) { for (let i = 0; i < n; i++) sum[codes[i]] += column[i]; }
    else for (let i = 0; i < n; i++) sum[codes[i]] += weights[i] * column[i];
    for (let g = 0; g < levels; g++) sum[g] /= weight[g];
    for (let i = 0; i < n; i++) column[i] -= sum[codes[i]];
  };
  const constant = (row: number) => 1 / Math.sqrt(weight[codes[row]]);
  if (slope === undefined) {
    return { subtract: subtractMeans, basisOf: (row) => [constant(row), 0], bases: 1 };
  }

  const centred = slope.slice();
  subtractMeans(centred);
  const spread = new Float64Array(levels);
  const size = new Float64Array(levels);
  for (let i = 0; i < n; i++) {
    const w = weights === null ? 1 : weights[i];
    spread[codes[i]] += w * centred[i] ** 2;
    size[codes[i]] += w * slope[i] ** 2;
  }
  // A level seen once, or with a constant slope column, has no line of its own to take out.
  for (let g = 0; g < levels; g++) {
    if (spread[g] <= NEGLIGIBLE_SPREAD * size[g]) spread[g] = Infinity;
  }
  const subtract = (column: Float64Array) => {
    subtractMeans(column);
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      sum[codes[i]] += (weights === null ? 1 : weights[i]) * centred[i] * column[i];
    }
    for (let g = 0; g < levels; g++) sum[g] /= spread[g];
    for (let i = 0; i < n; i++) column[i] -= sum[codes[i]] * centred[i];
  };
  const line = (row: number) => centred[row] / Math.sqrt(spread[codes[row]]);
  return { subtract, basisOf: (row) => [constant(row), line(row)], bases: 2 };
}

/** Row numbers sorted by level, and where each level starts. */
export function rowsByLevel(
  codes: Int32Array,
  levels: number,
): { order: Int32Array; start: Int32Array } {
  const start = new Int32Array(levels + 1);
  for (let i = 0; i < codes.length; i++) start[codes[i] + 1]++;
  for (let g = 0; g < levels; g++) start[g + 1] += start[g];
  const next = start.slice();
  const order = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) order[next[codes[i]]++] = i;
  return { order, start };
}
