import type { Coding } from "../../panel/coding.ts";
import type { ControlAdjustment } from "./controls.ts";
import type { TreatmentPaths } from "./paths.ts";

/** Which comparison is made. */
export interface Horizon {
  /** ℓ of the paper: 1 is the period of the change. */
  readonly length: number;
  /** Placebos compare the ℓ periods before the last period before the change. */
  readonly placebo: boolean;
}

/** What the comparisons of a horizon found, for units whose treatment rises or falls (not both). */
export interface SideEffect {
  readonly estimate: number;
  /** estimate − truth ≈ Σ over units. */
  readonly influence: Float64Array;
  /** Σ of the weights of the switchers: N_ℓ. */
  readonly weight: number;
  readonly switchers: readonly number[];
  /** Positions (t · units + i) that the comparison uses. */
  readonly cells: readonly number[];
}

/** Options of a comparison. */
export interface EffectOptions {
  readonly clusters: Coding | null;
  readonly neverOnly: boolean;
  /** Units that may count as switchers; null for all. */
  readonly eligible: Uint8Array | null;
  readonly adjustment: ControlAdjustment | null;
}

/**
 * DID_ℓ of one side (rises or falls): the mean change of the outcome of switchers over ℓ periods from the one before
 * their change, less that of units of the same baseline treatment that have not changed yet (eqs. 3–5), with the
 * influence functions of the variance estimator: changes centred on cohorts and scaled by √(n/(n − 1)).
 *
 * Source: de Chaisemartin & D'Haultfœuille (2024), Review of Economics and Statistics, sections 3 and 4, and the
 * online appendix for the variance.
 */
export function sideEffect(
  paths: TreatmentPaths,
  horizon: Horizon,
  side: 1 | -1,
  options: EffectOptions,
): SideEffect | null {
  const blocks = comparisonBlocks(paths, horizon, side, options);
  const total = blocks.reduce((sum, { treatedWeight }) => sum + treatedWeight, 0);
  if (!(total > 0)) return null;
  const { units: n, weights } = paths;
  const influence = new Float64Array(n);
  const cells: number[] = [];
  const switchers: number[] = [];
  let estimate = 0;
  for (const block of blocks) {
    const { t, treated, controls, treatedWeight, controlWeight, change } = block;
    const at = (i: number) => weights[t * n + i];
    const ratio = treatedWeight / controlWeight;
    for (const i of treated) estimate += side * at(i) * change[i] / total;
    for (const i of controls) estimate -= side * ratio * at(i) * change[i] / total;
    const centre = centring(paths, block, options.clusters);
    for (const i of treated) {
      const { mean, factor } = centre.treated(i);
      influence[i] += side * at(i) * factor * (change[i] - mean) / total;
      switchers.push(i);
      cells.push(t * n + i);
    }
    for (const i of controls) {
      const { mean, factor } = centre.controls;
      influence[i] -= side * ratio * at(i) * factor * (change[i] - mean) / total;
      cells.push(t * n + i);
    }
  }
  options.adjustment?.addError(influence, blocks, horizon, side, total);
  return { estimate, influence, weight: total, switchers, cells };
}

/** Switchers of one comparison group in one period, and those who have not changed yet. */
export interface ComparisonBlock {
  readonly group: number;
  /** Period code of the outcome that is compared. */
  readonly t: number;
  readonly treated: readonly number[];
  readonly controls: readonly number[];
  readonly treatedWeight: number;
  readonly controlWeight: number;
  /** Change of the outcome of each unit (adjusted for covariates); NaN where it is not used. */
  readonly change: Float64Array;
}

/** Periods that a change at t spans: from `from` to `to` (for placebos both lie before the change). */
export function span(t: number, { length, placebo }: Horizon): { from: number; to: number } {
  return placebo ? { from: t - length, to: t - 2 * length } : { from: t - length, to: t };
}

function comparisonBlocks(
  paths: TreatmentPaths,
  horizon: Horizon,
  side: 1 | -1,
  options: EffectOptions,
): ComparisonBlock[] {
  const { units: n, periods, firstChange, group, weights, outcome, sign, lastControl } = paths;
  const { length } = horizon;
  const blocks: ComparisonBlock[] = [];
  for (let t = length; t < periods; t++) {
    const { from, to } = span(t, horizon);
    if (to < 0) continue;
    const change = new Float64Array(n).fill(NaN);
    const treated = new Map<number, number[]>();
    const controls = new Map<number, number[]>();
    for (let i = 0; i < n; i++) {
      const isControl = firstChange[i] > t && (!options.neverOnly || firstChange[i] === periods);
      const isTreated = firstChange[i] === t - length + 1 && sign[i] === side &&
        t <= lastControl[group[i]] && (options.eligible === null || options.eligible[i] === 1);
      if (!isControl && !isTreated) continue;
      // A placebo uses the units of the effect that it doubts, so their later outcome must be there too.
      if (Number.isNaN(outcome[t * n + i])) continue;
      const own = outcome[to * n + i] - outcome[from * n + i];
      const adjusted = options.adjustment === null
        ? own
        : own - options.adjustment.predicted(i, from, to);
      if (Number.isNaN(adjusted) || !(weights[t * n + i] > 0)) continue;
      change[i] = adjusted;
      const members = isTreated ? treated : controls;
      if (!members.has(group[i])) members.set(group[i], []);
      members.get(group[i])!.push(i);
    }
    for (const [code, switching] of treated) {
      const still = controls.get(code);
      if (still === undefined) continue;
      const sum = (units: readonly number[]) =>
        units.reduce((total, i) => total + weights[t * n + i], 0);
      blocks.push({
        group: code,
        t,
        treated: switching,
        controls: still,
        treatedWeight: sum(switching),
        controlWeight: sum(still),
        change,
      });
    }
  }
  return blocks;
}

interface Centre {
  readonly mean: number;
  /** √(n/(n − 1)). */
  readonly factor: number;
}

/**
 * Means that changes are centred on. Switchers: those with the same baseline, date of change and treatment at the
 * change; controls: those of the block. A lone unit (or cluster) takes the mean of switchers and controls together.
 */
function centring(paths: TreatmentPaths, block: ComparisonBlock, clusters: Coding | null) {
  const { units: n, weights, treatment, firstChange } = paths;
  const own = (units: readonly number[]) => {
    let [sum, total] = [0, 0];
    for (const i of units) {
      const w = weights[block.t * n + i];
      sum += w * block.change[i];
      total += w;
    }
    const count = clusters === null
      ? units.length
      : new Set(units.map((i) => clusters.codes[i])).size;
    return { mean: sum / total, count };
  };
  const together = own([...block.treated, ...block.controls]);
  const centre = (cohort: { mean: number; count: number }): Centre => {
    const used = cohort.count >= 2 ? cohort : together;
    if (used.count < 2) return { mean: 0, factor: 1 };
    return { mean: used.mean, factor: Math.sqrt(used.count / (used.count - 1)) };
  };
  const byDose = new Map<number, number[]>();
  const dose = (i: number) => treatment[firstChange[i] * n + i];
  for (const i of block.treated) byDose.set(dose(i), [...byDose.get(dose(i)) ?? [], i]);
  const centres = new Map([...byDose].map(([value, units]) => [value, centre(own(units))]));
  return {
    treated: (i: number) => centres.get(dose(i))!,
    controls: centre(own(block.controls)),
  };
}
