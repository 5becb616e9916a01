import { InputError } from "../panel/errors.ts";
import type { Label } from "../panel/coding.ts";
import type { Panel } from "../panel/panel.ts";
import { averageEffects } from "../estimators/synthetic/average.ts";
import { fitError } from "../estimators/synthetic/comparison.ts";
import type { Refittable } from "../estimators/synthetic/resample.ts";
import { prepare, type SyntheticOptions } from "../estimators/synthetic-did.ts";
import { formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";

/** The estimate without one control. */
export interface DonorLeftOut {
  readonly unit: Label;
  /** Its largest weight in any cohort's synthetic comparison. */
  readonly weight: number;
  readonly estimate: number;
  /** Estimate less that with all controls. */
  readonly change: number;
  /** Root mean squared gap before treatment, averaged over treated units. */
  readonly preFitError: number;
}

export interface DonorLeaveOut {
  readonly estimate: number;
  readonly preFitError: number;
  /** Largest change first. */
  readonly rows: readonly DonorLeftOut[];
  /** @param labels how units are called. Default: as in the panel. */
  toTable(labels?: Readonly<Record<string, string>>): Table;
}

/**
 * Does the answer hang on one donor? Weights, penalties and the estimate anew without each control that has weight; a control
 * without weight changes only the measured noise, and is left out of the list. Points only; `leaveOneOut`
 * refits any estimator with its errors, treated units too.
 *
 * @throws InputError when there is one control only.
 * Source: Abadie (2021), Journal of Economic Literature 59(2) (leave-one-out of donors).
 */
export function leaveOutDonors(
  panel: Panel,
  options: Omit<SyntheticOptions, "inference" | "draws" | "seed" | "confidenceLevel">,
): DonorLeaveOut {
  const full = prepare(panel, options);
  const { controls } = full.setup;
  if (controls.length < 2) {
    throw new InputError({
      problem: "There is one control only, so none can be left out",
      value: String(panel.units[controls[0]]),
      remedy: "add untreated units",
    });
  }
  const estimate = overall(full);
  const rows = Array.from(controls).flatMap((unit, j) => {
    const weight = Math.max(...full.fits.map(({ omega }) => omega[j]));
    if (weight === 0) return [];
    const label = panel.units[unit];
    const without = panel.where(`without ${label}`, (row) => row.unit !== label);
    const found = prepare(without, options);
    const value = overall(found);
    return [{
      unit: label,
      weight,
      estimate: value,
      change: value - estimate,
      preFitError: preFit(found),
    }];
  }).sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const result = { estimate, preFitError: preFit(full), rows };
  return {
    ...result,
    toTable: (labels = {}) => leaveOutTable(result, panel, options.outcome, labels),
  };
}

function overall({ fits, events }: Refittable): number {
  return averageEffects(fits, events)[0];
}

function preFit({ fits, settings }: Refittable): number {
  let [sum, count] = [0, 0];
  fits.forEach(({ treatedPath, syntheticPath, before, treatedCount }, c) => {
    const gap = treatedPath.map((value, t) => value - syntheticPath[t]).slice(0, before);
    sum += treatedCount * fitError(gap, settings[c].method !== "sc");
    count += treatedCount;
  });
  return sum / count;
}

function leaveOutTable(
  { estimate, preFitError, rows }: Omit<DonorLeaveOut, "toTable">,
  panel: Panel,
  outcome: string,
  labels: Readonly<Record<string, string>>,
): Table {
  return new Table({
    caption: `The effect on ${outcome} without each donor`,
    columns: [
      { key: "unit", label: "Left out" },
      { key: "weight", label: "Its weight", format: (value) => value.toFixed(3) },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "change", label: "Change", format: formatSignificant },
      { key: "preFitError", label: "Root mean squared gap before", format: formatSignificant },
    ],
    rows: [
      { unit: "nobody", weight: null, estimate, change: null, preFitError },
      ...rows.map((row) => ({ ...row, unit: labels[String(row.unit)] ?? row.unit })),
    ],
    notes: panel.context.provenance === undefined ? [] : [`Figures: ${panel.context.provenance}`],
    source: panel.context.source,
  });
}
