import { InputError } from "../../panel/errors.ts";
import { type RandomStream, requireDraws, requireSeed, stream } from "../../regression/random.ts";
import { averageEffects, type CohortFit, type EventTimes } from "./average.ts";
import { type BlockSettings, compareBlock, fitBlock } from "./block.ts";
import { type DrawOptions, DRAWS, forEachPlacebo, type Sample } from "./placebo.ts";
import type { SyntheticSetup, TreatedCohort } from "./setup.ts";

export type SyntheticInference = "placebo" | "jackknife" | "bootstrap";

/** Everything that a refit on other units needs. */
export interface Refittable {
  readonly setup: SyntheticSetup;
  readonly settings: readonly BlockSettings[];
  readonly fits: readonly CohortFit[];
  readonly events: EventTimes;
}

/** The terms under other samples, and how their spread becomes a variance. */
export interface Replicates {
  readonly kind: SyntheticInference;
  /** One array of terms per sample. */
  readonly values: readonly Float64Array[];
  /** Factor on Σ (θ − θ̄)(θ − θ̄)'. */
  readonly factor: number;
  /** How they were drawn, in words. */
  readonly rule: string;
  readonly notes: readonly string[];
}

export function replicates(
  problem: Refittable,
  kind: SyntheticInference,
  options: DrawOptions,
): Replicates {
  if (kind === "placebo") return placebo(problem, options);
  requireTwoTreated(problem.setup, kind);
  return kind === "jackknife" ? jackknife(problem) : bootstrap(problem, options);
}

/** The jackknife needs two treated units in every cohort, the bootstrap two in all. */
function requireTwoTreated({ cohorts, panel }: SyntheticSetup, kind: SyntheticInference): void {
  const lone = cohorts.find(({ units }) => units.length === 1);
  if (lone === undefined || (kind === "bootstrap" && cohorts.length > 1)) return;
  throw new InputError({
    problem: `The ${kind} is not defined where a cohort has one treated unit: without ` +
      `${panel.units[lone.units[0]]} there is no effect of ${lone.cohort}`,
    column: "inference",
    value: kind,
    remedy: cohorts.length > 1
      ? 'use inference: "placebo" or "bootstrap"'
      : 'use inference: "placebo", which takes the spread from units that were not treated',
  });
}

/** Treated units behind each term. */
export function termSupport({ fits, events }: Refittable): Float64Array {
  const support = new Float64Array(1 + events.times.length);
  for (const { cohort, treatedCount } of fits) {
    support[0] += treatedCount;
    for (const k of events.position.get(cohort)!) support[1 + k] += treatedCount;
  }
  return support;
}

/** Covariance of the terms, row-major. */
export function replicateCovariance({ values, factor }: Replicates): Float64Array {
  const size = values[0].length;
  const mean = new Float64Array(size);
  for (const draw of values) draw.forEach((value, k) => mean[k] += value / values.length);
  const out = new Float64Array(size * size);
  for (const draw of values) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        out[a * size + b] += factor * (draw[a] - mean[a]) * (draw[b] - mean[b]);
      }
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) out[b * size + a] = out[a * size + b];
  return out;
}

/** The fits when `controls` stand for the controls and `treated[c]` for cohort c, weights chosen anew. */
export function refit(
  { setup, settings, fits }: Refittable,
  { controls, treated }: Sample,
): CohortFit[] {
  return setup.cohorts.flatMap(({ before, cohort }, c) => {
    if (treated[c].length === 0) return [];
    const omega = byUnit(setup, fits[c].omega);
    const start = {
      omega: normalised(Float64Array.from(controls, (i) => omega[i])),
      lambda: fits[c].lambda,
    };
    const fit = fitBlock(setup, { controls, treated: treated[c], before }, settings[c], start);
    return [{ ...fit, cohort, before, treatedCount: treated[c].length }];
  });
}

function byUnit({ panel, controls }: SyntheticSetup, omega: Float64Array): Float64Array {
  const out = new Float64Array(panel.units.length);
  controls.forEach((i, j) => out[i] = omega[j]);
  return out;
}

/** Weights that sum to one; uniform where there is nothing to go by. */
function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, value) => total + value, 0);
  return sum > 0 ? weights.map((value) => value / sum) : weights.fill(1 / weights.length);
}

