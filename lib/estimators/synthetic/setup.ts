import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { finiteColumn } from "../../panel/sample.ts";
import { type CohortDesign, cohortDesign, cohortsFromPath } from "../../panel/treatment.ts";
import type { Outcomes } from "./block.ts";

/** Units first treated at one time. */
export interface TreatedCohort {
  readonly cohort: number;
  /** Number of periods before it. */
  readonly before: number;
  /** Positions in `panel.units`. */
  readonly units: Int32Array;
}

/** A balanced panel as a matrix, with its cohorts and its never treated units. */
export interface SyntheticSetup extends Outcomes {
  readonly panel: Panel;
  readonly cohorts: readonly TreatedCohort[];
  /** Units not treated within the panel. */
  readonly controls: Int32Array;
  readonly notes: readonly string[];
}

export interface TreatmentColumns {
  readonly outcome: string;
  readonly treatment?: string;
  readonly cohort?: string;
  readonly covariates?: readonly string[];
}

/**
 * Reads the panel as a matrix and sorts its units into cohorts and controls.
 *
 * @param fewest periods that must lie before the first treated one.
 * @throws InputError when cells are missing, nobody is treated or never treated, or a cohort starts too early.
 */
export function readSetup(
  panel: Panel,
  columns: TreatmentColumns,
  fewest: number,
): SyntheticSetup {
  const design = readCohorts(panel, columns);
  requireComplete(panel, [columns.outcome, ...columns.covariates ?? []]);
  const { times } = panel;
  const last = times[times.length - 1];
  const within = design.cohorts.filter((cohort) => cohort <= last);
  requireTreated(within, panel);
  const cohorts = within.map((cohort) => ({
    cohort,
    before: times.filter((time) => time < cohort).length,
    units: positions(design.cohort, (own) => own === cohort),
  }));
  const controls = positions(design.cohort, (own) => own > last);
  if (controls.length === 0) {
    throw new InputError({
      problem: "No unit is never treated, so there is nothing to build a synthetic comparison from",
      column: columns.cohort ?? columns.treatment,
      remedy: "end the panel before the last cohort starts, or add untreated units",
    });
  }
  requireBefore(panel, cohorts, fewest);
  const later = positions(design.cohort, (own) => own > last && own < Infinity).length;
  return {
    panel,
    y: panel.numeric(columns.outcome),
    periods: times.length,
    cohorts,
    controls,
    notes: later === 0 ? [] : [`${later} units first treated after ${last} serve as controls`],
  };
}

function readCohorts(panel: Panel, { treatment, cohort }: TreatmentColumns): CohortDesign {
  if ((treatment === undefined) === (cohort === undefined)) {
    throw new InputError({
      problem: treatment === undefined
        ? "Neither treatment nor cohort is given"
        : "Both treatment and cohort are given",
      remedy:
        'name one: { treatment: "…" } for a 0/1 path, or { cohort: "…" } for first treated times',
    });
  }
  if (cohort !== undefined) return cohortDesign(panel, cohort);
  requireComplete(panel, [treatment!]);
  return cohortsFromPath(panel, treatment!);
}

/** Every unit at every time, with a value in every column. */
function requireComplete(panel: Panel, columns: readonly string[]): void {
  const remedy = "keep the units observed in every period, or shorten the panel";
  if (!panel.balanced) {
    throw new InputError({
      problem: "Synthetic comparisons need every unit in every period, but rows are missing",
      column: `${panel.unitName}, ${panel.timeName}`,
      rows: absentRows(panel),
      remedy,
    });
  }
  for (const name of columns) {
    const values = finiteColumn(panel, name);
    const missing = [...values.keys()].filter((i) => Number.isNaN(values[i]));
    if (missing.length === 0) continue;
    throw new InputError({
      problem: "Synthetic comparisons need every unit in every period, but values are missing",
      column: name,
      rows: panel.describeRows(missing),
      remedy,
    });
  }
}

function absentRows(panel: Panel): string[] {
  const width = panel.times.length;
  const present = new Uint8Array(panel.units.length * width);
  for (let i = 0; i < panel.rows; i++) present[panel.unit[i] * width + panel.time[i]] = 1;
  return [...present.keys()].filter((cell) => present[cell] === 0).map((cell) =>
    `${panel.units[Math.floor(cell / width)]} in ${panel.times[cell % width]}`
  );
}

function requireTreated(cohorts: readonly number[], panel: Panel): void {
  if (cohorts.length > 0) return;
  throw new InputError({
    problem: `No unit is treated by ${panel.times[panel.times.length - 1]}`,
    column: panel.timeName,
    remedy: "check the treatment column, or extend the panel",
  });
}

function requireBefore(
  panel: Panel,
  cohorts: readonly TreatedCohort[],
  fewest: number,
): void {
  for (const { cohort, before, units } of cohorts) {
    if (before >= fewest) continue;
    throw new InputError({
      problem: `The cohort first treated in ${cohort} has ${before} periods before treatment, ` +
        `and this method needs ${fewest}`,
      column: panel.unitName,
      rows: [...units].map((i) => String(panel.units[i])),
      remedy: "start the panel earlier, or leave these units out with panel.where(…)",
    });
  }
}

function positions(values: Float64Array, is: (value: number) => boolean): Int32Array {
  const found: number[] = [];
  values.forEach((value, i) => {
    if (is(value)) found.push(i);
  });
  return Int32Array.from(found);
}
