import assert from "node:assert/strict";

/**
 * Compares a text with the one stored beside the test. `UPDATE_SNAPSHOTS=1 deno task test` stores it anew, to be
 * reviewed as a diff.
 */
export function assertSnapshot(text: string, file: URL): void {
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    Deno.mkdirSync(new URL(".", file), { recursive: true });
    Deno.writeTextFileSync(file, text);
    return;
  }
  let stored: string;
  try {
    stored = Deno.readTextFileSync(file);
  } catch {
    assert.fail(
      `There is no snapshot ${file.pathname.split("/").pop()}: make it with UPDATE_SNAPSHOTS=1`,
    );
  }
  assert.equal(text, stored);
}
