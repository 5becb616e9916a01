import type { FunctionalForm } from "../../diagnostics/functional-form.ts";
import { nearBounds } from "../../diagnostics/functional-form/near-bounds.ts";
import type { Figure } from "../../report/figure.ts";
import { functionalFormPlot, nearBoundsPlot } from "../../report/functional-form-plot.ts";
import { formatSignificant } from "../../tables/format.ts";
import type { StudyEffect } from "../threats/effect.ts";
import { kindWords } from "./threats.ts";
import { outcomeWords, studyNotes, withUnit } from "./words.ts";

/** The doubted effect on every scale, put back into points. */
export function scalesFigure(effect: StudyEffect, form: FunctionalForm): Figure {
  const points = form.results.flatMap(({ points }) => points === null ? [] : [points.estimate]);
  const [low, high] = [Math.min(...points), Math.max(...points)].map((value) =>
    formatSignificant(value, 2)
  );
  const words = outcomeWords(effect.design, effect.outcome);
  return functionalFormPlot(form, {
    title: points.length === 0
      ? "The effect on five scales of one share"
      : `The scale decides: the same comparison gives ${low} to ${high} points`,
    subtitle: `${words.label}: ${kindWords(effect)}, 95 % intervals`,
    source: effect.design.source,
    notes: studyNotes(effect.panel, effect.design),
  });
}

/** How near each cell of the outcome is to 0 or 100. */
export function ceilingFigure({ panel, design }: StudyEffect, outcome: string): Figure {
  const found = nearBounds(panel, { outcome, shareOf: 100 });
  const near = found.nearFloor.length + found.nearTop.length;
  const words = outcomeWords(design, outcome);
  return nearBoundsPlot(found, {
    title: near === 0
      ? `${words.label}: no cell lies within ten points of 0 or 100`
      : `${words.label}: ${near} of ${found.cells.length} cells lie within ten points of 0 or 100`,
    subtitle: `${withUnit(words)}: distance from the nearer end, in points`,
    source: design.source,
    xLabel: "Year",
    unitName: (unit) => design.unitLabels[String(unit)] ?? String(unit),
  });
}
