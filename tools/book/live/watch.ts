/** Watches folders and does something when a file in them changes: once for many changes, never twice at a time. */

/** Editors write a file in several steps; changes closer together than this count as one. */
const PAUSE_MS = 200;
const IGNORED = /(?:\.tmp|~|\.swp)$|[\\/]\.ipynb_checkpoints[\\/]/;

/** Watches until the signal fires. Changes during the work lead to one more round of it. */
export async function watchFolders(
  folders: readonly string[],
  work: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const watcher = Deno.watchFs([...folders]);
  const stop = () => watcher.close();
  signal.addEventListener("abort", stop, { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  const start = () => {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = work().finally(() => {
      running = undefined;
      if (again && !signal.aborted) start();
      again = false;
    });
  };
  for await (const { kind, paths } of watcher) {
    if (kind === "access" || paths.every((path) => IGNORED.test(path))) continue;
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE_MS);
  }
  clearTimeout(timer);
  await running;
}
