import type { EventWindow } from "./target.ts";

/** A δ ≤ d on the departures from parallel trends, periods before treatment first, the base period left out. */
export interface Restriction {
  /** R × T, row-major. */
  readonly a: Float64Array;
  readonly d: Float64Array;
  readonly rows: number;
}

/** Extra assumptions on the departures. */
export interface ShapeOptions {
  /** "positive": departures after treatment are not below zero; "negative": not above. */
  readonly sign?: "positive" | "negative";
  /** Departures never fall ("increasing") or never rise over time, before treatment and after. */
  readonly monotone?: "increasing" | "decreasing";
}

/** Rows of coefficients, as vectors over all periods, the base included. */
type Rows = number[][];

function unit(length: number, entries: readonly [number, number][]): number[] {
  const row = new Array<number>(length).fill(0);
  for (const [k, value] of entries) row[k] += value;
  return row;
}

/** Steps between consecutive times, in periods. */
function steps({ times, period, regular }: EventWindow): number[] {
  return times.slice(1).map((time, k) => regular ? 1 : (time - times[k]) / period);
}

/** Changes per period, (δ_{k+1} − δ_k) / h_k: first differences where times are one period apart. */
export function changes(window: EventWindow): Rows {
  const { length } = window.times;
  return steps(window).map((h, k) => unit(length, [[k + 1, 1 / h], [k, -1 / h]]));
}

/**
 * Changes of slope per period: the difference of consecutive changes over the distance (h_k + h_{k+1})/2 of their midpoints.
 * Second differences δ_{k+2} − 2δ_{k+1} + δ_k where times are one period apart. If second differences of all periods are at
 * most M, so are these, whichever periods are missing.
 */
export function bends(window: EventWindow): Rows {
  const h = steps(window);
  const slopes = changes(window);
  return slopes.slice(1).map((slope, k) =>
    slope.map((value, t) => (value - slopes[k][t]) / ((h[k] + h[k + 1]) / 2))
  );
}

/**
 * Smoothness Δ^SD(M): the slope of the departures changes by at most M from one period to the next.
 * Source: Rambachan & Roth (2023), Review of Economic Studies 90, section 2.3.
 */
export function smoothness(window: EventWindow, m: number, shape: ShapeOptions): Restriction {
  const rows = bends(window);
  return pack(window, [
    ...rows.map((row) => ({ row, bound: m })),
    ...rows.map((row) => ({ row: row.map((value) => -value), bound: m })),
    ...shapeRows(window, shape),
  ]);
}

/**
 * Relative magnitudes Δ^RM(M̄) or Δ^SDRM(M̄): changes after treatment (of the level, or of the slope) are at most M̄ times the
 * largest before. The set is a union over which change before treatment is the largest, and its sign.
 * Source: Rambachan & Roth (2023), section 2.3, and lemma 2.2 for the union.
 */
export function relativeMagnitudes(
  window: EventWindow,
  bound: number,
  of: "level" | "slope",
  shape: ShapeOptions,
): Restriction[] {
  const rows = of === "level" ? changes(window) : bends(window);
  // Differences that end in the last period before treatment or earlier.
  const before = of === "level" ? window.pre : window.pre - 1;
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
      out.push(pack(window, [...bounded, ...shapeRows(window, shape)]));
    }
  }
  return out;
}

function shapeRows(window: EventWindow, { sign, monotone }: ShapeOptions) {
  const { post, times: { length } } = window;
  const signs = sign === undefined ? [] : Array.from({ length: post }, (_, k) => ({
    row: unit(length, [[length - post + k, sign === "positive" ? -1 : 1]]),
    bound: 0,
  }));
  const monotoneRows = monotone === undefined ? [] : changes(window).map((row) => ({
    row: row.map((value) => monotone === "increasing" ? -value : value),
    bound: 0,
  }));
  return [...signs, ...monotoneRows];
}

/** A row without the base period, whose departure is zero by construction. */
export function withoutBase({ base }: EventWindow, row: readonly number[]): number[] {
  return [...row.slice(0, base), ...row.slice(base + 1)];
}

/** Drops the base period and rows that say nothing. */
function pack(
  window: EventWindow,
  given: readonly { row: readonly number[]; bound: number }[],
): Restriction {
  const kept = given.map(({ row, bound }) => ({ row: withoutBase(window, row), bound }))
    .filter(({ row }) => {
      const largest = Math.max(...row.map(Math.abs));
      return largest > 1e-12;
    });
  return {
    a: Float64Array.from(kept.flatMap(({ row }) => row)),
    d: Float64Array.from(kept, ({ bound }) => bound),
    rows: kept.length,
  };
}
