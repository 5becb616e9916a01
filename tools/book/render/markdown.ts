/**
 * Prose cells to HTML. Raw HTML in a cell is shown as the text it is: nothing that a cell says can become a script or
 * break the page. Maths is set by KaTeX when the book is made.
 */
import MarkdownIt, { type Token } from "markdown-it";
import { InputError } from "../../../lib/panel/errors.ts";
import { escapeHtml, type Html, tags, trusted } from "../html.ts";
import { dateOf, type Reference } from "../references.ts";
import { findCitations } from "../citations.ts";
import { highlight } from "./highlight.ts";
import { addMaths, type FormulaProblem } from "./maths.ts";
import { chapterMentions } from "./mentions.ts";

const OPENING = /[([¿¡«“]$/;
const CLOSING = /^[)\],.;:!?»”]+/;

/** What the page says of a cell while it is rendered. */
export interface Place {
  /** Names the cell in errors. */
  cell: string;
  references: readonly Reference[];
  /** Number of a work in the page's list of references, and the id of this place in the text. */
  cite(reference: Reference): { number: number; id: string };
  /** Id of the next heading, from its text. */
  heading(text: string, level: number): string;
  /** Address of a chapter by its number; undefined when the book has none, or it is this one. */
  chapter(number: string): string | undefined;
  /** Address for a link to a file beside the notebooks; undefined to leave it as it is. */
  file(path: string): string | undefined;
  /** Words for a screen reader. */
  words: { reference: string; linkHere: string };
}

/** A cell of prose as HTML. Throws InputError, with the cell, for a formula that cannot be set. */
export function renderMarkdown(source: string, place: Place): Html {
  const md = MarkdownIt({
    html: false,
    linkify: false,
    typographer: false,
    highlight: (code, language) => highlight(code, language).text,
  });
  const problems: FormulaProblem[] = [];
  addMaths(md, (problem) => problems.push(problem));
  md.core.ruler.push("book", (state) => {
    state.tokens.forEach((token, index) => {
      if (token.type === "heading_open") anchor(token, state.tokens[index + 1], place);
      if (token.type !== "inline" || token.children === null) return;
      const heading = state.tokens[index - 1]?.type === "heading_open";
      token.children = keepTogether(linkTexts(token.children, heading, place));
    });
  });
  md.renderer.rules.heading_close = (tokens, index) => {
    const open = tokens.slice(0, index).findLast(({ type }) => type === "heading_open")!;
    const level = open.tag;
    if (level === "h1") return `</h1>\n`;
    const id = String(open.attrGet("id"));
    const link = tags` <a class="anchor" href="#${id}" aria-label="${place.words.linkHere}">#</a>`;
    return `${link.text}</${level}>\n`;
  };
  md.renderer.rules.table_open = () => `<div class="scroll"><table>\n`;
  md.renderer.rules.table_close = () => `</table></div>\n`;
  const text = md.render(source);
  if (problems.length > 0) throw unset(problems[0], place.cell);
  return trusted(text);
}

function unset({ formula, message }: FormulaProblem, cell: string): InputError {
  return new InputError({
    problem: `${cell}: a formula cannot be set: ${message}`,
    value: formula,
    remedy: "repair the formula; a dollar sign that begins none is written \\$",
  });
}

/** The text of a line of Markdown, without its marks. */
export function plainText(inline: Token): string {
  return (inline.children ?? []).map(({ type, content }) => type === "softbreak" ? " " : content)
    .join("").replaceAll(/\s+/g, " ").trim();
}

/** The first heading of level one of a text, without its marks. */
export function firstTitle(source: string): string | undefined {
  const tokens = MarkdownIt({ html: false }).parse(source, {});
  const at = tokens.findIndex(({ type, tag }) => type === "heading_open" && tag === "h1");
  return at < 0 ? undefined : plainText(tokens[at + 1]);
}

/** The texts of the headings of a cell, in order. */
export function headingTexts(source: string): string[] {
  const tokens = MarkdownIt({ html: false }).parse(source, {});
  return tokens.flatMap(({ type }, index) =>
    type === "heading_open" ? [plainText(tokens[index + 1])] : []
  );
}

