import { InputError } from "../panel/errors.ts";
import { Panel } from "../panel/panel.ts";
import { cohortDesign, dosePath, pathFromCohorts, requireShares } from "../panel/treatment.ts";
import type { NamedColumn, StudyDesign, StudyTreatment } from "./design.ts";
import { withExposure } from "./exposure.ts";
import type { OwnAssumptions } from "./own-assumptions.ts";

/** A reader's panel, ready for the same computations as Peru's. */
export interface OwnStudy {
  readonly panel: Panel;
  readonly design: StudyDesign;
}

/**
 * Turns a reader's columns and assumptions into a panel and a study design.
 * @throws InputError naming column, rows and remedy.
 */
export function ownStudy(
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
  own: OwnAssumptions,
): OwnStudy {
  const outcomes = own.outcomes.map(named);
  const whole = Panel.fromColumns(columns, { unit: own.unit, time: own.time }).about({
    source: own.source,
    assumptions: describe(own),
  });
  for (const { column } of outcomes) {
    if (own.shareOf === undefined) whole.numeric(column);
    else requireShares(whole, column, own.shareOf);
  }
  for (const [field, column] of namedFields(own)) requireColumn(whole, field, column);
  const window = restrict(whole, own);
  const treated = withTreatment(window, own);
  const basePeriod = own.baseTime ?? lastBefore(window, treated.treatedFrom);
  requireBase(window, basePeriod, treated.treatedFrom);
  return {
    panel: treated.panel,
    design: {
      title: own.title,
      outcomes,
      treatment: treated.treatment,
      basePeriod,
      treatedFrom: treated.treatedFrom,
      weights: own.weights ?? null,
      alternativeWeights: null,
      covariates: own.covariates,
      covariatesByTime: own.covariatesByTime,
      alternativeControls: [],
      cluster: own.cluster ?? own.unit,
      moderators: own.moderators.map(named),
      questionedTimes: own.questionedTimes,
      questionedUnits: own.questionedUnits,
      unitLabels: {},
      source: own.source,
      assumptions: describe(own),
    },
  };
}

function named(
  { column, label, unit }: { column: string; label?: string; unit?: string },
): NamedColumn {
  return { column, label: label ?? column, unit: unit ?? "" };
}

function namedFields(own: OwnAssumptions): [field: string, column: string][] {
  return [
    ["treatment.column", own.treatment.column],
    ...own.covariates.map((column): [string, string] => ["covariates", column]),
    ...own.covariatesByTime.map((column): [string, string] => ["covariatesByTime", column]),
    ...own.moderators.map(({ column }): [string, string] => ["moderators", column]),
    ...(own.weights === undefined ? [] : [["weights", own.weights] as [string, string]]),
    ...(own.cluster === undefined ? [] : [["cluster", own.cluster] as [string, string]]),
  ];
}

function requireColumn(panel: Panel, field: string, column: string): void {
  if (panel.has(column)) return;
  throw new InputError({
    problem: `The assumption ${field} names a column that the file does not have`,
    column,
    remedy: `choose one of ${panel.columnNames.join(", ")}`,
  });
}

function restrict(panel: Panel, own: OwnAssumptions): Panel {
  const { firstTime = -Infinity, lastTime = Infinity, timesDropped, unitsDropped } = own;
  requireKnown("timesDropped", timesDropped, panel.times);
  requireKnown("unitsDropped", unitsDropped, panel.units);
  const inWindow = panel.times.every((time) => time >= firstTime && time <= lastTime)
    ? panel
    : panel.where("inside the window", (row) => row.time >= firstTime && row.time <= lastTime);
  const kept = timesDropped.length === 0
    ? inWindow
    : inWindow.where(`without ${timesDropped.join(", ")}`, (row) =>
      !timesDropped.includes(row.time));
  return unitsDropped.length === 0
    ? kept
    : kept.where(`without ${unitsDropped.join(", ")}`, (row) => !unitsDropped.includes(row.unit));
}

