/** The figures of placebos and threats: one call each, with the finding in the title. */
import type { PlaceboInSpace } from "../../diagnostics/placebos/in-space.ts";
import type { PlaceboInTime } from "../../diagnostics/placebos/in-time.ts";
import type { LeaveOneOut } from "../../diagnostics/placebos/leave-one-out.ts";
import type { PlaceboOutcomes } from "../../diagnostics/placebos/outcomes.ts";
import type { Refits } from "../../diagnostics/placebos/refits.ts";
import type { Spillover } from "../../diagnostics/placebos/spillover.ts";
import { distributionPlot } from "../../report/distribution-plot.ts";
import type { Figure, FigureWords } from "../../report/figure.ts";
import { refitsPlot } from "../../report/refits-plot.ts";
import { formatCount, formatNumber, formatP, formatSignificant } from "../../tables/format.ts";
import { effectLabel } from "../design.ts";
import type { StudyEffect } from "../threats/effect.ts";
import { differenceUnit, outcomeWords, studyNotes } from "./words.ts";

/** Treatment said to begin earlier. */
export function timePlaceboFigure(effect: StudyEffect, placebos: PlaceboInTime): Figure {
  const dates = placebos.answered.length;
  const { rejected, realDate } = placebos;
  const title = rejected.length === 0
    ? `No placebo date before ${realDate} shows an effect`
    : `${rejected.length} of ${dates} placebo dates before ${realDate} ${
      rejected.length === 1 ? "shows" : "show"
    } an “effect” of nothing`;
  return drawn(effect, placebos, title, {
    series: [`as it was`, "placebo"],
    notes: placebos.notes,
  });
}

/** Treatment dealt to other units. */
export function spacePlaceboFigure(effect: StudyEffect, placebo: PlaceboInSpace): Figure {
  const share = formatNumber(100 * placebo.pValue, placebo.pValue < 0.1 ? 1 : 0);
  const words = outcomeWords(effect.design, effect.outcome);
  return distributionPlot(placebo.distribution, {
    title: `Dealt out by chance, treatment gives as large an effect in ${share} % of allocations`,
    subtitle: `${words.label}: ${kindWords(effect)}, ${differenceUnit(words)}`,
    source: effect.design.source,
    notes: [
      ...(placebo.enumerated ? [`All ${formatCount(placebo.draws)} distinct allocations.`] : [
        `${formatCount(placebo.draws)} allocations drawn with seed ${placebo.seed}; two-sided p = ${
          formatP(placebo.pValue)
        }.`,
      ]),
      "It would be a test if regions had been chosen by chance, which they were not.",
      ...studyNotes(effect.panel, effect.design),
    ],
    xLabel: placebo.statistic === "t" ? "t statistic" : differenceUnit(words),
    observed: placebo.observed,
    observedLabel: "as it was",
    drawsLabel: "allocations",
  });
}

/** Outcomes that treatment should not move, in standard deviations. */
export function outcomePlaceboFigure(effect: StudyEffect, placebos: PlaceboOutcomes): Figure {
  const { moved, answered } = placebos;
  const title = moved.length === 0
    ? `None of ${answered.length} placebo outcomes moves at 5 %, adjusted for their number`
    : `${moved.length} of ${answered.length} placebo outcomes ${
      moved.length === 1 ? "moves" : "move"
    }, which treatment should not do`;
  return refitsPlot(placebos, {
    title,
    subtitle: `${
      capital(kindWords(effect))
    }, in standard deviations of each outcome, 95 % intervals`,
    source: effect.design.source,
    notes: [...placebos.notes, ...studyNotes(effect.panel, effect.design)],
    xLabel: "standard deviations between regions before treatment",
    digits: largest(placebos) < 0.1 ? 3 : 2,
    series: ["outcome of the study", "placebo outcome"],
  });
}

