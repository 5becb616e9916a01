/** Which language a place on a page speaks, and the explorer's words in it. */
import { ENGLISH, type Phrases } from "./english.ts";
import { SPANISH } from "./spanish.ts";

/** A language of the explorer. */
export type LanguageCode = "en" | "es";

export const PHRASES: Readonly<Record<LanguageCode, Phrases>> = { en: ENGLISH, es: SPANISH };

/** The language that the nearest `lang` names, the element's own first and then outwards: Spanish or else English. */
export function languageOf(place: Element): LanguageCode {
  for (let at: Element | null = place; at !== null;) {
    const named = at.closest("[lang]");
    if (named !== null) return /^es(-|$)/i.test(named.getAttribute("lang")!) ? "es" : "en";
    // A shadow root's language is its host's.
    const root = at.getRootNode();
    at = "host" in root ? root.host as Element : null;
  }
  return "en";
}
