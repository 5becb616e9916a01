import type { Panel } from "../../panel/panel.ts";
import { allFinite, familiesOf, type Family, type Placed, type Ran } from "./families.ts";
import { hasOwnVariation } from "./refit.ts";
import { effectOf, estimate, type Sampler, sampler } from "./run.ts";
import { attempt, changedColumns, same } from "./samples.ts";

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
 * one residual per family and one sum per specification. A sample that may depend on treatment is made anew and
 * compared with that of the panel itself: where rows, or columns that a regression reads, differ, it is run in full.
 */
export function redrawByClosedForm(
  panel: Panel,
  ran: readonly Ran[],
  permuted: readonly string[],
  confidenceLevel: number,
): Redraw {
  const { families, rest } = familiesOf(panel, ran, permuted);
  const groups = [...Map.groupBy(families, ({ sample }) => sample).values()];
  return (drawn, into) => {
    const sample = sampler(drawn);
    const run = inFull(sample, confidenceLevel, into);
    rest.forEach(run);
    for (const group of groups) {
      const redrawn = redrawnSamples(drawn, sample, permuted);
      for (const family of group) {
        const { positions } = family;
        const { column, changed } = redrawn(family);
        const used = column === null || positions.length === column.length
          ? column
          : takeAt(column, positions);
        redrawFamily(family, used, changed, into, run);
      }
    }
  };
}

/** A treatment in a sample of the drawn panel; null where the sample has other rows or the treatment is not complete. */
interface RedrawnSample {
  readonly column: Float64Array | null;
  readonly changed: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Treatments in the samples of one draw; each is looked up once for all families on one sample. */
function redrawnSamples(drawn: Panel, sample: Sampler, permuted: readonly string[]) {
  const known = new Map<string, RedrawnSample>();
  const look = ({ sample: before, fixed, treatment, members }: Family): RedrawnSample => {
    if (fixed !== null) {
      const whole = drawn.numeric(treatment);
      return { column: complete(takeAt(whole, fixed)), changed: NOTHING };
    }
    const after = attempt(() => sample(members[0].specification));
    if (after === null || !same(before.inputRow, after.inputRow)) {
      return { column: null, changed: NOTHING };
    }
    const column = attempt(() => after.numeric(treatment));
    return {
      column: column === null ? null : complete(column),
      changed: changedColumns(before, after, permuted),
    };
  };
  return (family: Family): RedrawnSample => {
    const found = known.get(family.treatment) ?? look(family);
    known.set(family.treatment, found);
    return found;
  };
}

function takeAt(column: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}

function complete(column: Float64Array): Float64Array | null {
  return allFinite(column) ? column : null;
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
