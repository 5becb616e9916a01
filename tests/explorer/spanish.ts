/** How tests see English in what should be Spanish, and the numbers of both. */
import { PHRASES } from "../../lib/explorer/language/language.ts";

/** Every phrase of a dictionary by its path: texts, and functions that make them. */
export function leaves(phrases: object, path = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(phrases)) {
    const name = path === "" ? key : `${path}.${key}`;
    if (typeof value !== "object") found.set(name, value);
    else for (const [inner, leaf] of leaves(value, name)) found.set(inner, leaf);
  }
  return found;
}

const spanish = new Set(leaves(PHRASES.es).values());
/** English phrases that Spanish does not share. */
const phrases = [...leaves(PHRASES.en).values()]
  .filter((phrase): phrase is string => typeof phrase === "string" && !spanish.has(phrase));
/** Words that hardly an English phrase lacks, and no Spanish one has. */
const WORDS =
  /\b(the|of|and|for|with|from|to|by|is|are|at|not|each|every|more|most|than|all|year|years|times?|dose|treated|treatment|effects?|data|show|shown|how|which|who|where|when|standard|errors?|weights|people|regions?|units?|percentage|points|estimates?|outcomes?|before|after|average|threshold|truth|simulated|drawn)\b/gi;

/** English in a text: words and phrases. What an estimator says in its own words, marked as English, and names of files are exempt. */
export function englishIn(text: string): string[] {
  const own = text.replaceAll(/en inglés: .*/gs, "").replaceAll(/\S+\/\S+\.md/g, "");
  const found = phrases.filter((phrase) =>
    new RegExp(`(?<![\\p{L}\\d])${escaped(phrase)}(?![\\p{L}\\d])`, "u").test(own)
  );
  return [...found, ...own.match(WORDS) ?? []];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The numbers of a text, sorted: languages order them alike but for a few words. */
export function numbersIn(text: string): string[] {
  return (text.match(/[−-]?\d[\d.,]*\d|\d/g) ?? []).sort();
}

/** All that an element says: its texts and the names of its parts, without style sheets and the names that Plot gives its marks. */
export function textsOf(node: Node): string[] {
  if (node.nodeName.toLowerCase() === "style") return [];
  if (node.nodeType === 3) return [node.textContent!];
  const part = node as Element;
  const own = part.nodeName.toLowerCase() === "g" ? [] : ["aria-label", "placeholder"]
    .map((name) => part.getAttribute?.(name) ?? "");
  return [...own, ...[...node.childNodes].flatMap(textsOf)].filter((text) => text.trim() !== "");
}
