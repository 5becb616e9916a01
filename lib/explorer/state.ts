import { LEAST_BEFORE } from "../study/simulation/simulate.ts";
import {
  ADOPTIONS,
  DATA,
  type DataChoice,
  DRAW_CHOICES,
  ERROR_KEYS,
  type ErrorKey,
  ESTIMATOR_KEYS,
  type EstimatorKey,
  MOST_BOUND,
  MOST_SEED,
  type TreatmentChoice,
} from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import { ENGLISH, type Phrases } from "./language/english.ts";

/** The assumptions behind one view. */
export interface ExplorerState {
  readonly data: DataChoice;
  /** Seed of the simulated data. */
  readonly seed: number;
  readonly outcome: string;
  readonly treatment: TreatmentChoice;
  readonly threshold: number;
  /** Time at which the dose is read: for a common threshold, and as the exposure of a dose. */
  readonly year: number;
  readonly adoption: (typeof ADOPTIONS)[number];
  readonly base: number;
  readonly from: number;
  readonly to: number;
  readonly dropped: readonly number[];
  /** Column, or "" for none. */
  readonly weights: string;
  readonly controls: readonly string[];
  readonly estimator: EstimatorKey;
  readonly errors: ErrorKey;
  readonly draws: number;
  /** M̄: departures from parallel trends afterwards, in multiples of the largest before. */
  readonly bound: number;
}

/** A state, and what was wrong with the text it was read from. */
export interface ReadState {
  readonly state: ExplorerState;
  readonly problems: readonly string[];
}

type Key = keyof ExplorerState;

/** How one field is read from text, or why it cannot be. */
interface Field<T> {
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
  /** What is allowed, in words. */
  readonly allowed: (words: Phrases["link"]) => string;
}

type Fields = { readonly [K in Key]: Field<ExplorerState[K]> };

/** The treatments that a study offers. */
export function treatmentChoices({ given, dose }: ExplorerStudy): TreatmentChoice[] {
  return [
    ...(given === null ? [] : ["given" as const]),
    ...(dose === null ? [] : ["threshold" as const, "dose" as const]),
  ];
}

/** Where outcomes can be simulated, for a study in which they cannot; null where they can. */
export function noSimulation(
  { design, times }: ExplorerStudy,
  balanced: boolean,
  { simulatedWhere }: Phrases = ENGLISH,
): string | null {
  if (design.treatment.kind !== "group") return simulatedWhere.group;
  if (times.filter((time) => time < design.treatedFrom).length < LEAST_BEFORE) {
    return simulatedWhere.before(LEAST_BEFORE);
  }
  return balanced ? null : simulatedWhere.balanced;
}

/** Real data, and the simulations that the study allows. */
export function dataChoices(study: ExplorerStudy, balanced: boolean): DataChoice[] {
  return noSimulation(study, balanced) === null ? [...DATA] : ["real"];
}

const oneOf = <T extends string>(choices: readonly T[]): Field<T> => ({
  read: (text) => choices.find((choice) => choice === text),
  write: (value) => value,
  allowed: ({ leftOut, oneOf }) => choices.length === 0 ? leftOut : oneOf(choices.join(", ")),
});

const oneNumber = (choices: readonly number[]): Field<number> => ({
  read: (text) => choices.find((choice) => text.trim() !== "" && choice === Number(text)),
  write: String,
  allowed: ({ oneOf }) => oneOf(choices.join(", ")),
});

const between = (low: number, high: number, whole = false, openLow = false): Field<number> => ({
  read: (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    const inside = (openLow ? value > low : value >= low) && value <= high;
    return inside && (!whole || Number.isInteger(value)) ? value : undefined;
  },
  write: String,
  allowed: ({ number }) => number(low, high, whole, openLow),
});

function someOf<T extends string | number>(choices: readonly T[]): Field<readonly T[]> {
  return {
    read: (text) => {
      if (text === "") return [];
      const parts = text.split(",").map((part) =>
        choices.find((choice) => String(choice) === part)
      );
      const known = parts.filter((part): part is T => part !== undefined);
      return known.length === parts.length && new Set(known).size === known.length
        ? choices.filter((choice) => known.includes(choice))
        : undefined;
    },
    write: (values) => values.join(","),
    allowed: ({ empty, someOf }) => choices.length === 0 ? empty : someOf(choices.join(", ")),
  };
}

