import { button, element } from "./dom.ts";
import type { Phrases } from "./language/english.ts";

/** Copies a text; false where the browser does not allow it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The row of actions: copy as code, copy the link (where the address is ours), reset. */
export function makeActions(words: Phrases["actions"], actions: {
  code: () => string;
  link: (() => string) | null;
  reset: () => void;
}): { element: HTMLElement; update(): void } {
  const status = element("span", { class: "quiet", role: "status" });
  const text = element("textarea", {
    readonly: true,
    spellcheck: "false",
    "aria-label": words.cell,
    hidden: true,
  });
  const show = button(words.code, async () => {
    text.value = actions.code();
    text.hidden = false;
    const copied = await copy(text.value);
    status.textContent = copied ? words.copied : words.refused;
    if (copied) return;
    text.focus();
    text.select();
  });
  const link = actions.link === null ? [] : [
    button(words.link, async () => {
      const address = actions.link!();
      status.textContent = await copy(address) ? words.linkCopied : words.theLink(address);
    }),
  ];
  const reset = button(words.reset, () => {
    text.hidden = true;
    status.textContent = words.wasReset;
    actions.reset();
  });
  return {
    element: element(
      "div",
      {},
      element("div", { class: "actions" }, show, ...link, reset, status),
      text,
    ),
    update: () => {
      if (!text.hidden) text.value = actions.code();
    },
  };
}
