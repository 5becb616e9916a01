import type { SurveyDesign } from "./design.ts";

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
