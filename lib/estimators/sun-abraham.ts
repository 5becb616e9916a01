import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { checkKnown, checkOneOf, checkOptions, type RegressionOptions } from "./options.ts";
import { averageRows, type RowEffects } from "./cohort/regression-average.ts";
import {
  cellCounts,
  cellKey,
  type CohortRows,
  cohortRows,
  cohortsByLabel,
  eventTimes,
  loneCohorts,
  loneNeverNote,
} from "./cohort/rows.ts";
import { Estimate } from "./estimate.ts";
import { makeGrid } from "./group-time/grid.ts";
import { type EffectCell, StaggeredEstimate } from "./staggered-estimate.ts";
import { type EffectRegressor, estimateTwoWay } from "./two-way.ts";

export interface SunAbrahamOptions extends RegressionOptions {
  /** Column of the first treated time; missing, 0 or Infinity mean never treated. */
  cohort: string;
  /** Event times left out as the base of every cohort. Default −1. */
  reference?: number | readonly number[];
  /**
   * "fixed" (default): cohort shares count as known, as fixest's sunab does; "estimated": their sampling error is added
   * (Sun & Abraham 2021, proposition 6).
   */
  shares?: "fixed" | "estimated";
}

const CITATION = "Sun & Abraham (2021), Journal of Econometrics 225, eqs. 25–27";

/**
 * Interaction-weighted event study: a two-way regression with one coefficient per cohort and event time, averaged by
 * event time with the cohorts' shares of the rows.
 *
 * The comparison group is never treated; where nobody is, the last cohort, without the periods in which it is treated.
 * Units treated from the start are left out and counted. Terms are "event time e", "overall" (all rows from event
 * time 0 on) and the covariates. `cells` has the cohorts' own effects; `regression` is behind `cellEstimate`.
 *
 * @throws InputError when there is no comparison group, or the reference does not occur.
 * Source: Sun & Abraham (2021), section 4.1.
 */
export function sunAbraham(panel: Panel, options: SunAbrahamOptions): SunAbrahamEstimate {
  checkOptions(options, ["cohort", "reference", "shares"]);
  checkKnown({ cohort: options.cohort }, ["cohort"], ["cohort"]);
  checkOneOf("shares", options.shares, ["fixed", "estimated"]);
  const references = new Set([options.reference ?? -1].flat());
  const grid = makeGrid(panel, {
    outcome: options.outcome,
    cohort: options.cohort,
    covariates: [...(options.covariates ?? []), ...(options.covariatesByTime ?? [])],
    weights: options.weights,
  }, { anticipation: 0, gaps: "keep", control: "notYet" });
  const byLabel = cohortsByLabel(grid.panel, grid.cohort);
  const base = estimateTwoWay(grid.panel, options, {
    estimator: "Cohort × event time regression",
    citation: CITATION,
    columns: [],
    effects: (used) => cellRegressors(cohortRows(used, byLabel), references),
    effectFormula: `cohort × event time (reference ${[...references].join(", ")})`,
    comparison: grid.lastCohort === null
      ? `each cohort against ${grid.neverTreated} never-treated units`
      : `each cohort against the last one (${grid.lastCohort.cohort}), before that is treated`,
    treatedFrom: 0,
    basePeriod: options.reference === undefined || typeof options.reference === "number"
      ? options.reference ?? -1
      : null,
    notes: () => grid.notes,
  });
  const withDrops = new Estimate({
    ...partsOf(base),
    design: { ...base.design, droppedRows: [...grid.droppedRows, ...base.design.droppedRows] },
  });
  return assemble(withDrops, cohortRows(base.regression!.panel, byLabel), references, options);
}

/** A Sun–Abraham event study with the regression that it averages. */
export class SunAbrahamEstimate extends StaggeredEstimate {
  /** The cohort × event time regression, for procedures that need one: terms "cohort g, event time e". */
  readonly cellEstimate: Estimate;

  constructor(
    parts: ConstructorParameters<typeof StaggeredEstimate>,
    cellEstimate: Estimate,
  ) {
    super(...parts);
    this.cellEstimate = cellEstimate;
  }
}

/** The parts that an estimate was made of. */
export function partsOf(estimate: Estimate): ConstructorParameters<typeof Estimate>[0] {
  const size = estimate.terms.length;
  const covariance = new Float64Array(size * size);
  estimate.covariance.forEach((row, k) => covariance.set(row, k * size));
  return {
    names: estimate.terms.map(({ name }) => name),
    estimates: estimate.terms.map((term) => term.estimate),
    covariance,
    influence: estimate.influence,
    times: estimate.terms.map(({ time }) => time),
    termDegreesOfFreedom: estimate.terms.map((term) => term.degreesOfFreedom),
    citation: estimate.citation,
    regression: estimate.regression,
    panel: estimate.panel,
    design: estimate.design,
  };
}

