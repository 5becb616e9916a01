import type { Label } from "../../panel/coding.ts";
import type { RowDrop } from "../../panel/sample.ts";
import type { Table } from "../../tables/table.ts";
import type { WeightsType } from "./rows.ts";
import type { WeightSensitivity } from "./sensitivity.ts";

/** How much two-way fixed effects count one cohort in one period. */
export interface TwfeWeight {
  readonly cohort: number;
  readonly time: number;
  /** Rows whose effects are averaged: treated ones, or with stable effects those that switch. */
  readonly rows: number;
  /** Weight in the estimate; all weights sum to one. */
  readonly weight: number;
  /** The share of those rows: what the plain average would give it. */
  readonly share: number;
}

/** How much two-way fixed effects count one unit in one period. */
export interface UnitWeight {
  readonly unit: Label;
  readonly time: number;
  /** The treatment (dose) there. */
  readonly treatment: number;
  /** Weight of the effect per unit of treatment; all weights sum to one. */
  readonly weight: number;
  /** Treatment over the sum of treatments (stable effects: change over the sum of absolute changes). */
  readonly share: number;
}

/** What every kind of weights says. */
export interface WeightsSummary extends WeightSensitivity {
  readonly type: WeightsType;
  readonly estimate: number;
  readonly cells: readonly { readonly weight: number }[];
  /** Sum of the negative weights of `cells`. */
  readonly negative: number;
  readonly negativeCells: number;
  readonly covariates: readonly string[];
  readonly droppedRows: readonly RowDrop[];
}

/** Weights by cohort and period. */
export interface TwfeWeights extends WeightsSummary {
  readonly cells: readonly TwfeWeight[];
  toTable(): Table;
}

/** Weights by unit and period, in the panel's order. */
export interface TwfeUnitWeights extends WeightsSummary {
  readonly cells: readonly UnitWeight[];
  readonly unitName: string;
  /** By unit, those with the most negative weight first. */
  toTable(): Table;
}
