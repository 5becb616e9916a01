/** A notebook as a page. */
import { type Html, tags } from "../html.ts";
import type { Reference } from "../references.ts";
import type { Chapter } from "../source.ts";
import { standing } from "../translation/problems.ts";
import { type Language, WORDS } from "../words.ts";
import type { Bundle } from "./bundles.ts";
import { Composer, type Setting } from "./composer.ts";
import { firstTitle } from "./markdown.ts";
import { page } from "./page.ts";

/** What a page shows of its neighbours. */
export interface Neighbour {
  file: string;
  title: string;
  language: Language;
}

/** A page, and what it needs beside itself. */
export interface ChapterPage {
  file: string;
  html: Html;
  bundles: Bundle[];
  /** Works cited on the page. */
  cited: Reference[];
  /** Headings of its parts. */
  sections: { id: string; text: string }[];
}

/** What a chapter's page depends on beside the chapter. */
export interface Surroundings extends Setting {
  previous?: Neighbour;
  next?: Neighbour;
}

/** The chapter's page in one language. */
export function chapterPage(chapter: Chapter, around: Surroundings): ChapterPage {
  const { language } = around;
  const words = WORDS[language];
  const file = fileName(chapter);
  const composer = new Composer(chapter, around);
  const cells = chapter.notebook.cells.map((cell) => {
    if (cell.source.trim() === "") return tags``;
    if (cell.cell_type === "markdown") return composer.prose(cell.id, cell.source);
    if (cell.cell_type === "code") return composer.code(cell);
    return tags`<pre class="raw">${cell.source}</pre>\n`;
  });
  const title = chapterTitle(chapter, language);
  return {
    file,
    bundles: [...composer.bundles.values()],
    cited: composer.cited,
    sections: composer.sections(),
    html: page({
      language,
      title: `${title.text} — ${words.book}`,
      file,
      aside: composer.tableOfContents(),
      scripts: [...composer.bundles.values()].map(({ name, module }) => ({
        source: `../assets/${name}`,
        module,
      })),
      main: tags`<article>
${
        language !== "en" && chapter.spanish === undefined &&
        tags`<p class="remark">${words.pageNotTranslated}.</p>\n`
      }${cells}${composer.referenceList()}
</article>
<footer class="end">
<p class="source"><a href="../notebooks/${chapter.name}.ipynb" download>${words.openNotebook}</a> (${chapter.name}.ipynb): ${words.openNotebookHint}.</p>
${neighbours(around)}
</footer>`,
    }),
  };
}

/** File name of a chapter's page. */
export function fileName(chapter: Chapter): string {
  return `${chapter.name}.html`;
}

/** A chapter's title in a language, or in English when it is not translated. */
export function chapterTitle(
  chapter: Chapter,
  language: Language,
): { text: string; language: Language } {
  for (const cell of chapter.notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    const english = firstTitle(cell.source);
    if (english === undefined) continue;
    const twin = chapter.spanish?.twins.find((twin) => twin.cell === cell.id);
    if (language === "en" || standing(cell.source, twin) !== "translated") {
      return { text: english, language: "en" };
    }
    return { text: firstTitle(twin!.text) ?? english, language };
  }
  return { text: chapter.name, language: "en" };
}

function neighbours({ previous, next, language }: Surroundings): Html {
  const words = WORDS[language];
  const link = (neighbour: Neighbour | undefined, rel: string, word: string) =>
    neighbour !== undefined &&
    tags`<a rel="${rel}" href="${neighbour.file}"><span>${word}</span> <b lang="${neighbour.language}">${neighbour.title}</b></a>`;
  return tags`<nav class="turn" aria-label="${words.previous}, ${words.next}">
${link(previous, "prev", words.previous)}
<a class="up" href="index.html">${words.contents}</a>
${link(next, "next", words.next)}
</nav>`;
}
