import type { CohortFit } from "./average.ts";
import { type BlockSettings, noiseLevel } from "./block.ts";
import type { SyntheticSetup, TreatedCohort } from "./setup.ts";
import type { SyntheticComparison } from "./synthetic-estimate.ts";

/** What a reader sees of one cohort's fit. */
export function describeComparison(
  setup: SyntheticSetup,
  cohort: TreatedCohort,
  fit: CohortFit,
  settings: BlockSettings,
): SyntheticComparison {
  const { units, times } = setup.panel;
  const { before } = cohort;
  const gap = fit.treatedPath.map((value, t) => value - fit.syntheticPath[t]).slice(0, before);
  const controlPath = meanOfControls(setup);
  const plainGap = fit.treatedPath.map((value, t) => value - controlPath[t]).slice(0, before);
  const intercept = settings.method !== "sc";
  return {
    cohort: cohort.cohort,
    treated: Array.from(cohort.units, (i) => units[i]),
    times,
    treatedPath: fit.treatedPath,
    syntheticPath: fit.syntheticPath,
    controlPath,
    shift: intercept ? gap.reduce((sum, value, t) => sum + fit.lambda[t] * value, 0) : 0,
    effects: fit.effects,
    att: fit.att,
    unitWeights: Array.from(setup.controls, (i, j) => ({ unit: units[i], weight: fit.omega[j] })),
    timeWeights: Array.from(fit.lambda, (weight, t) => ({ time: times[t], weight })),
    noise: noiseLevel(setup, { controls: setup.controls, treated: cohort.units, before }),
    zetaOmega: settings.zetaOmega,
    zetaLambda: settings.zetaLambda,
    preFitError: fitError(gap, intercept),
    preFitErrorUnweighted: fitError(plainGap, true),
  };
}

/** Root mean square, about the mean where there is an intercept. */
export function fitError(gap: Float64Array, intercept: boolean): number {
  const mean = intercept ? gap.reduce((sum, value) => sum + value, 0) / gap.length : 0;
  return Math.sqrt(gap.reduce((sum, value) => sum + (value - mean) ** 2, 0) / gap.length);
}

function meanOfControls({ y, periods, controls }: SyntheticSetup): Float64Array {
  const path = new Float64Array(periods);
  for (const i of controls) {
    for (let t = 0; t < periods; t++) path[t] += y[i * periods + t] / controls.length;
  }
  return path;
}
