import type { Grid } from "./grid.ts";
import {
  type Comparison,
  type ComparisonResult,
  type CovariateMethod,
  isRefusal,
  panelEffect,
  type PropensityMemo,
  type Refusal,
} from "./two-group.ts";
import { rowsEffect, type RowsInfluence } from "./two-group-rows.ts";

/** Which period each effect is measured against. */
export type BasePeriod = "varying" | "universal";

/** Which period's weights a comparison of two periods uses. */
export type WeightsAt = "earlier" | "varying" | "base" | "first";

export interface CellOptions {
  readonly control: "never" | "notYet";
  readonly method: CovariateMethod;
  readonly anticipation: number;
  readonly basePeriod: BasePeriod;
  readonly weightsAt: WeightsAt;
  /** True compares rows (repeated cross-sections, panels with holes), false changes of units. */
  readonly byRow: boolean;
  /** With `byRow`: influence per row (units are not followed) or summed by unit. */
  readonly influencePer: "unit" | "row";
  readonly rowsInfluence: RowsInfluence;
}

/** The comparison behind one ATT(g,t), before it is made. */
export interface CellPlan {
  readonly cohort: number;
  /** Positions in the grid's times. */
  readonly time: number;
  readonly base: number;
  /** Only cohorts after this one (never treated included) are controls. */
  readonly controlsAfter: number;
}

/** One group-time effect. Positions refer to the grid. */
export interface ComputedCell {
  readonly plan: CellPlan;
  readonly nTreated: number;
  readonly nControl: number;
  readonly effect: number | null;
  /** One value per unit (or per row, with `influencePer: "row"`); null where there is no effect. */
  readonly influence: Float64Array | null;
  readonly reason: string | null;
  readonly notes: readonly string[];
}

/**
 * The comparisons to make. Post periods (t ≥ g − δ) look back to the last period before g − δ; earlier ones to
 * the period before (varying) or to that same period (universal).
 *
 * Controls with "notYet" are untreated, and do not anticipate, through the later of the two periods, as in R's did;
 * Stata's csdid compares the pre-periods with units not yet treated by g. Source: Callaway & Sant'Anna (2021), eqs. 2.5–2.6.
 */
export function planCells(grid: Grid, options: CellOptions): CellPlan[] {
  const { times, cohorts } = grid;
  const plans: CellPlan[] = [];
  for (const cohort of cohorts) {
    const long = lastBefore(times, cohort - options.anticipation);
    const start = options.basePeriod === "universal" ? 0 : 1;
    for (let time = start; time < times.length; time++) {
      const post = times[time] >= cohort - options.anticipation;
      const base = post || options.basePeriod === "universal" ? long : time - 1;
      const controlsAfter = options.control === "never"
        ? Number.MAX_VALUE
        : times[Math.max(time, base)] + options.anticipation;
      plans.push({ cohort, time, base, controlsAfter });
    }
  }
  return plans;
}

function lastBefore(times: readonly number[], bound: number): number {
  let last = -1;
  for (let k = 0; k < times.length; k++) if (times[k] < bound) last = k;
  return last;
}

/** Makes the comparisons of a plan. */
export function computeCells(
  grid: Grid,
  plans: readonly CellPlan[],
  options: CellOptions,
  names: readonly string[],
): ComputedCell[] {
  const memo: CellMemo = { last: null, roles: null };
  return plans.map((plan) => {
    if (plan.base === plan.time) return baseCell(grid, plan);
    return options.byRow
      ? rowCell(grid, plan, options, names)
      : panelCell(grid, plan, options, names, memo);
  });
}

/** Treated units, then controls, of a comparison. */
interface Roles {
  readonly used: Int32Array;
  readonly nTreated: number;
  readonly nControl: number;
}

/** What cells of one cohort often share. */
interface CellMemo extends PropensityMemo {
  roles: { readonly cohort: number; readonly controlsAfter: number; readonly roles: Roles } | null;
}

/** Who is treated and who a control in a comparison. */
function roles(grid: Grid, { cohort, controlsAfter }: CellPlan): Roles {
  let [nTreated, nControl] = [0, 0];
  for (let i = 0; i < grid.units; i++) {
    const g = grid.cohort[i];
    if (g === cohort) nTreated++;
    else if (g > controlsAfter) nControl++;
  }
  const used = new Int32Array(nTreated + nControl);
  let [nextTreated, nextControl] = [0, nTreated];
  for (let i = 0; i < grid.units; i++) {
    const g = grid.cohort[i];
    if (g === cohort) used[nextTreated++] = i;
    else if (g > controlsAfter) used[nextControl++] = i;
  }
  return { used, nTreated, nControl };
}

function rememberedRoles(grid: Grid, plan: CellPlan, memo: CellMemo): Roles {
  const { cohort, controlsAfter } = plan;
  const last = memo.roles;
  if (last !== null && last.cohort === cohort && last.controlsAfter === controlsAfter) {
    return last.roles;
  }
  memo.roles = { cohort, controlsAfter, roles: roles(grid, plan) };
  return memo.roles.roles;
}

function baseCell(grid: Grid, plan: CellPlan): ComputedCell {
  const { nTreated, nControl } = roles(grid, plan);
  return {
    plan,
    nTreated,
    nControl,
    effect: 0,
    influence: null,
    reason: "base period: zero by construction",
    notes: [],
  };
}

function refused(plan: CellPlan, nTreated: number, nControl: number, reason: string): ComputedCell {
  return { plan, nTreated, nControl, effect: null, influence: null, reason, notes: [] };
}

