import { CURVE_CASES, type CurveCase, curveColumns } from "./curve-cases.ts";
import { clusterColumns, largePanelColumns } from "./large-panel.ts";
import type { Measurement } from "./measure.ts";
import { STAGGERED_CASES, type StaggeredCase } from "./staggered-cases.ts";
import { STAGGERED_PANELS } from "./staggered-panel.ts";
import { SYNTH_CASES, synthColumns } from "./synth-cases.ts";

/** Python with the peers installed: set PYTHON to it, or have python3 find them. */
const PYTHON = Deno.env.get("PYTHON") ?? "python3";

const STAGGERED_PEERS = ["moderndid", "csdid", "diff-diff"];
const SYNTH_PEERS = ["synthdid-py", "diff-diff"];
const PATIENCE_SECONDS = 120;

/** Times the peers on the very numbers of our own cases; those that are not installed are named and left out. */
export async function peerMeasurements(start = ""): Promise<Measurement[]> {
  const folder = await Deno.makeTempDir();
  try {
    const rows: Measurement[] = start === "" ? await regressionPeers(folder) : [];
    for (const row of STAGGERED_CASES.filter(({ name }) => name.startsWith(start))) {
      await writeColumns(folder, { [row.panel]: STAGGERED_PANELS[row.panel]() });
      for (const peer of STAGGERED_PEERS) rows.push(...await staggeredPeer(folder, row, peer));
    }
    // The peers have one way to the weights: once per row, not per solver.
    const synth = SYNTH_CASES.filter(({ name, solver }) =>
      solver === "exact" && name.startsWith(start)
    );
    for (const { name, panel, inference } of synth) {
      await writeColumns(folder, { [panel]: synthColumns(panel) });
      for (const peer of SYNTH_PEERS) {
        const args = [folder, panel, inference, "200", peer];
        rows.push(...await onePeer("synth_peers.py", name, args, peer));
      }
    }
    for (const row of CURVE_CASES.filter(({ name }) => name.startsWith(start))) {
      await writeColumns(folder, { curve: curveColumns() });
      rows.push(...await curvePeer(folder, row));
    }
    return rows;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`No peer was measured: ${PYTHON} was not found.`);
    return [];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function regressionPeers(folder: string): Promise<Measurement[]> {
  await writeColumns(folder, {
    large: largePanelColumns(100_000, 10),
    g25: clusterColumns(25, 12),
    g16: clusterColumns(16, 12),
  });
  const { stdout, stderr, success } = await python("peers.py", [folder]);
  if (success) return JSON.parse(new TextDecoder().decode(stdout));
  console.error(
    `pyfixest and wildboottest were not measured: ${
      lastLine(stderr)
    }. Set PYTHON to a Python that has them.`,
  );
  return [];
}

function staggeredPeer(
  folder: string,
  { name, panel, covariate, draws }: StaggeredCase,
  peer: string,
): Promise<Measurement[]> {
  const args = [folder, panel, covariate ? "1" : "0", String(draws), peer];
  return onePeer("staggered_peers.py", name, args, peer);
}

function curvePeer(folder: string, { name, draws }: CurveCase): Promise<Measurement[]> {
  return onePeer("curve_peers.py", name, [folder, String(draws)], "pyfixest in a loop");
}

/** One peer on one panel, in a process of its own that is stopped when it takes too long. */
async function onePeer(
  script: string,
  name: string,
  args: readonly string[],
  peer: string,
): Promise<Measurement[]> {
  console.error(`… ${name}: ${peer}`);
  const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  const { stdout, stderr, success } = await python(script, args, signal);
  if (success) {
    console.error(`  ${lastLine(stdout)}`);
    return [{ case: name, ...JSON.parse(lastLine(stdout)) }];
  }
  const reason = signal.aborted
    ? `no run done in ${PATIENCE_SECONDS} s`
    : lastLine(stderr) || "stopped by the system";
  if (reason.startsWith("ModuleNotFoundError")) {
    console.error(`${peer} was not measured: ${reason}`);
    return [];
  }
  const none = { medianMs: null, fastestMs: null, runs: 0, peakMb: null };
  return [{ case: name, runner: peer, ...none, remark: reason }];
}

function python(script: string, args: readonly string[], signal?: AbortSignal) {
  return new Deno.Command(PYTHON, {
    args: [new URL(script, import.meta.url).pathname, ...args],
    signal,
  }).output();
}

function lastLine(output: Uint8Array): string {
  return new TextDecoder().decode(output).trim().split("\n").at(-1) ?? "";
}

/** Little-endian doubles, one file a column: read on the other side without parsing or rounding. */
async function writeColumns(
  folder: string,
  panels: Record<string, Record<string, Float64Array>>,
): Promise<void> {
  for (const [panel, columns] of Object.entries(panels)) {
    for (const [name, values] of Object.entries(columns)) {
      await Deno.writeFile(
        `${folder}/${panel}-${name}.f64`,
        new Uint8Array(values.buffer as ArrayBuffer),
      );
    }
  }
}
