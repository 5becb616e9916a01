import { InputError } from "../../panel/errors.ts";
import type { Label } from "../../panel/coding.ts";
import { Panel } from "../../panel/panel.ts";
import type { RowDrop } from "../../panel/sample.ts";
import type { Grid } from "../group-time/grid.ts";
import { listUnits } from "../group-time/grid.ts";

/** Names of the columns of a stacked panel. */
export const STACK = {
  /** One label per unit and sub-experiment. */
  member: "unit in sub-experiment",
  event: "event time",
  experiment: "sub-experiment",
  unit: "unit",
  treated: "treated",
  weight: "stack weight",
  outcome: "outcome",
  time: "time",
} as const;

/** A cohort with its clean controls around its date of treatment. */
export interface SubExperiment {
  readonly cohort: number;
  readonly treated: number;
  readonly controls: number;
  /** Weight of each control row; treated rows have 1. */
  readonly controlWeight: number;
}

export interface Stack {
  readonly panel: Panel;
  readonly experiments: readonly SubExperiment[];
  readonly skipped: readonly { readonly cohort: number; readonly reason: string }[];
  readonly droppedRows: readonly RowDrop[];
}

export interface StackOptions {
  /** First and last event time of the window. */
  readonly from: number;
  readonly to: number;
  readonly control: "never" | "notYet";
  readonly corrective: boolean;
  readonly covariates: readonly string[];
}

/**
 * Stacks one sub-experiment per cohort: its units and clean controls (untreated through the whole window) over event
 * times from … to. Corrective weights give the controls of every sub-experiment the cohort's share of the treated.
 * Source: Wing, Freedman & Hollingsworth (2024), NBER 32054, sections 3–4 and eq. 8.
 */
export function stackPanel(grid: Grid, options: StackOptions): Stack {
  const { panel, times, cohorts } = grid;
  const skipped: { cohort: number; reason: string }[] = [];
  const drops: RowDrop[] = [];
  const members = cohorts.flatMap((cohort) => {
    const window = times.filter((t) => t - cohort >= options.from && t - cohort <= options.to);
    const whole = window.includes(cohort + options.from) && window.includes(cohort + options.to) &&
      window.includes(cohort - 1);
    if (!whole) {
      skipped.push({
        cohort,
        reason: `its window ${cohort + options.from}–${cohort + options.to} is not in the panel`,
      });
      return [];
    }
    const chosen = membersOf(grid, cohort, window, options, drops);
    if (chosen.controls.length === 0 || chosen.treated.length === 0) {
      skipped.push({
        cohort,
        reason: chosen.treated.length === 0
          ? "no unit is observed in its whole window"
          : "no unit is untreated through its whole window",
      });
      return [];
    }
    return [{ cohort, window, ...chosen }];
  });
  if (members.length === 0) {
    throw new InputError({
      problem:
        `No cohort has a whole window from ${options.from} to ${options.to} with clean controls${
          skipped.length === 0 ? "" : `: cohort ${skipped[0].cohort}: ${skipped[0].reason}`
        }`,
      remedy: "use a shorter window",
    });
  }
  const masses = members.map(({ cohort, treated, controls }) => ({
    treated: baseMass(grid, cohort, treated),
    controls: baseMass(grid, cohort, controls),
  }));
  const allTreated = masses.reduce((sum, { treated }) => sum + treated, 0);
  const allControls = masses.reduce((sum, { controls }) => sum + controls, 0);
  const experiments = members.map(({ cohort, treated, controls }, k): SubExperiment => ({
    cohort,
    treated: treated.length,
    controls: controls.length,
    controlWeight: options.corrective
      ? (masses[k].treated / allTreated) / (masses[k].controls / allControls)
      : 1,
  }));
  return {
    panel: buildPanel(grid, members, experiments, panel, options),
    experiments,
    skipped,
    droppedRows: drops,
  };
}

interface Members {
  readonly treated: readonly number[];
  readonly controls: readonly number[];
}

function membersOf(
  grid: Grid,
  cohort: number,
  window: readonly number[],
  options: StackOptions,
  drops: RowDrop[],
): Members {
  const codes = window.map((t) => grid.times.indexOf(t));
  const complete = (i: number) =>
    codes.every((code) => !Number.isNaN(grid.outcome[code * grid.units + i]));
  const treated: number[] = [];
  const controls: number[] = [];
  const holes: Label[] = [];
  for (let i = 0; i < grid.units; i++) {
    const g = grid.cohort[i];
    const isTreated = g === cohort;
    const isControl = options.control === "never" ? g === Infinity : g > cohort + options.to;
    if (!isTreated && !isControl) continue;
    if (!complete(i)) holes.push(grid.panel.units[i]);
    else if (isTreated) treated.push(i);
    else controls.push(i);
  }
  if (holes.length > 0) {
    drops.push({
      reason: `of units with holes in the window of cohort ${cohort}: ${listUnits(holes)}`,
      count: holes.length * window.length,
      rows: holes.map(String),
    });
  }
  return { treated, controls };
}

/** Units, or the sum of their weights in the base period. */
function baseMass(grid: Grid, cohort: number, members: readonly number[]): number {
  const { weights } = grid;
  if (weights === null) return members.length;
  const base = grid.times.indexOf(cohort - 1) * grid.units;
  return members.reduce((sum, i) => sum + weights[base + i], 0);
}

function buildPanel(
  grid: Grid,
  members: readonly (Members & { cohort: number; window: readonly number[] })[],
  experiments: readonly SubExperiment[],
  panel: Panel,
  options: StackOptions,
): Panel {
  const columns: Record<string, (string | number)[]> = {};
  const names = [...Object.values(STACK), ...options.covariates.map(covariateColumn)];
  for (const name of names) columns[name] = [];
  const covariates = grid.covariates;
  members.forEach(({ cohort, window, treated, controls }, k) => {
    for (const [group, flag] of [[treated, 1], [controls, 0]] as const) {
      for (const i of group) {
        for (const t of window) {
          const at = grid.times.indexOf(t) * grid.units + i;
          columns[STACK.member].push(`${cohort} | ${panel.units[i]}`);
          columns[STACK.event].push(t - cohort);
          columns[STACK.time].push(t);
          columns[STACK.experiment].push(cohort);
          columns[STACK.unit].push(String(panel.units[i]));
          columns[STACK.treated].push(flag);
          const own = flag === 1 ? 1 : experiments[k].controlWeight;
          columns[STACK.weight].push(own * (grid.weights === null ? 1 : grid.weights[at]));
          columns[STACK.outcome].push(grid.outcome[at]);
          options.covariates.forEach((name, j) =>
            columns[covariateColumn(name)].push(covariates[j][at])
          );
        }
      }
    }
  });
  return Panel.fromColumns(columns, { unit: STACK.member, time: STACK.event }).about(panel.context);
}

/** Column of a user's covariate in the stacked panel: no name of the user's can meet one of ours. */
export function covariateColumn(name: string): string {
  return `covariate ${name}`;
}
