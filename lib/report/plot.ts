import * as Plot from "@observablehq/plot";
import { InputError } from "../panel/errors.ts";
import type { Panel } from "./figure.ts";
import { plotDocument } from "./svg.ts";
import { COLOURS, FONT, TEXT, WIDTH } from "./theme.ts";

/** Width of a plot that fills the figure. */
export const FULL = WIDTH - 32;

/** Draws one plot, in the project's font, ready to be placed by `compose`. */
export function drawPlot(options: Plot.PlotOptions & { width: number; height: number }): Panel {
  const element = Plot.plot({ ...options, document: plotDocument() }) as unknown as Element;
  element.setAttribute("font-family", FONT);
  element.setAttribute("font-size", String(TEXT.body));
  element.removeAttribute("style");
  return { element, width: options.width, height: options.height };
}

/** An axis of years or event times: whole numbers, no thousands separator. */
export function timeScale(times: readonly number[], label: string): Plot.ScaleOptions {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const whole = times.every(Number.isInteger);
  const distinct = whole
    ? [...new Set(times)].sort((a, b) => a - b)
    : Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, i) =>
      Math.ceil(first) + i);
  const ticks = distinct.length > 16 ? distinct.filter((_, i) => i % 2 === 0) : distinct;
  return {
    label,
    labelAnchor: "center",
    labelArrow: "none",
    ticks,
    tickFormat: (t: number) => String(t),
    inset: 12,
  };
}

/** A vertical line between the last untreated and the first treated period. */
export function treatmentLine(treatedFrom: number, label: string): Plot.Markish[] {
  return [
    Plot.ruleX([treatedFrom - 0.5], { stroke: COLOURS.quiet, strokeDasharray: "3 3" }),
    Plot.text([label], {
      x: treatedFrom - 0.5,
      frameAnchor: "top-left",
      dx: 5,
      dy: 2,
      fill: COLOURS.quiet,
      textAnchor: "start",
    }),
  ];
}

/** Refuses empty or non-finite points, naming the figure and the field. */
export function requirePoints<T extends object>(
  figure: string,
  points: readonly T[],
  fields: readonly (keyof T & string)[],
): void {
  if (points.length === 0) {
    throw new InputError({
      problem: `The figure "${figure}" has nothing to draw`,
      remedy: "check the rows that were chosen for it",
    });
  }
  for (const field of fields) {
    const wrong = points.flatMap((point, i) => Number.isFinite(point[field]) ? [] : [i]);
    if (wrong.length === 0) continue;
    throw new InputError({
      problem: `The figure "${figure}" needs finite numbers`,
      column: field,
      rows: wrong,
      value: points[wrong[0]][field],
      remedy: "leave these points out, and say in a note that they are missing",
    });
  }
}
