import * as Plot from "@observablehq/plot";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, HATCH_FILL, type LegendItem } from "./figure.ts";
import { drawPlot, FULL, requirePoints } from "./plot.ts";
import { textWidth } from "./svg.ts";
import { AMOUNTS, COLOURS, SIGNED, TEXT } from "./theme.ts";

/** Where a figure comes from: what a mark says about it. */
export type CellProvenance = "published" | "assumed" | "before IPT" | "simulated";

export interface HeatCell {
  readonly row: string;
  readonly column: number;
  /** null where it cannot be computed or is missing. */
  readonly value: number | null;
  readonly provenance?: CellProvenance;
}

export interface HeatOptions extends FigureWords {
  readonly xLabel: string;
  /** What the colours mean, with the unit. */
  readonly valueLabel: string;
  readonly format?: (value: number) => string;
  /** Rows from top to bottom. Default: as they come. */
  readonly rowOrder?: readonly string[];
  /**
   * "amounts" from 0 up, or "signed": two colours about 0, as strong as the root of the value, so that small negative values are
   * seen beside large positive ones. Default "amounts".
   */
  readonly scale?: "amounts" | "signed";
  /** Value that has the strongest colour. Default: the largest (signed: in absolute value). */
  readonly top?: number;
}

const ROW = 19;

/** A table of coloured cells; assumed ones are hatched, missing ones empty. */
export function heatmapPlot(cells: readonly HeatCell[], options: HeatOptions): Figure {
  checkFigure("heatmapPlot", cells, options, ["title", "source", "xLabel", "valueLabel"]);
  const known = cells.filter((cell): cell is HeatCell & { value: number } => cell.value !== null);
  requirePoints(options.title, known, ["column", "value"]);
  const rows = options.rowOrder ?? [...new Set(cells.map((cell) => cell.row))];
  const signed = options.scale === "signed";
  const size = (value: number) => signed ? Math.abs(value) : value;
  const top = options.top ?? Math.max(...known.map((cell) => size(cell.value)));
  const strength = ({ value }: HeatCell & { value: number }) =>
    signed ? Math.sign(value) * Math.sqrt(Math.abs(value) / top) : value;
  const strong = (cell: HeatCell & { value: number }) =>
    signed ? Math.abs(strength(cell)) > 0.6 : cell.value > 0.5 * top;
  const format = options.format ?? ((value: number) => value.toFixed(value < 9.95 ? 1 : 0));
  const left = 14 + Math.max(...rows.map((row) => textWidth(row, TEXT.body)));
  const assumed = cells.filter((cell) => cell.provenance === "assumed" && cell.value !== null);
  const place = { x: "column", y: "row", inset: 0.6 } as const;
  const panel = drawPlot({
    width: FULL,
    height: 44 + ROW * rows.length,
    marginLeft: left,
    marginTop: 26,
    marginBottom: 14,
    x: { axis: "top", label: null, tickFormat: (t: number) => String(t), tickSize: 0, padding: 0 },
    y: { label: null, domain: rows, tickSize: 0, padding: 0 },
    color: {
      type: "linear",
      domain: signed ? SIGNED.map((_, k) => (k - 3) / 3) : [0, top],
      range: [...(signed ? SIGNED : AMOUNTS)],
      interpolate: "rgb",
      clamp: true,
      pivot: undefined,
    },
    marks: [
      Plot.cell(known, { ...place, fill: strength }),
      Plot.cell(cells.filter((cell) => cell.value === null), {
        ...place,
        fill: COLOURS.paper,
        stroke: COLOURS.rule,
      }),
      Plot.cell(assumed, { ...place, fill: HATCH_FILL }),
      Plot.text(known.filter((cell) => size(cell.value) > 0), {
        x: "column",
        y: "row",
        text: (cell: HeatCell & { value: number }) => format(cell.value),
        fontSize: 10,
        fontWeight: 600,
        fill: (cell: HeatCell & { value: number }) => strong(cell) ? COLOURS.paper : COLOURS.ink,
        stroke: (cell: HeatCell & { value: number }) =>
          !strong(cell) ? COLOURS.paper : !signed ? AMOUNTS[5] : SIGNED[cell.value < 0 ? 1 : 5],
        strokeWidth: 2.5,
        paintOrder: "stroke",
      }),
    ],
  });
  return compose(options, [panel], heatLegend(cells, options, top, format));
}

