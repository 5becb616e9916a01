/** The one adapter between nodejs-polars and the panel: a DataFrame in, a DataFrame out. */
import pl from "nodejs-polars";
import type { DataFrame, Series } from "nodejs-polars";
import type { Estimate } from "../estimators/estimate.ts";
import { Panel, type PanelKeys } from "../panel/panel.ts";

/**
 * A panel from a polars DataFrame with one row per unit and time. Integers and floats become numbers, nulls
 * become missing, text stays text.
 * @throws InputError as `Panel.fromColumns` does.
 */
export function panelFromFrame(frame: DataFrame, keys: PanelKeys): Panel {
  const columns: Record<string, ArrayLike<unknown>> = {};
  for (const name of frame.columns) columns[name] = readSeries(frame.getColumn(name));
  return Panel.fromColumns(columns, keys);
}

function readSeries(series: Series): ArrayLike<unknown> {
  const isFloat = series.dtype.equals(pl.Float64);
  return isFloat && series.nullCount() === 0
    ? series.toTypedArray() as Float64Array
    : series.toArray();
}

/** The panel as a DataFrame, rows in the panel's order, missing values null. */
export function frameFromPanel(panel: Panel): DataFrame {
  const columns: Record<string, unknown[]> = {};
  for (const name of panel.columnNames) {
    columns[name] = panel.isNumeric(name)
      ? Array.from(panel.numeric(name), (value) => Number.isNaN(value) ? null : value)
      : panel.text(name).map((value) => value === "" ? null : value);
  }
  return pl.DataFrame(columns);
}

/** The terms of an estimate as a DataFrame. */
export function frameFromEstimate(estimate: Estimate): DataFrame {
  return pl.DataFrame(estimate.toFrame());
}
