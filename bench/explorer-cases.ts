import { type Measurement, measurementOf } from "./measure.ts";

/** What the page itself says that one change of the view took. */
interface Change {
  readonly computeMs: number;
  readonly drawMs: number;
}

/** The explorer in a browser: from a reader's change of the Peru panel to its estimates, and to its figures. */
export const EXPLORER_CASES: Readonly<Record<string, (change: Change) => number>> = {
  "explorer, estimates of one change": ({ computeMs }) => computeMs,
  "explorer, estimates and figures of one change": ({ computeMs, drawMs }) => computeMs + drawMs,
};

const CHANGES = 100;
const WARM_UP = 10;

/** Moves the threshold of the treated regions `CHANGES` times. The browser's memory is not this process's: not told. */
export async function explorerCase(name: string): Promise<Measurement> {
  // Loaded here, since the memory of every other case is measured too.
  const { plain, withSite } = await import("../tests/browser/explorer-pages.ts");
  let times: number[] = [];
  await withSite({ "index.html": plain }, async (open) => {
    const { page } = await open("index.html#explorer.treatment=threshold", {
      viewport: { width: 1280, height: 900 },
    });
    await page.locator(".number").waitFor();
    const changes = await page.evaluate(async (count) => {
      const root = document.querySelector("[data-explorer]")!;
      const input = root.shadowRoot!.querySelector<HTMLInputElement>(
        "form[data-field=threshold] input[type=number]",
      )!;
      const found: Change[] = [];
      for (let i = 0; i < count; i++) {
        const next = new Promise<Change>((resolve) =>
          root.addEventListener(
            "explorer-computed",
            (event) => resolve((event as CustomEvent<Change>).detail),
            { once: true },
          )
        );
        // Every value is another one within the slider's range: the same one again would not be computed.
        input.value = String(2 + i % 30 * 0.5);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        found.push(await next);
      }
      return found;
    }, WARM_UP + CHANGES);
    times = changes.slice(WARM_UP).map(EXPLORER_CASES[name]);
  });
  return { ...measurementOf(name, times), peakMb: null };
}
