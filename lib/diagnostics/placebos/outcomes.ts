import { linearMap } from "../../estimators/linear.ts";
import { checkFunction, checkKnown, checkList } from "../../estimators/options.ts";
import { holm } from "../../inference/multiple.ts";
import type { Fit } from "../../inference/refits.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { formatP, formatSignificant } from "../../tables/format.ts";
import type { CellValue, TableColumn } from "../../tables/table.ts";
import { answerOf, type Refit, refit, Refits, type RefitsParts } from "./refits.ts";

/** An outcome that treatment should not move. */
export interface PlaceboOutcome {
  readonly column: string;
  readonly label: string;
  /** Why treatment should not move it. */
  readonly asks: string;
}

export interface PlaceboOutcomesOptions {
  /** The outcome of the study, shown first. */
  readonly main: { readonly column: string; readonly label: string };
  /** Effects are divided by the outcome's standard deviation before this time. */
  readonly before: number;
  /** Default: the only effect, else "overall". */
  readonly term?: string;
}

/** Effects on outcomes that treatment should not move, in standard deviations of each. */
export class PlaceboOutcomes extends Refits {
  /** Standard deviation of each outcome between units before treatment, by label. */
  readonly scales: ReadonlyMap<string, number>;
  /** p values adjusted for the number of placebo outcomes (Holm), by label. */
  readonly adjusted: ReadonlyMap<string, number>;
  /** Labels of placebo outcomes whose adjusted p value is below 5 %. */
  readonly moved: readonly string[];

  constructor(
    parts: RefitsParts,
    found: Pick<PlaceboOutcomes, "scales" | "adjusted" | "moved">,
  ) {
    super(parts);
    this.scales = found.scales;
    this.adjusted = found.adjusted;
    this.moved = found.moved;
  }

  protected override extraColumns(): readonly TableColumn[] {
    return [
      { key: "adjusted", label: "p, adjusted", format: formatP },
      { key: "scale", label: "One std. dev. is", format: (v) => formatSignificant(v, 3) },
    ];
  }

  protected override extraCells({ label }: Refit): Record<string, CellValue> {
    return { adjusted: this.adjusted.get(label) ?? null, scale: this.scales.get(label) ?? null };
  }
}

/**
 * Placebo outcomes: the same estimator on outcomes that treatment should not move. An effect there speaks for something
 * else that came at the same time, to the same units.
 *
 * Effects and errors are divided by the outcome's standard deviation between units within periods before treatment (the
 * root of the mean over periods of the variance across units), so that they share an axis.
 *
 * @param fitFor the estimator for an outcome column: `(outcome) => (panel) => twfe(panel, { outcome, … })`.
 * @throws InputError when no placebo outcome is given, or two share a label.
 * Source: Rosenbaum (2002), Observational Studies, chapter 6 (known effects); Holm (1979) for the adjustment.
 */
export function placeboOutcomes(
  panel: Panel,
  fitFor: (outcome: string) => Fit,
  outcomes: readonly PlaceboOutcome[],
  options: PlaceboOutcomesOptions,
): PlaceboOutcomes {
  checkKnown(options, ["main", "before", "term"], []);
  checkFunction(
    "fitFor",
    fitFor,
    '(outcome) => (panel) => twfe(panel, { outcome, treatment: "…" })',
  );
  checkList("outcomes", outcomes, '[{ column: "…", label: "…", asks: "…" }]');
  requireOutcomes([options.main, ...outcomes]);
  if (!Number.isFinite(options.before)) {
    throw new InputError({
      problem: "The time before which outcomes are scaled is not given",
      column: "before",
      value: options.before,
      remedy: "give the first treated time",
    });
  }
  const scales = new Map<string, number>();
  const one = ({ column, label, asks }: PlaceboOutcome) =>
    refit(label, asks, () => {
      const scale = deviationBefore(panel, column, options.before);
      const { estimate, term } = answerOf(fitFor(column)(panel), options.term);
      scales.set(label, scale);
      const note = `divided by the standard deviation before ${options.before}`;
      return linearMap(estimate, [{ name: term.name, weights: { [term.name]: 1 / scale } }], note);
    });
  const base = one({ ...options.main, asks: "the outcome of the study" });
  const changes = outcomes.map(one);
  const found = changes.flatMap(({ label, outcome }) =>
    outcome.ok ? [{ label, p: outcome.value.term.pValue }] : []
  );
  const corrected = found.length === 0 ? [] : holm(found.map(({ p }) => p));
  const adjusted = new Map(found.map(({ label }, i) => [label, corrected[i]]));
  const moved = found.filter(({ label }) => adjusted.get(label)! < 0.05).map(({ label }) => label);
  return new PlaceboOutcomes({
    question: "Placebo outcomes: effects in standard deviations of each outcome before treatment",
    base,
    changes,
    notes: [
      moved.length === 0
        ? `None of ${found.length} placebo outcomes moves at 5 % after Holm's adjustment.`
        : `${moved.length} of ${found.length} placebo outcomes ${
          moved.length === 1 ? "moves" : "move"
        } at 5 % after Holm's adjustment: ` +
          `${moved.join(", ")}.`,
    ],
    citation: "Rosenbaum (2002); Holm (1979)",
    context: panel.context,
  }, { scales, adjusted, moved });
}

function requireOutcomes(outcomes: readonly Omit<PlaceboOutcome, "asks">[]): void {
  for (const outcome of outcomes) {
    const { column, label } = outcome ?? {};
    if (typeof column === "string" && typeof label === "string") continue;
    throw new InputError({
      problem: "An outcome needs a column and a label",
      column: "outcomes",
      value: JSON.stringify(outcome),
      remedy: 'write { column: "…", label: "…" }, for the main outcome (main) and for each placebo',
    });
  }
  const labels = outcomes.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (labels.length > 1 && twice === undefined) return;
  throw new InputError({
    problem: twice === undefined
      ? "No placebo outcome is given"
      : "Two outcomes have the same label",
    column: "outcomes",
    value: twice,
    remedy: "name at least one outcome that treatment should not move, each with its own label",
  });
}

/**
 * Standard deviation between units within periods before a time: the root of the mean over periods of the variance
 * across units. A path that all units share does not count.
 * @throws InputError when no period before has two units with different values.
 */
export function deviationBefore(panel: Panel, column: string, before: number): number {
  const values = panel.numeric(column);
  const sums = panel.times.map(() => ({ n: 0, mean: 0, squares: 0 }));
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) || panel.times[panel.time[i]] >= before) continue;
    const cell = sums[panel.time[i]];
    cell.n++;
    const step = values[i] - cell.mean;
    cell.mean += step / cell.n;
    cell.squares += step * (values[i] - cell.mean);
  }
  const known = sums.filter(({ n }) => n > 1);
  const variance = known.reduce((sum, { n, squares }) => sum + squares / (n - 1), 0) / known.length;
  if (variance > 0) return Math.sqrt(variance);
  throw new InputError({
    problem: `The outcome does not differ between units before ${before}, so it has no scale`,
    column,
    value: known.length === 0 ? "no period with two units" : 0,
    remedy: "choose an outcome that is observed before treatment",
  });
}
