/** Where prose speaks of another notebook by its number: "notebook 2", "Notebooks 2", "el cuaderno 3". */

const MENTION = /(?<!\p{L})(?:notebook|cuaderno)\s+(\d{1,2})(?![\d.,]\d)/giu;

/** A mention of a chapter. */
export interface Mention {
  start: number;
  end: number;
  /** Its number without leading zeros. */
  number: string;
}

/** The mentions in a text, in order. */
export function chapterMentions(text: string): Mention[] {
  return [...text.matchAll(MENTION)].map(({ 0: words, 1: number, index }) => ({
    start: index,
    end: index + words.length,
    number: String(Number(number)),
  }));
}
