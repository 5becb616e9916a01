import type { Figure } from "../report/figure.ts";
import { escapeHtml } from "../tables/table.ts";
import type { Bundle } from "./bundle.ts";
import type { ExplorerData } from "./data.ts";

/** JSON that may stand in a script element: no markup can begin in it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** A figure as an image element: it stays where scripts, styles and inline SVG are taken out. */
function imageOf({ svg, text }: Figure): string {
  const bytes = new TextEncoder().encode(svg);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `<img class="explorer-static" alt="${
    escapeHtml(text)
  }" lang="en" style="max-width:100%" ` +
    `src="data:image/svg+xml;base64,${btoa(binary)}">`;
}

/**
 * The explorer as one piece of HTML. The root holds the data and the static figure; the script after it, the same for
 * all explorers of one version, finds the roots that are not mounted yet. Several on a page need the script once.
 */
export function explorerHtml(
  data: ExplorerData,
  figure: Figure,
  { code, id }: Bundle,
  key?: string,
): string {
  const named = key === undefined ? "" : ` data-explorer-key="${escapeHtml(key)}"`;
  return `<div data-explorer="${id}"${named}>\n` +
    `<script type="application/json">${scriptJson(data)}</script>\n${imageOf(figure)}\n</div>\n` +
    `<script data-explorer-bundle="${id}">${code}</script>`;
}
