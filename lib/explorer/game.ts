import { SCENARIO_WORDS, type SimulatedScenario } from "../study/simulation/scenario.ts";
import { button, element } from "./dom.ts";
import { shortNumber, signed } from "./words.ts";

/** The guessing game on simulated data: a guess, and the truth when asked. */
export interface Game {
  readonly element: HTMLElement;
  /**
   * The truth of the data shown, its mean null where the view treats other rows than those with the planted effect;
   * null hides the game.
   */
  show(truth: { mean: number | null; scenario: SimulatedScenario["scenario"] } | null): void;
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
    if (truth === null || truth.mean === null) return;
    revealed = true;
    update();
    reveal();
  });
  const question = element("span", {}, "What is the true mean effect?");
  const elsewhere = element(
    "span",
    {},
    "The effect was planted in the study’s own treated group. Choose that treatment again to guess it.",
  );
  const root = element(
    "div",
    { class: "actions", hidden: true },
    question,
    elsewhere,
    guess,
    ask,
    button("Draw other data", again),
    answer,
  );
  const update = () => {
    const comparable = truth !== null && truth.mean !== null;
    root.hidden = truth === null;
    elsewhere.hidden = comparable;
    question.hidden = guess.hidden = !comparable;
    ask.hidden = revealed || !comparable;
    if (!revealed || truth === null || truth.mean === null) {
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
