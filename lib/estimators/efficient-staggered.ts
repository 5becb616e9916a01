import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { Estimate, type EstimateParts } from "./estimate.ts";
import { type Contrast, contrast, type Estimand, pieces } from "./efficient/estimands.ts";
import { type CohortMoments, cohortMoments, dot, quadraticForm } from "./efficient/moments.ts";
import type { Aggregation, AggregationOptions } from "./group-time/aggregate.ts";
import { invertSymmetric } from "./group-time/logit.ts";
import { type Grid, listUnits, makeGrid } from "./group-time/grid.ts";
import { checkKnown, checkOneOf } from "./options.ts";
import { StaggeredEstimate } from "./staggered-estimate.ts";

export interface EfficientStaggeredOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /**
   * How much of the difference before treatment is taken out: "efficient" (default) as much as minimises the variance;
   * "callawaySantAnna" all of it, against not-yet-treated cohorts; "sunAbraham" all of it, against the last cohort;
   * "means" nothing, a difference in means.
   */
  adjustment?: "efficient" | "callawaySantAnna" | "sunAbraham" | "means";
  /** Event times of the default terms. Default: all from 0 on. Negative ones are placebos. */
  eventTimes?: readonly number[];
  /**
   * "refined" (default, as R's staggered): Neyman's variance less what pre-treatment outcomes explain of the effects'
   * variation; "neyman": the conservative variance.
   */
  variance?: "refined" | "neyman";
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const CITATION = "Roth & Sant'Anna (2023), Journal of Political Economy: Microeconomics 1(4)";

const ADJUSTMENTS: Record<NonNullable<EfficientStaggeredOptions["adjustment"]>, string> = {
  efficient: "pre-treatment differences taken out by the variance-minimising share",
  callawaySantAnna: "pre-treatment differences taken out in full, against cohorts treated later",
  sunAbraham: "pre-treatment differences taken out in full, against the last cohort",
  means: "differences in means after treatment, nothing taken out",
};

/**
 * Efficient estimation when the timing of treatment is as good as random: a difference in means less β̂ times the
 * difference before treatment, with β̂ chosen to minimise the variance.
 *
 * It assumes random timing (units could have changed dates), which is more than parallel trends. Terms are "event time
 * e" and "overall" (the simple average); `aggregate(type).term("overall")` is the paper's estimand of that type.
 * Variances are design-based, from cohorts' covariance matrices; cohorts of one unit are left out and counted.
 *
 * @throws InputError when fewer than two cohorts have two units, or an option is wrong.
 * Source: Roth & Sant'Anna (2023), proposition 2.1, eqs. 12–15, and section 2.5 for the refined variance.
 */
export function efficientStaggered(
  panel: Panel,
  options: EfficientStaggeredOptions,
): StaggeredEstimate {
  checkKnown(
    options,
    ["outcome", "cohort", "adjustment", "eventTimes", "variance", "confidenceLevel"],
    ["outcome", "cohort"],
  );
  checkOneOf("adjustment", options.adjustment, Object.keys(ADJUSTMENTS));
  checkOneOf("variance", options.variance, ["refined", "neyman"]);
  const grid = gridWithoutLone(panel, options);
  const moments = cohortMoments(grid);
  if (moments.length < 2) {
    throw new InputError({
      problem: "Fewer than two cohorts have at least two units, so no variance can be estimated",
      column: options.cohort,
      remedy: "merge cohorts, or use another estimator",
    });
  }
  const aggregate: StaggeredEstimate["aggregate"] = (type, choice = {}) =>
    new Estimate(partsFor(grid, moments, options, type, choice));
  return new StaggeredEstimate(partsFor(grid, moments, options, "dynamic", {}), [], aggregate);
}

/** The grid without cohorts of one unit, whose covariance cannot be estimated. */
function gridWithoutLone(panel: Panel, options: EfficientStaggeredOptions): Grid {
  const layOut = (rows: Panel) =>
    makeGrid(rows, {
      outcome: options.outcome,
      cohort: options.cohort,
      covariates: [],
      weights: undefined,
    }, { anticipation: 0, gaps: "balance", control: "notYet" });
  const whole = layOut(panel);
  const count = new Map<number, number>();
  for (const g of whole.cohort) count.set(g, (count.get(g) ?? 0) + 1);
  const lone = whole.panel.units.filter((_, i) => count.get(whole.cohort[i]) === 1);
  if (lone.length === 0) return whole;
  const gone = new Set(lone);
  const keep: number[] = [];
  const rows: number[] = [];
  for (let i = 0; i < whole.panel.rows; i++) {
    (gone.has(whole.panel.units[whole.panel.unit[i]]) ? rows : keep).push(i);
  }
  if (keep.length === 0) return whole;
  const reason = `alone in their cohort, whose variance cannot be estimated: ${listUnits(lone)}`;
  if (whole.cohorts.every((g) => count.get(g) === 1)) {
    throw new InputError({
      problem: "Every cohort has one unit only, so no variance can be estimated",
      rows: lone.map(String),
      remedy: "merge cohorts so that each has at least two units",
    });
  }
  const kept = layOut(whole.panel.take(Int32Array.from(keep), "cohorts of two units or more"));
  const drop = { reason, count: rows.length, rows: whole.panel.describeRows(rows) };
  return { ...kept, droppedRows: [...whole.droppedRows, drop, ...kept.droppedRows] };
}

