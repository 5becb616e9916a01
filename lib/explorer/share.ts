import { button, element } from "./dom.ts";

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
export function makeActions(actions: {
  code: () => string;
  link: (() => string) | null;
  reset: () => void;
}): { element: HTMLElement; update(): void } {
  const status = element("span", { class: "quiet", role: "status" });
  const text = element("textarea", {
    readonly: true,
    spellcheck: "false",
    "aria-label": "The notebook cell that reproduces this view",
    hidden: true,
  });
  const show = button("Copy as code", async () => {
    text.value = actions.code();
    text.hidden = false;
    const copied = await copy(text.value);
    status.textContent = copied
      ? "Copied: paste it into a notebook cell."
      : "Copying is not allowed here: the cell is selected below.";
    if (copied) return;
    text.focus();
    text.select();
  });
  const link = actions.link === null ? [] : [
    button("Copy link", async () => {
      const address = actions.link!();
      status.textContent = await copy(address) ? "Link copied." : `The link: ${address}`;
    }),
  ];
  const reset = button("Reset", () => {
    text.hidden = true;
    status.textContent = "Back at the study’s own assumptions.";
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
