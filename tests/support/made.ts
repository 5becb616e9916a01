import { Panel } from "../../lib/panel/panel.ts";

/** A small generator for test data only. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** Rows of a made-up panel: 12 units × 6 times, five units treated from time 4, two covariates, weights, regions. */
export function madeRows(seed = 1): Record<string, number | string>[] {
  const draw = numbers(seed);
  return Array.from({ length: 12 }, (_, u) => {
    const [level, w, m] = [10 * draw(), 0.5 + 2 * draw(), draw()];
    return Array.from({ length: 6 }, (_, k) => {
      const t = k + 1;
      const treated = u < 5 && t >= 4 ? 1 : 0;
      return {
        unit: `u${u}`,
        t,
        y: level + 0.7 * t + 2 * treated + 3 * draw(),
        x: draw() + 0.1 * t,
        d: treated,
        g: u < 5 ? 1 : 0,
        first: u < 5 ? 4 : 0,
        w,
        m,
        region: u % 4,
      };
    });
  }).flat();
}

export function madePanel(seed = 1): Panel {
  return Panel.fromRows(madeRows(seed), { unit: "unit", time: "t" });
}
