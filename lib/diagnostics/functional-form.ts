import { mainEffect } from "../estimators/main-effect.ts";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { requireShares } from "../panel/treatment.ts";
import type { Term } from "../estimators/estimate.ts";
import { checkFunction, checkKnown, FIT_EXAMPLE } from "../estimators/options.ts";
import { JOINT_TEST_WORDS, type JointTest } from "../estimators/wald.ts";
import type { Fit } from "../inference/refits.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { type CellValue, Table } from "../tables/table.ts";
import { meanOfTreated, requireTop } from "./functional-form/cells.ts";
import {
  builtInScale,
  onScale,
  requireScales,
  type Scale,
  SCALE_NAMES,
  type ScaleName,
} from "./functional-form/scales.ts";
import { preTrendSlope, preTrendTest } from "./pre-trends.ts";

export type { Scale, ScaleName };

export interface FunctionalFormOptions {
  /** Column of the outcome; it is replaced by its transformation before `fit` and `events` see the panel. */
  readonly outcome: string;
  /** The estimator: `(panel) => twfe(panel, { outcome, treatment })`. */
  readonly fit: Fit;
  /** An event study of the same outcome, for pre-trends on each scale. Default: pre-trends are not looked at. */
  readonly events?: Fit;
  /** First treated time of the event study. Default: the first time after its base period. */
  readonly treatedFrom?: number;
  /** 100 or 1 when the outcome is a share; opens the scales for shares. */
  readonly shareOf?: number;
  /** Names, or scales of one's own. Default: level and log; for shares also logit, logRest and cloglog. */
  readonly scales?: readonly (ScaleName | Scale)[];
  /** Column that is 1 in treated cells and 0 elsewhere: effects are put back into points at their mean outcome. */
  readonly treated?: string;
  /** Name of the effect. Default: the only one. */
  readonly term?: string;
}

/** The effect in the outcome's own units at the mean of the treated cells. */
export interface InPoints {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** What the study finds on one scale. */
export interface ScaleResult {
  readonly scale: string;
  readonly label: string;
  /** What a difference on the scale is. */
  readonly meaning: string;
  /** The effect on the scale; null where it cannot be computed. */
  readonly term: Term | null;
  readonly points: InPoints | null;
  /** Joint test of the effects before treatment, and their slope, on the scale. */
  readonly preTrend: JointTest | null;
  readonly preTrendSlope: Term | null;
  /** Why something is null. */
  readonly reasons: readonly string[];
}

/** One study on several scales of its outcome. */
export interface FunctionalForm {
  readonly outcome: string;
  readonly results: readonly ScaleResult[];
  /** Mean outcome of the treated cells, at which points are computed; null when they are not named. */
  readonly treatedMean: number | null;
  /** True when all scales that could be computed give the effect the same sign. */
  readonly signsAgree: boolean;
  readonly notes: readonly string[];
  readonly citation: string;
  toTable(): Table;
}

const CITATION = "Roth & Sant'Anna (2023), Econometrica 91(2)";
const OPTIONS: readonly (keyof FunctionalFormOptions)[] = [
  "outcome",
  "fit",
  "events",
  "treatedFrom",
  "shareOf",
  "scales",
  "treated",
  "term",
];

/**
 * Does the answer depend on the scale of the outcome? Parallel trends in levels, in logs and in log odds are different
 * assumptions: unless both groups start equal or nothing changes, one of them in general excludes the others. The estimator is
 * run on each scale, with its pre-trends there.
 *
 * In points: with m the mean outcome of the treated cells and β the effect on scale h, the effect is m − h⁻¹(h(m) − β): the
 * mean less what it would have been without treatment. The ends of the interval go through the same formula.
 *
 * @throws InputError when the outcome is not a numeric column, a share lies outside its range, or no scale can be computed. A
 *   scale that does not take some cells (zeros in logs) is reported with these rows, and no row is dropped for it.
 * Source: Roth & Sant'Anna (2023), propositions 1–3. Their test of the implied density of untreated outcomes needs outcomes of
 * persons; means of regions do not carry it.
 */
export function functionalForm(panel: Panel, options: FunctionalFormOptions): FunctionalForm {
  checkKnown(options, OPTIONS, ["outcome"]);
  const { outcome, shareOf } = options;
  checkFunction("fit", options.fit, FIT_EXAMPLE);
  if (options.events !== undefined) checkFunction("events", options.events, FIT_EXAMPLE);
  panel.numeric(outcome);
  if (shareOf !== undefined) requireShares(panel, outcome, requireTop(shareOf));
  const names = options.scales ??
    (shareOf === undefined ? SCALE_NAMES.slice(0, 2) : SCALE_NAMES);
  requireScales(names);
  const scales = names.map((name) => typeof name === "string" ? builtInScale(name, shareOf) : name);
  const treatedMean = options.treated === undefined
    ? null
    : meanOfTreated(panel, outcome, options.treated);
  const results = scales.map((scale) => resultOn(panel, scale, options, treatedMean));
  const effects = results.flatMap(({ term }) => term === null ? [] : [term.estimate]);
  if (effects.length === 0) {
    throw new InputError({
      problem: `The effect cannot be computed on any scale: ${results[0].reasons[0]}`,
      column: outcome,
      remedy: 'check the estimator, or add the scale "level"',
    });
  }
  const parts = {
    outcome,
    results,
    treatedMean,
    signsAgree: new Set(effects.map(Math.sign)).size === 1,
    notes: [
      "parallel trends on one scale in general exclude them on the others, unless the groups start equal or nothing changes",
      ...(treatedMean === null ? [] : [
        `in points: m − h⁻¹(h(m) − β) at the mean of the treated cells, m = ${
          formatSignificant(treatedMean)
        }`,
      ]),
      ...results.flatMap(({ scale, reasons }) => reasons.map((reason) => `${scale}: ${reason}`)),
    ],
    citation: CITATION,
  };
  return { ...parts, toTable: () => formTable(parts) };
}

function resultOn(
  panel: Panel,
  scale: Scale,
  options: FunctionalFormOptions,
  treatedMean: number | null,
): ScaleResult {
  const { outcome, fit, events, treatedFrom } = options;
  const reasons: string[] = [];
  const attempt = <T>(what: string, compute: () => T): T | null => {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      reasons.push(what === "" ? error.message : `${what}: ${error.message}`);
      return null;
    }
  };
  const on = attempt("", () => onScale(panel, outcome, scale));
  const term = on === null ? null : attempt("effect", () => mainEffect(fit(on), options.term));
  const study = on === null || events === undefined
    ? null
    : attempt("pre-trends", () => events(on));
  const window = treatedFrom === undefined ? {} : { treatedFrom };
  return {
    scale: scale.name,
    label: scale.label,
    meaning: scale.meaning,
    term,
    points: term === null || treatedMean === null
      ? null
      : attempt("in points", () => inPoints(term, scale, treatedMean)),
    preTrend: study === null ? null : attempt("pre-trends", () => preTrendTest(study, window)),
    preTrendSlope: study === null
      ? null
      : attempt("pre-trend slope", () => preTrendSlope(study, window).terms[0]),
    reasons,
  };
}