/** Arkhangelsky et al. (2021), algorithm 3: each unit left out in turn, the weights of the others kept. */
function jackknife({ setup, fits, events }: Refittable): Replicates {
  const units = setup.panel.units.length;
  const single = fits.find(({ omega }) => omega.filter((value) => value > 0).length < 2);
  if (single !== undefined) {
    throw new InputError({
      problem:
        "The jackknife is not defined where one control has all the weight: without it there is no comparison",
      column: "inference",
      value: "jackknife",
      remedy: 'use inference: "placebo" or "bootstrap"',
    });
  }
  const values = Array.from({ length: units }, (_, left) =>
    averageEffects(
      setup.cohorts.map(({ units: own, before, cohort }, c) => {
        const keep = setup.controls.map((i) => i === left ? 0 : 1);
        const controls = setup.controls.filter((_, j) => keep[j] === 1);
        const omega = normalised(fits[c].omega.filter((_, j) => keep[j] === 1));
        const treated = own.filter((i) => i !== left);
        const block = { controls, treated, before };
        const fit = compareBlock(setup, block, { omega, lambda: fits[c].lambda });
        return { ...fit, cohort, before, treatedCount: treated.length };
      }),
      events,
    ));
  return {
    kind: "jackknife",
    values,
    factor: (units - 1) / units,
    rule: "(n − 1)/n Σ (θ̂₋ᵢ − mean)², weights kept and scaled to one",
    notes: [],
  };
}

/** Arkhangelsky et al. (2021), algorithm 4: treatment given to controls, the treated left out. */
function placebo(problem: Refittable, options: DrawOptions): Replicates {
  const values: Float64Array[] = [];
  const { whole, count } = forEachPlacebo(problem.setup, options, (sample) => {
    values.push(averageEffects(refit(problem, sample), problem.events));
  });
  return {
    kind: "placebo",
    values,
    factor: 1 / count,
    rule: whole
      ? `variance over all ${count} ways to give treatment to controls`
      : `variance over ${count} random ways to give treatment to controls, seed ${options.seed}`,
    notes: ["placebo errors assume that treated and controls are equally noisy"],
  };
}

/** Arkhangelsky et al. (2021), algorithm 2: units drawn with replacement, everything computed anew. */
function bootstrap(problem: Refittable, options: DrawOptions): Replicates {
  const { setup } = problem;
  const draws = requireDraws(options.draws ?? DRAWS);
  const random = stream(requireSeed(options.seed), 0);
  // What rests on one unit has no spread that samples of units could show: left at zero, and dropped later.
  const single = termSupport(problem).map((count) => count < 2 ? 1 : 0);
  const values: Float64Array[] = [];
  let repeated = 0;
  while (values.length < draws) {
    const sample = drawUnits(setup, random);
    const terms = sample === null ? null : averageEffects(refit(problem, sample), problem.events)
      .map((value, k) => single[k] === 1 ? 0 : value);
    if (terms !== null && terms.every((value) => !Number.isNaN(value))) values.push(terms);
    else if (++repeated > 100 * draws) throw tooThin();
  }
  return {
    kind: "bootstrap",
    values,
    factor: 1 / draws,
    rule: `variance over ${draws} samples of units with replacement, seed ${options.seed}`,
    notes: repeated === 0 ? [] : [
      `${repeated} samples without controls, or without the cohorts that a term needs, were drawn again`,
    ],
  };
}

function tooThin(): InputError {
  return new InputError({
    problem: "Almost no bootstrap sample has both controls and every cohort that a term needs",
    column: "inference",
    value: "bootstrap",
    remedy: 'use inference: "placebo" or "jackknife"',
  });
}

function drawUnits({ panel, cohorts }: SyntheticSetup, random: RandomStream): Sample | null {
  const group = new Int32Array(panel.units.length).fill(-1);
  cohorts.forEach(({ units }: TreatedCohort, c) => units.forEach((i) => group[i] = c));
  const drawn: number[] = [];
  const treated: number[][] = cohorts.map(() => []);
  for (let k = 0; k < group.length; k++) {
    const i = random.integer(group.length);
    if (group[i] === -1) drawn.push(i);
    else treated[group[i]].push(i);
  }
  if (drawn.length === 0 || treated.every((units) => units.length === 0)) return null;
  return {
    controls: Int32Array.from(drawn.sort((a, b) => a - b)),
    treated: treated.map((units) => Int32Array.from(units)),
  };
}