/** The effect without each unit, period or pair, in order of size. */
export function leaveOneOutFigure(effect: StudyEffect, result: LeaveOneOut): Figure {
  const { low, high, signChanges, verdictChanges, influential } = result;
  if (low === null || high === null || influential === null) {
    throw new Error("Nothing could be refitted");
  }
  const n = (value: number) => formatSignificant(value, 2);
  const range = `${n(low.estimate)} to ${n(high.estimate)}`;
  const out = result.size === 1 ? "one is" : "two are";
  const title = signChanges.length > 0
    ? `The sign hangs on who is in: ${range} when ${out} left out`
    : verdictChanges.length > 0
    ? `The verdict changes ${influentialWords(verdictChanges)}; the estimate runs from ${range}`
    : `The answer does not hang on ${
      result.size === 1 ? "one" : "two"
    }: ${range} when ${out} left out`;
  return drawn(effect, result, title, {
    sorted: true,
    series: ["all", `${result.size === 1 ? "one" : "two"} left out`],
    notes: result.notes,
  });
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

function influentialWords(labels: readonly string[]): string {
  return labels.length === 1 ? labels[0] : `${labels.length} times`;
}

/** The effect without questioned periods. */
export function donutFigure(effect: StudyEffect, result: Refits): Figure {
  return comparedFigure(effect, result, result.changes[0].label);
}

/** The effect when units may have reacted early. */
export function anticipationFigure(effect: StudyEffect, result: Refits): Figure {
  return comparedFigure(effect, result, `with ${result.changes[0].label}`, result.changes[0].label);
}

function comparedFigure(
  effect: StudyEffect,
  result: Refits,
  words: string,
  label = words,
): Figure {
  const { base } = result;
  const changed = result.refit(label).outcome;
  const title = base.outcome.ok && changed.ok
    ? `The estimate is ${formatSignificant(changed.value.term.estimate, 2)} ${words}, ${
      formatSignificant(base.outcome.value.term.estimate, 2)
    } as it was`
    : `The estimate cannot be computed ${words}`;
  return drawn(effect, result, title);
}

/** The effect when treatment may spill over borders. */
export function spilloverFigure(effect: StudyEffect, result: Spillover): Figure {
  const apart = result.refit("near against far controls").outcome;
  const given = result.refit("neighbours' mean, given own").outcome;
  const n = (value: number) => formatSignificant(value, 2);
  const title = apart.ok
    ? apart.value.term.pValue < 0.05
      ? `Untreated neighbours gained ${n(apart.value.term.estimate)} on the untreated farther away`
      : `Untreated neighbours did not clearly gain on the untreated farther away (${
        n(apart.value.term.estimate)
      }, p = ${formatP(apart.value.term.pValue)})`
    : given.ok
    ? `Neighbours' exposure ${
      given.value.term.pValue < 0.05 ? "matters" : "does not clearly matter"
    }: ${n(given.value.term.estimate)} (p ${pWords(given.value.term.pValue)})`
    : "Spillovers cannot be estimated here";
  const far = result.unitsOf("far").map((unit) =>
    effect.design.unitLabels[String(unit)] ?? String(unit)
  );
  return drawn(effect, result, title, {
    series: ["as it was", "with spillovers"],
    notes: [
      ...result.notes,
      ...(far.length > 0 && far.length <= 6 ? [`Far: ${far.join(", ")}.`] : []),
    ],
  });
}

function pWords(p: number): string {
  return p < 0.001 ? "< 0.001" : `= ${formatP(p)}`;
}

interface DrawOptions {
  readonly sorted?: boolean;
  readonly series?: readonly [string, string];
  readonly notes?: FigureWords["notes"];
}

function drawn(
  effect: StudyEffect,
  result: Refits,
  title: string,
  { notes = [], ...options }: DrawOptions = {},
): Figure {
  const { design, panel } = effect;
  const words = outcomeWords(design, effect.outcome);
  return refitsPlot(result, {
    title,
    subtitle: `${words.label}: ${kindWords(effect)}, ${differenceUnit(words)}, 95 % intervals`,
    source: design.source,
    notes: [...notes, ...studyNotes(panel, design)],
    xLabel: differenceUnit(words),
    digits: largest(result) < 2 ? 2 : 1,
    ...options,
  });
}

/** Which effect it is, in words. */
export function kindWords({ design, kind }: StudyEffect): string {
  const what = `effect of ${effectLabel(design.treatment)}`;
  return kind === "twoWay"
    ? `${what}, from ${design.treatedFrom} on against all before`
    : `${what}, average from ${design.treatedFrom} on against ${design.basePeriod}`;
}

/** The largest estimate in size, for digits. */
function largest(result: Refits): number {
  return Math.max(
    ...result.all.flatMap(({ outcome }) =>
      outcome.ok ? [Math.abs(outcome.value.term.estimate)] : []
    ),
  );
}
