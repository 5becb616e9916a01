import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { allFinite, familiesOf, type Family, type Placed, type Ran } from "./families.ts";
import { hasOwnVariation } from "./refit.ts";
import { effectOf, estimate, type Sampler, sampler } from "./run.ts";

/** Every specification under one dealing of treatments; NaN where it cannot be computed. */
export interface DrawnCurve {
  readonly estimates: Float64Array;
  readonly statistics: Float64Array;
  readonly degreesOfFreedom: Float64Array;
}

/** Runs all specifications on a panel whose treatments were dealt out anew. */
export type Redraw = (drawn: Panel, into: DrawnCurve) => void;

export function emptyCurve(count: number): DrawnCurve {
  const column = () => new Float64Array(count).fill(NaN);
  return { estimates: column(), statistics: column(), degreesOfFreedom: column() };
}

/** Every specification anew, by its own estimator. */
export function redrawByRefit(ran: readonly Ran[], confidenceLevel: number): Redraw {
  return (drawn, into) => {
    const run = inFull(sampler(drawn), confidenceLevel, into);
    ran.forEach(({ specification }, index) => run({ specification, index }));
  };
}

/**
 * The same by closed form where there is one: fixed effects, weights and covariates are taken out once, and a draw costs
 * one residual per family and one sum per specification. What the samples make of the drawn panel is compared with
 * what they made of the panel itself: where rows, or columns that a regression reads, differ, it is run in full.
 */
export function redrawByClosedForm(
  panel: Panel,
  ran: readonly Ran[],
  permuted: readonly string[],
  confidenceLevel: number,
): Redraw {
  const { families, rest } = familiesOf(panel, ran, permuted);
  const bySample = [...Map.groupBy(families, ({ sample }) => sample)];
  return (drawn, into) => {
    const sample = sampler(drawn);
    const run = inFull(sample, confidenceLevel, into);
    rest.forEach(run);
    for (const [before, own] of bySample) {
      const after = attempt(() => sample(own[0].members[0].specification));
      const changed = after === null ? null : changedColumns(before, after, permuted);
      const columns = new Map<string, Float64Array | null>();
      for (const family of own) {
        const { treatment, positions } = family;
        if (after === null || changed === null) {
          family.members.forEach(run);
          continue;
        }
        if (!columns.has(treatment)) columns.set(treatment, finiteColumn(after, treatment));
        const column = columns.get(treatment)!;
        const used = column === null || positions.length === column.length
          ? column
          : Float64Array.from(positions, (row) => column[row]);
        redrawFamily(family, used, changed, into, run);
      }
    }
  };
}

function redrawFamily(
  { weights, residualise, spread, members }: Family,
  treatment: Float64Array | null,
  changed: ReadonlySet<string>,
  into: DrawnCurve,
  run: (placed: Placed) => void,
): void {
  const net = treatment === null ? null : residualise(treatment);
  const varies = net !== null && hasOwnVariation(net, weights, spread);
  for (const member of members) {
    const { index, refitter, columns } = member;
    const same = changed.size === 0 || columns.every((name) => !changed.has(name));
    const refit = varies && same ? refitter.refit(net) : null;
    if (refit === null) run(member);
    else {
      into.estimates[index] = refit.estimate;
      into.statistics[index] = refit.statistic;
      into.degreesOfFreedom[index] = refitter.degreesOfFreedom;
    }
  }
}

function inFull(sample: Sampler, confidenceLevel: number, into: DrawnCurve) {
  return ({ index, specification }: Placed): void => {
    const term = attempt(() =>
      effectOf(estimate(sample(specification), specification, confidenceLevel), specification)
    );
    into.estimates[index] = term?.estimate ?? NaN;
    into.statistics[index] = term?.statistic ?? NaN;
    into.degreesOfFreedom[index] = term?.degreesOfFreedom ?? NaN;
  };
}

/** Null where the sample has no such column, or a value is missing or infinite. */
function finiteColumn(sample: Panel, name: string): Float64Array | null {
  const column = attempt(() => sample.numeric(name));
  return column !== null && allFinite(column) ? column : null;
}

function attempt<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
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
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  }
  return true;
}
