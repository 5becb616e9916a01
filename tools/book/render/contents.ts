/** The pages around the chapters: cover, contents, bibliography. */
import { type Html, html } from "../html.ts";
import { byAuthor, formatReference, type Reference } from "../references.ts";
import type { Chapter } from "../source.ts";
import { type Language, LANGUAGES, WORDS } from "../words.ts";
import { chapterTitle, fileName } from "./chapter.ts";
import { head, page } from "./page.ts";

/** The first page of the site, where a reader chooses a language. */
export function coverPage(): Html {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
    ${head(WORDS.en.book, "", WORDS.en.subtitle)}
      </head>
      <body class="cover">
        <main>
    <h1>${WORDS.en.book}</h1>
    ${LANGUAGES.map((language) =>
      html`
        <section lang="${language}">
          <p class="subtitle">${WORDS[language].subtitle}</p>
          <p><a class="choice" hreflang="${language}" href="${language}/index.html">${WORDS[
            language
          ].language}</a></p>
        </section>
      `
    )}</main>
      </body>
    </html>
  `;
}

/** The page of contents in one language. */
export function contentsPage(
  chapters: readonly Chapter[],
  language: Language,
  { library }: { library: boolean },
): Html {
  const words = WORDS[language];
  return page({
    language,
    title: `${words.book} — ${words.subtitle}`,
    file: "index.html",
    description: words.introduction,
    main: html`
      <header class="title">
        <h1>${words.book}</h1>
        <p class="subtitle">${words.subtitle}</p>
      </header>
      <section class="prose"><p>${words.introduction}</p>
      ${words.englishParts !== "" && html`<p class="remark">${words.englishParts}</p>\n`}</section>
      <nav class="contents" aria-labelledby="contents">
        <h2 id="contents">${words.contents}</h2>
        <ol>
      ${chapters.map((chapter) => chapterEntry(chapter, language))}</ol>
        <ul>
      <li><a href="bibliography.html">${words.bibliography}</a></li>
      ${library &&
        html`<li><a href="../api/index.html" hreflang="en">${words.library}</a>: ${words.libraryHint}</li>\n`}</ul>
      </nav>
    `,
  });
}

function chapterEntry(chapter: Chapter, language: Language): Html {
  const words = WORDS[language];
  const title = chapterTitle(chapter, language);
  const [, number, text] = /^(\d+)\s*·\s*(.+)$/.exec(title.text) ?? [, "", title.text];
  return html`
    <li><a href="${fileName(
      chapter,
    )}"><span class="number">${number}</span> <b${title.language !== language && html`
      lang="${title.language}"
    `}>${text}</b></a>${title.language !== language && html`
      <span class="tag">${words.notTranslated}</span>
    `}</li>
  `;
}

/** The bibliography in one language; `cited` gives the chapters that cite a work. */
export function bibliographyPage(
  references: readonly Reference[],
  cited: (reference: Reference) => readonly Chapter[],
  language: Language,
): Html {
  const words = WORDS[language];
  const entries = [...references].sort(byAuthor).map((reference) => {
    const chapters = cited(reference);
    const places = chapters.map((chapter, index) =>
      html`${index > 0 && ", "}<a href="${
        fileName(chapter)
      }#ref-${reference.id}">${chapter.number}</a>`
    );
    return html`<li id="${reference.id}">${
      formatReference(reference, language)
    } <span class="where">${
      chapters.length === 0 ? words.notCited : html`${words.citedIn} ${places}`
    }.</span></li>\n`;
  });
  return page({
    language,
    title: `${words.bibliography} — ${words.book}`,
    file: "bibliography.html",
    main: html`
      <article>
        <header class="title">
          <h1>${words.bibliography}</h1>
        </header>
        <section class="prose">
          <p>${words.bibliographyIntroduction}</p>
        </section>
        <ul class="bibliography">
      ${entries}</ul>
      </article>
    `,
  });
}
