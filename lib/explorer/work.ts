import { button, element } from "./dom.ts";
import type { JobProgress } from "./jobs.ts";
import type { Phrases } from "./language/english.ts";

/** The line that says what is being worked on. */
export function makeWork({ work }: Phrases) {
  const bar = element("progress", { "aria-label": work.label, max: "1", value: "0" });
  const words = element("span");
  let cancel = () => {};
  const stop = button(work.stop, () => {
    cancel();
    words.textContent = work.stopped;
    bar.hidden = stop.hidden = true;
    root.hidden = false;
  });
  const root = element("div", { class: "work", hidden: true }, bar, words, stop);
  return {
    element: root,
    show: ({ done, of }: JobProgress, onStop: () => void) => {
      cancel = onStop;
      bar.hidden = stop.hidden = root.hidden = false;
      bar.max = of;
      bar.value = done;
      words.textContent = work.progress(done.toLocaleString("en"), of.toLocaleString("en"));
    },
    say: (reason: string) => {
      bar.hidden = stop.hidden = true;
      root.hidden = false;
      words.textContent = reason;
    },
    hide: () => {
      root.hidden = true;
    },
  };
}
