import type { SurveyDesign } from "./design.ts";
import type { DomainRatios } from "./linearisation.ts";

/**
 * What a stratum with a single cluster adds to the variance, which it cannot tell by itself:
 * - "fail": nothing is computed;
 * - "remove" or "certainty": nothing, as if its cluster had been certain to be drawn;
 * - "adjust": the square of its distance from the mean of all strata, which errs on the safe side;
 * - "average": as much as the other strata of the domain add on average.
 *
 * The names and rules are those of Lumley's survey package for R (option `survey.lonely.psu`).
 */
export type LonelyRule = "fail" | "remove" | "certainty" | "adjust" | "average";
export const LONELY_RULES: readonly LonelyRule[] = [
  "fail",
  "remove",
  "certainty",
  "adjust",
  "average",
];

/** Sampling covariance of domain estimates, and the strata with a single cluster that each domain meets. */
export interface DomainCovariance {
  /** Domains × domains, row-major; NaN in a domain whose variance cannot be computed (see `domainCovariance`). */
  readonly matrix: Float64Array;
  /** For each domain the single-cluster strata that it has rows in. */
  readonly lonelyStrata: readonly (readonly number[])[];
}

/**
 * Variance of linearised scores under stratified sampling of clusters with replacement:
 * Σ_h n_h/(n_h − 1) Σ_c (Z_hc − Z̄_h)(Z_hc − Z̄_h)', where clusters without a row in the domain count with Z = 0.
 *
 * With "average" a domain's covariances grow by √(strata/strata with two clusters or more), as its variance by the square.
 * The variance of a domain is NaN with "fail" in a single-cluster stratum; with "remove", "certainty" and "average" where no
 * other stratum is left; and under every rule in a domain of one cluster, whose scores add up to zero whatever it answers. R
 * prints 0 in the last two cases, which reads as if the estimate were certain.
 * Source: Wolter (2007), Introduction to Variance Estimation, chapter 6; lonely strata after Lumley (2010),
 *   Complex Surveys, and the manual of his package survey, entry surveyoptions.
 */
export function domainCovariance(
  design: SurveyDesign,
  { scores, domains, clusters, strata: strataMet }: DomainRatios,
  lonely: LonelyRule,
): DomainCovariance {
  const { stratumOfCluster, clustersInStratum } = design;
  const matrix = new Float64Array(domains * domains);
  const lonelyStrata: number[][] = Array.from({ length: domains }, () => []);
  for (
    const group of groupBy(scores.cluster, (c) => stratumOfCluster[c], clustersInStratum.length)
  ) {
    if (group.length === 0) continue;
    const h = stratumOfCluster[scores.cluster[group[0]]];
    const n = clustersInStratum[h];
    if (n === 1) {
      for (const k of group) lonelyStrata[scores.domain[k]].push(h);
      if (lonely === "adjust") addProducts(matrix, domains, scores, group, 1);
      continue;
    }
    const scale = n / (n - 1);
    const sums = new Map<number, number>();
    for (const k of group) {
      sums.set(scores.domain[k], (sums.get(scores.domain[k]) ?? 0) + scores.total[k]);
    }
    addProducts(matrix, domains, scores, group, scale);
    for (const [a, sumA] of sums) {
      for (const [b, sumB] of sums) matrix[a * domains + b] -= scale * sumA * sumB / n;
    }
  }
  rescale(matrix, domains, (d) => {
    const alone = lonelyStrata[d].length;
    if (clusters[d] === 1) return NaN;
    if (alone === 0 || lonely === "adjust") return 1;
    if (lonely === "fail" || alone === strataMet[d]) return NaN;
    return lonely === "average" ? Math.sqrt(strataMet[d] / (strataMet[d] - alone)) : 1;
  });
  return { matrix, lonelyStrata };
}

function rescale(matrix: Float64Array, domains: number, factorOf: (d: number) => number): void {
  const factor = Float64Array.from({ length: domains }, (_, d) => factorOf(d));
  for (let a = 0; a < domains; a++) {
    for (let b = 0; b < domains; b++) matrix[a * domains + b] *= factor[a] * factor[b];
  }
}

/** Adds scale · Z_a Z_b for every pair of domains that share a cluster. Entries of one cluster follow each other. */
function addProducts(
  matrix: Float64Array,
  domains: number,
  { cluster, domain, total }: DomainRatios["scores"],
  group: readonly number[],
  scale: number,
): void {
  let start = 0;
  for (let end = 1; end <= group.length; end++) {
    if (end < group.length && cluster[group[end]] === cluster[group[start]]) continue;
    for (let i = start; i < end; i++) {
      for (let j = start; j < end; j++) {
        const [a, b] = [group[i], group[j]];
        matrix[domain[a] * domains + domain[b]] += scale * total[a] * total[b];
      }
    }
    start = end;
  }
}

/** Positions of the entries of each stratum, sorted by cluster. */
function groupBy(
  cluster: Int32Array,
  stratumOf: (cluster: number) => number,
  strata: number,
): number[][] {
  const groups: number[][] = Array.from({ length: strata }, () => []);
  cluster.forEach((c, k) => groups[stratumOf(c)].push(k));
  for (const group of groups) group.sort((a, b) => cluster[a] - cluster[b] || a - b);
  return groups;
}
