/** Rows of one module found in another. Nothing is copied, so nothing can multiply. */
import { InputError } from "../../../panel/errors.ts";
import { Table } from "../../../tables/table.ts";
import type { PersonTable, SurveyJoin, SurveyTable } from "../types.ts";
import { labelled } from "./provenance.ts";
import { MODULES } from "./spec.ts";

/** CONGLOME, VIVIENDA and HOGAR of a row in one text. */
export function householdKey(table: SurveyTable, row: number): string {
  return `${table.conglome[row]}-${table.vivienda[row]}-${table.hogar[row]}`;
}

/** The household's key and CODPERSO. */
export function personKey(table: PersonTable, row: number): string {
  return `${householdKey(table, row)}-${table.codperso[row]}`;
}

/**
 * For each row on the left the row of the same household on the right: persons to their household, households to
 * their line of Sumaria.
 * @throws InputError when years differ, or a household occurs twice on the right (or on the left, unless it holds
 *   persons): that join would multiply rows.
 */
export function joinHouseholds(left: SurveyTable, right: SurveyTable): SurveyJoin {
  if (left.module !== "persons") requireUnique(left, (row) => householdKey(left, row));
  return join(left, right, householdKey, householdKey, "CONGLOME, VIVIENDA, HOGAR");
}

/** For each person on the left the same person on the right. @throws InputError as `joinHouseholds`. */
export function joinPersons(left: PersonTable, right: PersonTable): SurveyJoin {
  requireUnique(left, (row) => personKey(left, row));
  return join(left, right, personKey, personKey, "CONGLOME, VIVIENDA, HOGAR, CODPERSO");
}

function join<L extends SurveyTable, R extends SurveyTable>(
  left: L,
  right: R,
  leftKey: (table: L, row: number) => string,
  rightKey: (table: R, row: number) => string,
  by: string,
): SurveyJoin {
  requireSameYear(left, right);
  const places = requireUnique(right, (row) => rightKey(right, row));
  const match = new Int32Array(left.rows);
  const found = new Uint8Array(right.rows);
  let matched = 0;
  let sameDistrict = 0;
  for (let row = 0; row < left.rows; row++) {
    const place = places.get(leftKey(left, row)) ?? -1;
    match[row] = place;
    if (place === -1) continue;
    matched++;
    found[place] = 1;
    if (left.ubigeo[row] === right.ubigeo[place]) sameDistrict++;
  }
  return {
    year: left.year,
    left: left.module,
    right: right.module,
    provenance: left.provenance === "simulated" ? "simulated" : right.provenance,
    match,
    by,
    leftRows: left.rows,
    rightRows: right.rows,
    matched,
    leftUnmatched: left.rows - matched,
    rightUnmatched: right.rows - found.reduce((sum, one) => sum + one, 0),
    sameDistrict,
  };
}

function requireSameYear(left: SurveyTable, right: SurveyTable): void {
  if (left.year === right.year) return;
  throw new InputError({
    problem:
      `Rows of ${left.year} cannot be joined to ${right.year}: a key identifies a household within one year only`,
    value: right.year,
    remedy: "join modules of the same year",
  });
}

/** The row of every key. */
function requireUnique(table: SurveyTable, key: (row: number) => string): Map<string, number> {
  const places = new Map<string, number>();
  const repeated: string[] = [];
  for (let row = 0; row < table.rows; row++) {
    const text = key(row);
    if (places.has(text)) repeated.push(text);
    else places.set(text, row);
  }
  if (repeated.length === 0) return places;
  throw new InputError({
    problem: `Rows of ${
      MODULES[table.module].title
    }, ${table.year}, repeat a key, so a join would multiply rows`,
    rows: repeated,
    remedy: "remove the repeated rows",
  });
}

/** The values of a column on the right for the rows on the left, NaN where there is no match. */
export function takeMatched(column: Float64Array, { match }: SurveyJoin): Float64Array {
  return Float64Array.from(match, (row) => row === -1 ? NaN : column[row]);
}

/** The proof: counts before and after, and who found nobody on the other side. */
export function joinTable(joins: readonly SurveyJoin[]): Table {
  const lost = joins.reduce((sum, join) => sum + join.leftUnmatched, 0);
  return new Table({
    ...labelled(
      `${joins.length === 1 ? "One join" : `${joins.length} joins`}, ` +
        (lost === 0 ? "every row found its match" : `${lost} rows without a match`),
      joins.map(({ provenance }) => provenance),
    ),
    columns: [
      { key: "year", label: "Year" },
      { key: "left", label: "Rows of" },
      { key: "right", label: "looked up in" },
      { key: "by", label: "By" },
      { key: "rowsBefore", label: "Rows before" },
      { key: "rowsAfter", label: "Rows after" },
      { key: "matched", label: "Matched" },
      { key: "leftUnmatched", label: "Left without a match" },
      { key: "rightUnmatched", label: "Right without a match" },
      { key: "elsewhere", label: "Matched in another district" },
    ],
    rows: joins.map((join) => ({
      year: join.year,
      left: MODULES[join.left].title,
      right: MODULES[join.right].title,
      by: join.by,
      rowsBefore: join.leftRows,
      rowsAfter: join.match.length,
      matched: join.matched,
      leftUnmatched: join.leftUnmatched,
      rightUnmatched: join.rightUnmatched,
      elsewhere: join.matched - join.sameDistrict,
    })),
  });
}
