import type { CohortMoments } from "./moments.ts";

/** A weighted sum of cohort means, with the sum of pre-treatment means that adjusts it: T weights per cohort. */
export interface Contrast {
  readonly name: string;
  readonly time: number | undefined;
  /** Effects: weights on means in the periods of treatment. */
  readonly effect: readonly Float64Array[];
  /** The same comparisons in the period before treatment. */
  readonly before: readonly Float64Array[];
}

/** One cohort × period comparison with its weight. */
interface Piece {
  readonly cohort: number;
  readonly time: number;
  readonly weight: number;
}

export type Estimand = "simple" | "cohort" | "calendar" | "eventstudy";

/** Who is compared with: all cohorts treated later, or the last one only. */
export type Comparison = "notYet" | "last";

/** Cohort × period pairs that are treated and have somebody to compare with. */
function treatedPairs(moments: readonly CohortMoments[], times: readonly number[]): Piece[] {
  const last = moments[moments.length - 1].cohort;
  return moments.slice(0, -1).flatMap(({ cohort, members }) =>
    times.filter((t) => t >= cohort && t < last).map((time) => ({
      cohort,
      time,
      weight: members.length,
    }))
  );
}

function normalised(pieces: readonly Piece[], mass = 1): Piece[] {
  const total = pieces.reduce((sum, { weight }) => sum + weight, 0);
  return pieces.map((piece) => ({ ...piece, weight: mass * piece.weight / total }));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The comparisons of an estimand; null when there is none. Source: Roth & Sant'Anna (2023), section 2.3. */
export function pieces(
  moments: readonly CohortMoments[],
  times: readonly number[],
  estimand: Estimand,
  event: number | null,
): Piece[] | null {
  if (estimand === "eventstudy") {
    const chosen = moments.slice(0, -1).flatMap(({ cohort, members }) => {
      const time = cohort + event!;
      const open = times.includes(time) && time < moments[moments.length - 1].cohort;
      return open ? [{ cohort, time, weight: members.length }] : [];
    });
    return chosen.length === 0 ? null : normalised(chosen);
  }
  const all = treatedPairs(moments, times);
  if (all.length === 0) return null;
  if (estimand === "simple") return normalised(all);
  if (estimand === "calendar") {
    const periods = distinct(all.map(({ time }) => time));
    return periods.flatMap((t) =>
      normalised(all.filter(({ time }) => time === t), 1 / periods.length)
    );
  }
  const cohorts = distinct(all.map(({ cohort }) => cohort));
  const size = (g: number) => moments.find(({ cohort }) => cohort === g)!.members.length;
  const total = cohorts.reduce((sum, g) => sum + size(g), 0);
  return cohorts.flatMap((g) =>
    normalised(all.filter(({ cohort }) => cohort === g), size(g) / total)
  );
}

/** Turns comparisons into weights on cohort means. */
export function contrast(
  name: string,
  time: number | undefined,
  chosen: readonly Piece[],
  moments: readonly CohortMoments[],
  times: readonly number[],
  comparison: Comparison,
): Contrast {
  const blank = () => moments.map(() => new Float64Array(times.length));
  const [effect, before] = [blank(), blank()];
  const position = new Map(moments.map(({ cohort }, k) => [cohort, k]));
  for (const { cohort, time: at, weight } of chosen) {
    const own = position.get(cohort)!;
    const code = times.indexOf(at);
    const base = lastBefore(times, cohort);
    const controls = moments.flatMap(({ cohort: g, members }, k) =>
      (comparison === "last" ? k === moments.length - 1 : g > Math.max(at, cohort))
        ? [{ k, size: members.length }]
        : []
    );
    const total = controls.reduce((sum, { size }) => sum + size, 0);
    effect[own][code] += weight;
    before[own][base] += weight;
    for (const { k, size } of controls) {
      effect[k][code] -= weight * size / total;
      before[k][base] -= weight * size / total;
    }
  }
  return { name, time, effect, before };
}

function lastBefore(times: readonly number[], g: number): number {
  let last = -1;
  times.forEach((t, code) => {
    if (t < g) last = code;
  });
  return last;
}
