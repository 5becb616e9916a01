import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";

/** Which column, or columns crossed, are the strata of the sample. */
export type StratumRule = "estrato" | "region × estrato";
export const STRATUM_RULES: readonly StratumRule[] = ["estrato", "region × estrato"];

/** A stratified sample of clusters as numbers: all that a design-based variance needs to know. */
export interface SurveyDesign {
  readonly rows: number;
  /** Cluster (primary sampling unit) of each row; clusters are nested in strata. */
  readonly cluster: Int32Array;
  /** Stratum of each cluster. */
  readonly stratumOfCluster: Int32Array;
  /** Clusters in each stratum, over the whole sample. */
  readonly clustersInStratum: Int32Array;
  readonly strata: readonly string[];
  readonly clusters: readonly string[];
  readonly weight: Float64Array;
}

/** Clusters numbered within strata, whatever labels they have. */
export function codeDesign(
  stratum: ArrayLike<string>,
  cluster: ArrayLike<string>,
  weight: Float64Array,
): SurveyDesign {
  const rows = weight.length;
  const strata = new Map<string, number>();
  const clusters = new Map<string, number>();
  const stratumOfCluster: number[] = [];
  const codes = new Int32Array(rows);
  let [lastStratum, lastCluster, last] = ["", "", -1];
  for (let i = 0; i < rows; i++) {
    // Files come sorted by cluster, so that most rows repeat the one before.
    if (last < 0 || cluster[i] !== lastCluster || stratum[i] !== lastStratum) {
      [lastStratum, lastCluster] = [stratum[i], cluster[i]];
      const key = `${lastStratum}|${lastCluster}`;
      last = clusters.get(key) ?? -1;
      if (last < 0) {
        last = clusters.size;
        clusters.set(key, last);
        if (!strata.has(lastStratum)) strata.set(lastStratum, strata.size);
        stratumOfCluster.push(strata.get(lastStratum)!);
      }
    }
    codes[i] = last;
  }
  const clustersInStratum = new Int32Array(strata.size);
  for (const h of stratumOfCluster) clustersInStratum[h]++;
  return {
    rows,
    cluster: codes,
    stratumOfCluster: Int32Array.from(stratumOfCluster),
    clustersInStratum,
    strata: [...strata.keys()],
    clusters: [...clusters.keys()],
    weight,
  };
}

const known = new WeakMap<SurveyTable, Map<StratumRule, SurveyDesign>>();

/**
 * The design of a year of ENAHO: CONGLOME is the primary sampling unit, ESTRATO the stratum (or ESTRATO within
 * region), FACTOR07 the weight. A CONGLOME that occurs in two strata is two clusters.
 *
 * @throws InputError when a stratum or cluster is missing or a weight is not a positive number.
 */
export function surveyDesign(table: SurveyTable, rule: StratumRule = "estrato"): SurveyDesign {
  const made = known.get(table) ?? new Map<StratumRule, SurveyDesign>();
  known.set(table, made);
  const before = made.get(rule);
  if (before !== undefined) return before;
  checkColumns(table);
  const design = codeDesign(stratumLabels(table, rule), table.conglome, table.weight);
  made.set(rule, design);
  return design;
}

/** "ESTRATO 3" or "09 ESTRATO 3"; rows in a row that share a stratum share the text. */
function stratumLabels({ rows, region, estrato }: SurveyTable, rule: StratumRule): string[] {
  const labels = new Array<string>(rows);
  for (let i = 0; i < rows; i++) {
    const same = i > 0 && estrato[i] === estrato[i - 1] &&
      (rule === "estrato" || region[i] === region[i - 1]);
    labels[i] = same
      ? labels[i - 1]
      : rule === "estrato"
      ? `ESTRATO ${estrato[i]}`
      : `${region[i]} ESTRATO ${estrato[i]}`;
  }
  return labels;
}

function checkColumns(table: SurveyTable): void {
  if (table.rows === 0) {
    throw new InputError({
      problem: `The ${table.module} of ${table.year} have no rows`,
      remedy: "read a year that has interviews",
    });
  }
  refuse(table, "weight", (i) => !(table.weight[i] > 0 && table.weight[i] < Infinity), {
    problem: "Weights must be positive numbers",
    remedy: "leave rows without a weight out before estimating; a zero weight stands for nobody",
    value: (i) => table.weight[i],
  });
  refuse(table, "conglome", (i) => table.conglome[i] === "", {
    problem: "Rows have no cluster",
    remedy: "read CONGLOME with the file; without it the sampling error cannot be known",
  });
  refuse(table, "estrato", (i) => Number.isNaN(table.estrato[i]), {
    problem: "Rows have no stratum",
    remedy: "read ESTRATO with the file; without it the sampling error cannot be known",
  });
}

function refuse(
  table: SurveyTable,
  column: string,
  wrong: (row: number) => boolean,
  words: { problem: string; remedy: string; value?: (row: number) => unknown },
): void {
  const rows: number[] = [];
  for (let i = 0; i < table.rows; i++) if (wrong(i)) rows.push(i);
  if (rows.length === 0) return;
  throw new InputError({
    problem: `${words.problem} (${table.module} of ${table.year})`,
    column,
    rows,
    remedy: words.remedy,
    ...(words.value === undefined ? {} : { value: words.value(rows[0]) }),
  });
}