function finished(
  plan: CellPlan,
  nTreated: number,
  nControl: number,
  result: ComparisonResult | Refusal,
  place: (influence: Float64Array) => Float64Array,
): ComputedCell {
  if (isRefusal(result)) return refused(plan, nTreated, nControl, result.reason);
  return {
    plan,
    nTreated,
    nControl,
    effect: result.effect,
    influence: place(result.influence),
    reason: null,
    notes: result.notes,
  };
}

function panelCell(
  grid: Grid,
  plan: CellPlan,
  options: CellOptions,
  names: readonly string[],
  memo: CellMemo,
): ComputedCell {
  const { units, outcome } = grid;
  const { used, nTreated, nControl } = rememberedRoles(grid, plan, memo);
  if (nControl === 0) return refused(plan, nTreated, 0, noControls(grid, plan));
  const flags = new Uint8Array(used.length).fill(1, 0, nTreated);
  const change = new Float64Array(used.length);
  const [post, pre] = [plan.time * units, plan.base * units];
  for (let k = 0; k < used.length; k++) {
    change[k] = outcome[post + used[k]] - outcome[pre + used[k]];
  }
  const earlier = Math.min(plan.time, plan.base) * units;
  const comparison: Comparison = {
    names,
    covariates: grid.covariates.map((column) => pick(column, earlier, used)),
    treated: flags,
    weights: grid.weights === null
      ? null
      : pick(grid.weights, weightPeriod(plan, options.weightsAt) * units, used),
  };
  return finished(
    plan,
    nTreated,
    nControl,
    panelEffect(change, comparison, options.method, memo),
    (influence) => {
      const all = new Float64Array(units);
      for (let k = 0; k < used.length; k++) all[used[k]] = influence[k];
      return all;
    },
  );
}

function weightPeriod(plan: CellPlan, weightsAt: WeightsAt): number {
  if (weightsAt === "first") return 0;
  return weightsAt === "base" ? plan.base : Math.min(plan.time, plan.base);
}

function pick(column: Float64Array, offset: number, units: Int32Array): Float64Array {
  const out = new Float64Array(units.length);
  for (let k = 0; k < out.length; k++) out[k] = column[offset + units[k]];
  return out;
}

function noControls(grid: Grid, plan: CellPlan): string {
  return `no control: no unit is untreated through ${grid.times[Math.max(plan.time, plan.base)]}`;
}

function rowCell(
  grid: Grid,
  plan: CellPlan,
  options: CellOptions,
  names: readonly string[],
): ComputedCell {
  const { units, outcome, times } = grid;
  const both = roles(grid, plan);
  const treated = both.used.subarray(0, both.nTreated);
  const controls = both.used.subarray(both.nTreated);
  const rows: number[] = [];
  const flags: number[] = [];
  const periods: number[] = [];
  const count = [0, 0, 0, 0];
  const weightless = unitsWithoutWeight(grid, plan, options.weightsAt);
  for (const [group, flag] of [[treated, 1], [controls, 0]] as const) {
    for (const unit of group) {
      if (weightless.has(unit)) continue;
      for (const post of [1, 0]) {
        const at = (post === 1 ? plan.time : plan.base) * units + unit;
        if (Number.isNaN(outcome[at])) continue;
        rows.push(at);
        flags.push(flag);
        periods.push(post);
        count[2 * flag + post]++;
      }
    }
  }
  const nTreated = treated.filter((i) => !Number.isNaN(outcome[plan.time * units + i])).length;
  const nControl = controls.filter((i) => !Number.isNaN(outcome[plan.time * units + i])).length;
  const empty = count.findIndex((value) => value === 0);
  if (empty !== -1) {
    const who = empty >= 2 ? `cohort ${plan.cohort}` : "the controls";
    const when = times[empty % 2 === 1 ? plan.time : plan.base];
    return refused(plan, nTreated, nControl, `no row of ${who} in ${when}`);
  }
  const values = Float64Array.from(rows, (at) => outcome[at]);
  const result = rowsEffect(
    values,
    {
      names,
      covariates: grid.covariates.map((column) => Float64Array.from(rows, (at) => column[at])),
      treated: Uint8Array.from(flags),
      post: Uint8Array.from(periods),
      weights: grid.weights === null ? null : rowWeights(grid, plan, options.weightsAt, rows),
    },
    options.method,
    options.rowsInfluence,
  );
  const cell = finished(plan, nTreated, nControl, result, (influence) => {
    const perRow = options.influencePer === "row";
    const all = new Float64Array(perRow ? grid.panel.rows : units);
    for (let k = 0; k < rows.length; k++) {
      all[perRow ? grid.rowAt[rows[k]] : rows[k] % units] += influence[k];
    }
    return all;
  });
  if (weightless.size === 0) return cell;
  const note = `${weightless.size} units without a weight in ${
    times[options.weightsAt === "first" ? 0 : plan.base]
  } are left out`;
  return { ...cell, notes: [...cell.notes, note] };
}

/** Units that are not observed in the period whose weights are used. */
function unitsWithoutWeight(grid: Grid, plan: CellPlan, weightsAt: WeightsAt): Set<number> {
  const without = new Set<number>();
  if (grid.weights === null || (weightsAt !== "base" && weightsAt !== "first")) return without;
  const period = weightsAt === "first" ? 0 : plan.base;
  for (let i = 0; i < grid.units; i++) {
    if (Number.isNaN(grid.weights[period * grid.units + i])) without.add(i);
  }
  return without;
}

function rowWeights(
  grid: Grid,
  plan: CellPlan,
  weightsAt: WeightsAt,
  rows: readonly number[],
): Float64Array {
  const weights = grid.weights!;
  if (weightsAt === "earlier" || weightsAt === "varying") {
    return Float64Array.from(rows, (at) => weights[at]);
  }
  const period = weightsAt === "first" ? 0 : plan.base;
  return Float64Array.from(rows, (at) => weights[period * grid.units + at % grid.units]);
}
