import type { JobKind, JobProgress } from "./jobs.ts";
import type { ExplorerState } from "./state.ts";
import type { JobEnd, Runner, RunningJob } from "./worker.ts";

/** What is heard of jobs. */
export interface JobListener {
  /** `stop` ends this job and no other. */
  progress(kind: JobKind, progress: JobProgress, stop: () => void): void;
  ended(kind: JobKind, end: JobEnd<JobKind>, state: ExplorerState): void;
}

/** Waits so long after the last change before longer work starts. */
const SETTLE_MS = 160;

/**
 * The longer work of views, begun once the reader has settled on one. Asking for another view's cancels what runs.
 * `open` is called once, at the first job.
 */
export function settledJobs(open: () => Promise<Runner>, listener: JobListener) {
  let runner: Promise<Runner> | null = null;
  let running = new Set<RunningJob<JobKind>>();
  let settle = 0;
  let latest: ExplorerState | null = null;

  async function start(run: Runner, kind: JobKind, state: ExplorerState) {
    const stop = () => {
      running.delete(job);
      job.cancel();
    };
    const job = run.start(kind, state, (progress) => listener.progress(kind, progress, stop));
    running.add(job);
    const end = await job.end;
    running.delete(job);
    listener.ended(kind, end, state);
  }

  return {
    ask(state: ExplorerState, kinds: readonly JobKind[]): void {
      latest = state;
      clearTimeout(settle);
      for (const job of running) job.cancel();
      running = new Set();
      settle = setTimeout(async () => {
        const run = await (runner ??= open());
        if (latest !== state) return;
        for (const kind of kinds) start(run, kind, state);
      }, SETTLE_MS) as unknown as number;
    },
  };
}
