import type { Estimate } from "../../estimators/estimate.ts";
import type { TwoByTwo } from "../../estimators/two-by-two.ts";
import { twfe } from "../../estimators/twfe.ts";
import type { Panel } from "../../panel/panel.ts";
import type { Figure } from "../../report/figure.ts";
import { intervalPlot } from "../../report/interval-plot.ts";
import { formatNumber, formatP, formatSignificant } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import { describeCovariance } from "../../estimators/design.ts";
import { effectLabel, type StudyDesign } from "../design.ts";
import { baseOptions, type VariantResult } from "../variants.ts";
import { differenceUnit, outcomeWords, studyNotes } from "./words.ts";

/** The four means of the 2 × 2 and the two subtractions. */
export function fourMeansTable({ means, estimate }: TwoByTwo, design: StudyDesign): Table {
  const outcome = outcomeWords(design, estimate.design.outcome);
  const { treatment } = design;
  const [treated, control] = treatment.kind === "group"
    ? [treatment.treatedLabel, treatment.controlLabel]
    : ["treated", "control"];
  const digits = (value: number) => formatNumber(value, 2);
  const change = (before: number, after: number) => ({ before, after, change: after - before });
  const term = estimate.term("DiD");
  return new Table({
    caption:
      `${outcome.label}: the difference between the two changes is ${digits(term.estimate)} ` +
      `${differenceUnit(outcome)} (standard error ${digits(term.standardError)})`,
    columns: [
      { key: "group", label: "Group" },
      { key: "units", label: "Units" },
      { key: "before", label: `Mean before ${design.treatedFrom}`, format: digits },
      { key: "after", label: `Mean from ${design.treatedFrom}`, format: digits },
      { key: "change", label: "Change", format: digits },
    ],
    rows: [
      {
        group: treated,
        units: means.treatedUnits,
        ...change(means.treatedBefore, means.treatedAfter),
      },
      {
        group: control,
        units: means.controlUnits,
        ...change(means.controlBefore, means.controlAfter),
      },
      {
        group: "difference of the changes",
        units: null,
        before: null,
        after: null,
        change: term.estimate,
      },
    ],
    source: design.source,
    notes: [
      `${means.periodsBefore} periods before, ${means.periodsAfter} from ${design.treatedFrom} on; ${outcome.unit}.`,
      estimate.describe()[2],
    ],
  });
}

/** One row per variant: what it changes, what it assumes, what it finds. */
export function variantsTable(results: readonly VariantResult[], design: StudyDesign): Table {
  const outcome = outcomeWords(design, results[0].outcome);
  const reasons: string[] = [];
  const rows = results.map(({ variant, result }): Record<string, CellValue> => {
    const words = { label: variant.label, assumes: variant.assumes };
    if (!result.ok) {
      reasons.push(`${variant.label}: ${result.reason}`);
      return { ...words, estimate: null, se: null, p: null, units: null, rows: null };
    }
    const term = result.value.term(design.treatment.path);
    const { units, observations } = result.value.design;
    return {
      ...words,
      estimate: term.estimate,
      se: term.standardError,
      p: term.pValue,
      units,
      rows: observations,
    };
  });
  return new Table({
    caption: `${outcome.label}: the effect of ${effectLabel(design.treatment)}, ${
      differenceUnit(outcome)
    }`,
    columns: [
      { key: "label", label: "Variant" },
      { key: "estimate", label: "Estimate", format: (v) => formatSignificant(v, 3) },
      { key: "se", label: "Std. error", format: (v) => formatSignificant(v, 3) },
      { key: "p", label: "p", format: formatP },
      { key: "units", label: "Units" },
      { key: "rows", label: "Rows" },
      { key: "assumes", label: "It asks you to believe that …" },
    ],
    rows,
    source: design.source,
    notes: [
      ...covarianceNotes(results),
      ...design.assumptions.map((line) => `Assumed: ${line}`),
      ...reasons,
    ],
  });
}

function covarianceNotes(results: readonly VariantResult[]): string[] {
  const first = results.find(({ result }) => result.ok)?.result;
  if (first === undefined || !first.ok) return [];
  const { covariance } = first.value.design;
  return [
    `Two-way fixed effects; standard errors ${
      describeCovariance(covariance)
    }, ${covariance.smallSample}.`,
  ];
}

