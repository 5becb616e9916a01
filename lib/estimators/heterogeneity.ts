import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { completeSample } from "../panel/sample.ts";
import type { Estimate } from "./estimate.ts";
import { checkKnown, checkOneOf, REGRESSION_OPTIONS, type RegressionOptions } from "./options.ts";
import { twfe } from "./twfe.ts";
import { regressionSample } from "./two-way.ts";

export interface HeterogeneityOptions extends RegressionOptions {
  /** Column of the treatment: 0/1 or a dose. */
  treatment: string;
  /** Column fixed over time that effects may differ by: income, schooling, altitude. */
  moderator: string;
}

export interface InteractionOptions extends HeterogeneityOptions {
  /** Measure the moderator in standard deviations across units. Default true. */
  standardise?: boolean;
  /** Let units with another moderator follow another path anyway (moderator × period). Default true. */
  moderatorByTime?: boolean;
}

/**
 * Effect heterogeneity by interaction: yᵢₜ = αᵢ + λₜ + β Dᵢₜ + δ Dᵢₜ (mᵢ − m̄) + Σₛ θₛ mᵢ 1{t = s} + εᵢₜ.
 *
 * β is the effect at the mean of the moderator across the units used and δ how the effect changes with it. Without the
 * θₛ (moderatorByTime: false) δ also picks up any trend that goes with the moderator among the untreated.
 *
 * @returns terms "treatment" and "treatment × moderator", then covariates. The note says what one unit of
 *   the moderator is.
 */
export function interactionEffect(panel: Panel, options: InteractionOptions): Estimate {
  checkHeterogeneity(options, ["standardise", "moderatorByTime"]);
  checkOneOf("standardise", options.standardise, [true, false]);
  checkOneOf("moderatorByTime", options.moderatorByTime, [true, false]);
  const { moderator, standardise = true, moderatorByTime = true, ...regression } = options;
  const used = rowsUsed(panel, options);
  const { mean, deviation } = acrossUnits(used, moderator);
  const scale = standardise ? deviation : 1;
  const interaction = `${options.treatment} × ${moderator}`;
  const prepared = panel.with(
    interaction,
    (row) => row.value(options.treatment) * (row.value(moderator) - mean) / scale,
  );
  const unit = standardise ? `one standard deviation (${plain(deviation)})` : "one unit";
  return twfe(
    annotate(
      prepared,
      `Interaction measured per ${unit} of ${moderator} about its mean (${plain(mean)})`,
    ),
    {
      ...regression,
      treatment: [options.treatment, interaction],
      covariatesByTime: [
        ...(options.covariatesByTime ?? []),
        ...(moderatorByTime ? [moderator] : []),
      ],
    },
  );
}

export interface SplitOptions extends HeterogeneityOptions {
  /** Units at or below this value are "low". Default: the median across units. */
  at?: number;
}

/** Units behind each half of a split. */
export interface SplitCell {
  readonly half: "low" | "high";
  readonly units: number;
  /** Units that are treated (dose above zero) at some time. */
  readonly treated: number;
}

export interface SplitEffect {
  /** Terms "treatment | moderator low" and "treatment | moderator high", then covariates. */
  readonly estimate: Estimate;
  readonly at: number;
  readonly cells: readonly SplitCell[];
}

/**
 * Effect heterogeneity by splitting units at a value of the moderator: both halves in one regression with
 * period effects of their own, which equals two separate regressions but keeps the covariance between them.
 *
 * @throws InputError when a half has no treated or no untreated units.
 */