/** The levels of the headings of a cell, in order. */
export function headingLevels(source: string): number[] {
  return MarkdownIt({ html: false }).parse(source, {})
    .filter(({ type }) => type === "heading_open").map(({ tag }) => Number(tag.slice(1)));
}

function anchor(open: Token, inline: Token, place: Place): void {
  open.attrSet("id", place.heading(plainText(inline), Number(open.tag.slice(1))));
}

/** Puts links into the texts of a line: citations, other chapters; and turns links to notebooks into links to pages. */
function linkTexts(tokens: readonly Token[], heading: boolean, place: Place): Token[] {
  let links = 0;
  return joinTexts(tokens).flatMap((token) => {
    if (token.type === "link_open") {
      links++;
      const target = place.file(String(token.attrGet("href") ?? ""));
      if (target !== undefined) token.attrSet("href", target);
    }
    if (token.type === "link_close") links--;
    if (token.type !== "text" || links > 0 || heading) return [token];
    return textTokens(token, place);
  });
}

function textTokens(token: Token, place: Place): Token[] {
  const text = token.content;
  const parts: { start: number; end: number; html: string }[] = [];
  for (const { start, end, reference } of findCitations(text, place.references)) {
    if (reference === undefined) continue;
    const { number, id } = place.cite(reference);
    const label = `${place.words.reference} ${number}: ${reference.author[0].family} ${
      dateOf(reference)
    }`;
    const mark =
      tags`<sup class="cite"><a id="${id}" href="#ref-${reference.id}" role="doc-noteref" aria-label="${label}">${number}</a></sup>`;
    parts.push({ start, end, html: `${escapeHtml(text.slice(start, end))}${mark.text}` });
  }
  for (const { start, end, number } of chapterMentions(text)) {
    const target = place.chapter(number);
    if (target === undefined || parts.some((part) => start < part.end && part.start < end)) {
      continue;
    }
    parts.push({ start, end, html: tags`<a href="${target}">${text.slice(start, end)}</a>`.text });
  }
  if (parts.length === 0) return [token];
  parts.sort((a, b) => a.start - b.start);
  const tokens: Token[] = [];
  let at = 0;
  for (const part of parts) {
    tokens.push(textToken(token, text.slice(at, part.start)), htmlToken(token, part.html));
    at = part.end;
  }
  return [...tokens, textToken(token, text.slice(at))];
}

/** Formulas with the punctuation around them, so that no line begins with a comma. */
function keepTogether(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, index) => {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (token.type === "math_inline") {
      const open = before?.type === "text" ? OPENING.exec(before.content)?.[0] ?? "" : "";
      const close = after?.type === "text" ? CLOSING.exec(after.content)?.[0] ?? "" : "";
      if (open + close === "") return [token];
      return [
        htmlToken(token, `<span class="together">${open}`),
        token,
        htmlToken(token, `${close}</span>`),
      ];
    }
    if (token.type !== "text") return [token];
    let content = token.content;
    if (before?.type === "math_inline") content = content.replace(CLOSING, "");
    if (after?.type === "math_inline") content = content.replace(OPENING, "");
    return [textToken(token, content)];
  });
}

/** Texts that follow each other, line breaks in the source among them, as one text. */
function joinTexts(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const content = token.type === "softbreak" ? "\n" : token.content;
    const last = joined.at(-1);
    const isText = token.type === "text" || token.type === "softbreak" ||
      token.type === "text_special";
    if (isText && last?.type === "text") last.content += content;
    else if (isText) joined.push(textToken(token, content));
    else joined.push(token);
  }
  return joined;
}

function textToken(like: Token, content: string): Token {
  const token = Object.assign(Object.create(Object.getPrototypeOf(like)), like);
  return Object.assign(token, { type: "text", tag: "", content });
}

function htmlToken(like: Token, content: string): Token {
  return Object.assign(textToken(like, content), { type: "html_inline" });
}
