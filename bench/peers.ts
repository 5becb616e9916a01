import { clusterColumns, largePanelColumns } from "./large-panel.ts";
import type { Measurement } from "./measure.ts";

/** Python with the peers installed: set PYTHON to it, or have python3 find them. */
const PYTHON = Deno.env.get("PYTHON") ?? "python3";

/** Times pyfixest on the very numbers of our own large case; empty, with a message, where it is not installed. */
export async function peerMeasurements(): Promise<Measurement[]> {
  const folder = await Deno.makeTempDir();
  try {
    await writeColumns(folder);
    const { stdout, stderr, success } = await new Deno.Command(PYTHON, {
      args: [new URL("peers.py", import.meta.url).pathname, folder],
    }).output();
    if (success) return JSON.parse(new TextDecoder().decode(stdout));
    const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    console.error(
      `No peer was measured: ${reason}. Install pyfixest, or set PYTHON to a Python that has it.`,
    );
    return [];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`No peer was measured: ${PYTHON} was not found.`);
    return [];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Little-endian doubles, one file a column: read on the other side without parsing or rounding. */
async function writeColumns(folder: string): Promise<void> {
  const panels = {
    large: largePanelColumns(100_000, 10),
    g25: clusterColumns(25, 12),
    g16: clusterColumns(16, 12),
  };
  for (const [panel, columns] of Object.entries(panels)) {
    for (const [name, values] of Object.entries(columns)) {
      await Deno.writeFile(
        `${folder}/${panel}-${name}.f64`,
        new Uint8Array(values.buffer as ArrayBuffer),
      );
    }
  }
}
