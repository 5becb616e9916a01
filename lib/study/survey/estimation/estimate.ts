import { checkKnown, checkOneOf } from "../../../estimators/options.ts";
import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";
import { STRATUM_RULES, type StratumRule, type SurveyDesign, surveyDesign } from "./design.ts";
import { codeDomains, type Domain, DOMAIN_NAMES, domainLabel, type DomainName } from "./domains.ts";
import { type IntervalKind, surveyInterval } from "./interval.ts";
import {
  domainCovariance,
  type DomainRatios,
  domainRatios,
  LONELY_RULES,
  type LonelyRule,
} from "./linearisation.ts";
import { SurveyEstimates, type SurveyRow, type YearCovariance } from "./result.ts";
import { type SurveyVariable, variableName, variableValues } from "./variable.ts";

export interface SurveyOptions {
  /** Columns whose crossing makes the domains. Default: none, the whole country. */
  readonly by?: DomainName | readonly DomainName[];
  /** Rows that the question is about; the others stay in the design with a score of zero. Default: all. */
  readonly subpopulation?: {
    readonly label: string;
    readonly includes: (table: SurveyTable, row: number) => boolean;
  };
  /** What a stratum with one cluster adds to the variance. Default "fail": an error that names the strata. */
  readonly lonely?: LonelyRule;
  /** Default "estrato", as INEI's files describe it. */
  readonly stratum?: StratumRule;
  /** Default "logit" for shares, "normal" for means and ratios. */
  readonly interval?: IntervalKind;
  /** Default 0.95. */
  readonly confidenceLevel?: number;
  /**
   * Coefficient of variation above which a row is marked "referential". Default 0.15: an assumption of this project (a
   * common rule of statistics offices), not a rule that we have read from INEI.
   */
  readonly unreliableAbove?: number;
}

const OPTIONS = [
  "by",
  "subpopulation",
  "lonely",
  "stratum",
  "interval",
  "confidenceLevel",
  "unreliableAbove",
];

type Tables = SurveyTable | readonly SurveyTable[];

/**
 * Weighted shares of a yes/no variable (1, 0, NaN missing) by domain and year, with design-based standard errors.
 *
 * @param tables one year or several; every year is a sample of its own.
 * @throws InputError for a variable that does not exist, is missing throughout a domain or holds other values than 0 and 1;
 *   for weights that are not positive; for strata with one cluster under "fail".
 */
export function surveyShare(
  tables: Tables,
  variable: SurveyVariable,
  options: SurveyOptions = {},
): SurveyEstimates {
  return estimates("share", tables, variable, null, options);
}

/** Weighted means by domain and year; see `surveyShare`. */
export function surveyMean(
  tables: Tables,
  variable: SurveyVariable,
  options: SurveyOptions = {},
): SurveyEstimates {
  return estimates("mean", tables, variable, null, options);
}

/** Ratios of weighted totals, Σwy/Σwx, by domain and year ("income per member"); see `surveyShare`. */
export function surveyRatio(
  tables: Tables,
  numerator: SurveyVariable,
  denominator: SurveyVariable,
  options: SurveyOptions = {},
): SurveyEstimates {
  return estimates("ratio", tables, numerator, denominator, options);
}

/** Estimates of one variable from several years, when these are read one after the other. */
export function stackEstimates(parts: readonly SurveyEstimates[]): SurveyEstimates {
  if (parts.length === 0) {
    throw new InputError({ problem: "There are no estimates", remedy: "pass one a year" });
  }
  const [first] = parts;
  const other = parts.find((part) =>
    part.variable !== first.variable || part.kind !== first.kind ||
    part.by.join() !== first.by.join() || part.confidenceLevel !== first.confidenceLevel
  );
  if (other !== undefined) {
    throw new InputError({
      problem: `Estimates of ${first.variable} by ${first.by.join(" × ")} cannot be stacked with ` +
        `${other.variable} by ${other.by.join(" × ")}`,
      remedy: "stack the same variable, estimated with the same options",
    });
  }
  const years = parts.flatMap((part) => part.covariances.map(({ year }) => year));
  const twice = years.find((year, k) => years.indexOf(year) !== k);
  if (twice !== undefined) {
    throw new InputError({
      problem: "A year is there more than once",
      value: twice,
      remedy: "pass every year once",
    });
  }
  return new SurveyEstimates({
    ...first,
    rows: parts.flatMap((part) => part.rows),
    covariances: parts.flatMap((part) => part.covariances),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
    provenance: parts.some((part) => part.provenance === "simulated") ? "simulated" : "published",
    source: [...new Set(parts.map((part) => part.source))].join("; "),
  });
}

