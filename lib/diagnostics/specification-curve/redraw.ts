import type { Estimate } from "../../estimators/estimate.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import type { Specification } from "./grid.ts";
import { pathSums, type TreatmentSource } from "./paths.ts";
import type { Order, PermutedColumns } from "./permute.ts";
import {
  type Annihilator,
  annihilatorOf,
  hasOwnVariation,
  positionsIn,
  type Refitter,
  refitterOf,
} from "./refit.ts";
import { effectOf, estimate, functionKeys, sampler } from "./run.ts";

/** Every specification under one dealing of treatments; NaN where it cannot be computed. */
export interface DrawnCurve {
  readonly estimates: Float64Array;
  readonly statistics: Float64Array;
  readonly degreesOfFreedom: Float64Array;
}

export type Redraw = (drawn: Panel, order: Order, into: DrawnCurve) => void;

/** A specification as it was run on the panel itself; null where it could not be. */
export interface Ran {
  readonly specification: Specification;
  readonly found: Estimate | null;
}

export function emptyCurve(count: number): DrawnCurve {
  const column = () => new Float64Array(count).fill(NaN);
  return { estimates: column(), statistics: column(), degreesOfFreedom: column() };
}

/** Every specification anew, by its own estimator. */
export function redrawByRefit(ran: readonly Ran[], confidenceLevel: number): Redraw {
  return (drawn, _order, into) => {
    const sample = sampler(drawn);
    ran.forEach(({ specification }, s) => refit(sample, specification, confidenceLevel, into, s));
  };
}

function refit(
  sample: (specification: Specification) => Panel,
  specification: Specification,
  confidenceLevel: number,
  into: DrawnCurve,
  s: number,
): void {
  into.estimates[s] = into.statistics[s] = into.degreesOfFreedom[s] = NaN;
  try {
    const found = estimate(sample(specification), specification, confidenceLevel);
    const term = effectOf(found, specification);
    into.estimates[s] = term.estimate;
    into.statistics[s] = term.statistic;
    into.degreesOfFreedom[s] = term.degreesOfFreedom;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}

/** Regressions on one sample with one set of fixed effects, weights and covariates: they share an annihilator. */
interface Family {
  readonly sample: Panel;
  readonly used: Panel;
  /** Rows used, as positions in the sample. */
  readonly positions: Int32Array;
  readonly annihilator: Annihilator;
  readonly first: Specification;
  readonly byTreatment: Map<string, { readonly source: TreatmentSource; readonly members: Member[] }>;
}

interface Member {
  readonly index: number;
  readonly specification: Specification;
  readonly refitter: Refitter;
}

/**
 * The same by closed form where there is one: fixed effects, weights and covariates are taken out once, and a draw
 * costs one residual per sample and treatment and one sum per specification. What a sample function makes of the drawn
 * panel is compared with what it made of the panel itself; where anything but treatment differs, the
 * specification is run in full.
 */
export function redrawByClosedForm(
  panel: Panel,
  ran: readonly Ran[],
  permuted: PermutedColumns,
  confidenceLevel: number,
): Redraw {
  const { families, rest } = familiesOf(panel, ran, permuted);
  const bySample = Map.groupBy(families, ({ sample }) => sample);
  return (drawn, order, into) => {
    const sample = sampler(drawn);
    const inFull = ({ specification, index }: Pick<Member, "specification" | "index">) =>
      refit(sample, specification, confidenceLevel, into, index);
    rest.forEach(inFull);
    for (const [before, own] of bySample) {
      const members = own.flatMap(({ byTreatment }) =>
        [...byTreatment.values()].flatMap((group) => group.members)
      );
      const after = attempt(() => sample(own[0].first));
      const changed = after === null ? null : changedColumns(before, after, permuted.columns);
      if (after === null || changed === null) {
        members.forEach(inFull);
        continue;
      }
      for (const family of own) redrawFamily(family, after, changed, drawn, order, into, inFull);
    }
  };
}

function redrawFamily(
  { positions, annihilator, byTreatment }: Family,
  sample: Panel,
  changed: ReadonlySet<string>,
  drawn: Panel,
  order: Order,
  into: DrawnCurve,
  inFull: (member: Member) => void,
): void {
  for (const [treatment, { source, members }] of byTreatment) {
    const column = sample.numeric(treatment);
    const used = finiteAt(column, positions);
    const net = used === null ? null : source(used, drawn, order);
    const fits = used !== null && net !== null && hasOwnVariation(used, net, annihilator.weights);
    for (const member of members) {
      const { index, specification, refitter } = member;
      const same = changed.size === 0 ||
        columnsBeside(specification).every((name) => !changed.has(name));
      const drawnFit = fits && same ? refitter.refit(net) : null;
      if (drawnFit === null) inFull(member);
      else {
        into.estimates[index] = drawnFit.estimate;
        into.statistics[index] = drawnFit.statistic;
        into.degreesOfFreedom[index] = refitter.degreesOfFreedom;
      }
    }
  }
}

function attempt<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}

