/** The frame of every page: head, bar with search and switches, footer. All addresses are relative. */
import { type Html, tags } from "../html.ts";
import { type Language, LANGUAGES, WORDS, type Words } from "../words.ts";

/** A page before it is framed. */
export interface PageParts {
  language: Language;
  /** Title of the tab. */
  title: string;
  /** File name in both languages' folders. */
  file: string;
  /** Inside of `main`. */
  main: Html;
  /** Beside it, on wide screens. */
  aside?: Html;
  /** More scripts, by address. */
  scripts?: readonly { source: string; module: boolean }[];
  /** What the page is about, for search engines. */
  description?: string;
}

/** An empty icon, so that no browser asks for a file that is not there. */
const ICON = "data:image/svg+xml," +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 12 6 9l4-5 5-2" fill="none" stroke="#0b6470" stroke-width="2"/></svg>`,
  );

/** What stands in the head of every page; `up` leads to the root of the site. */
export function head(title: string, up: string, description?: string): Html {
  return tags`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${
    description !== undefined && tags`<meta name="description" content="${description}">\n`
  }<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${up}assets/katex/katex.min.css">
<link rel="stylesheet" href="${up}assets/book.css">
<script src="${up}assets/theme.js"></script>`;
}

/** The button that switches between light and dark; shown by its script. */
export function themeButton(language: Language): Html {
  return tags`<button type="button" class="theme" hidden aria-label="${
    WORDS[language].theme
  }"><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/></svg></button>`;
}

/** A whole page. */
export function page(parts: PageParts): Html {
  const { language, file } = parts;
  const words = WORDS[language];
  const scripts = parts.scripts ?? [];
  return tags`<!DOCTYPE html>
<html lang="${language}">
<head>
${head(parts.title, "../", parts.description)}
${
    ["place", "scrollers", "search"].map((name) =>
      tags`<script src="../assets/${name}.js" defer></script>\n`
    )
  }${
    scripts.map(({ source, module }) =>
      tags`<script ${module ? tags`type="module"` : tags`defer`} src="${source}"></script>\n`
    )
  }</head>
<body>
<a class="skip" href="#text">${words.skip}</a>
<header class="bar">
<a class="home" href="index.html">${words.book}</a>
${searchForm(words)}
<nav class="switches" aria-label="${words.readThis}">
${
    LANGUAGES.filter((other) => other !== language).map((other) =>
      tags`<a href="../${other}/${file}" hreflang="${other}" lang="${other}" data-keeps-place>${
        WORDS[other].language
      }</a>\n`
    )
  }${themeButton(language)}
</nav>
</header>
<div class="frame">
${parts.aside ?? ""}
<main id="text" tabindex="-1">
${parts.main}
</main>
</div>
</body>
</html>
`;
}

/** The box that searches within the page; shown by its script. */
function searchForm(words: Words): Html {
  return tags`<search>
<form class="search" role="search" hidden>
<input type="search" name="words" aria-label="${words.searchLabel}" placeholder="${words.search}" autocomplete="off" spellcheck="false">
<output aria-live="polite" data-of="${words.matches}" data-none="${words.noMatch}"></output>
<button type="button" data-step="-1" aria-label="${words.previousMatch}" disabled><span aria-hidden="true">↑</span></button>
<button type="button" data-step="1" aria-label="${words.nextMatch}" disabled><span aria-hidden="true">↓</span></button>
</form>
</search>`;
}
