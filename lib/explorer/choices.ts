import type { CovarianceSpec } from "../inference/covariance.ts";

/** Where the outcome comes from. */
export const DATA = ["real", "none", "constant", "growing", "trends", "mystery"] as const;
export type DataChoice = (typeof DATA)[number];

export const TREATMENTS = ["given", "threshold", "dose"] as const;
export type TreatmentChoice = (typeof TREATMENTS)[number];

export const ADOPTIONS = ["common", "crossing"] as const;

/** One way to estimate. */
export interface EstimatorChoice {
  /** Needs a group with first treated times, and has effects by event time. */
  readonly staggered: boolean;
}

export const ESTIMATOR_CHOICES = {
  twfe: { staggered: false },
  trends: { staggered: false },
  events: { staggered: false },
  callaway: { staggered: true },
  sunab: { staggered: true },
  imputation: { staggered: true },
  etwfe: { staggered: true },
  lpdid: { staggered: true },
  dcdh: { staggered: true },
} as const satisfies Record<string, EstimatorChoice>;
export type EstimatorKey = keyof typeof ESTIMATOR_CHOICES;
export const ESTIMATOR_KEYS = Object.keys(ESTIMATOR_CHOICES) as EstimatorKey[];

/** One way to say how sure. */
export interface ErrorChoice {
  readonly spec: CovarianceSpec | null;
  /** Variant of the wild cluster bootstrap, for the headline number. */
  readonly bootstrap: "11" | "31" | null;
}

export const ERROR_CHOICES = {
  own: { spec: null, bootstrap: null },
  CR2: { spec: { type: "CR2" }, bootstrap: null },
  CV3: { spec: { type: "CV3" }, bootstrap: null },
  HC1: { spec: { type: "HC1" }, bootstrap: null },
  iid: { spec: { type: "iid" }, bootstrap: null },
  dk: { spec: { type: "Driscoll–Kraay", lags: 2 }, bootstrap: null },
  wild: { spec: null, bootstrap: "11" },
  wildS: { spec: null, bootstrap: "31" },
} as const satisfies Record<string, ErrorChoice>;
export type ErrorKey = keyof typeof ERROR_CHOICES;
export const ERROR_KEYS = Object.keys(ERROR_CHOICES) as ErrorKey[];

/** Draws of the wild bootstrap, and of the event study's simultaneous band. */
export const DRAW_CHOICES = [999, 9999, 99999] as const;
export const BAND_DRAWS = 4999;
export const BAND_SEED = 1;
export const BOOTSTRAP_SEED = 1;
/** Bounds at which the honest interval is drawn besides the chosen one. */
export const HONEST_BOUNDS = [0, 0.5, 1, 1.5, 2] as const;
export const MOST_BOUND = 3;
export const MOST_SEED = 9999;

/** Step of the slider for a threshold on doses up to `most`: 1, 2 or 5 of some decimal, some hundreds up to the end. */
export function thresholdStep(most: number): number {
  const rough = most / 150;
  const decimal = 10 ** Math.floor(Math.log10(rough));
  const digit = [5, 2, 1].find((digit) => rough / decimal >= digit) ?? 1;
  return tidy(digit * decimal);
}

/** Ends of that slider: the first step, and the last that some dose reaches. */
export function thresholdRange(most: number): [low: number, high: number] {
  const step = thresholdStep(most);
  return [step, tidy(Math.floor(most / step) * step)];
}

/** A threshold on the slider, half of the largest dose. */
export function halfwayThreshold(most: number): number {
  const step = thresholdStep(most);
  return tidy(Math.round(most / 2 / step) * step);
}

/** Without the last digits that binary fractions leave. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
