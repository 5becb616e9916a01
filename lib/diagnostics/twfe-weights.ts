import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { cohortDesign, pathFromCohorts } from "../panel/treatment.ts";
import { completeSample, positiveWeights } from "../panel/sample.ts";
import { Table } from "../tables/table.ts";
import { formatNumber } from "../tables/format.ts";
import { leastSquares } from "../regression/least-squares.ts";

/** How much two-way fixed effects count one cohort in one period. */
export interface TwfeWeight {
  readonly cohort: number;
  readonly time: number;
  readonly rows: number;
  /** Weight in the estimate; all weights sum to one. */
  readonly weight: number;
  /** The share of treated rows: what the plain average would give it. */
  readonly share: number;
}

export interface TwfeWeights {
  readonly estimate: number;
  readonly cells: readonly TwfeWeight[];
  /** Sum of the negative weights. */
  readonly negative: number;
  readonly negativeCells: number;
  /**
   * Smallest standard deviation of effects across treated rows with which the average effect could be zero although the
   * regression is not (σ̲ of corollary 1).
   */
  readonly zeroSensitivity: number;
  /** The same for all effects having the opposite sign; null without negative weights, when it is impossible. */
  readonly signSensitivity: number | null;
  toTable(): Table;
}

/**
 * The weights with which two-way fixed effects average the effects of cohorts in periods: the treatment net of unit and
 * period effects, over its sum of squares, summed over each cell's treated rows.
 *
 * The estimate equals Σ weight × the cell's effect by imputation (Borusyak, Jaravel & Spiess): the residual treatment of
 * untreated rows is a sum of unit and period effects, and residuals of the untreated model are orthogonal to those.
 *
 * @throws InputError when the treatment has no variation net of fixed effects.
 * Source: de Chaisemartin & D'Haultfœuille (2020), American Economic Review 110, theorem 1.
 */
export function twfeWeights(
  panel: Panel,
  options: { readonly outcome: string; readonly cohort: string; readonly weights?: string },
): TwfeWeights {
  const columns = [options.outcome, ...(options.weights === undefined ? [] : [options.weights])];
  const rows = completeSample(panel, columns).panel;
  const treatment = treatedPath(rows, options.cohort);
  const fit = leastSquares({
    outcome: rows.numeric(options.outcome),
    names: [options.cohort],
    regressors: [treatment],
    effects: [rows.groups(rows.unitName), rows.groups(rows.timeName)]
      .map(({ name, codes, levels }) => ({ name, codes, levels: levels.length })),
    weights: options.weights === undefined ? null : positiveWeights(rows, options.weights),
  });
  if (fit.coefficients.length === 0) {
    throw new InputError({
      problem: "The treatment is a sum of unit and period effects, so its weights are not defined",
      column: options.cohort,
      remedy: "keep units or periods that are not treated",
    });
  }
  const own = cohortDesign(rows, options.cohort);
  const cells = new Map<
    string,
    { cohort: number; time: number; rows: number; weight: number; mass: number }
  >();
  const ratios: TreatedRow[] = [];
  let total = 0;
  for (let i = 0; i < rows.rows; i++) {
    if (treatment[i] !== 1) continue;
    const cohort = own.cohort[rows.unit[i]];
    const time = rows.times[rows.time[i]];
    const w = fit.weights === null ? 1 : fit.weights[i];
    const cell = cells.get(`${cohort} ${time}`) ?? { cohort, time, rows: 0, weight: 0, mass: 0 };
    cell.rows++;
    cell.mass += w;
    cell.weight += w * fit.q[0][i] * fit.inverseR[0];
    total += w;
    ratios.push({ mass: w, ratio: fit.q[0][i] * fit.inverseR[0] });
    cells.set(`${cohort} ${time}`, cell);
  }
  const found = [...cells.values()].sort((a, b) => a.cohort - b.cohort || a.time - b.time)
    .map(({ mass, ...cell }) => ({ ...cell, share: mass / total }));
  const below = found.filter(({ weight }) => weight < 0);
  return {
    estimate: fit.coefficients[0],
    cells: found,
    negative: below.reduce((sum, { weight }) => sum + weight, 0),
    negativeCells: below.length,
    ...sensitivity(fit.coefficients[0], ratios),
    toTable: () => weightsTable(found, panel),
  };
}

/** A treated row: its mass and its weight per mass. */
interface TreatedRow {
  readonly mass: number;
  readonly ratio: number;
}

/** The two measures of corollary 1 of de Chaisemartin & D'Haultfœuille (2020). */
function sensitivity(estimate: number, rows: readonly TreatedRow[]) {
  const total = rows.reduce((sum, { mass }) => sum + mass, 0);
  const own = rows.map(({ mass, ratio }) => ({ share: mass / total, w: ratio * total }))
    .sort((a, b) => a.w - b.w);
  const spread = own.reduce((sum, { share, w }) => sum + share * (w - 1) ** 2, 0);
  const size = Math.abs(estimate);
  const zeroSensitivity = size / Math.sqrt(spread);
  if (own.length === 0 || own[0].w >= 0) return { zeroSensitivity, signSensitivity: null };
  // The rows with the smallest weights, as many as satisfy w < −S/(1 − P) of the paper's corollary.
  let [p, s, t] = [0, 0, 0];
  for (const { share, w } of own) {
    if (p > 0 && !(w < -s / (1 - p))) break;
    p += share;
    s += share * w;
    t += share * w * w;
  }
  return { zeroSensitivity, signSensitivity: size / Math.sqrt(t + s * s / (1 - p)) };
}

function weightsTable(cells: readonly TwfeWeight[], { context }: Panel): Table {
  return new Table({
    caption: "How two-way fixed effects weight the effect of each cohort in each period",
    columns: [
      { key: "cohort", label: "Cohort" },
      { key: "time", label: "Period" },
      { key: "rows", label: "Treated rows" },
      { key: "share", label: "Share of treated rows", format: (value) => formatNumber(value, 3) },
      { key: "weight", label: "Weight", format: (value) => formatNumber(value, 3) },
    ],
    rows: cells.map((cell) => ({ ...cell })),
    notes: context.provenance === undefined ? [] : [`Figures: ${context.provenance}`],
  });
}

/** The 0/1 path of a cohort column. */
function treatedPath(panel: Panel, cohort: string): Float64Array {
  const path = pathFromCohorts(panel, cohortDesign(panel, cohort));
  if (path.includes(1)) return path;
  throw new InputError({
    problem: "Nobody is treated within the panel",
    column: cohort,
    remedy: "give the first treated time of each unit",
  });
}

/** A column name that the panel does not have yet. */
export function freshName(panel: Panel, wish: string): string {
  let name = wish;
  while (panel.has(name) || name === panel.unitName || name === panel.timeName) name += "′";
  return name;
}
