import assert from "node:assert/strict";

const FOLDER = new URL("../../notebooks/", import.meta.url);

/** The Markdown of a notebook, by its number. */
export function prose(number: string): string {
  const file = [...Deno.readDirSync(FOLDER)].find((entry) => entry.name.startsWith(`${number}-`))!;
  const notebook = JSON.parse(Deno.readTextFileSync(new URL(file.name, FOLDER)));
  return notebook.cells
    .filter((cell: { cell_type: string }) => cell.cell_type === "markdown")
    .map((cell: { source: string | string[] }) => [cell.source].flat().join(""))
    .join("\n");
}

/** The notebook says so, word for word. */
export function assertSays(number: string, sentence: string): void {
  assert.ok(prose(number).includes(sentence), `notebook ${number} does not say: ${sentence}`);
}
