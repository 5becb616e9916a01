/** The explorer's code in a page, and in the worker that is made from the same code. */
import { compute, type ViewResult } from "./compute.ts";
import { type ExplorerData, unpackPanel } from "./data.ts";
import { mount } from "./mount.ts";
import { readFields } from "./state.ts";
import { serveJobs } from "./worker.ts";

/** Given by the wrapping function (see `wrap` in bundle.ts): the text of this code, and its hash. */
declare const explorerSource: string;
declare const explorerId: string;

/** Mounts every explorer of this version that is not mounted yet. */
interface MountAll {
  (): void;
  /** The numbers of any view of a root, without showing it; fields as in a link. */
  compute(root: Element, fields: Iterable<readonly [string, string]>): ViewResult;
}

function dataOf(root: Element): ExplorerData {
  return JSON.parse(root.querySelector('script[type="application/json"]')!.textContent!);
}

function roots(): HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-explorer="${explorerId}"]`)];
  const own = document.currentScript?.getRootNode();
  if (own instanceof ShadowRoot) {
    found.push(...own.querySelectorAll<HTMLElement>(`[data-explorer="${explorerId}"]`));
  }
  return found;
}

function mountAll(): void {
  for (const root of roots()) {
    if (root.dataset.mounted !== undefined) continue;
    const key = root.dataset.explorerKey ?? nextKey();
    root.dataset.mounted = key;
    mount(root, { data: dataOf(root), key, source: `(${explorerSource})("","${explorerId}")` });
  }
}

/** The first of "explorer", "explorer2" … that no explorer of the page has or was given, of whatever version. */
function nextKey(): string {
  const all = [...document.querySelectorAll<HTMLElement>("[data-explorer]")];
  const taken = all.flatMap(({ dataset }) => [dataset.explorerKey, dataset.mounted]);
  for (let n = 1;; n++) {
    const key = n === 1 ? "explorer" : `explorer${n}`;
    if (!taken.includes(key)) return key;
  }
}

if (typeof document === "undefined") {
  serveJobs(globalThis as never);
} else {
  const api: MountAll = Object.assign(() => {
    // Names go by the whole page, so it must be there.
    if (document.readyState === "loading") {
      addEventListener("DOMContentLoaded", mountAll, { once: true });
      return;
    }
    mountAll();
    // A notebook can run the script before it puts the output into the page.
    for (const wait of [0, 300]) setTimeout(mountAll, wait);
  }, {
    compute: (root: Element, fields: Iterable<readonly [string, string]>) => {
      const data = dataOf(root);
      return compute(unpackPanel(data.panel), data.study, readFields(fields, data.study).state);
    },
  });
  (globalThis as Record<symbol, unknown>)[Symbol.for(`explorer ${explorerId}`)] = api;
}
