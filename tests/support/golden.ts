/** Access to the reference cases beside the repository; tests that need them are skipped where they are absent. */
import { Panel } from "../../lib/panel/panel.ts";

const FOLDER = new URL("../../../shared/golden/", import.meta.url);

export function goldenAvailable(): boolean {
  try {
    return Deno.statSync(FOLDER).isDirectory;
  } catch {
    return false;
  }
}

/** Registers a test that is skipped, with a message, where the reference folder is absent. */
export function goldenTest(name: string, body: () => void): void {
  const available = goldenAvailable();
  Deno.test({
    name: available ? name : `${name} (skipped: reference folder absent)`,
    ignore: !available,
    fn: body,
  });
}

// deno-lint-ignore no-explicit-any
export function goldenCase(path: string): any {
  return JSON.parse(Deno.readTextFileSync(new URL(`cases/${path}.json`, FOLDER)));
}

export function goldenText(path: string): string {
  return Deno.readTextFileSync(new URL(path, FOLDER));
}

/** Rows of a plain CSV without quoted commas; NA becomes blank. */
export function csvRows(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trim().split(/\r?\n/).map((line) =>
    line.split(",").map((cell) => cell.replaceAll('"', ""))
  );
  return lines.map((cells) =>
    Object.fromEntries(cells.map((cell, j) => [header[j], cell === "NA" ? "" : cell]))
  );
}

export function goldenPanel(file: string, unit: string, time: string): Panel {
  return Panel.fromRows(csvRows(goldenText(`data/${file}`)), { unit, time });
}