const ESTIMANDS: Record<Aggregation, Estimand> = {
  simple: "simple",
  group: "cohort",
  calendar: "calendar",
  dynamic: "simple",
};

function contrasts(
  grid: Grid,
  moments: readonly CohortMoments[],
  options: EfficientStaggeredOptions,
  type: Aggregation,
  { minE = -Infinity, maxE = Infinity }: AggregationOptions,
): { found: Contrast[]; missing: string[] } {
  const { times } = grid;
  const comparison = options.adjustment === "sunAbraham" ? "last" : "notYet";
  const make = (
    name: string,
    time: number | undefined,
    estimand: Estimand,
    event: number | null,
  ) => {
    const chosen = pieces(moments, times, estimand, event);
    return chosen === null ? null : contrast(name, time, chosen, moments, times, comparison);
  };
  const missing: string[] = [];
  const found: Contrast[] = [];
  if (type === "dynamic") {
    const events = options.eventTimes ?? eventTimesFrom(moments, times);
    for (const e of events.filter((e) => e >= minE && e <= maxE)) {
      const one = make(`event time ${e}`, e, "eventstudy", e);
      if (one === null) missing.push(`event time ${e}`);
      else found.push(one);
    }
  }
  const overall = make("overall", undefined, ESTIMANDS[type], null);
  if (overall !== null) found.push(overall);
  return { found, missing };
}

function eventTimesFrom(moments: readonly CohortMoments[], times: readonly number[]): number[] {
  const last = moments[moments.length - 1].cohort;
  const events = new Set<number>();
  for (const { cohort } of moments.slice(0, -1)) {
    for (const t of times) if (t >= cohort && t < last) events.add(t - cohort);
  }
  return [...events].sort((a, b) => a - b);
}

function partsFor(
  grid: Grid,
  moments: readonly CohortMoments[],
  options: EfficientStaggeredOptions,
  type: Aggregation,
  choice: AggregationOptions,
): EstimateParts {
  const { found, missing } = contrasts(grid, moments, options, type, choice);
  if (found.length === 0) {
    throw new InputError({
      problem: "No comparison of cohorts is available for these event times",
      value: (options.eventTimes ?? []).join(", "),
      remedy: "ask for event times at which some cohort is treated and another is not yet",
    });
  }
  const adjustment = options.adjustment ?? "efficient";
  const solved = found.map((one) => solveContrast(one, moments, adjustment));
  const size = found.length;
  const covariance = new Float64Array(size * size);
  const refine = refinement(grid, moments, found, options.variance ?? "refined");
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      covariance[a * size + b] = refine === null ? 0 : -refine.matrix[a * size + b];
      moments.forEach(({ covariance: s, members }, k) => {
        covariance[a * size + b] += quadraticForm(solved[a].weights[k], s, solved[b].weights[k]) /
          members.length;
      });
    }
  }
  const names = found.map(({ name }) => name);
  const { panel } = grid;
  return {
    names,
    estimates: solved.map(({ effect }) => effect),
    covariance,
    influence: solved.map(({ weights }) => influenceOf(grid, moments, weights)),
    times: found.map(({ time }) => time),
    citation: CITATION,
    panel,
    design: {
      estimator: adjustment === "efficient"
        ? `Efficient staggered estimator, ${type}`
        : `Staggered roll-out (${adjustment}), ${type}`,
      formula: `${options.outcome}: difference after − β̂ × difference before treatment`,
      outcome: options.outcome,
      effects: type === "dynamic" && names.length > 1
        ? names.filter((name) => name !== "overall")
        : names,
      covariates: [],
      fixedEffects: [],
      weights: null,
      comparison: ADJUSTMENTS[adjustment],
      basePeriod: -1,
      observations: panel.rows,
      units: panel.units.length,
      times: panel.times.length,
      unitName: panel.unitName,
      unitLabels: panel.units,
      droppedRows: grid.droppedRows,
      droppedColumns: missing.map((name) => ({
        name,
        reason: "no cohort is observed there with another one untreated",
      })),
      covariance: {
        type: refine === null ? "design-based (Neyman)" : "design-based (refined)",
        clusters: [{ name: panel.unitName, count: panel.units.length }],
        smallSample: "cohort covariances with N − 1",
        repair: null,
      },
      degreesOfFreedom: Infinity,
      confidenceLevel: options.confidenceLevel ?? 0.95,
      computation: "cohort means and covariances",
      notes: [
        ...(panel.context.notes ?? []),
        ...grid.notes,
        "valid when the timing of treatment is as good as random (more than parallel trends)",
        ...solved.map(({ beta }, k) => `β̂ for ${names[k]}: ${beta.toFixed(4)}`),
        ...(refine === null ? [] : [
          "influence functions give Neyman's variance; the standard errors are the refined ones",
        ]),
      ],
      context: panel.context,
    },
  };
}

