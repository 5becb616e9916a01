/** The numbers of a text, to see whether its translation has the same ones. */

/** Thousands are grouped by comma, or in Spanish by a space that does not break; decimals take a point in Peru too. */
const NUMBER = /[−-]?\d+(?:[.,\u00a0\u202f]\d+)*/g;
const GROUPED = /[,\u00a0\u202f](?=\d{3}(?!\d))/g;

/** The numbers as written, but for grouping and the kind of minus sign, in order of appearance. */
export function numbersOf(text: string): string[] {
  return [...text.matchAll(NUMBER)].map(({ 0: number, index }) => {
    // A hyphen between two figures or words, as in 2011-12 or COVID-19, is no sign.
    const hyphen = /[-−]/.test(number[0]) && /[\p{L}\d]/u.test(text[index - 1] ?? "");
    return (hyphen ? number.slice(1) : number).replace("-", "−").replaceAll(GROUPED, "");
  });
}

/** What one text has that the other has not, numbers counted as often as they come. */
export interface Difference {
  missing: string[];
  added: string[];
}

/** Compares the numbers of a translation with those of its source, apart from order. */
export function numberDifference(source: string, translation: string): Difference {
  const [ours, theirs] = [numbersOf(source), numbersOf(translation)];
  return { missing: without(ours, theirs), added: without(theirs, ours) };
}

/** The items of a list that the other has not, counted as often as they come. */
export function without(list: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}
