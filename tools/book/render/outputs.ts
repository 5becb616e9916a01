/** Outputs of a code cell as HTML: the richest form that a page can show, as Jupyter chooses it. */
import type { Output } from "../../notebooks/nbformat.ts";
import { InputError } from "../../../lib/panel/errors.ts";
import { type Html, tags, trusted } from "../html.ts";
import type { Language } from "../words.ts";
import { type Bundle, splitBundles } from "./bundles.ts";
import { inlineSvg } from "./figures.ts";
import { attributes, elements } from "./markup.ts";
import { tableParts } from "./tables.ts";

/** What the page knows while it shows a cell's outputs. */
export interface OutputPlace {
  /** Language of the page. */
  language?: Language;
  /** Names the cell in errors. */
  cell: string;
  /** A prefix for ids that no other figure of the page has. */
  prefix(): string;
  /** The label of the next figure or table, as "Figure 2.1", and its id. */
  label(kind: "figure" | "table"): { text: string; id: string };
  /** Renders Markdown. */
  markdown(source: string): Html;
  /** Takes code that the page needs. */
  bundle(bundle: Bundle): void;
}

// deno-lint-ignore no-control-regex -- terminal colours begin with the escape character
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Every output of a cell; errors are refused before (`demandOutputs`). */
export function renderOutputs(outputs: readonly Output[], place: OutputPlace): Html[] {
  return outputs.flatMap((output) => {
    switch (output.output_type) {
      case "stream":
        return [plain(output.text, output.name)];
      case "error":
        return [];
      default:
        return [renderBundle(output.data, place)];
    }
  });
}

function renderBundle(data: Record<string, unknown>, place: OutputPlace): Html {
  const text = (mime: string) => typeof data[mime] === "string" ? data[mime] as string : undefined;
  const markup = text("text/html");
  if (markup !== undefined) return richHtml(markup, place);
  const svg = text("image/svg+xml");
  if (svg !== undefined) return figure(svg, place);
  const picture = Object.keys(data).find((mime) => /^image\/(png|jpeg|gif|webp)$/.test(mime));
  if (picture !== undefined) {
    const words = text("text/plain");
    const alternative = words === undefined ? undefined : tags`${words}`;
    return pictureFigure(picture, String(data[picture]), alternative, place);
  }
  const markdown = text("text/markdown");
  if (markdown !== undefined) {
    return tags`<div class="output prose">${place.markdown(markdown)}</div>`;
  }
  const words = text("text/plain");
  if (words !== undefined) return plain(words);
  throw new InputError({
    problem: `${place.cell}: an output has no form that a page can show`,
    value: Object.keys(data).join(", ") || "nothing",
    remedy: "let it have text/html, image/svg+xml, text/markdown or text/plain too",
  });
}

function plain(text: string, stream?: "stdout" | "stderr"): Html {
  const shown = text.replaceAll(COLOUR, "").replace(/\n+$/, "");
  return tags`<pre class="output plain${stream === "stderr" && " stderr"}">${shown}</pre>`;
}

function figure(svg: string, place: OutputPlace): Html {
  // Rules of its own would reach into the page and the other figures, so such a figure is a picture.
  if (elements(svg).includes("style")) {
    return pictureFigure("image/svg+xml", toBase64(svg), labelOf(svg), place);
  }
  const { text, id } = place.label("figure");
  const drawn = trusted(inlineSvg(svg, place.prefix(), place.cell));
  return tags`<figure class="output figure" id="${id}">
<div class="scroll">${drawn}</div>
<figcaption><a href="#${id}">${text}</a></figcaption>
</figure>`;
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

/** The figure's own words; an attribute's value is escaped already. */
function labelOf(svg: string): Html | undefined {
  const label = attributes(svg).find(({ element, name }) =>
    element === "svg" && name === "aria-label"
  );
  return label === undefined ? undefined : trusted(label.value.replaceAll('"', "&quot;"));
}

function pictureFigure(
  mime: string,
  base64: string,
  alternative: Html | undefined,
  place: OutputPlace,
): Html {
  const { text, id } = place.label("figure");
  const source = `data:${mime};base64,${base64.replaceAll(/\s/g, "")}`;
  return tags`<figure class="output figure" id="${id}">
<img src="${source}" alt="${alternative ?? text}">
<figcaption><a href="#${id}">${text}</a></figcaption>
</figure>`;
}

function richHtml(markup: string, place: OutputPlace): Html {
  const { markup: rest, bundles } = splitBundles(markup);
  bundles.forEach((bundle) => place.bundle(bundle));
  const parts = tableParts(rest);
  if (parts === undefined) {
    // An explorer speaks the language that it finds around it; what else is shown is English.
    const { language } = place;
    const own = bundles.length > 0 && language !== undefined && tags` lang="${language}"`;
    return tags`<div class="output rich"${own}>${trusted(rest)}</div>`;
  }
  const { text, id } = place.label("table");
  return tags`<figure class="output table" id="${id}">
<figcaption id="${id}-caption"><a href="#${id}">${text}</a>${
    parts.caption !== undefined && tags` <span>${parts.caption}</span>`
  }</figcaption>
<div class="scroll" role="region" aria-labelledby="${id}-caption">${parts.table}</div>
${parts.notes}
</figure>`;
}
