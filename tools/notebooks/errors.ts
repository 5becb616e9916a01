/** What can go wrong between the runner and a kernel. */

/** The kernel did not start, did not answer, ended by itself or sent what cannot be read. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** A cell did not finish in the time it was given. */
export class CellTimeout extends Error {
  override readonly name = "CellTimeout";
}

/** The run was stopped from outside, by a signal or because another notebook failed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("stopped before it was done");
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
