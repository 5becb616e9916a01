import {
  type Fit,
  type PermutationOptions,
  type PermutationTest,
  permutationTest,
} from "../../inference/refits.ts";
import type { Panel, PanelContext } from "../../panel/panel.ts";
import { formatCount, formatP, formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";

/** The effect under treatments dealt to other units, and where the real one stands among them. */
export interface PlaceboInSpace extends PermutationTest {
  /** Columns that changed hands. */
  readonly permuted: readonly string[];
  readonly context: PanelContext;
  toTable(): Table;
}

/**
 * Placebo in space: deals the units' treatments (or doses) out anew, refits, and returns the distribution of the effect
 * of a treatment that is not there. It is `permutationTest` with its distribution kept, and shown.
 *
 * Compare the estimate itself (the default here) to see how large an effect chance allocation gives; "t" is the better
 * test where errors differ between allocations.
 *
 * @throws InputError as `permutationTest`.
 * Source: Fisher (1935); Abadie, Diamond & Hainmueller (2010), JASA 105 (placebo studies in space).
 */
export function placeboInSpace(
  panel: Panel,
  fit: Fit,
  options: PermutationOptions,
): PlaceboInSpace {
  const test = permutationTest(panel, fit, { statistic: "estimate", ...options });
  const permuted = [options.permute].flat();
  const { context } = panel;
  const found = {
    ...test,
    citation: `${test.citation}; Abadie, Diamond & Hainmueller (2010)`,
    permuted,
    context,
  };
  const toTable = () => spaceTable(found);
  return {
    ...found,
    toTable,
    [Symbol.for("Jupyter.display")]: () => toTable().toBundle(),
  } as PlaceboInSpace;
}

function spaceTable(test: Omit<PlaceboInSpace, "toTable">): Table {
  const sorted = test.distribution.slice().sort();
  const quantile = (share: number) =>
    sorted.length === 0 ? null : sorted[Math.round(share * (sorted.length - 1))];
  const { provenance, source } = test.context;
  const row = (label: string, value: number | null) => ({ label, value });
  return new Table({
    caption: `Placebo in space: ${test.permuted.join(", ")} dealt to other units; p = ${
      formatP(test.pValue)
    }`,
    columns: [
      { key: "label", label: `${test.statistic === "t" ? "t" : "Estimate"} of ${test.term}` },
      { key: "value", label: "Value", format: (v) => formatSignificant(v, 3) },
    ],
    rows: [
      row("as it was", test.observed),
      row("placebos: 2.5 % below", quantile(0.025)),
      row("placebos: median", quantile(0.5)),
      row("placebos: 97.5 % below", quantile(0.975)),
    ],
    ...(source === undefined ? {} : { source }),
    notes: [
      test.enumerated
        ? `All ${formatCount(test.draws)} distinct allocations, the real one among them.`
        : `${formatCount(test.draws)} allocations drawn, seed ${test.seed}; p = (1 + reached) / ` +
          "(1 + draws), two-sided.",
      ...(test.failed === 0 ? [] : [
        `In ${
          formatCount(test.failed)
        } the estimator could not be computed; they count as reaching ` +
        "the real one.",
      ]),
      ...(provenance === undefined ? [] : [`Figures: ${provenance}`]),
      test.citation,
    ],
  });
}
