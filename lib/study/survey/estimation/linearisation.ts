import type { SurveyDesign } from "./design.ts";

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

/** One ratio per domain: Σ w y / Σ w x over the domain's rows. */
export interface DomainRatios {
  readonly domains: number;
  readonly ratio: Float64Array;
  /** Σ w x. */
  readonly base: Float64Array;
  /** Rows used, and rows of the domain in which y or x is missing. */
  readonly rows: Int32Array;
  readonly missing: Int32Array;
  /** Clusters and strata with a row in use: their difference is the degrees of freedom. */
  readonly clusters: Int32Array;
  readonly strata: Int32Array;
  /** Variance under simple random sampling with replacement of as many rows. */
  readonly simpleVariance: Float64Array;
  /** Totals of the scores by cluster and domain, sparse: `totals[k]` belongs to `cluster[k]` and `domain[k]`. */
  readonly scores: {
    readonly cluster: Int32Array;
    readonly domain: Int32Array;
    readonly total: Float64Array;
  };
}

/**
 * Ratio estimators by domain and the totals of their linearised scores wᵢ(yᵢ − R xᵢ)/Σwx.
 *
 * @param y one value per row, NaN where missing.
 * @param x the denominator; null for 1, which gives a mean or a share.
 * @param domain domain of each row, −1 for rows outside of every domain: their score is zero, but their clusters stay in
 *   the design, so that the variance knows how many clusters a stratum has.
 * Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 5.6 and 10.3.
 */
export function domainRatios(
  design: SurveyDesign,
  y: Float64Array,
  x: Float64Array | null,
  domain: Int32Array,
  domains: number,
): DomainRatios {
  const { weight, rows: n } = design;
  const sums = new Float64Array(domains);
  const base = new Float64Array(domains);
  const weights = new Float64Array(domains);
  const rows = new Int32Array(domains);
  const missing = new Int32Array(domains);
  const usable = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const d = domain[i];
    if (d < 0) continue;
    const below = x === null ? 1 : x[i];
    if (Number.isNaN(y[i]) || Number.isNaN(below)) {
      missing[d]++;
      continue;
    }
    usable[i] = 1;
    rows[d]++;
    sums[d] += weight[i] * y[i];
    base[d] += weight[i] * below;
    weights[d] += weight[i];
  }
  const ratio = sums.map((sum, d) => sum / base[d]);
  const squares = new Float64Array(domains);
  const totals = new TotalsByCluster(domains);
  for (let i = 0; i < n; i++) {
    if (usable[i] === 0) continue;
    const d = domain[i];
    const residual = y[i] - ratio[d] * (x === null ? 1 : x[i]);
    squares[d] += weight[i] * residual * residual;
    totals.add(design.cluster[i], d, weight[i] * residual / base[d]);
  }
  return {
    domains,
    ratio,
    base,
    rows,
    missing,
    ...countClusters(design, totals, domains),
    simpleVariance: squares.map((sum, d) =>
      sum * weights[d] / (base[d] * base[d]) / Math.max(rows[d] - 1, 1)
    ),
    scores: totals.arrays(),
  };
}

/** Sums by (cluster, domain); rows of one cluster usually follow each other. */
class TotalsByCluster {
  readonly cluster: number[] = [];
  readonly domain: number[] = [];
  readonly total: number[] = [];
  readonly #position = new Map<number, number>();
  readonly #domains: number;
  #lastKey = -1;
  #last = -1;

  constructor(domains: number) {
    this.#domains = domains;
  }

  add(cluster: number, domain: number, value: number): void {
    const key = cluster * this.#domains + domain;
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      const known = this.#position.get(key);
      this.#last = known ?? this.total.length;
      if (known === undefined) {
        this.#position.set(key, this.#last);
        this.cluster.push(cluster);
        this.domain.push(domain);
        this.total.push(0);
      }
    }
    this.total[this.#last] += value;
  }

  arrays() {
    return {
      cluster: Int32Array.from(this.cluster),
      domain: Int32Array.from(this.domain),
      total: Float64Array.from(this.total),
    };
  }
}

function countClusters(
  { stratumOfCluster, strata }: SurveyDesign,
  totals: TotalsByCluster,
  domains: number,
): { clusters: Int32Array; strata: Int32Array } {
  const clusters = new Int32Array(domains);
  const seen = new Uint8Array(domains * strata.length);
  const inStrata = new Int32Array(domains);
  totals.cluster.forEach((cluster, k) => {
    const d = totals.domain[k];
    clusters[d]++;
    const cell = d * strata.length + stratumOfCluster[cluster];
    if (seen[cell] === 0) inStrata[d]++;
    seen[cell] = 1;
  });
  return { clusters, strata: inStrata };
}

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
