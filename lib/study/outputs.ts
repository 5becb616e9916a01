import { attempt, type Outcome } from "../panel/outcome.ts";
import type { Panel } from "../panel/panel.ts";
import type { Figure } from "../report/figure.ts";
import { staggeredShow } from "./show/staggered.ts";
import { missingMap } from "../report/cells-plot.ts";
import { Table } from "../tables/table.ts";
import type { StudyDesign } from "./design.ts";
import { deploymentBalance, heterogeneityStudy } from "./heterogeneity.ts";
import { paperTable, variantsFigure, variantsTable } from "./show/estimates.ts";
import { balanceFigure, balanceTable, forestFigure, moderatorTable } from "./show/heterogeneity.ts";
import { sampleFlowTable } from "./show/sample.ts";
import {
  departuresFigure,
  eventFigure,
  eventTable,
  gapFigure,
  preTrendTable,
  trendsFigure,
} from "./show/trends.ts";
import { threatOutputs } from "./threats/outputs.ts";
import { trendStudy } from "./trends.ts";
import { runVariants } from "./variants.ts";

/** Everything a study produces, by file name (without extension). */
export interface StudyOutputs {
  readonly tables: Readonly<Record<string, Table>>;
  readonly figures: Readonly<Record<string, Figure>>;
  /** What could not be computed, and why. */
  readonly reasons: readonly string[];
}

/** The computations of the notebooks on any panel: checks, trends, main estimates, staggered timing, heterogeneity. */
export function studyOutputs(panel: Panel, design: StudyDesign): StudyOutputs {
  const tables: Record<string, Table> = {};
  const figures: Record<string, Figure> = {};
  const reasons: string[] = [];
  const keep = <T>(store: Record<string, T>, name: string, made: Outcome<T>) => {
    if (made.ok) store[name] = made.value;
    else reasons.push(`${name}: ${made.reason}`);
  };
  const table = (name: string, make: () => Table) => keep(tables, name, attempt(make));
  const figure = (name: string, make: () => Figure) => keep(figures, name, attempt(make));

  table("01-sample", () => sampleFlowTable(panel));
  figure("01-missing", () => missingOf(panel, design));
  const trends = design.outcomes.flatMap(({ column }) => {
    const study = attempt(() => trendStudy(panel, design, column));
    if (study.ok) return [study.value];
    reasons.push(`02-trends of ${column}: ${study.reason}`);
    return [];
  });
  for (const study of trends) {
    figure(`02-trends-${study.outcome}`, () => trendsFigure(study, design));
    figure(`02-gap-${study.outcome}`, () => gapFigure(study, design));
    figure(`02-event-study-${study.outcome}`, () => eventFigure(study, design));
    table(`02-event-study-${study.outcome}`, () => eventTable(study, design));
    if (study.departures.ok) {
      figure(`02-departures-${study.outcome}`, () => departuresFigure(study, design));
    } else reasons.push(`02-departures of ${study.outcome}: ${study.departures.reason}`);
  }
  if (trends.length > 0) table("02-pre-trends", () => preTrendTable(trends, design));

  const variants = design.outcomes.map(({ column }) => runVariants(panel, design, column));
  table("03-main-estimates", () => paperTable(variants, design));
  design.outcomes.forEach(({ column }, i) => {
    table(`03-variants-${column}`, () => variantsTable(variants[i], design));
    figure(`03-variants-${column}`, () => variantsFigure(variants[i], design));
  });

  const staggered = staggeredShow(panel, design);
  if (staggered !== null) {
    figure("07-treatment-map", () => staggered.map);
    table("07-who-controls-whom", () => staggered.controls);
    for (const outcome of design.outcomes) {
      const compared = attempt(() => staggered.compare(outcome));
      if (compared.ok) {
        const { comparison } = compared.value;
        table(`07-estimators-${outcome.column}`, () => comparison.toTable());
        table(`07-disagreement-${outcome.column}`, () => comparison.reasonTable());
        figure(`07-estimators-${outcome.column}`, () => compared.value.figure);
      } else reasons.push(`07-estimators of ${outcome.column}: ${compared.reason}`);
    }
  }

  for (const [name, make] of Object.entries(threatOutputs(panel, design))) {
    const made = attempt(make);
    if (made.ok) {
      tables[name] = made.value.table;
      figures[name] = made.value.figure;
    } else reasons.push(`${name}: ${made.reason}`);
  }

  if (design.moderators.length > 0) {
    const [main] = design.outcomes;
    const studies = heterogeneityStudy(panel, design, main.column);
    table("04-heterogeneity", () => moderatorTable(studies, design));
    figure("04-heterogeneity", () => forestFigure(studies, design));
    const balance = deploymentBalance(panel, design);
    if (balance.ok) {
      table("04-who-was-treated", () => balanceTable(balance, design));
      figure("04-who-was-treated", () => balanceFigure(balance, design));
    } else reasons.push(`04-who-was-treated: ${balance.reason}`);
  }
  return { tables, figures, reasons };
}

/** Presence of every variable that the study uses, by period. */
function missingOf(panel: Panel, design: StudyDesign): Figure {
  const used = [
    ...design.outcomes.map(({ column }) => column),
    design.treatment.path,
    ...design.covariates,
    ...design.covariatesByTime,
    ...design.moderators.map(({ column }) => column),
    ...(design.weights === null ? [] : [design.weights]),
  ];
  const cells = [...new Set(used)].flatMap((column) => {
    const values = panel.numeric(column);
    return panel.times.map((time, code) => {
      let [present, expected] = [0, 0];
      for (let i = 0; i < panel.rows; i++) {
        if (panel.time[i] !== code) continue;
        expected++;
        if (!Number.isNaN(values[i])) present++;
      }
      return { row: column, column: time, present, expected };
    });
  });
  const complete = cells.every((cell) => cell.present === cell.expected);
  return missingMap(cells, {
    title: complete
      ? "No value is missing"
      : "Some values are missing; rows without them are dropped and counted",
    subtitle: "Units with a value, by variable and period",
    source: design.source,
    xLabel: panel.timeName,
    what: "unit",
  });
}
