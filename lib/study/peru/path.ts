/** A count known at a date. Dates are decimal years: the end of June 2021 is 2021.5, the end of 2021 is 2022. */
export interface DatedCount {
  readonly date: number;
  readonly count: number;
}

/** "2021-12" is the end of that month; a bare year has no month and is read as its middle. */
export function decimalDate(asOf: string): number {
  const [year, month] = asOf.split("-").map(Number);
  return month === undefined ? year + 0.5 : year + month / 12;
}

/** A path that is linear between known points, zero before the first and level after the last. */
export function linearPath(points: readonly DatedCount[]): (date: number) => number {
  return (date) => {
    const after = points.findIndex((point) => point.date > date + 1e-9);
    if (after === 0) return 0;
    if (after === -1) return points[points.length - 1].count;
    const [a, b] = [points[after - 1], points[after]];
    return a.count + (b.count - a.count) * (date - a.date) / (b.date - a.date);
  };
}

/**
 * A region's path from its own published counts and the national path: its share of the national total moves
 * linearly between its dates and stays put outside them.
 */
export function regionPath(
  own: readonly DatedCount[],
  national: (date: number) => number,
): (date: number) => number {
  const shares = own.map(({ date, count }) => ({ date, count: count / national(date) }));
  const inside = linearPath(shares);
  return (date) => {
    const exact = own.find((point) => Math.abs(point.date - date) < 1e-9);
    if (exact !== undefined) return exact.count;
    const share = date < shares[0].date ? shares[0].count : inside(date);
    return share * national(date);
  };
}
