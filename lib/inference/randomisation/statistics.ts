import type { Panel } from "../../panel/panel.ts";
import { absorber } from "../../regression/absorb.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { innerProduct } from "../../regression/orthogonal.ts";
import type { DrawnStatistics } from "../wild/draws.ts";
import type { Assignment } from "./assignment.ts";
import { forEachSchedule, type SchedulePlan } from "./schedules.ts";

/** How a coefficient is studentised: by clusters of rows, as if homoskedastic, or not at all. */
export type Studentiser =
  | { readonly kind: "cluster"; readonly codes: Int32Array; readonly count: number }
  | { readonly kind: "iid" }
  | { readonly kind: "none" };

/** A regression in which one column, the treatment, is dealt out anew and everything else stays. */
export interface RefitProblem {
  readonly panel: Panel;
  readonly fit: LeastSquaresFit;
  readonly assignment: Assignment;
  /** Orthonormal columns of the covariates, net of fixed effects. */
  readonly covariates: readonly Float64Array[];
  /** The treatment net of fixed effects and covariates, as observed. */
  readonly treatment: Float64Array;
  readonly studentiser: Studentiser;
}

/**
 * Sums that define a schedule's refit at distance δ: with D the dealt treatment (net of everything else),
 * outcome e + δ D_observed and e the observed residuals, coefficient (D'e + δ D'D_obs) / D'D.
 */
interface RefitSums {
  readonly de: number;
  readonly dd: number;
  readonly size: number;
}

/**
 * A dealt treatment with less than this share of its spread left after fixed effects and covariates is
 * explained by them: its schedule has no estimate.
 */
const EXPLAINED = 1e-12;

/** Statistics of every schedule as functions of the distance from the null; undefined ones are 0 over 0. */
export function refitAll(problem: RefitProblem, plan: SchedulePlan): DrawnStatistics {
  const result = emptyMoving(plan.draws);
  const refit = exchangeable(problem) ? exchangedRefit(problem) : directRefit(problem);
  const order = readingOrder(problem);
  forEachSchedule(problem.assignment, plan, order, (types, b) => refit(types, result, b));
  return result;
}

/** Square of the observed treatment's own standard error, before small-sample factors. */
export function observedSquare(problem: RefitProblem): number {
  const result = emptyMoving(1);
  const refit = exchangeable(problem) ? exchangedRefit(problem) : directRefit(problem);
  refit(problem.assignment.observed, result, 0);
  return result.square[0];
}

/** Statistics that record how they move with the null. */
type MovingStatistics = DrawnStatistics & {
  readonly moves: NonNullable<DrawnStatistics["moves"]>;
};

function emptyMoving(count: number): MovingStatistics {
  const column = () => new Float64Array(count);
  return {
    center: 0,
    numerator: column(),
    square: column(),
    moves: { slope: column(), cross: column(), curve: column() },
  };
}

/** Units by the size of their residuals: an order that labels and row order do not change. */
function readingOrder({ panel, fit }: RefitProblem): Int32Array {
  const key = new Float64Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) key[panel.unit[i]] += fit.residuals[i] ** 2;
  return Int32Array.from(key, (_, unit) => unit).sort((a, b) => key[b] - key[a] || a - b);
}

/**
 * True when taking out everything else commutes with exchanging units: then a path's residual is the same
 * whichever unit it is dealt to, and a refit costs one look-up per unit.
 */
export function exchangeable({ panel, fit, covariates, studentiser }: RefitProblem): boolean {
  const T = panel.times.length;
  const common = fit.effects.every(({ codes, slope }) =>
    (codes === panel.unit || codes === panel.time) &&
    (slope === undefined || slope.every((value, i) => value === slope[i % T]))
  );
  return panel.balanced && fit.weights === null && covariates.length === 0 && common &&
    (studentiser.kind !== "cluster" || fixedWithinUnits(panel, studentiser.codes));
}

function fixedWithinUnits({ rows, unit }: Panel, codes: Int32Array): boolean {
  for (let i = 1; i < rows; i++) {
    if (unit[i] === unit[i - 1] && codes[i] !== codes[i - 1]) return false;
  }
  return true;
}

type Refit = (types: Int32Array, result: MovingStatistics, b: number) => void;

