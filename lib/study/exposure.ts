import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";

/**
 * Adds each unit's dose at one time ("exposure") and its third of the units by it ("exposure group": low,
 * middle, high).
 */
export function withExposure(panel: Panel, dose: string, at: number): Panel {
  if (!panel.times.includes(at)) {
    throw new InputError({
      problem: "The time at which exposure is measured is not in the panel",
      value: at,
      remedy: `choose one of ${panel.times.join(", ")}`,
    });
  }
  const values = panel.numeric(dose);
  const exposure = new Float64Array(panel.units.length).fill(NaN);
  for (let i = 0; i < panel.rows; i++) {
    if (panel.times[panel.time[i]] === at) exposure[panel.unit[i]] = values[i];
  }
  const sorted = exposure.filter((value) => !Number.isNaN(value)).sort();
  const third = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [low, high] = [third(1 / 3), third(2 / 3)];
  const group = (value: number) =>
    Number.isNaN(value) ? "" : value < low ? "low" : value < high ? "middle" : "high";
  return panel
    .with("exposure", Float64Array.from(panel.unit, (unit) => exposure[unit]))
    .with("exposure group", Array.from(panel.unit, (unit) => group(exposure[unit])));
}
