import assert from "node:assert/strict";

/** Asserts that two numbers agree to a relative tolerance (absolute below one unit of `scale`). */
export function assertClose(
  actual: number,
  expected: number,
  tolerance = 1e-9,
  message = "",
  scale = 0,
): void {
  const error = Math.abs(actual - expected);
  const allowed = tolerance * Math.max(Math.abs(expected), scale);
  assert.ok(
    error <= allowed,
    `${message} got ${actual}, expected ${expected}, off by ${error} (allowed ${allowed})`,
  );
}
