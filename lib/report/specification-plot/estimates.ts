import * as Plot from "@observablehq/plot";
import type { SpecificationCurve } from "../../diagnostics/specification-curve.ts";
import type { Panel } from "../figure.ts";
import { drawPlot, FULL } from "../plot.ts";
import { COLOURS, TEXT } from "../theme.ts";
import { type Layout, ownLine, ranks, RIGHT, segments, short } from "./layout.ts";

const TOP = 250;

/** The upper half: sorted estimates with intervals, zero, the median, the study's own and the band. */
export function estimates(curve: SpecificationCurve, layout: Layout, yLabel: string): Panel {
  const { rows, summary, inference } = curve;
  const { left, step, sparse, own } = layout;
  const width = Math.max(0.5, Math.min(2, 0.55 * step));
  const groups = [false, true].map((significant) => ({
    significant,
    ranks: ranks(curve, significant),
    colour: significant ? COLOURS.treated : COLOURS.rule,
  }));
  const band = inference === null ? [] : rows.map((_, rank) => ({
    rank,
    low: inference.band.low[rank],
    high: inference.band.high[rank],
  }));
  return drawPlot({
    width: FULL,
    height: TOP,
    marginLeft: left,
    marginRight: RIGHT,
    marginTop: 26,
    marginBottom: 6,
    x: layout.x,
    y: { label: yLabel, labelArrow: "none", grid: true, nice: true },
    marks: [
      Plot.areaY(band, {
        x: "rank",
        y1: "low",
        y2: "high",
        fill: COLOURS.sixth,
        fillOpacity: 0.35,
      }),
      Plot.ruleY([0], { stroke: COLOURS.ink }),
      ownLine(layout),
      ...groups.map(({ ranks, colour, significant }) =>
        segments(
          ranks.map((rank) => ({ x: rank, from: rows[rank].low, to: rows[rank].high })),
          colour,
          width,
          significant ? 0.75 : 0.55,
        )
      ),
      ...groups.map(({ ranks, colour, significant }) =>
        Plot.dot(ranks, {
          x: (rank: number) => rank,
          y: (rank: number) => rows[rank].estimate,
          r: sparse ? 3.4 : Math.max(1, Math.min(2, step)) + (significant ? 0.5 : 0),
          fill: significant ? colour : sparse ? COLOURS.paper : COLOURS.quiet,
          ...(sparse ? { stroke: significant ? colour : COLOURS.quiet, strokeWidth: 1.4 } : {}),
        })
      ),
      Plot.ruleY([summary.median], { stroke: COLOURS.control, strokeDasharray: "5 4" }),
      Plot.text([summary.median], {
        y: (value: number) => value,
        text: (value: number) => `median\n${short(value)}`,
        frameAnchor: "right",
        dx: 5,
        textAnchor: "start",
        fontSize: TEXT.small,
        fill: COLOURS.control,
      }),
      ...(own === null ? [] : [
        Plot.dot([own], {
          x: (rank: number) => rank,
          y: (rank: number) => rows[rank].estimate,
          symbol: "diamond",
          r: 5.5,
          fill: COLOURS.ink,
          stroke: COLOURS.paper,
        }),
        Plot.text([own], {
          x: (rank: number) => rank,
          text: (rank: number) => `the study's own: ${short(rows[rank].estimate)}`,
          frameAnchor: "top",
          dy: -14,
          dx: own < rows.length / 2 ? 4 : -4,
          textAnchor: own < rows.length / 2 ? "start" : "end",
          fontSize: TEXT.small,
        }),
      ]),
    ],
  });
}
