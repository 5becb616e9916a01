/** HTML as a value of its own type, so that text cannot get into a page unescaped by oversight. */

/** Finished HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: HTML as it is, text and numbers escaped, lists joined, nothing for what is absent. */
export type Part = Html | string | number | undefined | false | readonly Part[];

/** Text with the five characters that mean something in HTML written as entities. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/**
 * HTML from a template (not called `html`: the formatter would put its own spaces into it): what is filled in is escaped,
 * unless it is HTML itself.
 */
export function tags(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((string, index) => string + fill(parts[index])).join(""));
}

/** Takes text for HTML without escaping: only for what a renderer made, or what a notebook holds as HTML. */
export function trusted(text: string): Html {
  return new Html(text);
}

function fill(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(fill).join("");
  return escapeHtml(String(part));
}