function requireKnown(field: string, given: readonly unknown[], known: readonly unknown[]): void {
  const unknown = given.filter((value) => !known.includes(value));
  if (unknown.length === 0) return;
  throw new InputError({
    problem: `The assumption ${field} names what the file does not have`,
    value: unknown.join(", "),
    remedy: `choose among ${known.slice(0, 30).join(", ")}${known.length > 30 ? " …" : ""}`,
  });
}

interface Treated {
  readonly panel: Panel;
  readonly treatment: StudyTreatment;
  readonly treatedFrom: number;
}

function withTreatment(panel: Panel, { treatment }: OwnAssumptions): Treated {
  if (treatment.kind === "cohort") return withCohorts(panel, treatment.column);
  if (treatment.kind === "group") {
    return withGroup(panel, treatment.column, treatment.firstTreatedTime);
  }
  return withDose(panel, treatment);
}

function withCohorts(panel: Panel, column: string): Treated {
  const design = cohortDesign(panel, column);
  if (design.cohorts.length === 0) {
    throw new InputError({
      problem: "Nobody is treated: no unit has a first treated time",
      column,
      remedy: "check the column; blank, 0 and Infinity mean never treated",
    });
  }
  return {
    panel: panel
      .with("treated", pathFromCohorts(panel, design))
      .with(
        "ever treated",
        Float64Array.from(panel.unit, (unit) => design.cohort[unit] === Infinity ? 0 : 1),
      ),
    treatment: { ...groupTreatment("ever treated"), cohort: column },
    treatedFrom: design.cohorts[0],
  };
}

function withGroup(panel: Panel, column: string, from: number): Treated {
  const group = panel.numeric(column);
  const wrong = [...group.keys()].filter((i) => group[i] !== 0 && group[i] !== 1);
  if (wrong.length > 0) {
    throw new InputError({
      problem: "The treated group must be 1 and the others 0, without gaps",
      column,
      rows: panel.describeRows(wrong),
      value: group[wrong[0]],
      remedy: 'recode the column, or use treatment kind "dose" or "cohort"',
    });
  }
  return {
    panel: panel.with("treated", (row) => row.time >= from ? row.value(column) : 0),
    treatment: groupTreatment(column),
    treatedFrom: from,
  };
}

function groupTreatment(group: string): StudyTreatment & { kind: "group" } {
  return {
    kind: "group",
    group,
    path: "treated",
    treatedLabel: "treated",
    controlLabel: "not treated",
  };
}

function withDose(
  panel: Panel,
  treatment: Extract<OwnAssumptions["treatment"], { kind: "dose" }>,
): Treated {
  const { column, firstTreatedTime, unit } = treatment;
  dosePath(panel, column);
  const at = treatment.exposureAt ?? panel.times[panel.times.length - 1];
  const exposed = withExposure(panel, column, at);
  return {
    panel: exposed,
    treatment: { kind: "dose", path: column, exposure: "exposure", group: "exposure group", unit },
    treatedFrom: firstTreatedTime,
  };
}

function lastBefore(panel: Panel, from: number): number {
  const before = panel.times.filter((time) => time < from);
  if (before.length > 0) return before[before.length - 1];
  throw new InputError({
    problem: `There is no pre-period: the first time is ${
      panel.times[0]
    } and treatment starts in ${from}`,
    remedy: "start the window earlier, or correct the first treated time",
  });
}

function requireBase(panel: Panel, base: number, from: number): void {
  if (panel.times.includes(base) && base < from) return;
  throw new InputError({
    problem: "The base time must be in the window and before treatment starts",
    column: "baseTime",
    value: base,
    remedy: `choose one of ${panel.times.filter((time) => time < from).join(", ")}`,
  });
}

function describe(own: OwnAssumptions): string[] {
  const { treatment } = own;
  return [
    `outcome ${
      own.outcomes.map(({ column }) => column).join(", ")
    }; treatment ${treatment.kind} "${treatment.column}"`,
    `clustered by ${own.cluster ?? own.unit}; ${
      own.weights === undefined ? "unweighted" : `weighted by ${own.weights}`
    }`,
    ...(own.timesDropped.length === 0 ? [] : [`left out: ${own.timesDropped.join(", ")}`]),
    ...(own.unitsDropped.length === 0 ? [] : [`left out: ${own.unitsDropped.join(", ")}`]),
  ];
}
