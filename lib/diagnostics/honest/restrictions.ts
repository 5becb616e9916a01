/** A δ ≤ d on the departures from parallel trends, periods before treatment first, the base period left out. */
export interface Restriction {
  /** R × T, row-major. */
  readonly a: Float64Array;
  readonly d: Float64Array;
  readonly rows: number;
}

/** Extra assumptions on the departures after treatment. */
export interface ShapeOptions {
  /** "positive": departures after treatment are not below zero; "negative": not above. */
  readonly sign?: "positive" | "negative";
  /** Departures never fall ("increasing") or never rise over time. */
  readonly monotone?: "increasing" | "decreasing";
}

/** Rows of coefficients, as vectors over all periods (the base included at position `pre`). */
type Rows = number[][];

function unit(length: number, entries: readonly [number, number][]): number[] {
  const row = new Array<number>(length).fill(0);
  for (const [k, value] of entries) row[k] += value;
  return row;
}

/** First differences δ_t − δ_{t−1} over all periods. */
function firstDifferences(pre: number, post: number): Rows {
  const length = pre + 1 + post;
  return Array.from({ length: length - 1 }, (_, k) => unit(length, [[k + 1, 1], [k, -1]]));
}

/** Second differences δ_{t+1} − 2δ_t + δ_{t−1}. */
function secondDifferences(pre: number, post: number): Rows {
  const length = pre + 1 + post;
  return Array.from(
    { length: Math.max(length - 2, 0) },
    (_, k) => unit(length, [[k, 1], [k + 1, -2], [k + 2, 1]]),
  );
}

/**
 * Smoothness Δ^SD(M): the slope of the departures changes by at most M from one period to the next.
 * Source: Rambachan & Roth (2023), Review of Economic Studies 90, section 2.3, eq. 8.
 */
export function smoothness(pre: number, post: number, m: number, shape: ShapeOptions): Restriction {
  const rows = secondDifferences(pre, post);
  return pack(pre, [
    ...rows.map((row) => ({ row, bound: m })),
    ...rows.map((row) => ({ row: row.map((value) => -value), bound: m })),
    ...shapeRows(pre, post, shape),
  ]);
}

/**
 * Relative magnitudes Δ^RM(M̄) or Δ^SDRM(M̄): changes after treatment (of the level, or of the slope) are at most M̄ times the
 * largest before. The set is a union over which change before treatment is the largest, and its sign.
 * Source: Rambachan & Roth (2023), section 2.3, eqs. 9–10, and lemma 2.2 for the union.
 */
export function relativeMagnitudes(
  pre: number,
  post: number,
  bound: number,
  of: "level" | "slope",
  shape: ShapeOptions,
): Restriction[] {
  const rows = of === "level" ? firstDifferences(pre, post) : secondDifferences(pre, post);
  // Differences that end in the base period or before it.
  const before = of === "level" ? pre : pre - 1;
  const out: Restriction[] = [];
  for (let s = 0; s < before; s++) {
    for (const sign of [1, -1]) {
      const largest = rows[s].map((value) => sign * value);
      const bounded = rows.flatMap((row, k) => {
        const times = k < before ? 1 : bound;
        return [1, -1].map((side) => ({
          row: row.map((value, t) => side * value - times * largest[t]),
          bound: 0,
        }));
      });
      out.push(pack(pre, [...bounded, ...shapeRows(pre, post, shape)]));
    }
  }
  return out;
}

function shapeRows(pre: number, post: number, { sign, monotone }: ShapeOptions) {
  const length = pre + 1 + post;
  const signs = sign === undefined ? [] : Array.from({ length: post }, (_, k) => ({
    row: unit(length, [[pre + 1 + k, sign === "positive" ? -1 : 1]]),
    bound: 0,
  }));
  const steps = monotone === undefined ? [] : firstDifferences(pre, post).map((row) => ({
    row: row.map((value) => monotone === "increasing" ? -value : value),
    bound: 0,
  }));
  return [...signs, ...steps];
}

/** Drops the base period (zero by construction) and rows that say nothing. */
function pack(
  pre: number,
  given: readonly { row: readonly number[]; bound: number }[],
): Restriction {
  const kept = given
    .map(({ row, bound }) => ({ row: [...row.slice(0, pre), ...row.slice(pre + 1)], bound }))
    .filter(({ row }) => row.some((value) => Math.abs(value) > 1e-12));
  return {
    a: Float64Array.from(kept.flatMap(({ row }) => row)),
    d: Float64Array.from(kept, ({ bound }) => bound),
    rows: kept.length,
  };
}
