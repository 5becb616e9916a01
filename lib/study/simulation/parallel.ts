import { addRejections, type CoverageOptions, type Rejections } from "./coverage.ts";
import type { SimulationModel } from "./simulate.ts";
import type { Job } from "./worker.ts";

/** Told how many of the blocks are done. What it throws ends the work. */
export interface Progress {
  (done: number, of: number): void;
  /** Told when the work ends before it is done. */
  stop?(why: string): void;
}

/**
 * The coverage study on several cores: blocks go to a pool of workers as these fall free. A block's digits depend on
 * the seed and its number only, so the result is that of `coverageStudy` on any number of workers.
 */
export function coverageOnAllCores(
  model: SimulationModel,
  options: CoverageOptions,
  blocks: number,
  progress: Progress = () => {},
  workers: number = navigator.hardwareConcurrency,
): Promise<Rejections[]> {
  const results: Rejections[][] = new Array(blocks);
  let [next, done] = [0, 0];
  return new Promise((resolve, reject) => {
    const pool: Worker[] = [];
    const stop = () => pool.forEach((worker) => worker.terminate());
    const fail = (error: Error) => {
      stop();
      progress.stop?.("failed");
      reject(error);
    };
    const give = (worker: Worker) => {
      if (next < blocks) worker.postMessage({ model, options, block: next++ } satisfies Job);
    };
    for (let i = 0; i < Math.min(blocks, workers); i++) {
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => {
        results[data.block] = data.rejections;
        try {
          progress(++done, blocks);
        } catch (error) {
          return fail(error as Error);
        }
        give(worker);
        if (done < blocks) return;
        stop();
        resolve(addRejections(results));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail(new Error(`A worker of the coverage study failed: ${event.message}`));
      };
      pool.push(worker);
      give(worker);
    }
  });
}