function heatLegend(
  cells: readonly HeatCell[],
  { valueLabel: label, scale }: HeatOptions,
  top: number,
  format: (value: number) => string,
): LegendItem[] {
  const has = (provenance: CellProvenance) => cells.some((cell) => cell.provenance === provenance);
  const amounts: LegendItem[] = scale === "signed"
    ? [
      { label: `${label}: ${format(-top)}`, colour: SIGNED[0], kind: "box" },
      { label: format(-top / 9), colour: SIGNED[2], kind: "box" },
      { label: "0", colour: SIGNED[3], kind: "box" },
      { label: format(top / 9), colour: SIGNED[4], kind: "box" },
      { label: format(top), colour: SIGNED[6], kind: "box" },
    ]
    : [
      { label: `${label}: 0`, colour: AMOUNTS[0], kind: "box" },
      { label: format(top / 2), colour: AMOUNTS[3], kind: "box" },
      { label: format(top), colour: AMOUNTS[6], kind: "box" },
    ];
  return [
    ...amounts,
    ...(has("assumed")
      ? [{ label: "assumed, not published", colour: AMOUNTS[1], kind: "hatched" as const }]
      : []),
    ...(has("simulated") ? [{ label: "simulated", colour: AMOUNTS[1], kind: "box" as const }] : []),
    ...(cells.some((cell) => cell.value === null)
      ? [{ label: "not known", colour: COLOURS.paper, kind: "box" as const }]
      : []),
  ];
}

export interface MissingCell {
  readonly row: string;
  readonly column: number;
  /** Values present, and values there should be. */
  readonly present: number;
  readonly expected: number;
}

/** How much of each variable is there in each period. */
export function missingMap(
  cells: readonly MissingCell[],
  options: FigureWords & { readonly xLabel: string; readonly what: string },
): Figure {
  checkFigure("missingMap", cells, options, ["title", "source", "xLabel", "what"]);
  requirePoints(options.title, cells, ["column", "present", "expected"]);
  const rows = [...new Set(cells.map((cell) => cell.row))];
  const left = 14 + Math.max(...rows.map((row) => textWidth(row, TEXT.body)));
  const place = { x: "column", y: "row", inset: 0.6 } as const;
  const partly = cells.filter((cell) => cell.present > 0 && cell.present < cell.expected);
  const panel = drawPlot({
    width: FULL,
    height: 44 + (ROW + 2) * rows.length,
    marginLeft: left,
    marginTop: 26,
    marginBottom: 14,
    x: { axis: "top", label: null, tickFormat: (t: number) => String(t), tickSize: 0, padding: 0 },
    y: { label: null, domain: rows, tickSize: 0, padding: 0 },
    marks: [
      Plot.cell(cells.filter((cell) => cell.present === cell.expected), {
        ...place,
        fill: AMOUNTS[4],
      }),
      Plot.cell(partly, { ...place, fill: AMOUNTS[2] }),
      Plot.cell(cells.filter((cell) => cell.present === 0), {
        ...place,
        fill: COLOURS.paper,
        stroke: COLOURS.rule,
      }),
      Plot.text(partly, {
        x: "column",
        y: "row",
        text: (cell: MissingCell) => `${cell.present}/${cell.expected}`,
        fontSize: 10,
      }),
    ],
  });
  return compose(options, [panel], [
    { label: `every ${options.what}`, colour: AMOUNTS[4], kind: "box" },
    { label: "some", colour: AMOUNTS[2], kind: "box" },
    { label: "none", colour: COLOURS.paper, kind: "box" },
  ]);
}