/** The variants as dots with intervals. */
export function variantsFigure(results: readonly VariantResult[], design: StudyDesign): Figure {
  const outcome = outcomeWords(design, results[0].outcome);
  const found = results.flatMap(({ result }) =>
    result.ok ? [result.value.term(design.treatment.path).estimate] : []
  );
  const [low, high] = [Math.min(...found), Math.max(...found)];
  const first = results.find(({ result }) => result.ok)!.result as { ok: true; value: Estimate };
  return intervalPlot(
    results.map(({ variant, result }) => ({
      label: variant.label,
      result: result.ok ? interval(result.value, design.treatment.path) : { reason: result.reason },
    })),
    {
      title:
        `The estimate runs from ${formatSignificant(low, 2)} to ${formatSignificant(high, 2)} ` +
        `${differenceUnit(outcome)}, by what one assumes`,
      subtitle: `${outcome.label}: effect of ${effectLabel(design.treatment)}, with 95 % intervals`,
      source: design.source,
      notes: studyNotes(first.value.regression!.panel, design),
      xLabel: differenceUnit(outcome),
      digits: Math.max(Math.abs(low), Math.abs(high)) < 1 ? 2 : 1,
    },
  );
}

function interval(estimate: Estimate, term: string) {
  const { estimate: value, low, high } = estimate.term(term);
  return { estimate: value, low, high };
}

/** The table that a paper could print: outcomes by columns, variants by rows, errors in parentheses below. */
export function paperTable(
  byOutcome: readonly (readonly VariantResult[])[],
  design: StudyDesign,
): Table {
  const outcomes = byOutcome.map(([first]) => outcomeWords(design, first.outcome));
  const reasons: string[] = [];
  const digits = (value: number) => formatNumber(value, 2);
  const rows = byOutcome[0].flatMap(({ variant }, i) => {
    const estimates: Record<string, CellValue> = { label: variant.label };
    const errors: Record<string, CellValue> = { label: "" };
    byOutcome.forEach((results, j) => {
      const { result } = results[i];
      if (!result.ok) {
        reasons.push(`${variant.label}, ${outcomes[j].label}: ${result.reason}`);
        estimates[outcomes[j].column] = null;
        errors[outcomes[j].column] = null;
        return;
      }
      const term = result.value.term(design.treatment.path);
      estimates[outcomes[j].column] = digits(term.estimate);
      errors[outcomes[j].column] = `(${digits(term.standardError)})`;
    });
    return [estimates, errors];
  });
  return new Table({
    caption: `Effect of ${effectLabel(design.treatment)} on connectivity, percentage points`,
    columns: [
      { key: "label", label: "" },
      ...outcomes.map(({ column, label }) => ({ key: column, label, align: "right" as const })),
    ],
    rows: [...rows, ...sizeRows(byOutcome)],
    source: design.source,
    notes: [
      "Unit and period fixed effects throughout; standard errors in parentheses.",
      ...covarianceNotes(byOutcome[0]),
      ...design.assumptions.map((line) => `Assumed: ${line}`),
      ...reasons,
    ],
  });
}

function sizeRows(byOutcome: readonly (readonly VariantResult[])[]): Record<string, CellValue>[] {
  const pick = (label: string, value: (estimate: Estimate) => number) => {
    const row: Record<string, CellValue> = { label };
    for (const [first] of byOutcome) {
      row[first.outcome] = first.result.ok ? String(value(first.result.value)) : null;
    }
    return row;
  };
  return [
    pick("Observations (baseline)", (estimate) => estimate.design.observations),
    pick("Clusters (baseline)", (estimate) => estimate.design.units),
  ];
}

/** The main estimate in levels, logs and log odds. */
export function scaleTable(panel: Panel, design: StudyDesign, outcome: string): Table {
  const share = (row: { value(column: string): number }) => row.value(outcome) / 100;
  const scales = [
    { label: "percentage points", column: outcome, reads: "points more than otherwise", panel },
    {
      label: "log of the share",
      column: `log ${outcome}`,
      reads: "× 100 ≈ per cent more than otherwise",
      panel: panel.with(`log ${outcome}`, (row) => Math.log(share(row))),
    },
    {
      label: "log odds of the share",
      column: `log odds ${outcome}`,
      reads: "log odds ratio",
      panel: panel.with(`log odds ${outcome}`, (row) => Math.log(share(row) / (1 - share(row)))),
    },
  ];
  const words = outcomeWords(design, outcome);
  return new Table({
    caption: `${words.label}: the same comparison on three scales`,
    columns: [
      { key: "label", label: "Scale" },
      { key: "estimate", label: "Estimate", format: (v) => formatNumber(v, 3) },
      { key: "se", label: "Std. error", format: (v) => formatNumber(v, 3) },
      { key: "p", label: "p", format: formatP },
      { key: "reads", label: "It reads as" },
    ],
    rows: scales.map(({ label, column, reads, panel }) => {
      const term = twfe(panel, {
        outcome: column,
        treatment: design.treatment.path,
        ...baseOptions(design),
      })
        .term(design.treatment.path);
      return { label, estimate: term.estimate, se: term.standardError, p: term.pValue, reads };
    }),
    source: design.source,
    notes: design.assumptions.map((line) => `Assumed: ${line}`),
  });
}
