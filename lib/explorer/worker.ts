import type { ExplorerData } from "./data.ts";
import { unpackPanel } from "./data.ts";
import { type JobKind, type JobProgress, type JobResults, runJob } from "./jobs.ts";
import type { ExplorerState } from "./state.ts";
import { InputError } from "../panel/errors.ts";

/** How a job ended. */
export type JobEnd<K extends JobKind> =
  | { readonly ok: true; readonly value: JobResults[K] }
  | { readonly ok: false; readonly reason: string };

/** A job that runs. */
export interface RunningJob<K extends JobKind> {
  /** Never settles once the job was cancelled. */
  readonly end: Promise<JobEnd<K>>;
  cancel(): void;
}

/** Where jobs run. */
export interface Runner {
  start<K extends JobKind>(
    kind: K,
    state: ExplorerState,
    progress: (progress: JobProgress) => void,
  ): RunningJob<K>;
}

type Request =
  | { readonly type: "data"; readonly data: ExplorerData }
  | {
    readonly type: "start";
    readonly job: number;
    readonly kind: JobKind;
    readonly state: ExplorerState;
  }
  | { readonly type: "cancel"; readonly job: number };

type Reply =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly job: number; readonly progress: JobProgress }
  | { readonly type: "end"; readonly job: number; readonly end: JobEnd<JobKind> };

/** Longest stretch of work without looking for messages or letting the page draw. */
const SLICE_MS = 12;
/** A worker that has not answered by then is taken for refused. */
const WORKER_MS = 4000;

/** Runs a job in slices, giving way in between, until it ends or is cancelled. */
async function drive<K extends JobKind>(
  data: ExplorerData,
  kind: K,
  state: ExplorerState,
  progress: (progress: JobProgress) => void,
  cancelled: () => boolean,
): Promise<JobEnd<K> | null> {
  try {
    const steps = runJob(kind, unpackPanel(data.panel), data.study, state);
    for (;;) {
      const until = performance.now() + SLICE_MS;
      let last: JobProgress | null = null;
      do {
        const step = steps.next();
        if (step.done) return { ok: true, value: step.value };
        last = step.value;
      } while (performance.now() < until);
      progress(last);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (cancelled()) return null;
    }
  } catch (error) {
    if (error instanceof InputError) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The worker's side: takes the data once, then jobs. */
export function serveJobs(scope: {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply): void;
}): void {
  let data: ExplorerData;
  const cancelled = new Set<number>();
  scope.onmessage = async ({ data: request }) => {
    if (request.type === "data") data = request.data;
    else if (request.type === "cancel") cancelled.add(request.job);
    else {
      const { job, kind, state } = request;
      const end = await drive(
        data,
        kind,
        state,
        (progress) => scope.postMessage({ type: "progress", job, progress }),
        () => cancelled.delete(job),
      );
      if (end !== null) scope.postMessage({ type: "end", job, end });
    }
  };
  scope.postMessage({ type: "ready" });
}

/** Runs jobs in the page itself, in slices. */
export function pageRunner(data: ExplorerData): Runner {
  return {
    start: (kind, state, progress) => {
      let stopped = false;
      // Never settles once cancelled.
      const end = new Promise<JobEnd<typeof kind>>((resolve, reject) => {
        drive(data, kind, state, (p) => stopped || progress(p), () => stopped)
          .then((result) => result === null || stopped || resolve(result), reject);
      });
      return { end, cancel: () => stopped = true };
    },
  };
}

/** Runs jobs in a worker made from the explorer's own code, or in the page where workers are refused. */
export function workerRunner(source: string, data: ExplorerData): Promise<Runner> {
  return new Promise((resolve) => {
    const inPage = () => resolve(pageRunner(data));
    try {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new Worker(url);
      const late = setTimeout(() => {
        worker.terminate();
        inPage();
      }, WORKER_MS);
      worker.onerror = () => {
        clearTimeout(late);
        inPage();
      };
      worker.onmessage = () => {
        clearTimeout(late);
        URL.revokeObjectURL(url);
        worker.postMessage({ type: "data", data } satisfies Request);
        resolve(remoteRunner(worker));
      };
    } catch {
      inPage();
    }
  });
}

function remoteRunner(worker: Worker): Runner {
  let jobs = 0;
  const listeners = new Map<number, (reply: Reply) => void>();
  worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
    if (reply.type !== "ready") listeners.get(reply.job)?.(reply);
  };
  return {
    start: (kind, state, progress) => {
      const job = jobs++;
      const end = new Promise<JobEnd<typeof kind>>((resolve, reject) => {
        listeners.set(job, (reply) => {
          if (reply.type === "progress") progress(reply.progress);
          if (reply.type !== "end") return;
          listeners.delete(job);
          resolve(reply.end as JobEnd<typeof kind>);
        });
        worker.onerror = ({ message }) => reject(new Error(message));
      });
      worker.postMessage({ type: "start", job, kind, state } satisfies Request);
      return {
        end,
        cancel: () => {
          listeners.delete(job);
          worker.postMessage({ type: "cancel", job } satisfies Request);
        },
      };
    },
  };
}
