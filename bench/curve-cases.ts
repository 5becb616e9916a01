import type { SpecificationGrid } from "../lib/diagnostics/specification-curve.ts";
import { stream } from "../lib/inference/random.ts";
import { Panel } from "../lib/panel/panel.ts";
import { measure, type Measurement } from "./measure.ts";
import type { PeerRun } from "./peer-run.ts";

/** One row of the table: 500 specifications, each run again in so many permutations. */
export interface CurveCase {
  readonly name: string;
  readonly draws: number;
}

export const CURVE_CASES: readonly CurveCase[] = [
  { name: "specification curve, 500 specifications (26 × 13)", draws: 0 },
  { name: "specification curve, 500 specifications, 200 permutations", draws: 200 },
];

const UNITS = 26;
const TIMES = 13;
const TREATMENTS = 5;

/** Columns that bench/curve_peers.py reads as well: unit, time, y, w and x fixed within units, treatments d0 … d4. */
export function curveColumns(): Record<string, Float64Array> {
  const random = stream(11, 0);
  const rows = UNITS * TIMES;
  const column = (value: (unit: number, time: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => value(Math.floor(i / TIMES), i % TIMES));
  const draws = (count: number, draw: () => number) => Float64Array.from({ length: count }, draw);
  const [level, weight, baseline] = [0, 1, 2].map(() => draws(UNITS, random.normal));
  const score = Array.from({ length: TREATMENTS }, () => draws(UNITS, random.uniform));
  return {
    unit: column((unit) => unit),
    time: column((_, time) => time),
    y: column((unit, time) => level[unit] + 0.3 * time * baseline[unit] + random.normal()),
    w: column((unit) => 1 + Math.abs(weight[unit])),
    x: column((unit) => baseline[unit]),
    ...Object.fromEntries(score.map((values, k) => [
      `d${k}`,
      column((unit, time) => values[unit] < 0.4 && time >= 8 ? 1 : 0),
    ])),
  };
}

/** 5 treatments × 5 first times × 5 times left out × 2 weights × 2 sets of controls. */
export function curveGrid(draws: number): SpecificationGrid {
  const after = (panel: Panel, first: number) =>
    panel.where(`from ${first}`, (row) => row.time >= first);
  const without = (panel: Panel, out: number) =>
    panel.where(`without ${out}`, (row) => row.time !== out);
  return {
    base: { outcome: "y" },
    axes: {
      treatment: Array.from({ length: TREATMENTS }, (_, k) => `d${k}`),
      From: [0, 1, 2, 3, 4].map((first) => ({
        label: `${first}`,
        sample: (panel: Panel) => after(panel, first),
      })),
      Without: [12, 11, 10, 9, 8].map((out) => ({
        label: `${out}`,
        sample: (panel: Panel) => without(panel, out),
      })),
      Weights: [{ label: "none" }, { label: "w", weights: "w" }],
      Controls: [{ label: "none" }, { label: "x by time", covariatesByTime: ["x"] }],
    },
    ...(draws === 0 ? {} : { permutation: { seed: 1, draws } }),
  };
}

export async function curveCase({ name, draws }: CurveCase): Promise<Measurement> {
  const { specificationCurve } = await import("../lib/diagnostics/specification-curve.ts");
  const panel = Panel.fromColumns(curveColumns(), { unit: "unit", time: "time" });
  return measure(name, () => specificationCurve(panel, curveGrid(draws)));
}

export const CURVE_PEER_RUNS: readonly PeerRun[] = CURVE_CASES.map(({ name, draws }) => ({
  case: name,
  peer: "pyfixest in a loop",
  script: "curve_peers.py",
  args: [String(draws)],
  columns: () => ({ curve: curveColumns() }),
}));
