import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { cohortDesign } from "../panel/treatment.ts";
import { callawaySantAnna } from "../estimators/callaway-santanna.ts";
import { Estimate } from "../estimators/estimate.ts";
import { linearMap } from "../estimators/linear.ts";
import { checkKnown } from "../estimators/options.ts";
import { formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import {
  type ComparisonSpec,
  type EstimatorName,
  ESTIMATORS,
  METHODS,
} from "./compare/estimators.ts";
import { computedReasons, differenceOf, type Reason } from "./compare/reasons.ts";

export { type ComparisonSpec, type EstimatorName, ESTIMATORS } from "./compare/estimators.ts";
export type { Reason } from "./compare/reasons.ts";

/** One estimator's answer to the common question, or why it has none. */
export interface ComparisonRow {
  readonly estimator: EstimatorName;
  /** Mean effect over treated rows within the window; null with a reason. */
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Estimate less that of the benchmark. */
  readonly difference: number | null;
  readonly base: string;
  readonly controls: string;
  /** What it leaves out, or why there is no number. */
  readonly remark: string;
}

/** An effect at one event time by one estimator. */
export interface ComparisonPoint {
  readonly series: EstimatorName;
  readonly time: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The same question put to every estimator. */
export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  readonly points: readonly ComparisonPoint[];
  /** Why they disagree, as far as it can be computed. */
  readonly reasons: readonly Reason[];
  readonly benchmark: EstimatorName;
  /** The question, in words. */
  readonly target: string;
  readonly estimates: ReadonlyMap<EstimatorName, Estimate>;
  /** Panel context, for captions. */
  readonly panel: Panel;
  toTable(): Table;
  reasonTable(): Table;
}

const BENCHMARK: EstimatorName = "Callaway–Sant'Anna";
const DEFAULT_WINDOW = { from: -4, to: 4 };

/**
 * Puts one question to every estimator: the mean effect over treated rows from event time 0 to the end of the window,
 * each event time counted by its treated rows. An estimator that cannot answer keeps its row with the reason.
 *
 * @throws InputError when no estimator can answer, or a column is wrong.
 */
export function compareEstimators(panel: Panel, spec: ComparisonSpec): Comparison {
  checkKnown(
    spec,
    ["outcome", "cohort", "cluster", "window", "stackWindow", "estimators", "confidenceLevel"],
    ["outcome", "cohort"],
  );
  const names = spec.estimators ?? ESTIMATORS;
  checkNames(names);
  panel.numeric(spec.outcome);
  cohortDesign(panel, spec.cohort);
  const window = spec.window ?? DEFAULT_WINDOW;
  const estimates = new Map<EstimatorName, Estimate>();
  const refused = new Map<EstimatorName, string>();
  for (const name of names) {
    try {
      estimates.set(name, METHODS[name].fit(panel, spec));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.set(name, error.problem);
    }
  }
  if (estimates.size === 0) throw nobodyAnswers(refused, spec);
  const counts = treatedRows(panel, spec, window.to);
  const averages = new Map(
    [...estimates].map(([name, estimate]) => [name, averageOver(estimate, counts)]),
  );
  const benchmark = averages.get(BENCHMARK)?.average?.term("overall").estimate ?? null;
  const rows = names.map((name) => {
    const found = averages.get(name);
    return comparisonRow(name, found ?? null, refused.get(name) ?? "", benchmark);
  });
  const points = [...estimates].flatMap(([series, estimate]) =>
    estimate.terms.flatMap(({ name, time, estimate: value, low, high }) =>
      time === undefined || !name.startsWith("event time") || time < window.from || time > window.to
        ? []
        : [{ series, time, estimate: value, low, high }]
    )
  );
  const target = `Mean effect on ${spec.outcome} over treated rows, event times 0 to ${
    Math.max(...counts.keys())
  }`;
  const reasons = computedReasons(panel, spec);
  return {
    rows,
    points,
    reasons,
    benchmark: BENCHMARK,
    target,
    estimates,
    panel,
    toTable: () => comparisonTable(rows, target, panel),
    reasonTable: () => reasonTable(reasons, panel),
  };
}

function checkNames(names: readonly EstimatorName[]): void {
  for (const name of names) {
    if (ESTIMATORS.includes(name)) continue;
    throw new InputError({
      problem: "There is no such estimator",
      column: "estimators",
      value: name,
      remedy: `choose among ${ESTIMATORS.join(", ")}`,
    });
  }
}

function nobodyAnswers(
  refused: ReadonlyMap<EstimatorName, string>,
  { cohort }: ComparisonSpec,
): InputError {
  const [[name, problem]] = refused;
  return new InputError({
    problem: `No estimator can answer; ${name}: ${problem}`,
    column: cohort,
    remedy: "check the cohort column, or widen the panel",
  });
}

/** Treated rows with an outcome by event time, as the benchmark can use them. */
function treatedRows(panel: Panel, spec: ComparisonSpec, to: number): Map<number, number> {
  const used = usable(panel, spec);
  const { cohort } = cohortDesign(used, spec.cohort);
  const outcome = used.numeric(spec.outcome);
  const counts = new Map<number, number>();
  for (let i = 0; i < used.rows; i++) {
    const e = used.times[used.time[i]] - cohort[used.unit[i]];
    if (e < 0 || e > to || Number.isNaN(outcome[i])) continue;
    counts.set(e, (counts.get(e) ?? 0) + 1);
  }
  return counts;
}

/** The rows that the benchmark keeps; all rows where it refuses. */
function usable(panel: Panel, { outcome, cohort }: ComparisonSpec): Panel {
  try {
    const options = { outcome, cohort, controlGroup: "notYet", method: "reg" } as const;
    return callawaySantAnna(panel, options).panel ?? panel;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return panel;
  }
}

interface Average {
  /** null where no event time from 0 on is estimated. */
  readonly average: Estimate | null;
  readonly remark: string;
}

function averageOver(estimate: Estimate, counts: ReadonlyMap<number, number>): Average {
  const weights: Record<string, number> = {};
  const absent: number[] = [];
  let total = 0;
  for (const [e, count] of [...counts].sort(([a], [b]) => a - b)) {
    const name = `event time ${e}`;
    if (!estimate.terms.some((term) => term.name === name)) absent.push(e);
    else {
      weights[name] = count;
      total += count;
    }
  }
  if (total === 0) return { average: null, remark: "no effect from event time 0 on" };
  for (const name of Object.keys(weights)) weights[name] /= total;
  return {
    average: linearMap(estimate, [{ name: "overall", weights }], "mean over treated rows"),
    remark: absent.length === 0 ? "" : `without event times ${absent.join(", ")}`,
  };
}

function comparisonRow(
  name: EstimatorName,
  found: Average | null,
  refusal: string,
  benchmark: number | null,
): ComparisonRow {
  const { base, controls } = METHODS[name];
  const term = found?.average?.term("overall") ?? null;
  return {
    estimator: name,
    estimate: term?.estimate ?? null,
    standardError: term?.standardError ?? null,
    low: term?.low ?? null,
    high: term?.high ?? null,
    difference: term === null || benchmark === null ? null : differenceOf(term.estimate, benchmark),
    base,
    controls,
    remark: found?.remark ?? refusal,
  };
}

function contextNotes(panel: Panel): string[] {
  const { provenance, source } = panel.context;
  return [
    ...(provenance === undefined ? [] : [`Figures: ${provenance}`]),
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
}

function comparisonTable(rows: readonly ComparisonRow[], target: string, panel: Panel): Table {
  return new Table({
    caption: target,
    columns: [
      { key: "estimator", label: "Estimator" },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      { key: "difference", label: "Less benchmark", format: formatSignificant },
      { key: "base", label: "Compared with" },
      { key: "controls", label: "Controls" },
      { key: "remark", label: "Remark" },
    ],
    rows: rows.map(({ low: _l, high: _h, ...row }) => row),
    notes: [`Benchmark: ${BENCHMARK}, not-yet-treated controls`, ...contextNotes(panel)],
  });
}

function reasonTable(reasons: readonly Reason[], panel: Panel): Table {
  return new Table({
    caption: "Why the estimators disagree",
    columns: [
      { key: "reason", label: "Reason" },
      { key: "between", label: "Between" },
      { key: "difference", label: "Difference", format: formatSignificant },
      { key: "explanation", label: "How it arises" },
    ],
    rows: reasons.map((reason) => ({ ...reason })),
    notes: contextNotes(panel),
  });
}
