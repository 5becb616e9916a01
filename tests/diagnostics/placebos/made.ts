/** Panels with a planted effect, anticipation and spillover, on a ring of units. */
import { stream } from "../../../lib/inference/random.ts";
import { Panel } from "../../../lib/panel/panel.ts";

export interface Planted {
  readonly units?: number;
  readonly years?: number;
  /** First treated year. */
  readonly from?: number;
  readonly effect?: number;
  /** Effect in the year before treatment. */
  readonly early?: number;
  /** Effect of having treated neighbours, times their share, on everybody. */
  readonly spill?: number;
  readonly noise?: number;
  readonly seed?: number;
  readonly draw?: number;
  /** Positions of the treated. Default: the first quarter of every half. */
  readonly treated?: readonly number[];
}

export const label = (u: number) => `u${String(u).padStart(2, "0")}`;

/** Each unit borders the one before and the one after. */
export function ring(units: number): Record<string, string[]> {
  return Object.fromEntries(
    Array.from({ length: units }, (_, u) => [
      label(u),
      [label((u + units - 1) % units), label((u + 1) % units)],
    ]),
  );
}

/** Columns y, z (a second outcome), d (path), g (0/1), cohort, dose, exposure, w. */
export function planted(options: Planted = {}): Panel {
  const { units = 24, years = 10, from = 7, effect = 2, early = 0, spill = 0, noise = 1 } = options;
  const treated = options.treated ?? [0, 1, 2, 3, 4, 12, 13, 14, 15];
  const random = stream(options.seed ?? 1, options.draw ?? 0);
  const isTreated = (u: number) => treated.includes((u + units) % units);
  const rows = Array.from({ length: units }, (_, u) => {
    const [level, size] = [5 * random.normal(), 1 + random.uniform()];
    return Array.from({ length: years }, (_, k) => {
      const year = k + 1;
      const on = year >= from;
      const share = (Number(isTreated(u - 1)) + Number(isTreated(u + 1))) / 2;
      const moved = (isTreated(u) && on ? effect : 0) + (on ? spill * share : 0) +
        (isTreated(u) && year === from - 1 ? early : 0);
      return {
        unit: label(u),
        year,
        y: level + 0.5 * year + moved + noise * random.normal(),
        z: level + year + noise * random.normal(),
        d: isTreated(u) && on ? 1 : 0,
        g: isTreated(u) ? 1 : 0,
        cohort: isTreated(u) ? from : 0,
        dose: isTreated(u) && on ? size * (year - from + 1) : 0,
        w: 1 + (u % 3),
      };
    });
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "year" }).about({
    provenance: "simulated",
    source: "made up for this test",
  });
}
