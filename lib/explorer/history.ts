import type { ExplorerStudy } from "./data.ts";
import type { Phrases } from "./language/english.ts";
import type { Tried } from "./views/intervals.ts";
import { changedFields, type ExplorerState } from "./state.ts";
import { specWords } from "./words.ts";

const MOST = 200;

interface Entry {
  readonly state: ExplorerState;
  readonly effect: Pick<Tried, "estimate" | "low" | "high">;
}

/** A specification that was tried, with the state that shows it again. */
export type TriedSpec = Tried & { readonly state: ExplorerState };

/** The specifications tried so far: those whose numbers can be compared with the present one. */
export class History {
  readonly #entries = new Map<string, Entry>();
  readonly #study: ExplorerStudy;
  readonly #words: Phrases;

  constructor(study: ExplorerStudy, words: Phrases) {
    this.#study = study;
    this.#words = words;
  }

  add(state: ExplorerState, { estimate, low, high }: Entry["effect"]): void {
    const key = this.#key(state);
    this.#entries.delete(key);
    this.#entries.set(key, { state, effect: { estimate, low, high } });
    if (this.#entries.size > MOST) this.#entries.delete(this.#entries.keys().next().value!);
  }

  /** Those on the same data, outcome and unit of effect, and how many others there are. */
  comparable(state: ExplorerState): { tried: TriedSpec[]; others: number } {
    const same = [...this.#entries].filter(([, entry]) => family(entry.state) === family(state));
    return {
      tried: same.map(([key, { state: own, effect }]) => ({
        ...effect,
        state: own,
        current: key === this.#key(state),
        words: specWords(this.#study, own, this.#words),
      })),
      others: this.#entries.size - same.length,
    };
  }

  /** What the headline number depends on. */
  #key(state: ExplorerState): string {
    return JSON.stringify(
      changedFields(state, this.#study).filter(([name]) => name !== "bound" && name !== "draws"),
    );
  }
}

function family({ data, seed, outcome, treatment }: ExplorerState): string {
  return [data, data === "real" ? "" : seed, outcome, treatment === "dose" ? "dose" : "group"]
    .join();
}