interface Settings {
  readonly kind: "share" | "mean" | "ratio";
  readonly by: readonly DomainName[];
  readonly lonely: LonelyRule;
  readonly stratum: StratumRule;
  readonly interval: IntervalKind;
  readonly confidenceLevel: number;
  readonly unreliableAbove: number;
  readonly subpopulation: SurveyOptions["subpopulation"];
}

function settingsOf(kind: Settings["kind"], options: SurveyOptions): Settings {
  checkKnown(options, OPTIONS, []);
  checkOneOf("lonely", options.lonely, LONELY_RULES);
  checkOneOf("stratum", options.stratum, STRATUM_RULES);
  checkOneOf("interval", options.interval, ["logit", "normal"]);
  const by = options.by === undefined ? [] : [options.by].flat();
  for (const name of by) checkOneOf("by", name, DOMAIN_NAMES);
  const unreliableAbove = options.unreliableAbove ?? 0.15;
  if (!(unreliableAbove > 0)) {
    throw new InputError({
      problem: "The option unreliableAbove must be a positive number",
      value: unreliableAbove,
      remedy: "use 0.15 for 15 %",
    });
  }
  if (kind !== "share" && options.interval === "logit") {
    throw new InputError({
      problem: "A logit interval is for shares",
      column: "interval",
      value: "logit",
      remedy: 'use "normal" for means and ratios',
    });
  }
  return {
    kind,
    by,
    lonely: options.lonely ?? "fail",
    stratum: options.stratum ?? "estrato",
    interval: options.interval ?? (kind === "share" ? "logit" : "normal"),
    confidenceLevel: options.confidenceLevel ?? 0.95,
    unreliableAbove,
    subpopulation: options.subpopulation,
  };
}

function estimates(
  kind: Settings["kind"],
  tables: Tables,
  numerator: SurveyVariable,
  denominator: SurveyVariable | null,
  options: SurveyOptions,
): SurveyEstimates {
  const settings = settingsOf(kind, options);
  const name = variableName(numerator) +
    (denominator === null ? "" : ` per ${variableName(denominator)}`);
  const years = [tables].flat() as readonly SurveyTable[];
  const parts = years.map((table) => {
    const y = variableValues(table, numerator);
    const x = denominator === null ? null : variableValues(table, denominator);
    if (kind === "share") requireYesNo(table, name, y);
    return oneYear(table, name, y, x, settings);
  });
  return stackEstimates(parts);
}

function oneYear(
  table: SurveyTable,
  name: string,
  y: Float64Array,
  x: Float64Array | null,
  settings: Settings,
): SurveyEstimates {
  const design = surveyDesign(table, settings.stratum);
  const { subpopulation } = settings;
  const { codes, domains } = codeDomains(
    table,
    settings.by,
    subpopulation === undefined ? () => true : (row) => subpopulation.includes(table, row),
  );
  if (domains.length === 0) {
    throw new InputError({
      problem: `No row of the ${table.module} of ${table.year} is in the subpopulation`,
      value: subpopulation?.label,
      remedy: "check how it is chosen",
    });
  }
  const ratios = domainRatios(design, y, x, codes, domains.length);
  requireAnswers(table, name, domains, ratios);
  const { matrix, lonelyStrata } = domainCovariance(design, ratios, settings.lonely);
  const alone = [...new Set(lonelyStrata.flat())];
  if (settings.lonely === "fail") requireCompany(table, design, alone);
  const rows = domains.map((domain, d) =>
    describeRow(table.year, domain, ratios, d, matrix[d * domains.length + d], settings)
  );
  const covariance: YearCovariance = { year: table.year, domains, matrix };
  return new SurveyEstimates({
    variable: name,
    kind: settings.kind,
    by: settings.by,
    rows,
    covariances: [covariance],
    confidenceLevel: settings.confidenceLevel,
    notes: notesOf(settings, design, alone),
    provenance: table.provenance,
    source: table.source,
  });
}

