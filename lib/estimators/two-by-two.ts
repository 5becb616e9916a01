import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { completeSample, positiveWeights } from "../panel/sample.ts";
import { binaryPath } from "../panel/treatment.ts";
import { Estimate } from "./estimate.ts";
import { checkKnown } from "./options.ts";

export interface TwoByTwoOptions {
  outcome: string;
  /** Column fixed over time: 1 for the treated group, 0 for the control group. */
  group: string;
  /** First period that counts as after. */
  treatedFrom: number;
  /** Column of positive weights, fixed over time within a unit. Default none. */
  weights?: string;
  /** Level of the confidence interval. Default 0.95. */
  confidenceLevel?: number;
}

/** The four means of a 2 × 2 and how many units and periods stand behind each. */
export interface FourMeans {
  readonly treatedBefore: number;
  readonly treatedAfter: number;
  readonly controlBefore: number;
  readonly controlAfter: number;
  readonly treatedUnits: number;
  readonly controlUnits: number;
  readonly periodsBefore: number;
  readonly periodsAfter: number;
}

/** A 2 × 2 comparison: the estimate and the four means that it is made of. */
export interface TwoByTwo {
  readonly estimate: Estimate;
  readonly means: FourMeans;
}

/**
 * Difference-in-differences by hand: (ȳ₁₁ − ȳ₁₀) − (ȳ₀₁ − ȳ₀₀), from each unit's mean before and after.
 *
 * The standard error is that of a difference between two means of unit changes with unequal variances
 * (Neyman), with Welch–Satterthwaite degrees of freedom; the periods are collapsed first, as Bertrand, Duflo &
 * Mullainathan (2004, section IV.C) advise against serial correlation.
 *
 * @returns the estimate (one term, "DiD") and the four means.
 * @throws InputError when a group is empty or has one unit, is not 0 or 1, a unit lacks a before or an after, or
 *   weights vary.
 */
export function twoByTwo(panel: Panel, options: TwoByTwoOptions): TwoByTwo {
  checkOptions(options);
  const { outcome, group, treatedFrom, weights } = options;
  const { panel: used, drops } = completeSample(panel, [
    outcome,
    group,
    ...(weights === undefined ? [] : [weights]),
  ]);
  binaryPath(used, group);
  const changes = unitChanges(used, options);
  const treated = summary(changes, group, 1);
  const control = summary(changes, group, 0);
  const variance = treated.variance + control.variance;
  const degreesOfFreedom = variance ** 2 /
    (treated.variance ** 2 / (treated.units - 1) + control.variance ** 2 / (control.units - 1));
  const estimate = new Estimate({
    names: ["DiD"],
    estimates: [treated.change - control.change],
    covariance: Float64Array.of(variance),
    influence: [influence(changes, treated, control)],
    citation:
      "Bertrand, Duflo & Mullainathan (2004), Quarterly Journal of Economics 119(1), section IV.C",
    design: {
      estimator: "2 × 2 difference-in-differences by hand",
      formula: `(after − before | ${group} = 1) − (after − before | ${group} = 0) of ${outcome}`,
      outcome,
      effects: ["DiD"],
      covariates: [],
      fixedEffects: [],
      weights: options.weights ?? null,
      comparison: `change from before ${treatedFrom} to ${treatedFrom} and after, ` +
        `${treated.units} units with ${group} = 1 against ${control.units} with ${group} = 0`,
      basePeriod: null,
      observations: used.rows,
      units: used.units.length,
      times: used.times.length,
      unitName: used.unitName,
      unitLabels: used.units,
      droppedRows: drops,
      droppedColumns: [],
      covariance: {
        type: "unequal variances of unit changes",
        clusters: [{ name: used.unitName, count: used.units.length }],
        smallSample: "n/(n − 1) within each group, Welch–Satterthwaite degrees of freedom",
        repair: null,
      },
      degreesOfFreedom,
      confidenceLevel: options.confidenceLevel ?? 0.95,
      computation: "closed form",
      notes: used.context.notes ?? [],
      context: used.context,
    },
  });
  const means = {
    treatedBefore: treated.before,
    treatedAfter: treated.after,
    controlBefore: control.before,
    controlAfter: control.after,
    treatedUnits: treated.units,
    controlUnits: control.units,
    periodsBefore: used.times.filter((time) => time < treatedFrom).length,
    periodsAfter: used.times.filter((time) => time >= treatedFrom).length,
  };
  return { estimate, means };
}

