import type { RandomStream } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import { Panel } from "../../panel/panel.ts";
import type { StudyDesign } from "../design.ts";

/** What simulated panels are drawn from: a real panel's levels, common path, trends and residuals. */
export interface SimulationModel {
  readonly units: readonly (string | number)[];
  readonly times: readonly number[];
  /** Level of each unit, and the slope of its own path before treatment. */
  readonly level: Float64Array;
  readonly slope: Float64Array;
  /** Mean over units at each time. */
  readonly common: Float64Array;
  /** Standard deviation of each unit's shocks, and their correlation from one period to the next. */
  readonly deviation: Float64Array;
  readonly persistence: number;
  /** 0/1 per unit, and the first treated time. */
  readonly treated: Uint8Array;
  readonly treatedFrom: number;
  readonly weight: Float64Array;
}

/** Fewest times before treatment on which a model can be measured. */
export const LEAST_BEFORE = 3;

/**
 * Measures a model on the periods before treatment of a balanced panel: unit levels, unit trends about the common
 * path, and what is left as AR(1) shocks with a deviation of each unit's own.
 * @throws InputError when the panel is not balanced, an outcome is missing, treatment is a dose, or fewer than three
 *   times come before it.
 */
export function simulationModel(
  panel: Panel,
  design: StudyDesign,
  outcome: string,
  weights: string,
): SimulationModel {
  if (design.treatment.kind !== "group" || !panel.balanced) {
    throw new InputError({
      problem: "A simulation needs a balanced panel with a treated group",
      column: outcome,
      remedy:
        'assume a treatment of kind "named", "threshold" or "regions", and drop no single rows',
    });
  }
  const [n, periods] = [panel.units.length, panel.times.length];
  const y = panel.numeric(outcome);
  const group = panel.numeric(design.treatment.group);
  const before = panel.times.filter((time) => time < design.treatedFrom).length;
  requireMeasurable(panel, outcome, before);
  const common = Float64Array.from(
    { length: periods },
    (_, t) => mean(n, (u) => y[u * periods + t]),
  );
  const level = new Float64Array(n);
  const slope = new Float64Array(n);
  const residuals: Float64Array[] = [];
  const middle = (before - 1) / 2;
  const spread = Array.from({ length: before }, (_, t) => (t - middle) ** 2).reduce(
    (sum, value) => sum + value,
    0,
  );
  for (let u = 0; u < n; u++) {
    const own = Float64Array.from({ length: before }, (_, t) => y[u * periods + t] - common[t]);
    level[u] = mean(before, (t) => own[t]);
    slope[u] = own.reduce((sum, value, t) => sum + (t - middle) * value, 0) / spread;
    residuals.push(own.map((value, t) => value - level[u] - slope[u] * (t - middle)));
  }
  return {
    units: panel.units,
    times: panel.times,
    level,
    slope,
    common,
    // Two degrees of freedom of each unit went into its line.
    deviation: Float64Array.from(
      residuals,
      (e) => Math.sqrt(e.reduce((sum, v) => sum + v * v, 0) / (before - 2)),
    ),
    persistence: persistenceOf(residuals),
    treated: Uint8Array.from({ length: n }, (_, u) => group[u * periods]),
    treatedFrom: design.treatedFrom,
    weight: Float64Array.from({ length: n }, (_, u) => panel.numeric(weights)[u * periods]),
  };
}

/** A line through each unit's path before treatment, and shocks about it, need three known times. */
function requireMeasurable(panel: Panel, outcome: string, before: number): void {
  const y = panel.numeric(outcome);
  const missing = [...y.keys()].filter((i) => Number.isNaN(y[i]));
  if (missing.length > 0) {
    throw new InputError({
      problem: "A simulation needs the outcome in every row, and it is missing",
      column: outcome,
      rows: panel.describeRows(missing),
      remedy: "leave out the units or times without it",
    });
  }
  if (before >= LEAST_BEFORE) return;
  throw new InputError({
    problem:
      `A simulation measures trends and shocks on the times before treatment, and needs ${LEAST_BEFORE}`,
    value: before,
    remedy: "use a panel that begins earlier",
  });
}

