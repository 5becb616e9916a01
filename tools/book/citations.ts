/**
 * Citations in prose, found as people write them: "Roth (2022)", "(Rambachan and Roth, 2023; Roth, 2022)", "Cengiz et
 * al. (2019)", with "and", "&", "y" or "e", and the names alone for works that the bibliography allows it for.
 */
import { dateOf, type Reference } from "./references.ts";

/** A stretch of text that cites a work, or seems to. */
export interface Citation {
  /** First character and the one after the last, counted in the text. */
  start: number;
  end: number;
  /** The words, as in "Rambachan and Roth, 2023". */
  text: string;
  /** The work meant; undefined when the bibliography has none of these authors and year. */
  reference?: Reference;
}

// A name begins with a capital, maybe after particles: "de Chaisemartin", "D'Haultfœuille", "Sant'Anna", "Goodman-Bacon".
const NAME = String.raw`(?:(?:de|del|la|van|von|der|den|ten)\s+)*\p{Lu}[\p{L}\p{M}'’.-]*\p{L}`;
const SURNAME = String.raw`${NAME}(?:\s+${NAME})?`;
const AND = String.raw`(?:\s*,?\s+(?:and|y|e|&)\s+|\s*&\s*)`;
const AUTHORS = String.raw`${SURNAME}(?:\s*,\s+${SURNAME})*(?:${AND}${SURNAME}|\s+et\s+al\.?)?`;
const YEAR = String.raw`(?:1[5-9]|20)\d\d`;
const CITATION = new RegExp(
  String
    .raw`(?<![\p{L}\p{N}])(?<authors>${AUTHORS})(?:\s+\((?<year>${YEAR}[a-z]?)\)|,\s+(?<inside>${YEAR}[a-z]?)(?=\s*[);,]))`,
  "gu",
);
const INSIDE = /\([^()]*$/;

/** Every citation of a text, in order, without overlap. Those without an entry have a year and no reference. */
export function findCitations(text: string, references: readonly Reference[]): Citation[] {
  const withYear = [...text.matchAll(CITATION)].flatMap((match) => {
    const { authors, year, inside } = match.groups!;
    // "Name, 2019," is a citation between brackets only; elsewhere it is a date.
    if (inside !== undefined && !INSIDE.test(text.slice(0, match.index))) return [];
    return citation(match.index, match[0], authors, year ?? inside, references);
  });
  const overlaps = (start: number, end: number) =>
    withYear.some((other) => start < other.end && other.start < end);
  const alone = references.filter((reference) => reference.custom?.withoutYear === true)
    .sort((a, b) => b.author.length - a.author.length)
    .flatMap((reference) => namesAlone(text, reference))
    .filter(({ start, end }) => !overlaps(start, end));
  return [...withYear, ...firstOfEach(alone)].sort((a, b) => a.start - b.start);
}

/** Citations of a text that the bibliography does not know. */
export function unknownCitations(text: string, references: readonly Reference[]): string[] {
  return findCitations(text, references).filter(({ reference }) => reference === undefined)
    .map((found) => found.text);
}

function citation(
  start: number,
  whole: string,
  authors: string,
  year: string,
  references: readonly Reference[],
): Citation[] {
  const ofYear = references.filter((entry) => dateOf(entry) === year);
  const fits = ofYear.filter((entry) => pattern(entry, true).test(authors));
  // The longest list of authors that fits: "Rambachan and Roth" before "Roth".
  const reference = fits.sort((a, b) => b.author.length - a.author.length).at(0);
  if (reference === undefined) return [{ start, end: start + whole.length, text: whole }];
  // What stands before the first author, as in "See Roth (2022)", is not part of the citation.
  const skipped = authors.search(pattern(reference, true));
  const end = start + whole.length;
  return [{ start: start + skipped, end, text: whole.slice(skipped), reference }];
}

function namesAlone(text: string, reference: Reference): Citation[] {
  const found = new RegExp(
    String.raw`(?<![\p{L}\p{N}]|(?:and|y|e|&|,)\s)${
      pattern(reference, false).source
    }(?![\p{L}\p{N}]|\s+(?:and|y|e|&)\s+\p{Lu})`,
    "gu",
  );
  return [...text.matchAll(found)].map(({ 0: words, index }) => ({
    start: index,
    end: index + words.length,
    text: words,
    reference,
  }));
}

/** Matches the authors as they may be written; to the end of the text, or anywhere in it. */
function pattern({ author }: Reference, toEnd: boolean): RegExp {
  const families = author.map(({ family }) =>
    RegExp.escape(family).replaceAll(/['’]|\\x27/g, "['’]").replaceAll(/\\x20| /g, "\\s+")
  );
  const last = families.at(-1)!;
  const before = families.slice(0, -1).join(String.raw`\s*,\s+`);
  const all = before === "" ? last : `${before}(?:${AND}|[–-])${last}`;
  const short = families.length > 2 ? String.raw`|${families[0]}\s+et\s+al\.?` : "";
  // Not the end of a longer list: "Smith and Roth (2022)" is not Roth (2022).
  const begin = String.raw`(?<![\p{L}])(?<!(?:\s(?:and|y|e)|&|,)\s+)`;
  return new RegExp(toEnd ? `${begin}(?:${all}${short})$` : `(?:${all}${short})`, "u");
}

function firstOfEach(citations: readonly Citation[]): Citation[] {
  const taken: Citation[] = [];
  for (const next of citations) {
    const again = taken.some(({ reference, start, end }) =>
      reference === next.reference || (next.start < end && start < next.end)
    );
    if (!again) taken.push(next);
  }
  return taken;
}
