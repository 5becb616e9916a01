import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown } from "../estimators/options.ts";
import { influenceProduct } from "../estimators/influence.ts";
import { factorSemidefinite, solveFactored } from "../regression/semidefinite.ts";
import {
  groupUnits,
  multiplierDraws,
  type MultiplierOptions,
  multiplierSetup,
} from "./bands/multipliers.ts";
import { requireDraws, requireSeed } from "./random.ts";

/** A studentised bootstrap of several influence functions together. */
export interface JointScoreBootstrap {
  readonly terms: readonly string[];
  /** θ̂'V⁻¹θ̂ with V = G/(G − 1) Σψψ'. */
  readonly wald: number;
  readonly restrictions: number;
  /** Share of draws whose own Wald statistic reaches the estimate's. */
  readonly pValue: number;
  readonly clusters: { readonly name: string; readonly count: number };
  /** Draws used; all 2^G sign vectors where there are no more than were asked for. */
  readonly draws: number;
  readonly exact: boolean;
  readonly citation: string;
}

export type JointScoreBootstrapOptions = Omit<MultiplierOptions, "distribution"> & {
  /** Terms that are all zero under the null. Default: all effects. */
  readonly terms?: readonly string[];
};

/**
 * Score bootstrap of a joint hypothesis, for estimators that are no single regression: cluster sums ψ_g get random signs v_g,
 * and each draw s = Σvψ has its own spread V* = G/(G − 1)(Σψψ' − ss'/G). By Sherman & Morrison s'V*⁻¹s is an increasing
 * function of q = s'(Σψψ')⁻¹s, namely (G − 1)/G · q/(1 − q/G). With one term it is `scoreBootstrap`.
 *
 * With few clusters and many terms it still rejects too often, if less so than F: at level 0.05 with 26 clusters, 9 of them
 * treated, and 7 terms a true null was rejected in 13 % of 600 simulated panels, in 20 % by `waldTest`, in 6 % by
 * `wildClusterBootstrap` and in 3 % by `hotellingTest`, which are the better choices where there is one regression.
 *
 * @throws InputError when the terms cannot be told apart with this many clusters, or there is one cluster only.
 * Source: Kline & Santos (2012), Journal of Econometric Methods 1(1), section 2 (studentised, Rademacher).
 */
export function jointScoreBootstrap(
  estimate: Estimate,
  options: JointScoreBootstrapOptions,
): JointScoreBootstrap {
  checkKnown(options, ["terms", "cluster", "draws", "seed"], []);
  requireSeed(options.seed);
  const draws = requireDraws(options.draws ?? 9999);
  const names = options.terms === undefined ? estimate.design.effects : checkTerms(options.terms);
  if (names.length === 0) {
    throw new InputError({ problem: "There is nothing to test", remedy: "name at least one term" });
  }
  const groups = groupUnits(estimate, options.cluster);
  const setup = multiplierSetup(
    names.map((name) => estimate.influence[estimate.indexOf(name)]),
    groups,
    "rademacher",
    draws,
    options.seed,
  );
  const size = names.length;
  const product = influenceProduct(setup.influence);
  const diagonal = Float64Array.from(names, (_, k) => product[k * size + k]);
  const factor = factorSemidefinite(product, diagonal);
  if (factor.rank < size) {
    throw new InputError({
      problem:
        `Only ${factor.rank} of ${size} terms can be told apart with ${groups.count} clusters`,
      column: "terms",
      value: names.filter((_, k) => factor.dropped[k] === 1).join(", "),
      remedy: "test fewer terms together, or cluster by a finer column",
    });
  }
  const solved = new Float64Array(size);
  const form = (at: (k: number) => number) => {
    for (let k = 0; k < size; k++) solved[k] = at(k);
    solveFactored(factor, solved);
    let sum = 0;
    for (let k = 0; k < size; k++) sum += at(k) * solved[k];
    return sum;
  };
  const shrink = (groups.count - 1) / groups.count;
  const wald = shrink * form((k) => estimate.term(names[k]).estimate);
  const drawn = multiplierDraws(setup.influence, setup.plan);
  let reached = 0;
  for (let b = 0; b < setup.plan.draws; b++) {
    const q = form((k) => drawn[k][b]);
    const left = 1 - q / groups.count;
    // Draws equal to the statistic but for rounding count as reaching it.
    if (left <= 1e-12 || shrink * q / left >= wald * (1 - 1e-10)) reached++;
  }
  return {
    terms: names,
    wald,
    restrictions: size,
    pValue: reached / setup.plan.draws,
    clusters: { name: groups.name, count: groups.count },
    draws: setup.plan.draws,
    exact: setup.plan.enumerated,
    citation: "Kline & Santos (2012), Journal of Econometric Methods 1(1)",
  };
}

function checkTerms(terms: unknown): readonly string[] {
  const problem = !Array.isArray(terms)
    ? "The terms must be a list of names"
    : new Set(terms).size < terms.length
    ? "A term is named twice"
    : undefined;
  if (problem === undefined) return terms as readonly string[];
  throw new InputError({
    problem,
    column: "terms",
    value: Array.isArray(terms) ? terms.join(", ") : terms,
    remedy: 'write { terms: ["…", "…"] }, each once',
  });
}
