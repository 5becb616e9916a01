import { InputError } from "../../panel/errors.ts";
import { requireDraws, requireSeed, stream } from "../../regression/random.ts";
import type { SyntheticSetup } from "./setup.ts";

/** Units that stand for the controls and for each cohort. */
export interface Sample {
  readonly controls: Int32Array;
  readonly treated: readonly Int32Array[];
}

export interface DrawOptions {
  readonly draws?: number;
  readonly seed?: number;
}

export const DRAWS = 200;

/**
 * Gives the cohorts' places to controls, the treated left out: in every possible way where there are no more than `draws` of
 * them, else at random.
 */
export function forEachPlacebo(
  setup: SyntheticSetup,
  options: DrawOptions,
  visit: (sample: Sample) => void,
): { readonly whole: boolean; readonly count: number } {
  const sizes = setup.cohorts.map(({ units }) => units.length);
  const treated = sizes.reduce((sum, size) => sum + size, 0);
  const controls = setup.controls.length;
  if (controls <= treated) {
    throw new InputError({
      problem:
        `Placebos need more controls than treated units, but there are ${controls} and ${treated}`,
      column: "inference",
      value: "placebo",
      remedy: 'use inference: "jackknife" or "bootstrap"',
    });
  }
  const draws = requireDraws(options.draws ?? DRAWS);
  const all = countAssignments(controls, sizes);
  if (all <= draws) {
    forEachAssignment(controls, sizes, (order) => visit(split(setup.controls, order, sizes)));
    return { whole: true, count: all };
  }
  const random = stream(requireSeed(options.seed), 0);
  const order = Int32Array.from({ length: controls }, (_, i) => i);
  for (let b = 0; b < draws; b++) {
    random.shuffle(order);
    visit(split(setup.controls, order, sizes));
  }
  return { whole: false, count: draws };
}

/** Number of ways to draw disjoint groups of these sizes. */
export function countAssignments(count: number, sizes: readonly number[]): number {
  let [ways, left] = [1, count];
  for (const size of sizes) {
    for (let k = 1; k <= size; k++) ways = ways * (left - size + k) / k;
    left -= size;
  }
  return Math.round(ways);
}

/** Visits every way to draw the groups: an order whose last entries are the groups, one after the other. */
export function forEachAssignment(
  count: number,
  sizes: readonly number[],
  visit: (order: Int32Array) => void,
): void {
  const drawn: number[] = [];
  const taken = new Uint8Array(count);
  const choose = (group: number, from: number, left: number): void => {
    if (left === 0) {
      if (group + 1 < sizes.length) return choose(group + 1, 0, sizes[group + 1]);
      const rest = Array.from(taken.keys()).filter((i) => taken[i] === 0);
      return visit(Int32Array.from([...rest, ...drawn]));
    }
    for (let i = from; i < count; i++) {
      if (taken[i] === 1) continue;
      taken[i] = 1;
      drawn.push(i);
      choose(group, i + 1, left - 1);
      drawn.pop();
      taken[i] = 0;
    }
  };
  choose(0, 0, sizes[0]);
}

function split(units: Int32Array, order: Int32Array, sizes: readonly number[]): Sample {
  const treated = sizes.reduce((sum, size) => sum + size, 0);
  const drawn = order.map((i) => units[i]);
  let from = drawn.length - treated;
  const controls = drawn.slice(0, from).sort();
  return { controls, treated: sizes.map((size) => drawn.slice(from, from += size)) };
}
