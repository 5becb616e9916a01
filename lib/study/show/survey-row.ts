import { formatCount, formatNumber } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import { REGION_NAMES } from "../peru/regions.ts";
import { requireYesNo } from "../survey/estimation/checks.ts";
import { codeDesign, surveyDesign } from "../survey/estimation/design.ts";
import { domainCovariance } from "../survey/estimation/covariance.ts";
import { domainRatios } from "../survey/estimation/linearisation.ts";
import {
  type SurveyVariable,
  variableName,
  variableValues,
} from "../survey/estimation/variable.ts";
import type { HouseholdTable, SurveyTable } from "../survey/types.ts";
import { InputError } from "../../panel/errors.ts";

/** A caption that says simulated, when the rows are made up. */
function captionOf({ provenance }: SurveyTable, words: string): string {
  return provenance === "simulated"
    ? `Simulated: ${words}`
    : words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** One household as its file has it, column by column. @param row from 0. @throws InputError when there is no such row. */
export function householdRowTable(table: HouseholdTable, row: number): Table {
  if (!Number.isInteger(row) || row < 0 || row >= table.rows) {
    throw new InputError({
      problem: `The households of ${table.year} have rows 0 to ${table.rows - 1}`,
      value: row,
      remedy: "choose one of them; indexOf is −1 where a region does not occur",
    });
  }
  const yes = (value: number) => Number.isNaN(value) ? "no answer" : value === 1 ? "yes" : "no";
  const region = REGION_NAMES[table.region[row]];
  const cells: readonly (readonly [string, CellValue, string])[] = [
    ["CONGLOME", table.conglome[row], "cluster of neighbouring dwellings that were drawn together"],
    ["VIVIENDA", table.vivienda[row], "dwelling in the cluster"],
    ["HOGAR", table.hogar[row], "household in the dwelling"],
    ["UBIGEO", table.ubigeo[row], `district; the first two digits are the department (${region})`],
    [
      "ESTRATO",
      String(table.estrato[row]),
      `stratum: ${table.urban[row] === 1 ? "1–5, a town" : "6–8, the countryside"}`,
    ],
    [
      "RESULT",
      String(table.result[row]),
      table.result[row] === 1 ? "complete interview" : "incomplete interview",
    ],
    ["P1142", yes(table.mobile[row]), "has a mobile phone"],
    ["P1144", yes(table.internet[row]), "has an internet connection"],
    [
      "FACTOR07",
      formatNumber(table.weight[row], 4),
      `weight: stands for about ${formatNumber(table.weight[row], 0)} households`,
    ],
  ];
  return new Table({
    caption: captionOf(table, `one household of ${table.year}`),
    columns: [
      { key: "column", label: "Column" },
      { key: "value", label: "Value", align: "right" },
      { key: "meaning", label: "What it says" },
    ],
    rows: cells.map(([column, value, meaning]) => ({ column, value, meaning })),
    source: table.source,
  });
}

/** The weighted share of a yes/no variable in a region, as the sums it is made of. @throws InputError as `surveyShare`. */
export function shareByHandTable(
  table: SurveyTable,
  variable: SurveyVariable,
  region: string,
): Table {
  const values = answers(table, variable, region);
  const sums = { yes: { rows: 0, weight: 0 }, no: { rows: 0, weight: 0 } };
  for (const i of rowsOf(table, region)) {
    if (Number.isNaN(values[i])) continue;
    const side = values[i] === 1 ? sums.yes : sums.no;
    side.rows++;
    side.weight += table.weight[i];
  }
  const all = {
    rows: sums.yes.rows + sums.no.rows,
    weight: sums.yes.weight + sums.no.weight,
  };
  const line = (answer: string, part: { rows: number; weight: number }) => ({
    answer,
    rows: part.rows,
    plain: 100 * part.rows / all.rows,
    weight: part.weight,
    weighted: 100 * part.weight / all.weight,
  });
  const percent = (value: number) => formatNumber(value, 2);
  return new Table({
    caption: captionOf(
      table,
      `${variableName(variable)} in ${
        REGION_NAMES[region]
      }, ${table.year}: rows and what they stand for`,
    ),
    columns: [
      { key: "answer", label: "Answer" },
      { key: "rows", label: "Rows", format: formatCount },
      { key: "plain", label: "% of rows", format: percent },
      { key: "weight", label: "Sum of weights", format: (v) => formatCount(Math.round(v)) },
      { key: "weighted", label: "% of weights", format: percent },
    ],
    rows: [line("yes", sums.yes), line("no", sums.no), line("both", all)],
    source: table.source,
  });
}

/** The first clusters of a region: how alike neighbours answer yes or no. @throws InputError as `surveyShare`. */
export function clusterTable(
  table: SurveyTable,
  variable: SurveyVariable,
  region: string,
  limit = 8,
): Table {
  const values = answers(table, variable, region);
  const clusters = new Map<string, { estrato: number; rows: number; yes: number }>();
  for (const i of rowsOf(table, region)) {
    if (Number.isNaN(values[i])) continue;
    const cluster = clusters.get(table.conglome[i]) ??
      { estrato: table.estrato[i], rows: 0, yes: 0 };
    cluster.rows++;
    cluster.yes += values[i];
    clusters.set(table.conglome[i], cluster);
  }
  const all = [...clusters];
  const none = all.filter(([, { yes }]) => yes === 0).length;
  return new Table({
    caption: captionOf(
      table,
      `${variableName(variable)} by cluster, ${REGION_NAMES[region]} ${table.year}`,
    ),
    columns: [
      { key: "conglome", label: "Cluster" },
      { key: "estrato", label: "Stratum", format: String },
      { key: "rows", label: "Rows", format: String },
      { key: "yes", label: "Yes", format: String },
    ],
    rows: all.slice(0, limit).map(([conglome, cluster]) => ({ conglome, ...cluster })),
    notes: [
      `The first ${
        Math.min(limit, all.length)
      } of ${all.length} clusters; in ${none} nobody says yes.`,
    ],
    source: table.source,
  });
}

/** The standard error of one region's share under ever truer descriptions of how the sample was drawn. */
export function errorLadderTable(
  table: SurveyTable,
  variable: SurveyVariable,
  region: string,
): Table {
  const values = answers(table, variable, region);
  const inside = new Int32Array(table.rows).fill(-1);
  for (const i of rowsOf(table, region)) inside[i] = 0;
  const alone = codeDesign(
    table.conglome.map(() => "all"),
    table.conglome.map((_, i) => String(i)),
    table.weight,
  );
  const errorOf = (design: typeof alone) => {
    const ratios = domainRatios(design, values, null, inside, 1);
    return {
      ratios,
      error: 100 * Math.sqrt(domainCovariance(design, ratios, "adjust").matrix[0]),
    };
  };
  const independent = errorOf(alone);
  const { simpleVariance, rows } = independent.ratios;
  const steps: readonly (readonly [string, number])[] = [
    [`a simple random sample of ${formatCount(rows[0])} rows`, 100 * Math.sqrt(simpleVariance[0])],
    ["rows drawn one by one, with unequal weights", independent.error],
    ["whole clusters drawn, within ESTRATO", errorOf(surveyDesign(table)).error],
    [
      "whole clusters drawn, within ESTRATO of each region",
      errorOf(surveyDesign(table, "region × estrato")).error,
    ],
  ];
  return new Table({
    caption: captionOf(
      table,
      `the standard error of one share, ${variableName(variable)} in ${
        REGION_NAMES[region]
      } ${table.year}`,
    ),
    columns: [
      { key: "design", label: "Computed as if the sample were …" },
      { key: "error", label: "Std. error, points", format: (v) => formatNumber(v, 2) },
    ],
    rows: steps.map(([design, error]) => ({ design, error })),
    notes: ['A stratum with one cluster is handled by the rule "adjust".'],
    source: table.source,
  });
}

/** A variable of yes and no that somebody of the region answered. */
function answers(table: SurveyTable, variable: SurveyVariable, region: string): Float64Array {
  const values = variableValues(table, variable);
  requireYesNo(table, variableName(variable), values);
  if (rowsOf(table, region).some((i) => !Number.isNaN(values[i]))) return values;
  throw new InputError({
    problem: `Nobody answered in ${
      REGION_NAMES[region] ?? region
    } (${table.module} of ${table.year})`,
    column: variableName(variable),
    remedy: "choose another region or variable",
  });
}

function rowsOf(table: SurveyTable, region: string): number[] {
  const rows = table.region.flatMap((code, i) => code === region ? [i] : []);
  if (rows.length > 0) return rows;
  throw new InputError({
    problem: `The ${table.module} of ${table.year} have no row of this region`,
    column: "region",
    value: region,
    remedy: `choose one of ${[...new Set(table.region)].sort().join(", ")}`,
  });
}
