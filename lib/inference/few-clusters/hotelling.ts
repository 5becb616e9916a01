import type { Estimate, RegressionBehind } from "../../estimators/estimate.ts";
import type { LinearWeights } from "../../estimators/linear.ts";
import { checkKnown } from "../../estimators/options.ts";
import type { JointTest } from "../../estimators/wald.ts";
import type { Coding } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { isNested, requireVariance } from "../../regression/covariance.ts";
import { symmetricEigen } from "../../regression/eigen.ts";
import { fUpper } from "../../regression/distributions.ts";
import type { LeastSquaresFit } from "../../regression/least-squares.ts";
import { innerProduct } from "../../regression/orthogonal.ts";
import { restrictionDirections, type Restrictions } from "../wild/basis.ts";
import { quadraticForm } from "../wild/draws.ts";
import { clusterOf, hypothesesOf, restrict } from "../wild/hypothesis.ts";
import { adjustClusters, singularNotes } from "./bias-reduced.ts";
import { type ClusterBlocks, clusterBlocks, sumOfProducts } from "./blocks.ts";
import { wishartDegrees } from "./moments.ts";

/** What to test. Give at most one of `terms` and `restrictions`; default: all effects are zero. */
export interface HotellingOptions {
  /** Terms of the regression that are all zero under the null. */
  readonly terms?: readonly string[];
  /** Combinations of terms, by name: [{ a: 1, b: -1 }] for equal effects. */
  readonly restrictions?: readonly (string | LinearWeights)[];
  /** Their values under the null: one number, or one per restriction. Default 0. */
  readonly null?: number | readonly number[];
  /** Column to cluster by. Default: the estimate's own cluster. */
  readonly cluster?: string;
}

/** A joint test with few clusters: F = (η − q + 1)/(ηq) · Q on q and η − q + 1 degrees of freedom. */
export interface HotellingTest extends JointTest {
  readonly test: "HTZ";
  /** η: degrees of freedom of the Wishart distribution that stands for CR2's. */
  readonly eta: number;
  /** (η − q + 1)/η: what Q/q is multiplied by. */
  readonly scaling: number;
  readonly clusters: { readonly name: string; readonly count: number };
  readonly citation: string;
}

const OPTIONS: readonly (keyof HotellingOptions)[] = ["terms", "restrictions", "null", "cluster"];

/**
 * The approximate Hotelling's T² test with bias-reduced (CR2) clustered variance, for one or several restrictions on a
 * regression, with fixed effects and weights: "AHT" of the paper, "HTZ" of the software. CR2 is taken to be Wishart with the
 * degrees of freedom η that match its mean and its total variance (`wishartDegrees`), so Q = d'V⁻¹d is T²(q, η).
 * It needs no draws, does not change with the way the restrictions are written (rows of C times any invertible matrix), and
 * with one restriction is the squared t of CR2 with Satterthwaite's degrees of freedom.
 *
 * It is careful: at level 0.05 with 26 clusters, 9 of them treated, and 7 effects before treatment a true null was rejected in
 * 2.8 % of 2,000 simulated panels (AR(1) errors; `waldTest` 20.5 %). The less even the clusters' leverage, the more so: for a
 * skewed dose, or with three of 26 clusters treated, it hardly rejects or has no degrees of freedom left. Where a cluster alone
 * carries what is tested (one treated cluster) CR2 leaves its share out and the test would reject always: it is refused, where the
 * software answers.
 *
 * @throws InputError when the estimate is no single regression, its clusters are not known, a restriction follows from the
 *   others, it cannot be estimated without some cluster, CR2 has no more than q − 1 degrees of freedom, or its covariance is singular.
 * Source: Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672–683, on F tests (AHT).
 */
export function hotellingTest(estimate: Estimate, options: HotellingOptions = {}): HotellingTest {
  checkKnown(options, OPTIONS, []);
  const regression = requireRegression(estimate);
  const restrictions = restrictionsOf(estimate, regression, options);
  const cluster = clusterOf(regression, options.cluster);
  const { fit } = regression;
  const blocks = clusterBlocks(fit, cluster);
  const size = blocks.columns.length;
  const { directions, distance } = restrictionDirections(fit, restrictions, size);
  const q = directions.length;
  const { scores, singular, moments } = adjustClusters(blocks);
  requireVariance(fit, sumOfProducts(blocks, scores), [cluster]);
  const alone = singular.filter((g) => takesAlong(blocks, g, directions));
  if (alone.length > 0) throw hangsOn(alone, cluster);
  const eta = wishartDegrees(moments(directions));
  const wald = eta === null ? null : waldOf(directions, scores, distance);
  if (eta === null || wald === null) throw isSingular(q, cluster);
  const degreesOfFreedom = eta - q + 1;
  if (!(degreesOfFreedom > 0)) throw tooManyRestrictions(q, eta, cluster);
  const scaling = degreesOfFreedom / eta;
  const f = scaling * wald / q;
  return {
    test: "HTZ",
    terms: restrictions.labels,
    f,
    wald,
    restrictions: q,
    degreesOfFreedom,
    pValue: fUpper(f, q, degreesOfFreedom),
    eta,
    scaling,
    clusters: { name: cluster.name, count: cluster.levels.length },
    notes: singularNotes(singular, cluster),
    citation: "Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4)",
  };
}

