import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { switchesOff } from "../panel/treatment.ts";
import type { Estimate } from "./estimate.ts";
import { checkDistinct, checkOptions, type RegressionOptions } from "./options.ts";
import { estimateTwoWay } from "./two-way.ts";

export interface TwfeOptions extends RegressionOptions {
  /** Column of the treatment (0/1 or a dose), or several columns (a treatment and its interactions). */
  treatment: string | readonly string[];
}

/**
 * Two-way fixed effects: yᵢₜ = αᵢ + λₜ + β Dᵢₜ + γ'xᵢₜ + εᵢₜ, by weighted least squares.
 *
 * With staggered adoption β is a weighted average of effects in which some weights can be negative (de
 * Chaisemartin & D'Haultfœuille 2020; Goodman-Bacon 2021); with one adoption date it is a 2 × 2 comparison.
 *
 * @returns terms: each treatment column, then the covariates. Standard errors default to CR1 clustered by
 *   unit with fixest's small-sample rule; rows with a missing value in any column used (weights included) and rows
 *   alone in a fixed effect are dropped and counted in `design`.
 * @throws InputError when nobody is treated, nobody is a control, or there is no pre-period.
 * Source: Angrist & Pischke (2009), Mostly Harmless Econometrics, eq. 5.2.3.
 */
export function twfe(panel: Panel, options: TwfeOptions): Estimate {
  checkOptions(options, ["treatment"]);
  const treatments = treatmentNames(options.treatment);
  checkDistinct(options.covariates ?? [], [options.outcome, ...treatments]);
  return estimateTwoWay(panel, options, {
    estimator: "Two-way fixed effects",
    citation: "Angrist & Pischke (2009), Mostly Harmless Econometrics, eq. 5.2.3",
    columns: treatments,
    effects: (used) => {
      // Only a treatment that stands alone must have a contrast of its own: interactions need not.
      if (treatments.length === 1) requireContrast(used, treatments[0]);
      return treatments.map((name) => ({ name, values: () => used.numeric(name) }));
    },
    effectFormula: treatments.join(" + "),
    comparison:
      "each unit's change in treatment against the changes of all other units in the same periods",
    basePeriod: null,
    notes: (used) => treatments.flatMap((name) => switchingNote(used, name)),
  });
}

function treatmentNames(treatment: unknown): readonly string[] {
  const names = typeof treatment === "string" ? [treatment] : treatment;
  if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string")) {
    return names;
  }
  throw new InputError({
    problem: "The treatment is not given",
    column: "treatment",
    value: treatment,
    remedy: 'name its column: { treatment: "…" }',
  });
}

/** Says in words why a treatment has nothing to be compared with, before the algebra would. */
export function requireContrast(panel: Panel, treatment: string): void {
  const values = panel.numeric(treatment);
  const fail = (problem: string, remedy: string) => {
    throw new InputError({ problem, column: treatment, remedy });
  };
  if (values.every((value) => value === 0)) {
    fail(
      "Nobody is treated: the treatment is 0 in every row",
      "check how treatment is defined, and the window",
    );
  }
  if (!values.every((value) => value === 0 || value === 1)) return;
  if (values.every((value) => value === 1)) {
    fail(
      "There is no control: every row is treated",
      "include units or periods that are not treated",
    );
  }
  const untreatedBefore = new Uint8Array(panel.units.length);
  const everTreated = new Uint8Array(panel.units.length);
  const treatedShare = new Float64Array(panel.times.length);
  const observed = new Float64Array(panel.times.length);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 1) everTreated[panel.unit[i]] = 1;
    else untreatedBefore[panel.unit[i]] = 1;
    treatedShare[panel.time[i]] += values[i];
    observed[panel.time[i]]++;
  }
  if (!everTreated.some((ever, i) => ever === 1 && untreatedBefore[i] === 1)) {
    fail(
      "There is no pre-period: every treated unit is treated whenever it is observed",
      "start the window before the first treated period",
    );
  }
  if (treatedShare.every((treated, t) => treated === 0 || treated === observed[t])) {
    fail(
      "There is no control: in every period either all units are treated or none is",
      "include units that are treated later or never",
    );
  }
}

function switchingNote(panel: Panel, treatment: string): string[] {
  const values = panel.numeric(treatment);
  if (!values.every((value) => value === 0 || value === 1)) return [];
  const rows = switchesOff(panel, values);
  if (rows.length === 0) return [];
  const [first] = panel.describeRows(rows);
  return [
    `${treatment} switches off in ${rows.length} rows (first: ${first}); effects are assumed to end with it`,
  ];
}
