import * as Plot from "@observablehq/plot";
import { InputError } from "../panel/errors.ts";
import { checkFigure } from "./check-figure.ts";
import { compose, type Figure, type FigureWords, HATCH_FILL, type LegendItem } from "./figure.ts";
import { drawPlot, requirePoints } from "./plot.ts";
import { type RegionShape, regionShapes } from "./regions-map.ts";
import { AMOUNTS, COLOURS } from "./theme.ts";
import type { CellProvenance } from "./cells-plot.ts";

export interface RegionValue {
  readonly code: string;
  /** null where it is not known or cannot be computed. */
  readonly value: number | null;
  readonly provenance?: CellProvenance;
}

export interface MapOptions extends FigureWords {
  /** What the colours mean, with the unit. */
  readonly valueLabel: string;
  readonly format?: (value: number) => string;
  /** Regions to outline: the favoured ones. */
  readonly outlined?: readonly string[];
  readonly outlinedLabel?: string;
  /** Six steps from these seven ends. Default: equal steps from zero to a round number. */
  readonly breaks?: readonly number[];
  /** Short names to print on the map, by code. */
  readonly names?: Readonly<Record<string, string>>;
  /** Pixels by which to move a name down, where two would overlap. */
  readonly nameShift?: Readonly<Record<string, number>>;
}

const STEPS = 6;
/** Callao and Lima Metropolitana are too small to see: they are drawn again, enlarged. */
const SMALL = ["07", "15A"];

/** The 26 areas coloured by a value in six equal steps; assumed values hatched, unknown ones white. */
export function choropleth(values: readonly RegionValue[], options: MapOptions): Figure {
  checkFigure("choropleth", values, options, ["title", "source", "valueLabel"]);
  const shapes = regionShapes();
  const unknown = values.filter(({ code }) => !shapes.some((shape) => shape.id === code));
  if (unknown.length > 0) {
    throw new InputError({
      problem: "The map has no such region",
      column: "code",
      value: unknown.map(({ code }) => code).join(", "),
      remedy: `use ${shapes.map((shape) => shape.id).sort().join(", ")}`,
    });
  }
  const known = values.filter((item): item is RegionValue & { value: number } =>
    item.value !== null
  );
  requirePoints(options.title, known, ["value"]);
  const breaks = options.breaks ?? equalBreaks(Math.max(...known.map((item) => item.value)));
  const byCode = new Map(values.map((item) => [item.code, item]));
  const big = drawMap(shapes, byCode, breaks, options, 470, 560);
  const inset = drawMap(
    shapes.filter((shape) => SMALL.includes(shape.id)),
    byCode,
    breaks,
    {
      ...options,
      names: { "07": "Callao", "15A": "Lima Metropolitana" },
    },
    190,
    240,
  );
  return compose(
    {
      ...options,
      notes: ["Right: Callao and Lima Metropolitana, enlarged.", ...(options.notes ?? [])],
    },
    [big, inset],
    mapLegend(values, breaks, options),
  );
}

function drawMap(
  shapes: readonly RegionShape[],
  byCode: ReadonlyMap<string, RegionValue>,
  breaks: readonly number[],
  options: MapOptions,
  width: number,
  height: number,
) {
  const collection = {
    type: "FeatureCollection",
    features: shapes,
  } as never;
  const features = (keep: (shape: RegionShape) => boolean) => shapes.filter(keep) as Plot.Data;
  const fill = (shape: unknown) => {
    const value = byCode.get((shape as RegionShape).id)?.value ?? null;
    return value === null ? COLOURS.paper : stepColour(value, breaks);
  };
  return drawPlot({
    width,
    height,
    margin: 4,
    projection: { type: "mercator", domain: collection },
    color: { type: "identity" },
    marks: [
      Plot.geo(features(() => true), { fill, stroke: COLOURS.quiet, strokeWidth: 0.6 }),
      Plot.geo(features((shape) => byCode.get(shape.id)?.provenance === "assumed"), {
        fill: HATCH_FILL,
      }),
      Plot.geo(features((shape) => options.outlined?.includes(shape.id) ?? false), {
        stroke: COLOURS.treated,
        strokeWidth: 2,
      }),
      ...shapes.filter((shape) => options.names?.[shape.id] !== undefined).map((shape) =>
        Plot.text(
          [shape] as Plot.Data,
          Plot.centroid({
            text: () => options.names![shape.id],
            dy: options.nameShift?.[shape.id] ?? 0,
            fontSize: 10.5,
            fontWeight: 600,
            stroke: COLOURS.paper,
            strokeWidth: 3,
            fill: COLOURS.ink,
            paintOrder: "stroke",
          }),
        )
      ),
    ],
  });
}

function stepColour(value: number, breaks: readonly number[]): string {
  const step = breaks.findLastIndex((end) => value >= end);
  return AMOUNTS[Math.min(STEPS - 1, Math.max(0, step))];
}

/** Six equal steps from zero to a round number at or above the value. */
function equalBreaks(value: number): number[] {
  const power = 10 ** Math.floor(Math.log10(value / STEPS));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10].map((k) => k * power).find((k) =>
    k * STEPS >= value
  )!;
  return Array.from({ length: STEPS + 1 }, (_, i) => i * step);
}

function mapLegend(
  values: readonly RegionValue[],
  breaks: readonly number[],
  options: MapOptions,
): LegendItem[] {
  const format = options.format ?? ((value: number) => String(Number(value.toPrecision(3))));
  const steps = Array.from({ length: STEPS }, (_, i) => ({
    label: `${i === 0 ? `${options.valueLabel}: ` : ""}${format(breaks[i])}–${
      format(breaks[i + 1])
    }`,
    colour: AMOUNTS[i],
    kind: "box" as const,
  }));
  return [
    ...steps,
    ...(values.some((item) => item.provenance === "assumed")
      ? [{ label: "assumed, not published", colour: AMOUNTS[1], kind: "hatched" as const }]
      : []),
    ...(values.some((item) => item.value === null)
      ? [{ label: "not known", colour: COLOURS.paper, kind: "box" as const }]
      : []),
    ...(options.outlined === undefined ? [] : [{
      label: options.outlinedLabel ?? "outlined",
      colour: COLOURS.treated,
      kind: "line" as const,
    }]),
  ];
}
