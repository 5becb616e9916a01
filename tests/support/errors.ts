import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";

type Part = string | RegExp;

/** Asserts that `work` refuses its input with a message that has every part, a remedy among them. */
export function assertRefuses(work: () => unknown, ...parts: Part[]): void {
  assert.throws(work, (error: unknown) => saysAll(error, parts));
}

/** The same for work that takes its time. */
export async function assertRejects(work: () => Promise<unknown>, ...parts: Part[]): Promise<void> {
  await assert.rejects(work, (error: unknown) => saysAll(error, parts));
}

function saysAll(error: unknown, parts: readonly Part[]): true {
  assert.ok(error instanceof InputError, `not an InputError: ${error}`);
  for (const part of [...parts, "Remedy: "]) {
    const found = typeof part === "string"
      ? error.message.includes(part)
      : part.test(error.message);
    assert.ok(found, `"${part}" is not in: ${error.message}`);
  }
  return true;
}
