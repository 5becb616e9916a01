import { COLOURS, FONT, SYMBOLS, TEXT, WIDTH } from "./theme.ts";
import { escapeXml, serialise, textHash, textWidth, wrap } from "./svg.ts";

/** What every figure says about itself. */
export interface FigureWords {
  /** The finding, as a sentence. */
  readonly title: string;
  /** What is drawn, with units. */
  readonly subtitle?: string;
  /** Where the figures come from. */
  readonly source: string;
  /** Anything the reader must know: what is assumed or simulated, how intervals were made. */
  readonly notes?: readonly string[];
}

/** A key of the legend: a line and symbol, a filled box, or a hatched box. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly kind: "symbol" | "hollow" | "box" | "hatched" | "line" | "dashed";
  /** Position in the list of symbols, for kind "symbol". */
  readonly symbol?: number;
}

/** One plot, placed by the composer. */
export interface Panel {
  readonly element: Element;
  readonly width: number;
  readonly height: number;
}

/** A finished figure: an SVG that stands alone, and one line that says what it shows. */
export class Figure {
  readonly svg: string;
  readonly text: string;

  constructor(svg: string, text: string) {
    this.svg = svg;
    this.text = text;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.text };
  }
}

const MARGIN = 16;
const HATCH =
  `<pattern id="ID" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
  `<line x1="0" y1="0" x2="0" y2="5" stroke="${COLOURS.ink}" stroke-opacity="0.55" stroke-width="1.4"/></pattern>`;

/** The id by which a plot refers to the hatching of assumed cells before it is composed. */
export const HATCH_FILL = "url(#hatch)";

/** Puts title, subtitle, legend, plots (side by side), notes and source into one SVG. */
export function compose(
  words: FigureWords,
  panels: readonly Panel[],
  legend: readonly LegendItem[] = [],
): Figure {
  const inner = WIDTH - 2 * MARGIN;
  const id = `f${textHash(words.title + words.subtitle + panels.length)}`;
  const parts: string[] = [];
  let y = MARGIN;
  const addText = (text: string, size: number, attributes: string) => {
    // Bold letters are wider by about a fifteenth.
    for (const line of wrap(text, size * (attributes.includes("600") ? 1.07 : 1), inner)) {
      y += size * 1.25;
      parts.push(
        `<text x="${MARGIN}" y="${fixed(y)}" font-size="${size}" ${attributes}>${
          escapeXml(line)
        }</text>`,
      );
    }
  };
  addText(words.title, TEXT.title, `font-weight="600" fill="${COLOURS.ink}"`);
  if (words.subtitle !== undefined) {
    y += 2;
    addText(words.subtitle, TEXT.subtitle, `fill="${COLOURS.quiet}"`);
  }
  if (legend.length > 0) {
    y += 8;
    const drawn = drawLegend(legend, y, inner, id);
    parts.push(drawn.svg);
    y = drawn.bottom;
  }
  y += 8;
  let x = MARGIN;
  for (const { element, width } of panels) {
    element.setAttribute("x", String(x));
    element.setAttribute("y", fixed(y));
    parts.push(serialise(element, id));
    x += width;
  }
  y += Math.max(0, ...panels.map((panel) => panel.height)) + 4;
  for (const note of words.notes ?? []) addText(note, TEXT.small, `fill="${COLOURS.quiet}"`);
  addText(`Source: ${words.source}`, TEXT.small, `fill="${COLOURS.quiet}"`);
  const height = Math.ceil(y + MARGIN);
  const text = [words.title, words.subtitle ?? ""].filter((part) => part !== "").join(" — ");
  const body = parts.join("\n");
  const definitions = body.includes(`#${id}-hatch`)
    ? `<defs>${HATCH.replace("ID", `${id}-hatch`)}</defs>\n`
    : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${
      escapeXml(text)
    }" color="${COLOURS.ink}" font-family="${FONT}">\n` +
    `<title>${escapeXml(words.title)}</title>\n<desc>${escapeXml(text)}</desc>\n${definitions}` +
    `<rect width="${WIDTH}" height="${height}" fill="${COLOURS.paper}"/>\n${body}\n</svg>`;
  return new Figure(svg, text);
}

