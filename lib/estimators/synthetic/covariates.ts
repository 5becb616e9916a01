import { InputError } from "../../panel/errors.ts";
import { leastSquares } from "../../regression/least-squares.ts";
import type { SyntheticSetup } from "./setup.ts";

export interface Residualised {
  readonly y: Float64Array;
  readonly notes: readonly string[];
}

/**
 * The outcome less what covariates explain, Y − Xβ̂, with β̂ from a regression with unit and period effects on the rows not
 * yet treated, so that the effect itself cannot leak into β̂.
 *
 * Source: Arkhangelsky et al. (2021), footnote 4 (residuals); Kranz (2022), "Synthetic difference-in-differences with
 * time-varying covariates" (untreated rows only); Clarke et al. (2023), "projected".
 */
export function residualise(setup: SyntheticSetup, covariates: readonly string[]): Residualised {
  if (covariates.length === 0) return { y: setup.y, notes: [] };
  const { panel, periods } = setup;
  const start = new Int32Array(panel.units.length).fill(periods);
  for (const { units, before } of setup.cohorts) for (const i of units) start[i] = before;
  const rows = Int32Array.from(panel.unit.keys()).filter((i) =>
    panel.time[i] < start[panel.unit[i]]
  );
  const untreated = panel.take(rows, "rows not yet treated");
  const effects = [untreated.unitName, untreated.timeName].map((name) => {
    const { codes, levels } = untreated.groups(name);
    return { name, codes, levels: levels.length };
  });
  const columns = covariates.map((name) => panel.numeric(name));
  const fit = leastSquares({
    outcome: rowsOf(setup.y, rows),
    names: covariates,
    regressors: columns.map((column) => rowsOf(column, rows)),
    effects,
    weights: null,
  });
  if (fit.dropped.length > 0) {
    const [{ name, reason }] = fit.dropped;
    throw new InputError({
      problem: `The covariate cannot be told from unit and period effects: ${reason}`,
      column: name,
      remedy: "leave it out; what is fixed within units or common to a period is differenced out",
    });
  }
  const y = setup.y.slice();
  fit.names.forEach((name, k) => {
    const column = columns[covariates.indexOf(name)];
    for (let i = 0; i < y.length; i++) y[i] -= fit.coefficients[k] * column[i];
  });
  const beta = fit.names.map((name, k) => `${fit.coefficients[k].toPrecision(6)}·${name}`);
  return {
    y,
    notes: [
      `outcome less ${
        beta.join(" + ")
      }, from ${rows.length} rows not yet treated with unit and period effects; ` +
      "resampling takes these coefficients as known",
    ],
  };
}

function rowsOf(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (i) => values[i]);
}
