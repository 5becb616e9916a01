import { InputError } from "../../../panel/errors.ts";
import { REGION_NAMES } from "../../peru/regions.ts";
import type { SurveyTable } from "../types.ts";

/** A column that divides the country. */
export type DomainName = "region" | "province" | "urban" | "dominio" | "estrato";
export const DOMAIN_NAMES: readonly DomainName[] = [
  "region",
  "province",
  "urban",
  "dominio",
  "estrato",
];

/** One domain: its value in every dividing column, as codes ({ region: "09", urban: "0" }). */
export type Domain = Readonly<Partial<Record<DomainName, string>>>;

export interface DomainCoding {
  /** Domain of each row, −1 for none. */
  readonly codes: Int32Array;
  readonly domains: readonly Domain[];
}

/** Rows coded by the columns crossed; domains are sorted by their codes. Rows for which `include` is false are in none. */
export function codeDomains(
  table: SurveyTable,
  by: readonly DomainName[],
  include: (row: number) => boolean,
): DomainCoding {
  const columns = by.map((name) => domainColumn(table, name));
  const found = new Map<string, number>();
  const domains: Domain[] = [];
  const first = new Int32Array(table.rows).fill(-1);
  for (let i = 0; i < table.rows; i++) {
    if (!include(i)) continue;
    // One column is its own key; only a crossing has to be spelled out.
    let key = columns.length === 0 ? "" : String(columns[0][i]);
    for (let j = 1; j < columns.length; j++) key += `|${columns[j][i]}`;
    let code = found.get(key);
    if (code === undefined) {
      code = domains.length;
      found.set(key, code);
      domains.push(Object.fromEntries(by.map((name, j) => [name, String(columns[j][i])])));
    }
    first[i] = code;
  }
  const keys = [...found.keys()];
  const order = keys.map((_, k) => k).sort((a, b) => keys[a] < keys[b] ? -1 : 1);
  const rank = new Int32Array(order.length);
  order.forEach((code, k) => rank[code] = k);
  return {
    codes: first.map((code) => code < 0 ? -1 : rank[code]),
    domains: order.map((code) => domains[code]),
  };
}

function domainColumn(table: SurveyTable, name: DomainName): ArrayLike<string | number> {
  const column = table[name];
  const rows: number[] = [];
  for (let i = 0; i < table.rows; i++) {
    if (column[i] === "" || Number.isNaN(column[i])) rows.push(i);
  }
  if (rows.length === 0) return column;
  throw new InputError({
    problem: `Rows of the ${table.module} of ${table.year} belong to no ${name}`,
    column: name,
    rows,
    remedy: "choose another column to divide by, or leave these rows out with subpopulation",
  });
}

const STRATUM_KIND = (code: string) => Number(code) <= 5 ? "urban" : "rural";

/** A domain as a reader would call it: "Huancavelica, rural". */
export function domainLabel(domain: Domain): string {
  const parts = Object.entries(domain).map(([name, code]) => {
    if (name === "region") return REGION_NAMES[code] ?? code;
    if (name === "urban") return code === "1" ? "urban" : "rural";
    if (name === "estrato") return `stratum ${code} (${STRATUM_KIND(code)})`;
    return `${name} ${code}`;
  });
  return parts.length === 0 ? "the nation" : parts.join(", ");
}
