import {
  type GroupGap,
  groupGaps,
  type GroupMean,
  groupMeans,
} from "../diagnostics/group-means.ts";
import { departureFromTrend, preTrendSlope, preTrendTest } from "../diagnostics/pre-trends.ts";
import { type Estimate } from "../estimators/estimate.ts";
import { eventStudy } from "../estimators/event-study.ts";
import { averageEffect } from "../estimators/linear.ts";
import type { JointTest } from "../estimators/wald.ts";
import { attempt, type Outcome } from "../panel/outcome.ts";
import type { Panel } from "../panel/panel.ts";
import type { StudyDesign } from "./design.ts";
import { baseOptions } from "./variants.ts";

/** Everything that bears on parallel trends for one outcome. */
export interface TrendStudy {
  readonly outcome: string;
  readonly means: readonly GroupMean[];
  /** Gap between the highest and the lowest group's means. */
  readonly gaps: readonly GroupGap[];
  readonly events: Estimate;
  /** Average of the effects from the first treated period on. */
  readonly average: Estimate;
  readonly joint: Outcome<JointTest>;
  readonly slope: Outcome<Estimate>;
  /** Effects as departures from the pre-period's linear trend. */
  readonly departures: Outcome<Estimate>;
}

/** The two group labels whose gap is followed: treated less control, or high less low exposure. */
export function comparedGroups(design: StudyDesign): { of: string; from: string } {
  const { treatment } = design;
  return treatment.kind === "group"
    ? { of: treatment.treatedLabel, from: treatment.controlLabel }
    : { of: "high", from: "low" };
}

/** Column with the words for each unit's group, for raw means. */
export function groupColumn(
  panel: Panel,
  { treatment }: StudyDesign,
): { panel: Panel; column: string } {
  if (treatment.kind === "dose") return { panel, column: treatment.group };
  const column = `${treatment.group} in words`;
  const { group, treatedLabel, controlLabel } = treatment;
  const labelled = panel.with(
    column,
    (row) => row.value(group) === 1 ? treatedLabel : controlLabel,
  );
  return { panel: labelled, column };
}

/** Raw means, event study, joint test, slope and departures from the extrapolated trend. */
export function trendStudy(panel: Panel, design: StudyDesign, outcome: string): TrendStudy {
  const { treatment, basePeriod, treatedFrom, weights } = design;
  const grouped = groupColumn(panel, design);
  const means = groupMeans(grouped.panel, {
    outcome,
    group: grouped.column,
    ...(weights === null ? {} : { weights }),
  });
  const { of, from } = comparedGroups(design);
  const events = eventStudy(panel, {
    outcome,
    exposure: treatment.kind === "group" ? treatment.group : treatment.exposure,
    reference: basePeriod,
    ...baseOptions(design),
  });
  return {
    outcome,
    means,
    gaps: groupGaps(means, of, from),
    events,
    average: averageEffect(events, (time) => time >= treatedFrom, `average from ${treatedFrom}`),
    joint: attempt(() => preTrendTest(events, { treatedFrom })),
    slope: attempt(() => preTrendSlope(events, { treatedFrom })),
    departures: attempt(() => departureFromTrend(events, { treatedFrom })),
  };
}
