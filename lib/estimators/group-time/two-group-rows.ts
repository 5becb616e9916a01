import {
  addScores,
  type Comparison,
  type ComparisonDesign,
  type ComparisonResult,
  controlRegression,
  type CovariateMethod,
  designOf,
  isRefusal,
  propensityOf,
  type Refusal,
  type SideRegression,
  sums,
  times,
} from "./two-group.ts";

/** A comparison of rows before and after, where units need not be the same (repeated cross-sections). */
export interface RowComparison extends Comparison {
  /** 1 for rows of the later (or evaluated) period. */
  readonly post: Uint8Array;
}

/**
 * How the doubly robust influence function counts the controls' regression in the base period. "DRDID" enters it
 * with the sign that R's DRDID (1.2.3, and did 2.5.1) gives it; "derivative" with that of the effect's derivative,
 * which is the opposite. The two agree as the regressions become correct; standard errors differ little.
 */
export type RowsInfluence = "DRDID" | "derivative";

/** One of the four cells of a comparison of rows. */
interface Side {
  readonly treated: 0 | 1;
  readonly post: 0 | 1;
  /** Sign of the cell's mean in the effect. */
  readonly sign: 1 | -1;
}

const SIDES: readonly Side[] = [
  { treated: 1, post: 1, sign: 1 },
  { treated: 1, post: 0, sign: -1 },
  { treated: 0, post: 1, sign: -1 },
  { treated: 0, post: 0, sign: 1 },
];

/**
 * ATT from rows of two groups in two periods (repeated cross-sections, or panels with holes).
 *
 * dr: the locally efficient estimator of Sant'Anna & Zhao (2020), eq. 3.4, with logit and four least-squares
 * regressions; ipw: Hájek-type weights, Abadie (2005); reg: outcome regression of the controls in each period,
 * Heckman, Ichimura & Todd (1997). The covariates' distribution must not change between the periods.
 */
export function rowsEffect(
  outcome: Float64Array,
  comparison: RowComparison,
  method: CovariateMethod,
  influenceBy: RowsInfluence = "DRDID",
): ComparisonResult | Refusal {
  if (comparison.covariates.length === 0) return cellMeans(outcome, comparison, null).result;
  const design = designOf(comparison);
  if (isRefusal(design)) return design;
  if (method === "ipw") return weighted(outcome, comparison, design);
  return method === "reg"
    ? outcomeRegression(outcome, comparison, design)
    : doublyRobust(outcome, comparison, design, influenceBy);
}

/** Signed difference of the four cell means; controls weighted by `odds` where given. */
function cellMeans(values: Float64Array, comparison: RowComparison, odds: Float64Array | null) {
  const influence = new Float64Array(values.length);
  let effect = 0;
  const means = SIDES.map((side) => {
    const weight = sideWeight(comparison, side, odds);
    let [sum, total] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const w = weight(i);
      sum += w * values[i];
      total += w;
    }
    const mean = sum / total;
    effect += side.sign * mean;
    for (let i = 0; i < values.length; i++) {
      influence[i] += side.sign * weight(i) * (values[i] - mean) / total;
    }
    return { ...side, weight, mean, total };
  });
  return { result: { effect, influence, notes: [] as readonly string[] }, means };
}

function sideWeight(
  { treated, post, weights }: RowComparison,
  side: Side,
  odds: Float64Array | null,
): (i: number) => number {
  return (i) => {
    if (treated[i] !== side.treated || post[i] !== side.post) return 0;
    const w = weights === null ? 1 : weights[i];
    return side.treated === 1 || odds === null ? w : w * odds[i];
  };
}

function weighted(
  outcome: Float64Array,
  comparison: RowComparison,
  design: ComparisonDesign,
): ComparisonResult | Refusal {
  const propensity = propensityOf(design.columns, comparison);
  if (isRefusal(propensity)) return propensity;
  const { result, means } = cellMeans(outcome, comparison, propensity.odds);
  addPropensityError(result.influence, outcome, comparison, design, propensity, means);
  return { ...result, notes: [...design.notes, ...propensity.notes] };
}

/** The error that estimating the propensity adds: the weighted control means move with it. */
function addPropensityError(
  influence: Float64Array,
  values: Float64Array,
  { treated, weights }: RowComparison,
  { columns }: ComparisonDesign,
  propensity: Exclude<ReturnType<typeof propensityOf>, Refusal>,
  means: ReturnType<typeof cellMeans>["means"],
): void {
  const controls = means.filter((side) => side.treated === 0);
  const slope = sums(columns, (i) => {
    let value = 0;
    for (const { weight, mean, total, sign } of controls) {
      value += sign * weight(i) * (values[i] - mean) / total;
    }
    return value;
  });
  const direction = times(propensity.fit.inverseInformation, slope);
  addScores(
    influence,
    columns,
    direction,
    (i) => (weights === null ? 1 : weights[i]) * (treated[i] - propensity.fit.probability[i]),
  );
}

function regressSide(
  outcome: Float64Array,
  comparison: RowComparison,
  design: ComparisonDesign,
  side: Side,
): SideRegression | Refusal {
  const who = `${side.treated === 1 ? "the treated" : "the controls"} ${
    side.post === 1 ? "in the period itself" : "in the base period"
  }`;
  return controlRegression(
    outcome,
    design.columns,
    sideWeight(comparison, side, null),
    design.names,
    who,
  );
}

