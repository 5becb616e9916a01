import { requireSeed, stream } from "../../inference/random.ts";
import { Panel } from "../../panel/panel.ts";

/** How a staggered roll-out is simulated. */
export interface StaggeredSimulation {
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
  /** First treated periods and the effect in each period since, for cohorts of equal size. */
  readonly cohorts: readonly {
    readonly from: number;
    readonly effects: (since: number) => number;
  }[];
  /** Units per cohort, and never treated. Default 15. */
  readonly unitsPerCohort?: number;
  /** Periods 1 … periods. Default 10. */
  readonly periods?: number;
  /** Standard deviation of the shocks. Default 1. */
  readonly noise?: number;
}

/** A simulated panel whose effects are known. */
export interface SimulatedRollOut {
  readonly panel: Panel;
  /** Mean true effect over treated rows by event time: 0 before treatment. */
  readonly truth: ReadonlyMap<number, number>;
  /** Mean true effect over all treated rows. */
  readonly average: number;
}

/**
 * Draws a balanced panel with parallel trends: unit levels, a common path, independent normal shocks, and each cohort's own
 * effects. Columns: unit, period, cohort (0 = never), y and effect (the truth).
 */
export function simulateRollOut(simulation: StaggeredSimulation): SimulatedRollOut {
  const { cohorts, unitsPerCohort = 15, periods = 10, noise = 1 } = simulation;
  const random = stream(requireSeed(simulation.seed), 0);
  const groups = [...cohorts, { from: 0, effects: () => 0 }];
  const rows = groups.flatMap(({ from, effects }) =>
    Array.from({ length: unitsPerCohort }, (_, k) => {
      const level = 10 + 2 * random.normal();
      return Array.from({ length: periods }, (_, t) => {
        const period = t + 1;
        const effect = from > 0 && period >= from ? effects(period - from) : 0;
        return {
          unit: `${from === 0 ? "never" : `from ${from}`}, no. ${k + 1}`,
          period,
          cohort: from,
          effect,
          y: level + 0.4 * period + effect + noise * random.normal(),
        };
      });
    }).flat()
  );
  const sums = new Map<number, { sum: number; count: number }>();
  let [sum, count] = [0, 0];
  for (const { period, cohort, effect } of rows) {
    if (cohort === 0) continue;
    const since = period - cohort;
    const cell = sums.get(since) ?? { sum: 0, count: 0 };
    sums.set(since, { sum: cell.sum + effect, count: cell.count + 1 });
    if (since < 0) continue;
    sum += effect;
    count++;
  }
  return {
    panel: Panel.fromRows(rows, { unit: "unit", time: "period" }).about({
      provenance: "simulated",
      source: `simulated with seed ${simulation.seed}`,
    }),
    truth: new Map(
      [...sums].sort(([a], [b]) => a - b).map(([e, cell]) => [e, cell.sum / cell.count]),
    ),
    average: sum / count,
  };
}
