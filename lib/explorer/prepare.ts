import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { cohortsFromPath } from "../panel/treatment.ts";
import type { StudyTreatment } from "../study/design.ts";
import { withExposure } from "../study/exposure.ts";
import {
  type Scenario,
  type SimulatedScenario,
  simulateScenario,
} from "../study/simulation/scenario.ts";
import { thresholdTreatment } from "../study/threshold.ts";
import type { ExplorerStudy } from "./data.ts";
import type { ExplorerState } from "./state.ts";

/** The rows and the treatment of one view. */
export interface Prepared {
  readonly panel: Panel;
  readonly treatment: StudyTreatment;
  /** Column of first treated times; null for a dose. */
  readonly cohort: string | null;
  /** What was planted, when the outcome is simulated. */
  readonly planted: Planted | null;
}

/** An effect planted in simulated data. */
export interface Planted {
  readonly scenario: SimulatedScenario["scenario"];
  /** The view treats just the rows in which it was planted: its estimate can be held against the truth. */
  readonly comparable: boolean;
}

/** Names of the groups made by a threshold. */
export const REACHED = "reach the threshold";
export const BELOW = "below the threshold";

/** The panel under the assumptions of a state: simulated if so chosen, with its treatment, restricted to its window. */
export function prepare(whole: Panel, study: ExplorerStudy, state: ExplorerState): Prepared {
  const simulated = state.data === "real" ? null : simulateScenario(whole, study.design, {
    outcome: state.outcome,
    scenario: state.data satisfies Scenario,
    seed: state.seed,
  });
  const source = simulated?.panel ?? whole;
  const planted = (comparable: boolean) =>
    simulated === null ? null : { scenario: simulated.scenario, comparable };
  if (state.treatment === "dose") {
    return { ...dosed(source, study, state), planted: planted(false) };
  }
  const grouped = state.treatment === "threshold"
    ? thresholded(source, study, state)
    : asGiven(source, study);
  const own = source.numeric(study.design.treatment.path);
  const chosen = grouped.panel.numeric(grouped.treatment.path);
  return {
    ...grouped,
    panel: restrict(grouped.panel, state),
    planted: planted(chosen.every((treated, i) => treated === own[i])),
  };
}

function doseOf(study: ExplorerStudy) {
  if (study.dose !== null) return study.dose;
  throw new InputError({
    problem: "The panel has no dose",
    remedy: "leave the treatment as the study has it",
  });
}

function thresholded(panel: Panel, study: ExplorerStudy, state: ExplorerState) {
  const rule = {
    dose: doseOf(study).column,
    threshold: state.threshold,
    from: study.design.treatedFrom,
  };
  const treated = thresholdTreatment(
    panel,
    state.adoption === "common"
      ? { ...rule, at: state.year }
      : { ...rule, crossingUntil: state.to },
  );
  return {
    panel: treated,
    cohort: "cohort",
    treatment: {
      kind: "group",
      group: "favoured",
      path: "treated",
      treatedLabel: REACHED,
      controlLabel: BELOW,
    } as const,
  };
}

function dosed(panel: Panel, study: ExplorerStudy, state: ExplorerState) {
  const dose = doseOf(study);
  return {
    panel: withExposure(restrict(panel, state), dose.column, state.year),
    cohort: null,
    treatment: {
      kind: "dose",
      path: dose.column,
      exposure: "exposure",
      group: "exposure group",
      unit: dose.unit,
    } as const,
  };
}

/** Column of first treated times that is made where a study names none. */
export const MADE_COHORT = "first treated";

function asGiven(panel: Panel, { design: { treatment } }: ExplorerStudy) {
  if (treatment.kind === "dose") {
    throw new InputError({
      problem: "The study has no treated group of its own",
      remedy: "choose a threshold or the dose",
    });
  }
  if (treatment.cohort !== undefined) return { panel, treatment, cohort: treatment.cohort };
  const { cohort } = cohortsFromPath(panel, treatment.path);
  const made = panel.with(MADE_COHORT, Float64Array.from(panel.unit, (unit) => cohort[unit]));
  return { panel: made, treatment, cohort: MADE_COHORT };
}

/** The rows of the window, without the dropped times. */
export function restrict(panel: Panel, { from, to, dropped }: ExplorerState): Panel {
  const inside = (time: number) => time >= from && time <= to && !dropped.includes(time);
  if (panel.times.every(inside)) return panel;
  return panel.where(windowWords(from, to, dropped), (row) => inside(row.time));
}

/** "2013–2022 without 2020". */
export function windowWords(from: number, to: number, dropped: readonly number[]): string {
  return `${from}–${to}${dropped.length === 0 ? "" : ` without ${dropped.join(", ")}`}`;
}
