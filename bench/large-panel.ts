import { Panel } from "../lib/panel/panel.ts";

/** Units × periods with two regressors and an outcome, the same on every machine (a plain LCG; no statistics rest on it). */
export function largePanelColumns(units: number, periods: number): Record<string, Float64Array> {
  const n = units * periods;
  const columns = {
    unit: new Float64Array(n),
    time: new Float64Array(n),
    x1: new Float64Array(n),
    x2: new Float64Array(n),
    y: new Float64Array(n),
  };
  let state = 12345;
  const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  for (let i = 0; i < n; i++) {
    columns.unit[i] = Math.floor(i / periods);
    columns.time[i] = i % periods;
    columns.x1[i] = draw() + columns.unit[i] / units;
    columns.x2[i] = draw() + columns.time[i] / periods;
    columns.y[i] = columns.x1[i] - 0.5 * columns.x2[i] + draw() + columns.time[i];
  }
  return columns;
}

export function largePanel(units: number, periods: number): Panel {
  return Panel.fromColumns(largePanelColumns(units, periods), { unit: "unit", time: "time" });
}

/** Few clusters: units × periods with a 0/1 treatment of every third unit from the middle on, and one covariate. */
export function clusterColumns(units: number, periods: number): Record<string, Float64Array> {
  const large = largePanelColumns(units, periods);
  const d = large.unit.map((unit, i) => unit % 3 === 0 && large.time[i] >= periods / 2 ? 1 : 0);
  return { unit: large.unit, time: large.time, d, x: large.x1, y: large.y };
}

export function clusterPanel(units: number, periods: number): Panel {
  return Panel.fromColumns(clusterColumns(units, periods), { unit: "unit", time: "time" });
}
