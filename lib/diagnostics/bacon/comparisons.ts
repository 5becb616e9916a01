import type { Group } from "./groups.ts";
import type { BaconCell, BaconType } from "./types.ts";

/**
 * All two-by-two comparisons without covariates, with weights not yet scaled to one.
 *
 * @param means outcome by group and period, row-major.
 * Source: Goodman-Bacon (2021), theorem 1.
 */
export function twoByTwos(
  groups: readonly Group[],
  means: Float64Array,
  times: readonly number[],
): BaconCell[] {
  const periods = times.length;
  const units = groups.reduce((sum, group) => sum + group.units, 0);
  return groups.flatMap((group, k) => {
    if (group.before === 0 || group.before === periods) return [];
    return groups.flatMap((control, l) => {
      if (l === k) return [];
      const [from, to] = window(group, control, periods);
      const change = (row: number) =>
        mean(means, row * periods + group.before, row * periods + to) -
        mean(means, row * periods + from, row * periods + group.before);
      const length = to - from;
      const treatedShare = (to - group.before) / length;
      const pair = group.units / (group.units + control.units);
      const variance = pair * (1 - pair) * treatedShare * (1 - treatedShare);
      return [{
        treated: group.cohort,
        control: control.cohort,
        type: typeOf(group, control, periods),
        estimate: change(k) - change(l),
        weight: ((group.units + control.units) / units * length / periods) ** 2 * variance,
      }];
    });
  });
}

/** Periods [from, to) in which the control's treatment does not change. */
function window(group: Group, control: Group, periods: number): [number, number] {
  if (control.before === periods || control.before === 0) return [0, periods];
  return group.before < control.before ? [0, control.before] : [control.before, periods];
}

function typeOf(group: Group, control: Group, periods: number): BaconType {
  if (control.before === periods) return "treated vs never treated";
  if (control.before === 0) return "treated vs always treated";
  return group.before < control.before ? "earlier vs later treated" : "later vs earlier treated";
}

function mean(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t];
  return sum / (to - from);
}
