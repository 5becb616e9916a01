// @ts-types="./inputs.d.ts"
import * as Inputs from "@observablehq/inputs";
import type { Panel } from "../panel/panel.ts";
import {
  ADOPTIONS,
  DRAW_CHOICES,
  ERROR_CHOICES,
  ERROR_KEYS,
  ESTIMATOR_CHOICES,
  ESTIMATOR_KEYS,
  MOST_BOUND,
  MOST_SEED,
  thresholdRange,
  thresholdStep,
} from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import { element } from "./dom.ts";
import type { Field } from "./inputs.d.ts";
import type { Phrases } from "./language/english.ts";
import { dataChoices, type ExplorerState, noSimulation, treatmentChoices } from "./state.ts";

/** The controls of one explorer. */
export interface Controls {
  readonly element: HTMLElement;
  /** Shows a state that came from elsewhere, and hides the controls that do not apply to it. */
  show(state: ExplorerState): void;
}

type Change = (changes: Partial<ExplorerState>) => void;

/** A control and the field it sets. */
interface Bound {
  readonly field: Field<unknown>;
  readonly key: keyof ExplorerState;
  readonly applies: (state: ExplorerState) => boolean;
}

const always = () => true;

/** Builds the controls; `change` hears every change of a reader. */
export function makeControls(
  panel: Panel,
  study: ExplorerStudy,
  words: Phrases,
  narrow: boolean,
  change: Change,
): Controls {
  const bound: Bound[] = [];
  const add = <K extends keyof ExplorerState>(
    key: K,
    field: Field<ExplorerState[K]> | Field<string[]> | Field<number[]>,
    applies: (state: ExplorerState) => boolean = always,
  ): HTMLElement => {
    const plain = field as unknown as Field<unknown>;
    // Inputs answer a keypress twice (input, then change): the first is enough.
    plain.addEventListener("input", () => {
      change({ [key]: plain.value } as Partial<ExplorerState>);
    });
    bound.push({ field: plain, key, applies });
    return labelled(plain, key);
  };
  const groups = [
    group(words.controls.compared, true, ...comparison(study, words, add)),
    group(words.controls.which(study.timeName), !narrow, ...window(study, words, add)),
    group(words.controls.estimated, !narrow, ...estimation(study, words, add)),
    group(words.controls.sure, !narrow, ...sureness(words, add)),
    group(words.controls.simulated, !narrow, ...simulation(panel, study, words, add)),
  ];
  return {
    element: element("div", { class: "controls" }, ...groups),
    show: (state) => {
      for (const { field, key, applies } of bound) {
        const same = JSON.stringify(field.value) === JSON.stringify(state[key]);
        if (!same) field.value = state[key];
        showExactly(field, state[key]);
        field.hidden = !applies(state);
      }
    },
  };
}

type Add = <K extends keyof ExplorerState>(
  key: K,
  field: Field<ExplorerState[K]> | Field<string[]> | Field<number[]>,
  applies?: (state: ExplorerState) => boolean,
) => HTMLElement;

function comparison(
  study: ExplorerStudy,
  { controls, units }: Phrases,
  add: Add,
): HTMLElement[] {
  const { design, dose } = study;
  const treatments = treatmentChoices(study);
  const outcomes = design.outcomes.map(({ column }) => column);
  const label = (column: string) =>
    design.outcomes.find((outcome) => outcome.column === column)!.label;
  return [
    add("outcome", Inputs.select(outcomes, { label: controls.outcome, format: label })),
    ...(treatments.length < 2 ? [] : [
      add(
        "treatment",
        Inputs.radio(treatments, {
          label: controls.treatment,
          format: (key) => controls.treatments[key](study.given ?? "", units(study.unitWord)),
        }),
      ),
    ]),
    ...(dose === null ? [] : [
      add(
        "threshold",
        Inputs.range(thresholdRange(dose.most), {
          label: controls.threshold(dose.label),
          step: thresholdStep(dose.most),
        }),
        (state) => state.treatment === "threshold",
      ),
      add(
        "adoption",
        Inputs.select([...ADOPTIONS], {
          label: controls.adoption,
          format: (key) =>
            key === "common" ? controls.common(design.treatedFrom) : controls.crossing,
        }),
        (state) => state.treatment === "threshold",
      ),
      add(
        "year",
        Inputs.select([...dose.times], { label: controls.year, format: String }),
        (state) =>
          state.treatment === "dose" ||
          (state.treatment === "threshold" && state.adoption === "common"),
      ),
    ]),
  ];
}

