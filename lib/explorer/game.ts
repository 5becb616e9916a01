import { SCENARIO_WORDS, type SimulatedScenario } from "../study/simulation/scenario.ts";
import { button, element } from "./dom.ts";
import { shortNumber, signed } from "./words.ts";

/** The guessing game on simulated data: a guess, and the truth when asked. */
export interface Game {
  readonly element: HTMLElement;
  /** The truth of the data shown; null hides the game. */
  show(truth: { mean: number; scenario: SimulatedScenario["scenario"] } | null): void;
  readonly revealed: boolean;
  hide(): void;
}

/** `reveal` is called when the truth is asked for; `again` draws other data. */
export function makeGame(reveal: () => void, again: () => void): Game {
  let truth: Parameters<Game["show"]>[0] = null;
  let revealed = false;
  const guess = element("input", {
    type: "number",
    step: "any",
    "aria-label": "Your guess of the true effect",
    placeholder: "your guess",
  });
  guess.style.width = "8em";
  const answer = element("span", { role: "status" });
  const ask = button("Show the truth", () => {
    if (truth === null) return;
    revealed = true;
    update();
    reveal();
  });
  const root = element(
    "div",
    { class: "actions", hidden: true },
    element("span", {}, "What is the true mean effect?"),
    guess,
    ask,
    button("Draw other data", again),
    answer,
  );
  const update = () => {
    root.hidden = truth === null;
    ask.hidden = revealed;
    if (!revealed || truth === null) {
      answer.textContent = "";
      return;
    }
    const off = guess.value === ""
      ? ""
      : ` Your guess was ${shortNumber(Math.abs(guess.valueAsNumber - truth.mean))} away.`;
    answer.textContent = `Truth: ${signed(truth.mean)} (${SCENARIO_WORDS[truth.scenario]}).${off}`;
  };
  return {
    element: root,
    get revealed() {
      return revealed && truth !== null;
    },
    show: (next) => {
      truth = next;
      update();
    },
    hide: () => {
      revealed = false;
      guess.value = "";
      update();
    },
  };
}
