import type { Estimate, Term } from "../../estimators/estimate.ts";
import { JOINT_TEST_WORDS, type JointTest } from "../../estimators/wald.ts";
import { type EventPoint, eventStudyPlot } from "../../report/event-plot.ts";
import type { Figure } from "../../report/figure.ts";
import { trendsPlot } from "../../report/trends-plot.ts";
import {
  formatDegrees,
  formatF,
  formatNumber,
  formatP,
  formatSignificant,
} from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import { effectLabel, type StudyDesign } from "../design.ts";
import { comparedGroups, type TrendStudy } from "../trends.ts";
import { differenceUnit, outcomeWords, studyNotes, withUnit } from "./words.ts";

const PANDEMIC = { from: 2019.5, to: 2021.5, label: "pandemic" };

function shading(study: TrendStudy) {
  const times = study.means.map((mean) => mean.time);
  return times.includes(2020) && times.includes(2021) ? { shade: PANDEMIC } : {};
}

/** Raw means by group over time. */
export function trendsFigure(study: TrendStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  const gap = (time: number) => study.gaps.find((g) => g.time === time)?.gap;
  const { of, from } = comparedGroups(design);
  const [first] = study.gaps;
  const base = gap(design.basePeriod);
  const title = base === undefined
    ? `${outcome.label} by group`
    : `${outcome.label}: the gap between ${of} and ${from} went from ${
      formatNumber(Math.abs(first.gap), 0)
    } points in ` +
      `${first.time} to ${formatNumber(Math.abs(base), 0)} in ${design.basePeriod}`;
  return trendsPlot(
    study.means.map(({ group, time, mean }) => ({ series: group, time, value: mean })),
    {
      title,
      subtitle: `${withUnit(outcome)}; ${
        design.weights === null ? "average of units" : `weighted by ${design.weights}`
      }`,
      source: design.source,
      xLabel: "Year",
      yLabel: outcome.unit,
      treatedFrom: design.treatedFrom,
      ...shading(study),
    },
  );
}

/** The gap between the two groups over time. */
export function gapFigure(study: TrendStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  const { of, from } = comparedGroups(design);
  const before = study.gaps.filter((gap) => gap.time < design.treatedFrom);
  const widest = before.reduce((most, gap) => Math.abs(gap.gap) > Math.abs(most.gap) ? gap : most);
  const last = study.gaps[study.gaps.length - 1];
  return trendsPlot(study.gaps.map(({ time, gap }) => ({ series: "gap", time, value: gap })), {
    title:
      `The gap before treatment was widest in ${widest.time} (${
        formatNumber(widest.gap, 1)
      } points) and is ` +
      `${formatNumber(last.gap, 1)} in ${last.time}`,
    subtitle: `${outcome.label}: ${of} less ${from}, ${differenceUnit(outcome)}`,
    source: design.source,
    xLabel: "Year",
    yLabel: differenceUnit(outcome),
    treatedFrom: design.treatedFrom,
    ...shading(study),
  });
}

/** The points of an event study, with its base period. */
export function eventPoints(estimate: Estimate, series?: string): EventPoint[] {
  const named = series === undefined ? {} : { series };
  const points: EventPoint[] = estimate.effects
    .filter((term) => term.time !== undefined)
    .map(({ time, estimate, low, high }) => ({ time: time!, estimate, low, high, ...named }));
  const base = estimate.design.basePeriod;
  if (base === null) return points;
  return [...points, { time: base, estimate: 0, low: 0, high: 0, reference: true, ...named }]
    .sort((a, b) => a.time - b.time);
}

/** What the years before say; a line asks one question where the joint test asks as many as there are years. */
function preTrendVerdict(joint: JointTest | null, line: Term | null): string {
  if (joint === null) return "pre-trends cannot be examined";
  if (joint.pValue < 0.05) return "the groups did not move in parallel before treatment";
  return line !== null && line.pValue < 0.05
    ? "before treatment the gap moved along a line"
    : "no departure from parallel paths before treatment was found";
}

/** The effects that are tested lie before the base period; where there are some between it and treatment, before treatment. */
function endOfBefore({ effects }: Estimate, { basePeriod, treatedFrom }: StudyDesign): string {
  const between = effects.some(({ time }) => time! > basePeriod && time! < treatedFrom);
  return between ? `treatment (${treatedFrom})` : String(basePeriod);
}

/** The event study, with the pre-period's line where there is one. */
export function eventFigure(study: TrendStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  const joint = study.joint.ok ? study.joint.value : null;
  const line = study.slope.ok ? study.slope.value.terms[0] : null;
  const slope = line === null ? null : line.estimate;
  const { covariance } = study.events.design;
  return eventStudyPlot(eventPoints(study.events), {
    title: `${outcome.label}: ${preTrendVerdict(joint, line)}`,
    subtitle:
      `Difference from ${design.basePeriod} by ${effectLabel(design.treatment)}, ${
        differenceUnit(outcome)
      }, with ` +
      `95 % intervals clustered by ${
        covariance.clusters.map(({ name, count }) => `${name} (${count})`).join(", ")
      }`,
    source: design.source,
    notes: [
      ...(joint === null ? [] : [
        `All effects before ${endOfBefore(study.events, design)} zero: ${formatF(joint, 1)} (${
          JOINT_TEST_WORDS[joint.test]
        }).`,
        ...joint.notes,
      ]),
      ...studyNotes(study.events.regression!.panel, design),
    ],
    xLabel: "Year",
    yLabel: differenceUnit(outcome),
    treatedFrom: design.treatedFrom,
    ...(slope === null ? {} : {
      trend: {
        base: design.basePeriod,
        slope,
        label: `line through the years before (${formatNumber(slope, 2)} a year)`,
      },
    }),
  });
}

