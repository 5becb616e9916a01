import type { RollOutRule } from "./assumptions.ts";
import { type DatedCount, decimalDate } from "./path.ts";
import type { TableRow } from "./tables.ts";

/** What IPT counts: rural localities reached, or people covered. */
export type Quantity = "localities" | "people";

export type RollOutRow = TableRow<"ipt_rollout">;
export type NationalRow = TableRow<"ipt_national">;

/** Printed figures that look wrong, with the reason. They stay in the table; a reader may leave them out. */
export const DOUBTFUL_FIGURES: readonly {
  asOf: string;
  code: string;
  quantity: Quantity;
  reason: string;
}[] = [
  {
    asOf: "2021-12",
    code: "09",
    quantity: "localities",
    reason: "Huancavelica's 2,823 is out of line with 2,058 six and 2,215 twelve months later",
  },
  {
    asOf: "2023-03",
    code: "23",
    quantity: "people",
    reason: "Tacna's 200,000 people would be 57 % of its population of 2017, in rural localities",
  },
];

/** Announcements of what was to be reached, printed beside counts of what was. */
export const TARGETS: readonly { asOf: string; code: string }[] = [{ asOf: "2020-12", code: "05" }];

/** A national point that no source prints but one implies. */
const DERIVED_LOCALITIES: DatedCount = { date: decimalDate("2019-12"), count: 3990 };

/**
 * The national path's known points. Left out: figures without a month in years that have dated ones, and
 * "more than" figures below an earlier one (they bound the path, and the earlier figure bounds it better).
 */
export function nationalPoints(rows: readonly NationalRow[], quantity: Quantity): DatedCount[] {
  const dated = rows.flatMap((row) => {
    const count = quantity === "localities"
      ? row.rural_localities_4g_at_least
      : row.people_at_least;
    const year = row.as_of.slice(0, 4);
    const rival = rows.some((other) => other.as_of.startsWith(`${year}-`));
    return count === null || (row.as_of === year && rival)
      ? []
      : [{ date: decimalDate(row.as_of), count }];
  });
  const all = quantity === "localities" ? [...dated, DERIVED_LOCALITIES] : dated;
  const sorted = all.sort((a, b) => a.date - b.date);
  return sorted.filter((point, i) =>
    sorted.slice(0, i).every((earlier) => earlier.count <= point.count)
  );
}

/** One published regional count, and whether the rule uses it. */
export interface PublishedCount {
  readonly code: string;
  readonly asOf: string;
  readonly date: number;
  readonly count: number;
  readonly source: string;
  readonly remark: string;
  /** null when used; else why not. */
  readonly unused: string | null;
}

/** Every published regional count of a quantity, with the reason where the rule leaves it out. */
export function publishedCounts(
  rows: readonly RollOutRow[],
  quantity: Quantity,
  rule: RollOutRule,
): PublishedCount[] {
  const value = (row: RollOutRow) =>
    quantity === "localities" ? row.rural_localities_4g : row.people_at_least;
  const listed = (row: RollOutRow) =>
    rows.filter((other) => other.as_of === row.as_of && other.source_id === row.source_id).length;
  return rows.flatMap((row) => {
    const count = value(row);
    if (count === null) return [];
    const better = rows.find((other) =>
      other !== row && other.as_of === row.as_of && other.code === row.code &&
      value(other) !== null &&
      listed(other) > listed(row)
    );
    const doubtful = DOUBTFUL_FIGURES.some((figure) =>
      figure.asOf === row.as_of && figure.code === row.code && figure.quantity === quantity
    );
    const target = TARGETS.some((figure) => figure.asOf === row.as_of && figure.code === row.code);
    const unused = target && rule.targets === "ignore"
      ? "a target, not a count"
      : doubtful && rule.misprints === "ignore"
      ? "looks misprinted"
      : better !== undefined
      ? `${better.source_id} lists nine regions for the same date`
      : null;
    return [{
      code: row.code,
      asOf: row.as_of,
      date: decimalDate(row.as_of),
      count,
      source: row.source_id,
      remark: row.remark,
      unused,
    }];
  });
}
