import { BACON_PEER_RUNS } from "./bacon-cases.ts";
import { CURVE_PEER_RUNS } from "./curve-cases.ts";
import { HONEST_PEER_RUNS } from "./honest-cases.ts";
import { clusterColumns, largePanelColumns } from "./large-panel.ts";
import type { Measurement } from "./measure.ts";
import type { PeerRun } from "./peer-run.ts";
import { STAGGERED_PEER_RUNS } from "./staggered-cases.ts";
import { SURVEY_CASE } from "./survey-cases.ts";
import { surveyPeers } from "./survey-peers.ts";
import { SYNTH_PEER_RUNS } from "./synth-cases.ts";

const PEER_RUNS: readonly PeerRun[] = [
  ...STAGGERED_PEER_RUNS,
  ...SYNTH_PEER_RUNS,
  ...CURVE_PEER_RUNS,
  ...HONEST_PEER_RUNS,
  ...BACON_PEER_RUNS,
];

/** Python with the peers installed: set PYTHON to it, or have python3 find them. */
const PYTHON = Deno.env.get("PYTHON") ?? "python3";

const PATIENCE_SECONDS = 120;

/** Times the peers on the very numbers of our own cases; those that are not installed are named and left out. */
export async function peerMeasurements(start = ""): Promise<Measurement[]> {
  const folder = await Deno.makeTempDir();
  try {
    const rows: Measurement[] = start === "" ? await regressionPeers(folder) : [];
    for (const run of PEER_RUNS.filter((run) => run.case.startsWith(start))) {
      await writeColumns(folder, run.columns());
      rows.push(...await onePeer(folder, run));
    }
    if (SURVEY_CASE.startsWith(start)) rows.push(...await surveyPeers(PYTHON));
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

/** One peer on one case, in a process of its own that is stopped when it takes too long. */
async function onePeer(
  folder: string,
  { case: name, peer, script, args }: PeerRun,
): Promise<Measurement[]> {
  console.error(`… ${name}: ${peer}`);
  const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  const { stdout, stderr, success } = await python(script, [folder, ...args], signal);
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
