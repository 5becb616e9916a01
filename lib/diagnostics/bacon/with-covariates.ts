import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { cohortDesign, pathFromCohorts } from "../../panel/treatment.ts";
import { leastSquares } from "../../regression/least-squares.ts";
import type { DroppedColumn } from "../../regression/orthogonal.ts";
import { type Group, type Grouping, meansByGroup } from "./groups.ts";
import type { BaconCell, BaconPart, BaconType } from "./types.ts";

/** A sum of squares below this share of the whole is rounding. */
const ROUNDING = 1e-24;

export interface ControlledParts {
  /** One per pair of groups; weights not yet scaled to one. */
  readonly cells: readonly BaconCell[];
  /** Ω and β̂_w; null where they are zero. */
  readonly within: BaconPart | null;
  readonly dropped: readonly DroppedColumn[];
}

/**
 * The parts of a two-way estimate with time-varying covariates. d = treatment net of fixed effects and covariates is split
 * into its mean by group and period, which compares groups, and the rest, which compares units of one group by their covariates.
 *
 * For groups k, l with n units and Δ their difference: weight ∝ nₖ nₗ Σₜ (Δdₜ)², estimate Σₜ Δdₜ Δyₜ / Σₜ (Δdₜ)². These are
 * the pair's regression on the group means of d, since d sums to zero over periods and over groups.
 *
 * Source: Goodman-Bacon (2021), Journal of Econometrics 225, section 5.2.
 */
export function controlledParts(
  panel: Panel,
  options: { readonly outcome: string; readonly cohort: string },
  covariates: readonly string[],
  grouping: Grouping,
): ControlledParts {
  const outcome = panel.numeric(options.outcome);
  const { residual, dropped } = treatmentResidual(panel, options.cohort, covariates);
  const treatment = meansByGroup(panel, grouping, residual);
  const means = meansByGroup(panel, grouping, outcome);
  const periods = panel.times.length;
  let [total, inside, product] = [0, 0, 0];
  for (let i = 0; i < residual.length; i++) {
    const own = residual[i] -
      treatment[grouping.groupOfUnit[panel.unit[i]] * periods + panel.time[i]];
    total += residual[i] * residual[i];
    inside += own * own;
    product += own * outcome[i];
  }
  const cells = pairs(grouping.groups, periods, treatment, means, total);
  const within = inside > ROUNDING * total
    ? { weight: inside / total, estimate: product / inside }
    : null;
  return { cells, within, dropped };
}

/** The treatment net of unit and period effects and of the covariates. */
function treatmentResidual(panel: Panel, cohort: string, covariates: readonly string[]) {
  const path = pathFromCohorts(panel, cohortDesign(panel, cohort));
  const { residuals, squaredResiduals, squaredOutcome, dropped } = leastSquares({
    outcome: path,
    names: covariates,
    regressors: covariates.map((name) => panel.numeric(name)),
    effects: [panel.groups(panel.unitName), panel.groups(panel.timeName)]
      .map(({ name, codes, levels }) => ({ name, codes, levels: levels.length })),
    weights: null,
  });
  if (!(squaredOutcome > ROUNDING * path.length)) {
    return { residual: new Float64Array(path.length), dropped };
  }
  if (squaredResiduals > 1e-14 * squaredOutcome) return { residual: residuals, dropped };
  throw new InputError({
    problem: "The covariates predict the treatment perfectly, so nothing is left to take apart",
    column: covariates.join(", "),
    remedy: "leave out covariates that are the treatment in another form",
  });
}

function pairs(
  groups: readonly Group[],
  periods: number,
  treatment: Float64Array,
  means: Float64Array,
  total: number,
): BaconCell[] {
  return groups.flatMap((first, k) =>
    groups.slice(k + 1).flatMap((second, m) => {
      const l = k + 1 + m;
      let [squares, product] = [0, 0];
      for (let t = 0; t < periods; t++) {
        const difference = treatment[k * periods + t] - treatment[l * periods + t];
        squares += difference * difference;
        product += difference * (means[k * periods + t] - means[l * periods + t]);
      }
      const weight = first.units * second.units * squares;
      if (!(weight > ROUNDING * total * first.units * second.units)) return [];
      return [{ ...roles(first, second), estimate: product / squares, weight }];
    })
  );
}

/** `first` is treated earlier. A group that is always treated is the control of those that come later. */
function roles(
  first: Group,
  second: Group,
): { treated: number; control: number; type: BaconType } {
  const [a, b] = [first.cohort, second.cohort];
  if (a === -Infinity) {
    return b === Infinity
      ? { treated: a, control: b, type: "always vs never treated" }
      : { treated: b, control: a, type: "treated vs always treated" };
  }
  return {
    treated: a,
    control: b,
    type: b === Infinity ? "treated vs never treated" : "both treated",
  };
}