function inPoints(
  { estimate, low, high }: Term,
  { forward, inverse, name }: Scale,
  mean: number,
): InPoints {
  const [centre, from, to] = [estimate, low, high].map((effect) =>
    mean - inverse(forward(mean) - effect)
  );
  if (![centre, from, to].every(Number.isFinite)) {
    throw new InputError({
      problem: `The scale "${name}" does not lead back from these effects to the outcome`,
      value: estimate,
      remedy: "read the effect on the scale itself",
    });
  }
  return { estimate: centre, low: from, high: to };
}

/** Which joint test of pre-trends stands beside the scales, and why not the default; scales are named where they differ. */
export function preTrendNotes(results: readonly ScaleResult[]): string[] {
  const tests = results.flatMap(({ preTrend, label }) =>
    preTrend === null ? [] : [{
      label,
      words: [`${preTrend.test}, ${JOINT_TEST_WORDS[preTrend.test]}`, ...preTrend.notes].join(". "),
    }]
  );
  const kinds = [...Map.groupBy(tests, ({ words }) => words)];
  return kinds.map(([words, of]) =>
    `p of no pre-trends${
      kinds.length === 1 ? "" : `, ${of.map(({ label }) => label).join(", ")}`
    }: ${words}`
  );
}

function formTable(found: Omit<FunctionalForm, "toTable">): Table {
  const { results, treatedMean, signsAgree } = found;
  const number = formatSignificant;
  return new Table({
    caption: `${found.outcome}: the sign of the effect ${
      signsAgree ? "is the same on every scale" : "depends on the scale"
    }`,
    columns: [
      { key: "scale", label: "Scale" },
      { key: "estimate", label: "Effect on it", format: number, align: "right" },
      { key: "standardError", label: "Std. error", format: number, align: "right" },
      { key: "pValue", label: "p", format: formatP, align: "right" },
      ...(treatedMean === null ? [] : [
        { key: "points", label: "In points", format: number, align: "right" as const },
        { key: "low", label: "from", format: number, align: "right" as const },
        { key: "high", label: "to", format: number, align: "right" as const },
      ]),
      ...(results.every(({ preTrend }) => preTrend === null) ? [] : [
        { key: "preTrend", label: "p of no pre-trends", format: formatP, align: "right" as const },
        { key: "slope", label: "t of their slope", format: number, align: "right" as const },
      ]),
    ],
    rows: results.map((result): Record<string, CellValue> => ({
      scale: `${result.label} (${result.meaning})`,
      estimate: result.term?.estimate ?? null,
      standardError: result.term?.standardError ?? null,
      pValue: result.term?.pValue ?? null,
      points: result.points?.estimate ?? null,
      low: result.points?.low ?? null,
      high: result.points?.high ?? null,
      preTrend: result.preTrend?.pValue ?? null,
      slope: result.preTrendSlope?.statistic ?? null,
    })),
    notes: [...found.notes, ...preTrendNotes(results), CITATION],
  });
}
