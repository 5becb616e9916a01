/** The placebos and threats of lib/diagnostics on a study's effect, one call each. */
import { type Adjacency, restrictAdjacency } from "../../diagnostics/placebos/adjacency.ts";
import { type PlaceboInSpace, placeboInSpace } from "../../diagnostics/placebos/in-space.ts";
import {
  type PlaceboInTime,
  placeboInTime,
  type PlaceboInTimeOptions,
} from "../../diagnostics/placebos/in-time.ts";
import { type LeaveOneOut, leaveOneOut } from "../../diagnostics/placebos/leave-one-out.ts";
import {
  type PlaceboOutcome,
  type PlaceboOutcomes,
  placeboOutcomes,
} from "../../diagnostics/placebos/outcomes.ts";
import type { Refits } from "../../diagnostics/placebos/refits.ts";
import { type Spillover, spilloverStudy } from "../../diagnostics/placebos/spillover.ts";
import { anticipation, donut } from "../../diagnostics/placebos/windows.ts";
import { twfe } from "../../estimators/twfe.ts";
import type { Panel } from "../../panel/panel.ts";
import { outcomeWords } from "../show/words.ts";
import { baseOptions } from "../variants.ts";
import type { StudyEffect } from "./effect.ts";

/** Treatment said to begin earlier, on the periods before it. */
export function timePlacebos(
  effect: StudyEffect,
  options: Omit<PlaceboInTimeOptions, "cohort" | "path"> = {},
): PlaceboInTime {
  return placeboInTime(effect.panel, effect.fit, { ...effect.columns, ...options });
}

/** Treatment dealt to other units. */
export function spacePlacebo(
  effect: StudyEffect,
  options: {
    readonly draws?: number;
    readonly seed: number;
    readonly statistic?: "t" | "estimate";
  },
): PlaceboInSpace {
  return placeboInSpace(effect.panel, (sample) => effect.fit(sample), {
    permute: effect.permute,
    ...options,
  });
}

/** Outcomes that treatment should not move, beside the study's own. */
export function outcomePlacebos(
  effect: StudyEffect,
  panel: Panel,
  outcomes: readonly PlaceboOutcome[],
): PlaceboOutcomes {
  const { column, label } = outcomeWords(effect.design, effect.outcome);
  return placeboOutcomes(panel, effect.fitFor, outcomes, {
    main: { column, label },
    before: effect.design.treatedFrom,
  });
}

/** The effect without each unit, or without each period, or without every pair of units. */
export function leftOut(
  effect: StudyEffect,
  what: "unit" | "period" | "pair of units" = "unit",
): LeaveOneOut {
  return leaveOneOut(effect.panel, (sample) => effect.fit(sample), {
    by: what === "period" ? effect.panel.timeName : effect.panel.unitName,
    size: what === "pair of units" ? 2 : 1,
    labels: effect.design.unitLabels,
  });
}

/** The effect without the study's questioned periods. */
export function withoutQuestioned(
  effect: StudyEffect,
  times: readonly number[] = effect.design.questionedTimes,
): Refits {
  return donut(effect.panel, (sample) => effect.fit(sample), { times });
}

/** The effect when units may have reacted up to two periods early. */
export function earlyReaction(
  effect: StudyEffect,
  periods: readonly number[] = [0, 1, 2],
): Refits {
  return anticipation(effect.panel, effect.base, { periods });
}

/**
 * The effect when treatment may spill over borders. For the effect since the base period, earlier periods are left out:
 * with a fixed group in a balanced panel that is the average of the event study.
 */
export function spillovers(effect: StudyEffect, adjacency: Adjacency): Spillover {
  const { design, outcome, panel, kind } = effect;
  const { basePeriod, treatedFrom, treatment } = design;
  const sample = kind === "twoWay" ? panel : panel.where(
    `${basePeriod} and from ${treatedFrom} on`,
    ({ time }) => time === basePeriod || time >= treatedFrom,
  );
  return spilloverStudy(
    sample,
    (rows, treatments) => twfe(rows, { outcome, treatment: treatments, ...baseOptions(design) }),
    {
      treatment: treatment.path,
      adjacency: restrictAdjacency(adjacency, panel.units),
      isolated: "zero",
    },
  );
}
