import * as Plot from "@observablehq/plot";
import { InputError } from "../panel/errors.ts";
import type {
  SyntheticComparison,
  SyntheticEstimate,
} from "../estimators/synthetic/synthetic-estimate.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, type LegendItem, type Panel } from "./figure.ts";
import { drawPlot, FULL, timeScale, treatmentLine } from "./plot.ts";
import { textWidth } from "./svg.ts";
import { COLOURS, TEXT } from "./theme.ts";

export interface SyntheticPlotOptions extends FigureWords {
  readonly xLabel: string;
  readonly yLabel: string;
  /** First treated time of the cohort to draw. Default: the only one. */
  readonly cohort?: number;
  /** How units are called. Default: as in the panel. */
  readonly unitLabels?: Readonly<Record<string, string>>;
  /** Donors named one by one; the others are counted together. Default 12. */
  readonly donorsShown?: number;
  /** What the treated are called in the legend. Default "treated". */
  readonly treatedLabel?: string;
}

const HEIGHT = 340;
const BARS = 250;

/**
 * The treated beside their synthetic comparison, laid on them before treatment, with the time weights along the foot; at the
 * right who the comparison is made of.
 */
export function syntheticPlot(estimate: SyntheticEstimate, options: SyntheticPlotOptions): Figure {
  checkFigure("syntheticPlot", estimate, options, ["title", "source", "xLabel", "yLabel"]);
  const comparison = chosen(estimate, options.cohort);
  return compose(
    options,
    [pathPanel(comparison, options), weightPanel(comparison, options)],
    legendOf(comparison, options.treatedLabel ?? "treated"),
  );
}

function chosen({ comparisons }: SyntheticEstimate, cohort: number | undefined) {
  const found = cohort === undefined && comparisons.length === 1
    ? comparisons[0]
    : comparisons.find((one) => one.cohort === cohort);
  if (found !== undefined) return found;
  throw new InputError({
    problem: cohort === undefined
      ? "There are several cohorts, and the figure shows one"
      : "There is no such cohort",
    column: "cohort",
    value: cohort,
    remedy: `choose one of ${comparisons.map((one) => one.cohort).join(", ")}`,
  });
}

interface PathPoint {
  readonly time: number;
  readonly value: number;
}

function pathPanel(comparison: SyntheticComparison, options: SyntheticPlotOptions): Panel {
  const { times, treatedPath, syntheticPath, controlPath, shift, cohort, timeWeights } = comparison;
  const points = (values: Float64Array, up = 0): PathPoint[] =>
    times.map((time, t) => ({ time, value: values[t] + up }));
  const treated = points(treatedPath);
  const synthetic = points(syntheticPath, shift);
  const plain = points(controlPath, plainShift(comparison));
  const values = [...treated, ...synthetic, ...plain].map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const hasTimeWeights = timeWeights.some(({ weight }) => weight > 0);
  // The time weights stand on a strip of their own below the paths.
  const foot = low - (hasTimeWeights ? 0.24 : 0.06) * (high - low);
  const most = Math.max(...timeWeights.map(({ weight }) => weight));
  const strip = timeWeights.filter(({ weight }) => weight > 0.0005).map(({ time, weight }) => ({
    time,
    weight,
    top: foot + 0.13 * (high - low) * weight / most,
  }));
  const line = (data: PathPoint[], stroke: string, dash?: string, width = 2.2) =>
    Plot.line(data, {
      x: "time",
      y: "value",
      stroke,
      strokeWidth: width,
      ...(dash === undefined ? {} : { strokeDasharray: dash }),
    });
  return drawPlot({
    width: FULL - BARS,
    height: HEIGHT,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 24,
    marginBottom: 40,
    x: { ...timeScale(times, options.xLabel), ...sparseTicks(times) },
    y: {
      label: options.yLabel,
      labelArrow: "none",
      grid: true,
      ticks: ticksBetween(low - 0.06 * (high - low), high),
      domain: [foot, high + 0.04 * (high - low)],
    },
    marks: [
      ...treatmentLine(cohort, "treatment →"),
      Plot.ruleX(strip, {
        x: "time",
        y1: foot,
        y2: "top",
        stroke: COLOURS.third,
        strokeWidth: times.length > 16 ? 6 : 9,
      }),
      Plot.text(times.length > 16 ? strip.filter(({ weight }) => weight === most) : strip, {
        x: "time",
        y: "top",
        text: ({ weight }: { weight: number }) => weight.toFixed(2),
        dy: -6,
        fontSize: TEXT.small,
        fill: COLOURS.quiet,
        stroke: COLOURS.paper,
        strokeWidth: 4,
      }),
      line(plain, COLOURS.rule, "2 3", 1.6),
      line(synthetic, COLOURS.control, "6 4"),
      line(treated, COLOURS.treated),
      Plot.dot(treated, { x: "time", y: "value", fill: COLOURS.treated, r: 3.4 }),
      Plot.dot(synthetic, {
        x: "time",
        y: "value",
        fill: COLOURS.control,
        symbol: "square",
        r: 3.2,
      }),
    ],
  });
}

