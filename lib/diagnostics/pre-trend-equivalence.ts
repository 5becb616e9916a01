import type { Estimate } from "../estimators/estimate.ts";
import { formatP, formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import {
  checkChoices,
  type EquivalenceMeasure,
  type PreTrendEquivalenceOptions,
} from "./equivalence/choices.ts";
import { type EquivalenceRow, MEASURES, rowOf } from "./equivalence/measures.ts";
import { againstBase } from "./event-base.ts";
import { preTrends } from "./pre-trends.ts";

export type { EquivalenceMeasure, EquivalenceRow, PreTrendEquivalenceOptions };

/** Whether pre-trends are shown to be small. */
export interface PreTrendEquivalence {
  readonly measure: EquivalenceMeasure;
  readonly method: string;
  /** The estimated measure. */
  readonly value: number;
  readonly bound: number | null;
  readonly level: number;
  /** p of "the measure is at or above the bound"; null without a bound. */
  readonly pValue: number | null;
  /** True when p < level: pre-trends are shown to be below the bound. Null without a bound. */
  readonly equivalent: boolean | null;
  /** The smallest bound at which pre-trends would be shown small at the level. */
  readonly smallestBound: number;
  readonly rows: readonly EquivalenceRow[];
  readonly notes: readonly string[];
  readonly citation: string;
  toTable(): Table;
}

const CITATION = "Dette & Schumann (2024), Journal of Business & Economic Statistics 42";
const WORDS: Record<EquivalenceMeasure, string> = {
  maximum: "largest |effect| before treatment",
  mean: "|mean effect| before treatment",
  rootMeanSquare: "root mean square of the effects before treatment",
};

/**
 * Equivalence tests of pre-trends: the null is that effects before treatment are *large*, so that rejecting it shows them
 * small, which failing to reject "they are zero" never does.
 *
 * - maximum: every |β̂_t| must be below the quantile of a folded normal about the bound (intersection–union, eq. 3.1 and
 *   section 3.1), or the largest below that of a bootstrap on the boundary;
 * - mean: the same for the mean effect (eq. 3.2);
 * - root mean square: β̂²_RMS against bound² and its own spread over growing subsamples (eqs. 3.3 and 3.4).
 *
 * @throws InputError when there is no effect before treatment, or an option does not fit the measure.
 * Source: Dette & Schumann (2024); Hartman & Hidalgo (2018), American Journal of Political Science 62, for two one-sided tests.
 */
export function preTrendEquivalence(
  estimate: Estimate,
  options: PreTrendEquivalenceOptions = {},
): PreTrendEquivalence {
  checkChoices(options);
  const { bound = null, level = 0.05, measure = "maximum" } = options;
  const { estimate: events, before: terms, base } = preTrends(estimate, options);
  const rows = terms.map((term) => rowOf(term, bound, level, options.reference));
  const found = MEASURES[measure](events, terms, rows, refitted(options, base), bound, level);
  const parts = {
    measure,
    bound,
    level,
    ...found,
    equivalent: found.pValue === null ? null : found.pValue < level,
    rows,
    notes: [
      `${terms.length} ${
        terms.length === 1 ? "effect" : "effects"
      } before treatment; base period ${base}`,
      ...found.notes,
      ...(rows.some(({ smallestBound }) => smallestBound === 0)
        ? [
          "a smallest bound of zero: so near to zero that the folded test shows any bound; read the two one-sided tests",
        ]
        : []),
    ],
    citation: CITATION,
  };
  return { ...parts, toTable: () => equivalenceTable(parts) };
}

/** Refits are measured against the same base period. */
function refitted(options: PreTrendEquivalenceOptions, base: number): PreTrendEquivalenceOptions {
  const { fit } = options;
  return fit === undefined
    ? options
    : { ...options, fit: (panel) => againstBase(fit(panel), base) };
}

function equivalenceTable(found: Omit<PreTrendEquivalence, "toTable">): Table {
  const { measure, bound, equivalent, level, smallestBound, pValue, value, rows } = found;
  const measured = `${WORDS[measure]}: ${formatSignificant(value, 3)}`;
  return new Table({
    caption: bound === null
      ? `${measured}; shown to be below ${formatSignificant(smallestBound, 3)}`
      : `${measured}; ${equivalent ? "shown" : "not shown"} to be below ${
        formatSignificant(bound, 3)
      } (p = ${formatP(pValue!)})`,
    columns: [
      { key: "time", label: "Time" },
      { key: "estimate", label: "Effect", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      ...(bound === null ? [] : [{ key: "pValue", label: "p (too large)", format: formatP }]),
      { key: "smallestBound", label: "Smallest bound", format: formatSignificant },
      { key: "twoOneSidedBound", label: "By two one-sided tests", format: formatSignificant },
    ],
    rows: rows.map((row) => ({ ...row })),
    notes: [
      `${found.method}; level ${level}; smallest bound for all: ${
        formatSignificant(smallestBound)
      }`,
      ...found.notes,
      CITATION,
    ],
  });
}
