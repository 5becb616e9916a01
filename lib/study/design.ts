import type { Label } from "../panel/coding.ts";

/** A column with the words a reader sees for it. */
export interface NamedColumn {
  readonly column: string;
  /** Sentence case, no unit: "Population using the internet". */
  readonly label: string;
  /** "% of population aged 6 and over". */
  readonly unit: string;
}

/** How treatment enters: a fixed group with a common start or its own dates, or a dose that grows. */
export type StudyTreatment =
  | {
    readonly kind: "group";
    /** 1 for units of the treated group, fixed over time. */
    readonly group: string;
    /** 0/1 path. */
    readonly path: string;
    readonly treatedLabel: string;
    readonly controlLabel: string;
    /** Column of first treated times, where units start at times of their own. */
    readonly cohort?: string;
  }
  | {
    readonly kind: "dose";
    /** Dose path. */
    readonly path: string;
    /** The dose at one date, fixed over time: the exposure of the event study. */
    readonly exposure: string;
    /** Column that sorts units into low, middle and high exposure, for raw means. */
    readonly group: string;
    readonly unit: string;
  };

/** What a study computes on its panel: the same for Peru and for a reader's own file. */
export interface StudyDesign {
  readonly title: string;
  /** The first is the main outcome. */
  readonly outcomes: readonly NamedColumn[];
  readonly treatment: StudyTreatment;
  readonly basePeriod: number;
  readonly treatedFrom: number;
  readonly weights: string | null;
  /** Column of weights for the "weighted" variant when the study itself is unweighted; null for none. */
  readonly alternativeWeights: NamedColumn | null;
  readonly covariates: readonly string[];
  readonly covariatesByTime: readonly string[];
  /** Baseline columns for the "with baseline controls" variant when the study itself has none. */
  readonly alternativeControls: readonly string[];
  readonly cluster: string;
  readonly moderators: readonly NamedColumn[];
  /** Periods whose data are doubtful; one variant leaves them out. */
  readonly questionedTimes: readonly number[];
  /** Units that are unlike the others; one variant leaves them out. */
  readonly questionedUnits: readonly Label[];
  /** How a unit is called in tables and figures. */
  readonly unitLabels: Readonly<Record<string, string>>;
  readonly source: string;
  /** The assumptions, in words. */
  readonly assumptions: readonly string[];
}

/** What one unit of the treatment is, in words. */
export function effectLabel(treatment: StudyTreatment): string {
  return treatment.kind === "group"
    ? `being ${treatment.treatedLabel}`
    : `one more ${treatment.unit}`;
}
