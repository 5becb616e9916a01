import { eventStudy } from "../../../estimators/event-study.ts";
import { averageEffect } from "../../../estimators/linear.ts";
import { twfe } from "../../../estimators/twfe.ts";
import { InputError } from "../../../panel/errors.ts";
import { formatNumber } from "../../../tables/format.ts";
import { Table } from "../../../tables/table.ts";
import type { Term } from "../../../estimators/estimate.ts";
import type { Panel } from "../../../panel/panel.ts";
import {
  scenarioWords,
  type SimulatedOutcome,
  type SurveyScenario,
} from "../simulation/scenario.ts";
import { surveyTruth } from "../simulation/truth.ts";

/** One estimator on one simulated panel, beside the truth. */
export interface Grade {
  readonly scenario: SurveyScenario;
  readonly outcome: SimulatedOutcome;
  readonly estimator: string;
  readonly estimate: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  readonly truth: number;
  /** Whether the interval holds the truth. */
  readonly covers: boolean;
}

const BASE_YEAR = 2018;

export const GRADES_SOURCE =
  "simulated surveys in the shape of ENAHO, calibrated to INEI's published shares; no real household is in them";

/**
 * The mean planted effect of the favoured regions since 2019, less that of the other regions (which is zero but in scenario
 * "dose"): what a comparison of the two groups should find.
 */
export function plantedContrast(
  scenario: SurveyScenario,
  panel: Panel,
  outcome: SimulatedOutcome,
): number {
  const group = panel.numeric("favoured");
  const favoured = new Set(
    panel.map(({ unit }) => String(unit)).filter((_, i) => group[i] === 1),
  );
  const mean = (inside: boolean) => {
    const effects = surveyTruth(scenario).filter((row) =>
      row.outcome === outcome && row.year > BASE_YEAR && favoured.has(row.code) === inside
    ).map((row) => row.effect);
    return effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
  };
  return mean(true) - mean(false);
}

/**
 * Three estimators of the study on a simulated panel (with the study's columns `favoured` and `treated`), each beside the truth: two
 * groups before and after, the mean of the event study's effects since 2019 against 2018, and two groups with a straight line
 * for each region.
 *
 * @throws InputError when the panel's outcomes are not simulated.
 */
export function gradeEstimators(
  scenario: SurveyScenario,
  panel: Panel,
  outcome: SimulatedOutcome = "internet_use_pct",
): Grade[] {
  if (!panel.context.provenance?.includes("simulated")) {
    throw new InputError({
      problem: "Only a simulated panel has a planted truth to be graded against",
      value: panel.context.provenance ?? panel.context.source,
      remedy: "make it with surveyPanel from simulatedEstimates of that scenario",
    });
  }
  const truth = plantedContrast(scenario, panel, outcome);
  const regression = { outcome, treatment: "treated" };
  const events = eventStudy(panel, { outcome, exposure: "favoured", reference: BASE_YEAR });
  const found: readonly (readonly [string, Term])[] = [
    ["two-way", twfe(panel, regression).term("treated")],
    [
      "event study, mean since 2019",
      averageEffect(events, (time) => time > BASE_YEAR, "mean").terms[0],
    ],
    [
      "two-way with regional trends",
      twfe(panel, { ...regression, trends: "unit" }).term("treated"),
    ],
  ];
  return found.map(([estimator, { estimate, standardError, low, high }]) => ({
    scenario,
    outcome,
    estimator,
    estimate,
    standardError,
    low,
    high,
    truth,
    covers: low <= truth && truth <= high,
  }));
}

const OUTCOME_WORDS: Readonly<Record<SimulatedOutcome, string>> = {
  internet_use_pct: "internet use",
  households_internet_pct: "households with internet",
  households_mobile_pct: "households with a mobile phone",
};

/** What the grades are about: "internet use". */
export function gradedOutcomes(grades: readonly Grade[]): string {
  return [...new Set(grades.map(({ outcome }) => OUTCOME_WORDS[outcome]))].join(", ");
}

/** One row per scenario and estimator. */
export function gradesTable(grades: readonly Grade[]): Table {
  const digits = (value: number) => formatNumber(value, 1);
  const words = grades.map(({ scenario, outcome }) =>
    `${scenario}: ${scenarioWords(scenario, outcome)}.`
  );
  return new Table({
    caption: `Simulated: what each estimator finds, and what is true (${
      gradedOutcomes(grades)
    }, percentage points)`,
    columns: [
      { key: "scenario", label: "Scenario" },
      { key: "estimator", label: "Estimator" },
      { key: "truth", label: "Truth", format: digits },
      { key: "estimate", label: "Estimate", format: digits },
      { key: "standardError", label: "Std. error", format: digits },
      { key: "covers", label: "Interval holds the truth" },
    ],
    rows: grades.map((grade) => ({ ...grade, covers: grade.covers ? "yes" : "no" })),
    notes: [...new Set(words)],
    source: GRADES_SOURCE,
  });
}
