import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { type CohortDesign, cohortDesign } from "../panel/treatment.ts";
import type { Estimate } from "./estimate.ts";
import { checkOptions, type RegressionOptions } from "./options.ts";
import {
  type EffectRegressor,
  estimateTwoWay,
  regressionSample,
  type TwoWaySpec,
} from "./two-way.ts";

export interface EventStudyOptions extends RegressionOptions {
  /** Column of the first treated time (missing, 0 or Infinity: never). Gives effects by event time. */
  cohort?: string;
  /** Column fixed over time: a 0/1 group or an exposure. Gives its coefficient in every period. */
  exposure?: string;
  /** With `cohort`: event time left out, default −1. With `exposure`: the period left out (required). */
  reference?: number;
  /** With `cohort`: event times outside are pooled into the ends. Default: all event times. */
  window?: { readonly from: number; readonly to: number };
}

/**
 * Event study by two-way fixed effects.
 *
 * With `exposure` zᵢ: yᵢₜ = αᵢ + λₜ + Σ_{s ≠ r} βₛ zᵢ 1{t = s} + γ'xᵢₜ + εᵢₜ; βₛ compares the change since the
 * reference period r between units one unit of exposure apart. Terms are named "exposure × period".
 *
 * With `cohort` gᵢ: yᵢₜ = αᵢ + λₜ + Σ_{e ≠ r} βₑ 1{t − gᵢ = e} + …; never-treated units have no event time.
 * Terms are named "event time e". With several cohorts and effects that differ between them, βₑ is contaminated
 * by other event times (Sun & Abraham 2021); the design's notes say so.
 *
 * Each term carries its `time`. The reference is not a term: it is zero by construction.
 * Source: Jacobson, LaLonde & Sullivan (1993), eq. 3; Miller (2023), An Introductory Guide to Event Study Models.
 */
export function eventStudy(panel: Panel, options: EventStudyOptions): Estimate {
  checkOptions(options, ["cohort", "exposure", "reference", "window"]);
  checkWindow(options.window);
  if ((options.cohort === undefined) === (options.exposure === undefined)) {
    throw new InputError({
      problem: "An event study needs either a cohort or an exposure column, and not both",
      column: "cohort, exposure",
      remedy: "give cohort for staggered adoption, or exposure for a fixed group or dose",
    });
  }
  return options.exposure === undefined
    ? estimateTwoWay(
      panel,
      options,
      cohortSpec(panel, options as EventStudyOptions & { cohort: string }),
    )
    : estimateTwoWay(
      panel,
      options,
      exposureSpec(panel, options as EventStudyOptions & { exposure: string }),
    );
}

function checkWindow(window: unknown): void {
  if (window === undefined) return;
  const { from, to } = (window ?? {}) as Record<string, unknown>;
  if (Number.isFinite(from) && Number.isFinite(to) && (from as number) <= (to as number)) return;
  throw new InputError({
    problem: "The window needs a first and a last event time",
    column: "window",
    value: JSON.stringify(window),
    remedy: "write { window: { from: -4, to: 4 } }, from at or below to",
  });
}

function exposureSpec(panel: Panel, options: EventStudyOptions & { exposure: string }): TwoWaySpec {
  const { exposure } = options;
  const reference = referencePeriod(panel, options.reference);
  requireFixed(panel, exposure);
  return {
    estimator: "Event study (two-way fixed effects, exposure × period)",
    citation: "Jacobson, LaLonde & Sullivan (1993), American Economic Review 83(4), eq. 3",
    columns: [exposure],
    effects: (used) => {
      referencePeriod(used, reference);
      return used.times.flatMap((time, code) =>
        time === reference ? [] : [{
          name: `${exposure} × ${time}`,
          time,
          values: (rows: Panel) =>
            rows.numeric(exposure).map((value, i) => rows.time[i] === code ? value : 0),
        }]
      );
    },
    effectFormula: `${exposure} × ${panel.timeName} (reference ${reference})`,
    comparison: `change since ${reference} of units with more ${exposure} against units with less`,
    basePeriod: reference,
  };
}

