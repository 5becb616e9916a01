import { stream } from "../../lib/inference/random.ts";
import { Panel } from "../../lib/panel/panel.ts";

export interface MadeFactors {
  readonly seed?: number;
  readonly number?: number;
  readonly controls?: number;
  /** Treated units by first treated period. */
  readonly cohorts?: Readonly<Record<number, number>>;
  readonly periods?: number;
  readonly effect?: (since: number) => number;
  /** How much more the treated load on the second factor. Default 0.4: trends are not parallel. */
  readonly tilt?: number;
  /** Standard deviation of the shocks. */
  readonly noise?: number;
}

export type FactorRow = Record<"unit" | "t" | "y" | "d" | "first", number> & { unit: number };

/** Units with levels and loadings of two common factors, on the second of which the treated load more. */
export function factorRows(options: MadeFactors = {}): FactorRow[] {
  const {
    seed = 11,
    number = 0,
    controls = 24,
    cohorts = { 9: 5 },
    periods = 14,
    noise = 1,
    tilt = 0.4,
  } = options;
  const effect = options.effect ?? ((since) => 3 + 0.5 * since);
  const random = stream(seed, number);
  const factors = Array.from({ length: periods }, (_, t) => [
    0.3 * t + random.normal(),
    0.4 * t + random.normal(),
  ]);
  const firsts = [
    ...Array.from({ length: controls }, () => 0),
    ...Object.entries(cohorts).flatMap(([first, count]) =>
      Array.from({ length: count }, () => Number(first))
    ),
  ];
  return firsts.flatMap((first, unit) => {
    const level = 10 + 3 * random.normal();
    const loads = [1 + random.uniform(), random.uniform() + (first > 0 ? tilt : 0)];
    return Array.from({ length: periods }, (_, k) => {
      const t = k + 1;
      const treated = first > 0 && t >= first;
      const y = level + loads[0] * factors[k][0] + loads[1] * factors[k][1] +
        (treated ? effect(t - first) : 0) + noise * random.normal();
      return { unit, t, y, d: treated ? 1 : 0, first };
    });
  });
}

export function factorPanel(options: MadeFactors = {}): Panel {
  return Panel.fromRows(factorRows(options), { unit: "unit", time: "t" });
}