/** Adds what estimating a side's regression contributes, given the derivative of the effect by its coefficients. */
function addRegressionError(
  influence: Float64Array,
  comparison: RowComparison,
  design: ComparisonDesign,
  side: Side,
  { residuals, inverse }: SideRegression,
  derivative: Float64Array,
): void {
  const weight = sideWeight(comparison, side, null);
  addScores(influence, design.columns, times(inverse, derivative), (i) => weight(i) * residuals[i]);
}

function outcomeRegression(
  outcome: Float64Array,
  comparison: RowComparison,
  design: ComparisonDesign,
): ComparisonResult | Refusal {
  const [postSide, preSide] = [SIDES[2], SIDES[3]];
  const post = regressSide(outcome, comparison, design, postSide);
  if (isRefusal(post)) return post;
  const pre = regressSide(outcome, comparison, design, preSide);
  if (isRefusal(pre)) return pre;
  const { treated, weights } = comparison;
  const influence = new Float64Array(outcome.length);
  let effect = 0;
  for (const side of SIDES.slice(0, 2)) {
    const weight = sideWeight(comparison, side, null);
    let [sum, total] = [0, 0];
    for (let i = 0; i < outcome.length; i++) {
      sum += weight(i) * outcome[i];
      total += weight(i);
    }
    effect += side.sign * sum / total;
    for (let i = 0; i < outcome.length; i++) {
      influence[i] += side.sign * weight(i) * (outcome[i] - sum / total) / total;
    }
  }
  // Predicted change of the controls, averaged over all the treated.
  const all = (i: number) => treated[i] === 1 ? (weights === null ? 1 : weights[i]) : 0;
  let [predicted, total] = [0, 0];
  for (let i = 0; i < outcome.length; i++) {
    predicted += all(i) * (pre.residuals[i] - post.residuals[i]);
    total += all(i);
  }
  predicted /= total;
  for (let i = 0; i < outcome.length; i++) {
    influence[i] -= all(i) * (pre.residuals[i] - post.residuals[i] - predicted) / total;
  }
  const mean = sums(design.columns, (i) => all(i) / total);
  addRegressionError(influence, comparison, design, postSide, post, mean.map((v) => -v));
  addRegressionError(influence, comparison, design, preSide, pre, mean);
  return { effect: effect - predicted, influence, notes: design.notes };
}

function doublyRobust(
  outcome: Float64Array,
  comparison: RowComparison,
  design: ComparisonDesign,
  influenceBy: RowsInfluence,
): ComparisonResult | Refusal {
  const propensity = propensityOf(design.columns, comparison);
  if (isRefusal(propensity)) return propensity;
  const fits: SideRegression[] = [];
  for (const side of SIDES) {
    const fit = regressSide(outcome, comparison, design, side);
    if (isRefusal(fit)) return fit;
    fits.push(fit);
  }
  const { treated, post, weights } = comparison;
  const n = outcome.length;
  // Residuals from the controls' regression of the row's own period.
  const rest = outcome.map((_, i) => post[i] === 1 ? fits[2].residuals[i] : fits[3].residuals[i]);
  const { result, means } = cellMeans(rest, comparison, propensity.odds);
  const { influence } = result;
  addPropensityError(influence, rest, comparison, design, propensity, means);
  for (const controlSide of [2, 3]) {
    const [fromTreated, fromControls] = means.filter((side) =>
      side.post === SIDES[controlSide].post
    );
    // A cell's mean of residuals falls by x for each unit of the coefficients.
    const derivative = sums(
      design.columns,
      (i) =>
        -fromTreated.sign * fromTreated.weight(i) / fromTreated.total -
        fromControls.sign * fromControls.weight(i) / fromControls.total,
    );
    addRegressionError(
      influence,
      comparison,
      design,
      SIDES[controlSide],
      fits[controlSide],
      controlSide === 3 && influenceBy === "DRDID" ? derivative.map((v) => -v) : derivative,
    );
  }

  // Local efficiency: treated-minus-control predictions over all the treated, less over the period's own.
  let effect = result.effect;
  const all = (i: number) => treated[i] === 1 ? (weights === null ? 1 : weights[i]) : 0;
  for (const period of [0, 1] as const) {
    const treatedFit = fits[period === 1 ? 0 : 1];
    const controlFit = fits[period === 1 ? 2 : 3];
    const sign = SIDES[period === 1 ? 0 : 1].sign;
    const own = sideWeight(comparison, SIDES[period === 1 ? 0 : 1], null);
    const predicted = outcome.map((_, i) => controlFit.residuals[i] - treatedFit.residuals[i]);
    let [sumAll, totalAll, sumOwn, totalOwn] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      sumAll += all(i) * predicted[i];
      totalAll += all(i);
      sumOwn += own(i) * predicted[i];
      totalOwn += own(i);
    }
    const [meanAll, meanOwn] = [sumAll / totalAll, sumOwn / totalOwn];
    effect += sign * (meanAll - meanOwn);
    for (let i = 0; i < n; i++) {
      influence[i] += sign *
        (all(i) * (predicted[i] - meanAll) / totalAll -
          own(i) * (predicted[i] - meanOwn) / totalOwn);
    }
    const gap = sums(design.columns, (i) => sign * (all(i) / totalAll - own(i) / totalOwn));
    const treatedSide = SIDES[period === 1 ? 0 : 1];
    const controlSide = SIDES[period === 1 ? 2 : 3];
    addRegressionError(influence, comparison, design, treatedSide, treatedFit, gap);
    addRegressionError(
      influence,
      comparison,
      design,
      controlSide,
      controlFit,
      gap.map((v) => -v),
    );
  }
  return { effect, influence, notes: [...design.notes, ...propensity.notes] };
}
