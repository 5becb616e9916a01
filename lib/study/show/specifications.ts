import type { SpecificationCurve } from "../../diagnostics/specification-curve.ts";
import type { Figure } from "../../report/figure.ts";
import { specificationPlot } from "../../report/specification-plot.ts";
import { formatCount, formatP } from "../../tables/format.ts";
import type { StudyDesign } from "../design.ts";

/** The curve of a study, with its own specification marked and what the permutations say below. */
export function specificationFigure(curve: SpecificationCurve, design: StudyDesign): Figure {
  const outcomes = design.outcomes.filter(({ label }) =>
    curve.axes.some(({ options }) => options.some((option) => option.label === label))
  ).map(({ label }) => label);
  const [unit, per] = curve.unit.split(" for ");
  return specificationPlot(curve, {
    subtitle: `${outcomes.join("; ")}: ${unit} for ${per}. Each column is one of ${
      formatCount(curve.rows.length)
    } specifications, sorted by estimate, with ${100 * curve.confidenceLevel} % intervals`,
    yLabel: unit,
    source: design.source,
    notes: [...testNotes(curve), ...provenance(curve)],
  });
}

function testNotes({ inference }: SpecificationCurve): string[] {
  if (inference === null) return [];
  const p = inference.tests.map(({ statistic, pValue }) =>
    `${statistic} ${pValue < 0.001 ? "" : "= "}${formatP(pValue)}`
  );
  return [
    `If treatment did nothing and anyone could have had it, p by ${p.join(", ")} (${
      formatCount(inference.draws)
    } dealings, seed ${inference.seed}). The blue band is about noise only: it cannot show departures from parallel trends.`,
  ];
}

function provenance({ context }: SpecificationCurve): string[] {
  return context.provenance === undefined || context.provenance === "as published"
    ? []
    : [`Figures: ${context.provenance}.`];
}
