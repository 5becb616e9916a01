import type { BlockFit } from "./block.ts";

/** The fit of one cohort with what its weight in averages depends on. */
export interface CohortFit extends BlockFit {
  readonly cohort: number;
  readonly before: number;
  readonly treatedCount: number;
}

/** What the estimate reports: an effect for each time since treatment. */
export interface EventTimes {
  /** Sorted. */
  readonly times: readonly number[];
  /** `position[c][t]`: where period t of cohort c goes. */
  readonly position: ReadonlyMap<number, Int32Array>;
}

export function eventTimes(cohorts: readonly number[], times: readonly number[]): EventTimes {
  const since = (time: number, cohort: number) => Number((time - cohort).toPrecision(12));
  const found = new Set(cohorts.flatMap((cohort) => times.map((time) => since(time, cohort))));
  const sorted = [...found].sort((a, b) => a - b);
  const place = new Map(sorted.map((e, k) => [e, k]));
  const position = new Map(cohorts.map((cohort) => [
    cohort,
    Int32Array.from(times, (time) => place.get(since(time, cohort))!),
  ]));
  return { times: sorted, position };
}

/**
 * The average over treated rows, followed by the effect at each event time: cohorts count by their treated units among those
 * observed at that event time. NaN where no cohort is observed.
 *
 * Source: Clarke, Pailañir, Athey & Imbens (2023) (overall); Ciccia (2024) (event times).
 */
export function averageEffects(fits: readonly CohortFit[], events: EventTimes): Float64Array {
  const out = new Float64Array(1 + events.times.length);
  const seen = new Uint8Array(out.length);
  for (const { share, k, value } of contributions(fits, events)) {
    out[k] += share * value;
    seen[k] = 1;
  }
  return out.map((value, k) => seen[k] ? value : NaN);
}

/** One cohort's effect in one period as a part of one term. */
export interface Contribution {
  readonly fit: CohortFit;
  /** 0 is the overall effect; event time e is 1 + its position. */
  readonly k: number;
  readonly period: number;
  /** Share of this effect in the term. */
  readonly share: number;
  readonly value: number;
}

export function* contributions(
  fits: readonly CohortFit[],
  events: EventTimes,
): Generator<Contribution> {
  const counts = new Float64Array(events.times.length);
  let rows = 0;
  for (const { cohort, effects, before, treatedCount } of fits) {
    for (let t = 0; t < effects.length; t++) {
      counts[events.position.get(cohort)![t]] += treatedCount;
    }
    rows += treatedCount * (effects.length - before);
  }
  for (const fit of fits) {
    const { effects, before, treatedCount } = fit;
    for (let period = 0; period < effects.length; period++) {
      const value = effects[period];
      const e = events.position.get(fit.cohort)![period];
      yield { fit, k: 1 + e, period, share: treatedCount / counts[e], value };
      if (period >= before) yield { fit, k: 0, period, share: treatedCount / rows, value };
    }
  }
}
