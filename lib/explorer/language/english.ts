/** The explorer's English words: the pattern that every other language follows. */
import { InputError, type InputProblem } from "../../panel/errors.ts";
import { differenceUnit } from "../../study/show/words.ts";
import { SCENARIO_WORDS } from "../../study/simulation/scenario.ts";
import type { DataChoice, ErrorKey, EstimatorKey, TreatmentChoice } from "../choices.ts";
import { windowWords } from "../prepare.ts";
import { capital } from "./capital.ts";

/** How an error type is called in its menu, and what an interval rests on in a caption. */
interface ErrorWords {
  readonly label: string;
  readonly words: string;
}

/** Why the explorer itself refuses a view. */
type Refusal = Pick<InputProblem, "problem" | "value" | "remedy">;

export const ENGLISH = {
  explorer: "Explorer",
  simulatedData: "simulated data",
  simulatedOutcome: "simulated outcome",
  source: (source: string) => `Source: ${source}. Computed in your browser.`,
  cannotCompute: "Cannot be computed. ",
  /** A reason in the library's own English. */
  given: (reason: string) => reason,
  refused: (refusal: Refusal) => new InputError(refusal).message,
  refusals: {
    noStart: (estimator: string, _controls: string): Refusal => ({
      problem: `${estimator} needs first treated times, and a dose has none`,
      remedy: "choose a treated group, a threshold, or a two-way estimator",
    }),
    noControls: (estimator: string, controls: string): Refusal => ({
      problem: `${estimator} takes no baseline controls here`,
      value: controls,
      remedy: "untick the controls, or choose another estimator",
    }),
  },

  /** How units and times are called, from the study's own words for them. */
  units: (units: string) => units,
  time: (time: string) => time,
  effectUnit: differenceUnit,
  window: windowWords,
  /** Ends are null where there are none, which `missing` says. */
  interval: (low: string | null, high: string | null, missing: string) =>
    `${low ?? missing} to ${high ?? missing}`,
  noEndFound: "no end found",
  noIntervalFound: "no interval found",

  estimators: {
    twfe: "Two-way fixed effects",
    trends: "Two-way fixed effects, a trend per unit",
    events: "Event study, average after treatment",
    callaway: "Callaway & Sant’Anna",
    sunab: "Sun & Abraham",
    imputation: "Imputation (Borusyak, Jaravel & Spiess)",
    etwfe: "Extended two-way (Wooldridge)",
    lpdid: "Local projections",
    dcdh: "de Chaisemartin & D’Haultfœuille",
  } satisfies Record<EstimatorKey, string>,
  errors: {
    own: { label: "Clustered (default)", words: "clustered standard errors" },
    CR2: { label: "CR2, bias-reduced", words: "CR2 standard errors, Satterthwaite" },
    CV3: { label: "CV3, cluster jackknife", words: "CV3 jackknife standard errors" },
    HC1: { label: "HC1, not clustered", words: "HC1 standard errors, not clustered" },
    iid: {
      label: "iid, as if independent",
      words: "standard errors as if rows were independent",
    },
    dk: { label: "Driscoll–Kraay, 2 lags", words: "Driscoll–Kraay standard errors, 2 lags" },
    wild: { label: "Wild bootstrap (WCR-C)", words: "wild cluster bootstrap, WCR-C" },
    wildS: { label: "Wild bootstrap (WCR-S)", words: "wild cluster bootstrap, WCR-S" },
  } satisfies Record<ErrorKey, ErrorWords>,
  notBootstrap: (errors: string) => `${errors}, not the bootstrap`,

  finding: {
    perDose: (unit: string) => `for one more ${unit}`,
    /** `when` is null where each unit starts as it crosses. */
    threshold: (units: string, threshold: number, dose: string, when: number | null) =>
      `for ${units} with at least ${threshold} ${dose}${when === null ? "" : ` in ${when}`}`,
    group: (units: string, treated: string) => `for ${units} ${treated}`,
    sentence: (outcome: string, treatment: string, estimator: string, window: string) =>
      `${outcome}: the difference ${treatment}. ${estimator}, ${window}.`,
    sure: (interval: string, p: string, errors: string) =>
      `95 % interval ${interval}, ${p} (${errors})`,
  },
  specification: {
    threshold: (threshold: number, year: number) => `threshold ${threshold} in ${year}`,
    crossing: (threshold: number) => `threshold ${threshold}, crossing`,
    dose: "dose",
    weighted: (by: string) => `weighted by ${by}`,
    controls: (names: string) => `controls: ${names}`,
  },

  controls: {
    compared: "What is compared",
    which: (time: string) => `Which ${time === "year" ? "years" : "times"}`,
    estimated: "How it is estimated",
    sure: "How sure",
    simulated: "Real or simulated",
    outcome: "Outcome",
    treatment: "Treatment",
    treatments: {
      given: (given: string) => given,
      threshold: (_given: string, units: string) => `${capital(units)} that reach a threshold`,
      dose: () => "The dose itself, continuous",
    } satisfies Record<TreatmentChoice, (given: string, units: string) => string>,
    threshold: (dose: string) => `Threshold: ${dose}`,
    adoption: "Treated from",
    common: (from: number) => `${from}, all together`,
    crossing: "the time each crosses",
    year: "Dose read in",
    from: "From",
    to: "To",
    base: (time: string) => `Base ${time} of the event study`,
    dropped: (time: string) => `${time === "year" ? "Years" : "Times"} left out`,
    estimator: "Estimator",
    weights: "Weights",
    unweighted: "Each unit counts once",
    controls: (time: string) => `Controls, each × ${time}`,
    errors: "Standard errors",
    draws: "Bootstrap draws",
    bound: "M̄: how far trends may part",
    data: "Data",
    datasets: {
      real: "Real data",
      none: "Simulated: no effect",
      constant: "Simulated: constant effect",
      growing: "Simulated: growing effect",
      trends: "Simulated: unlike trends",
      mystery: "Simulated: a mystery",
    } satisfies Record<DataChoice, string>,
    seed: "Seed of the simulation",
    simulatedWhere: (where: string) => `Outcomes can be simulated where ${where}.`,
  },
  /** Where outcomes can be simulated. */
  simulatedWhere: {
    group: "the study has a treated group",
    before: (least: number) => `there are at least ${least} times before treatment`,
    balanced: "every unit is observed at every time",
  },

  views: {
    interval: "95 % interval",
    truth: "truth",
    working: "Working …",
    treatmentStarts: "treatment →",
    periods: "periods since treatment",
    tip: (time: string, estimate: string, interval: string) =>
      `${time}: ${estimate}\n95 %: ${interval}`,
  },
  events: {
    title: "Event study",
    allZero: (base: string, test: string) => `All effects before ${base} zero: ${test}`,
    plainF: (test: string) => `${test} (with few clusters F rejects too often)`,
    /** With the library's own reason. */
    noTest: (reason: string) => reason,
    band: "band that covers all of them",
    base: (base: string) => `base ${base}`,
    description: (outcome: string, test: string) => `Event study of ${outcome}. ${test}.`,
  },
  means: {
    title: "Raw means",
    /** Groups by size of dose, and by a threshold; others have names of their own. */
    groups: {
      high: "high dose",
      middle: "middle dose",
      low: "low dose",
      reached: "reach the threshold",
      below: "below the threshold",
    },
    description: (outcome: string, groups: string) =>
      `Raw means of ${outcome} over time: ${groups}.`,
  },
  map: {
    title: (year: number) => `Dose in ${year}`,
    sub: (dose: string) => dose,
    none: "The panel has no dose to draw.",
    outside: (year: number) => `The dose of ${year} lies outside the window.`,
    description: (dose: string, year: number, outlined: string) =>
      `Map of ${dose} in ${year}. ` +
      (outlined === "" ? "No area is outlined." : `Outlined: ${outlined}.`),
    treated: "treated",
    hatched: "hatched: assumed",
  },
  cells: {
    title: "Who is treated when",
    darker: "darker: a larger dose",
    coloured: "coloured: treated",
    description: (units: number, times: number) =>
      `Treatment of ${units} units over ${times} times.`,
  },
  tried: {
    title: "Estimates tried so far",
    count: (count: number) => count === 1 ? "One specification" : `${count} specifications`,
    sub: (count: string, others: number) =>
      `${count}${
        others === 0
          ? ""
          : `; ${others} more in other units ${others === 1 ? "is" : "are"} not drawn`
      }. Report them all, not the one that pleases.`,
    list: "As a list",
    now: "shown now",
    before: "tried before",
    again: "Show again",
    description: (count: string, interval: string) => `${count} tried, estimates from ${interval}.`,
  },
  honest: {
    title: "If trends were not parallel",
    at: (bound: number, interval: string) => `At M̄ = ${bound}: ${interval}`,
    noEnd: "no end",
    /** For the reason that the bounds give where an end is missing, and where they hold no value at all. */
    open: (reason: string, _interval: string) => reason,
    empty: (reason: string) => reason,
    others: "other bounds",
    edge: "an interval to the edge has no end",
    meaning:
      "Average of the event study, when departures afterwards are at most M̄ times the largest before",
    description: (words: string) => `Honest intervals of the average effect by M̄. ${words}.`,
  },

  game: {
    label: "Your guess of the true effect",
    placeholder: "your guess",
    show: "Show the truth",
    question: "What is the true mean effect?",
    elsewhere:
      "The effect was planted in the study’s own treated group. Choose that treatment again to guess it.",
    again: "Draw other data",
    truth: (effect: string, scenario: string) => `Truth: ${effect} (${scenario}).`,
    away: (distance: string) => ` Your guess was ${distance} away.`,
    scenarios: SCENARIO_WORDS,
  },
  actions: {
    code: "Copy as code",
    cell: "The notebook cell that reproduces this view",
    copied: "Copied: paste it into a notebook cell.",
    refused: "Copying is not allowed here: the cell is selected below.",
    link: "Copy link",
    linkCopied: "Link copied.",
    theLink: (address: string) => `The link: ${address}`,
    reset: "Reset",
    wasReset: "Back at the study’s own assumptions.",
  },
  work: {
    label: "Bootstrap draws",
    none: (reason: string) => reason,
    stop: "Stop",
    stopped: "Stopped: the interval above is the clustered one.",
    progress: (done: string, of: string) => `${done} of ${of} draws`,
  },
  link: {
    notRead: "The link could not be read in full:",
    more: (count: number) => `And ${count} more.`,
    unknown: (name: string) => `There is no assumption "${name}".`,
    twice: (name: string) => `${name} is given twice; the first counts.`,
    wrong: (name: string, text: string, allowed: string, kept: string) =>
      `${name} = "${text}" must be ${allowed}; ${kept === "" ? "the default" : kept} is used.`,
    leftOut: "left out",
    empty: "empty",
    oneOf: (choices: string) => `one of ${choices}`,
    someOf: (choices: string) => `some of ${choices}, with commas`,
    number: (low: number, high: number, whole: boolean, openLow: boolean) =>
      `a ${whole ? "whole " : ""}number ${openLow ? "above" : "from"} ${low} ${
        openLow ? "and at most" : "to"
      } ${high}`,
  },
};

/** Every word of the explorer in one language: a phrase that is missing is an error of types. */
export type Phrases = typeof ENGLISH;
