import { stream } from "../../inference/random.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import type { StudyDesign } from "../design.ts";
import { simulatePanel, type SimulationModel, simulationModel } from "./simulate.ts";

/** What is planted in a simulated panel. "mystery" is one of the others, drawn from the seed. */
export const SCENARIOS = ["none", "constant", "growing", "trends", "mystery"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Each scenario in words. */
export const SCENARIO_WORDS: Readonly<Record<Scenario, string>> = {
  none: "no effect",
  constant: "a constant effect",
  growing: "an effect that grows each period",
  trends: "no effect, but trends that are not parallel",
  mystery: "a mystery: one of these, drawn by the seed",
};

export interface ScenarioOptions {
  readonly outcome: string;
  readonly scenario: Scenario;
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
}

/** A panel whose outcome is simulated, and the truth about it. */
export interface SimulatedScenario {
  /** The panel as given, the outcome replaced. */
  readonly panel: Panel;
  /** What was planted: the mystery resolved. */
  readonly scenario: Exclude<Scenario, "mystery">;
  /** The true effect on a treated unit at each time from `treatedFrom` on. */
  readonly effects: readonly { readonly time: number; readonly effect: number }[];
}

/**
 * Replaces an outcome by one drawn from the panel's own levels, common path and shocks (see `simulationModel`), with a
 * known effect on the study's treated group. The size of the effect, one to three times a typical shock and of either
 * sign, is drawn from the seed.
 * @throws InputError when the panel is not balanced or treatment is a dose.
 */
export function simulateScenario(
  panel: Panel,
  design: Pick<StudyDesign, "treatment" | "treatedFrom">,
  { outcome, scenario, seed }: ScenarioOptions,
): SimulatedScenario {
  if (!SCENARIOS.includes(scenario)) {
    throw new InputError({
      problem: "There is no such scenario",
      value: scenario,
      remedy: `choose one of ${SCENARIOS.join(", ")}`,
    });
  }
  const model = simulationModel(
    panel.with("simulation weight", () => 1),
    design as StudyDesign,
    outcome,
    "simulation weight",
  );
  const choice = stream(seed, 1);
  const planted = scenario === "mystery"
    ? (["none", "constant", "growing", "trends"] as const)[choice.integer(4)]
    : scenario;
  const size = effectSize(model, choice.uniform(), choice.integer(2) === 0 ? 1 : -1);
  const drawn = simulatePanel(
    model,
    { trends: planted === "trends" ? "own" : "parallel" },
    stream(seed, 0),
  ).panel;
  const after = panel.times.filter((time) => time >= design.treatedFrom);
  const effectAt = (time: number): number => {
    if (planted === "none" || planted === "trends" || time < design.treatedFrom) return 0;
    return planted === "constant" ? size : size * (after.indexOf(time) + 1) / after.length;
  };
  return {
    panel: panel.with(outcome, outcomes(panel, model, drawn, effectAt)).about({
      source: "simulated from the levels, path and shocks of a real panel",
      provenance: "simulated",
    }),
    scenario: planted,
    effects: after.map((time) => ({ time, effect: effectAt(time) })),
  };
}

/** One to three typical shocks, to one significant decimal of a shock, so that the truth is a short number. */
function effectSize({ deviation }: SimulationModel, share: number, sign: number): number {
  const typical = deviation.slice().sort()[Math.floor(deviation.length / 2)];
  return sign * Number((typical * (1 + 2 * share)).toPrecision(2));
}

/** The drawn outcome in the order of the panel (labels sort as text in the draw, as numbers perhaps in the panel). */
function outcomes(
  panel: Panel,
  model: SimulationModel,
  drawn: Panel,
  effectAt: (time: number) => number,
): Float64Array {
  const y = drawn.numeric("y");
  const position = new Map(drawn.units.map((unit, code) => [unit, code]));
  const periods = panel.times.length;
  return Float64Array.from(panel.unit, (unit, i) => {
    const own = position.get(String(panel.units[unit]))!;
    const effect = model.treated[unit] === 1 ? effectAt(panel.times[panel.time[i]]) : 0;
    return y[own * periods + panel.time[i]] + effect;
  });
}
