import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { chiSquareUpper } from "../../regression/distributions.ts";
import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { Estimate, type EstimateParts } from "../estimate.ts";
import { influenceCovariance } from "../influence.ts";
import { checkOneOf } from "../options.ts";
import { type JointTest, waldTest } from "../wald.ts";
import {
  type Aggregate,
  aggregateCells,
  type Aggregation,
  type AggregationCell,
  type AggregationOptions,
  type CohortSizes,
} from "./aggregate.ts";

/** One ATT(g,t) as shown: null with a reason where there is no number. */
export interface GroupTimeCell {
  readonly cohort: number;
  readonly time: number;
  /** The period it is measured against; null where no comparison could be planned. */
  readonly baseTime: number | null;
  readonly estimate: number | null;
  readonly standardError: number | null;
  /**
   * Root of the summed squares of the influence function: the standard error, except for cohorts of one unit, where
   * it holds the controls' noise only (what R's did prints).
   */
  readonly influenceStandardError: number | null;
  readonly nTreated: number;
  readonly nControl: number;
  /** Why the estimate or its standard error is missing. */
  readonly reason?: string;
  readonly notes: readonly string[];
}

/** What aggregation needs beside the estimate. */
export interface GroupTimeParts {
  readonly cells: readonly GroupTimeCell[];
  readonly aggregation: readonly AggregationCell[];
  readonly sizes: CohortSizes;
  readonly times: readonly number[];
  readonly clusters: readonly Coding[];
  readonly anticipation: number;
  readonly loneCohorts: readonly number[];
}

const LABELS: Record<Aggregation, (label: number) => string> = {
  simple: String,
  group: (g) => `cohort ${g}`,
  dynamic: (e) => `event time ${e}`,
  calendar: (t) => `time ${t}`,
};

const OVERALL: Record<Aggregation, string> = {
  simple: "mean over all treated cells, by cohort size",
  group: "mean of cohorts' own means, by cohort size",
  dynamic: "plain mean of the event times from 0 on",
  calendar: "plain mean of the periods since the first cohort",
};

/** Group-time effects: an estimate whose terms are cells, with all cells and their aggregates. */
export class GroupTimeEstimate extends Estimate {
  readonly cells: readonly GroupTimeCell[];
  readonly #parts: GroupTimeParts;

  constructor(parts: EstimateParts, own: GroupTimeParts) {
    super(parts);
    this.cells = own.cells;
    this.#parts = own;
  }

