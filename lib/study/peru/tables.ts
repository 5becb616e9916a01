import { z } from "zod";
import { InputError } from "../../panel/errors.ts";
import { type CsvFile, readCsv } from "../csv.ts";
import { REGION_CODES, REGION_NAMES } from "./regions.ts";

/** A cell that may be blank. */
const blankable = <T extends z.ZodType>(schema: T) =>
  z.union([z.literal("").transform(() => null), schema]);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "is not a number").transform(Number);
const share = decimal.pipe(z.number().min(0, "is below 0 %").max(100, "is above 100 %"));
const proportion = decimal.pipe(z.number().min(0, "is below 0").max(1, "is above 1"));
const count = decimal.pipe(z.number().int("is not a whole number").min(0, "is negative"));
const positive = decimal.pipe(z.number().positive("is not above zero"));
const year = decimal.pipe(
  z.number().int("is not a year").min(2000, "is before 2000").max(2030, "is after 2030"),
);
const known = (extra: readonly string[]) =>
  z.string().refine(
    (code) => REGION_CODES.includes(code) || extra.includes(code),
    "is not a known region code",
  );
const region = known([]);
const source = z.string().regex(/^(S\d+)?$/, "is not a source id such as S1");
const date = z.string().regex(/^\d{4}(-\d{2})?$/, "is not a date such as 2021-12 or 2022");

/** The schema of every table, column by column, and the columns that identify a row. */
const SCHEMAS = {
  region_year: {
    key: ["code", "year"],
    row: z.strictObject({
      code: known(["00"]),
      region: z.string().min(1),
      year,
      internet_use_pct: share,
      households_internet_pct: share,
      households_mobile_pct: share,
      poverty_pct: blankable(share),
      electricity_pct: blankable(share),
      population: blankable(count),
    }),
  },
  region_year_ipe: {
    key: ["code", "year"],
    row: z.strictObject({
      code: known(["00", "15C"]),
      region: z.string().min(1),
      year,
      internet_use_ipe_pct: blankable(share),
      schools_internet_pct: blankable(share),
      real_spending_per_head_soles_month: blankable(positive),
      log_real_gdp: blankable(decimal),
      hourly_income_soles: blankable(positive),
      formality_pct: blankable(share),
      educated_workforce_pct: blankable(share),
      secondary_completion_pct: blankable(share),
    }),
  },
  sdg_outcomes: {
    key: ["code", "year"],
    row: z.strictObject({
      code: region,
      region: z.string().min(1),
      year,
      pension_insured_pct: share,
      health_insured_pct: share,
      clean_cooking_pct: share,
      safe_sanitation_pct: share,
    }),
  },
  regions: {
    key: ["code"],
    row: z.strictObject({
      code: region,
      iso_3166_2: z.string().min(1),
      region: z.string().min(1),
      population_2017: count,
      populated_centres: blankable(count),
      area_km2: positive,
      capital: z.string(),
      capital_altitude_m: blankable(decimal),
      population_weighted_altitude_m: decimal,
      population_share_above_2500m: proportion,
      population_share_in_sparse_districts: proportion,
      latitude: blankable(decimal),
      longitude: blankable(decimal),
      schooling_years_25plus_2019: blankable(positive),
      secondary_completed_18plus_pct_2019: blankable(share),
      income_per_head_soles_2019: blankable(positive),
      hdi_2019: blankable(proportion),
      poverty_2018_group_midpoint_pct: blankable(share),
    }),
  },
  ipt_rollout: {
    key: ["as_of", "code", "source_id"],
    row: z.strictObject({
      as_of: date,
      code: region,
      region: z.string().min(1),
      rural_localities_4g: blankable(count),
      people_at_least: blankable(count),
      source_id: source,
      remark: z.string(),
    }),
  },
  ipt_national: {
    key: ["as_of", "source_id"],
    row: z.strictObject({
      as_of: date,
      rural_localities_4g_at_least: blankable(count),
      people_at_least: blankable(count),
      base_stations_4g: blankable(count),
      source_id: source,
      remark: z.string(),
    }),
  },
  internet_levels: {
    key: ["series", "area", "period"],
    row: z.strictObject({
      series: z.string().min(1),
      area: z.string().min(1),
      period: z.string().regex(/^\d{4}(-Q[1-4])?$/, "is not a year or a quarter such as 2021-Q4"),
      percent: share,
      source_id: source,
    }),
  },
  households_mobile_2007_2016: {
    key: ["code", "year"],
    row: z.strictObject({
      code: z.string().min(1),
      area: z.string().min(1),
      year,
      households_mobile_pct: share,
    }),
  },
  internet_departments_2020q3: {
    key: ["ubigeo"],
    row: z.strictObject({
      ubigeo: z.string().min(1),
      department: z.string().min(1),
      households_with_internet_pct: share,
      source_id: source,
    }),
  },
  internet_departments_2022_unweighted: {
    key: ["ubigeo"],
    row: z.strictObject({
      ubigeo: z.string().min(1),
      households: count,
      with_internet: count,
      unweighted_pct: share,
    }),
  },
  enaho_archives: {
    key: ["year"],
    row: z.strictObject({ year, code: count, source_id: source, confirmed_by: source }),
  },
  sources: {
    key: ["id"],
    row: z.strictObject({ id: source, citation: z.string().min(1) }),
  },
} as const;

