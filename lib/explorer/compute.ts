import { type GroupMean, groupMeans } from "../diagnostics/group-means.ts";
import { preTrendTest } from "../diagnostics/pre-trends.ts";
import type { Estimate, Term } from "../estimators/estimate.ts";
import { averageEffect } from "../estimators/linear.ts";
import type { JointTest } from "../estimators/wald.ts";
import { supTBand } from "../inference/bands.ts";
import { withCovariance } from "../inference/covariance.ts";
import type { Panel } from "../panel/panel.ts";
import type { StudyDesign } from "../study/design.ts";
import { TRUE_EFFECT } from "../study/simulation/scenario.ts";
import { groupColumn } from "../study/trends.ts";
import { attempt, type Outcome } from "../panel/outcome.ts";
import { BAND_DRAWS, BAND_SEED, ERROR_CHOICES, ESTIMATOR_CHOICES } from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import { eventCall, mainCall, run } from "./estimators.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** An effect at one time, with its own interval and the band that covers all of them. */
export interface EventEffect {
  readonly time: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly bandLow: number;
  readonly bandHigh: number;
}

/** The event study of a view. */
export interface EventView {
  readonly effects: readonly EventEffect[];
  /** Zero by construction; null where there is no single base. */
  readonly base: number | null;
  /** Times count from each unit's own start. */
  readonly eventTime: boolean;
  readonly joint: Outcome<JointTest>;
}

/** Everything one view shows, or why a part of it cannot be computed. */
export interface ViewResult {
  readonly prepared: Outcome<Prepared>;
  /** The number of the headline. */
  readonly effect: Outcome<Term>;
  readonly events: Outcome<EventView>;
  readonly means: Outcome<readonly GroupMean[]>;
  /** Null when the data are real, or the effect was planted in other rows than the view treats. */
  readonly truth: Truth | null;
}

/** The true effects of a view on simulated data. */
export interface Truth {
  /** Mean over treated rows. */
  readonly mean: number;
  /** Mean over the treated group at each time from treatment on; over treated rows by event time where those count. */
  readonly effects: readonly { readonly time: number; readonly effect: number }[];
}

/** Computes a view with the estimators of the library. */
export function compute(whole: Panel, study: ExplorerStudy, state: ExplorerState): ViewResult {
  const prepared = attempt(() => prepare(whole, study, state));
  if (!prepared.ok) {
    return { prepared, effect: prepared, events: prepared, means: prepared, truth: null };
  }
  const ready = prepared.value;
  const events = once(() => eventEstimate(ready, study, state));
  return {
    prepared,
    effect: attempt(() => mainEstimate(ready, study, state, events).terms[0]),
    events: attempt(() => eventView(events(), state)),
    means: attempt(() => meansOf(ready, state)),
    truth: truthOf(ready, study, state),
  };
}

/** Computes at most once; what is thrown is thrown again. */
function once<T>(compute: () => T): () => T {
  let result: { value: T } | { error: unknown } | null = null;
  return () => {
    if (result === null) {
      try {
        result = { value: compute() };
      } catch (error) {
        result = { error };
      }
    }
    if ("error" in result) throw result.error;
    return result.value;
  };
}

/** The event study under the chosen covariance. */
export function eventEstimate(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): Estimate {
  return covered(run(prepared, eventCall(prepared, study, state)), state);
}

function covered(estimate: Estimate, { errors }: ExplorerState): Estimate {
  const { spec } = ERROR_CHOICES[errors];
  return spec === null ? estimate : withCovariance(estimate, spec);
}

/** Which times of an event study count as treated. */
export function treatedTime(study: ExplorerStudy, state: ExplorerState): number {
  return ESTIMATOR_CHOICES[state.estimator].staggered ? 0 : study.design.treatedFrom;
}

/** The estimate of the headline: its first term is the effect. */
export function mainEstimate(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
  events: () => Estimate = () => eventEstimate(prepared, study, state),
): Estimate {
  const call = mainCall(prepared, study, state);
  if (call !== null) return covered(run(prepared, call), state);
  const from = treatedTime(study, state);
  return averageEffect(events(), (time) => time >= from, AVERAGE);
}

export const AVERAGE = "average";

function eventView(estimate: Estimate, state: ExplorerState): EventView {
  const terms = estimate.effects.filter(({ time }) => time !== undefined);
  const band = attempt(() =>
    supTBand(estimate, {
      terms: terms.map(({ name }) => name),
      draws: BAND_DRAWS,
      seed: BAND_SEED,
    })
  );
  const effects = terms.map(({ time, estimate, low, high }, i) => ({
    time: time!,
    estimate,
    low,
    high,
    bandLow: band.ok ? band.value.terms[i].low : low,
    bandHigh: band.ok ? band.value.terms[i].high : high,
  }));
  return {
    effects: effects.sort((a, b) => a.time - b.time),
    base: estimate.design.basePeriod,
    eventTime: ESTIMATOR_CHOICES[state.estimator].staggered,
    joint: attempt(() => preTrendTest(estimate)),
  };
}

function meansOf({ panel, treatment }: Prepared, state: ExplorerState): GroupMean[] {
  const grouped = groupColumn(panel, { treatment } as StudyDesign);
  return groupMeans(grouped.panel, {
    outcome: state.outcome,
    group: grouped.column,
    ...(state.weights === "" ? {} : { weights: state.weights }),
  });
}

function truthOf(
  { panel, treatment, cohort, planted }: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): Truth | null {
  if (planted === null || !planted.comparable || treatment.kind !== "group") return null;
  const [effect, path, group] = [TRUE_EFFECT, treatment.path, treatment.group].map((name) =>
    panel.numeric(name)
  );
  const rows = Array.from(panel.time, (code, i) => ({ i, time: panel.times[code] }));
  const treated = rows.filter(({ i }) => path[i] === 1);
  if (treated.length === 0) return null;
  const starts = ESTIMATOR_CHOICES[state.estimator].staggered && cohort !== null
    ? panel.numeric(cohort)
    : null;
  const shown = starts === null
    ? rows.filter(({ i, time }) => group[i] === 1 && time >= study.design.treatedFrom)
    : treated.map(({ i, time }) => ({ i, time: time - starts[i] }));
  const byTime = Map.groupBy(shown, ({ time }) => time);
  const meanOf = (of: readonly { i: number }[]) =>
    of.reduce((sum, { i }) => sum + effect[i], 0) / of.length;
  return {
    mean: meanOf(treated),
    effects: [...byTime].sort(([a], [b]) => a - b).map(([time, of]) => ({
      time,
      effect: meanOf(of),
    })),
  };
}
