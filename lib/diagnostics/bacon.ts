import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { type CohortDesign, cohortDesign } from "../panel/treatment.ts";
import { finiteColumn } from "../panel/sample.ts";
import { checkKnown } from "../estimators/options.ts";
import { formatNumber, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";

/** Who stands in for whom in a two-by-two comparison. */
export type BaconType =
  | "treated vs never treated"
  | "earlier vs later treated"
  | "later vs earlier treated"
  | "treated vs always treated";

/** One comparison of two groups over the periods in which one of them changes treatment. */
export interface BaconCell {
  readonly treated: number;
  /** Cohort of the comparison group; Infinity for never treated, −Infinity for always treated. */
  readonly control: number;
  readonly type: BaconType;
  readonly estimate: number;
  readonly weight: number;
}

/** A two-way fixed effects estimate taken apart. */
export interface BaconDecomposition {
  /** Σ weight × estimate: the two-way estimate, exactly. */
  readonly estimate: number;
  readonly cells: readonly BaconCell[];
  /** Weight and mean estimate by type. */
  readonly types: readonly {
    readonly type: BaconType;
    readonly weight: number;
    readonly estimate: number;
  }[];
  toTable(): Table;
}

/**
 * Goodman-Bacon decomposition of the two-way fixed effects estimate of a treatment that stays on, in a balanced panel: all
 * two-by-two comparisons with their weights. Comparisons of later with earlier treated units use treated units as controls.
 *
 * @throws InputError when the panel is not balanced, the outcome has gaps, or no two groups can be compared.
 * Source: Goodman-Bacon (2021), Journal of Econometrics 225, eqs. 5–10 (theorem 1).
 */
export function baconDecomposition(
  panel: Panel,
  options: { readonly outcome: string; readonly cohort: string },
): BaconDecomposition {
  checkKnown(options, ["outcome", "cohort"], ["outcome", "cohort"]);
  const groups = groupMeansByTime(panel, options.outcome, cohortDesign(panel, options.cohort));
  const cells = groups.flatMap((group) => comparisons(group, groups, panel.times));
  const total = cells.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) {
    throw new InputError({
      problem: "No two groups differ in when they are treated, so there is nothing to compare",
      column: options.cohort,
      remedy: "give each unit's first treated time; blank, 0 or Infinity for never",
    });
  }
  const scaled = cells.map((cell) => ({ ...cell, weight: cell.weight / total }));
  const order: readonly BaconType[] = [
    "treated vs never treated",
    "earlier vs later treated",
    "later vs earlier treated",
    "treated vs always treated",
  ];
  const types = order.flatMap((type) => {
    const own = scaled.filter((cell) => cell.type === type);
    const weight = own.reduce((sum, cell) => sum + cell.weight, 0);
    if (own.length === 0) return [];
    const estimate = own.reduce((sum, cell) => sum + cell.weight * cell.estimate, 0) / weight;
    return [{ type, weight, estimate }];
  });
  return {
    estimate: scaled.reduce((sum, { weight, estimate }) => sum + weight * estimate, 0),
    cells: scaled,
    types,
    toTable: () => baconTable(scaled, panel),
  };
}

/** A group of units treated at the same time. */
interface Group {
  readonly cohort: number;
  /** Share of the units. */
  readonly share: number;
  /** Mean outcome in each period. */
  readonly means: Float64Array;
  /** Periods before treatment: all of them for never, none for always treated. */
  readonly before: number;
}

function groupMeansByTime(panel: Panel, outcome: string, design: CohortDesign): Group[] {
  const values = finiteColumn(panel, outcome);
  const missing = [...values.keys()].filter((i) => Number.isNaN(values[i]));
  if (!panel.balanced || missing.length > 0) {
    throw new InputError({
      problem: "The decomposition holds in balanced panels only",
      column: outcome,
      ...(missing.length === 0 ? {} : { rows: panel.describeRows(missing) }),
      remedy:
        "keep the units and periods that are complete, or use twfeWeights, which needs no balance",
    });
  }
  const { times, units } = panel;
  const codes = Int32Array.from(design.cohort, (g) => times.findIndex((time) => time >= g));
  const found = new Map<number, { count: number; means: Float64Array }>();
  for (let i = 0; i < units.length; i++) {
    const before = codes[i] === -1 ? times.length : codes[i];
    const group = found.get(before) ?? { count: 0, means: new Float64Array(times.length) };
    group.count++;
    for (let t = 0; t < times.length; t++) group.means[t] += values[i * times.length + t];
    found.set(before, group);
  }
  return [...found].sort(([a], [b]) => a - b).map(([before, { count, means }]) => ({
    cohort: before === times.length ? Infinity : before === 0 ? -Infinity : times[before],
    share: count / units.length,
    means: means.map((sum) => sum / count),
    before,
  }));
}

/** Comparisons in which `group` is the one whose treatment changes. Weights are not yet scaled to one. */
function comparisons(
  group: Group,
  groups: readonly Group[],
  times: readonly number[],
): BaconCell[] {
  const periods = times.length;
  if (group.before === 0 || group.before === periods) return [];
  return groups.filter((other) => other !== group).map((control) => {
    const [from, to] = window(group, control, periods);
    const change = (values: Float64Array) =>
      mean(values, group.before, to) - mean(values, from, group.before);
    const length = to - from;
    const treatedShare = (to - group.before) / length;
    const pair = group.share / (group.share + control.share);
    const variance = pair * (1 - pair) * treatedShare * (1 - treatedShare);
    return {
      treated: group.cohort,
      control: control.cohort,
      type: typeOf(group, control, periods),
      estimate: change(group.means) - change(control.means),
      weight: ((group.share + control.share) * length / periods) ** 2 * variance,
    };
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

function baconTable(cells: readonly BaconCell[], { context }: Panel): Table {
  const name = (g: number) => g === Infinity ? "never" : g === -Infinity ? "always" : g;
  return new Table({
    caption: "Two-way fixed effects taken apart into two-by-two comparisons",
    columns: [
      { key: "treated", label: "Treated" },
      { key: "control", label: "Control" },
      { key: "type", label: "Type" },
      { key: "weight", label: "Weight", format: (value) => formatNumber(value, 4) },
      { key: "estimate", label: "Estimate", format: formatSignificant },
    ],
    rows: cells.map((cell) => ({
      ...cell,
      treated: name(cell.treated),
      control: name(cell.control),
    })),
    notes: context.provenance === undefined ? [] : [`Figures: ${context.provenance}`],
  });
}