function termName(cohort: number, event: number): string {
  return `cohort ${cohort}, event time ${event}`;
}

function cellRegressors(rows: CohortRows, references: ReadonlySet<number>): EffectRegressor[] {
  const { panel, cohort, cohorts } = rows;
  const event = eventTimes(rows);
  const regressors: EffectRegressor[] = [];
  for (const g of cohorts) {
    const own = (i: number) => cohort[panel.unit[i]] === g;
    const present = new Set<number>();
    for (let i = 0; i < panel.rows; i++) if (own(i)) present.add(event[i]);
    if (![...references].some((r) => present.has(r))) {
      throw new InputError({
        problem: `Cohort ${g} is not observed at the reference event time`,
        column: "reference",
        value: [...references].join(", "),
        remedy: `choose one of ${
          [...present].sort((a, b) => a - b).join(", ")
        }, or leave the cohort out`,
      });
    }
    for (const e of [...present].filter((e) => !references.has(e)).sort((a, b) => a - b)) {
      regressors.push({
        name: termName(g, e),
        time: e,
        values: () => Float64Array.from(event, (value, i) => value === e && own(i) ? 1 : 0),
      });
    }
  }
  return regressors;
}

function assemble(
  base: Estimate,
  rows: CohortRows,
  references: ReadonlySet<number>,
  options: SunAbrahamOptions,
): SunAbrahamEstimate {
  const { panel, cohort } = rows;
  const event = eventTimes(rows);
  const known = new Set(base.terms.map(({ name }) => name));
  const nameAt = (i: number) => termName(cohort[panel.unit[i]], event[i]);
  const available = (i: number) => event[i] !== -Infinity && known.has(nameAt(i));
  const covariates = base.terms.map(({ name }) => name).filter((name) =>
    !base.design.effects.includes(name)
  );
  const effects: RowEffects = {
    base,
    rows,
    available,
    add: (i, weight, terms) => {
      const name = nameAt(i);
      if (!known.has(name)) return false;
      terms.set(name, (terms.get(name) ?? 0) + weight);
      return true;
    },
    weights: options.weights === undefined ? null : panel.numeric(options.weights),
    shares: options.shares ?? "fixed",
    beside: covariates,
  };
  const lone = loneCohorts(rows);
  const note = effects.shares === "fixed"
    ? "averages over rows; cohort shares count as known (as in fixest's sunab)"
    : "averages over rows";
  const aggregate: StaggeredEstimate["aggregate"] = (type, choice = {}) => {
    const mean = averageRows(effects, type, choice, note);
    return new Estimate({
      ...partsOf(mean),
      design: {
        ...mean.design,
        estimator: `Sun & Abraham, ${type} average`,
        notes: [
          ...mean.design.notes,
          ...loneNeverNote(rows.cohort),
          ...[...lone].map((g) =>
            `cohort ${g} has one unit: its own noise is not in the standard errors of averages that include it`
          ),
        ],
      },
    });
  };
  const dynamic = aggregate("dynamic");
  return new SunAbrahamEstimate(
    [
      {
        ...partsOf(dynamic),
        design: { ...dynamic.design, estimator: "Sun & Abraham event study" },
      },
      sunAbrahamCells(base, rows, references, lone),
      aggregate,
    ],
    base,
  );
}

function sunAbrahamCells(
  base: Estimate,
  rows: CohortRows,
  references: ReadonlySet<number>,
  lone: ReadonlySet<number>,
): EffectCell[] {
  const counts = cellCounts(rows);
  const terms = new Map(base.terms.map((term) => [term.name, term]));
  return rows.cohorts.flatMap((cohort) =>
    rows.panel.times.flatMap((time): EffectCell[] => {
      const nTreated = counts.get(cellKey(cohort, time)) ?? 0;
      if (nTreated === 0) return [];
      const event = time - cohort;
      const cell = { cohort, time, nTreated };
      if (references.has(event)) {
        return [{
          ...cell,
          estimate: 0,
          standardError: null,
          reason: "reference: zero by construction",
        }];
      }
      const name = termName(cohort, event);
      const term = terms.get(name);
      if (term === undefined) {
        const dropped = base.design.droppedColumns.find((column) => column.name === name);
        const reason = dropped?.reason ?? "not in the regression";
        return [{ ...cell, estimate: null, standardError: null, reason }];
      }
      return [
        lone.has(cohort)
          ? {
            ...cell,
            estimate: term.estimate,
            standardError: null,
            reason: `cohort ${cohort} has one unit: how its own outcome varies cannot be estimated`,
          }
          : { ...cell, estimate: term.estimate, standardError: term.standardError },
      ];
    })
  );
}
