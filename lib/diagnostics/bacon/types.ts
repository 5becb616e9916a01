import type { DroppedColumn } from "../../regression/orthogonal.ts";
import type { Table } from "../../tables/table.ts";

/** Who stands in for whom in a two-by-two comparison. The last two occur with covariates only. */
export type BaconType =
  | "treated vs never treated"
  | "earlier vs later treated"
  | "later vs earlier treated"
  | "treated vs always treated"
  | "both treated"
  | "always vs never treated";

/** The order in which types are listed. */
export const BACON_TYPES: readonly BaconType[] = [
  "treated vs never treated",
  "earlier vs later treated",
  "later vs earlier treated",
  "both treated",
  "treated vs always treated",
  "always vs never treated",
];

/** One comparison of two groups over the periods in which one of them changes treatment (with covariates: over all periods). */
export interface BaconCell {
  /** Cohort whose treatment changes; with covariates the earlier of the two; −Infinity for always treated. */
  readonly treated: number;
  /** Cohort of the comparison group; Infinity for never treated, −Infinity for always treated. */
  readonly control: number;
  readonly type: BaconType;
  readonly estimate: number;
  /** Weight among the comparisons: these sum to one. */
  readonly weight: number;
}

/** A part of the two-way estimate: its weight in it, and what it is. */
export interface BaconPart {
  readonly weight: number;
  readonly estimate: number;
}

/** A two-way fixed effects estimate taken apart. */
export interface BaconDecomposition {
  /** The two-way estimate, exactly: Σ of weight × estimate over `between` and `within`. */
  readonly estimate: number;
  readonly cells: readonly BaconCell[];
  /** The comparisons of groups together (Σ weight × estimate of the cells); its weight is one without covariates, else 1 − Ω. */
  readonly between: BaconPart;
  /**
   * What comes from units of one cohort whose covariates differ (Ω and β̂_w): no comparison of treated with untreated. Null
   * without covariates, or where covariates do not vary within a cohort and period.
   */
  readonly within: BaconPart | null;
  /** Weight and mean estimate by type, among the comparisons. */
  readonly types: readonly {
    readonly type: BaconType;
    readonly weight: number;
    readonly estimate: number;
  }[];
  readonly covariates: readonly string[];
  /** Covariates that say nothing beyond the fixed effects and the others, and why. */
  readonly droppedColumns: readonly DroppedColumn[];
  toTable(): Table;
}
