import type { compute } from "./compute.ts";
import type { ExplorerStudy } from "./data.ts";
import { element } from "./dom.ts";
import type { TriedSpec } from "./history.ts";
import type { HonestResult } from "./jobs.ts";
import type { Phrases } from "./language/english.ts";
import type { ExplorerState } from "./state.ts";

/** Everything that the views draw. */
export interface Shown {
  readonly words: Phrases;
  readonly state: ExplorerState;
  readonly study: ExplorerStudy;
  readonly result: ReturnType<typeof compute>;
  readonly tried: readonly TriedSpec[];
  readonly others: number;
  readonly revealed: boolean;
  readonly honest: HonestShown;
}

/** The honest bounds as far as they are known. */
export interface HonestShown {
  /** Those of the view, or of the one before it while this one's are worked on. */
  readonly result: HonestResult | null;
  /** Why there are none. */
  readonly reason: string | null;
  readonly working: boolean;
}

/** A place for one view: heading, line below it, plot and key. */
export interface ViewPanel {
  readonly element: HTMLElement;
  draw(shown: Shown): void;
}

export interface Drawn {
  readonly sub?: string;
  readonly plot?: Element;
  /** The plot is that of the view before: this one's is being worked on. */
  readonly stale?: boolean;
  readonly failure?: string;
  readonly keys?: readonly Node[];
  readonly after?: Node;
}

/** A section with a heading that draws itself anew for every view. */
export function viewPanel(
  title: (shown: Shown) => string,
  wide: boolean,
  make: (shown: Shown, width: number) => Drawn,
): ViewPanel {
  const heading = element("h3");
  const sub = element("p", { class: "sub" });
  const plot = element("div", { class: "plot" });
  const keys = element("div", { class: "keys" });
  const after = element("div");
  const section = element(
    "section",
    { class: wide ? "view wide" : "view" },
    heading,
    sub,
    plot,
    keys,
    after,
  );
  return {
    element: section,
    draw: (shown) => {
      // Simulated figures say so wherever they stand.
      const { words } = shown;
      const mark = shown.state.data === "real" ? "" : ` · ${words.simulatedOutcome}`;
      heading.textContent = title(shown) + mark;
      const width = Math.max(240, plot.clientWidth);
      const drawn = make(shown, width);
      sub.textContent = drawn.sub ?? "";
      plot.replaceChildren(
        ...(drawn.failure === undefined ? [] : [failure(drawn.failure, words)]),
        ...(drawn.plot === undefined ? [] : [drawn.plot]),
      );
      plot.classList.toggle("stale", drawn.stale === true);
      keys.replaceChildren(...(drawn.keys ?? []));
      after.replaceChildren(...(drawn.after === undefined ? [] : [drawn.after]));
    },
  };
}

/** The reason in place of a figure. */
export function failure(reason: string, { cannotCompute }: Phrases): HTMLElement {
  return element("p", { class: "failure" }, element("b", {}, cannotCompute), reason);
}

/** A key of a legend: a line or a box, and its words. */
export function key(label: string, colour: string, line = true): HTMLElement {
  const mark = element("i", line ? { class: "line" } : {});
  if (line) mark.style.borderTopColor = colour;
  else mark.style.background = colour;
  return element("span", {}, mark, label);
}
