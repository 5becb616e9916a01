import type { Refits } from "../../diagnostics/placebos/refits.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import type { Figure } from "../../report/figure.ts";
import type { Table } from "../../tables/table.ts";
import type { StudyDesign } from "../design.ts";
import {
  anticipationFigure,
  donutFigure,
  leaveOneOutFigure,
  timePlaceboFigure,
} from "../show/threats.ts";
import { studyEffect } from "./effect.ts";
import { earlyReaction, leftOut, timePlacebos, withoutQuestioned } from "./threats.ts";

/** A refit for every unit takes too long for an overview beyond so many. */
const MOST_UNITS = 300;

/** Tables and figures of the threats that need nothing but the study's own panel, by file name. */
export function threatOutputs(
  panel: Panel,
  design: StudyDesign,
): Record<string, () => { table: Table; figure: Figure }> {
  const shown = <T extends Refits>(ask: () => T, draw: (result: T) => Figure) => () => {
    const result = ask();
    return { table: result.toTable(), figure: draw(result) };
  };
  return Object.fromEntries(design.outcomes.flatMap(({ column }) => {
    const effect = studyEffect(panel, design, { outcome: column });
    return [
      [
        `08-placebo-in-time-${column}`,
        shown(() => timePlacebos(effect), (result) => timePlaceboFigure(effect, result)),
      ],
      [
        `08-leave-one-out-${column}`,
        shown(() => {
          if (panel.units.length <= MOST_UNITS) return leftOut(effect);
          throw new InputError({
            problem:
              `Leaving each of ${panel.units.length} units out takes too long for an overview`,
            remedy: "call leaveOneOut(panel, fit, { by }) with a coarser column",
          });
        }, (result) => leaveOneOutFigure(effect, result)),
      ],
      [
        `08-anticipation-${column}`,
        shown(() => earlyReaction(effect), (result) => anticipationFigure(effect, result)),
      ],
      ...(design.questionedTimes.length === 0 ? [] : [[
        `08-without-questioned-times-${column}`,
        shown(() => withoutQuestioned(effect), (result) => donutFigure(effect, result)),
      ]]),
    ];
  }));
}
