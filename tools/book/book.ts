/** The book as a site in memory, from what was read. */
import type { Reference } from "./references.ts";
import {
  bibliographyPage,
  type ContentsEntry,
  contentsPage,
  coverPage,
} from "./render/contents.ts";
import { chapterPage, chapterTitle, fileName, type Neighbour } from "./render/chapter.ts";
import { addApi } from "./site/api.ts";
import { addAssets } from "./site/assets.ts";
import type { Site } from "./site/site.ts";
import { type Chapter, demandOutputs, type Source } from "./source.ts";
import { type Language, LANGUAGES } from "./words.ts";

/**
 * Makes the site: the same bytes for the same source. `library` is the folder that holds lib/mod.ts, whose
 * documentation goes into the book; without it there is none.
 *
 * Throws InputError when a notebook was not run or holds an error or an unsafe figure.
 */
export async function makeBook(source: Source, library?: string): Promise<Site> {
  source.chapters.forEach(demandOutputs);
  const site: Site = new Map();
  site.set("index.html", coverPage().text);
  for (const language of LANGUAGES) addLanguage(site, source, language, library !== undefined);
  for (const { name, content } of source.chapters) site.set(`notebooks/${name}.ipynb`, content);
  await addAssets(site);
  if (library !== undefined) await addApi(site, library);
  return site;
}

function addLanguage(
  site: Site,
  { chapters, references }: Source,
  language: Language,
  library: boolean,
): void {
  const cited = new Map<Reference, Chapter[]>();
  const entries: ContentsEntry[] = [];
  chapters.forEach((chapter, index) => {
    const made = chapterPage(chapter, {
      language,
      references,
      previous: neighbour(chapters[index - 1], language),
      next: neighbour(chapters[index + 1], language),
      fileOf: (number) => {
        const found = chapters.find((other) => other.number === number);
        return found === undefined ? undefined : fileName(found);
      },
    });
    site.set(`${language}/${made.file}`, made.html.text);
    for (const { name, code } of made.bundles) site.set(`assets/${name}`, code);
    const title = chapterTitle(chapter, language);
    entries.push({
      file: made.file,
      title: title.text,
      language: title.language,
      sections: made.sections,
    });
    for (const reference of made.cited) {
      cited.set(reference, [...cited.get(reference) ?? [], chapter]);
    }
  });
  site.set(`${language}/index.html`, contentsPage(entries, language, { library }).text);
  site.set(
    `${language}/bibliography.html`,
    bibliographyPage(references, (reference) => cited.get(reference) ?? [], language).text,
  );
}

function neighbour(chapter: Chapter | undefined, language: Language): Neighbour | undefined {
  if (chapter === undefined) return undefined;
  const title = chapterTitle(chapter, language);
  return { file: fileName(chapter), title: title.text, language: title.language };
}
