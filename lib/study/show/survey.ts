import type { Panel } from "../../panel/panel.ts";
import type { Figure } from "../../report/figure.ts";
import { intervalPlot } from "../../report/interval-plot.ts";
import { scatterPlot } from "../../report/scatter-plot.ts";
import { formatCount, formatNumber } from "../../tables/format.ts";
import { REGION_NAMES } from "../peru/regions.ts";
import type { SurveyEstimates, SurveyRow } from "../survey/estimation/result.ts";
import { type Grade, gradedOutcomes, GRADES_SOURCE } from "../survey/panel/grade.ts";
import { scenarioWords } from "../survey/simulation/scenario.ts";
import { InputError } from "../../panel/errors.ts";

const OUTCOME_LABELS: Readonly<Record<string, string>> = {
  internet_use_pct: "Internet use",
  households_internet_pct: "Households with internet",
  households_mobile_pct: "Households with a mobile phone",
};

function yearRows(estimates: SurveyEstimates, year: number): readonly SurveyRow[] {
  const rows = estimates.rows.filter((row) => row.year === year);
  if (rows.length > 0) return rows;
  throw new InputError({
    problem: "There is no estimate for this year",
    value: year,
    remedy: `choose one of ${[...new Set(estimates.rows.map((row) => row.year))].join(", ")}`,
  });
}

function provenanceNotes(estimates: SurveyEstimates): string[] {
  return estimates.provenance === "simulated" ? ["Simulated households."] : [];
}

/** A year's shares with their intervals, largest first. @param label "Population using the internet". */
export function surveyShareFigure(
  estimates: SurveyEstimates,
  year: number,
  label: string,
): Figure {
  const rows = [...yearRows(estimates, year)].sort((a, b) => b.estimate - a.estimate);
  const widths = rows.flatMap((row) =>
    row.low === null || row.high === null ? [] : [100 * (row.high - row.low) / 2]
  );
  const middle = [...widths].sort((a, b) => a - b).at(Math.floor(widths.length / 2));
  return intervalPlot(
    rows.map((row) => ({
      label: row.label,
      result: row.low === null || row.high === null
        ? { reason: row.reasons.join("; ") }
        : { estimate: 100 * row.estimate, low: 100 * row.low, high: 100 * row.high },
      note: formatCount(row.rows),
    })),
    {
      title: `${label} ${year}: from ${
        formatNumber(100 * rows[rows.length - 1].estimate, 0)
      } % in ${rows[rows.length - 1].label} to ${formatNumber(100 * rows[0].estimate, 0)} % in ${
        rows[0].label
      }${
        middle === undefined
          ? "; the sample cannot tell how sure that is"
          : `, give or take ${formatNumber(middle, 0)} points`
      }`,
      subtitle: `Survey estimates with ${
        formatNumber(100 * estimates.confidenceLevel, 0)
      } % intervals from the sample's design`,
      xLabel: "%",
      noteLabel: "rows",
      source: estimates.source,
      notes: [...provenanceNotes(estimates), ...estimates.notes.slice(0, 1)],
    },
  );
}

/** How many answers of a simple random sample each region's answers are worth. @param label "Population using the internet". */
export function designEffectFigure(
  estimates: SurveyEstimates,
  year: number,
  label: string,
): Figure {
  const rows = yearRows(estimates, year).filter((row) => row.effectiveRows !== null);
  if (rows.length === 0) {
    throw new InputError({
      problem: `No estimate of ${estimates.variable} has a design effect in ${year}`,
      value: estimates.rows.find((row) => row.year === year)?.reasons.join("; "),
      remedy: "use wider domains, or another rule for strata with one cluster (lonely)",
    });
  }
  const total = rows.reduce((sum, row) => sum + row.rows, 0);
  const worth = rows.reduce((sum, row) => sum + row.effectiveRows!, 0);
  return scatterPlot(
    rows.map((row) => ({
      x: row.rows,
      y: row.effectiveRows!,
      label: row.label,
      series: "region",
    })),
    {
      title: `${formatNumber(total / worth, 1)} answers are worth one of a simple random sample`,
      subtitle: `${label}, ${year}: answers and effective answers (answers over design effect)`,
      xLabel: "answers",
      yLabel: "effective answers",
      line: { intercept: 0, slope: worth / total, label: "all regions together" },
      source: estimates.source,
      notes: [...provenanceNotes(estimates), ...estimates.notes.slice(0, 1)],
    },
  );
}

/**
 * Survey shares held against the published ones, one dot a region and year.
 * @param panel made by `surveyPanel` with the study's panel as its base.
 * @param label default: the study's words for its own outcomes, the column's name for others.
 */
export function publishedFigure(
  panel: Panel,
  outcome: string,
  label: string = OUTCOME_LABELS[outcome] ?? outcome,
): Figure {
  const simulated = panel.context.provenance?.includes("simulated") ?? false;
  const [found, error] = [panel.numeric(outcome), panel.numeric(`${outcome}_se`)];
  const published = panel.numeric(`published_${outcome}`);
  const points = panel.map(({ unit, time }) => ({ unit, time })).map(({ unit, time }, i) => {
    const distance = (found[i] - published[i]) / error[i];
    const far = Math.abs(distance) > 1.96;
    return {
      x: published[i],
      y: found[i],
      label: Math.abs(distance) > 2.6 ? `${REGION_NAMES[String(unit)]} ${time}` : "",
      series: far ? "further than 1.96 standard errors" : "within 1.96 standard errors",
    };
  }).sort((a, b) => b.series.localeCompare(a.series));
  const within = points.filter((point) => point.series.startsWith("within")).length;
  return scatterPlot(points, {
    title: `${within} of ${points.length} ${
      simulated ? "simulated" : "survey"
    } shares lie within 1.96 standard errors of the published ones`,
    subtitle: `${label} by region and year, %, ${panel.times[0]}–${panel.times.at(-1)}`,
    xLabel: "published by INEI, %",
    yLabel: "survey estimate, %",
    line: { intercept: 0, slope: 1, label: "equal" },
    source: panel.context.source ?? "",
    notes: [
      ...(panel.context.provenance === undefined ? [] : [`Figures: ${panel.context.provenance}.`]),
    ],
  });
}

/** What each estimator finds less what is true, by scenario. */
export function gradesFigure(grades: readonly Grade[]): Figure {
  const worst = grades.reduce((far, grade) =>
    Math.abs(grade.estimate - grade.truth) > Math.abs(far.estimate - far.truth) ? grade : far
  );
  const missed = grades.filter((grade) => !grade.covers).length;
  return intervalPlot(
    grades.map((grade) => ({
      label: grade.estimator,
      group: `${grade.scenario}: ${scenarioWords(grade.scenario, grade.outcome)}`,
      result: {
        estimate: grade.estimate - grade.truth,
        low: grade.low - grade.truth,
        high: grade.high - grade.truth,
      },
      note: formatNumber(grade.truth, 1),
    })),
    {
      title: `${missed} of ${grades.length} intervals ${
        missed === 1 ? "misses" : "miss"
      } the truth; “${worst.estimator}” is ${
        formatNumber(Math.abs(worst.estimate - worst.truth), 1)
      } points too ${
        worst.estimate < worst.truth ? "low" : "high"
      } in scenario “${worst.scenario}”`,
      subtitle: `Estimate less true effect on ${
        gradedOutcomes(grades)
      }, with 95 % intervals (regions as clusters)`,
      xLabel: "percentage points",
      noteLabel: "true effect",
      source: GRADES_SOURCE,
      notes: ["Simulated surveys with planted effects."],
    },
  );
}
