import * as Plot from "@observablehq/plot";
import { AMOUNTS } from "../../report/theme.ts";
import { type RegionShape, regionShapes } from "../../report/regions-map.ts";
import { draw, type PlotFrame, SERIES } from "./plot.ts";

/** The dose of an area at one time. */
export interface AreaDose {
  readonly code: string;
  /** null where it is not known. */
  readonly dose: number | null;
  readonly assumed: boolean;
  readonly treated: boolean;
}

const STEPS = 6;

/** Ends of steps that hold as many areas each, as far as doses differ: one large dose does not empty the scale. */
export function doseBreaks(doses: readonly number[]): number[] {
  const sorted = doses.filter((dose) => dose > 0).sort((a, b) => a - b);
  if (sorted.length === 0) return [0, 1];
  const ends = Array.from(
    { length: STEPS },
    (_, i) => sorted[Math.min(sorted.length - 1, Math.floor((i + 1) * sorted.length / STEPS))],
  );
  const rounded = ends.map((end) => Number(end.toPrecision(2)));
  rounded[STEPS - 1] = Math.max(rounded[STEPS - 1], sorted[sorted.length - 1]);
  return [0, ...new Set(rounded)];
}

/** Colour of a dose. */
export function doseColour(dose: number, breaks: readonly number[]): string {
  const step = breaks.findLastIndex((end) => dose >= end);
  return AMOUNTS[Math.min(breaks.length - 2, Math.max(0, step))];
}

/** Areas coloured by dose, the treated outlined, assumed doses hatched. */
export function doseMap(
  areas: readonly AreaDose[],
  breaks: readonly number[],
  hatchId: string,
  frame: PlotFrame,
): Element {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const shapes = regionShapes();
  const some = (keep: (area: AreaDose) => boolean) =>
    shapes.filter(({ id }) => byCode.has(id) && keep(byCode.get(id)!)) as Plot.Data;
  const fill = (shape: unknown) => {
    const area = byCode.get((shape as RegionShape).id);
    return area === undefined || area.dose === null ? "none" : doseColour(area.dose, breaks);
  };
  const svg = draw(frame, {
    margin: 3,
    marginLeft: 3,
    marginRight: 3,
    marginBottom: 3,
    projection: {
      type: "mercator",
      domain: { type: "FeatureCollection", features: shapes } as never,
    },
    color: { type: "identity" },
    marks: [
      Plot.geo(shapes as Plot.Data, { fill, stroke: "#5f6368", strokeWidth: 0.6 }),
      Plot.geo(some(({ assumed }) => assumed), { fill: `url(#${hatchId})` }),
      Plot.geo(some(({ treated }) => treated), { stroke: SERIES[0], strokeWidth: 2.2 }),
    ],
  });
  svg.prepend(hatch(hatchId));
  return svg;
}

const SVG = "http://www.w3.org/2000/svg";

/** The pattern of assumed cells. */
function hatch(id: string): SVGDefsElement {
  const make = (tag: string, attributes: Record<string, string>) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const pattern = make("pattern", {
    id,
    width: "5",
    height: "5",
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  pattern.append(
    make("line", {
      y2: "5",
      stroke: "#1b1b1b",
      "stroke-opacity": "0.5",
      "stroke-width": "1.3",
    }),
  );
  const defs = document.createElementNS(SVG, "defs") as SVGDefsElement;
  defs.append(pattern);
  return defs;
}
