/** How group-time effects are put together. */
export type Aggregation = "simple" | "group" | "dynamic" | "calendar";

/** A cell as aggregation sees it. */
export interface AggregationCell {
  readonly cohort: number;
  readonly time: number;
  readonly effect: number;
  /** null for the base period, which is zero without error. */
  readonly influence: Float64Array | null;
}

export interface AggregationOptions {
  /** Dynamic only: keep cohorts seen for this many periods after treatment, and event times up to it. */
  readonly balance?: number;
  /** Smallest event time (dynamic). */
  readonly minE?: number;
  /** Largest event time (every type but calendar). */
  readonly maxE?: number;
}

/** Sizes of the cohorts, as weights, with what each unit contributes to them. */
export interface CohortSizes {
  /** Weight of each unit (1 for unweighted), or of each row where rows are not followed. */
  readonly weight: Float64Array;
  /** Position in `cohorts` of the cohort of each unit (or row). */
  readonly code: Int32Array;
  readonly cohorts: readonly number[];
  /** Sum of the weights of each cohort. */
  readonly total: ReadonlyMap<number, number>;
}

/** Adds weights up by cohort. Both arrays have one value per unit, or per row. */
export function cohortSizes(weight: Float64Array, cohort: Float64Array): CohortSizes {
  const position = new Map<number, number>();
  const code = new Int32Array(cohort.length);
  const sums: number[] = [];
  for (let i = 0; i < cohort.length; i++) {
    let k = position.get(cohort[i]);
    if (k === undefined) position.set(cohort[i], k = sums.push(0) - 1);
    code[i] = k;
    sums[k] += weight[i];
  }
  const cohorts = [...position.keys()];
  return { weight, code, cohorts, total: new Map(cohorts.map((g, k) => [g, sums[k]])) };
}

/** One aggregated effect: a weighted mean of cells with its influence function. */
export interface Aggregate {
  readonly label: number | "overall";
  readonly effect: number;
  readonly influence: Float64Array;
  /** Weights on cells, by position. */
  readonly weights: ReadonlyMap<number, number>;
}

export interface Aggregates {
  readonly parts: readonly Aggregate[];
  readonly overall: Aggregate;
}

/**
 * Aggregates group-time effects: weights are cohort sizes, and their estimation error is part of the influence
 * functions. Source: Callaway & Sant'Anna (2021), section 3.1 and table 1; corollary 2 for the influence.
 */
export function aggregateCells(
  cells: readonly AggregationCell[],
  type: Aggregation,
  options: AggregationOptions,
  sizes: CohortSizes,
  times: readonly number[],
): Aggregates | null {
  const average = (label: Aggregate["label"], chosen: readonly number[]) =>
    weightedAverage(label, chosen, cells, (k) => cells[k].cohort, sizes);
  const { maxE = Infinity, minE = -Infinity } = options;
  const post = indexes(
    cells,
    ({ cohort, time }) => time >= cohort && time - cohort <= maxE,
  );
  if (post.length === 0 && (type === "simple" || type === "group")) return null;
  if (type === "simple") {
    return { parts: [], overall: average("overall", post) };
  }
  if (type === "group") {
    const cohorts = distinct(post.map((k) => cells[k].cohort));
    const parts = cohorts.map((g) =>
      plainAverage(g, post.filter((k) => cells[k].cohort === g), cells)
    );
    return { parts, overall: cohortAverage(parts, sizes) };
  }
  if (type === "calendar") {
    const all = indexes(cells, ({ cohort, time }) => time >= cohort);
    const parts = distinct(all.map((k) => cells[k].time)).map((t) =>
      average(t, all.filter((k) => cells[k].time === t))
    );
    return parts.length === 0 ? null : { parts, overall: meanOf(parts) };
  }
  const kept = balancedCells(cells, options.balance, times);
  const events = distinct(kept.map((k) => cells[k].time - cells[k].cohort)).filter((e) =>
    e >= minE && e <= maxE && inBalance(e, options.balance, times)
  );
  const parts = events.map((e) =>
    average(e, kept.filter((k) => cells[k].time - cells[k].cohort === e))
  );
  const after = parts.filter(({ label }) => (label as number) >= 0);
  return after.length === 0 ? null : { parts, overall: meanOf(after) };
}