/** Effects as departures from the extrapolated line through the years before. */
export function departuresFigure(study: TrendStudy, design: StudyDesign): Figure {
  const outcome = outcomeWords(design, study.outcome);
  if (!study.departures.ok) throw new Error(study.departures.reason);
  const departures = study.departures.value;
  const last = departures.terms[departures.terms.length - 1];
  return eventStudyPlot(eventPoints(departures), {
    title: `If the earlier line had gone on: ${
      formatNumber(last.estimate, 1)
    } points from it in ${last.time}`,
    subtitle:
      `${outcome.label}: departures from the line through the years to ${design.basePeriod}, ` +
      `${differenceUnit(outcome)}, with 95 % intervals`,
    source: design.source,
    notes: [
      "The intervals hold sampling error only: they take for granted that the line would have gone straight on.",
      ...studyNotes(study.events.regression!.panel, design),
    ],
    xLabel: "Year",
    yLabel: differenceUnit(outcome),
    treatedFrom: design.treatedFrom,
  });
}

/** The event study as a table: one row per period, the base period named. */
export function eventTable(study: TrendStudy, design: StudyDesign): Table {
  const digits = (value: number) => formatSignificant(value, 3);
  return new Table({
    caption:
      `${outcomeWords(design, study.outcome).label}: difference from ${design.basePeriod} by ` +
      effectLabel(design.treatment),
    columns: [
      { key: "time", label: "Period", format: String },
      { key: "estimate", label: "Estimate", format: digits },
      { key: "standardError", label: "Std. error", format: digits },
      { key: "low", label: "95 % from", format: digits },
      { key: "high", label: "to", format: digits },
      { key: "pValue", label: "p", format: formatP },
    ],
    rows: study.events.effects.map(({ time, estimate, standardError, low, high, pValue }) => ({
      time: time!,
      estimate,
      standardError,
      low,
      high,
      pValue,
    })),
    source: design.source,
    notes: [`Base period ${design.basePeriod}: zero by construction.`, ...study.events.describe()],
  });
}

/** Joint test and slope of the years before, one row per outcome. */
export function preTrendTable(studies: readonly TrendStudy[], design: StudyDesign): Table {
  const reasons: string[] = [];
  const rows = studies.map((study): Record<string, CellValue> => {
    const outcome = outcomeWords(design, study.outcome);
    if (!study.joint.ok || !study.slope.ok) {
      reasons.push(`${outcome.label}: ${study.joint.ok ? "" : study.joint.reason}`);
      return {
        outcome: outcome.label,
        f: null,
        df: null,
        p: null,
        slope: null,
        se: null,
        average: null,
      };
    }
    const slope = study.slope.value.terms[0];
    return {
      outcome: outcome.label,
      f: study.joint.value.f,
      df: `${study.joint.value.restrictions}, ${formatDegrees(study.joint.value.degreesOfFreedom)}`,
      p: study.joint.value.pValue,
      slope: slope.estimate,
      se: slope.standardError,
      average: study.average.terms[0].estimate,
    };
  });
  return new Table({
    caption: `Paths before ${design.treatedFrom}: could they have been parallel?`,
    columns: [
      { key: "outcome", label: "Outcome" },
      { key: "f", label: "F, all effects before are zero", format: (v) => formatNumber(v, 2) },
      { key: "df", label: "df", align: "right" },
      { key: "p", label: "p", format: formatP },
      { key: "slope", label: "Slope before, per year", format: (v) => formatNumber(v, 2) },
      { key: "se", label: "Std. error", format: (v) => formatNumber(v, 2) },
      {
        key: "average",
        label: `Average effect from ${design.treatedFrom}, against ${design.basePeriod}`,
        format: (v) => formatNumber(v, 2),
      },
    ],
    rows,
    source: design.source,
    notes: [
      "Slope: least squares through the effects up to the base period, clustered standard errors.",
      ...testNotes(studies, design),
      ...reasons,
    ],
  });
}

/** Which joint test each row has; the outcomes are named where they differ. */
function testNotes(studies: readonly TrendStudy[], design: StudyDesign): string[] {
  const tests = studies.flatMap(({ joint, outcome }) =>
    joint.ok ? [{ test: joint.value.test, outcome: outcomeWords(design, outcome).label }] : []
  );
  const kinds = [...Map.groupBy(tests, ({ test }) => test)];
  return [
    ...kinds.map(([test, rows]) =>
      `${test}${kinds.length === 1 ? "" : ` (${rows.map(({ outcome }) => outcome).join(", ")})`}: ${
        JOINT_TEST_WORDS[test]
      }.`
    ),
    ...new Set(studies.flatMap(({ joint }) => joint.ok ? joint.value.notes : [])),
  ];
}

/** A joint test in a sentence. */
export function jointTestText(test: Parameters<typeof formatF>[0]): string {
  return `All effects before the base period are zero: ${formatF(test)}`;
}
