/** The frame of every page: head, bar with search and switches, footer. All addresses are relative. */
import { type Html, html } from "../html.ts";
import { type Language, LANGUAGES, WORDS } from "../words.ts";

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
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${
    description !== undefined && html`<meta name="description" content="${description}">\n`
  }<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${up}assets/katex/katex.min.css">
<link rel="stylesheet" href="${up}assets/book.css">
<script src="${up}assets/theme.js"></script>`;
}

/** The button that switches between light and dark; shown by its script. */
export function themeButton(language: Language): Html {
  return html`
    <button type="button" class="theme" hidden
      aria-label="${WORDS[language].theme}"><span aria-hidden="true">◐</span></button>
  `;
}

/** A whole page. */
export function page(parts: PageParts): Html {
  const { language, file } = parts;
  const words = WORDS[language];
  const scripts = parts.scripts ?? [];
  return html`
    <!DOCTYPE html>
    <html lang="${language}">
      <head>
    ${head(parts.title, "../", parts.description)}
    <script src="../assets/page.js" defer></script>
    ${scripts.map(({ source, module }) =>
      html`<script ${module ? html`type="module"` : html`defer`} src="${source}"></script>\n`
    )}</head>
      <body>
        <a class="skip" href="#text">${words.skip}</a>
        <header class="bar">
          <a class="home" href="index.html">${words.book}</a>
          <search>
            <form class="search" role="search" hidden>
              <input type="search" name="words" aria-label="${words
                .searchLabel}" placeholder="${words.search}"
                autocomplete="off" spellcheck="false">
              <output aria-live="polite" data-of="${words.matches}" data-none="${words
                .noMatch}"></output>
              <button type="button" data-step="-1" aria-label="${words.previousMatch}"
                disabled><span aria-hidden="true">↑</span></button>
              <button type="button" data-step="1" aria-label="${words.nextMatch}"
                disabled><span aria-hidden="true">↓</span></button>
            </form>
          </search>
          <nav class="switches" aria-label="${words.readThis}">
    ${LANGUAGES.filter((other) => other !== language).map((other) =>
      html`
        <a href="../${other}/${file}" hreflang="${other}" lang="${other}"
          data-keeps-place>${WORDS[other].language}</a>
      `
    )}
    ${themeButton(language)}
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