function indexes<T>(items: readonly T[], keep: (item: T) => boolean): number[] {
  return items.flatMap((item, k) => keep(item) ? [k] : []);
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function balancedCells(
  cells: readonly AggregationCell[],
  balance: number | undefined,
  times: readonly number[],
): number[] {
  if (balance === undefined) return cells.map((_, k) => k);
  const last = times[times.length - 1];
  return indexes(cells, ({ cohort }) => last - cohort >= balance);
}

function inBalance(e: number, balance: number | undefined, times: readonly number[]): boolean {
  if (balance === undefined) return true;
  return e <= balance && e >= balance - (times[times.length - 1] - times[0]);
}

/** Mean of some cells with cohort sizes as weights (a cohort counts once for each of its cells). */
function weightedAverage(
  label: Aggregate["label"],
  chosen: readonly number[],
  cells: readonly AggregationCell[],
  cohortOf: (k: number) => number,
  sizes: CohortSizes,
): Aggregate {
  const { total } = sizes;
  const size = chosen.reduce((sum, k) => sum + total.get(cohortOf(k))!, 0);
  const weights = new Map(chosen.map((k) => [k, total.get(cohortOf(k))! / size]));
  const effect = chosen.reduce((sum, k) => sum + weights.get(k)! * cells[k].effect, 0);
  const influence = new Float64Array(sizes.code.length);
  for (const k of chosen) {
    const own = cells[k].influence;
    const w = weights.get(k)!;
    if (own !== null) { for (let i = 0; i < influence.length; i++) influence[i] += w * own[i]; }
  }
  // d(weighted mean)/d(size of cohort g) = Σ over its cells of (effect − mean) / size.
  const slope = new Map<number, number>();
  for (const k of chosen) {
    const g = cohortOf(k);
    slope.set(g, (slope.get(g) ?? 0) + (cells[k].effect - effect) / size);
  }
  addSizeError(influence, slope, sizes);
  return { label, effect, influence, weights };
}

/**
 * Adds the error of estimated sizes. A unit's share of each size is centred in R's did; here too, and the
 * centring cancels because the slopes are weighted deviations from a mean.
 */
function addSizeError(
  influence: Float64Array,
  slope: ReadonlyMap<number, number>,
  { weight, code, cohorts }: CohortSizes,
): void {
  const slopes = Float64Array.from(cohorts, (g) => slope.get(g) ?? 0);
  for (let i = 0; i < influence.length; i++) {
    const s = slopes[code[i]];
    if (s !== 0) influence[i] += s * weight[i];
  }
}

function plainAverage(
  label: number,
  chosen: readonly number[],
  cells: readonly AggregationCell[],
): Aggregate {
  return mixture(label, chosen.map((k) => ({ ...cells[k], weights: new Map([[k, 1]]) })));
}

interface Part {
  readonly effect: number;
  readonly influence: Float64Array | null;
  readonly weights: ReadonlyMap<number, number>;
}

function mixture(label: Aggregate["label"], parts: readonly Part[]): Aggregate {
  const share = 1 / parts.length;
  const weights = new Map<number, number>();
  let effect = 0;
  let influence = new Float64Array(0);
  for (const part of parts) {
    effect += share * part.effect;
    for (const [k, w] of part.weights) weights.set(k, (weights.get(k) ?? 0) + share * w);
    if (part.influence === null) continue;
    if (influence.length === 0) influence = new Float64Array(part.influence.length);
    for (let i = 0; i < influence.length; i++) influence[i] += share * part.influence[i];
  }
  return { label, effect, influence, weights };
}

function meanOf(parts: readonly Aggregate[]): Aggregate {
  return mixture("overall", parts);
}

/** Mean of the cohorts' own effects with cohort sizes as weights. */
function cohortAverage(
  parts: readonly Aggregate[],
  sizes: CohortSizes,
): Aggregate {
  const cells = parts.map((part) => ({
    cohort: part.label as number,
    time: 0,
    effect: part.effect,
    influence: part.influence,
  }));
  const mean = weightedAverage(
    "overall",
    cells.map((_, k) => k),
    cells,
    (k) => cells[k].cohort,
    sizes,
  );
  const weights = new Map<number, number>();
  for (const [k, share] of mean.weights) {
    for (const [cell, w] of parts[k].weights) {
      weights.set(cell, (weights.get(cell) ?? 0) + share * w);
    }
  }
  return { ...mean, weights };
}
