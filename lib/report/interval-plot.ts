import * as Plot from "@observablehq/plot";
import { formatNumber } from "../tables/format.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, type LegendItem } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { textWidth, wrap } from "./svg.ts";
import { COLOURS, SERIES, SYMBOLS, TEXT } from "./theme.ts";

/** One row: an effect with its interval, or the reason why there is none. */
export interface IntervalRow {
  readonly label: string;
  /** Rows of one group stand together under its heading. */
  readonly group?: string;
  readonly series?: string;
  readonly result:
    | { readonly estimate: number; readonly low: number; readonly high: number }
    /** `words`: what stands in the place of the numbers. Default "cannot be computed". */
    | { readonly reason: string; readonly words?: string };
  /** A short remark at the right: number of units, or what is assumed. */
  readonly note?: string;
}

export interface IntervalOptions extends FigureWords {
  readonly xLabel: string;
  /** Heading of the remarks. */
  readonly noteLabel?: string;
  readonly digits?: number;
  /** A value to hold the rows against: a dashed line. */
  readonly mark?: number;
}

interface Line {
  readonly y: number;
  readonly row?: IntervalRow;
  readonly heading?: string;
}

const ROW = 26;

/** Dots with intervals, one line each: a forest plot, or one effect under many procedures. */
export function intervalPlot(rows: readonly IntervalRow[], options: IntervalOptions): Figure {
  checkFigure("intervalPlot", rows, options, ["title", "source", "xLabel"]);
  const known = rows.flatMap((row) => "estimate" in row.result ? [{ row, ...row.result }] : []);
  requirePoints(options.title, rows, []);
  if (known.length > 0) requirePoints(options.title, known, ["estimate", "low", "high"]);
  const lines = layLines(rows);
  const yOf = new Map(
    lines.flatMap((line) => line.row === undefined ? [] : [[line.row, line.y] as const]),
  );
  const names = [...new Set(rows.map((row) => row.series ?? ""))];
  const digits = options.digits ?? 1;
  const height = 46 + ROW * lines.length;
  const left = labelWidth(rows);
  const right = 150 + (rows.some((row) => row.note !== undefined) ? 96 : 0);
  const points = known.map((point) => ({ ...point, y: yOf.get(point.row)! }));
  const ends = points.flatMap(({ low, high }) => [low, high]);
  const panel = drawPlot({
    width: FULL,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: 20,
    marginBottom: 36,
    x: {
      label: options.xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      nice: true,
      domain: [Math.min(0, ...ends), Math.max(0, ...ends)],
    },
    y: { axis: null, domain: [lines.length - 0.5, -0.5] },
    marks: [
      Plot.ruleX([0], { stroke: COLOURS.ink }),
      ...(options.mark === undefined
        ? []
        : [Plot.ruleX([options.mark], { stroke: COLOURS.control, strokeDasharray: "5 4" })]),
      Plot.text(lines.filter((line) => line.heading !== undefined), {
        y: "y",
        text: "heading",
        frameAnchor: "left",
        dx: -left,
        textAnchor: "start",
        fontWeight: 600,
      }),
      Plot.text(lines.filter((line) => line.row !== undefined), {
        y: "y",
        text: (line: Line) => wrap(line.row!.label, TEXT.small, left - 14).slice(0, 2).join("\n"),
        frameAnchor: "left",
        dx: -left,
        textAnchor: "start",
        fontSize: TEXT.small,
      }),
      ...names.flatMap((name, i) => {
        const own = points.filter(({ row }) => (row.series ?? "") === name);
        const colour = SERIES[i % SERIES.length];
        return [
          Plot.ruleY(own, { y: "y", x1: "low", x2: "high", stroke: colour, strokeWidth: 2 }),
          Plot.dot(own, {
            y: "y",
            x: "estimate",
            fill: colour,
            symbol: SYMBOLS[i % SYMBOLS.length],
            r: 4.2,
          }),
        ];
      }),
      Plot.text(points, {
        y: "y",
        text: ({ estimate, low, high }: { estimate: number; low: number; high: number }) =>
          `${formatNumber(estimate, digits)}  [${formatNumber(low, digits)}, ${
            formatNumber(high, digits)
          }]`,
        frameAnchor: "right",
        dx: 10,
        textAnchor: "start",
        fontSize: TEXT.small,
        fontVariant: "tabular-nums",
      }),
      Plot.text(lines.filter((line) => line.row !== undefined && "reason" in line.row.result), {
        y: "y",
        text: (line: Line) => missingWords(line.row!),
        frameAnchor: "right",
        dx: 10,
        textAnchor: "start",
        fontSize: TEXT.small,
        fill: COLOURS.quiet,
        fontStyle: "italic",
      }),
      Plot.text(lines.filter((line) => line.row?.note !== undefined), {
        y: "y",
        text: (line: Line) => line.row!.note!,
        frameAnchor: "right",
        dx: 150,
        textAnchor: "start",
        fontSize: TEXT.small,
        fill: COLOURS.quiet,
      }),
      ...(options.noteLabel === undefined ? [] : [
        Plot.text([options.noteLabel], {
          frameAnchor: "top-right",
          dx: 150,
          dy: -16,
          textAnchor: "start",
          fontSize: TEXT.small,
          fill: COLOURS.quiet,
        }),
      ]),
    ],
  });
  return compose(
    { ...options, notes: [...(options.notes ?? []), ...reasons(rows)] },
    [panel],
    legendOf(names),
  );
}

function missingWords({ result }: IntervalRow): string {
  return ("reason" in result ? result.words : undefined) ?? "cannot be computed";
}

function layLines(rows: readonly IntervalRow[]): Line[] {
  const lines: Line[] = [];
  let group: string | undefined;
  for (const row of rows) {
    if (row.group !== undefined && row.group !== group) {
      lines.push({ y: lines.length, heading: row.group });
    }
    group = row.group;
    lines.push({ y: lines.length, row });
  }
  return lines;
}

function labelWidth(rows: readonly IntervalRow[]): number {
  return Math.min(230, 16 + Math.max(...rows.map((row) => textWidth(row.label, TEXT.small))));
}

/** Why rows have no interval, once per reason. */
function reasons(rows: readonly IntervalRow[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const row of rows) {
    if ("reason" in row.result) {
      byReason.set(row.result.reason, [...(byReason.get(row.result.reason) ?? []), row.label]);
    }
  }
  return [...byReason].map(([reason, labels]) => `${labels.join(", ")}: ${reason}`);
}

function legendOf(names: readonly string[]): LegendItem[] {
  if (names.length === 1) return [];
  return names.map((label, i) => ({
    label,
    colour: SERIES[i % SERIES.length],
    kind: "symbol",
    symbol: i,
  }));
}
