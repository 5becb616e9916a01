import type { SpecificationCurve } from "../../diagnostics/specification-curve.ts";
import type { Figure } from "../../report/figure.ts";
import { specificationPlot } from "../../report/specification-plot.ts";
import { formatCount, formatP } from "../../tables/format.ts";
import type { StudyDesign } from "../design.ts";
import { outcomeWords } from "./words.ts";

/** The curve of a study, with its own specification marked and what the permutations say below. */
export function specificationFigure(curve: SpecificationCurve, design: StudyDesign): Figure {
  const columns = new Set(curve.rows.map(({ outcome }) => outcome));
  const outcomes = [...columns].map((column) => outcomeWords(design, column).label);
  return specificationPlot(curve, {
    subtitle: `${outcomes.join("; ")}: ${curve.unit} for ${curve.per}. Each column is one of ${
      formatCount(curve.rows.length)
    } specifications, sorted by estimate, with ${100 * curve.confidenceLevel} % intervals`,
    source: design.source,
    notes: [...testNotes(curve), ...provenance(curve)],
  });
}

function testNotes({ inference }: SpecificationCurve): string[] {
  if (inference === null) return [];
  const p = inference.tests.map(({ statistic, pValue }) => `${formatP(pValue)} (${statistic})`);
  return [
    `If treatment did nothing and any region could have had it: p ${p.join(", ")}; ${
      formatCount(inference.draws)
    } dealings, seed ${inference.seed}.`,
    "The blue band is about chance only: it knows nothing of trends that were not parallel.",
  ];
}

function provenance({ context }: SpecificationCurve): string[] {
  return context.provenance === undefined || context.provenance === "as published"
    ? []
    : [`Figures: ${context.provenance}.`];
}
