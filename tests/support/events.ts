import type { EventEffects } from "../../lib/mod.ts";

/** Two effects before the base period and one after it, independent of each other. */
export const INDEPENDENT_EVENTS: EventEffects = {
  times: [-3, -2, 0],
  effects: Float64Array.of(0.1, -0.1, 0.5),
  covariance: Float64Array.of(0.04, 0, 0, 0, 0.01, 0, 0, 0, 0.02),
  base: -1,
};