function checkOptions(options: TwoByTwoOptions): void {
  checkKnown(options, ["outcome", "group", "treatedFrom", "weights", "confidenceLevel"], [
    "outcome",
    "group",
  ]);
  if (Number.isFinite(options.treatedFrom)) return;
  throw new InputError({
    problem: "The first period that counts as after is not given as a number",
    column: "treatedFrom",
    value: options.treatedFrom,
    remedy: "give a period, as in { treatedFrom: 2020 }",
  });
}

interface UnitChange {
  readonly group: number;
  readonly before: number;
  readonly after: number;
  readonly weight: number;
}

function unitChanges(
  panel: Panel,
  { outcome, group, treatedFrom, weights }: TwoByTwoOptions,
): UnitChange[] {
  const y = panel.numeric(outcome);
  const g = panel.numeric(group);
  const w = weights === undefined ? null : positiveWeights(panel, weights);
  const units = panel.units.length;
  const sums = { before: new Float64Array(units), after: new Float64Array(units) };
  const counts = { before: new Float64Array(units), after: new Float64Array(units) };
  const first = new Int32Array(units).fill(-1);
  for (let i = 0; i < panel.rows; i++) {
    const unit = panel.unit[i];
    if (first[unit] === -1) first[unit] = i;
    requireFixedValue(
      panel,
      group,
      g,
      i,
      first[unit],
      "use one group per unit (0 or 1 in all its rows)",
    );
    if (w !== null) {
      requireFixedValue(
        panel,
        weights!,
        w,
        i,
        first[unit],
        "use one weight per unit (a base-year population, say)",
      );
    }
    const side = panel.times[panel.time[i]] < treatedFrom ? "before" : "after";
    sums[side][unit] += y[i];
    counts[side][unit]++;
  }
  const incomplete = Array.from(first).filter((_, u) =>
    counts.before[u] === 0 || counts.after[u] === 0
  );
  if (incomplete.length > 0) {
    throw new InputError({
      problem: `A unit has no period before, or none from, ${treatedFrom} on`,
      column: panel.timeName,
      rows: panel.describeRows(incomplete),
      remedy: "widen the window, move treatedFrom, or leave these units out",
    });
  }
  return Array.from(first, (row, u) => ({
    group: g[row],
    before: sums.before[u] / counts.before[u],
    after: sums.after[u] / counts.after[u],
    weight: w === null ? 1 : w[row],
  }));
}

function requireFixedValue(
  panel: Panel,
  column: string,
  values: Float64Array,
  row: number,
  first: number,
  remedy: string,
): void {
  if (values[row] === values[first]) return;
  throw new InputError({
    problem: "The column must be fixed over time within a unit",
    column,
    rows: panel.describeRows([row]),
    value: values[row],
    remedy,
  });
}

interface GroupSummary {
  readonly units: number;
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** Variance of the mean change. */
  readonly variance: number;
  readonly totalWeight: number;
}

function summary(changes: readonly UnitChange[], column: string, group: 0 | 1): GroupSummary {
  const members = changes.filter((unit) => unit.group === group);
  const label = group === 1 ? "treated (1)" : "control (0)";
  if (members.length < 2) {
    throw new InputError({
      problem:
        `The ${label} group has ${members.length} ${members.length === 1 ? "unit" : "units"}: ` +
        "its variance cannot be computed",
      column,
      remedy: "put at least two units into each group (0 and 1)",
    });
  }
  const totalWeight = members.reduce((sum, unit) => sum + unit.weight, 0);
  const mean = (value: (unit: UnitChange) => number) =>
    members.reduce((sum, unit) => sum + unit.weight * value(unit), 0) / totalWeight;
  const [before, after] = [mean((unit) => unit.before), mean((unit) => unit.after)];
  const n = members.length;
  const squares = members.reduce(
    (sum, unit) =>
      sum + (unit.weight / totalWeight * (unit.after - unit.before - (after - before))) ** 2,
    0,
  );
  return {
    units: n,
    before,
    after,
    change: after - before,
    variance: squares * n / (n - 1),
    totalWeight,
  };
}

function influence(
  changes: readonly UnitChange[],
  treated: GroupSummary,
  control: GroupSummary,
): Float64Array {
  return Float64Array.from(changes, ({ group, before, after, weight }) => {
    const own = group === 1 ? treated : control;
    return (group === 1 ? 1 : -1) * weight / own.totalWeight * (after - before - own.change);
  });
}