export type TableName = keyof typeof SCHEMAS;
export type TableRow<T extends TableName> = z.output<(typeof SCHEMAS)[T]["row"]>;

const FOLDER = new URL("../../../data/peru/", import.meta.url);

/** Reads one of the project's tables, checked against its schema. */
export function loadTable<T extends TableName>(name: T): TableRow<T>[] {
  const file = `${name}.csv`;
  return checkTable(name, readCsv(new URL(file, FOLDER), `data/peru/${file}`));
}

/**
 * Checks a parsed file against the schema of a table.
 * @throws InputError naming column, lines, value and what is wrong.
 */
export function checkTable<T extends TableName>(name: T, file: CsvFile): TableRow<T>[] {
  const { row: schema, key } = SCHEMAS[name];
  requireColumns(Object.keys(schema.shape), file);
  const names = Object.keys(file.columns);
  const rows = file.lines.map((line, i) => {
    const cells = Object.fromEntries(names.map((column) => [column, file.columns[column][i]]));
    const parsed = schema.safeParse(cells);
    if (parsed.success) return parsed.data as TableRow<T>;
    const [issue] = parsed.error.issues;
    const column = String(issue.path[0]);
    throw new InputError({
      problem: `A value of ${file.name} ${firstMessage(issue)}`,
      column,
      rows: [`line ${line}`],
      value: cells[column],
      remedy: `correct it; data/README.md says what ${column} may hold`,
    });
  });
  rejectWrongNames(rows, file);
  rejectRepeats(rows, key, file);
  return rows;
}

/** The message of an issue; for a cell that may be blank, that of the value itself. */
function firstMessage(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return issue.message;
  return issue.errors.flat().at(-1)?.message ?? issue.message;
}

function requireColumns(expected: readonly string[], file: CsvFile): void {
  const found = Object.keys(file.columns);
  const missing = expected.filter((column) => !found.includes(column));
  const extra = found.filter((column) => !expected.includes(column));
  if (missing.length + extra.length === 0) return;
  throw new InputError({
    problem: `${file.name} does not have the columns it should` +
      (missing.length === 0 ? "" : `; missing: ${missing.join(", ")}`) +
      (extra.length === 0 ? "" : `; not known: ${extra.join(", ")}`),
    column: [...missing, ...extra][0],
    remedy: `give it exactly ${expected.join(", ")}`,
  });
}

/** A code beside another region's name: one of the two is wrong, and a join would not notice. */
function rejectWrongNames(rows: readonly Record<string, unknown>[], file: CsvFile): void {
  const wrong = rows.flatMap(({ code, region }, i) => {
    const name = REGION_NAMES[String(code)];
    return name === undefined || region === undefined || region === name ? [] : [i];
  });
  if (wrong.length === 0) return;
  const { code, region } = rows[wrong[0]];
  throw new InputError({
    problem: `A name in ${file.name} is not that of its code: ${code} is ${
      REGION_NAMES[String(code)]
    }`,
    column: "region",
    rows: wrong.map((i) => `line ${file.lines[i]}`),
    value: region,
    remedy: "correct the code or the name",
  });
}

function rejectRepeats(
  rows: readonly Record<string, unknown>[],
  key: readonly string[],
  file: CsvFile,
): void {
  const seen = new Map<string, number>();
  rows.forEach((row, i) => {
    const id = key.map((column) => String(row[column])).join(", ");
    const first = seen.get(id);
    if (first !== undefined) {
      throw new InputError({
        problem: `${file.name} has two rows for the same ${key.join(", ")}`,
        column: key.join(", "),
        rows: [`line ${file.lines[first]}`, `line ${file.lines[i]}`],
        value: id,
        remedy: "keep one of them",
      });
    }
    seen.set(id, i);
  });
}
