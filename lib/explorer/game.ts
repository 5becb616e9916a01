import type { SimulatedScenario } from "../study/simulation/scenario.ts";
import { button, element } from "./dom.ts";
import type { Phrases } from "./language/english.ts";
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
export function makeGame(
  words: Phrases["game"],
  reveal: () => void,
  again: () => void,
): Game {
  let truth: Parameters<Game["show"]>[0] = null;
  let revealed = false;
  const guess = element("input", {
    type: "number",
    step: "any",
    "aria-label": words.label,
    placeholder: words.placeholder,
  });
  guess.style.width = "8em";
  const answer = element("span", { role: "status" });
  const ask = button(words.show, () => {
    if (truth === null || truth.mean === null) return;
    revealed = true;
    update();
    reveal();
  });
  const question = element("span", {}, words.question);
  const elsewhere = element(
    "span",
    {},
    words.elsewhere,
  );
  const root = element(
    "div",
    { class: "actions", hidden: true },
    question,
    elsewhere,
    guess,
    ask,
    button(words.again, again),
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
      : words.away(shortNumber(Math.abs(guess.valueAsNumber - truth.mean)));
    answer.textContent = words.truth(signed(truth.mean), words.scenarios[truth.scenario]) + off;
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
