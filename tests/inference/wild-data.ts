/** Data made by arithmetic, the same as in tools/witnesses/made_data.py. */
import { codeLabels, type Coding } from "../../lib/panel/coding.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { leastSquares, type LeastSquaresFit } from "../../lib/regression/least-squares.ts";

/** A number in [0, 1) that looks irregular and is exact in both languages. */
export function share(i: number, salt: number): number {
  return ((i * i * 31 + i * (17 + 2 * salt) + 7 * salt * salt + 3) % 1009) / 1009;
}

export interface ClusteredRow {
  cluster: number;
  x: number;
  z: number;
  w: number;
  y: number;
}

/** 48 rows in 8 clusters of 3 to 9 rows. */
export function clusteredRows(): ClusteredRow[] {
  const rows: ClusteredRow[] = [];
  [3, 4, 5, 6, 6, 7, 8, 9].forEach((size, cluster) => {
    const common = share(cluster + 1, 5) - 0.5;
    for (let k = 0; k < size; k++) {
      const i = rows.length;
      const x = share(i, 1) + (cluster % 2 === 1 ? 0.4 : 0);
      const z = share(i, 2);
      const y = 0.3 * x - 0.2 * z + common * (1 + x) + 0.6 * share(i, 3);
      rows.push({ cluster, x, z, w: 1 + i % 3, y });
    }
  });
  return rows;
}

/** y ~ 1 + x + z on the clustered rows, with its clusters. */
export function clusteredFit(
  rows = clusteredRows(),
  weighted = false,
): { fit: LeastSquaresFit; clusters: Coding } {
  const column = (name: keyof ClusteredRow) => Float64Array.from(rows, (row) => row[name]);
  const fit = leastSquares({
    outcome: column("y"),
    names: ["constant", "x", "z"],
    regressors: [new Float64Array(rows.length).fill(1), column("x"), column("z")],
    effects: [],
    weights: weighted ? column("w") : null,
  });
  return { fit, clusters: codeLabels("cluster", rows.map((row) => row.cluster)) };
}

export interface PanelRecord extends Record<string, unknown> {
  unit: number;
  year: number;
  d: number;
  x: number;
  y: number;
}

const START: Record<number, number> = { 0: 2003, 3: 2003, 5: 2004 };

/** 7 units by 5 years; units 0, 3 and 5 are treated from 2003, 2003 and 2004. */
export function panelRecords(): PanelRecord[] {
  return Array.from({ length: 35 }, (_, i) => {
    const unit = Math.floor(i / 5);
    const t = i % 5;
    const year = 2000 + t;
    const d = year >= (START[unit] ?? 9999) ? 1 : 0;
    const y = share(unit + 1, 4) + 0.1 * t + 0.5 * share(i, 6) + 0.25 * d;
    return { unit, year, d, x: share(i, 7), y };
  });
}

export function madePanel(records: readonly Record<string, unknown>[] = panelRecords()): Panel {
  return Panel.fromRows(records, { unit: "unit", time: "year" });
}

/** `units` units by 10 years, treated at different times, for tests that need more clusters. */
export function widePanel(units: number, years = 10): Panel {
  const records = Array.from({ length: units * years }, (_, i) => {
    const unit = Math.floor(i / years);
    const t = i % years;
    const start = 3 + Math.floor(share(unit, 11) * (years + 2));
    const d = t >= start ? 1 : 0;
    const dose = d * (0.5 + share(unit, 12));
    const y = 2 * share(unit, 13) + 0.2 * t + share(i, 14) + share(i + 1, 14) + 0.2 * d;
    return {
      unit,
      year: 2000 + t,
      d,
      dose,
      start: 2000 + start,
      x: share(i, 15),
      w: 1 + 3 * share(unit, 16),
      wi: 1 + share(i, 17),
      half: unit % 2,
      y,
    };
  });
  return madePanel(records);
}
