/** One page of a chapter in the making: what its cells share. */
import type { CodeCell } from "../../notebooks/nbformat.ts";
import { type Html, tags } from "../html.ts";
import { formatReference, type Reference } from "../references.ts";
import type { Chapter } from "../source.ts";
import { standing } from "../translation/problems.ts";
import { type Language, WORDS } from "../words.ts";
import type { Bundle } from "./bundles.ts";
import { highlight } from "./highlight.ts";
import { headingTexts, type Place, renderMarkdown } from "./markdown.ts";
import { renderOutputs } from "./outputs.ts";
import { Ids, slug } from "./slugs.ts";

/** What the cells of a page depend on beside themselves. */
export interface Setting {
  language: Language;
  references: readonly Reference[];
  /** File of the page of the chapter with this number. */
  fileOf(number: string): string | undefined;
}

/** A heading of the page. */
export interface Heading {
  id: string;
  text: string;
  level: number;
  language: Language;
}

/** Collects what the cells of one page share: ids, numbers of figures, citations, code. */
export class Composer {
  readonly bundles = new Map<string, Bundle>();
  readonly cited: Reference[] = [];
  readonly #ids = new Ids();
  readonly #entries: Heading[] = [];
  readonly #places = new Map<Reference, string[]>();
  readonly #counts = { figure: 0, table: 0, code: 0, svg: 0 };
  readonly #chapter: Chapter;
  readonly #around: Setting;

  constructor(chapter: Chapter, around: Setting) {
    this.#chapter = chapter;
    this.#around = around;
    this.#ids.take("text");
  }

  get #words() {
    return WORDS[this.#around.language];
  }

  prose(id: string, source: string): Html {
    const { language } = this.#around;
    const own = this.#ids.take(`cell-${id}`);
    const twin = this.#chapter.spanish?.twins.find(({ cell }) => cell === id);
    const state = language === "en" ? "english" : standing(source, twin);
    const translated = state === "translated";
    const text = translated ? twin!.text : source;
    const remark = this.#chapter.spanish !== undefined && state !== "english" && !translated;
    const why = state === "stale" ? this.#words.changedSince : this.#words.notTranslated;
    return tags`<section class="prose" id="${own}"${
      state !== "english" && !translated && tags` lang="en"`
    }>
${remark && tags`<p class="remark" lang="${language}">${why}.</p>\n`}${
      renderMarkdown(text, this.#place(id, headingTexts(source), translated ? language : "en"))
    }</section>
`;
  }

  code(cell: CodeCell): Html {
    const own = this.#ids.take(`cell-${cell.id}`);
    const number = ++this.#counts.code;
    const english = this.#around.language !== "en" && tags` lang="en"`;
    const outputs = renderOutputs(cell.outputs, {
      language: this.#around.language,
      cell: `${this.#chapter.name}.ipynb, cell ${number}`,
      prefix: () => `svg${++this.#counts.svg}-`,
      label: (kind) => this.#label(kind),
      markdown: (source) => renderMarkdown(source, this.#place(cell.id, [], "en")),
      bundle: (bundle) => this.bundles.set(bundle.name, bundle),
    });
    const shown = tags`<div class="outputs"${english}>
${outputs.map((output) => tags`${output}\n`)}</div>
`;
    return tags`<section class="cell" id="${own}">
<pre class="code" aria-label="${this.#words.code} ${number}"${english}><code>${
      highlight(cell.source)
    }</code></pre>
${outputs.length > 0 && shown}</section>
`;
  }

  sections(): Heading[] {
    return this.#entries.filter(({ level }) => level === 2);
  }

  tableOfContents(): Html {
    const entries = this.sections();
    const list = tags`<p class="label">${this.#words.onThisPage}</p>
<ol>
${entries.map((entry) => this.#contentsLine(entry))}</ol>
`;
    return tags`<aside>
<nav class="local" aria-label="${this.#words.onThisPage}">
<p><a href="index.html">${this.#words.contents}</a></p>
${entries.length > 0 && list}</nav>
</aside>`;
  }

  #contentsLine({ id, text, language }: Heading): Html {
    const foreign = language !== this.#around.language && tags` lang="${language}"`;
    return tags`<li><a href="#${id}"${foreign}>${text}</a></li>\n`;
  }

  referenceList(): Html {
    if (this.cited.length === 0) return tags``;
    const { language } = this.#around;
    const id = this.#ids.take("references");
    return tags`<section class="references" role="doc-endnotes" aria-labelledby="${id}">
<h2 id="${id}">${this.#words.references}</h2>
<ol>
${
      this.cited.map((reference) =>
        tags`<li id="ref-${reference.id}"><span>${formatReference(reference, language)}</span>${
          this.#backlinks(reference)
        }</li>\n`
      )
    }</ol>
<p><a href="bibliography.html">${this.#words.bibliography}</a></p>
</section>`;
  }

  #backlinks(reference: Reference): Html[] {
    return this.#places.get(reference)!.map((place, index, all) => {
      const label = `${this.#words.backToText}${all.length > 1 ? ` ${index + 1}` : ""}`;
      return tags` <a class="back" href="#${place}" role="doc-backlink" aria-label="${label}">↩</a>`;
    });
  }

  /** `english` are the English headings of the cell, which give the anchors in both languages. */
  #place(cell: string, english: string[], language: Language): Place {
    let headings = 0;
    return {
      cell: `${this.#chapter.name}.ipynb, cell ${cell}`,
      references: this.#around.references,
      cite: (reference) => this.#cite(reference),
      heading: (text, level) => {
        const id = this.#ids.take(slug(english[headings++] ?? text));
        this.#entries.push({ id, text, level, language });
        return id;
      },
      chapter: (number) =>
        number === this.#chapter.number ? undefined : this.#around.fileOf(number),
      file: (path) => this.#file(path),
      words: this.#words,
    };
  }

  #file(path: string): string | undefined {
    const [, name, hash] = /^(?:\.\/)?([^/#]+)\.ipynb(#.*)?$/.exec(path) ?? [];
    return name === undefined ? undefined : `${name}.html${hash ?? ""}`;
  }

  #cite(reference: Reference): { number: number; id: string } {
    if (!this.cited.includes(reference)) this.cited.push(reference);
    const places = this.#places.get(reference) ?? [];
    const id = this.#ids.take(`cite-${reference.id}-${places.length + 1}`);
    this.#places.set(reference, [...places, id]);
    return { number: this.cited.indexOf(reference) + 1, id };
  }

  #label(kind: "figure" | "table"): { text: string; id: string } {
    const number = ++this.#counts[kind];
    return {
      text: `${this.#words[kind]} ${this.#chapter.number}.${number}`,
      id: this.#ids.take(`${kind}-${number}`),
    };
  }
}
