import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import type { Coding } from "../panel/coding.ts";
import type { LeastSquaresFit } from "../regression/least-squares.ts";
import type { SmallSampleRule } from "../regression/small-sample.ts";
import { tInverse, tTwoSided } from "../regression/distributions.ts";
import { type Design, designLines } from "./design.ts";
import { estimateTable } from "./show.ts";
import type { Table } from "../tables/table.ts";

/** One estimated number. */
export interface Term {
  readonly name: string;
  readonly estimate: number;
  readonly standardError: number;
  /** estimate / standardError. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly pValue: number;
  /** Ends of the confidence interval at the design's level. */
  readonly low: number;
  readonly high: number;
  /** Calendar time or event time of the effect, where it has one. */
  readonly time?: number;
}

/** What an estimator found, before intervals are put on it. */
export interface EstimateParts {
  readonly names: readonly string[];
  readonly estimates: ArrayLike<number>;
  /** K × K, row-major. */
  readonly covariance: Float64Array;
  /** K rows with one value per unit: estimate − truth ≈ Σ over units; Σ of squares is the CR0 variance. */
  readonly influence: readonly Float64Array[];
  readonly design: Design;
  /** The paper (and equation) that the estimator implements. */
  readonly citation: string;
  /** Time of each term, for event studies. */
  readonly times?: readonly (number | undefined)[];
  /** Degrees of freedom of each term, where they differ between terms. Default: the design's for all. */
  readonly termDegreesOfFreedom?: ArrayLike<number>;
  /** The regression behind it, where there is one, for procedures that need residuals and leverage. */
  readonly regression?: RegressionBehind;
  /** The rows used, where no single regression is behind the estimate; for clusters chosen afterwards. */
  readonly panel?: Panel;
}

export interface RegressionBehind {
  readonly fit: LeastSquaresFit;
  /** The rows that the fit used, in its order. */
  readonly panel: Panel;
  readonly clusters: readonly Coding[];
  /** The small-sample rule of the estimate's own covariance. Default: fixest's. */
  readonly rule?: SmallSampleRule;
}

/** The result of every estimator: estimates, their covariance, influence functions, design and source. */
export class Estimate {
  readonly terms: readonly Term[];
  /** K rows of K. */
  readonly covariance: readonly Float64Array[];
  /** `influence[k][i]`: what unit i (see `design.unitLabels`) contributed to the error of term k. */
  readonly influence: readonly Float64Array[];
  readonly design: Design;
  readonly citation: string;
  readonly regression?: RegressionBehind;
  /** The rows that the estimate used. */
  readonly panel?: Panel;

  constructor(parts: EstimateParts) {
    const { names, estimates, covariance, design, times } = parts;
    const size = names.length;
    this.covariance = names.map((_, k) => covariance.slice(k * size, (k + 1) * size));
    this.terms = names.map((name, k) =>
      makeTerm(name, estimates[k], this.covariance[k][k], {
        confidenceLevel: design.confidenceLevel,
        degreesOfFreedom: parts.termDegreesOfFreedom?.[k] ?? design.degreesOfFreedom,
      }, times?.[k])
    );
    this.influence = parts.influence;
    this.design = design;
    this.citation = parts.citation;
    this.regression = parts.regression;
    this.panel = parts.panel ?? parts.regression?.panel;
  }

  /** The term of that name. @throws InputError listing the names there are. */
  term(name: string): Term {
    return this.terms[this.indexOf(name)];
  }

  /** Position of a term in `terms`, `covariance` and `influence`. */
  indexOf(name: string): number {
    const index = this.terms.findIndex((term) => term.name === name);
    if (index >= 0) return index;
    const dropped = this.design.droppedColumns.find((column) => column.name === name);
    throw new InputError({
      problem: dropped === undefined
        ? "There is no such term"
        : `The term was dropped: ${dropped.reason}`,
      value: name,
      remedy: `choose one of ${this.terms.map((term) => term.name).join(", ")}`,
    });
  }

  /** The treatment effects, without the covariates. */
  get effects(): readonly Term[] {
    return this.design.effects.map((name) => this.term(name));
  }

  /** The terms as columns of equal length, ready for a data frame: `pl.DataFrame(estimate.toFrame())`. */
  toFrame(): Record<string, (string | number)[]> {
    const columns: Record<string, (string | number)[]> = {};
    for (const key of TERM_COLUMNS) columns[key] = this.terms.map((term) => term[key]);
    return columns;
  }

  toTable(): Table {
    return estimateTable(this);
  }

  toMarkdown(): string {
    return this.toTable().toMarkdown();
  }

  toLatex(): string {
    return this.toTable().toLatex();
  }

  /** Everything but the regression's own rows, as plain values. */
  toJSON(): Record<string, unknown> {
    const { terms, design, citation } = this;
    return {
      terms,
      covariance: this.covariance.map((row) => [...row]),
      influence: this.influence.map((row) => [...row]),
      design,
      citation,
    };
  }

  /** The design in words, one line each. */
  describe(): string[] {
    return designLines(this.design);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toTable().toBundle();
  }
}

const TERM_COLUMNS = [
  "name",
  "estimate",
  "standardError",
  "statistic",
  "degreesOfFreedom",
  "pValue",
  "low",
  "high",
] as const;

function makeTerm(
  name: string,
  estimate: number,
  variance: number,
  design: Pick<Design, "confidenceLevel" | "degreesOfFreedom">,
  time?: number,
): Term {
  const standardError = Math.sqrt(variance);
  if (!(standardError > 0)) {
    throw new InputError({
      problem: `The standard error of "${name}" cannot be computed: its variance is ${variance}`,
      value: name,
      remedy:
        "the fit is perfect or the clusters are too few for this covariance; use more clusters or another one",
    });
  }
  const { degreesOfFreedom, confidenceLevel } = design;
  const statistic = estimate / standardError;
  const width = tInverse(0.5 + confidenceLevel / 2, degreesOfFreedom) * standardError;
  return {
    name,
    estimate,
    standardError,
    statistic,
    degreesOfFreedom,
    pValue: tTwoSided(statistic, degreesOfFreedom),
    low: estimate - width,
    high: estimate + width,
    ...(time === undefined ? {} : { time }),
  };
}