function drawLegend(
  items: readonly LegendItem[],
  top: number,
  width: number,
  id: string,
): { svg: string; bottom: number } {
  const rowHeight = 18;
  let x = MARGIN;
  let y = top + 12;
  const parts = items.map((item) => {
    const length = 26 + textWidth(item.label, TEXT.body) + 18;
    if (x > MARGIN && x + length > MARGIN + width) {
      x = MARGIN;
      y += rowHeight;
    }
    const part = `<g>${drawKey(item, x, y - 4, id)}<text x="${fixed(x + 26)}" y="${fixed(y)}" ` +
      `font-size="${TEXT.body}" fill="${COLOURS.ink}">${escapeXml(item.label)}</text></g>`;
    x += length;
    return part;
  });
  return { svg: parts.join("\n"), bottom: y + 4 };
}

function drawKey(
  { kind, colour, symbol = 0 }: LegendItem,
  x: number,
  y: number,
  id: string,
): string {
  const box = `x="${fixed(x + 3)}" y="${fixed(y - 6)}" width="14" height="12"`;
  const line = (dash: string) =>
    `<line x1="${fixed(x)}" x2="${fixed(x + 20)}" y1="${fixed(y)}" y2="${
      fixed(y)
    }" stroke="${colour}" stroke-width="2"${dash}/>`;
  switch (kind) {
    case "box":
      return `<rect ${box} fill="${colour}" stroke="${COLOURS.rule}" stroke-width="0.5"/>`;
    case "hatched":
      return `<rect ${box} fill="${colour}" stroke="${COLOURS.rule}" stroke-width="0.5"/>` +
        `<rect ${box} fill="url(#${id}-hatch)"/>`;
    case "line":
      return line("");
    case "dashed":
      return line(' stroke-dasharray="5 4"');
    case "hollow":
      return `<circle cx="${fixed(x + 10)}" cy="${
        fixed(y)
      }" r="4" fill="${COLOURS.paper}" stroke="${colour}" stroke-width="1.8"/>`;
    case "symbol":
      return line(symbol % 2 === 1 ? ' stroke-dasharray="5 4"' : "") +
        symbolMark(symbol, x + 10, y, colour);
  }
}

function symbolMark(symbol: number, x: number, y: number, colour: string): string {
  switch (SYMBOLS[symbol % SYMBOLS.length]) {
    case "square":
      return `<rect x="${fixed(x - 3.8)}" y="${
        fixed(y - 3.8)
      }" width="7.6" height="7.6" fill="${colour}"/>`;
    case "triangle":
      return `<path d="M${fixed(x)},${fixed(y - 5)}l4.6,8.2h-9.2z" fill="${colour}"/>`;
    case "diamond":
      return `<path d="M${fixed(x)},${fixed(y - 5)}l4.4,5l-4.4,5l-4.4,-5z" fill="${colour}"/>`;
    case "cross":
      return `<path d="M${fixed(x - 1.7)},${
        fixed(y - 4.8)
      }h3.4v3.1h3.1v3.4h-3.1v3.1h-3.4v-3.1h-3.1v-3.4h3.1z" fill="${colour}"/>`;
    case "star":
      return `<path d="${starPath(x, y)}" fill="${colour}"/>`;
    default:
      return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="4.2" fill="${colour}"/>`;
  }
}

/** A star of five points. */
function starPath(x: number, y: number): string {
  const corners = Array.from({ length: 10 }, (_, k) => {
    const [radius, angle] = [k % 2 === 0 ? 5.6 : 2.4, Math.PI * (k / 5 - 0.5)];
    return `${fixed(x + radius * Math.cos(angle))},${fixed(y + radius * Math.sin(angle))}`;
  });
  return `M${corners.join("L")}z`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
