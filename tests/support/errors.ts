import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";

/** Asserts that `work` refuses its input with a message that has every part, a remedy among them. */
export function assertRefuses(work: () => unknown, ...parts: (string | RegExp)[]): void {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof InputError, `not an InputError: ${error}`);
    for (const part of [...parts, "Remedy: "]) {
      const found = typeof part === "string"
        ? error.message.includes(part)
        : part.test(error.message);
      assert.ok(found, `"${part}" is not in: ${error.message}`);
    }
    return true;
  });
}
