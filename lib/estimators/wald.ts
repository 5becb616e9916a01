import { InputError } from "../panel/errors.ts";
import { checkNames } from "./options.ts";
import type { Estimate } from "./estimate.ts";
import { fUpper } from "../regression/distributions.ts";
import { factorSemidefinite, solveFactored } from "../regression/semidefinite.ts";

/** A test that several terms are jointly zero. */
export interface JointTest {
  /** "F": the Wald statistic against F. "HTZ": Hotelling's T² with CR2 (see `hotellingTest`). */
  readonly test: "F" | "HTZ";
  readonly terms: readonly string[];
  /** Wald statistic over the number of restrictions; with HTZ times its scaling. */
  readonly f: number;
  readonly wald: number;
  /** Restrictions that can be tested: the rank of their covariance. */
  readonly restrictions: number;
  readonly degreesOfFreedom: number;
  /** P(F ≥ f). */
  readonly pValue: number;
  /** What the reader must know: restrictions left out because the covariance is singular. */
  readonly notes: readonly string[];
}

/** What each joint test is, for those who meet it for the first time. */
export const JOINT_TEST_WORDS: Readonly<Record<JointTest["test"], string>> = {
  HTZ: "Hotelling's T² with CR2, made for few clusters",
  F: "Wald test with the estimate's own covariance; with few clusters it rejects too often",
};

/**
 * Wald test that the named terms are all zero, as F(q, df) with the fewest degrees of freedom among them.
 *
 * With G clusters at most G − 1 restrictions can be told apart; a covariance of lower rank is inverted on the
 * coordinates that carry information, and the notes say how many were left.
 * Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, eq. 4.13.
 *
 * @param names default: all effects.
 */
export function waldTest(
  estimate: Estimate,
  names: readonly string[] = estimate.design.effects,
): JointTest {
  if (checkNames("names", names).length === 0) {
    throw new InputError({ problem: "There is nothing to test", remedy: "name at least one term" });
  }
  const index = names.map((name) => estimate.indexOf(name));
  const size = index.length;
  const matrix = new Float64Array(size * size);
  index.forEach((i, a) =>
    index.forEach((j, b) => matrix[a * size + b] = estimate.covariance[i][j])
  );
  const diagonal = Float64Array.from(index, (i) => estimate.covariance[i][i]);
  const factor = factorSemidefinite(matrix, diagonal);
  const beta = Float64Array.from(index, (i) => estimate.terms[i].estimate);
  const solved = beta.slice();
  solveFactored(factor, solved);
  let wald = 0;
  for (let a = 0; a < size; a++) wald += beta[a] * solved[a];
  const degreesOfFreedom = Math.min(...index.map((i) => estimate.terms[i].degreesOfFreedom));
  const f = wald / factor.rank;
  return {
    test: "F",
    terms: names,
    f,
    wald,
    restrictions: factor.rank,
    degreesOfFreedom,
    pValue: fUpper(f, factor.rank, degreesOfFreedom),
    notes: factor.rank === size ? [] : [
      `only ${factor.rank} of ${size} restrictions can be told apart with this covariance; the others are left out: ` +
      names.filter((_, a) => factor.dropped[a]).join(", "),
    ],
  };
}
