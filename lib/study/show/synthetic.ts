import { type EventPoint, eventStudyPlot } from "../../report/event-plot.ts";
import type { Figure } from "../../report/figure.ts";
import { syntheticPlot } from "../../report/synthetic-plot.ts";
import { formatNumber, formatP } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { effectLabel, type StudyDesign } from "../design.ts";
import type { SyntheticStudy } from "../synthetic.ts";
import { differenceUnit, outcomeWords, studyNotes } from "./words.ts";

const METHOD_WORDS = {
  sdid: "Synthetic difference-in-differences",
  sc: "Synthetic control",
  did: "Equal weights (difference-in-differences)",
} as const;

/** The treated group beside its synthetic comparison, and who that is made of. */
export function syntheticFigure(study: SyntheticStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  const { treatment } = design;
  const [first] = study.estimate.comparisons;
  const term = study.estimate.term("overall");
  const { fit, plain } = fits(study);
  return syntheticPlot(study.estimate, {
    title: `${outcome.label}: ${formatNumber(Math.abs(term.estimate), 1)} ${
      differenceUnit(outcome)
    } ${term.estimate < 0 ? "less" : "more"} than a synthetic comparison (placebo p ${
      study.placebo.pEstimate < 0.001 ? "" : "= "
    }${formatP(study.placebo.pEstimate)})`,
    subtitle: `${METHOD_WORDS[study.method]}; ${outcome.unit}, mean of units`,
    source: design.source,
    notes: [
      `Placebo error ${
        formatNumber(term.standardError, 1)
      }. Gap before ${first.cohort}: root mean square ${formatNumber(fit, 1)} after reweighting, ` +
      `${formatNumber(plain, 1)} with equal weights. Placebos: ${study.placebo.notes.join("; ")}.`,
      ...studyNotes(study.estimate.panel!, design),
    ],
    xLabel: "Year",
    yLabel: outcome.unit,
    unitLabels: design.unitLabels,
    cohort: first.cohort,
    ...(treatment.kind === "group" ? { treatedLabel: treatment.treatedLabel } : {}),
  });
}

/** Effects by time since treatment about the time-weighted base, with placebo intervals. */
export function syntheticEventFigure(study: SyntheticStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  const { comparisons, effects, design: own } = study.estimate;
  // With one cohort the axis shows the years themselves.
  const start = comparisons.length === 1 ? comparisons[0].cohort : 0;
  const points: EventPoint[] = effects.map(({ time, estimate, low, high }) => ({
    time: start + time!,
    estimate,
    low,
    high,
  }));
  const before = points.filter(({ time }) => time < start);
  const missed = before.filter(({ low, high }) => low > 0 || high < 0).length;
  return eventStudyPlot(points, {
    title: missed === 0
      ? `${outcome.label}: no gap before treatment is distinguishable from zero after reweighting`
      : `${outcome.label}: ${missed} of ${before.length} gaps before treatment are left after reweighting`,
    subtitle: `Gap to the synthetic comparison less its time-weighted base, by ${
      effectLabel(design.treatment)
    }, ${differenceUnit(outcome)}, with ${100 * own.confidenceLevel} % placebo intervals`,
    source: design.source,
    notes: studyNotes(study.estimate.panel!, design),
    xLabel: start === 0 ? "Time since first treated" : "Year",
    yLabel: differenceUnit(outcome),
    treatedFrom: start,
  });
}

/** One row per method or outcome: the effect, its placebo error and p, the fit, and what one donor can do to it. */
export function syntheticTable(studies: readonly SyntheticStudy[], design: StudyDesign): Table {
  const number = (value: number) => formatNumber(value, 2);
  return new Table({
    caption: `${sentence(effectLabel(design.treatment))}: synthetic comparisons`,
    columns: [
      { key: "outcome", label: "Outcome" },
      { key: "method", label: "Method" },
      { key: "estimate", label: "Estimate", format: number },
      { key: "error", label: "Placebo error", format: number },
      { key: "p", label: "Placebo p", format: formatP },
      { key: "fit", label: "Gap before (root mean square)", format: number },
      { key: "plain", label: "with equal weights", format: number },
      { key: "donors", label: "Donors" },
      { key: "largest", label: "Largest donor" },
      { key: "low", label: "Without one donor, from", format: number },
      { key: "high", label: "to", format: number },
    ],
    rows: studies.map((study) => {
      const term = study.estimate.term("overall");
      const left = study.leaveOut.rows.map(({ estimate }) => estimate);
      const { unitWeights } = study.estimate.comparisons[0];
      const donors = unitWeights.filter(({ weight }) => weight > 0);
      const largest = donors.reduce((most, one) => one.weight > most.weight ? one : most);
      const name = design.unitLabels[String(largest.unit)] ?? String(largest.unit);
      return {
        outcome: outcomeWords(design, study.outcome).label,
        method: METHOD_WORDS[study.method],
        estimate: term.estimate,
        error: term.standardError,
        p: study.placebo.pEstimate,
        ...fits(study),
        donors: `${donors.length} of ${unitWeights.length}`,
        largest: study.method === "did" ? "all the same" : `${name} (${largest.weight.toFixed(2)})`,
        low: Math.min(...left),
        high: Math.max(...left),
      };
    }),
    source: design.source,
    notes: [
      `Unweighted, without covariates. Placebos: ${
        [...new Set(studies.flatMap(({ placebo }) => placebo.notes))].join("; ")
      }.`,
      ...(studies.some(({ estimate }) => estimate.comparisons.length > 1)
        ? ["Fit, donors and the largest donor are those of the first cohort."]
        : []),
      ...(studies.length === 0 ? [] : studyNotes(studies[0].estimate.panel!, design)),
    ],
  });
}

/** Two sentences: what the comparison says, and how far it can be believed. */
export function syntheticText(study: SyntheticStudy, design: StudyDesign): string {
  const term = study.estimate.term("overall");
  const [{ cohort, timeWeights }] = study.estimate.comparisons;
  const { fit, plain } = fits(study);
  const left = study.leaveOut.rows.map(({ estimate }) => estimate);
  const points = differenceUnit(outcomeWords(design, study.outcome));
  const base = timeWeights.reduce((most, one) => one.weight > most.weight ? one : most);
  const early =
    study.estimate.effects.filter(({ time, low, high }) => time! < 0 && (low > 0 || high < 0))
      .length;
  const before = study.estimate.effects.filter(({ time }) => time! < 0).length;
  const fitWords = study.method === "did"
    ? `The gap before ${cohort} is ${formatNumber(plain, 1)} (root mean square), and`
    : `Reweighting brings the gap before ${cohort} from ${formatNumber(plain, 1)} to ${
      formatNumber(fit, 1)
    } (root mean square), yet`;
  return `Against a synthetic comparison the effect is ${
    formatNumber(term.estimate, 1)
  } ${points} ` +
    `(placebo error ${formatNumber(term.standardError, 1)}, p = ${
      formatP(study.placebo.pEstimate)
    })${
      base.weight > 0.5
        ? `, measured mostly from ${base.time} (${Math.round(100 * base.weight)} % of the base)`
        : ""
    }. ${fitWords} ${early} of ${before} effects before treatment still differ from zero, and leaving out ` +
    `one donor moves the effect anywhere from ${formatNumber(Math.min(...left), 1)} to ${
      formatNumber(Math.max(...left), 1)
    }.`;
}

function fits({ estimate: { comparisons } }: SyntheticStudy): { fit: number; plain: number } {
  const [{ preFitError, preFitErrorUnweighted }] = comparisons;
  return { fit: preFitError, plain: preFitErrorUnweighted };
}

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
