import { eventEffects } from "../diagnostics/pre-trend-power.ts";
import { honestBounds, type HonestInterval } from "../diagnostics/honest.ts";
import { wildClusterBootstrapSteps } from "../inference/wild.ts";
import type { Panel } from "../panel/panel.ts";
import { BOOTSTRAP_SEED, ERROR_CHOICES, HONEST_BOUNDS } from "./choices.ts";
import { eventEstimate, treatedTime } from "./compute.ts";
import type { ExplorerStudy } from "./data.ts";
import { eventCall, mainCall, run } from "./estimators.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** Work that takes longer than a frame. */
export type JobKind = "bootstrap" | "honest";

/** How far a job is. */
export interface JobProgress {
  readonly done: number;
  readonly of: number;
}

/** The headline's p value and confidence set by the wild cluster bootstrap. */
export interface BootstrapResult {
  readonly estimate: number;
  readonly pValue: number;
  /** Ends of the confidence set; null where it has none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly draws: number;
}

/** The average effect after treatment when departures from parallel trends are bounded. */
export interface HonestResult {
  readonly estimate: number;
  readonly original: { readonly low: number; readonly high: number };
  readonly intervals: readonly HonestInterval[];
}

/** What each job returns. */
export interface JobResults {
  readonly bootstrap: BootstrapResult;
  readonly honest: HonestResult;
}

/** Runs a job in steps; each yields how far it is. */
export function* runJob<K extends JobKind>(
  kind: K,
  whole: Panel,
  study: ExplorerStudy,
  state: ExplorerState,
): Generator<JobProgress, JobResults[K]> {
  const prepared = prepare(whole, study, state);
  const steps = kind === "bootstrap"
    ? bootstrapSteps(prepared, study, state)
    : honest(prepared, study, state);
  return (yield* steps) as JobResults[K];
}

/** The wild bootstrap of a view's headline, in steps. Throws InputError at the first where there is none. */
export function* bootstrapSteps(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): Generator<JobProgress, BootstrapResult> {
  const call = mainCall(prepared, study, state);
  const estimate = run(prepared, call ?? eventCall(prepared, study, state));
  const from = treatedTime(study, state);
  const after = estimate.effects.filter(({ time }) => time !== undefined && time >= from);
  const result = yield* wildClusterBootstrapSteps(estimate, {
    ...(call === null
      ? { weights: Object.fromEntries(after.map(({ name }) => [name, 1 / after.length])) }
      : { term: prepared.treatment.path }),
    type: ERROR_CHOICES[state.errors].bootstrap ?? "11",
    draws: state.draws,
    seed: BOOTSTRAP_SEED,
  });
  const { pValue, low, high, draws } = result;
  return { estimate: result.estimate!, pValue, low, high, draws };
}

function* honest(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): Generator<JobProgress, HonestResult> {
  const events = eventEffects(eventEstimate(prepared, study, state));
  const weights = averageWeights(events.times, events.base, treatedTime(study, state));
  const bounds = [...new Set([state.bound, ...HONEST_BOUNDS])];
  const intervals: HonestInterval[] = [];
  let result = null;
  for (const bound of bounds) {
    result = honestBounds(events, { bounds: [bound], weights });
    intervals.push(...result.intervals);
    yield { done: intervals.length, of: bounds.length };
  }
  return {
    estimate: result!.estimate,
    original: result!.original,
    intervals: intervals.sort((a, b) => a.bound - b.bound),
  };
}

/** Equal weights on the treated ones among the times after the base. */
export function averageWeights(times: readonly number[], base: number, from: number): number[] {
  const after = times.filter((time) => time > base);
  const treated = after.filter((time) => time >= from).length;
  return after.map((time) => time >= from ? 1 / treated : 0);
}