function describeRow(
  year: number,
  domain: Domain,
  ratios: DomainRatios,
  d: number,
  variance: number,
  settings: Settings,
): SurveyRow {
  const reasons: string[] = [];
  const [estimate, rows] = [ratios.ratio[d], ratios.rows[d]];
  const known = !Number.isNaN(variance);
  if (!known) reasons.push("no standard error: every stratum of the domain has one cluster only");
  const standardError = known ? Math.sqrt(Math.max(variance, 0)) : null;
  const degreesOfFreedom = ratios.clusters[d] - ratios.strata[d];
  const interval = standardError === null ? null : surveyInterval(
    estimate,
    standardError,
    degreesOfFreedom,
    settings.confidenceLevel,
    settings.interval,
  );
  if (interval !== null && "reason" in interval) reasons.push(interval.reason);
  const ends = interval === null || "reason" in interval ? { low: null, high: null } : interval;
  const simple = ratios.simpleVariance[d];
  const designEffect = known && rows > 1 && simple > 0 ? variance / simple : null;
  if (known && designEffect === null) {
    reasons.push("no design effect: answers do not vary within the domain");
  }
  const variation = standardError === null || estimate === 0
    ? null
    : standardError / Math.abs(estimate);
  if (estimate === 0) reasons.push("no coefficient of variation: the estimate is zero");
  return {
    year,
    domain,
    label: domainLabel(domain),
    estimate,
    standardError,
    ...ends,
    variation,
    reliable: variation === null ? null : variation <= settings.unreliableAbove,
    degreesOfFreedom,
    designEffect,
    effectiveRows: designEffect === null || designEffect === 0 ? null : rows / designEffect,
    rows,
    missing: ratios.missing[d],
    clusters: ratios.clusters[d],
    strata: ratios.strata[d],
    represents: ratios.base[d],
    reasons,
  };
}

function notesOf(settings: Settings, design: SurveyDesign, alone: readonly number[]): string[] {
  const { lonely, subpopulation } = settings;
  return [
    `Taylor linearisation; clusters CONGLOME within ${
      settings.stratum === "estrato" ? "ESTRATO" : "ESTRATO of the region"
    }, drawn with replacement; t with clusters less strata degrees of freedom; ${settings.interval} intervals.`,
    ...(subpopulation === undefined ? [] : [`Of: ${subpopulation.label}.`]),
    ...(alone.length === 0
      ? []
      : [`${alone.length} of ${design.strata.length} strata have one cluster: rule "${lonely}".`]),
    `A coefficient of variation above ${
      100 * settings.unreliableAbove
    } % would be marked "referential" (an assumed threshold).`,
  ];
}

function requireYesNo(table: SurveyTable, name: string, values: Float64Array): void {
  const rows: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1 && !Number.isNaN(values[i])) rows.push(i);
  }
  if (rows.length === 0) return;
  throw new InputError({
    problem: `A share needs answers of 1, 0 or missing (${table.module} of ${table.year})`,
    column: name,
    rows,
    value: values[rows[0]],
    remedy: "recode the variable, or use surveyMean",
  });
}

function requireAnswers(
  table: SurveyTable,
  name: string,
  domains: readonly Domain[],
  ratios: DomainRatios,
): void {
  const empty = domains.filter((_, d) => ratios.rows[d] === 0);
  if (empty.length > 0) {
    throw new InputError({
      problem: `The variable is missing in every row of ${
        empty.slice(0, 5).map(domainLabel).join("; ")
      }${
        empty.length > 5 ? ` and ${empty.length - 5} more` : ""
      } (${table.module} of ${table.year})`,
      column: name,
      remedy: "check that it was asked in this year and of these people, or leave them out",
    });
  }
  const zero = domains.filter((_, d) => !(ratios.base[d] !== 0));
  if (zero.length > 0) {
    throw new InputError({
      problem: `The denominator adds up to zero in ${domainLabel(zero[0])} (${table.year})`,
      column: name,
      remedy: "choose another denominator or wider domains",
    });
  }
}

function requireCompany(table: SurveyTable, design: SurveyDesign, alone: readonly number[]): void {
  if (alone.length === 0) return;
  throw new InputError({
    problem:
      `${alone.length === 1 ? "A stratum has" : `${alone.length} strata have`} one cluster only, ` +
      `so that the variance within cannot be estimated (${table.module} of ${table.year})`,
    column: "estrato",
    value: alone.slice(0, 5).map((h) => design.strata[h]).join(", "),
    remedy: `choose what such a stratum adds with lonely: ${
      LONELY_RULES.filter((rule) => rule !== "fail").map((rule) => `"${rule}"`).join(", ")
    }`,
  });
}
