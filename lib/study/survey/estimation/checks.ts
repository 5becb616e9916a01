import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";
import type { SurveyDesign } from "./design.ts";
import { type Domain, domainLabel } from "./domains.ts";
import { LONELY_RULES } from "./covariance.ts";
import { type DomainRatios } from "./linearisation.ts";

/** A share is of answers that are 1, 0 or missing. */
export function requireYesNo(table: SurveyTable, name: string, values: Float64Array): void {
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

/** Every domain has an answer and a denominator. */
export function requireAnswers(
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

/** No stratum has one cluster only (rule "fail"). */
export function requireCompany(
  table: SurveyTable,
  design: SurveyDesign,
  alone: readonly number[],
): void {
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
