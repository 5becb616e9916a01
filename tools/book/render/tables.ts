/** Tables: caption and notes stay in view at any width, only the table itself scrolls. */
import { parseHTML } from "linkedom";
import { type Html, tags, trusted } from "../html.ts";

/** A table output, taken apart. */
export interface TableParts {
  /** Inside of the caption; undefined when the table has none. */
  caption?: Html;
  /** The table without its caption. */
  table: Html;
  /** What stood below it. */
  notes: Html;
}

/**
 * Takes an output apart that is one table, maybe in a `div`, maybe with notes below, as `toTable` writes it. Styles
 * are dropped but for alignment and breaking of lines, so that the page's own apply. Undefined for anything else.
 */
export function tableParts(markup: string): TableParts | undefined {
  if (/<script\b/i.test(markup)) return undefined;
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`);
  const tables = [...document.querySelectorAll("table")];
  if (tables.length !== 1) return undefined;
  const [table] = tables;
  const wrapper = table.parentElement;
  if (wrapper === null) return undefined;
  const outermost = wrapper === document.body || wrapper.parentElement === document.body;
  const others = [...document.body.children].filter((element) =>
    element !== table && element !== wrapper
  );
  if (!outermost || others.length > 0 || table.previousElementSibling !== null) return undefined;
  const caption = table.querySelector("caption");
  caption?.remove();
  for (const element of document.querySelectorAll("[style]")) keepAlignment(element);
  const notes: string[] = [];
  for (let next = table.nextElementSibling; next !== null; next = next.nextElementSibling) {
    notes.push(next.outerHTML);
  }
  return {
    ...(caption === null ? {} : { caption: trusted(caption.innerHTML) }),
    table: trusted(table.outerHTML),
    notes: notes.length === 0
      ? trusted("")
      : tags`<div class="notes">${trusted(notes.join("\n"))}</div>`,
  };
}

function keepAlignment(element: Element): void {
  const style = element.getAttribute("style") ?? "";
  const kept = ["text-align", "white-space"].flatMap((property) => {
    const value = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([a-z-]+)`).exec(style)?.[1];
    return value === undefined ? [] : [`${property}:${value}`];
  });
  if (kept.length === 0) element.removeAttribute("style");
  else element.setAttribute("style", kept.join(";"));
}
