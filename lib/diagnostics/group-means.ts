import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { completeSample, positiveWeights } from "../panel/sample.ts";

export interface GroupMeansOptions {
  outcome: string;
  /** Column of the groups, text or number. */
  group: string;
  /** Column of positive weights. Default: every unit counts once. */
  weights?: string;
}

/** The mean of one group at one time. */
export interface GroupMean {
  readonly group: string;
  readonly time: number;
  readonly mean: number;
  /** Units observed. */
  readonly units: number;
}

/** Raw means of an outcome by group and time: the first picture of any difference-in-differences. */
export function groupMeans(
  panel: Panel,
  { outcome, group, weights }: GroupMeansOptions,
): GroupMean[] {
  const { panel: used } = completeSample(panel, [outcome]);
  const y = used.numeric(outcome);
  const w = weights === undefined ? null : positiveWeights(used, weights);
  const labels = used.text(group);
  const cells = new Map<
    string,
    { group: string; time: number; sum: number; weight: number; units: number }
  >();
  for (let i = 0; i < used.rows; i++) {
    if (labels[i] === "") continue;
    const time = used.times[used.time[i]];
    const key = `${labels[i]}\u0000${time}`;
    const cell = cells.get(key) ?? { group: labels[i], time, sum: 0, weight: 0, units: 0 };
    const weight = w === null ? 1 : w[i];
    cell.sum += weight * y[i];
    cell.weight += weight;
    cell.units++;
    cells.set(key, cell);
  }
  return [...cells.values()]
    .map(({ group, time, sum, weight, units }) => ({ group, time, mean: sum / weight, units }))
    .sort((a, b) => a.group < b.group ? -1 : a.group > b.group ? 1 : a.time - b.time);
}

/** The gap between two groups' means at one time. */
export interface GroupGap {
  readonly time: number;
  readonly gap: number;
}

/** The mean of group `of` less the mean of group `from`, at each time at which both are observed. */
export function groupGaps(means: readonly GroupMean[], of: string, from: string): GroupGap[] {
  const pick = (group: string) =>
    new Map(means.filter((m) => m.group === group).map((m) => [m.time, m.mean]));
  const [own, other] = [pick(of), pick(from)];
  if (own.size === 0 || other.size === 0) {
    throw new InputError({
      problem: "A group to compare has no means",
      value: own.size === 0 ? of : from,
      remedy: `choose among ${[...new Set(means.map((m) => m.group))].join(", ")}`,
    });
  }
  return [...own].filter(([time]) => other.has(time)).map(([time, mean]) => ({
    time,
    gap: mean - other.get(time)!,
  }));
}
