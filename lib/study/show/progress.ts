import type { Progress } from "../simulation/parallel.ts";

/** What the Deno kernel offers for messages to the notebook; absent elsewhere. */
interface Kernel {
  broadcast(
    type: "display_data" | "update_display_data",
    content: { data: Record<string, string>; metadata: object; transient: { display_id: string } },
  ): Promise<void>;
}

const WIDTH = 30;

/** A bar of blocks: ██████░░░░ 20 of 50. */
export function progressBar(done: number, of: number, label: string): string {
  const filled = Math.round(WIDTH * done / of);
  return `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done} of ${of} ${label}`;
}

/** A reader interrupted the kernel while a progress bar was open. */
export class WorkInterrupted extends Error {
  override readonly name = "WorkInterrupted";
}

/** Outside the kernel Deno has the name too, and throws when it is read. */
function runningKernel(): Kernel | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: Kernel } }).Deno?.jupyter;
  } catch {
    return undefined;
  }
}

/** A notebook is not redrawn more often than this, but for the first and the last state of a bar. */
const REDRAW_MS = 100;

/**
 * A progress bar under a notebook's cell, redrawn in place; the finished bar stays. Outside the kernel it does
 * nothing.
 *
 * While it is open, interrupting the kernel stops the work instead of killing the kernel: the bar says where it
 * stopped, and the next call throws `WorkInterrupted`, which ends work that waits in between (workers, timers). A loop
 * that never waits cannot be interrupted. `stop(why)` closes the bar of work that failed.
 * @param label what is counted.
 */
export function notebookProgress(label: string): Progress & { stop(why: string): void } {
  const kernel = runningKernel();
  if (kernel === undefined) return Object.assign(() => {}, { stop: () => {} });
  // Unlike the label, never that of another bar, in this run or one before it.
  const displayId = crypto.randomUUID();
  let sent = Promise.resolve();
  let [state, last, drawnAt] = ["new" as "new" | "open" | "closed", "", 0];
  let interrupted = false;
  const draw = (text: string) => {
    const type = state === "new" ? "display_data" : "update_display_data";
    const content = {
      data: { "text/plain": text },
      metadata: {},
      transient: { display_id: displayId },
    };
    // One after the other, so that no older bar overtakes a newer one.
    sent = sent.then(() => kernel.broadcast(type, content)).catch(() => {});
  };
  const close = () => {
    state = "closed";
    Deno.removeSignalListener("SIGINT", interrupt);
  };
  const stop = (why: string) => {
    if (state !== "open") return;
    draw(`${last} (${why})`);
    close();
  };
  const interrupt = () => {
    interrupted = true;
    stop("interrupted");
  };
  const progress: Progress = (done, of) => {
    if (interrupted) throw new WorkInterrupted(`interrupted at: ${last}`);
    if (state === "closed") return;
    last = progressBar(done, of, label);
    const now = performance.now();
    if (state === "new" || done === of || now - drawnAt >= REDRAW_MS) {
      draw(last);
      drawnAt = now;
    }
    if (state === "new") Deno.addSignalListener("SIGINT", interrupt);
    state = "open";
    if (done === of) close();
  };
  return Object.assign(progress, { stop });
}

/** A progress bar on one line of the terminal. */
export function terminalProgress(label: string): Progress {
  return (done, of) => {
    const line = `\r${progressBar(done, of, label)}${done === of ? "\n" : ""}`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  };
}