function exchangedRefit(problem: RefitProblem): Refit {
  const { panel, fit, assignment, treatment, studentiser } = problem;
  const { types: K, observed } = assignment;
  const [N, T] = [panel.units.length, panel.times.length];
  const carrier = Int32Array.from({ length: K }, (_, type) => observed.indexOf(type));
  const withResiduals = new Float64Array(K * N);
  const withTreatment = new Float64Array(K * N);
  const square = new Float64Array(K);
  for (let type = 0; type < K; type++) {
    const path = treatment.subarray(carrier[type] * T, (carrier[type] + 1) * T);
    for (let t = 0; t < T; t++) square[type] += path[t] ** 2;
    for (let i = 0; i < N; i++) {
      for (let t = 0; t < T; t++) {
        withResiduals[type * N + i] += path[t] * fit.residuals[i * T + t];
        withTreatment[type * N + i] += path[t] * treatment[i * T + t];
      }
    }
  }
  const total = observed.reduce((sum, type) => sum + square[type], 0);
  const home = studentiser.kind === "cluster"
    ? Int32Array.from({ length: N }, (_, i) => studentiser.codes[i * T])
    : new Int32Array(N);
  const finish = finisher(problem);
  return (types, result, b) => {
    let de = 0;
    let dd = 0;
    for (let i = 0; i < N; i++) {
      de += withResiduals[types[i] * N + i];
      dd += withTreatment[types[i] * N + i];
    }
    finish({ de, dd, size: total }, result, b, (n0, n1, add) => {
      for (let i = 0; i < N; i++) {
        const at = types[i] * N + i;
        const own = square[types[i]];
        add(home[i], withResiduals[at] - n0 * own, withTreatment[at] - n1 * own);
      }
    });
  };
}

function directRefit(problem: RefitProblem): Refit {
  const { panel, fit, assignment, covariates, treatment, studentiser } = problem;
  const { paths, times } = assignment;
  const { weights, residuals } = fit;
  const { residualise } = absorber(fit.effects, weights);
  const dealt = new Float64Array(panel.rows);
  const codes = studentiser.kind === "cluster" ? studentiser.codes : new Int32Array(panel.rows);
  const finish = finisher(problem);
  return (types, result, b) => {
    for (let i = 0; i < panel.rows; i++) {
      dealt[i] = paths[types[panel.unit[i]] * times + panel.time[i]];
    }
    const net = residualise(dealt);
    for (const basis of covariates) {
      const c = innerProduct(basis, net, weights);
      for (let i = 0; i < net.length; i++) net[i] -= c * basis[i];
    }
    const sums = {
      de: innerProduct(net, residuals, weights),
      dd: innerProduct(net, treatment, weights),
      size: innerProduct(net, net, weights),
    };
    finish(sums, result, b, (n0, n1, add) => {
      for (let i = 0; i < net.length; i++) {
        const w = weights === null ? net[i] : weights[i] * net[i];
        add(codes[i], w * (residuals[i] - n0 * net[i]), w * (treatment[i] - n1 * net[i]));
      }
    });
  };
}

/** Hands over scores at distance 0 and their change per unit of distance. */
type Scores = (
  n0: number,
  n1: number,
  add: (cluster: number, score: number, change: number) => void,
) => void;

function finisher({ fit, treatment, studentiser }: RefitProblem) {
  const clusters = studentiser.kind === "cluster" ? studentiser.count : 0;
  const score = new Float64Array(clusters);
  const change = new Float64Array(clusters);
  const spread = innerProduct(treatment, treatment, fit.weights);
  const add = (g: number, s: number, c: number) => {
    score[g] += s;
    change[g] += c;
  };
  return ({ de, dd, size }: RefitSums, result: MovingStatistics, b: number, scores: Scores) => {
    const { numerator, square, moves } = result;
    if (size <= EXPLAINED * spread) return;
    const n0 = numerator[b] = de / size;
    const n1 = moves.slope[b] = dd / size;
    if (studentiser.kind === "none") square[b] = 1;
    else if (studentiser.kind === "iid") {
      square[b] = fit.squaredResiduals / size - n0 * n0;
      moves.cross[b] = -n0 * n1;
      moves.curve[b] = spread / size - n1 * n1;
    } else {
      score.fill(0);
      change.fill(0);
      scores(n0, n1, add);
      for (let g = 0; g < clusters; g++) {
        square[b] += score[g] * score[g];
        moves.cross[b] += score[g] * change[g];
        moves.curve[b] += change[g] * change[g];
      }
      square[b] /= size * size;
      moves.cross[b] /= size * size;
      moves.curve[b] /= size * size;
    }
  };
}
