import type { Label } from "../panel/coding.ts";
import type { Panel } from "../panel/panel.ts";
import { averageEffects, type CohortFit } from "../estimators/synthetic/average.ts";
import { forEachPlacebo } from "../estimators/synthetic/placebo.ts";
import { refit } from "../estimators/synthetic/resample.ts";
import { prepare, type SyntheticOptions } from "../estimators/synthetic-did.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";

/** How one comparison fits before and departs after. */
export interface SyntheticPlaceboFit {
  /** Mean effect over treated rows. */
  readonly estimate: number;
  /** Root mean squared effect before treatment. */
  readonly preError: number;
  /** Root mean squared effect from treatment on. */
  readonly postError: number;
  /** postError / preError; Infinity where the fit before is perfect, 0 where that after is perfect too. */
  readonly ratio: number;
}

/** Treatment given to units that had none, and what the estimator made of it. */
export interface SyntheticPlaceboTest {
  readonly observed: SyntheticPlaceboFit;
  readonly placebos: readonly (SyntheticPlaceboFit & { readonly units: readonly Label[] })[];
  /** True when every way to give treatment to controls was tried. */
  readonly exhaustive: boolean;
  /** (1 + placebos at least as large in absolute value) / (1 + placebos). */
  readonly pEstimate: number;
  /** The same for the ratio of errors after and before. */
  readonly pRatio: number;
  /** Placebos at least as large in absolute value, over all placebos: without the treated themselves. */
  readonly shareAsLarge: number;
  readonly citation: string;
  readonly notes: readonly string[];
  toTable(): Table;
}

/** What the placebos are: the options of the estimator, without its inference. */
export type SyntheticPlaceboOptions = Omit<SyntheticOptions, "inference" | "confidenceLevel">;

const CITATION =
  "Abadie, Diamond & Hainmueller (2010), JASA 105(490), section 3.4; Arkhangelsky et al. (2021), algorithm 4";

/**
 * Placebo test in space: would the estimator find as much where nothing was treated? The places of the treated go to controls, in
 * every possible way where there are no more than `draws` (one treated unit: each control in turn), else at random; the
 * treated themselves are no donors.
 *
 * Unlike `placeboInSpace`, which deals treatment out among all units, no placebo uses a unit that was really treated.
 *
 * Exact under random assignment if treated and controls come from one population; the ratio of errors holds each effect
 * against its own fit.
 * @throws InputError when there are no more controls than treated units.
 */
export function syntheticPlaceboTest(
  panel: Panel,
  options: SyntheticPlaceboOptions,
): SyntheticPlaceboTest {
  const problem = prepare(panel, options);
  const fitOf = (fits: readonly CohortFit[]): SyntheticPlaceboFit => {
    const preError = rootMeanSquare(fits, (t, before) => t < before);
    const postError = rootMeanSquare(fits, (t, before) => t >= before);
    const [estimate] = averageEffects(fits, problem.events);
    return { estimate, preError, postError, ratio: postError === 0 ? 0 : postError / preError };
  };
  const observed = fitOf(problem.fits);
  const placebos: (SyntheticPlaceboFit & { units: Label[] })[] = [];
  const { whole, count } = forEachPlacebo(problem.setup, options, (sample) => {
    const units = sample.treated.flatMap((own) => [...own]).map((i) => panel.units[i]);
    placebos.push({ units, ...fitOf(refit(problem, sample)) });
  });
  const asLarge = reaching(placebos, (one) => Math.abs(one.estimate), observed);
  const p = (reached: number) => (1 + reached) / (1 + count);
  const donors = problem.setup.controls.length;
  const treated = panel.units.length - donors;
  const notes = [
    whole
      ? `all ${count} ways to give treatment to controls`
      : `${count} random ways to give treatment to controls, seed ${options.seed}`,
    ...(treated === 1
      ? []
      : [`each placebo has ${donors - treated} donors, the treated have ${donors}`]),
  ];
  const result = {
    observed,
    placebos,
    exhaustive: whole,
    pEstimate: p(asLarge),
    pRatio: p(reaching(placebos, (one) => one.ratio, observed)),
    shareAsLarge: asLarge / count,
    citation: CITATION,
    notes,
  };
  return { ...result, toTable: () => placeboTable(result, panel, options.outcome) };
}

/** Over treated rows of all cohorts. */
function rootMeanSquare(
  fits: readonly CohortFit[],
  include: (t: number, before: number) => boolean,
): number {
  let [sum, count] = [0, 0];
  for (const { effects, before, treatedCount } of fits) {
    effects.forEach((value, t) => {
      if (!include(t, before)) return;
      sum += treatedCount * value ** 2;
      count += treatedCount;
    });
  }
  return Math.sqrt(sum / count);
}

/** Ties count as reaching; a rounding error does not untie. */
function reaching(
  placebos: readonly SyntheticPlaceboFit[],
  statistic: (fit: SyntheticPlaceboFit) => number,
  observed: SyntheticPlaceboFit,
): number {
  const level = statistic(observed) * (1 - 1e-10);
  return placebos.filter((one) => statistic(one) >= level).length;
}

const SHOWN = 10;

function placeboTable(
  { observed, placebos, pEstimate, pRatio, notes, citation }: Omit<SyntheticPlaceboTest, "toTable">,
  panel: Panel,
  outcome: string,
): Table {
  const largest = [...placebos].sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate))
    .slice(0, SHOWN);
  const row = (who: string, { estimate, preError, postError, ratio }: SyntheticPlaceboFit) => ({
    who,
    estimate,
    preError,
    postError,
    ratio: Number.isFinite(ratio) ? ratio : null,
  });
  return new Table({
    caption: `Placebos in space: ${outcome}`,
    columns: [
      { key: "who", label: "Treated" },
      { key: "estimate", label: "Effect", format: formatSignificant },
      { key: "preError", label: "Root mean square before", format: formatSignificant },
      { key: "postError", label: "after", format: formatSignificant },
      { key: "ratio", label: "Ratio", format: formatSignificant },
    ],
    rows: [
      row("the treated", observed),
      ...largest.map((one) => row(one.units.join(", "), one)),
    ],
    notes: [
      `Effect: p = ${formatP(pEstimate)}; ratio: p = ${formatP(pRatio)}; ${notes.join("; ")}`,
      ...(placebos.length > SHOWN ? [`the ${SHOWN} largest placebos are shown`] : []),
      ...(panel.context.provenance === undefined ? [] : [`Figures: ${panel.context.provenance}`]),
      citation,
    ],
    source: panel.context.source,
  });
}