  /**
   * A weighted average of the cells as an estimate of its own, whose `overall` is a term.
   *
   * "simple": over all treated cells; "group": by cohort; "dynamic": by event time; "calendar": by period. Terms are
   * "cohort g", "event time e" or "time t", and "overall". Cohort sizes are weights whose estimation error is counted.
   *
   * @throws InputError when no cell can be averaged.
   * Source: Callaway & Sant'Anna (2021), table 1 and corollary 2.
   */
  aggregate(type: Aggregation, options: AggregationOptions = {}): Estimate {
    checkOneOf("type", type, ["simple", "group", "dynamic", "calendar"]);
    checkRange(options);
    const { aggregation, sizes, times, clusters } = this.#parts;
    const result = aggregateCells(aggregation, type, options, sizes, times);
    if (result === null) throw nothingToAverage(type);
    const lone = new Set(this.#parts.loneCohorts);
    const onlyLone = (part: Aggregate) =>
      [...part.weights].every(([k]) =>
        aggregation[k].influence === null || lone.has(aggregation[k].cohort)
      );
    const flat = (part: Aggregate) => part.influence.every((value) => value === 0);
    const shown = result.parts.filter((part) => !flat(part) && !onlyLone(part));
    const overall = flat(result.overall) || onlyLone(result.overall) ? [] : [result.overall];
    if (overall.length === 0 && shown.length === 0) throw nothingToAverage(type);
    const all = [...shown, ...overall];
    const name = (part: Aggregate) =>
      part.label === "overall" ? "overall" : LABELS[type](part.label);
    const covariance = influenceCovariance(all.map((part) => part.influence), clusters);
    return new Estimate({
      names: all.map(name),
      estimates: all.map((part) => part.effect),
      covariance: covariance.matrix,
      influence: all.map((part) => part.influence),
      times: all.map((part) =>
        typeof part.label === "number" && type !== "group" ? part.label : undefined
      ),
      citation: this.citation,
      panel: this.panel,
      design: {
        ...this.design,
        estimator: `${this.design.estimator}, ${type} average`,
        effects: type === "simple" ? ["overall"] : shown.map(name),
        basePeriod: type === "dynamic" ? -1 - this.#parts.anticipation : null,
        ...(type === "dynamic" ? { treatedFrom: -this.#parts.anticipation } : {}),
        droppedColumns: [
          ...this.design.droppedColumns,
          ...result.parts.filter(flat).map((part) => ({
            name: name(part),
            reason: "zero by construction (base period), or the outcome does not vary",
          })),
          ...[...result.parts, result.overall].filter((part) => !flat(part) && onlyLone(part)).map((
            part,
          ) => ({
            name: name(part),
            reason: `only the cohort of one unit (${
              [...lone].join(", ")
            }) is observed there: no variance`,
          })),
        ],
        covariance: {
          ...this.design.covariance,
          clusters: covariance.clusters,
          repair: covariance.repair,
        },
        notes: [...this.design.notes, ...aggregateNotes(type, options)],
      },
    });
  }

  /**
   * Wald test that the effects before treatment are zero, referred to χ².
   *
   * @param options `before`: "anticipation" (default) tests t < g − δ, "treatment" t < g, as R's did does.
   * @throws InputError when there is no pre-period cell to test.
   */
  preTest(options: { before?: "anticipation" | "treatment" } = {}): JointTest {
    checkOneOf("before", options.before, ["anticipation", "treatment"]);
    const lead = options.before === "treatment" ? 0 : this.#parts.anticipation;
    const names = this.cells.filter(({ cohort, time }) => time < cohort - lead)
      .map(({ cohort, time }) => `ATT(${cohort}, ${time})`)
      .filter((name) => this.terms.some((term) => term.name === name));
    if (names.length === 0) {
      throw new InputError({
        problem: "There is no effect before treatment to test",
        remedy: "start the panel at least two periods before the first cohort",
      });
    }
    const test = waldTest(this, names);
    return { ...test, pValue: chiSquareUpper(test.wald, test.restrictions) };
  }

  /** Every cell with its comparison, estimate and standard error, or the reason for its absence. */
  cellTable(): Table {
    return new Table({
      caption: `Group-time effects on ${this.design.outcome}`,
      columns: [
        { key: "cohort", label: "Cohort" },
        { key: "time", label: "Time" },
        { key: "baseTime", label: "Since" },
        { key: "nTreated", label: "Treated" },
        { key: "nControl", label: "Controls" },
        { key: "estimate", label: "Estimate", format: formatSignificant },
        { key: "standardError", label: "Std. error", format: formatSignificant },
        { key: "reason", label: "Remark" },
      ],
      rows: this.cells.map((cell) => ({
        cohort: cell.cohort,
        time: cell.time,
        baseTime: cell.baseTime,
        nTreated: cell.nTreated,
        nControl: cell.nControl,
        estimate: cell.estimate,
        standardError: cell.standardError,
        reason: cell.reason ?? "",
      })),
      notes: this.describe(),
    });
  }
}

function checkRange({ balance, minE, maxE }: AggregationOptions): void {
  for (const [name, value] of Object.entries({ balance, minE, maxE })) {
    if (value === undefined || (typeof value === "number" && !Number.isNaN(value))) continue;
    throw new InputError({
      problem: `The option ${name} must be a number of periods`,
      value,
      remedy: "use event times such as −3 or 2",
    });
  }
}

function nothingToAverage(type: Aggregation): InputError {
  return new InputError({
    problem: `No cell with a variance falls into the "${type}" average`,
    value: type,
    remedy: "widen balance, minE or maxE, or look at .cells for the reasons",
  });
}

function aggregateNotes(type: Aggregation, { balance, minE, maxE }: AggregationOptions): string[] {
  return [
    `overall: ${OVERALL[type]}`,
    ...(balance === undefined ? [] : [`cohorts seen for ${balance} periods after treatment only`]),
    ...(minE === undefined ? [] : [`event times from ${minE}`]),
    ...(maxE === undefined ? [] : [`event times up to ${maxE}`]),
  ];
}
