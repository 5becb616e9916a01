import { parseHTML } from "linkedom";
import { escapeHtml } from "../tables/table.ts";

/** The document that Plot draws into: the page's own in a browser, linkedom's elsewhere. */
export function plotDocument(): Document {
  const own = (globalThis as { document?: Document }).document;
  if (own !== undefined) return own;
  headless ??= parseHTML("<!doctype html><html><body></body></html>")
    .document as unknown as Document;
  return headless;
}

let headless: Document | undefined;

export const escapeXml = escapeHtml;

/**
 * An SVG element as text that stands alone: no style sheet (GitHub strips it), numbers rounded to two
 * decimals, ids prefixed so that several figures can share a page.
 */
export function serialise(element: Element, idPrefix: string): string {
  return (element as unknown as { outerHTML: string }).outerHTML
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/ class="[^"]*"/g, "")
    .replace(/\bid="([^"]+)"/g, `id="${idPrefix}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${idPrefix}-$1)`)
    .replace(
      /<[^>]+>/g,
      (tag) => tag.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(round(Number(number)))),
    );
}

function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** A short hash of a text (FNV-1a), for ids that are the same in every run. */
export function textHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

/**
 * Width of a text in pixels, on the safe side: narrow, wide and other letters of Arial, the widest font of our list,
 * since a reader's system may not have the first.
 */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) {
    ems += /[iljtfrI.,:;'|!()\s]/.test(letter) ? 0.31 : /[mwMW%—]/.test(letter) ? 0.87 : 0.58;
  }
  return ems * size;
}

/** Breaks a text into lines that fit the width. */
export function wrap(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}
