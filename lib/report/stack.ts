import type { Panel } from "./figure.ts";
import { plotDocument } from "./svg.ts";

/** Plots of one width, one below the other, as one. */
export function stack(panels: readonly Panel[]): Panel {
  const width = Math.max(...panels.map((panel) => panel.width));
  const height = panels.reduce((sum, panel) => sum + panel.height, 0);
  const element = plotDocument().createElementNS("http://www.w3.org/2000/svg", "svg");
  element.setAttribute("width", String(width));
  element.setAttribute("height", String(height));
  element.setAttribute("viewBox", `0 0 ${width} ${height}`);
  let y = 0;
  for (const panel of panels) {
    panel.element.setAttribute("y", String(y));
    element.append(panel.element);
    y += panel.height;
  }
  return { element, width, height };
}
