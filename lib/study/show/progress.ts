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

/**
 * A progress bar under a notebook's cell, redrawn in place; the finished bar stays. Outside the kernel it does
 * nothing.
 * @param label what is counted; it also tells bars of one notebook apart.
 */
export function notebookProgress(label: string): Progress {
  const kernel = (globalThis as { Deno?: { jupyter?: Kernel } }).Deno?.jupyter;
  let shown = false;
  return (done, of) => {
    if (kernel === undefined) return;
    const content = {
      data: { "text/plain": progressBar(done, of, label) },
      metadata: {},
      transient: { display_id: `progress ${label}` },
    };
    kernel.broadcast(shown ? "update_display_data" : "display_data", content);
    shown = true;
  };
}

/** A progress bar on one line of the terminal. */
export function terminalProgress(label: string): Progress {
  return (done, of) => {
    const line = `\r${progressBar(done, of, label)}${done === of ? "\n" : ""}`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  };
}
