/** The pages around the chapters: cover, contents, bibliography. */
import { type Html, tags } from "../html.ts";
import { byAuthor, formatReference, type Reference } from "../references.ts";
import type { Chapter } from "../source.ts";
import { type Language, LANGUAGES, WORDS } from "../words.ts";
import { fileName } from "./chapter.ts";
import { head, page } from "./page.ts";

/** The first page of the site, where a reader chooses a language. */
export function coverPage(): Html {
  return tags`<!DOCTYPE html>
<html lang="en">
<head>
${head(WORDS.en.book, "", WORDS.en.subtitle)}
</head>
<body class="cover">
<main>
<h1>${WORDS.en.book}</h1>
${LANGUAGES.map(choice)}</main>
</body>
</html>
`;
}

function choice(language: Language): Html {
  const words = WORDS[language];
  return tags`<section lang="${language}">
<p class="subtitle">${words.subtitle}</p>
<p><a class="choice" hreflang="${language}" href="${language}/index.html">${words.language}</a></p>
</section>
`;
}

/** A chapter as the page of contents shows it. */
export interface ContentsEntry {
  file: string;
  title: string;
  /** Language of the title and the sections. */
  language: Language;
  /** Its parts. */
  sections: readonly { id: string; text: string }[];
}

/** The page of contents in one language. */
export function contentsPage(
  entries: readonly ContentsEntry[],
  language: Language,
  { library }: { library: boolean },
): Html {
  const words = WORDS[language];
  const libraryEntry =
    tags`<li><a href="../api/all_symbols.html" hreflang="en">${words.library}</a>: ${words.libraryHint}</li>
`;
  return page({
    language,
    title: `${words.book} — ${words.subtitle}`,
    file: "index.html",
    description: words.introduction,
    main: tags`<header class="title">
<h1>${words.book}</h1>
<p class="subtitle">${words.subtitle}</p>
</header>
<section class="prose"><p>${words.introduction}</p>
${words.englishParts !== "" && tags`<p class="remark">${words.englishParts}</p>\n`}</section>
<nav class="contents" aria-labelledby="contents">
<h2 id="contents">${words.contents}</h2>
<ol>
${entries.map((entry) => chapterEntry(entry, language))}</ol>
<ul>
<li><a href="bibliography.html">${words.bibliography}</a></li>
${library && libraryEntry}</ul>
</nav>`,
  });
}

function chapterEntry(entry: ContentsEntry, language: Language): Html {
  const [, number, text] = /^(\d+)\s*·\s*(.+)$/.exec(entry.title) ?? [, "", entry.title];
  const foreign = entry.language !== language && tags` lang="${entry.language}"`;
  const sections = entry.sections.map(({ id, text }, index) =>
    tags`${index > 0 && " · "}<a href="${entry.file}#${id}">${text}</a>`
  );
  return tags`<li><span class="number" aria-hidden="true">${number}</span>
<div><a class="chapter" href="${entry.file}"${foreign}>${text}</a>${
    foreign && tags` <span class="tag">${WORDS[language].notTranslated}</span>`
  }
<p class="sections"${foreign}>${sections}</p></div></li>
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
      tags`${index > 0 && ", "}<a href="${
        fileName(chapter)
      }#ref-${reference.id}">${chapter.number}</a>`
    );
    return tags`<li id="${reference.id}">${
      formatReference(reference, language)
    } <span class="where">${
      chapters.length === 0 ? words.notCited : tags`${words.citedIn} ${places}`
    }.</span></li>\n`;
  });
  return page({
    language,
    title: `${words.bibliography} — ${words.book}`,
    file: "bibliography.html",
    main: tags`<article>
<header class="title"><h1>${words.bibliography}</h1></header>
<section class="prose"><p>${words.bibliographyIntroduction}</p></section>
<ul class="bibliography">
${entries}</ul>
</article>`,
  });
}