function window(
  { times, timeName, design }: ExplorerStudy,
  { controls }: Phrases,
  add: Add,
): HTMLElement[] {
  const before = times.filter((time) => time < design.treatedFrom);
  const pair = element(
    "div",
    { class: "pair" },
    add("from", Inputs.select([...times], { label: controls.from, format: String })),
    add("to", Inputs.select([...times], { label: controls.to, format: String })),
  );
  return [
    pair,
    add(
      "base",
      Inputs.select([...before], { label: controls.base(timeName), format: String }),
      (state) => !ESTIMATOR_CHOICES[state.estimator].staggered,
    ),
    add(
      "dropped",
      Inputs.checkbox([...times], { label: controls.dropped(timeName), format: String }),
    ),
  ];
}

function estimation(
  study: ExplorerStudy,
  { controls, estimators }: Phrases,
  add: Add,
): HTMLElement[] {
  const weights = ["", ...study.weights.map(({ column }) => column)];
  const label = (columns: ExplorerStudy["controls"], column: string) =>
    columns.find((item) => item.column === column)?.label ?? column;
  return [
    add(
      "estimator",
      Inputs.select(ESTIMATOR_KEYS, {
        label: controls.estimator,
        format: (key) => estimators[key],
      }),
    ),
    ...(weights.length === 1 ? [] : [
      add(
        "weights",
        Inputs.select(weights, {
          label: controls.weights,
          format: (column) => column === "" ? controls.unweighted : label(study.weights, column),
        }),
      ),
    ]),
    ...(study.controls.length === 0 ? [] : [
      add(
        "controls",
        Inputs.checkbox(study.controls.map(({ column }) => column), {
          label: controls.controls(study.timeName),
          format: (column) => label(study.controls, column),
        }),
      ),
    ]),
  ];
}

function sureness({ controls, errors }: Phrases, add: Add): HTMLElement[] {
  return [
    add(
      "errors",
      Inputs.select(ERROR_KEYS, {
        label: controls.errors,
        format: (key) => errors[key].label,
      }),
    ),
    add(
      "draws",
      Inputs.select([...DRAW_CHOICES] as number[], {
        label: controls.draws,
        format: (count) => count.toLocaleString("en"),
      }),
      (state) => ERROR_CHOICES[state.errors].bootstrap !== null,
    ),
    add(
      "bound",
      Inputs.range([0, MOST_BOUND], { label: controls.bound, step: 0.1 }),
    ),
  ];
}

function simulation(
  panel: Panel,
  study: ExplorerStudy,
  words: Phrases,
  add: Add,
): HTMLElement[] {
  const { controls } = words;
  const choices = dataChoices(study, panel.balanced);
  const missing = noSimulation(study, panel.balanced, words);
  if (missing !== null) {
    return [element("p", { class: "quiet" }, controls.simulatedWhere(missing))];
  }
  return [
    add(
      "data",
      Inputs.select(choices, { label: controls.data, format: (key) => controls.datasets[key] }),
    ),
    add(
      "seed",
      Inputs.number([0, MOST_SEED], { label: controls.seed, step: 1 }),
      (state) => state.data !== "real",
    ),
  ];
}

function group(title: string, open: boolean, ...fields: HTMLElement[]): HTMLElement {
  return element(
    "details",
    { class: "group", open },
    element("summary", {}, title),
    element("div", { class: "fields" }, ...fields),
  );
}

/** A number from a link may lie between a slider's steps: the field shows it, the slider the nearest it has. */
function showExactly(field: Field<unknown>, value: unknown): void {
  const box = field.querySelector<HTMLInputElement>("input[type=number]");
  if (box === null || typeof value !== "number" || field.value === value) return;
  box.value = String(value);
}

/** Names what Inputs leaves nameless for a screen reader: the slider beside its number, and groups of boxes. */
function labelled(field: Field<unknown>, key: string): HTMLElement {
  field.dataset.field = key;
  const label = field.querySelector(":scope > label");
  const text = label?.textContent ?? key;
  field.querySelector("input[type=range]")?.setAttribute("aria-label", text);
  const boxes = field.querySelectorAll("input[type=checkbox], input[type=radio]");
  if (boxes.length > 0) {
    field.setAttribute("role", "group");
    field.setAttribute("aria-label", text);
  }
  return field;
}
