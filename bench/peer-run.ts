/** One peer on one of our cases, on the very numbers of ours. */
export interface PeerRun {
  /** Name of our case. */
  readonly case: string;
  readonly peer: string;
  /** Python beside this file; it prints one measurement as JSON on its last line. */
  readonly script: string;
  /** What follows the folder of numbers on its command line. */
  readonly args: readonly string[];
  /** The numbers it reads: panel → column → values. */
  readonly columns: () => Record<string, Record<string, Float64Array>>;
}
