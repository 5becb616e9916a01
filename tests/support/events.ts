import { type Estimate, type EventEffects, eventStudy, Panel } from "../../lib/mod.ts";
import { madeRows } from "./made.ts";

/** Two effects before the base period and one after it, independent of each other. */
export const INDEPENDENT_EVENTS: EventEffects = {
  times: [-3, -2, 0],
  effects: Float64Array.of(0.1, -0.1, 0.5),
  covariance: Float64Array.of(0.04, 0, 0, 0, 0.01, 0, 0, 0, 0.02),
  base: -1,
};

type Row = Readonly<Record<string, number | string>>;

/** Made rows with gaps. */
export const GAPPY_ROWS: readonly Row[] = madeRows(4).filter((_, i) => i % 11 !== 4);

export function panelOf(rows: readonly Row[]): Panel {
  return Panel.fromRows([...rows], { unit: "unit", time: "t" });
}

/** An event study with a covariate on rows with gaps; effects 1 and 2 lie before the base period 3. */
export function gappyEvents(
  rows: readonly Row[] = GAPPY_ROWS,
  more: { readonly weights?: string; readonly cluster?: string } = {},
): Estimate {
  return eventStudy(panelOf(rows), {
    outcome: "y",
    exposure: "g",
    reference: 3,
    covariates: ["x"],
    ...more,
  });
}