function fieldsOf(study: ExplorerStudy): Fields {
  const { design, dose, times } = study;
  const treated = dose?.times ?? times;
  return {
    data: oneOf(dataChoices(study, true)),
    seed: between(0, MOST_SEED, true),
    outcome: oneOf(design.outcomes.map(({ column }) => column)),
    treatment: oneOf(treatmentChoices(study)),
    threshold: between(0, dose?.most ?? study.defaults.threshold, false, true),
    year: oneNumber(treated),
    adoption: oneOf(ADOPTIONS),
    base: oneNumber(times.filter((time) => time < design.treatedFrom)),
    from: oneNumber(times),
    to: oneNumber(times),
    dropped: someOf(times),
    weights: oneOf(["", ...study.weights.map(({ column }) => column)]),
    controls: someOf(study.controls.map(({ column }) => column)),
    estimator: oneOf(ESTIMATOR_KEYS),
    errors: oneOf(ERROR_KEYS),
    draws: oneNumber(DRAW_CHOICES),
    bound: between(0, MOST_BOUND),
  };
}

/** The fields of a state that differ from the defaults, as text. */
export function changedFields(state: ExplorerState, study: ExplorerStudy): [string, string][] {
  const fields = fieldsOf(study);
  return (Object.keys(fields) as Key[]).flatMap((key): [string, string][] => {
    const write = fields[key].write as (value: unknown) => string;
    const text = write(state[key]);
    return text === write(study.defaults[key]) ? [] : [[key, text]];
  });
}

/** Longest piece of a link that a message repeats. */
const SHOWN = 60;

/** Reads fields over the defaults. What cannot be read keeps its default and is told, in English if nothing else is given. */
export function readFields(
  given: Iterable<readonly [string, string]>,
  study: ExplorerStudy,
  { link }: Phrases = ENGLISH,
): ReadState {
  const fields = fieldsOf(study);
  const problems: string[] = [];
  const state: Record<string, unknown> = { ...study.defaults };
  const seen = new Set<string>();
  for (const [key, text] of given) {
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    if (!Object.hasOwn(fields, key)) {
      const name = key.length > SHOWN ? `${key.slice(0, SHOWN)}…` : key;
      problems.push(link.unknown(name));
      continue;
    }
    const field = fields[key as Key];
    const value = seen.has(key) ? undefined : field.read(text);
    if (value !== undefined) state[key] = value;
    else if (seen.has(key)) problems.push(link.twice(key));
    else {
      const kept = (field.write as (value: unknown) => string)(study.defaults[key as Key]);
      problems.push(link.wrong(key, shown, field.allowed(link), kept));
    }
    seen.add(key);
  }
  return { state: state as unknown as ExplorerState, problems };
}

/**
 * The part of a URL hash that belongs to one explorer: "#explorer.threshold=12&explorer.base=2017". Null when the hash
 * says nothing about it. Only text is read; nothing is evaluated.
 */
export function readHash(
  hash: string,
  key: string,
  study: ExplorerStudy,
  words: Phrases = ENGLISH,
): ReadState | null {
  const mine = hashPairs(hash).filter(([name]) => name.startsWith(`${key}.`));
  if (mine.length === 0) return null;
  return readFields(mine.map(([name, text]) => [name.slice(key.length + 1), text]), study, words);
}

/** The hash with this explorer's part replaced; other explorers' parts stay, an ordinary anchor goes. */
export function writeHash(
  hash: string,
  key: string,
  state: ExplorerState,
  study: ExplorerStudy,
): string {
  const others = hashPairs(hash).filter(([name]) =>
    name.includes(".") && !name.startsWith(`${key}.`)
  );
  const mine = changedFields(state, study).map(([name, text]) => [`${key}.${name}`, text]);
  const pairs = [...others, ...mine];
  if (pairs.length === 0) return hash.includes("=") ? "" : hash;
  return `#${pairs.map(([name, text]) => `${escapeHash(name)}=${escapeHash(text)}`).join("&")}`;
}

function hashPairs(hash: string): [string, string][] {
  const text = hash.replace(/^#/, "");
  if (!text.includes("=")) return [];
  return text.split("&").filter((pair) => pair !== "").map((pair) => {
    const at = pair.indexOf("=");
    return at === -1 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
}

/** A broken escape is left as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeHash(text: string): string {
  return encodeURIComponent(text).replaceAll("%2C", ",");
}