function mean(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}

/** Pooled first autocorrelation, raised for the bias that fitting a line to few periods brings (about 4/T). */
function persistenceOf(residuals: readonly Float64Array[]): number {
  let [cross, square] = [0, 0];
  for (const e of residuals) {
    for (let t = 1; t < e.length; t++) cross += e[t] * e[t - 1];
    for (let t = 0; t < e.length - 1; t++) square += e[t] ** 2;
  }
  return Math.min(0.9, Math.max(0, cross / square + 4 / residuals[0].length));
}

export interface SimulationOptions {
  /** Effect of treatment, in points, the same everywhere. Default 0. */
  readonly effect?: number;
  /** "parallel" (default): unit trends are left out; "own": each unit keeps its trend of before, so trends differ. */
  readonly trends?: "parallel" | "own";
  /** How many units, drawn from the model's without replacement, a third of them treated at least. Default: all. */
  readonly areas?: number;
}

/** A simulated panel with the truth that was planted in it. */
export interface SimulatedPanel {
  /** Columns y, treated (path), favoured, weight; provenance says that it is simulated. */
  readonly panel: Panel;
  readonly effect: number;
}

/** Draws one panel. The same stream gives the same panel. */
export function simulatePanel(
  model: SimulationModel,
  options: SimulationOptions,
  random: RandomStream,
): SimulatedPanel {
  const { effect = 0, trends = "parallel" } = options;
  const chosen = chooseUnits(model, options.areas ?? model.units.length, random);
  const periods = model.times.length;
  const rows = chosen.length * periods;
  const columns = {
    unit: new Array<string>(rows),
    time: new Float64Array(rows),
    y: new Float64Array(rows),
    treated: new Float64Array(rows),
    favoured: new Float64Array(rows),
    weight: new Float64Array(rows),
  };
  const { persistence } = model;
  const middle = (model.times.filter((time) => time < model.treatedFrom).length - 1) / 2;
  chosen.forEach((u, position) => {
    let shock = model.deviation[u] * random.normal();
    for (let t = 0; t < periods; t++) {
      if (t > 0) {
        shock = persistence * shock +
          Math.sqrt(1 - persistence ** 2) * model.deviation[u] * random.normal();
      }
      const i = position * periods + t;
      const treated = model.treated[u] === 1 && model.times[t] >= model.treatedFrom ? 1 : 0;
      columns.unit[i] = String(model.units[u]);
      columns.time[i] = model.times[t];
      columns.y[i] = model.common[t] + model.level[u] + shock + effect * treated +
        (trends === "own" ? model.slope[u] * (t - middle) : 0);
      columns.treated[i] = treated;
      columns.favoured[i] = model.treated[u];
      columns.weight[i] = model.weight[u];
    }
  });
  const panel = Panel.fromColumns(columns, { unit: "unit", time: "time" })
    .about({
      source: "simulated from the levels, path and residuals of a real panel",
      provenance: "simulated",
    });
  return { panel, effect };
}

/** Treated and untreated units in the model's proportion, at least two of each. */
function chooseUnits(model: SimulationModel, areas: number, random: RandomStream): number[] {
  const all = [...model.units.keys()];
  if (areas === all.length) return all;
  if (!Number.isInteger(areas) || areas < 4 || areas > all.length) {
    throw new InputError({
      problem: "The number of areas must be a whole number from 4 to the number there are",
      value: areas,
      remedy: `choose from 4 to ${all.length}`,
    });
  }
  const treated = all.filter((u) => model.treated[u] === 1);
  const others = all.filter((u) => model.treated[u] === 0);
  const share = Math.min(
    treated.length,
    Math.max(2, Math.round(areas * treated.length / all.length)),
  );
  random.shuffle(treated);
  random.shuffle(others);
  return [...treated.slice(0, share), ...others.slice(0, areas - share)].sort((a, b) => a - b);
}
