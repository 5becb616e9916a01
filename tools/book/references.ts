/** The bibliography: a list in the manner of CSL-JSON, and how an entry is written out. */
import { z } from "zod";
import { InputError } from "../../lib/panel/errors.ts";
import { type Html, tags } from "./html.ts";
import { type Language, WORDS } from "./words.ts";

const entrySchema = z.strictObject({
  /** Short name, letters and digits: also the anchor on the page of the bibliography. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  type: z.enum(["article-journal", "book", "report", "article"]),
  author: z.array(z.strictObject({ family: z.string().min(1), given: z.string().min(1) })).min(1),
  issued: z.strictObject({ "date-parts": z.tuple([z.tuple([z.int()])]) }),
  /** Tells works of the same authors and year apart: "a", "b". Citations then write 2023a. */
  "year-suffix": z.string().regex(/^[a-z]$/).optional(),
  title: z.string().min(1),
  /** Journal, in italics. */
  "container-title": z.string().optional(),
  publisher: z.string().optional(),
  volume: z.string().optional(),
  issue: z.string().optional(),
  page: z.string().optional(),
  /** Number of a report or article. */
  number: z.string().optional(),
  DOI: z.string().regex(/^10\.\d+\/\S+$/).optional(),
  note: z.string().optional(),
  custom: z.strictObject({
    /** Whether the authors' names alone, without a year, mean this work. At most one work of the same authors. */
    withoutYear: z.boolean(),
  }).optional(),
});

/** A work of the bibliography. */
export type Reference = z.infer<typeof entrySchema>;

/**
 * Reads the bibliography. Throws InputError when it is not a list of such entries, when two have the same id, or
 * the same authors and year, or when names without a year would mean two works.
 */
export function parseReferences(content: string, name: string): Reference[] {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new InputError({
      problem: `${name} is not JSON: ${(error as Error).message}`,
      remedy: "repair it",
    });
  }
  const parsed = z.array(entrySchema).safeParse(json);
  if (!parsed.success) {
    throw new InputError({
      problem: `${name}: ${z.prettifyError(parsed.error)}`,
      remedy: "give the fields that the other entries have",
    });
  }
  refuseTwins(parsed.data, name, "id", ({ id }) => id);
  refuseTwins(parsed.data, name, "authors and year", (entry) => `${names(entry)} ${dateOf(entry)}`);
  for (const entry of parsed.data) refuseHalfSuffix(entry, parsed.data, name);
  const alone = parsed.data.filter((entry) => entry.custom?.withoutYear === true);
  refuseTwins(alone, name, "authors, both recognised without a year", names);
  return parsed.data;
}

function refuseTwins(
  entries: readonly Reference[],
  name: string,
  what: string,
  key: (entry: Reference) => string,
): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(key(entry))) {
      throw new InputError({
        problem: `${name} has two entries with the same ${what}`,
        value: key(entry),
        remedy: "keep one, or tell them apart",
      });
    }
    seen.add(key(entry));
  }
}

function refuseHalfSuffix(entry: Reference, all: readonly Reference[], name: string): void {
  const suffix = entry["year-suffix"];
  const same = all.some((other) =>
    other !== entry && names(other) === names(entry) && yearOf(other) === yearOf(entry)
  );
  if (!same || suffix !== undefined) return;
  throw new InputError({
    problem: `${name} has another work of the same authors and year`,
    value: entry.id,
    remedy: 'give both a "year-suffix", and write it in citations, as in 2023a',
  });
}

const names = ({ author }: Reference) => author.map(({ family }) => family).join(", ");

/** The year of publication. */
export function yearOf(reference: Reference): number {
  return reference.issued["date-parts"][0][0];
}

/** The year as it is cited, with its letter where it has one: "2023a". */
export function dateOf(reference: Reference): string {
  return `${yearOf(reference)}${reference["year-suffix"] ?? ""}`;
}

/** By first author, year, title: the order of a bibliography. */
export function byAuthor(a: Reference, b: Reference): number {
  const key = (entry: Reference) =>
    // Particles do not count: "de Chaisemartin" stands under C.
    `${names(entry).replace(/^(?:\p{Ll}+ )+/u, "")} ${dateOf(entry)} ${entry.title}`;
  return key(a).localeCompare(key(b), "en");
}

/** The entry written out, with a link to its DOI. */
export function formatReference(reference: Reference, language: Language): Html {
  const { title, publisher, note, DOI } = reference;
  const book = reference.type === "book";
  return tags`${authors(reference, language)} (${dateOf(reference)}). ${
    book ? tags`<cite>${title}</cite>` : `“${title}”`
  }${where(reference)}${publisher !== undefined && `. ${publisher}`}.${
    DOI !== undefined && tags` <a class="doi" href="https://doi.org/${DOI}">doi:${DOI}</a>`
  }${note !== undefined && ` ${note}`}`;
}

function authors({ author }: Reference, language: Language): string {
  const all = author.map(({ family, given }) => `${family}, ${initials(given)}`);
  const last = all.pop()!;
  const and = language === "es" && /^h?i(?!e)/i.test(last) ? "e" : WORDS[language].and;
  return all.length === 0 ? last : `${all.join("; ")} ${and} ${last}`;
}

function initials(given: string): string {
  return given.split(/\s+/).map((name) =>
    name.split("-").map((part) => `${[...part][0]}.`).join("-")
  ).join(" ");
}

function where({ volume, issue, page, number, ...entry }: Reference): Html {
  const journal = entry["container-title"];
  return tags`${journal !== undefined && tags`, <cite>${journal}</cite>`}${
    volume !== undefined && ` ${volume}`
  }${issue !== undefined && `(${issue})`}${number !== undefined && `, ${number}`}${
    page !== undefined && `, ${page}`
  }`;
}
