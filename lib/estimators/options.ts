import { InputError } from "../panel/errors.ts";
import type { CovarianceType } from "../regression/covariance.ts";
import { FIXEST_RULE, type SmallSampleRule } from "../regression/small-sample.ts";

/** Options that every two-way regression takes. */
export interface RegressionOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Columns that vary over time, entered as they are. Default none. */
  covariates?: readonly string[];
  /** Columns fixed over time (baselines), each interacted with every period but the first. Default none. */
  covariatesByTime?: readonly string[];
  /** Column of positive analytic weights. Default none. */
  weights?: string;
  /** Column, or columns, to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** Default "CR1", clustered by `cluster`, with fixest's small-sample rule. */
  covariance?: CovarianceType;
  /** Parts of the small-sample rule that differ from fixest's default. */
  smallSample?: Partial<SmallSampleRule>;
  /** "unit" adds a linear trend of its own to every unit. Default "none". */
  trends?: "none" | "unit";
  /** Column of groups that each get their own period effects. Default: one set of period effects for all. */
  timeEffectsBy?: string;
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

export const REGRESSION_OPTIONS: readonly (keyof RegressionOptions)[] = [
  "outcome",
  "covariates",
  "covariatesByTime",
  "weights",
  "cluster",
  "covariance",
  "smallSample",
  "trends",
  "timeEffectsBy",
  "confidenceLevel",
];

const CHOICES: Record<string, readonly string[]> = {
  covariance: ["iid", "HC1", "CR1"],
  trends: ["none", "unit"],
  "smallSample.fixedEffects": ["none", "nonNested", "full"],
  "smallSample.clusterCount": ["min", "conventional"],
  "smallSample.degreesOfFreedom": ["min", "conventional"],
};

/** Options of estimators that name one column, and those that list several. */
const COLUMN_OPTIONS: readonly string[] = ["weights", "timeEffectsBy"];
const LIST_OPTIONS: readonly string[] = ["covariates", "covariatesByTime"];

/**
 * Rejects options that do not exist, those required and not given, a level outside (0, 1) and, for what takes an outcome,
 * columns that are not named by text.
 */
export function checkKnown(
  options: object,
  allowed: readonly string[],
  required: readonly string[],
): void {
  checkObject(options, allowed);
  const given = options as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (allowed.includes(name)) continue;
    throw new InputError({
      problem: "There is no such option",
      value: name,
      remedy: `choose among ${allowed.join(", ")}`,
    });
  }
  for (const name of required) {
    if (typeof given[name] === "string") continue;
    throw new InputError({
      problem: `The ${name} is not given`,
      column: name,
      value: given[name],
      remedy: `name its column: { ${name}: "…" }`,
    });
  }
  // Elsewhere these words can mean something else (weights on event times, say).
  if (required.includes("outcome")) checkColumns(given);
  checkLevel(given.confidenceLevel);
}

/** Rejects what is no set of options at all. */
export function checkObject(options: unknown, allowed: readonly string[]): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new InputError({
    problem: "The options are not given as an object",
    value: options === undefined ? "nothing" : options,
    remedy: `write { ${allowed[0]}: … } with some of ${allowed.join(", ")}`,
  });
}

function checkColumns(given: Readonly<Record<string, unknown>>): void {
  for (const name of COLUMN_OPTIONS) checkColumn(name, given[name]);
  for (const name of LIST_OPTIONS) checkNames(name, given[name]);
  checkCluster(given.cluster);
}

/** Rejects what names no column. */
export function checkColumn(option: string, name: unknown): void {
  if (name === undefined || typeof name === "string") return;
  throw new InputError({
    problem: `The option ${option} must name one column`,
    column: option,
    value: shown(name),
    remedy: `write { ${option}: "…" }, or leave it out`,
  });
}

/** Rejects clusters that are neither a column nor a list with at least one. */
function checkCluster(cluster: unknown): void {
  if (cluster === undefined || typeof cluster === "string") return;
  const isList = Array.isArray(cluster) && cluster.length > 0 &&
    cluster.every((name) => typeof name === "string");
  if (isList) return;
  throw new InputError({
    problem: "The option cluster must name a column, or list at least one",
    column: "cluster",
    value: shown(cluster),
    remedy: 'write { cluster: "…" } or { cluster: ["…", "…"] }, or leave it out for the unit',
  });
}

/** A value as it would be written. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
}

/** Rejects a value that is not among the choices. */
export function checkOneOf(option: string, value: unknown, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new InputError({
    problem: `The option ${option} does not take this value`,
    value,
    remedy: `use one of ${choices.join(", ")}`,
  });
}

/** Rejects what is no function. @param example how it is written. */
export function checkFunction(option: string, value: unknown, example: string): void {
  if (typeof value === "function") return;
  throw new InputError({
    problem: `${option} must be a function`,
    column: option,
    value: typeof value === "object" ? JSON.stringify(value) : value,
    remedy: `write ${example}`,
  });
}

/** Rejects what is no list. */
export function checkList(option: string, value: unknown, example: string): void {
  if (Array.isArray(value)) return;
  throw new InputError({
    problem: `${option} must be a list`,
    column: option,
    value: typeof value === "object" ? JSON.stringify(value) : value,
    remedy: `write ${example}`,
  });
}

/** How the estimator is handed to what refits it. */
export const FIT_EXAMPLE = '(panel) => twfe(panel, { outcome: "…", treatment: "…" })';

/** A list of column names, none by default. @throws InputError when it is something else, a single name included. */
export function checkNames(option: string, names: unknown): readonly string[] {
  if (names === undefined) return [];
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  throw new InputError({
    problem: `The option ${option} must be a list of columns`,
    value: shown(names),
    remedy: `write { ${option}: ["…", "…"] }`,
  });
}

/** Rejects covariates that are the outcome or the treatment. */
export function checkDistinct(covariates: readonly string[], others: readonly unknown[]): void {
  const twice = covariates.find((name) => others.includes(name));
  if (twice === undefined) return;
  throw new InputError({
    problem: "A covariate is the outcome or the treatment",
    column: twice,
    remedy: "leave it out of covariates",
  });
}

/** Rejects options of a two-way regression that do not exist or whose value is not allowed, naming both. */
export function checkOptions(options: object, own: readonly string[]): void {
  const given = options as Record<string, unknown>;
  checkKnown(options, [...own, ...REGRESSION_OPTIONS], ["outcome"]);
  checkOneOf("covariance", given.covariance, CHOICES.covariance);
  checkOneOf("trends", given.trends, CHOICES.trends);
  checkSmallSample(given.smallSample);
}

/** Rejects parts of a small-sample rule that do not exist or whose value is not allowed. */
export function checkSmallSample(rule: unknown): void {
  if (rule === undefined) return;
  checkObject(rule, Object.keys(FIXEST_RULE));
  for (const [name, value] of Object.entries(rule as Record<string, unknown>)) {
    if (!Object.hasOwn(FIXEST_RULE, name)) {
      throw new InputError({
        problem: "There is no such part of the small-sample rule",
        value: name,
        remedy: `choose among ${Object.keys(FIXEST_RULE).join(", ")}`,
      });
    }
    checkOneOf(`smallSample.${name}`, value, CHOICES[`smallSample.${name}`] ?? [true, false]);
  }
}

function checkLevel(level: unknown): void {
  if (level === undefined || (typeof level === "number" && level > 0 && level < 1)) return;
  throw new InputError({
    problem: "confidenceLevel must lie between 0 and 1",
    value: level,
    remedy: "use for example 0.95",
  });
}
