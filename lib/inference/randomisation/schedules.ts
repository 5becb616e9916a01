import { streams } from "../random.ts";
import type { Assignment } from "./assignment.ts";

/** Schedules per block; block k takes its numbers from stream k of the seed. */
export const SCHEDULE_BLOCK = 1024;

/** The schedules to compare with. */
export interface SchedulePlan {
  /** Distinct schedules there are; Infinity when too many to count exactly. */
  readonly distinct: number;
  /** All of them, each once; otherwise random ones. */
  readonly enumerated: boolean;
  readonly draws: number;
  readonly seed: number;
}

/** Enumerates when there are no more distinct schedules than draws. */
export function planSchedules(assignment: Assignment, draws: number, seed: number): SchedulePlan {
  const distinct = countSchedules(assignment);
  const enumerated = distinct <= draws;
  return { distinct, enumerated, draws: enumerated ? distinct : draws, seed };
}

/** Π over strata of n! / Π n_k!, by products of binomials. */
export function countSchedules({ observed, stratum, strata, types }: Assignment): number {
  const counts = new Float64Array(strata * types);
  observed.forEach((type, unit) => counts[stratum[unit] * types + type]++);
  let total = 1;
  for (let s = 0; s < strata; s++) {
    let placed = 0;
    for (let type = 0; type < types; type++) {
      for (let k = 1; k <= counts[s * types + type]; k++) {
        placed++;
        // A binomial grown factor by factor: every quotient is a whole number.
        total = total * placed / k;
        if (total > Number.MAX_SAFE_INTEGER / observed.length) return Infinity;
      }
    }
  }
  return total;
}

/** Visits schedules; `types[i]` is the type dealt to unit i. The array is reused between visits. */
export type Visit = (types: Int32Array, position: number) => void;

/**
 * @param order a reading order of units that does not depend on labels: random numbers are dealt along it.
 */
export function forEachSchedule(
  assignment: Assignment,
  plan: SchedulePlan,
  order: Int32Array,
  visit: Visit,
  from = 0,
  to = Math.ceil(plan.draws / SCHEDULE_BLOCK),
): void {
  const groups = unitsByStratum(assignment, order);
  if (plan.enumerated) enumerate(assignment, groups, visit);
  else sample(assignment, groups, plan, visit, from, to);
}

function unitsByStratum({ stratum, strata }: Assignment, order: Int32Array): Int32Array[] {
  return Array.from({ length: strata }, (_, s) => order.filter((unit) => stratum[unit] === s));
}

function sample(
  { observed }: Assignment,
  groups: readonly Int32Array[],
  { seed, draws }: SchedulePlan,
  visit: Visit,
  from: number,
  to: number,
): void {
  const types = observed.slice();
  const dealt = groups.map((units) => units.map((unit) => observed[unit]));
  const random = streams(seed, from);
  let position = 0;
  for (let block = from; block < to; block++) {
    const source = random.next().value;
    const end = Math.min((block + 1) * SCHEDULE_BLOCK, draws);
    // Every block starts from the observed order, so that it does not depend on the blocks before it.
    groups.forEach((units, s) => units.forEach((unit, k) => dealt[s][k] = observed[unit]));
    for (let b = block * SCHEDULE_BLOCK; b < end; b++, position++) {
      groups.forEach((units, s) => {
        source.shuffle(dealt[s]);
        for (let k = 0; k < units.length; k++) types[units[k]] = dealt[s][k];
      });
      visit(types, position);
    }
  }
}

/** All distinct schedules: strata turn like the wheels of an odometer, each through its permutations. */
function enumerate(
  { observed }: Assignment,
  groups: readonly Int32Array[],
  visit: Visit,
): void {
  const types = observed.slice();
  const dealt = groups.map((units) => units.map((unit) => observed[unit]).sort());
  const place = (s: number) => groups[s].forEach((unit, k) => types[unit] = dealt[s][k]);
  groups.forEach((_, s) => place(s));
  for (let position = 0;; position++) {
    visit(types, position);
    let wheel = 0;
    while (wheel < groups.length && !nextPermutation(dealt[wheel])) {
      dealt[wheel].sort();
      place(wheel++);
    }
    if (wheel === groups.length) return;
    place(wheel);
  }
}

/** The next arrangement of a multiset in lexicographic order (Knuth, TAOCP 7.2.1.2, algorithm L). */
function nextPermutation(items: Int32Array): boolean {
  let j = items.length - 2;
  while (j >= 0 && items[j] >= items[j + 1]) j--;
  if (j < 0) return false;
  let l = items.length - 1;
  while (items[j] >= items[l]) l--;
  [items[j], items[l]] = [items[l], items[j]];
  items.subarray(j + 1).reverse();
  return true;
}
