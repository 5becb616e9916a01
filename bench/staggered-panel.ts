import { readCsv } from "../lib/study/csv.ts";
import { Panel } from "../lib/panel/panel.ts";

/** A staggered panel as columns: unit, time, cohort (0: never treated), y and where there is one a covariate x. */
export type StaggeredColumns = Record<string, Float64Array>;

/** The panels of the staggered rows, by the name that both sides know them by. */
export const STAGGERED_PANELS: Record<string, () => StaggeredColumns> = {
  mpdta: () =>
    fromCsv("mpdta.csv", {
      unit: "countyreal",
      time: "year",
      cohort: "first.treat",
      x: "lpop",
      y: "lemp",
    }),
  ehec: () =>
    fromCsv("ehec.csv", { unit: "stfips", time: "year", cohort: "yexp2", y: "dins", w: "W" }),
  "1e6": () => madeStaggered(100_000, 10),
  "2e6": () => madeStaggered(200_000, 10),
};

export function staggeredPanel(name: string): Panel {
  return buildPanel(STAGGERED_PANELS[name]());
}

export function buildPanel(columns: StaggeredColumns): Panel {
  return Panel.fromColumns(columns, { unit: "unit", time: "time" });
}

/**
 * Units × periods in five cohorts (from periods 3 to 7 on) and never treated, a sixth of the units each, with a
 * covariate fixed over time on which cohorts and trends depend; a plain LCG, the same on every machine.
 */
export function madeStaggered(units: number, periods: number): StaggeredColumns {
  const n = units * periods;
  const names = ["unit", "time", "cohort", "x", "y"];
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(n)]));
  let state = 12345;
  const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  for (let unit = 0, i = 0; unit < units; unit++) {
    const group = Math.floor((draw() + 0.5) * 6);
    const cohort = group === 0 ? 0 : group + 2;
    const x = draw() + group / 20;
    const level = 2 * draw();
    for (let time = 0; time < periods; time++, i++) {
      columns.unit[i] = unit;
      columns.time[i] = time + 1;
      columns.cohort[i] = cohort;
      columns.x[i] = x;
      const event = time + 1 - cohort;
      const effect = cohort > 0 && event >= 0 ? 0.2 + 0.1 * event : 0;
      columns.y[i] = level + 0.1 * time * (1 + x) + effect + draw();
    }
  }
  return columns;
}

function fromCsv(file: string, from: Record<string, string>): StaggeredColumns {
  const { columns } = readCsv(new URL(`../data/${file}`, import.meta.url), file);
  return Object.fromEntries(
    Object.entries(from).map(([name, column]) => {
      const values = Float64Array.from(columns[column] as readonly unknown[], Number);
      // Never treated is 0 for every peer.
      return [name, name === "cohort" ? values.map((value) => value > 0 ? value : 0) : values];
    }),
  );
}
