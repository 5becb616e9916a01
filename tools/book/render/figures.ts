/** Figures: SVG set into the page itself, refused when it could act or fetch. */
import { InputError } from "../../../lib/panel/errors.ts";
import { attributes, elements, prefixIds } from "./markup.ts";

/** Elements that run, embed or load. */
const REFUSED = ["script", "foreignobject", "iframe", "object", "embed", "link", "audio", "video"];

/**
 * The SVG as it goes into a page: without XML declaration, with ids of its own. `place` names the cell in errors.
 * Throws InputError for scripts, event handlers and addresses outside the figure: a figure is a picture.
 */
export function inlineSvg(svg: string, prefix: string, place: string): string {
  const bad = elements(svg).find((name) => REFUSED.includes(name)) ??
    attributes(svg).find(acts)?.name;
  if (bad !== undefined) {
    throw new InputError({
      problem: `${place}: the figure holds something that runs or loads`,
      value: bad,
      remedy: "draw it without; interactive outputs are text/html",
    });
  }
  return prefixIds(
    svg.replace(/^\s*<\?xml[^>]*\?>\s*/, "").replace(/<!DOCTYPE[^>]*>\s*/i, ""),
    prefix,
  );
}

function acts({ name, value }: { name: string; value: string }): boolean {
  if (name.startsWith("on")) return true;
  if (/javascript:/i.test(value)) return true;
  if (name === "xmlns" || name.startsWith("xmlns:")) return false;
  const address = name === "href" || name === "xlink:href" || name === "src";
  if (address && !value.startsWith("#") && !value.startsWith("data:image/")) return true;
  return /url\(\s*["']?(?!#|["'])/i.test(value);
}
