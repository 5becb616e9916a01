import type { Label } from "../../panel/coding.ts";
import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { Estimate, type EstimateParts } from "../estimate.ts";

/** One cohort beside its synthetic counterpart. */
export interface SyntheticComparison {
  /** First treated time. */
  readonly cohort: number;
  readonly treated: readonly Label[];
  readonly times: readonly number[];
  /** Mean outcome of the treated, by time. */
  readonly treatedPath: Float64Array;
  /** Weighted mean outcome of the controls, by time; its level is its own. */
  readonly syntheticPath: Float64Array;
  /** Plain mean of the controls, by time. */
  readonly controlPath: Float64Array;
  /** What is added to the synthetic path to lay it on the treated one before treatment; 0 for synthetic control. */
  readonly shift: number;
  /** Gap less its time-weighted mean before treatment, by time. */
  readonly effects: Float64Array;
  /** Mean effect from treatment on. */
  readonly att: number;
  /** Weight of each control in the synthetic path; they sum to one. */
  readonly unitWeights: readonly { readonly unit: Label; readonly weight: number }[];
  /** Weight of each time before treatment in the base; they sum to one (to zero for synthetic control). */
  readonly timeWeights: readonly { readonly time: number; readonly weight: number }[];
  /** Standard deviation of the controls' first differences before treatment. */
  readonly noise: number;
  /** Penalties on unit and time weights, in units of the outcome. */
  readonly zetaOmega: number;
  readonly zetaLambda: number;
  /** Root mean squared gap before treatment, less the mean gap where the method has an intercept. */
  readonly preFitError: number;
  /** The same for the plain mean of the controls (less the mean gap): what reweighting had to improve on. */
  readonly preFitErrorUnweighted: number;
}

/** Weights that round to zero in a table. */
const SHOWN_FROM = 0.0005;

/** Effects with the synthetic comparison behind them. */
export class SyntheticEstimate extends Estimate {
  /** One per cohort, by first treated time. */
  readonly comparisons: readonly SyntheticComparison[];

  constructor(parts: EstimateParts, comparisons: readonly SyntheticComparison[]) {
    super(parts);
    this.comparisons = comparisons;
  }

  /**
   * Who is in the synthetic comparison, largest first; one column per cohort. Units without weight are counted in a note.
   * @param labels how units are called. Default: as in the panel.
   */
  weightTable(labels: Readonly<Record<string, string>> = {}): Table {
    const [first] = this.comparisons;
    const rows = first.unitWeights.map(({ unit }, j) => {
      const weights = this.comparisons.map(({ unitWeights }) => unitWeights[j].weight);
      return { unit, weights, most: Math.max(...weights) };
    }).sort((a, b) => b.most - a.most);
    const inside = rows.filter(({ most }) => most >= SHOWN_FROM);
    const without = rows.length - inside.length;
    return new Table({
      caption: `Unit weights: who stands for the treated (${this.design.outcome})`,
      columns: [
        { key: "unit", label: this.design.unitName },
        ...this.#weightColumns(),
      ],
      rows: inside.map(({ unit, weights }) => ({
        unit: labels[String(unit)] ?? unit,
        ...cells(weights),
      })),
      notes: [
        ...(without === 0
          ? []
          : [`${without} of ${rows.length} controls have no weight (below ${SHOWN_FROM})`]),
        ...this.#fitNotes(),
      ],
      source: this.design.context.source,
    });
  }

  /** Which times before treatment are the base; one column per cohort. */
  timeWeightTable(): Table {
    const none = this.comparisons.every(({ timeWeights }) =>
      timeWeights.every(({ weight }) => weight === 0)
    );
    const times = [
      ...new Set(this.comparisons.flatMap((one) => one.timeWeights.map(({ time }) => time))),
    ].sort((a, b) => a - b);
    return new Table({
      caption: `Time weights: what the treated are compared with (${this.design.outcome})`,
      columns: [{ key: "time", label: "Time", format: String }, ...this.#weightColumns()],
      rows: times.map((time) => ({
        time,
        ...cells(
          this.comparisons.map(({ timeWeights }) =>
            timeWeights.find((own) => own.time === time)?.weight ?? null
          ),
        ),
      })),
      notes: [
        ...(none ? ["Synthetic control has no time weights: gaps are taken as they are."] : []),
        ...this.#fitNotes(),
      ],
      source: this.design.context.source,
    });
  }

  #weightColumns() {
    return this.comparisons.map(({ cohort }, c) => ({
      key: `cohort${c}`,
      label: this.comparisons.length === 1 ? "Weight" : `Treated from ${cohort}`,
      format: (value: number) => value.toFixed(3),
    }));
  }

  #fitNotes(): string[] {
    return this.comparisons.map((one) =>
      `treated from ${one.cohort}: root mean squared gap before ${
        formatSignificant(one.preFitError, 3)
      } (${formatSignificant(one.preFitErrorUnweighted, 3)} with equal weights and a free level)`
    );
  }

  override toJSON(): Record<string, unknown> {
    return {
      ...super.toJSON(),
      comparisons: this.comparisons.map((one) => ({
        ...one,
        treatedPath: [...one.treatedPath],
        syntheticPath: [...one.syntheticPath],
        controlPath: [...one.controlPath],
        effects: [...one.effects],
      })),
    };
  }
}

function cells(weights: readonly (number | null)[]): Record<string, number | null> {
  return Object.fromEntries(weights.map((weight, c) => [`cohort${c}`, weight]));
}