function referencePeriod(panel: Panel, reference: number | undefined): number {
  if (reference !== undefined && panel.times.includes(reference)) return reference;
  throw new InputError({
    problem: reference === undefined
      ? "The reference period is not given"
      : "The reference period is not among the periods of the rows used",
    column: "reference",
    value: reference,
    remedy: `choose the last period before treatment among ${panel.times.join(", ")}`,
  });
}

function requireFixed(panel: Panel, column: string): void {
  const values = panel.numeric(column);
  const rows: number[] = [];
  for (let i = 1; i < panel.rows; i++) {
    const differs = values[i] !== values[i - 1] &&
      !(Number.isNaN(values[i]) && Number.isNaN(values[i - 1]));
    if (differs && panel.unit[i] === panel.unit[i - 1]) rows.push(i);
  }
  if (rows.length === 0) return;
  throw new InputError({
    problem: "The exposure must be fixed over time within a unit",
    column,
    rows: panel.describeRows(rows),
    remedy:
      "use one value per unit (its group, or its dose at one date), or twfe(...) for a dose that changes",
  });
}

function cohortSpec(panel: Panel, options: EventStudyOptions & { cohort: string }): TwoWaySpec {
  const reference = options.reference ?? -1;
  cohortDesign(panel, options.cohort);
  const design = cohortDesign(regressionSample(panel, options, []).panel, options.cohort);
  return {
    estimator: "Event study (two-way fixed effects, event time)",
    citation: "Jacobson, LaLonde & Sullivan (1993), American Economic Review 83(4), eq. 3",
    columns: [],
    effects: (used) =>
      eventTimeRegressors(used, cohortDesign(used, options.cohort), reference, options.window),
    effectFormula: `event time (reference ${reference})`,
    comparison: design.neverTreated > 0
      ? `units before and after their own adoption, against ${design.neverTreated} never-treated units and each other`
      : "units before and after their own adoption, against each other (nobody is never treated)",
    basePeriod: reference,
    treatedFrom: 0,
    notes: () => cohortNotes(design, options.window),
  };
}

function eventTimeRegressors(
  panel: Panel,
  design: CohortDesign,
  reference: number,
  window: EventStudyOptions["window"],
): EffectRegressor[] {
  requireCohorts(panel, design);
  const eventTime = Float64Array.from(panel.time, (code, i) => {
    const e = panel.times[code] - design.cohort[panel.unit[i]];
    if (e === -Infinity) return NaN;
    return window === undefined ? e : Math.min(Math.max(e, window.from), window.to);
  });
  const present = [...new Set(eventTime)].filter((e) => !Number.isNaN(e)).sort((a, b) => a - b);
  if (!present.includes(reference)) {
    throw new InputError({
      problem: "The reference event time does not occur in the rows used",
      column: "reference",
      value: reference,
      remedy: `choose one of ${present.join(", ")}`,
    });
  }
  return present.filter((e) => e !== reference).map((e) => ({
    name: `event time ${e}`,
    time: e,
    values: () => eventTime.map((value) => value === e ? 1 : 0),
  }));
}

function requireCohorts(panel: Panel, design: CohortDesign): void {
  if (design.cohorts.length === 0) {
    throw new InputError({
      problem: "Nobody is treated: no unit has a first treated time",
      column: "cohort",
      remedy: "check the cohort column",
    });
  }
  const first = panel.times[0];
  if (design.cohorts.every((cohort) => cohort <= first)) {
    throw new InputError({
      problem:
        `There is no pre-period: every treated unit is treated by ${first}, the first period`,
      column: "cohort",
      remedy: "start the window before the first cohort",
    });
  }
  if (design.neverTreated === 0 && design.cohorts.length === 1) {
    throw new InputError({
      problem: `There is no control: every unit is first treated in ${design.cohorts[0]}`,
      column: "cohort",
      remedy: "include units that are treated later or never",
    });
  }
}

function cohortNotes(design: CohortDesign, window: EventStudyOptions["window"]): string[] {
  return [
    ...(window === undefined
      ? []
      : [`event times below ${window.from} and above ${window.to} are pooled into the ends`]),
    ...(design.cohorts.length > 1
      ? [
        `${design.cohorts.length} cohorts: if effects differ between them, each coefficient mixes event times ` +
        "(Sun & Abraham 2021)",
      ]
      : []),
  ];
}