export function splitEffect(panel: Panel, options: SplitOptions): SplitEffect {
  checkHeterogeneity(options, ["at"]);
  const { moderator, at: cut, ...regression } = options;
  if (cut !== undefined && !Number.isFinite(cut)) {
    throw new InputError({
      problem: "The value to split at must be a finite number",
      column: "at",
      value: cut,
      remedy: `give a value of ${moderator}, or leave it out for the median`,
    });
  }
  if (options.timeEffectsBy !== undefined) {
    throw new InputError({
      problem: "A split gives each half its own period effects",
      column: "timeEffectsBy",
      value: options.timeEffectsBy,
      remedy: "leave timeEffectsBy out",
    });
  }
  const { panel: known } = completeSample(panel, [moderator]);
  const used = rowsUsed(panel, options);
  const at = cut ?? acrossUnits(used, moderator).median;
  const half = `${moderator} half`;
  const [low, high] = [
    `${options.treatment} | ${moderator} low`,
    `${options.treatment} | ${moderator} high`,
  ];
  const isLow = (value: number) => value <= at;
  const prepared = known
    .with(half, (row) => isLow(row.value(moderator)) ? "low" : "high")
    .with(low, (row) => isLow(row.value(moderator)) ? row.value(options.treatment) : 0)
    .with(high, (row) => isLow(row.value(moderator)) ? 0 : row.value(options.treatment));
  const cells = countCells(
    rowsUsed(prepared, { ...options, timeEffectsBy: half }),
    options.treatment,
    half,
  );
  for (const cell of cells) requireBothArms(cell, moderator, at);
  const estimate = twfe(
    annotate(prepared, `Split at ${moderator} = ${plain(at)} (low: at or below)`),
    {
      ...regression,
      treatment: [low, high],
      timeEffectsBy: half,
    },
  );
  requireBothEffects(estimate, [low, high], moderator, at);
  return { estimate, at, cells };
}

function checkHeterogeneity(options: HeterogeneityOptions, own: readonly string[]): void {
  const known = ["treatment", "moderator", ...own, ...REGRESSION_OPTIONS];
  checkKnown(options, known, ["outcome", "treatment", "moderator"]);
}

/** The rows that the regression uses: what the moderator is described over. */
function rowsUsed(panel: Panel, options: HeterogeneityOptions): Panel {
  return regressionSample(panel, options, [options.treatment, options.moderator]).panel;
}

function requireBothEffects(
  estimate: Estimate,
  names: readonly string[],
  moderator: string,
  at: number,
): void {
  const lost = estimate.design.droppedColumns.find(({ name }) => names.includes(name));
  if (lost === undefined) return;
  throw new InputError({
    problem: `The effect "${lost.name}" cannot be estimated: it is ${lost.reason}`,
    column: moderator,
    value: at,
    remedy: "each half needs units whose treatment differs in some period: split at another value",
  });
}

function countCells(panel: Panel, treatment: string, half: string): SplitCell[] {
  const dose = panel.numeric(treatment);
  const halves = panel.text(half);
  const peak = new Float64Array(panel.units.length);
  const side: string[] = new Array(panel.units.length).fill("");
  for (let i = 0; i < panel.rows; i++) {
    peak[panel.unit[i]] = Math.max(peak[panel.unit[i]], dose[i]);
    side[panel.unit[i]] = halves[i];
  }
  return (["low", "high"] as const).map((name) => ({
    half: name,
    units: side.filter((s) => s === name).length,
    treated: side.filter((s, u) => s === name && peak[u] > 0).length,
  }));
}

function requireBothArms({ half, units, treated }: SplitCell, moderator: string, at: number): void {
  if (units >= 2 && treated >= 1) return;
  throw new InputError({
    problem:
      `The ${half} half has ${units} units of which ${treated} treated, so no effect can be estimated in it`,
    column: moderator,
    value: at,
    remedy: "split at another value, or use interactionEffect(...)",
  });
}

/** Mean, standard deviation and median of a fixed column, one value per unit. */
function acrossUnits(
  panel: Panel,
  column: string,
): { mean: number; deviation: number; median: number } {
  const values = panel.numeric(column);
  const byUnit = new Float64Array(panel.units.length).fill(NaN);
  for (let i = 0; i < panel.rows; i++) {
    const unit = panel.unit[i];
    if (Number.isNaN(byUnit[unit])) byUnit[unit] = values[i];
    else if (byUnit[unit] !== values[i]) {
      throw new InputError({
        problem: "The moderator must be fixed over time within a unit",
        column,
        rows: panel.describeRows([i]),
        value: values[i],
        remedy: "use a baseline value (before treatment)",
      });
    }
  }
  const sorted = byUnit.slice().sort();
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(
    sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1),
  );
  if (!(deviation > 0)) {
    throw new InputError({
      problem: "The moderator does not vary across units",
      column,
      value: mean,
      remedy: "choose a moderator that differs between units",
    });
  }
  return { mean, deviation, median: (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2 };
}

function annotate(panel: Panel, note: string): Panel {
  return panel.about({ notes: [...(panel.context.notes ?? []), note] });
}

function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}
