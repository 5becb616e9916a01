/** Computes blocks of the coverage study: one message in, one message out. */
import { coverageBlock, type CoverageOptions } from "./coverage.ts";
import type { SimulationModel } from "./simulate.ts";

export interface Job {
  readonly model: SimulationModel;
  readonly options: CoverageOptions;
  readonly block: number;
}

self.onmessage = ({ data }: MessageEvent<Job>) => {
  self.postMessage({
    block: data.block,
    rejections: coverageBlock(data.model, data.options, data.block),
  });
};
