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

/** Column of a simulated panel: the effect planted in each row, 0 where nothing was. */
export const TRUE_EFFECT = "true effect";

/** A panel whose outcome is simulated, and the truth about it. */
export interface SimulatedScenario {
  /** The panel as given, the outcome replaced, with the column `TRUE_EFFECT`. */
  readonly panel: Panel;
  /** What was planted: the mystery resolved. */
  readonly scenario: Exclude<Scenario, "mystery">;
}

/**
 * Replaces an outcome by one drawn from the panel's own levels, common path and shocks (see `simulationModel`), with a
 * known effect on each unit while the study has it treated. The size of the effect, one to three times a typical shock
 * and of either sign, is drawn from the seed; a growing one is reached in the last time of those treated first.
 * @throws InputError when the panel is not balanced, an outcome is missing, treatment is a dose, or fewer than three
 *   times come before it.
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
  const effects = plantedEffects(panel, design, planted, size);
  return {
    panel: panel.with(outcome, outcomes(panel, drawn, effects)).with(TRUE_EFFECT, effects).about({
      source: "simulated from the levels, path and shocks of a real panel",
      provenance: "simulated",
    }),
    scenario: planted,
  };
}

/** The effect in each row. Growth counts the times since a unit's own start. */
function plantedEffects(
  panel: Panel,
  { treatment, treatedFrom }: Pick<StudyDesign, "treatment" | "treatedFrom">,
  planted: SimulatedScenario["scenario"],
  size: number,
): Float64Array {
  const path = panel.numeric(treatment.path);
  if (planted === "none" || planted === "trends") return new Float64Array(panel.rows);
  if (planted === "constant") return path.map((treated) => treated === 1 ? size : 0);
  const periods = panel.times.length;
  const longest = panel.times.filter((time) => time >= treatedFrom).length;
  // Rows of a balanced panel by unit and time, in whatever order the panel has them.
  const treated = new Uint8Array(panel.units.length * periods);
  panel.unit.forEach((unit, i) => treated[unit * periods + panel.time[i]] = path[i]);
  return Float64Array.from(panel.unit, (unit, i) => {
    if (path[i] !== 1) return 0;
    let since = 0;
    for (let t = 0; t <= panel.time[i]; t++) since += treated[unit * periods + t];
    return size * since / longest;
  });
}

/** One to three typical shocks, to one significant decimal of a shock, so that the truth is a short number. */
function effectSize({ deviation }: SimulationModel, share: number, sign: number): number {
  const typical = deviation.slice().sort()[Math.floor(deviation.length / 2)];
  return sign * Number((typical * (1 + 2 * share)).toPrecision(2));
}

/** The drawn outcome in the order of the panel (labels sort as text in the draw, as numbers perhaps in the panel). */
function outcomes(panel: Panel, drawn: Panel, effects: Float64Array): Float64Array {
  const y = drawn.numeric("y");
  const position = new Map(drawn.units.map((unit, code) => [unit, code]));
  const periods = panel.times.length;
  return Float64Array.from(panel.unit, (unit, i) => {
    const own = position.get(String(panel.units[unit]))!;
    return y[own * periods + panel.time[i]] + effects[i];
  });
}
