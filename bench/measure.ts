/** What one case took, from repeated runs in a process of its own. */
export interface Measurement {
  readonly case: string;
  readonly runner: string;
  /** null where it did not finish, with the reason in `remark`. */
  readonly medianMs: number | null;
  readonly fastestMs: number | null;
  readonly runs: number;
  /** Peak resident memory of the process, in MB; null where the system does not tell. */
  readonly peakMb: number | null;
  readonly remark?: string;
}

/** Runs `work` until `seconds` have passed or `most` runs were made, after two warm-up runs. */
export async function measure(
  name: string,
  work: () => unknown | Promise<unknown>,
  { seconds = 3, most = 200, warmUp = 2 } = {},
): Promise<Measurement> {
  for (let i = 0; i < warmUp; i++) await work();
  const times: number[] = [];
  const start = performance.now();
  while (
    times.length < most && (times.length === 0 || performance.now() - start < seconds * 1000)
  ) {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  }
  return measurementOf(name, times);
}

/** What these times of ours come to, with this process's memory. */
export function measurementOf(name: string, times: readonly number[]): Measurement {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const medianMs = sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
  return {
    case: name,
    runner: "ours",
    medianMs,
    fastestMs: sorted[0],
    runs: sorted.length,
    peakMb: peakMemory(),
  };
}

/** Peak resident memory of this process as the kernel counts it. */
export function peakMemory(): number | null {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"));
    return match === null ? null : Number(match[1]) / 1024;
  } catch {
    return null;
  }
}