/** The values at some rows; null when any value of the column is missing or infinite. */
function finiteAt(column: Float64Array, rows: Int32Array): Float64Array | null {
  for (let i = 0; i < column.length; i++) if (!Number.isFinite(column[i])) return null;
  if (rows.length === column.length) return column;
  return Float64Array.from(rows, (row) => column[row]);
}

/** Columns that differ between two samples, beside those that were permuted; null when their rows differ. */
function changedColumns(
  before: Panel,
  after: Panel,
  permuted: readonly string[],
): Set<string> | null {
  if (before.rows !== after.rows) return null;
  for (let i = 0; i < before.rows; i++) if (before.inputRow[i] !== after.inputRow[i]) return null;
  const changed = new Set<string>();
  for (const name of before.columnNames) {
    if (permuted.includes(name)) continue;
    if (!after.has(name) || !sameColumn(before, after, name)) changed.add(name);
  }
  return changed;
}

function sameColumn(before: Panel, after: Panel, name: string): boolean {
  if (before.isNumeric(name) !== after.isNumeric(name)) return false;
  const [a, b] = before.isNumeric(name)
    ? [before.numeric(name), after.numeric(name)]
    : [before.text(name), after.text(name)];
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Columns that a regression reads, but for the treatment. */
function columnsBeside(specification: Specification): string[] {
  const { outcome, covariates, covariatesByTime, weights, cluster, timeEffectsBy } = specification;
  return [
    outcome,
    ...covariates ?? [],
    ...covariatesByTime ?? [],
    ...[weights ?? []].flat(),
    ...[cluster ?? []].flat(),
    ...[timeEffectsBy ?? []].flat(),
  ];
}

/** Sorts specifications into families; those without a closed form are the rest. */
function familiesOf(panel: Panel, ran: readonly Ran[], permuted: PermutedColumns) {
  const families = new Map<string, Family>();
  const rest: Pick<Member, "specification" | "index">[] = [];
  const sample = sampler(panel);
  const sampleKey = functionKeys();
  const sums = pathSums(panel, permuted);
  ran.forEach(({ specification, found }, index) => {
    const { samples, weights, covariates, covariatesByTime, trends, timeEffectsBy } = specification;
    const moves = columnsBeside(specification).some((name) => permuted.columns.includes(name));
    if (found?.regression === undefined || specification.fit !== undefined || moves) {
      rest.push({ specification, index });
      return;
    }
    const used = found.regression.panel;
    const sampled = sample(specification);
    const positions = positionsIn(sampled, used);
    if (positions === null || finiteAt(sampled.numeric(specification.treatment), positions) === null) {
      rest.push({ specification, index });
      return;
    }
    const rows = used.rows === sampled.rows ? "all" : used.inputRow.join();
    const key = JSON.stringify([
      sampleKey(samples),
      weights,
      covariates,
      covariatesByTime,
      trends,
      timeEffectsBy,
      rows,
    ]);
    const family = families.get(key) ?? {
      sample: sampled,
      used,
      positions,
      annihilator: annihilatorOf(found, specification),
      first: specification,
      byTreatment: new Map(),
    };
    const refitter = refitterOf(found, specification, family.annihilator);
    if (refitter === null) {
      rest.push({ specification, index });
      return;
    }
    families.set(key, family);
    const { treatment } = specification;
    const group = family.byTreatment.get(treatment) ??
      { source: sums(family.annihilator, family.used, treatment, key), members: [] };
    group.members.push({ index, specification, refitter });
    family.byTreatment.set(treatment, group);
  });
  return { families: [...families.values()], rest };
}
