import { button, element } from "./dom.ts";
import type { JobProgress } from "./jobs.ts";

/** The line that says what is being worked on. */
export function makeWork() {
  const bar = element("progress", { "aria-label": "Bootstrap draws", max: "1", value: "0" });
  const words = element("span");
  let cancel = () => {};
  const stop = button("Stop", () => {
    cancel();
    words.textContent = "Stopped: the interval above is the clustered one.";
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
      words.textContent = `${done.toLocaleString("en")} of ${of.toLocaleString("en")} draws`;
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
