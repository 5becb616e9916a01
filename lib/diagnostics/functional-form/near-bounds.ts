import type { Label } from "../../panel/coding.ts";
import { checkKnown } from "../../estimators/options.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { requireShares } from "../../panel/treatment.ts";
import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import { requireTop } from "./cells.ts";

/** One cell of a share, with its room below and above. */
export interface BoundedCell {
  readonly unit: Label;
  readonly time: number;
  readonly value: number;
  /** Distance from 0, and from the top. */
  readonly below: number;
  readonly above: number;
}

/** How near the cells of a share are to where it cannot go on. */
export interface NearBounds {
  readonly outcome: string;
  readonly shareOf: number;
  readonly within: number;
  /** Every cell with an outcome, by unit and time. */
  readonly cells: readonly BoundedCell[];
  readonly nearFloor: readonly BoundedCell[];
  readonly nearTop: readonly BoundedCell[];
  readonly missing: number;
  toTable(): Table;
}

export interface NearBoundsOptions {
  readonly outcome: string;
  /** Top of the share: 100 or 1. */
  readonly shareOf: number;
  /** Cells nearer than this to 0 or the top count as near. Default: a tenth of the top. */
  readonly within?: number;
  /** Names of units for the table. Default: their labels. */
  readonly unitName?: (unit: Label) => string;
}

/**
 * The cells of a share by their distance from 0 and from the top: near a bound levels must flatten, and the choice of scale
 * decides what "parallel" means.
 *
 * @throws InputError when a value lies outside 0 … shareOf, or `within` is not between 0 and half the top.
 */
export function nearBounds(panel: Panel, options: NearBoundsOptions): NearBounds {
  checkKnown(options, ["outcome", "shareOf", "within", "unitName"], ["outcome"]);
  const { outcome, shareOf, within = shareOf / 10, unitName = String } = options;
  requireTop(shareOf);
  if (!(within > 0 && within <= shareOf / 2)) {
    throw new InputError({
      problem: `Near must lie between 0 and half the top, ${shareOf / 2}`,
      column: "within",
      value: within,
      remedy: "use for example a tenth of the top",
    });
  }
  requireShares(panel, outcome, shareOf);
  const values = panel.numeric(outcome);
  const cells: BoundedCell[] = [];
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const { unit, time } = panel.row(i);
    cells.push({ unit, time, value, below: value, above: shareOf - value });
  });
  if (cells.length === 0) {
    throw new InputError({
      problem: "No cell has an outcome",
      column: outcome,
      remedy: "check the column, and the rows that were chosen",
    });
  }
  const parts = {
    outcome,
    shareOf,
    within,
    cells,
    nearFloor: cells.filter(({ below }) => below < within),
    nearTop: cells.filter(({ above }) => above < within),
    missing: values.length - cells.length,
  };
  return { ...parts, toTable: () => boundsTable(parts, unitName) };
}

function boundsTable(found: Omit<NearBounds, "toTable">, unitName: (unit: Label) => string): Table {
  const { cells, nearFloor, nearTop, outcome, within, shareOf, missing } = found;
  const units = [...new Set([...nearFloor, ...nearTop].map(({ unit }) => unit))];
  const times = (near: readonly BoundedCell[], unit: Label) => {
    const own = near.filter((cell) => cell.unit === unit).map(({ time }) => time);
    return own.length === 0 ? null : own.join(", ");
  };
  const place = ({ unit, time, value }: BoundedCell) =>
    `${formatSignificant(value)} (${unitName(unit)}, ${time})`;
  return new Table({
    caption: `${outcome}: ${nearFloor.length} of ${cells.length} cells lie within ${
      formatSignificant(within, 2)
    } of 0 and ${nearTop.length} within as much of ${shareOf}`,
    columns: [
      { key: "unit", label: "Unit" },
      { key: "lowest", label: "Lowest", format: formatSignificant },
      { key: "highest", label: "Highest", format: formatSignificant },
      { key: "floor", label: "Near 0 in", align: "left" },
      { key: "top", label: `Near ${shareOf} in`, align: "left" },
    ],
    rows: units.map((unit) => {
      const own = cells.filter((cell) => cell.unit === unit).map(({ value }) => value);
      return {
        unit: unitName(unit),
        lowest: Math.min(...own),
        highest: Math.max(...own),
        floor: times(nearFloor, unit),
        top: times(nearTop, unit),
      };
    }),
    notes: [
      `lowest: ${place(extreme(cells, -1))}; highest: ${place(extreme(cells, 1))}`,
      ...(missing === 0 ? [] : [`${missing} cells have no outcome`]),
    ],
  });
}

/** The highest cell (side 1) or the lowest (side −1). */
function extreme(cells: readonly BoundedCell[], side: number): BoundedCell {
  return cells.reduce((most, cell) => side * cell.value > side * most.value ? cell : most);
}