/** Every fifth time where all would not fit. */
function sparseTicks(times: readonly number[]): { ticks?: number[] } {
  return times.length > 16 ? { ticks: times.filter((_, t) => t % 5 === 0) } : {};
}

/** Round values within the paths' range: none beside the strip of time weights. */
function ticksBetween(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * ([1, 2, 5].find((times) => times * size >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** Lays the plain mean of the controls on the treated by their mean gap before treatment. */
function plainShift({ treatedPath, controlPath, timeWeights }: SyntheticComparison): number {
  const before = timeWeights.length;
  let sum = 0;
  for (let t = 0; t < before; t++) sum += treatedPath[t] - controlPath[t];
  return sum / before;
}

function weightPanel(comparison: SyntheticComparison, options: SyntheticPlotOptions): Panel {
  const { unitLabels = {}, donorsShown = 12 } = options;
  const sorted = comparison.unitWeights.map(({ unit, weight }) => ({
    name: unitLabels[String(unit)] ?? String(unit),
    weight,
  })).sort((a, b) => b.weight - a.weight);
  const inside = sorted.filter(({ weight }) => weight > 0.0005);
  const shown = inside.slice(0, donorsShown);
  const rest = inside.slice(donorsShown);
  const without = sorted.length - inside.length;
  const bars = [
    ...shown.map((bar) => ({ ...bar, rest: false })),
    ...(rest.length === 0 ? [] : [{
      name: `${rest.length} others`,
      weight: rest.reduce((sum, { weight }) => sum + weight, 0),
      rest: true,
    }]),
  ].map((bar, y) => ({ ...bar, y }));
  const most = Math.max(...bars.map(({ weight }) => weight));
  const label = Math.max(...bars.map(({ name }) => textWidth(name, TEXT.small)));
  return drawPlot({
    width: BARS,
    height: HEIGHT,
    marginLeft: Math.min(130, label + 22),
    marginRight: 38,
    marginTop: 24,
    marginBottom: 40,
    x: {
      label: without === 0
        ? "share of the comparison"
        : `share of the comparison (${without} have none)`,
      labelAnchor: "right",
      labelArrow: "none",
      domain: [0, most],
      ticks: [],
    },
    y: { axis: null, domain: [-0.6, Math.max(bars.length, 8) - 0.4], reverse: true },
    marks: [
      Plot.rect(bars, {
        x1: 0,
        x2: "weight",
        y1: ({ y }: { y: number }) => y - 0.36,
        y2: ({ y }: { y: number }) => y + 0.36,
        fill: ({ rest }: { rest: boolean }) => rest ? COLOURS.rule : COLOURS.control,
      }),
      Plot.text(bars, {
        x: 0,
        y: "y",
        text: "name",
        textAnchor: "end",
        dx: -6,
        fontSize: TEXT.small,
      }),
      Plot.text(bars, {
        x: "weight",
        y: "y",
        text: ({ weight }: { weight: number }) => weight < 0.005 ? "< 0.01" : weight.toFixed(2),
        textAnchor: "start",
        dx: 4,
        fontSize: TEXT.small,
        fill: COLOURS.quiet,
      }),
    ],
  });
}

function legendOf({ shift, timeWeights }: SyntheticComparison, treated: string): LegendItem[] {
  const moved = shift === 0
    ? ""
    : ` (moved ${shift > 0 ? "up" : "down"} by ${Math.abs(shift).toPrecision(3)})`;
  return [
    { label: treated, colour: COLOURS.treated, kind: "symbol", symbol: 0 },
    { label: `synthetic comparison${moved}`, colour: COLOURS.control, kind: "symbol", symbol: 1 },
    { label: "plain mean of controls, moved", colour: COLOURS.rule, kind: "dashed" },
    ...(timeWeights.some(({ weight }) => weight > 0)
      ? [{ label: "time weights", colour: COLOURS.third, kind: "box" as const }]
      : []),
  ];
}