/** The estimate θ̂₀ − β̂ X̂ of one contrast and its weights on cohort means. */
function solveContrast(
  { effect, before }: Contrast,
  moments: readonly CohortMoments[],
  adjustment: NonNullable<EfficientStaggeredOptions["adjustment"]>,
) {
  let [plain, difference, variance, covariance] = [0, 0, 0, 0];
  moments.forEach(({ mean, covariance: s, members }, k) => {
    plain += dot(effect[k], mean);
    difference += dot(before[k], mean);
    variance += quadraticForm(before[k], s, before[k]) / members.length;
    covariance += quadraticForm(effect[k], s, before[k]) / members.length;
  });
  const beta = adjustment === "means"
    ? 0
    : adjustment === "efficient"
    ? variance > 0 ? covariance / variance : 0
    : 1;
  return {
    beta,
    effect: plain - beta * difference,
    weights: effect.map((own, k) => own.map((value, t) => value - beta * before[k][t])),
  };
}

/** What outcomes before the first cohort explain of the variation of effects: taken off Neyman's variance. */
function refinement(
  grid: Grid,
  moments: readonly CohortMoments[],
  found: readonly Contrast[],
  variance: "refined" | "neyman",
): { matrix: Float64Array } | null {
  const periods = grid.times.length;
  const pre = grid.times.flatMap((t, code) => t < moments[0].cohort ? [code] : []);
  if (variance === "neyman" || pre.length === 0) return null;
  const size = pre.length;
  const block = (matrix: Float64Array) =>
    Float64Array.from(
      { length: size * size },
      (_, k) => matrix[pre[Math.floor(k / size)] * periods + pre[k % size]],
    );
  const slopes = found.map(() => new Float64Array(size));
  for (const [g, { covariance }] of moments.entries()) {
    const inverse = invertSymmetric(block(covariance), size);
    // Too few units to tell the periods apart: nothing is taken off, which is conservative.
    if (inverse === null) return null;
    found.forEach(({ effect }, k) => {
      const cross = pre.map((t) => {
        let sum = 0;
        for (let s = 0; s < periods; s++) sum += covariance[t * periods + s] * effect[g][s];
        return sum;
      });
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) slopes[k][a] += inverse[a * size + b] * cross[b];
      }
    });
  }
  // The mean of the cohorts' covariances before treatment, each cohort counted once (as in R's staggered).
  const average = new Float64Array(size * size);
  for (const { covariance } of moments) {
    block(covariance).forEach((value, k) => average[k] += value / moments.length);
  }
  const matrix = new Float64Array(found.length ** 2);
  slopes.forEach((a, i) =>
    slopes.forEach((b, j) => {
      matrix[i * found.length + j] = quadraticForm(a, average, b) / grid.units;
    })
  );
  return { matrix };
}

/** A unit's share of Neyman's variance: Σ of squares over units is that variance. */
function influenceOf(
  grid: Grid,
  moments: readonly CohortMoments[],
  weights: readonly Float64Array[],
): Float64Array {
  const influence = new Float64Array(grid.units);
  moments.forEach(({ members, mean }, k) => {
    const n = members.length;
    const scale = Math.sqrt(n / (n - 1)) / n;
    for (const i of members) {
      let sum = 0;
      for (let t = 0; t < mean.length; t++) {
        if (weights[k][t] !== 0) {
          sum += weights[k][t] * (grid.outcome[t * grid.units + i] - mean[t]);
        }
      }
      influence[i] = scale * sum;
    }
  });
  return influence;
}
