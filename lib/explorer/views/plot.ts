import * as Plot from "@observablehq/plot";

/** Room and words that every plot of the explorer shares. */
export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  /** What the plot shows, for those who do not see it. */
  readonly description: string;
}

/** Colours of the theme: the style sheet says what they are on light and dark paper. */
export const INK = "var(--ink)";
export const QUIET = "var(--quiet)";
export const RULE = "var(--rule)";
export const PAPER = "var(--paper)";
export const SERIES = ["var(--first)", "var(--second)", "var(--third)"] as const;

/** Draws a plot into the page. */
export function draw(
  { width, height, description }: PlotFrame,
  options: Plot.PlotOptions,
): Element {
  return Plot.plot({
    marginLeft: 44,
    marginRight: 14,
    marginBottom: 34,
    ...options,
    width,
    height,
    ariaLabel: description,
    style: {
      background: "none",
      color: "var(--quiet)",
      fontFamily: "inherit",
      fontSize: "12px",
      overflow: "visible",
    },
  });
}

/** Axis of whole years or event times, with as many ticks as fit. */
export function timeAxis(
  times: readonly number[],
  width: number,
  label: string,
): Plot.ScaleOptions {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const most = Math.max(2, Math.floor(width / 44));
  const every = Math.ceil(sorted.length / most);
  const ticks = sorted.filter((_, i) => i % every === 0);
  return {
    label,
    labelAnchor: "center",
    labelArrow: "none",
    ticks,
    tickFormat: (time: number) => String(time).replace("-", "−"),
    inset: 12,
  };
}

/** A number on an axis, with a typographic minus. */
export function axisNumber(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
