import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";
import { requireAnswers, requireCompany, requireYesNo } from "./checks.ts";
import { type SurveyDesign, surveyDesign } from "./design.ts";
import { codeDomains, type Domain, domainLabel } from "./domains.ts";
import { surveyInterval } from "./interval.ts";
import { domainCovariance } from "./covariance.ts";
import { type DomainRatios, domainRatios } from "./linearisation.ts";
import { SurveyEstimates, type SurveyRow, type YearCovariance } from "./result.ts";
import { type Settings, settingsOf, type SurveyOptions } from "./settings.ts";
import { stackEstimates } from "./stack.ts";
import { type SurveyVariable, variableName, variableValues } from "./variable.ts";

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
    method: `of ${subpopulation?.label ?? "all rows"}, strata ${settings.stratum}, ` +
      `lonely "${settings.lonely}", ${settings.interval} intervals`,
  });
}

/** Sums of equal answers differ by rounding only: an error below this part of the estimate is none. */
const ROUNDING = 1e-13;

function whyUnknown(clusters: number): string {
  return clusters === 1
    ? "the domain has one cluster only, which does not tell how clusters differ"
    : "every stratum of the domain has one cluster only";
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
  if (!known) reasons.push(`no standard error: ${whyUnknown(ratios.clusters[d])}`);
  const negligible = (ROUNDING * estimate) ** 2;
  const standardError = !known ? null : variance > negligible ? Math.sqrt(variance) : 0;
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
  const designEffect = standardError !== null && rows > 1 && simple > negligible
    ? standardError ** 2 / simple
    : null;
  if (known && designEffect === null) {
    reasons.push("no design effect: answers do not vary within the domain");
  }
  if (designEffect === 0) reasons.push("no effective rows: clusters do not differ");
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
    // An error of zero tells that the sample shows no variation, not that there is none.
    reliable: variation === null || standardError === 0
      ? null
      : variation <= settings.unreliableAbove,
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
