import { listRows } from "../../panel/errors.ts";
import type { PanelContext } from "../../panel/panel.ts";
import type { RowDrop } from "../../panel/sample.ts";
import { formatNumber, formatSignificant } from "../../tables/format.ts";
import { Table, type TableColumn } from "../../tables/table.ts";
import type { WeightsType } from "./rows.ts";
import type { TwfeWeight, UnitWeight, WeightsSummary } from "./types.ts";

const REGRESSION: Readonly<Record<string, string>> = {
  fe: "two-way fixed effects",
  fd: "first differences with period effects",
};

const AVERAGE: Readonly<Record<string, string>> = {
  TR: "treated rows",
  S: "switching rows (effects assumed stable over time)",
};

/** Units in a table at most: those with the most negative weight come first. */
const MOST_UNITS = 60;

const share = (label: string): TableColumn => ({
  key: "share",
  label,
  format: (value) => formatNumber(value, 3),
});
const weight: TableColumn = {
  key: "weight",
  label: "Weight",
  format: (value) => formatNumber(value, 3),
};

/** "two-way fixed effects", and the rows whose effects are averaged. */
export function typeWords(type: WeightsType): { regression: string; rows: string } {
  return { regression: REGRESSION[type.slice(0, 2)], rows: AVERAGE[type.slice(2)] };
}

/** Negative weights, both sensitivities and rows left out, in words. */
export function weightNotes(found: WeightsSummary, unit: string): string[] {
  const { negative, negativeCells, type } = found;
  const { regression, rows } = typeWords(type);
  return [
    `Estimate ${
      formatSignificant(found.estimate)
    } by ${regression}: Σ weight × effect over ${rows}`,
    negativeCells === 0
      ? `No pair of ${unit} has negative weight`
      : `Negative weight: ${negativeCells} of ${found.cells.length} pairs of ${unit}, ${
        formatNumber(negative, 3)
      } in all (all weights sum to 1)`,
    ...(found.estimate === 0 ? ["The estimate itself is zero"] : sensitivityNotes(found)),
    ...(found.covariates.length === 0 ? [] : [`Net of covariates: ${found.covariates.join(", ")}`]),
    ...found.droppedRows.map(dropNote),
  ];
}

function sensitivityNotes({ zeroSensitivity, signSensitivity }: WeightsSummary): string[] {
  return [
    zeroSensitivity === null
      ? "Weights equal shares: the estimate is the plain average of effects"
      : `The average effect could be zero if effects had a standard deviation of ${
        formatSignificant(zeroSensitivity)
      }`,
    signSensitivity === null
      ? "Effects cannot all have the other sign"
      : `Effects could all have the other sign if their standard deviation were ${
        formatSignificant(signSensitivity)
      }`,
  ];
}

function dropNote({ count, reason, rows }: RowDrop): string {
  return `${count} ${count === 1 ? "row" : "rows"} left out, ${reason}: ${listRows(rows)}`;
}

function context({ source, provenance }: PanelContext) {
  return {
    source,
    notes: provenance === undefined ? [] : [`Figures: ${provenance}`],
  };
}

export function cohortTable(
  found: WeightsSummary & { readonly cells: readonly TwfeWeight[] },
  panel: PanelContext,
): Table {
  const { source, notes } = context(panel);
  const rows = found.type.endsWith("TR") ? "reated rows" : "witching rows";
  const first = found.type.endsWith("TR") ? ["T", "t"] : ["S", "s"];
  return new Table({
    caption: `How ${
      typeWords(found.type).regression
    } weight the effect of each cohort in each period`,
    columns: [
      { key: "cohort", label: "Cohort" },
      { key: "time", label: "Period" },
      { key: "rows", label: first[0] + rows },
      share(`Share of ${first[1]}${rows}`),
      weight,
    ],
    rows: found.cells.map((cell) => ({ ...cell })),
    ...(source === undefined ? {} : { source }),
    notes: [...weightNotes(found, "cohort and period"), ...notes],
  });
}

/** One row per unit: its weight, how much of it is negative, and when. */
export function unitTable(
  found: WeightsSummary & { readonly cells: readonly UnitWeight[] },
  panel: PanelContext,
  unitName: string,
): Table {
  const units = [...Map.groupBy(found.cells, ({ unit }) => unit)].map(([unit, cells]) => {
    const below = cells.filter((cell) => cell.weight < 0);
    const sum = (of: readonly UnitWeight[], key: "weight" | "share") =>
      of.reduce((total, cell) => total + cell[key], 0);
    return {
      unit,
      rows: cells.length,
      share: sum(cells, "share"),
      weight: sum(cells, "weight"),
      negative: below.length === 0 ? null : sum(below, "weight"),
      times: below.length === 0 ? null : timeRanges(below, cells),
    };
  });
  const sorted = units.toSorted((a, b) => (a.negative ?? 0) - (b.negative ?? 0));
  const { source, notes } = context(panel);
  return new Table({
    caption: `How ${typeWords(found.type).regression} weight the effects of each ${unitName}`,
    columns: [
      { key: "unit", label: unitName },
      { key: "rows", label: found.type.endsWith("TR") ? "Treated periods" : "Switches" },
      share("Share"),
      weight,
      { key: "negative", label: "Of it negative", format: (value) => formatNumber(value, 3) },
      { key: "times", label: "Periods with negative weight" },
    ],
    rows: sorted.slice(0, MOST_UNITS),
    ...(source === undefined ? {} : { source }),
    notes: [
      ...(sorted.length > MOST_UNITS
        ? [`The first ${MOST_UNITS} of ${sorted.length}, those with the most negative weight first`]
        : []),
      ...weightNotes(found, `${unitName} and period`),
      ...notes,
    ],
  });
}

/** "2019–2021, 2023": periods that follow each other among the unit's own are joined. */
function timeRanges(some: readonly UnitWeight[], all: readonly UnitWeight[]): string {
  const position = new Map(all.map(({ time }, k) => [time, k]));
  const runs: UnitWeight[][] = [];
  for (const cell of some) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && position.get(last.time)! + 1 === position.get(cell.time)) {
      runs.at(-1)!.push(cell);
    } else runs.push([cell]);
  }
  return runs.map((run) =>
    run.length === 1 ? String(run[0].time) : `${run[0].time}–${run.at(-1)!.time}`
  ).join(", ");
}