/** About how many products the test takes: mostly those of explicit columns, of which weights make one per fixed effect. */
export function hotellingWork(fit: LeastSquaresFit, cluster: Coding, restrictions: number): number {
  const groups = cluster.levels.length;
  const columns = fit.effects
    .filter((effect) => fit.weights !== null || !isNested(effect, cluster))
    .reduce(
      (sum, { levels, slope }) => sum + levels * (slope === undefined ? 1 : 2),
      fit.q.length,
    );
  return (fit.rows + groups * restrictions) * columns ** 2 +
    (groups * restrictions) ** 2 * columns;
}

function requireRegression(estimate: Estimate): RegressionBehind {
  const { regression, design } = estimate;
  if (regression !== undefined) return regression;
  throw new InputError({
    problem: `The HTZ test cannot be computed, because "${design.estimator}" has no single ` +
      "regression behind it whose residuals and leverages it needs",
    remedy:
      "test the regression that the estimate was made from (combinations of its terms are given with " +
      "restrictions: [{…}]), or use jointScoreBootstrap, which needs influence functions only",
  });
}

function restrictionsOf(
  estimate: Estimate,
  regression: RegressionBehind,
  { terms, restrictions, null: value }: HotellingOptions,
): Restrictions {
  if (terms !== undefined && restrictions !== undefined) {
    throw new InputError({
      problem: "Several hypotheses are given in different ways",
      column: "terms, restrictions",
      remedy: "give one of terms: […] and restrictions: […]",
    });
  }
  for (const [name, list] of Object.entries({ terms, restrictions })) {
    if (list === undefined || Array.isArray(list)) continue;
    throw new InputError({
      problem: `The option ${name} must be a list`,
      column: name,
      value: JSON.stringify(list),
      remedy: `write { ${name}: […] }`,
    });
  }
  const joint = terms ?? restrictions ?? estimate.design.effects;
  return restrict(estimate, regression, hypothesesOf({ joint }), value);
}

/** d'V⁻¹d with V = Σ_g u_gu_g', u_gs = r_s's_g; null where V is singular. */
function waldOf(
  directions: readonly Float64Array[],
  scores: readonly Float64Array[],
  distance: Float64Array,
): number | null {
  const q = directions.length;
  const variance = new Float64Array(q * q);
  for (const score of scores) {
    const u = directions.map((direction) => innerProduct(score, direction, null));
    for (let s = 0; s < q; s++) for (let t = 0; t < q; t++) variance[s * q + t] += u[s] * u[t];
  }
  return quadraticForm(variance, distance);
}

/** A part of a tested direction this small is rounding about zero; so is what an eigenvalue lacks of one. */
const NO_PART = 1e-6;
const LOST = 1e-10;

/** Whether the tested directions cannot be estimated without the cluster: they have a part where its leverage is one. */
function takesAlong(
  { cross, columns }: ClusterBlocks,
  g: number,
  directions: readonly Float64Array[],
): boolean {
  const { values, vector } = symmetricEigen(cross[g], columns.length);
  return values.some((value, k) =>
    1 - value <= LOST &&
    directions.some((direction) =>
      Math.abs(direction.reduce((sum, part, i) => sum + part * vector(i, k), 0)) > NO_PART
    )
  );
}

function hangsOn(alone: readonly number[], { name, levels }: Coding): InputError {
  const labels = alone.map((g) => levels[g]).join(", ");
  return new InputError({
    problem: `The HTZ test cannot be computed, because without ${name} ${labels} ` +
      "what is tested cannot be estimated, so that CR2 sees nothing of how much it varies there",
    column: name,
    value: labels,
    remedy: "cluster by a finer column, or compare with placebo units (permutationTest)",
  });
}

function isSingular(q: number, { name, levels }: Coding): InputError {
  return new InputError({
    problem:
      `The HTZ test cannot be computed, because the CR2 covariance of ${q} restrictions with ` +
      `${levels.length} clusters is singular`,
    column: name,
    value: levels.length,
    remedy: "test fewer restrictions together, or cluster by a finer column",
  });
}

function tooManyRestrictions(q: number, eta: number, { name, levels }: Coding): InputError {
  return new InputError({
    problem:
      `The HTZ test cannot be computed, because ${q} restrictions need more than ${
        q - 1
      } degrees of freedom ` +
      `and CR2 has ${Number(eta.toPrecision(3))} with ${levels.length} clusters`,
    column: name,
    value: levels.length,
    remedy:
      "test fewer restrictions together, cluster by a finer column, or use wildClusterBootstrap",
  });
}
